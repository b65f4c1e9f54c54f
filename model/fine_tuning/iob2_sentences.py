"""Tagged sentences: what an entity extraction is trained and judged on.

::

    train.tsv           a word and its tag a line, with a tab between; an empty line ends a sentence
    devel.tsv           chooses the epoch; or dev.tsv, validation.tsv
    test.tsv            is judged

Tags are IOB2: B-Disease begins a mention, I-Disease continues it, O is outside of any.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.core.errors import DataError


@dataclass(frozen=True, slots=True)
class TaggedSentence:
    """A sentence.

    Attributes:
        words: As the data set divides it.
        tags: One IOB2 tag a word.
    """

    words: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntityData:
    """A data set for entity extraction, its parts in the order of their files.

    Attributes:
        name: The folder's name.
        train: What is trained on.
        devel: What the epoch is chosen by.
        test: What is judged.
    """

    name: str
    train: tuple[TaggedSentence, ...]
    devel: tuple[TaggedSentence, ...]
    test: tuple[TaggedSentence, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        """The distinct tags of all parts, "O" first, then by the alphabet."""
        parts = (*self.train, *self.devel, *self.test)
        return ("O", *sorted({tag for sentence in parts for tag in sentence.tags} - {"O"}))


def open_entities(folder: Path) -> EntityData:
    """Read a data set from a folder of BIO columns.

    Raises:
        DataError: A part is not there or cannot be read; names file, line and what was expected.
    """
    folder = folder.expanduser()
    parts = (_file(folder, names) for names in (("train",), ("devel", "dev", "validation"), ("test",)))
    return EntityData(folder.absolute().name, *(read_sentences(path) for path in parts))


def read_sentences(path: Path) -> tuple[TaggedSentence, ...]:
    """Read one file of tagged sentences.

    Raises:
        DataError: It cannot be read, a line is not a word and an IOB2 tag, or it has no sentences.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    sentences: list[TaggedSentence] = []
    words: list[tuple[str, str]] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            words.append(_word(line, path, number))
        elif words:
            sentences.append(_sentence(words))
            words = []
    if not sentences:
        raise DataError(f"{path} has no sentences; expected a word, a tab and its tag a line.")
    return tuple(sentences)


def _word(line: str, path: Path, number: int) -> tuple[str, str]:
    word, tab, tag = line.partition("\t")
    tag = tag.strip()
    if not (word and tab and (tag == "O" or tag.startswith(("B-", "I-")))):
        raise DataError(f"{path} line {number} is {line[:80]!r}; expected a word, a tab and O, B-NAME or I-NAME.")
    return word, tag


def _sentence(words: Sequence[tuple[str, str]]) -> TaggedSentence:
    return TaggedSentence(tuple(word for word, _ in words), tuple(tag for _, tag in words))


def _file(folder: Path, names: tuple[str, ...]) -> Path:
    for name in names:
        if (path := folder / f"{name}.tsv").is_file():
            return path
    expected = " or ".join(f"{name}.tsv" for name in names)
    raise DataError(
        f"{folder} holds no {expected}: a word, a tab and its IOB2 tag a line, empty lines between sentences."
    )
