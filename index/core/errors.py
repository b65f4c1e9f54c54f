"""What can go wrong, as one tree.

::

    PubmedError                 anything below; a command prints it and exits 1
    ├── SourceError             a file cannot be read as PubMed XML
    │   └── RecordError         one record in the file cannot be understood
    ├── ResourceError           the system refuses memory, files, permission, or its disk or output fails
    ├── DownloadError           NLM's servers did not deliver what was requested
    │   └── UntrustedError      the download is not what NLM says it published
    ├── LibraryError            the library folder is missing, empty, locked or damaged
    │   ├── NotIndexedError     the index was built without what is asked for
    │   └── LibraryLocked       another build holds its lock
    ├── DataError               data to train or judge models on is missing or cannot be read
    ├── ModelError              an embedding model is missing, damaged or not the expected one
    ├── QueryError              a query or a filter cannot be answered
    │   ├── FilterValueError    a filter has a value that does not exist; has the nearest one
    │   └── QuerySyntaxError    its operators cannot be read; has the position of the error
    ├── ReplayError             a search record cannot be written, read or repeated
    └── RunError                a training run's folder does not allow what was requested

A caller's mistake (a negative limit, a wrong type) is a `ValueError` or a `TypeError`; the tree above is for
problems outside the program. Every message says what was found, what was expected, and what to type next.
"""

from dataclasses import dataclass


class PubmedError(Exception):
    """Base of all errors that this project reports."""


class SourceError(PubmedError):
    """A file cannot be read as PubMed XML; nothing of it was applied."""


class RecordError(SourceError):
    """One record cannot be understood; the rest of its file is applied."""


class ResourceError(PubmedError):
    """The system refuses what the program needs: memory, open files, permission, a working disk, an output."""


class DownloadError(PubmedError):
    """NLM's servers did not deliver what was requested; a later retry may help."""


class UntrustedError(DownloadError):
    """The download is not what NLM says it published, or not from NLM."""


class LibraryError(PubmedError):
    """The library folder is missing, empty or damaged."""


class NotIndexedError(LibraryError):
    """The index lacks what is asked for until somebody builds it again."""


class LibraryLocked(LibraryError):
    """Another build holds the library's lock."""


class DataError(PubmedError):
    """Data to train or judge models on is missing or cannot be read."""


class ModelError(PubmedError):
    """An embedding model is missing, damaged, or not the one that the library was built with."""


class QueryError(PubmedError):
    """A query or a filter cannot be answered as it stands."""


class FilterValueError(QueryError):
    """A filter has a value that neither PubMed's vocabularies nor an article of the library has.

    Attributes:
        field: Of the filters.
        value: As it was given.
        nearest: The known value that was probably meant, or None.
    """

    def __init__(self, message: str, field: str, value: str, nearest: str | None) -> None:
        super().__init__(f"{message} Did you mean {nearest!r}?" if nearest else message)
        self.field = field
        self.value = value
        self.nearest = nearest


class ReplayError(PubmedError):
    """A search record cannot be written, read or repeated."""


class RunError(PubmedError):
    """A training run's folder, or its data, does not allow what was requested."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A query that can be searched in place of one that was refused; it is searched only if the user accepts it.

    Attributes:
        label: What it does, as a button says it: "Search without [xy]".
        text: The whole query, ready to be searched.
        remarks: What in it differs from what was typed, a sentence each.
    """

    label: str
    text: str
    remarks: tuple[str, ...] = ()


class QuerySyntaxError(QueryError):
    """A query's operators, brackets or tags cannot be read, or a part of it cannot be answered.

    Attributes:
        position: Offset of the character at which reading fails, from 0.
        proposals: What can be searched instead.
    """

    def __init__(self, message: str, position: int, proposals: tuple[Proposal, ...] = ()) -> None:
        super().__init__(message)
        self.position = position
        self.proposals = proposals
