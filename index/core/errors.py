"""What can go wrong, as one tree.

::

    PubmedError                 anything below; a command prints it and exits 1
    ├── SourceError             a file of PubMed XML cannot be read as one
    │   └── RecordError         one record inside it cannot be understood
    ├── DownloadError           NLM's servers did not give what was asked for
    │   └── UntrustedError      what came is not what NLM says it published
    ├── LibraryError            the library folder is missing, empty, locked or damaged
    │   └── LibraryLocked       another build holds it
    ├── DataError               data to train or judge models on is missing or cannot be read
    ├── ModelError              an embedding model is missing, damaged or another one than expected
    ├── QueryError              a query or a filter that cannot be answered
    │   └── QuerySyntaxError    its operators cannot be read; says at which character
    ├── ReplayError             a search record cannot be written, read or repeated
    └── RunError                a folder of a training run does not allow what was asked

A caller's slip (a negative limit, a wrong type) is a `ValueError` or a `TypeError`; the tree above is for the
state of the world. Every message says what was found, what was expected, and what to type next.
"""


class PubmedError(Exception):
    """Anything this project reports on purpose."""


class SourceError(PubmedError):
    """A file of PubMed XML cannot be read as one; nothing of it was applied."""


class RecordError(SourceError):
    """One record cannot be understood; the rest of its file goes on."""


class DownloadError(PubmedError):
    """NLM's servers did not give what was asked; asking again later may help."""


class UntrustedError(DownloadError):
    """What came is not what NLM says it published, or not from NLM."""


class LibraryError(PubmedError):
    """The library folder is missing, empty or damaged."""


class LibraryLocked(LibraryError):
    """Another build holds the library."""


class DataError(PubmedError):
    """Data to train or judge models on is missing or cannot be read."""


class ModelError(PubmedError):
    """An embedding model is missing, damaged, or not the one that the library was built with."""


class QueryError(PubmedError):
    """A query or a filter cannot be answered as it stands."""


class ReplayError(PubmedError):
    """A search record cannot be written, read or repeated."""


class RunError(PubmedError):
    """A folder of a training run, or the data for it, does not allow what was asked."""


class QuerySyntaxError(QueryError):
    """A query's operators, brackets or tags cannot be read.

    Attributes:
        position: The character that is in the way, from 0.
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position
