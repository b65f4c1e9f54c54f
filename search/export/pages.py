"""Where an article stands in its journal: first and last page, or the number that takes their place."""

import re

from index.records.article import Article, Journal

_DASH = "\u2010\u2011\u2012\u2013\u2014\u2212-"  # the hyphen last: elsewhere it would mean a range of characters
_NO_PAGE = rf"\s,;\x00-\x1f\x7f-\x9f\ud800-\udfff{_DASH}"
_RANGE = re.compile(rf"([^{_NO_PAGE}]+)[{_DASH}]([^{_NO_PAGE}]+)")
# "1045-52; discussion 1052-3", "11-9, quiz 20": what others say about the article is not part of it.
_ADDED = re.compile(r"\s*[;,]\s*(?:discuss|quiz|author|repl|comment|editor|errat)[a-z]*\b.*", re.DOTALL | re.IGNORECASE)
_PAGE = re.compile(r"(?P<prefix>\D*)(?P<number>\d+)(?P<rest>.*)", re.DOTALL)
_LETTERS = re.compile(r"[^\W\d_]*")


def page_ends(journal: Journal) -> tuple[str | None, str | None]:
    """Return the first and the last page, each as it is printed on the page itself.

    "113-25" is pages 113 and 125, "S125-30" S125 and S130, "135S-42S" 135S and 142S. The last page that NLM gives by
    itself wins. What is not one range, such as "58, 61", comes back whole as (pages, None).
    """
    pages = _ADDED.sub("", journal.pages or "") or journal.pages
    match = _RANGE.fullmatch(pages or "")
    if journal.last_page:
        first = match[1] if match else pages
        last = _completed(first, journal.last_page) if first else None
        return first, None if last == first else last or journal.last_page
    last = _completed(*match.groups()) if match else None
    return (match[1], last) if match and last else (pages or None, None)


def _completed(first: str, last: str) -> str | None:
    """Return the last page with what it shares with the first; None where the two are no range."""
    start, end = _PAGE.fullmatch(first), _PAGE.fullmatch(last)
    if not start or not end:
        return last if not start and not end else None
    if end["prefix"] and end["prefix"].lower() != start["prefix"].lower():
        return last
    if inner := _PAGE.fullmatch(start["rest"]) if not end["rest"] else None:
        # "520.e1-6": only the number behind the point goes on.
        tail = _completed(inner["number"] + inner["rest"], end["number"])
        return f"{start['prefix']}{start['number']}{inner['prefix']}{tail}" if tail else None
    number = _padded(start["number"], end["number"])
    if number is None:
        return None
    rest = end["rest"] or (start["rest"] if _LETTERS.fullmatch(start["rest"]) else "")
    return f"{end['prefix'] or start['prefix']}{number}{rest}"


def _padded(first: str, last: str) -> str | None:
    number = first[: max(0, len(first) - len(last))] + last
    return number if int(number) >= int(first) else None


def article_number(article: Article) -> str | None:
    """Return what locates an article without pages: the publisher's identifier (PII), often an article number.

    The last one: where the two differ, it is the one that PubMed prints ("e228092", after "12/6/e228092").
    """
    if article.journal.pages:
        return None
    return next((identifier.value for identifier in reversed(article.ids) if identifier.kind == "pii"), None)


def locator(article: Article) -> str | None:
    """Return the pages as PubMed prints them, else the article number."""
    return article.journal.pages or article_number(article)


def located_ends(article: Article) -> tuple[str | None, str | None]:
    """Return the first and the last page, or the article number and None."""
    number = article_number(article)
    return (number, None) if number else page_ends(article.journal)
