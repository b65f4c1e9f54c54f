"""JSON Lines: the whole record, one object a line, under the names of `index.records.article`."""

import json
from collections.abc import Iterable, Iterator

import msgspec

from index.records.article import Article


def write_jsonl(articles: Iterable[Article]) -> Iterator[str]:
    """Yield each article as one line of ASCII.

    The fields derived from the record are added: `url`, `doi`, `pmcid`, `year`, `abstract` and
    `retraction`.
    """
    for article in articles:
        derived = {name: getattr(article, name) for name in ("url", "doi", "pmcid", "year", "abstract", "retraction")}
        record = msgspec.to_builtins(article)
        yield json.dumps({"pmid": article.pmid, **derived, **record}) + "\n"
