"""Which files to read, and in which order: NLM's files by number first, then all other files."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from index.core.errors import SourceError
from index.core.printable_path import printable_path
from index.packaged.sample import sample_path

NLM_NAME: Final = re.compile(r"pubmed(\d\d)n(\d{4,5})\.xml(?:\.gz)?", re.ASCII)
SUFFIXES: Final = (".xml", ".xml.gz")
STORE_SUFFIXES: Final = (".sqlite", ".sqlite3", ".db")
_BEFORE_ALL: Final = (0, -1)


@dataclass(frozen=True, slots=True)
class Source:
    """One file of PubMed XML, or a store that PaperETL built.

    Attributes:
        path: The file, absolute, symbolic links resolved.
        name: Its name, as used in the ledger and in every message: one line that can be printed.
        order: (year, number) of a file that NLM named, such as (21, 1298); empty for any other file, which counts as
            newer than the newest NLM file applied when it arrives. A store of PaperETL's is older than all files.
    """

    path: Path
    name: str
    order: tuple[int, ...]

    @classmethod
    def of(cls, path: Path) -> "Source":
        """Describe the file at `path`; its name is the one given, not that of a link's target."""
        match = NLM_NAME.fullmatch(path.name)
        number = tuple(map(int, match.groups())) if match else ()
        order = _BEFORE_ALL if path.name.endswith(STORE_SUFFIXES) else number
        # `Path.resolve` raises where a link leads to itself; such a file is reported when it is read.
        return cls(Path(os.path.realpath(path)), printable_path(path.name), order)

    @property
    def is_store(self) -> bool:
        """Whether it is a store that PaperETL built."""
        return self.order == _BEFORE_ALL


def find_sources(arguments: Sequence[Path], *, sample: bool = False) -> list[Source]:
    """List the files given by `arguments`, each once, in the order in which to apply them.

    Args:
        arguments: Files and folders; folders are searched with their subfolders.
        sample: Whether to add the sample file.

    Raises:
        SourceError: A path is missing, a file is not named like XML, or a folder holds no XML.
    """
    paths = [path for argument in arguments for path in _files(argument)]
    paths += [sample_path()] if sample else []
    sources = list({source.path: source for source in map(Source.of, paths)}.values())
    numbered = sorted((source for source in sources if source.order), key=lambda source: (source.order, source.path))
    return numbered + [source for source in sources if not source.order]


def _files(argument: Path) -> Iterator[Path]:
    path = argument
    with suppress(RuntimeError):  # "~name.xml" where there is no such user is the name of a file
        path = argument.expanduser()
    try:
        path.lstat()  # not `stat`: a link to nothing is a source that cannot be read
    except OSError as error:
        fault = "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        raise SourceError(
            f"{printable_path(argument)} {fault}. Give files or folders of PubMed XML, or try: rebuild-index --sample"
        ) from error
    if path.is_dir():
        files = sorted(_walk(path))
        if not files:
            raise SourceError(
                f"The folder {printable_path(argument)} holds no PubMed XML: no file in it ends in .xml or .xml.gz."
            )
        yield from files
    elif not path.name.endswith((*SUFFIXES, *STORE_SUFFIXES)):
        raise SourceError(
            f"{printable_path(argument)} is not named like PubMed XML: expected a name that ends in .xml or .xml.gz, "
            "or in .sqlite for a store that PaperETL built."
        )
    else:
        yield path


def _walk(folder: Path) -> Iterator[Path]:
    """Yield everything under a folder that is named like PubMed XML, linked folders included, each folder once.

    Also what cannot be read, folders included: the ingest reports it, and nothing is left out in silence.
    """
    unreadable: list[OSError] = []
    seen: set[tuple[int, int]] = set()
    for parent, folders, names in os.walk(folder, followlinks=True, onerror=unreadable.append):
        status = Path(parent).stat()
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        yield from (Path(parent, name) for name in names if name.endswith(SUFFIXES))
    yield from (Path(error.filename) for error in unreadable)
