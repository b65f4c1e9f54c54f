"""The article stores of all shards behind the interface of one."""

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from itertools import chain
from typing import Any

from index.library.shard_place import shard_of
from index.records.article import Article
from index.split.shard_reader import ShardReader
from index.split.shards import Shards
from index.store.article_store import ArticleStore
from index.store.ingest_stats import FileStats
from index.store.store_status import StoreStatus, YearCount


class SplitStore(ArticleStore):
    """The articles of a split library, read-only; any number of threads may use it."""

    def __init__(self, shards: Shards) -> None:  # each method that reads a file is replaced
        self._shards = shards

    def close(self) -> None:
        """Close the stores of the shards that are open here."""
        self._shards.close()

    def articles(self, pmids: Sequence[int]) -> dict[int, Article]:
        """Return the articles of `pmids` that the stores hold, in the order asked for."""
        of_shards: dict[int, list[int]] = {}
        for pmid in pmids:
            of_shards.setdefault(shard_of(pmid, self._shards.count) - 1, []).append(pmid)
        found: dict[int, Article] = {}
        for articles in self._shards.some(ShardReader.articles, {n: (of,) for n, of in of_shards.items()}).values():
            found |= articles
        return {pmid: found[pmid] for pmid in pmids if pmid in found}

    def __contains__(self, pmid: int) -> bool:
        return pmid in self.articles([pmid])

    def count(self) -> int:
        """Return how many articles the stores hold."""
        return self.status().articles

    def citing(self, pmid: int) -> tuple[int, ...]:
        """Return the PMIDs of the articles whose references name an article, the highest first."""
        return tuple(sorted(chain.from_iterable(self._shards.everyone(ShardReader.citing, pmid)), reverse=True))

    def files(self) -> tuple[FileStats, ...]:
        """Return the counts of the files that were applied, in NLM's order."""
        return _added(self._shards.everyone(ShardReader.files))

    def status(self) -> StoreStatus:
        """Count what the stores hold."""
        found = self._shards.everyone(ShardReader.status)
        applied = _added([status.applied for status in found])
        order = {file.name: place for place, file in enumerate(applied)}
        years: dict[int | None, int] = {}
        for count in chain.from_iterable(status.years for status in found):
            years[count.year] = years.get(count.year, 0) + count.articles
        set_aside = chain.from_iterable(status.set_aside for status in found)
        return StoreStatus(
            articles=sum(status.articles for status in found),
            with_abstract=sum(status.with_abstract for status in found),
            deletions=sum(status.deletions for status in found),
            retractions=sum(status.retractions for status in found),
            years=tuple(YearCount(year, years[year]) for year in sorted(years, key=lambda year: year or 0)),
            applied=applied,
            bad_files=_added([status.bad_files for status in found]),
            set_aside=tuple(sorted(set_aside, key=lambda record: (order.get(record.file, 0), record.position))),
            missing=tuple(dict.fromkeys(chain.from_iterable(status.missing for status in found))),
            newest=max((status.newest for status in found if status.newest), default=None),
            bytes=sum(status.bytes for status in found),
        )


def _added(of_shards: Iterable[Sequence[FileStats]]) -> tuple[FileStats, ...]:
    """Add up what shards took of the same files, in the order of the first shard."""
    by_name: dict[str, FileStats] = {}
    for file in chain.from_iterable(of_shards):
        known = by_name.get(file.name)
        by_name[file.name] = file if known is None else replace(known, **_sums(known, file))
    return tuple(by_name.values())


def _sums(one: FileStats, other: FileStats) -> dict[str, Any]:
    numbers = [field.name for field in fields(FileStats) if field.name not in {"name", "state", "reason"}]
    return {name: getattr(one, name) + getattr(other, name) for name in numbers}
