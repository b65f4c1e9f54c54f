"""A library as a local Hugging Face dataset: one row for each article, no text twice, split by PMID.

The same store gives the same rows in the same order, and an article always stays on its side of the split.
"""

import shutil
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.core.errors import LibraryError
from index.core.files import size_of, sync_tree
from index.core.progress import Bar, Progress
from index.library.builds import current_manifest
from index.library.layout import Library
from index.records.article import Article
from index.records.passages import encoded_text
from index.store.article_store import ArticleStore
from index.store.ledger import Ledger
from model.training_data.dataset_card import Provenance, SourceFile, card
from model.training_data.dataset_rows import SPLITS, SeenTexts, row, row_writer, rows_file, split_of


@dataclass(frozen=True, slots=True)
class DatasetResult:
    """What happened to the articles: `read` is `train`, `validation`, `duplicates` and `empty` together.

    Attributes:
        output: The dataset, to be opened with `datasets.load_from_disk`.
        read: Articles in the store.
        train: Rows to train on.
        validation: Rows to choose by.
        duplicates: Articles left out because one with a lower PMID has the same text.
        empty: Articles left out because they have neither title nor abstract.
        with_abstract: Rows that have an abstract.
        size: Bytes on disk.
        seconds: How long it took.
    """

    output: Path
    read: int
    train: int
    validation: int
    duplicates: int
    empty: int
    with_abstract: int
    size: int
    seconds: float


def export_library(library: Library, output: Path, *, validation: float, progress: Progress) -> DatasetResult:
    """Write all articles of a library as a dataset; see `write_dataset`.

    Raises:
        LibraryError: There is no library, or no article in it has a text.
        ValueError: `output` exists already, or `validation` is out of range.
    """
    manifest = current_manifest(library)
    with ArticleStore.open(library.store) as store, progress.bar("dataset", store.count(), "article") as bar:
        with store.connection() as connection:
            files = tuple(SourceFile(entry.name, entry.sha256) for entry in Ledger(connection).entries())
        provenance = Provenance(manifest.build if manifest else None, files)
        return write_dataset(store.iterate(), output, validation=validation, provenance=provenance, bar=bar)


def write_dataset(
    articles: Iterable[Article], output: Path, *, validation: float, provenance: Provenance, bar: Bar
) -> DatasetResult:
    """Write articles as a dataset of two splits with its card, in bounded memory.

    A split without rows is left out: `datasets` cannot load one.

    Args:
        articles: In the order of the rows; of two with the same text the first is kept.
        output: A folder that does not exist yet. It appears whole or not at all.
        validation: Share of the validation split, 0 to 1 (excluded).
        provenance: Where the articles come from, for the card.
        bar: Updated for every article read.

    Raises:
        LibraryError: No article has a text.
        ValueError: `output` exists already, or `validation` is out of range.
    """
    if not 0 <= validation < 1:
        raise ValueError(f"found a validation share of {validation}, expected 0 or more and less than 1")
    if output.exists():
        raise ValueError(f"{output} already exists: name another folder, or remove it first")
    started = time.monotonic()
    with _temporary_folder(output) as work:
        counts = _write_rows(articles, work, validation=validation, bar=bar)
        _save(work, work / "dataset", [split for split in SPLITS if counts[split]])
        text = card(counts, validation=validation, provenance=provenance)
        (work / "dataset" / "README.md").write_text(text, encoding="utf-8")
        sync_tree(work / "dataset")
        (work / "dataset").replace(output)
    names = ("read", *SPLITS, "duplicates", "empty", "with_abstract")
    return DatasetResult(
        output=output,
        size=size_of(output),
        seconds=time.monotonic() - started,
        **{name: counts[name] for name in names},
    )


@contextmanager
def _temporary_folder(output: Path) -> Iterator[Path]:
    """Yield a folder beside `output`, on the same disk, that is removed afterwards."""
    work = output.with_name(f".{output.name}.partial")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write_rows(articles: Iterable[Article], work: Path, *, validation: float, bar: Bar) -> Counter[str]:
    counts: Counter[str] = Counter()
    with ExitStack() as stack:
        seen = stack.enter_context(SeenTexts.at(work / "seen.sqlite"))
        writers = {split: stack.enter_context(row_writer(rows_file(work, split))) for split in SPLITS}
        for article in articles:
            counts["read"] += 1
            bar.update(1)
            if not encoded_text(article):
                counts["empty"] += 1
            elif not seen.add(article):
                counts["duplicates"] += 1
            else:
                split = split_of(article.pmid, validation)
                writers[split].write(row(article))
                counts[split] += 1
                counts["with_abstract"] += bool(article.sections)
        for writer in writers.values():
            writer.finalize()
    return counts


def _save(work: Path, target: Path, splits: Sequence[str]) -> None:
    from datasets import Dataset, DatasetDict, NamedSplit, disable_progress_bars

    if not splits:
        raise LibraryError("There is no article with a title or an abstract to make rows of.")
    disable_progress_bars()  # ours has been drawn
    parts = {split: Dataset.from_file(str(rows_file(work, split)), split=NamedSplit(split)) for split in splits}
    DatasetDict(parts).save_to_disk(target)
