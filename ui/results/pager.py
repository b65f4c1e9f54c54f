"""Links to the pages of a list, twenty articles each."""

from collections.abc import Callable, Iterator

from ui.layout.html_text import inside_link, plain
from ui.state.result_cache import PAGE_SIZE


def pager_html(page: int, ranked: int, url_of: Callable[[int], str]) -> str:
    """Return links to the pages of a list; "" if it has only one.

    Args:
        page: The page shown, from 1.
        ranked: How many articles can be paged through.
        url_of: Returns the address of a page by its number.
    """
    last = -(-ranked // PAGE_SIZE)
    if last < 2:  # noqa: PLR2004 - one page needs no links
        return ""
    items = []
    previous = 0
    for number in pages_offered(page, last):
        gap = '<li aria-hidden="true">…</li>' if number > previous + 1 else ""
        items.append(f"{gap}<li>{_link(url_of(number), f'{number:,}', current=number == page)}</li>")
        previous = number
    previous_link = f"<li>{_link(url_of(page - 1), 'Previous')}</li>" if page > 1 else ""
    next_link = f"<li>{_link(url_of(page + 1), 'Next')}</li>" if page < last else ""
    return f'<nav class="pager" aria-label="Pages of results"><ul>{previous_link}{"".join(items)}{next_link}</ul></nav>'


def pages_offered(page: int, last: int) -> Iterator[int]:
    """Yield the numbers of the pages to link to: the first, the last, and those around the one shown."""
    pages = {1, last, *range(page - 2, page + 3)}
    # Instead of a gap for a single page, that page.
    pages |= {number + 1 for number in pages if number + 2 in pages}
    yield from sorted(number for number in pages if 1 <= number <= last)


def _link(url: str, text: str, *, current: bool = False) -> str:
    label = None if text in {"Previous", "Next"} else f"Page {text}"
    return inside_link(url, plain(text), id=f"page-{text}", label=label, current=current)
