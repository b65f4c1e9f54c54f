"""A million articles around real ones: the two packaged files again and again, each copy with other words and years.

There is no more real PubMed in a package of PyPI. So copy after copy of the 50,783 records is written as XML: the first
as it is, in each later one every fifth word of title and abstract is another word of the files, one word of each
abstract is new, every second author has another surname, years, PMIDs and identifiers are others. What this keeps:
how long texts are, how many values an article has, how often words, headings and journals occur. What it does not: new
words come evenly, one an article, and journals and headings never grow in number.
"""

import gzip
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks._measure import packaged
from benchmarks.update import RECORDS as UPDATED
from benchmarks.update import changed
from index.core.progress import Progress

FILES = ("pubmed20n0014.xml.gz", "pubmed21n1298.xml.gz")
A_FILE = 2_031
"""Records a file; the first of each copy are a mixture of both years."""
FILES_A_COPY = 25
OF_A_COPY = 100_000
"""PMIDs a copy: the n-th record of copy c is PMID c * 100,000 + n."""

_RECORD = re.compile(rb"<PubmedArticle>.*?</PubmedArticle>", re.DOTALL)
_PMID = re.compile(rb'(<PMID Version="\d+">)(\d+)')
_TEXT = re.compile(rb"(<(?:ArticleTitle|AbstractText|VernacularTitle)\b[^>]*>)([^<]+)")
_YEAR = re.compile(rb"<Year>(\d{4})</Year>")
_SURNAME = re.compile(rb"<LastName>([^<]+)</LastName>")
_DOI = re.compile(rb'(IdType="doi"[^>]*>)([^<]+)')
_PMC = re.compile(rb'(IdType="pmc">PMC\d+)')
_WORD = re.compile(rb"[a-z]{3,}")
_EVERY = 5
_ENDINGS = "aeiou"


@dataclass(frozen=True, slots=True)
class Originals:
    """The real records.

    Attributes:
        records: As XML, each PMID once, those of both files mixed.
        pmids: Theirs.
        words: Words of their titles and abstracts, as often as they occur.
    """

    records: Sequence[bytes]
    pmids: Sequence[int]
    words: Sequence[bytes]

    @classmethod
    def read(cls) -> "Originals":
        """Read both files."""
        by_pmid: dict[int, bytes] = {}
        for name in FILES:
            for record in _RECORD.findall(gzip.decompress(packaged(name).read_bytes())):
                match = _PMID.search(record)
                by_pmid[int(match[2])] = record  # type: ignore[index]  # every record has one
        mixed = random.Random(0).sample(sorted(by_pmid), len(by_pmid))  # noqa: S311 - no secret
        texts = (text for pmid in mixed[::10] for _, text in _TEXT.findall(by_pmid[pmid]))
        return cls([by_pmid[pmid] for pmid in mixed], mixed, [word for text in texts for word in _WORD.findall(text)])


def write_files(folder: Path, articles: int, progress: Progress) -> list[Path]:
    """Write as many files as hold so many articles, without those that are there; return all of them, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    count = -(-articles // A_FILE)
    paths = [folder / f"copies-{number:05d}.xml.gz" for number in range(count)]
    missing = [number for number in range(count) if not paths[number].exists()]
    if missing:
        originals = Originals.read()
        with progress.bar("writing", len(missing), "file") as bar:
            for number in missing:
                copy, part = divmod(number, FILES_A_COPY)
                partial = paths[number].with_suffix(".partial")
                with gzip.open(partial, "wb", compresslevel=1) as file:
                    file.write(b'<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n')
                    file.writelines(_copies(originals, copy, part * A_FILE))
                    file.write(b"</PubmedArticleSet>\n")
                partial.rename(paths[number])
                bar.update(1)
    return paths


def files_of(folder: Path, articles: int) -> list[Path]:
    """Return the files that hold so many articles, in order."""
    return sorted(folder.glob("copies-*.xml.gz"))[: -(-articles // A_FILE)]


def update_path(folder: Path, articles: int) -> Path:
    """Return the later file of so many articles."""
    return folder / f"later-{articles:08d}.xml.gz"


def write_update(folder: Path, articles: int) -> None:
    """Write a later file of 1,000 records of so many articles, each with a changed title."""
    paths, drawn = files_of(folder, articles), list[bytes]()
    for number, path in enumerate(paths):
        records = _RECORD.findall(gzip.decompress(path.read_bytes()))
        missing = UPDATED * (number + 1) // len(paths) - len(drawn)
        drawn += records[:: len(records) // missing][:missing] if missing else []
    head = b'<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n'
    records_xml = changed(b"\n".join(drawn))
    update_path(folder, articles).write_bytes(gzip.compress(head + records_xml + b"\n</PubmedArticleSet>\n"))


def _copies(originals: Originals, copy: int, start: int) -> Iterator[bytes]:
    for number in range(start, min(start + A_FILE, len(originals.records))):
        yield _copied(originals, copy, number) + b"\n"


def _copied(originals: Originals, copy: int, number: int) -> bytes:
    """Return a record of a copy."""
    record, old = originals.records[number], originals.pmids[number]
    new = copy * OF_A_COPY + number + 1
    record = _PMID.sub(rb"\g<1>%d" % new, record, count=1)
    record = record.replace(b'IdType="pubmed">%d<' % old, b'IdType="pubmed">%d<' % new)
    if not copy:
        return record
    drawn = random.Random(new)  # noqa: S311 - no secret
    ending = b"".join(_ENDINGS[copy // 5**place % 5].encode() for place in range(3))
    is_new = True

    def reworded(match: re.Match[bytes]) -> bytes:
        nonlocal is_new
        words = match[2].split(b" ")
        places = [place for place in range(copy % _EVERY, len(words), _EVERY) if words[place].isalpha()]
        for place in places:
            words[place] = drawn.choice(originals.words)
        if places and is_new and match[1].startswith(b"<Abs"):
            words[places[-1]] += ending
            is_new = False
        return match[1] + b" ".join(words)

    def moved(match: re.Match[bytes]) -> bytes:
        year = int(match[1])
        return b"<Year>%d</Year>" % (year - copy if year > 2000 else year + copy)  # noqa: PLR2004 - of the newer file

    def renamed(match: re.Match[bytes]) -> bytes:
        return b"<LastName>%s%s</LastName>" % (match[1], ending) if drawn.random() < 0.5 else match[0]  # noqa: PLR2004

    record = _SURNAME.sub(renamed, _YEAR.sub(moved, _TEXT.sub(reworded, record)))
    return _PMC.sub(rb"\g<1>%02d" % copy, _DOI.sub(rb"\g<1>\g<2>.%d" % copy, record))
