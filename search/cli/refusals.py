"""A query that cannot be read, and what can be searched instead."""

import json
from collections.abc import Iterator

from index.command_line.boundary import FAILED
from index.command_line.standard_streams import print_error, print_out
from index.core.control_characters import safe
from index.core.errors import Proposal, QuerySyntaxError
from search.cli.door import refusal_json


def show_refusal(error: QuerySyntaxError, *, as_json: bool) -> int:
    """Print why a query is refused and what can be searched instead; return the exit status."""
    print_error(f"pubmed-search: {error}")
    if as_json:
        print_out(json.dumps(refusal_json(error)) + "\n")
    else:
        for proposal in error.proposals:
            print_error("\n".join(_proposal_lines(proposal)))
    return FAILED


def _proposal_lines(proposal: Proposal) -> Iterator[str]:
    lines = proposal.text.split("\n")
    if len(lines) == 1:
        yield f"Instead: {safe(proposal.label)}: {safe(lines[0])}"
    else:
        yield f"Instead: {safe(proposal.label)}:"
        yield from (f"  {safe(line)}" for line in lines)
    yield from (f"  Note: {safe(remark)}" for remark in proposal.remarks)
