"""The map of topics as a file."""

from search.explore.topic_map import TopicMap
from search.export.csv_table import BYTE_ORDER_MARK, csv_row
from ui.charts.svg import document, text
from ui.charts.topic_places import name_of, places

_COLOURS = ("#1f5f8b", "#b5651d", "#3f7d3a", "#8a3f8f", "#7a7a2a", "#2a8a86", "#8f3b3b", "#5a5f66")
"""Those of the page, in its light theme."""
_LEFT, _TOP, _WIDTH, _HEIGHT, _LINE = 24, 72, 672, 420, 20


def topics_csv(topic_map: TopicMap) -> str:
    """Return each article with its topic and its place on the map."""
    names = ["; ".join(topic.label) or name_of(topic) for topic in topic_map.topics]
    rows = (
        (str(point.pmid), point.title, names[point.topic], f"{point.x:.4f}", f"{point.y:.4f}")
        for point in topic_map.points
    )
    return BYTE_ORDER_MARK + csv_row(("PMID", "Title", "Topic", "x", "y")) + "".join(map(csv_row, rows))


def topics_svg(topic_map: TopicMap, caption: str) -> str:
    """Draw the map, its names, and the terms of each topic below."""
    dots = "".join(
        f'<circle cx="{_LEFT + _WIDTH * point.x:.1f}" cy="{_TOP + _HEIGHT * (1 - point.y):.1f}" r="3.5" '
        f'fill="{_COLOURS[point.topic]}" fill-opacity="0.75"/>'
        for point in topic_map.points
    )
    names = "".join(
        text(_LEFT + _WIDTH * x, _TOP + _HEIGHT * y + 4, name_of(topic), anchor="middle", bold=True)
        for topic, (x, y) in zip(topic_map.topics, places(topic_map.topics), strict=True)
    )
    below = _TOP + _HEIGHT + 28
    legend = "".join(
        f'<circle cx="{_LEFT + 4}" cy="{below + number * _LINE - 4}" r="4" fill="{_COLOURS[number]}"/>'
        + text(_LEFT + 16, below + number * _LINE, f"{', '.join(topic.label) or name_of(topic)} ({len(topic.pmids):,})")
        for number, topic in enumerate(topic_map.topics)
    )
    return document("Topics", caption, dots + names + legend, below + len(topic_map.topics) * _LINE + 8)
