"""Twenty articles a page, and links to the others."""

from collections.abc import Callable, Iterator

from ui.layout.html_text import inside_link, plain
from ui.state.result_cache import PAGE_SIZE


def pager_html(page: int, ranked: int, url_of: Callable[[int], str]) -> str:
    """Return links to the pages of a list; "" where it has but one.

    Args:
        page: The page shown, from 1.
        ranked: How many articles can be paged through.
        url_of: Returns the address of a page by its number.
    """
    last = -(-ranked // PAGE_SIZE)
    if last < 2:  # noqa: PLR2004 - one page needs no links
        return ""
    items = []
    before = 0
    for number in pages_offered(page, last):
        gap = '<li aria-hidden="true">…</li>' if number > before + 1 else ""
        items.append(f"{gap}<li>{_link(url_of(number), f'{number:,}', current=number == page)}</li>")
        before = number
    back = f"<li>{_link(url_of(page - 1), 'Previous')}</li>" if page > 1 else ""
    on = f"<li>{_link(url_of(page + 1), 'Next')}</li>" if page < last else ""
    return f'<nav class="pager" aria-label="Pages of results"><ul>{back}{"".join(items)}{on}</ul></nav>'


def pages_offered(page: int, last: int) -> Iterator[int]:
    """Yield the numbers of the pages to link to: the first, the last, and those around the one shown."""
    near = {1, last, *range(page - 2, page + 3)}
    # A gap of one page is shorter as that page.
    near |= {number + 1 for number in near if number + 2 in near}
    yield from sorted(number for number in near if 1 <= number <= last)


def _link(url: str, shown: str, *, current: bool = False) -> str:
    label = None if shown in {"Previous", "Next"} else f"Page {shown}"
    return inside_link(url, plain(shown), id=f"page-{shown}", label=label, current=current)
