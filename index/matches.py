"""What an index answers with: matching articles, and where a text's words are."""

from dataclasses import dataclass

# First and last year of publication, both included; None leaves that side open.
Years = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Match:
    """One article and how well it matches.

    Attributes:
        pmid: PubMed's identifier.
        score: A cosine (-1 to 1) from the vectors, a BM25 score (above 0, without bound) from the keywords.
    """

    pmid: int
    score: float


@dataclass(frozen=True, slots=True)
class KeywordMatches:
    """The best articles by their words.

    Attributes:
        total: How many articles hold at least one of the words; exact.
        matches: The best of them, highest score first, equal scores by PMID, highest first.
    """

    total: int
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """One word of a text as the index knows it.

    Attributes:
        stem: The indexed form: "run" for "Running", "h2o" for "H₂O".
        start: Where the word begins in the text that was asked about, in characters.
        end: Where it ends, exclusive.
    """

    stem: str
    start: int
    end: int
