"""tantivy's searcher for files that may be damaged: whatever it reports, or panics about, becomes a stated error."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.core.errors import LibraryError
from index.core.system_errors import system_error

if TYPE_CHECKING:
    import tantivy
    from numpy.typing import NDArray


class GuardedSearcher:
    """Searches one finished index; any number of threads may use it.

    Attributes:
        schema: The index's schema.
    """

    def __init__(self, folder: Path) -> None:
        """Open an index that a writer finished.

        Raises:
            LibraryError: There is no such index, or it is damaged or of another version.
            OSError: No file can be opened, for want of permission or descriptors.
        """
        import tantivy

        self._stated = _Stated(folder)
        with self._stated:
            index = tantivy.Index.open(str(folder))
            self.schema = index.schema
            self._searcher = index.searcher()
            self._count = int(self._searcher.num_docs)

    def __len__(self) -> int:
        """Return the number of documents."""
        return self._count

    def search(self, query: "tantivy.Query", limit: int, **options: Any) -> "tantivy.SearchResult":  # noqa: ANN401
        """Search; see `tantivy.Searcher.search`."""
        with self._stated:
            return self._searcher.search(query, limit, **options)

    def document_frequency(self, field: str, word: str) -> int:
        """Return how many documents hold a word in a field."""
        with self._stated:
            return int(self._searcher.doc_freq(field, word))

    def terms_with_prefix(self, field: str, prefix: str) -> list[tuple[str, int]]:
        """Return the words of a field that begin with `prefix`, each with the number of documents that hold it."""
        with self._stated:
            return self._searcher.terms_with_prefix(field, prefix)

    def fast_numbers(self, field: str, addresses: "list[tantivy.DocAddress]") -> "NDArray[np.int64]":
        """Return the number that a field has in each document, 0 where it has none."""
        with self._stated:
            values = self._searcher.fast_field_values(field, addresses)
            return np.array([value or 0 for value in values], dtype=np.int64)


class _Stated:
    """States what tantivy reports of a folder; a class, because a query enters it some ten thousand times."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        # A panic of Rust is no Exception, and its class cannot be imported.
        if error is not None and (isinstance(error, ValueError) or type(error).__name__ == "PanicException"):
            raise system_error(error, self._folder) or LibraryError(
                f"The index of words in {self._folder} cannot be read ({error}). Build it again:\n  rebuild-index"
            ) from error
