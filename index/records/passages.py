"""The parts of an article that are indexed: the text to encode, and the words."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from index.core.readable_text import readable
from index.records.article import Article

HASH_BYTES = 16

# A known item is looked for by its first or its last author. The thousand names of a consortium would only make the
# article look long, which BM25 counts against its other words.
_AUTHORS_SEARCHED = 20


@dataclass(frozen=True, slots=True)
class EncodingKey:
    """Identifies one text to encode: the article, and a hash of exactly the text that the model reads."""

    pmid: int
    text_hash: bytes


@dataclass(frozen=True, slots=True)
class Passage:
    """The searchable text of one article.

    Attributes:
        pmid: The article.
        title: The title, the vernacular one where there is no other, "" without any.
        abstract: The abstract without labels; "" where there is none.
        keywords: Keywords of every owner, in PubMed's order.
        mesh: Names of MeSH descriptors and supplementary concepts.
        others: What else has words: the vernacular title, other abstracts, qualifiers, substances, genes, trials.
        authors: Names as PubMed's summary prints them.
        journal: The journal's title, or "".
        year: First year that the publication date can mean, or None.
        text: What is encoded: title, space, abstract.
    """

    pmid: int
    title: str
    abstract: str
    keywords: tuple[str, ...]
    mesh: tuple[str, ...]
    others: tuple[str, ...]
    authors: tuple[str, ...]
    journal: str
    year: int | None
    text: str


def searched_title(article: Article) -> str:
    """Return the title that search reads: the vernacular one where there is no other, "" without any."""
    return article.title or article.vernacular_title or ""


def encoded_text(article: Article) -> str:
    """Return exactly the text that is encoded: title, space, abstract."""
    return f"{searched_title(article)} {article.abstract}".strip()


def abstract_sentences(article: Article) -> Iterator[tuple[int, int, int, str]]:
    """Yield each sentence of the abstract: number and offset of its section, where it begins in the section, its text.

    Offsets are in characters, of sections in `Article.abstract`. Sentences have no white space around them; empty ones
    are left out.
    """
    offset = 0
    for section_number, section in enumerate(article.sections):
        for start, raw in section.sentences():
            if text := raw.strip():
                yield section_number, offset, start + len(raw) - len(raw.lstrip()), text
        # Article.abstract joins the sections that have a text with one space.
        offset += len(section.text) + 1 if section.text else 0


def encoded_sentences(article: Article) -> tuple[str, ...]:
    """Return the sentences that are encoded one by one: the title, then those of the abstract.

    The first sentence of the abstract stands in for a title that is not there; without both there is none.
    """
    sentences = [text for *_, text in abstract_sentences(article)]
    title = searched_title(article)
    return *([title] if title else sentences[:1]), *sentences


def sentences_key(article: Article) -> EncodingKey:
    """Return what identifies an article's sentences."""
    return EncodingKey(article.pmid, text_hash("\0".join(encoded_sentences(article))))


def text_hash(text: str) -> bytes:
    """Return the 16-byte BLAKE2b hash of `text` in UTF-8."""
    return blake2b(text.encode(), digest_size=HASH_BYTES).digest()


def passage_of(article: Article) -> Passage:
    """Return what the keyword index and the encoder read of `article`."""
    return Passage(
        pmid=article.pmid,
        title=searched_title(article),
        abstract=article.abstract,
        keywords=tuple(keyword.text for keyword in article.keywords),
        mesh=(*(heading.name for heading in article.mesh), *(concept.name for concept in article.supplementary)),
        others=tuple(dict.fromkeys(_others(article))),
        authors=tuple(str(author) for author in article.authors),
        journal=article.journal.title or "",
        year=article.year,
        text=encoded_text(article),
    )


def _others(article: Article) -> Iterator[str]:
    """Yield the words that neither title, abstract, keywords nor headings have, as far as texts are the same."""
    if article.title and article.vernacular_title:
        yield article.vernacular_title
    for other in article.other_abstracts:
        yield from (section.text for section in other.sections)
    headings = {heading.name for heading in article.mesh}
    yield from (qualifier.name for heading in article.mesh for qualifier in heading.qualifiers)
    yield from (chemical.name for chemical in article.chemicals if chemical.name not in headings)
    yield from article.genes
    yield from (accession for bank in article.data_banks for accession in bank.accessions)


def searched_words(passage: Passage) -> str:
    """Return everything that can find an article by its words; the title is there twice and so counts twice."""
    parts = (passage.title, passage.title, passage.abstract, *passage.keywords, *passage.mesh, *passage.others)
    return readable(" ".join((*parts, *passage.authors[:_AUTHORS_SEARCHED])))
