"""Links to the pages of a list."""

from collections.abc import Iterator
from dataclasses import replace

from ui.layout.html_text import inside_link, plain
from ui.state.url_state import Address


def pager_html(address: Address, total: int) -> str:
    """Return links to the pages of a list; "" if it has only one.

    Args:
        address: Of the page shown.
        total: How many can be paged through.
    """
    page, last = address.page, -(-total // address.per)
    if last < 2:  # noqa: PLR2004 - one page needs no links
        return ""
    items = []
    previous = 0
    for number in pages_offered(page, last):
        gap = '<li aria-hidden="true">…</li>' if number > previous + 1 else ""
        items.append(f"{gap}<li>{_link(address, number, f'{number:,}', current=number == page)}</li>")
        previous = number
    previous_link = f"<li>{_link(address, page - 1, 'Previous')}</li>" if page > 1 else ""
    next_link = f"<li>{_link(address, page + 1, 'Next')}</li>" if page < last else ""
    return f'<nav class="pager" aria-label="Pages of results"><ul>{previous_link}{"".join(items)}{next_link}</ul></nav>'


def past_end_html(address: Address, shown: Address) -> str:
    """Say that an address names a page past the end; `page.js` corrects it. "" where it does not.

    Args:
        address: As it was followed or typed.
        shown: With the page that is shown instead.
    """
    if address.page == shown.page:
        return ""
    return (
        f'<p class="note" role="status" data-past="{address.page}" data-last="{shown.page}">'
        f"The list ends before page {address.page:,}: this is its last page, {shown.page:,}.</p>"
    )


def pages_offered(page: int, last: int) -> Iterator[int]:
    """Yield the numbers of the pages to link to: the first, the last, and those around the one shown."""
    pages = {1, last, *range(page - 2, page + 3)}
    # Instead of a gap for a single page, that page.
    pages |= {number + 1 for number in pages if number + 2 in pages}
    yield from sorted(number for number in pages if 1 <= number <= last)


def _link(address: Address, page: int, text: str, *, current: bool = False) -> str:
    label = None if text in {"Previous", "Next"} else f"Page {text}"
    return inside_link(replace(address, page=page).url(), plain(text), id=f"page-{text}", label=label, current=current)
