"""What can be done with a whole page of a list, above it: collect it, make it longer, export it."""

from dataclasses import replace

from ui.results.switches import switch_html
from ui.state.url_state import SIZES, Address

COLLECT_ALL = '<label class="collect"><input type="checkbox" data-collects="all"> Collect all on this page</label>'
"""`collect.js` ticks it."""


def list_tools_html(address: Address, total: int, exports: str) -> str:
    """Return the line above a list.

    Args:
        address: Of the page shown.
        total: How many the whole list has; without a second page there is nothing to make longer.
        exports: HTML of the downloads, which unfolds.
    """
    sizes = [(str(size), replace(address, per=size, page=1), size == address.per) for size in SIZES]
    longer = f'<div class="per">{switch_html("On-a-page", sizes)}<span>a page</span></div>' if total > SIZES[0] else ""
    folded = f'<details class="export" id="export"><summary>Export</summary>{exports}</details>'
    return f'<div class="tools">{COLLECT_ALL}{longer}{folded}</div>'
