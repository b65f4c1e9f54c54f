"""Which files to read, and in which order: NLM's files by number first, then all other files."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from index.core.errors import SourceError
from index.sources.sample import sample_path

NLM_NAME: Final = re.compile(r"pubmed(\d\d)n(\d{4,5})\.xml(?:\.gz)?")
SUFFIXES: Final = (".xml", ".xml.gz")


@dataclass(frozen=True, slots=True)
class Source:
    """One file of PubMed XML.

    Attributes:
        path: The file, absolute, symbolic links resolved.
        name: Its name, as used in the ledger and in every message.
        order: (year, number) of a file that NLM named, such as (21, 1298); empty for any other file, which counts as
            newer than the newest NLM file applied when it arrives.
    """

    path: Path
    name: str
    order: tuple[int, ...]

    @classmethod
    def of(cls, path: Path) -> "Source":
        """Describe the file at `path`; its name is the one given, not that of a link's target."""
        match = NLM_NAME.fullmatch(path.name)
        return cls(path.resolve(), path.name, tuple(map(int, match.groups())) if match else ())


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
    path = argument.expanduser()
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.name.endswith(SUFFIXES) and file.is_file())
        if not files:
            raise SourceError(f"The folder {argument} holds no PubMed XML: no file in it ends in .xml or .xml.gz.")
        yield from files
    elif not path.exists():
        raise SourceError(
            f"{argument} does not exist. Give files or folders of PubMed XML, or try: rebuild-index --sample"
        )
    elif not path.name.endswith(SUFFIXES):
        raise SourceError(f"{argument} is not named like PubMed XML: expected a name that ends in .xml or .xml.gz.")
    else:
        yield path
