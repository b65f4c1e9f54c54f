"""JSON Lines: the whole record, one object a line, under the names of `index.records.article`."""

import json
from collections.abc import Iterable, Iterator

import msgspec

from index.records.article import Article


def write_jsonl(articles: Iterable[Article]) -> Iterator[str]:
    """Yield each article as one line of ASCII."""
    for article in articles:
        yield json.dumps(whole_record(article)) + "\n"


def whole_record(article: Article) -> dict[str, object]:
    """Return everything that is known about an article, as JSON.

    The fields derived from the record are added: `url`, `doi`, `pmcid`, `year`, `abstract` and `retraction`.
    """
    derived = {name: getattr(article, name) for name in ("url", "doi", "pmcid", "year", "abstract", "retraction")}
    return {"pmid": article.pmid, **derived, **msgspec.to_builtins(article)}
