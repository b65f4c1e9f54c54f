"""The address of a search at PubMed, read as the search in it."""

import re
from urllib.parse import parse_qs, urlsplit

_ADDRESS = re.compile(
    r"\s*(?:https?://)?(?:pubmed\.ncbi\.nlm\.nih\.gov/|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed/?)\?\S+\s*", re.IGNORECASE
)
_YEARS = re.compile(r"years\.(\d{4})-(\d{4})")


def without_address(text: str) -> tuple[str, list[str]]:
    """Return the search that an address of PubMed holds, with its filters, and a sentence; other texts as they are."""
    if not _ADDRESS.fullmatch(text):
        return text, []
    asked = parse_qs(urlsplit(text.strip()).query)
    term = " ".join(asked.get("term", [""])[0].split())
    groups: dict[str, list[str]] = {}
    for name in asked.get("filter", []):
        years = _YEARS.fullmatch(name)
        group, _, value = name.partition(".")
        groups.setdefault(group, []).append(f"{years[1]}:{years[2]}[dp]" if years else f'"{value or group}"[filter]')
    if not term:
        return text, []
    filters = [f"({' OR '.join(values)})" if len(values) > 1 else values[0] for values in groups.values()]
    whole = " AND ".join([f"({term})", *filters]) if filters else term
    return whole, ["The address was read as the search in it."]
