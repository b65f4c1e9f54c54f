"""A query with terms that cannot be answered is refused: which they are, why, and the query without them.

What is proposed is the whole query with exactly those terms cut out. It is never searched by itself: without them it
may find more, or something else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.core.errors import Proposal, QuerySyntaxError
from search.query.field_tags import find_tag
from search.query.parser import Chain, Node, Range, Step, TermNode, syntax_error
from search.query.terms.reading import Unanswerable

_LISTED = 5
_CHARACTERS = 60
_FINDS_MORE = "Without a term the search may find more, or other articles."
_EVERYTHING = TermNode("all", find_tag("sb"), False, span=TermNode.NOWHERE, tag_text="[sb]")
"""Every article, in PubMed's words: what is left of "X NOT y" or "x AND Y" without X or Y is still a demand."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One term that cannot be answered, and why."""

    term: TermNode | Range
    error: Unanswerable

    @property
    def start(self) -> int:
        """Where it begins in the query."""
        return (self.term.first if isinstance(self.term, Range) else self.term).span.start


def refused(node: Node, refusals: Sequence[Refusal], text: str) -> QuerySyntaxError:
    """Return the error for a query that has terms which cannot be answered."""
    ordered = sorted(refusals, key=lambda refusal: refusal.start)
    reasons = [f"{_shown(refusal)} cannot be answered. {refusal.error.reason}" for refusal in ordered[:_LISTED]]
    remaining = len(ordered) - _LISTED
    more = f"\n{remaining:,} more terms cannot be answered either." if remaining > 0 else ""
    error = syntax_error("\n".join(dict.fromkeys(reasons)) + more, text, ordered[0].start)
    return QuerySyntaxError(str(error), error.position, tuple(_proposals(node, ordered)))


def _proposals(node: Node, refusals: Sequence[Refusal]) -> list[Proposal]:
    by_id = {id(refusal.term): refusal for refusal in refusals}
    listed = ", ".join(map(_shown, refusals[:_LISTED])) + (" and others" if len(refusals) > _LISTED else "")
    proposals = []
    if any(refusal.error.instead for refusal in refusals):

        def meant(term: TermNode | Range) -> TermNode | None:
            return _instead(term, by_id[id(term)].error)

        changed = [refusal for refusal in refusals if refusal.error.instead][:_LISTED]
        named = ((_instead(refusal.term, refusal.error), refusal) for refusal in changed)
        label = ", ".join(f"{rendered(term)} in place of {_shown(refusal)}" for term, refusal in named if term)
        cut = [_shown(refusal) for refusal in refusals if not refusal.error.instead][:_LISTED]
        without = f", without {', '.join(cut)}" if cut else ""
        proposals.append(_proposal(f"Search for {label}{without}", (_FINDS_MORE,) if cut else (), node, by_id, meant))
    proposals.append(_proposal(f"Search without {listed}", (_FINDS_MORE,), node, by_id, lambda _: None))
    return [proposal for proposal in proposals if proposal]


def _instead(term: TermNode | Range, error: Unanswerable) -> TermNode | None:
    """Return the term as it was perhaps meant: with other words, or another tag."""
    if isinstance(term, Range) or not error.instead:
        return None
    return replace(term, tag_text=error.instead) if error.instead.startswith("[") else replace(term, text=error.instead)


def _proposal(
    label: str,
    remarks: tuple[str, ...],
    node: Node,
    by_id: dict[int, Refusal],
    replaced: Callable[[TermNode | Range], TermNode | None],
) -> Proposal | None:
    left = _without(node, by_id, replaced, bound=False)
    return Proposal(label, rendered(left), remarks) if left else None


def _without(
    node: Node,
    by_id: dict[int, Refusal],
    replaced: Callable[[TermNode | Range], TermNode | None],
    *,
    bound: bool,
) -> Node | None:
    """Return the tree without some terms; what was demanded stays a demand."""
    if not isinstance(node, Chain):
        return replaced(node) if id(node) in by_id else node
    is_joined = any(step.operator for step in node.steps)
    steps: list[Step] = []
    for step in (Step("", node.first), *node.steps):
        part = _without(step.operand, by_id, replaced, bound=bound or is_joined)
        if part is None:
            continue
        if not steps and step.operator == "NOT":
            steps.append(Step("", _EVERYTHING))
        steps.append(Step(step.operator if steps else "", part))
    if not steps:
        return None
    if is_joined and not any(step.operator for step in steps):
        steps = [steps[0], *(replace(step, operator="AND") for step in steps[1:])]
        if len(steps) == 1 and not bound and _only_ranks(steps[0].operand):
            steps = [Step("", _EVERYTHING), Step("AND", steps[0].operand)]
    return Chain(steps[0].operand, tuple(steps[1:]), node.depth) if len(steps) > 1 else steps[0].operand


def _only_ranks(node: Node) -> bool:
    """Return whether a part holds words that restrict nothing unless an operator stands beside them."""
    if isinstance(node, Chain):
        return not any(step.operator for step in node.steps) and any(
            _only_ranks(part) for part in (node.first, *(step.operand for step in node.steps))
        )
    return isinstance(node, TermNode) and node.tag is None and not node.quoted


def rendered(node: Node) -> str:
    """Return a tree as the text of a query that is read as this tree."""
    if isinstance(node, TermNode):
        return node.quoted_text + node.tag_text
    if isinstance(node, Range):
        return f"{rendered(node.first)} : {rendered(node.last)}"
    parts = [_operand(node.first, followed=bool(node.steps) and not node.steps[0].operator)]
    for number, step in enumerate(node.steps, 1):
        followed = number < len(node.steps) and not node.steps[number].operator
        parts += [step.operator, _operand(step.operand, followed=followed)]
    return " ".join(filter(None, parts))


def _operand(node: Node, *, followed: bool) -> str:
    """Return a part of a chain; words with another term right behind them stand in brackets, or they would join it."""
    text = rendered(node)
    is_bare = isinstance(node, TermNode) and node.tag is None and not node.quoted
    return f"({text})" if isinstance(node, Chain) or (is_bare and followed) else text


def _shown(refusal: Refusal) -> str:
    text = rendered(refusal.term)
    return text if len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]}…"
