"""A hit as every framework's document: title and abstract, and what is known beside them."""

from search.results import Hit


def document_text(hit: Hit) -> str:
    """Return title and abstract."""
    return "\n\n".join(part for part in (hit.article.title, hit.article.abstract) if part)


def document_metadata(hit: Hit) -> dict[str, object]:
    """Return what a citation and a check need; None where there is none.

    `evidence` is the sentence that answers best, `score` 0 to 1 within one search, `retraction` "retracted",
    "expression of concern" and so on.
    """
    article = hit.article
    return {
        "pmid": article.pmid,
        "doi": article.doi,
        "year": article.year,
        "title": article.title,
        "evidence": hit.evidence.text if hit.evidence else None,
        "score": hit.score,
        "retraction": article.retraction,
        "url": article.url,
    }
