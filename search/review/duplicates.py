"""A file of references compared with the library and within itself."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from index.core.formatting import counted
from index.core.text_normalization import folded_value, folded_words
from index.engine.filter_expression import AnyOf, Phrase, Value
from index.records.article import Article
from index.records.identifiers import doi_key
from index.sources.tagged_records import Kind
from search.filters.validation import LAST_PMID
from search.review.references import Reference, ReferenceFile, title_key

if TYPE_CHECKING:
    from search.serving.open_build import OpenBuild

Verdict: TypeAlias = Literal["held", "repeated", "similar", "new"]
VERDICTS: dict[Verdict, str] = {
    "held": "in the library",
    "repeated": "twice in the file",
    "similar": "to check by eye",
    "new": "new",
}

YEARS_APART = 1
"""Of one article: it may appear online in one year and in an issue of the next."""
MOST_TITLED = 50
"""Articles compared that have the words of a title side by side; a title that more have says nothing ("Editorial")."""
_SURE = "title, year and first author"


@dataclass(frozen=True, slots=True)
class ComparedReference:
    """One reference, and what it is the same as.

    Attributes:
        reference: The reference.
        verdict: "held" (the library has it), "repeated" (an earlier record of the file has it), "similar" (it may be
            the same as an article of the library), or "new".
        by: What is equal, in words; "" for a new one.
        pmid: The article of the library, or None.
        same_as: The number of the earlier record, or None.
    """

    reference: Reference
    verdict: Verdict
    by: str = ""
    pmid: int | None = None
    same_as: int | None = None

    def __str__(self) -> str:
        """Return what was found, in words."""
        found = VERDICTS[self.verdict]
        named = f": PMID {self.pmid}" if self.pmid else f": record {self.same_as}" if self.same_as else ""
        return f"{found}{named}{f', by {self.by}' if self.by else ''}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A file compared.

    Attributes:
        name: The file's name.
        kind: "RIS" or "NBIB".
        compared: Its references, in order.
        build: Name of the build that it was compared with.
    """

    name: str
    kind: Kind
    compared: tuple[ComparedReference, ...]
    build: str

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many references there are of each verdict."""
        found = Counter(each.verdict for each in self.compared)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def rest(self) -> str:
        """The records that are neither in the library nor repeated, as they stand in the file, a blank line between."""
        return "\n".join(each.reference.text for each in self.compared if each.verdict in ("similar", "new"))

    def __str__(self) -> str:
        """Return "14 records (RIS): 9 in the library, 1 twice in the file, 1 to check by eye, 3 new"."""
        counts = ", ".join(f"{number:,} {VERDICTS[verdict]}" for verdict, number in self.counts.items())
        return f"{counted(len(self.compared), 'record')} ({self.kind}): {counts}"

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object that `pubmed-search duplicates --json` prints."""
        return {
            "file": self.name,
            "kind": self.kind,
            "build": self.build,
            "counts": self.counts,
            "records": [
                {
                    "record": each.reference.number,
                    "title": each.reference.title,
                    "verdict": each.verdict,
                    "by": each.by or None,
                    "pmid": each.pmid,
                    "same_as": each.same_as,
                }
                for each in self.compared
            ],
        }


def compare_references(file: ReferenceFile, serving: "OpenBuild") -> Comparison:
    """Say of each reference whether the library has it, and whether the file has it twice.

    A reference is an article of the library by PMID, else by DOI, else where the letters of the titles, the surnames of
    the first authors and, give or take one, the years are equal. A title alone, or a PMID beside another DOI, makes it
    one to check by eye.
    """
    library = _LibraryArticles(file.references, serving)
    earlier: dict[object, int] = {}
    compared = []
    for reference in file.references:
        found = library.same_as(reference)
        if found.verdict == "new":
            found = _repeated(reference, earlier) or found
        for _, key in _keys(reference):
            earlier.setdefault(key, reference.number)
        compared.append(found)
    return Comparison(file.name, file.kind, tuple(compared), serving.index.manifest.build)


def _repeated(reference: Reference, earlier: Mapping[object, int]) -> ComparedReference | None:
    for by, key in _keys(reference):
        if key in earlier:
            return ComparedReference(reference, "repeated", by, same_as=earlier[key])
    return None


def _keys(reference: Reference) -> Iterator[tuple[str, object]]:
    """Yield what two records of one article have in common."""
    if reference.pmid:
        yield "PMID", reference.pmid
    if reference.doi:
        yield "DOI", reference.doi
    if reference.title_key and reference.surname and reference.year:
        yield _SURE, (reference.title_key, reference.surname, reference.year)


class _LibraryArticles:
    """The articles of the library that the references of a file may be."""

    def __init__(self, references: Sequence[Reference], serving: "OpenBuild") -> None:
        self._serving = serving
        index = serving.index
        pmids = frozenset(each.pmid for each in references if each.pmid and each.pmid <= LAST_PMID)
        dois = frozenset(each.doi for each in references if each.doi)
        addressed = index.pmids_of(index.select(Value("doi", dois))) if dois else ()
        self._by_pmid = serving.store.articles(list(pmids))
        self._by_doi = {
            doi_key(article.doi): article
            for article in serving.store.articles([int(pmid) for pmid in addressed]).values()
            if article.doi
        }

    def same_as(self, reference: Reference) -> ComparedReference:
        if article := self._by_pmid.get(reference.pmid or 0):
            if reference.doi and article.doi and doi_key(article.doi) != reference.doi:
                return ComparedReference(reference, "similar", "PMID, with another DOI", article.pmid)
            return ComparedReference(reference, "held", "PMID", article.pmid)
        if reference.doi and (article := self._by_doi.get(reference.doi)):
            return ComparedReference(reference, "held", "DOI", article.pmid)
        return self._by_title(reference)

    def _by_title(self, reference: Reference) -> ComparedReference:
        titled = list(self._titled(reference)) if reference.title_key else []
        for article in titled:
            if _same_year(article, reference) and reference.surname in _surnames(article):
                return ComparedReference(reference, "held", _SURE, article.pmid)
        if titled:
            return ComparedReference(reference, "similar", "title alone", titled[0].pmid)
        return ComparedReference(reference, "new")

    def _titled(self, reference: Reference) -> Iterable[Article]:
        """Return the articles whose title has the same letters, the newest first."""
        index, words = self._serving.index, " ".join(folded_words(reference.title))
        selection = index.select(AnyOf((Phrase("title", words), Phrase("vernacular_title", words))))
        if not 0 < selection.count <= MOST_TITLED:
            return ()
        articles = self._serving.store.articles([int(pmid) for pmid in index.pmids_of(selection)])
        return [each for each in articles.values() if reference.title_key in _title_keys(each)]


def _title_keys(article: Article) -> set[str]:
    return {title_key(title) for title in (article.title, article.vernacular_title) if title}


def _same_year(article: Article, reference: Reference) -> bool:
    return bool(article.year and reference.year and abs(article.year - reference.year) <= YEARS_APART)


def _surnames(article: Article) -> set[str]:
    """Return the names by which the first author may be given."""
    first = next(iter(article.authors), None)
    names = (first.last_name, first.collective_name) if first else ()
    return {folded_value(name) for name in names if name}
