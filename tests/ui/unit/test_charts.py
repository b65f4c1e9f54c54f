"""Charts: heights as numbers say, names that do not overlap, the same numbers in every file."""

import csv
import io
import itertools
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.explore.topic_map import Point, Topic, TopicMap
from ui.charts.chart import MOST_SPANS, Chart, Row, span_name, ticks, year_spans
from ui.charts.files import chart_csv
from ui.charts.svg import chart_svg
from ui.charts.topic_files import topics_csv, topics_svg
from ui.charts.topic_places import HEIGHT, WIDTH, name_of, places
from ui.filters.year_chart import bars_html
from ui.results.heat_map import heat_map_html
from ui.state.url_state import Address

SVG = "{http://www.w3.org/2000/svg}"
YEARS = Chart("years", "By year", "Year", "years", (Row("2019", (1,)), Row("2020", (0,)), Row("2021", (1000,))))
HEAT = Chart("heat", "Over time", "MeSH heading", "mesh", (Row("Sleep", (3, 0)),), ((2019, 2019), (2020, 2020)))
TOPICS = TopicMap(
    (
        Topic(("Sleep Apnea Syndromes", "snoring"), (1, 2), 0.5, 0.5),
        Topic(("Sleep Deprivation",), (3,), 0.52, 0.5),
        Topic((), (4,), 1.0, 1.0),
    ),
    tuple(Point(pmid, f"=Title {pmid} <b>", pmid / 4, 0.5, (pmid > 2) + (pmid > 3)) for pmid in (1, 2, 3, 4)),
    4,
)


def rectangles(svg: str, title: str) -> list[float]:
    """Heights of the rectangles whose title begins so."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    titled = [(element.findtext(f"{SVG}title") or "", element) for element in root.iter(f"{SVG}rect")]
    return [float(element.attrib["height"]) for text, element in titled if text.startswith(title)]


def test_a_year_of_one_article_beside_one_of_a_thousand_is_a_thousandth_as_high() -> None:
    svg = chart_svg(YEARS, "sleep")
    (high,), (low,) = rectangles(svg, "2021"), rectangles(svg, "2019")
    assert low == pytest.approx(high / 1000, abs=0.01)
    assert rectangles(svg, "2020") == []
    html = bars_html((2019, 2021), {2019: 1, 2021: 1000}, (2019, 2021), Address())
    assert [part.partition("%")[0] for part in html.split("height:")[1:]] == ["0.10", "0.00", "100.00"]
    assert html.count('class="some"') == 2  # what is too low to be seen is marked below


@given(st.integers(1000, 2100), st.integers(0, 1000))
def test_spans_of_years_hold_each_year_once_and_are_few(first: int, length: int) -> None:
    last = first + length
    spans = year_spans(first, last)
    assert len(spans) <= MOST_SPANS
    assert spans[0][0] <= first <= spans[0][1]
    assert spans[-1][0] <= last <= spans[-1][1]
    assert all(end + 1 == start for (_, end), (start, _) in itertools.pairwise(spans))
    assert len({span_name(span) for span in spans}) == len(spans)
    marked = ticks(first, last)
    assert all(first <= year <= last for year in marked)
    assert len(marked) <= 6 + 1


def test_spans_are_named_shortly() -> None:
    assert [span_name(span) for span in ((2019, 2019), (1975, 1979), (1995, 2004))] == ["2019", "1975–79", "1995–2004"]


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(1, 30)), min_size=1, max_size=8))
def test_no_name_of_a_topic_lies_over_another_or_outside(groups: list[tuple[float, float, int]]) -> None:
    topics = [Topic(("x" * letters,), (1,), x, y) for x, y, letters in groups]
    boxes = []
    for topic, (x, y) in zip(topics, places(topics), strict=True):
        half = 7.5 * len(name_of(topic)) / 2
        boxes.append((x * WIDTH - half, y * HEIGHT, x * WIDTH + half, y * HEIGHT + 20))
    for one, other in itertools.combinations(boxes, 2):
        apart = one[2] <= other[0] + 1e-6 or other[2] <= one[0] + 1e-6 or abs(one[1] - other[1]) >= 20 - 1e-6
        assert apart
    assert all(box[0] >= -1e-6 and box[2] <= WIDTH + 1e-6 for box in boxes)


def test_the_table_of_a_chart_has_its_numbers() -> None:
    assert list(csv.reader(io.StringIO(chart_csv(YEARS).lstrip("\ufeff")))) == [
        ["Year", "Articles"], ["2019", "1"], ["2020", "0"], ["2021", "1000"]
    ]  # fmt: skip
    assert list(csv.reader(io.StringIO(chart_csv(HEAT).lstrip("\ufeff")))) == [
        ["MeSH heading", "2019", "2020"], ["Sleep", "3", "0"]
    ]  # fmt: skip


def test_a_cell_of_headings_and_years_leads_to_its_articles_and_an_empty_one_nowhere() -> None:
    html = heat_map_html(HEAT, Address("sleep"), "")
    assert html.count("<a ") == 1
    assert 'href="/?q=sleep&amp;years=2019-2019&amp;mesh=Sleep" aria-label="Sleep, 2019: 3"' in html
    assert heat_map_html(Chart("heat", "", "", "mesh", HEAT.rows, HEAT.spans[:1]), Address(), "") == ""


@pytest.mark.fault("O1")
@pytest.mark.fault("O2")
def test_files_of_topics_hold_every_article_and_no_markup_or_formula_of_theirs() -> None:
    rows = list(csv.DictReader(io.StringIO(topics_csv(TOPICS).lstrip("\ufeff"))))
    assert [row["PMID"] for row in rows] == ["1", "2", "3", "4"]
    assert rows[0]["Title"] == "'=Title 1 <b>"
    assert [row["Topic"] for row in rows[1:]] == [
        "Sleep Apnea Syndromes; snoring", "Sleep Deprivation", "other subjects"
    ]  # fmt: skip
    svg = topics_svg(TOPICS, "<script>&\x00 asked")
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    assert len(list(root.iter(f"{SVG}circle"))) == 4 + 3
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert "<script>&  asked" in texts
    assert "Sleep Apnea Syndromes, snoring (2)" in texts
