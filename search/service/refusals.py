"""What the service refuses, each with its status, a word for programs and a sentence for people."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.command_line.boundary import explain
from index.core.errors import NotIndexedError, PubmedError, QueryError, QuerySyntaxError

PROGRAM = "pubmed-serve"


@dataclass(eq=False)  # not frozen: Python writes an exception's traceback into it
class Refusal(Exception):
    """A request that is not answered.

    Attributes:
        status: The HTTP status.
        code: A word for programs, `query_syntax`.
        detail: What was found, what was expected, what to do.
        more: Further members of the problem object.
        headers: Headers of the answer.
    """

    status: int
    code: str
    detail: str
    more: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the sentence."""
        return self.detail


def refusal_of(error: Exception) -> Refusal:
    """Return what to answer when something was raised; what is unexpected is written to a log file."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, QuerySyntaxError):
        proposals = [
            {"label": each.label, "text": each.text, "remarks": list(each.remarks)} for each in error.proposals
        ]
        return Refusal(422, "query_syntax", str(error), {"position": error.position, "proposals": proposals})
    if isinstance(error, QueryError):
        return Refusal(422, "query", str(error))
    if isinstance(error, NotIndexedError):
        return Refusal(409, "not_indexed", str(error))  # to come again changes nothing
    if isinstance(error, PubmedError):
        return Refusal(503, "library", str(error), headers={"Retry-After": "10"})
    return Refusal(500, "unexpected", explain(PROGRAM, error, quoted=False))
