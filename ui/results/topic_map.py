"""A map of the results: a dot for each article, near dots near in meaning, each group under its words."""

import streamlit as st

from index.core.formatting import counted
from search import Searcher
from search.explore.topic_map import Point, Topic, TopicMap
from ui.charts.topic_places import name_of, places
from ui.layout.html_text import inside_link, plain
from ui.state.result_cache import topics
from ui.state.url_state import Address, article_url
from ui.web.download_links import chart_files_html

MAP_HEIGHT = 560
"""Pixels of the map with its list, reserved while it is made."""


def show_topic_map(searcher: Searcher, address: Address) -> None:
    """Draw the map of a search.

    Args:
        searcher: The library.
        address: The current search.
    """
    placeholder = st.empty()
    placeholder.skeleton(height=MAP_HEIGHT)
    topic_map = topics(searcher, address)
    message = '<p class="note">Too few articles for a map of topics.</p>'
    placeholder.html(topic_map_html(topic_map, address) if topic_map else message)


def topic_map_html(topic_map: TopicMap, address: Address) -> str:
    """Return the map and, for those who read rather than look, the same as a list.

    Args:
        topic_map: The map.
        address: The current search; a topic leads to the same search within it.
    """
    dots = "".join(_dot(point) for point in topic_map.points)
    middles = places(topic_map.topics)
    names = "".join(_name(topic, number, middles[number], address) for number, topic in enumerate(topic_map.topics))
    rows = "".join(f"<li>{_link(topic, number, address)}</li>" for number, topic in enumerate(topic_map.topics))
    count = len(topic_map.points)
    scope = (
        f"the first {count:,} of {topic_map.total:,} articles" if topic_map.total > count else counted(count, "article")
    )
    return (
        f'<section class="topics" aria-label="Topics"><h3>Topics</h3>{chart_files_html("topics", address)}'
        f'<p class="note">Each dot is an article, of {scope}; near dots are near in meaning.</p>'
        f'<div class="map" aria-hidden="true">{dots}{names}</div><ol class="legend">{rows}</ol></section>'
    )


def _dot(point: Point) -> str:
    # Left out of the order of Tab: the list below leads to the same articles in fewer steps.
    return (
        f'<a class="dot t{point.topic}" tabindex="-1" href="{article_url(point.pmid)}" title="{plain(point.title)}" '
        f'style="left:{_percent(point.x)};top:{_percent(1 - point.y)}"></a>'
    )


def _name(topic: Topic, number: int, middle: tuple[float, float], address: Address) -> str:
    # The same link as in the list below, for the mouse; a narrow map shows the number in that list.
    style = f"left:{_percent(middle[0])};top:{_percent(middle[1])}"
    url = plain(address.filtered(pmids=topic.pmids).url())
    name = f'<span class="wide">{plain(name_of(topic))}</span><span class="narrow">{number + 1}</span>'
    return f'<a class="name t{number}" href="{url}" tabindex="-1" style="{style}">{name}</a>'


def _link(topic: Topic, number: int, address: Address) -> str:
    content = f'<i class="dot t{number}" aria-hidden="true"></i>{plain(", ".join(topic.label) or name_of(topic))}'
    url = address.filtered(pmids=topic.pmids).url()
    return f"{inside_link(url, content, id=f'topic-{number}')} <span>{len(topic.pmids):,}</span>"


def _percent(share: float) -> str:
    # A margin of half a dot at the frame, and of half a name for names.
    return f"{4 + 92 * share:.1f}%"
