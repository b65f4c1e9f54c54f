"""The parts of an article that are indexed: the text to encode, and the words."""

from dataclasses import dataclass
from hashlib import blake2b

from index.records.article import Article

HASH_BYTES = 16


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
        authors=tuple(str(author) for author in article.authors),
        journal=article.journal.title or "",
        year=article.year,
        text=encoded_text(article),
    )
