"""What the page offers in place of a refused query, and the searches of a session."""

from html import unescape
from urllib.parse import parse_qs, urlsplit

from tests.ui.unit.test_messages import draw, library, links, main_module, visible_text  # noqa: F401 - a fixture
from ui.state import history
from ui.state.url_state import LINE_SIGN, from_box, in_box


def question_of(url: str) -> str:
    [question] = parse_qs(urlsplit(url).query)["q"]
    return question


def ask(page, typed: str):
    return page.text_input(key="q").set_value(typed).run(timeout=20)


def test_a_refused_query_is_shown_with_a_link_for_each_proposal():
    page = draw(library, q="(refused", years="2019-2020")
    assert "This bracket is never closed" in visible_text(page)
    assert "One &lt;remark&gt;." in visible_text(page)
    assert "(refused) #2 &lt;b&gt;" in " ".join(visible_text(page).split())
    url = links(page)["proposal-1"]
    assert question_of(url) == "(refused)\n#2 <b>"
    assert "years=2019-2020" in url


def test_of_a_filter_value_that_does_not_exist_the_nearest_is_a_click_away_and_the_filters_stay():
    page = draw(library, q="sleep", type=["Revieww"])
    text = visible_text(page)
    assert "There is no type 'Revieww'. Did you mean 'Review'?" in unescape(text)
    assert "The library cannot be searched" not in text
    assert parse_qs(urlsplit(links(page)["nearest-value"]).query) == {"q": ["sleep"], "type": ["Review"]}
    assert parse_qs(urlsplit(links(page)["chip-types-Revieww"]).query) == {"q": ["sleep"]}
    assert parse_qs(urlsplit(links(page)["filter-types-Review"]).query) == {"q": ["sleep"], "type": ["Review"]}


def test_what_the_address_says_wrongly_is_said_on_the_first_screen_too():
    text = unescape(visible_text(draw(library, years="20x")))
    assert "The years '20x' cannot be read" in text
    assert "Search 48 PubMed articles" in text


def test_the_searches_of_a_session_are_numbered_and_listed_with_their_counts():
    page = draw(library, q="sleep[ti]")
    ask(page, "memory[ti]")
    ask(page, "sleep[ti]")
    text = " ".join(visible_text(page).split())
    assert "Your searches 2" in text
    assert text.index("#2 memory[ti] 48 articles") < text.index("#1 sleep[ti] 48 articles")
    assert question_of(links(page)["history-1"]) == "sleep[ti]"


def test_past_searches_are_combined_by_number_into_an_address_that_says_all():
    page = draw(library, q="sleep[ti]")
    ask(page, "memory[ti]")
    ask(page, "#1 NOT #2")
    assert page.query_params["q"] == "#1 sleep[ti]\n#2 memory[ti]\n#1 NOT #2"
    assert page.text_input(key="q").value == f"#1 sleep[ti]{LINE_SIGN}#2 memory[ti]{LINE_SIGN}#1 NOT #2"
    assert "#3 #1 NOT #2 48 articles" in " ".join(visible_text(page).split())
    ask(page, "#3 AND #1")
    assert page.query_params["q"] == "#1 sleep[ti]\n#3 (sleep[ti]) NOT (memory[ti])\n#3 AND #1"


def test_a_number_that_no_search_has_stays_as_typed():
    page = draw(library, q="sleep[ti]")
    ask(page, "#7 AND memory[ti]")
    assert page.query_params["q"] == "#7 AND memory[ti]"


def test_a_refused_query_gets_no_number():
    page = draw(library, q="sleep[ti]")
    ask(page, "(refused")
    ask(page, "memory[ti]")
    assert "#2 memory[ti]" in " ".join(visible_text(page).split())


def test_the_lines_of_a_strategy_stay_lines_through_the_box():
    assert from_box(in_box("#1 a\n#2 b")) == "#1 a\n#2 b"


def test_the_searches_of_a_browser_outlive_its_sessions_and_are_nobody_elses(monkeypatch):
    monkeypatch.setattr(history, "browser_id", lambda: "00000000000000aa")
    history._of_browser.cache_clear()
    draw(library, q="sleep[ti]")
    page = draw(library, q="memory[ti]")
    assert "Your searches 2" in " ".join(visible_text(page).split())
    ask(page, "#1 NOT #2")
    assert page.query_params["q"] == "#1 sleep[ti]\n#2 memory[ti]\n#1 NOT #2"
    monkeypatch.setattr(history, "browser_id", lambda: "00000000000000bb")
    page = draw(library, q="bone[ti]")
    assert "Your searches" not in visible_text(page)
    ask(page, "#2 AND bone[ti]")
    assert page.query_params["q"] == "#2 AND bone[ti]"


def test_forgotten_searches_are_gone_and_the_next_is_the_first(monkeypatch):
    page = draw(library, q="sleep[ti]")
    ask(page, "memory[ti]")
    page.button(key="forget-searches").click().run(timeout=20)
    assert "Your searches" not in visible_text(page)
    ask(page, "bone[ti]")
    text = " ".join(visible_text(page).split())
    assert "#2 bone[ti]" in text
    assert "#1 memory[ti]" in text
