"""Charts as SVG, in plain colours and shapes that other programs read: no style sheet, no script."""

from html import escape

from index.core.control_characters import without_controls
from ui.charts.chart import Chart, span_name, ticks

WIDTH = 720
_INK, _MUTED, _BAR, _FAINT, _PAPER = "#1e2226", "#5a6068", "#868d94", "#d9d5cb", "#ffffff"
_HEAT = (15, 92, 122)
"""The page's accent, as red, green and blue."""
_MARGIN, _TOP, _ROW, _LABELS = 24, 72, 26, 280
_PLOT_HEIGHT, _AXIS = 220, 56
_LABEL_CHARACTERS = 46
_CAPTION_CHARACTERS = 110


def chart_svg(chart: Chart, caption: str) -> str:
    """Draw a chart.

    Args:
        chart: The numbers.
        caption: What was searched, and in what.
    """
    if chart.spans:
        body, height = _heat(chart)
    elif chart.name == "years":
        body, height = _columns(chart)
    else:
        body, height = _bars(chart)
    return document(chart.title, caption, body, _TOP + height + _MARGIN)


def document(title: str, caption: str, body: str, height: float) -> str:
    """Return a whole SVG file: a title and a caption above what is drawn from y = 72 down."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" '
        f'viewBox="0 0 {WIDTH} {height:.0f}" font-family="Helvetica, Arial, sans-serif" font-size="12">'
        f'<title>{_safe(title)}</title><rect width="100%" height="100%" fill="{_PAPER}"/>'
        f"{text(_MARGIN, 32, title, size=16, bold=True)}"
        f"{text(_MARGIN, 52, _cut(caption, _CAPTION_CHARACTERS), fill=_MUTED)}{body}</svg>\n"
    )


def text(  # noqa: PLR0913 - the attributes of a text
    x: float, y: float, content: str, *, anchor: str = "start", size: int = 12, fill: str = _INK, bold: bool = False
) -> str:
    """Return one line of text; x is its start, middle or end as `anchor` says."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{fill}"{weight}>'
        f"{_safe(content)}</text>"
    )


def rectangle(  # noqa: PLR0913 - the attributes of a rectangle
    x: float, y: float, *, width: float, height: float, fill: str, title: str = ""
) -> str:
    """Return a rectangle; its title appears on hover."""
    hint = f"<title>{_safe(title)}</title>" if title else ""
    return f'<rect x="{x:.1f}" y="{y:.2f}" width="{width:.1f}" height="{height:.2f}" fill="{fill}">{hint}</rect>'


def _columns(chart: Chart) -> tuple[str, float]:
    left, width, bottom = _MARGIN + 40, WIDTH - 2 * _MARGIN - 40, _TOP + _PLOT_HEIGHT
    step = width / max(1, len(chart.rows))
    parts = [
        rectangle(left, bottom, width=width, height=1, fill=_FAINT),
        text(left - 8, _TOP + 8, f"{chart.highest:,}", anchor="end", fill=_MUTED),
        text(left - 8, bottom, "0", anchor="end", fill=_MUTED),
    ]
    labels = {str(year) for year in ticks(int(chart.rows[0].label), int(chart.rows[-1].label))} if chart.rows else set()
    for position, row in enumerate(chart.rows):
        x, number = left + position * step, row.articles[0]
        height = _PLOT_HEIGHT * number / max(1, chart.highest)
        if number:
            wide, title = max(0.5, step - 1), f"{row.label}: {number:,}"
            parts.append(rectangle(x, bottom - height, width=wide, height=height, fill=_BAR, title=title))
            parts.append(rectangle(x, bottom, width=wide, height=2, fill=_INK))  # there are some, however few
        if row.label in labels:
            parts.append(text(x + step / 2, bottom + 20, row.label, anchor="middle", fill=_MUTED))
    return "".join(parts), _PLOT_HEIGHT + _AXIS - 24


def _bars(chart: Chart) -> tuple[str, float]:
    left, widest = _MARGIN + _LABELS, WIDTH - 2 * _MARGIN - _LABELS - 56
    parts = []
    for position, row in enumerate(chart.rows):
        y, number = _TOP + position * _ROW, row.articles[0]
        length = widest * number / max(1, chart.highest)
        parts.append(text(left - 12, y + 14, _cut(row.label, _LABEL_CHARACTERS), anchor="end"))
        parts.append(rectangle(left, y + 3, width=length, height=14, fill=_BAR, title=f"{row.label}: {number:,}"))
        parts.append(text(left + length + 6, y + 14, f"{number:,}", fill=_MUTED))
    return "".join(parts), len(chart.rows) * _ROW


def _heat(chart: Chart) -> tuple[str, float]:
    left, width = _MARGIN + _LABELS, WIDTH - 2 * _MARGIN - _LABELS
    step = width / max(1, len(chart.spans))
    parts = [
        text(left + (position + 0.5) * step, _TOP + 12, span_name(span), anchor="middle", size=9, fill=_MUTED)
        for position, span in enumerate(chart.spans)
    ]
    for line, row in enumerate(chart.rows, start=1):
        y = _TOP + line * _ROW
        parts.append(text(left - 12, y + 17, _cut(row.label, _LABEL_CHARACTERS), anchor="end"))
        for position, number in enumerate(row.articles):
            x, span = left + position * step, span_name(chart.spans[position])
            title = f"{row.label}, {span}: {number:,}"
            shade = _shade(number / max(1, chart.highest))
            parts.append(rectangle(x, y, width=step - 1, height=_ROW - 1, fill=shade, title=title))
            if number:
                parts.append(text(x + step / 2, y + 17, str(number), anchor="middle", size=10))
    return "".join(parts), (len(chart.rows) + 1) * _ROW


def _shade(share: float) -> str:
    # At most 35 %, so that the number on it can be read.
    mixed = (round(255 + (channel - 255) * 0.35 * share) for channel in _HEAT)
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _cut(content: str, characters: int) -> str:
    return content if len(content) <= characters else f"{content[: characters - 1]}…"


def _safe(content: str) -> str:
    return escape(without_controls(content), quote=False)
