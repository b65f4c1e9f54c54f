"""Every state of the page, drawn by Streamlit without a browser."""

import re
import sys
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import urlencode

import pytest
from streamlit.testing.v1 import AppTest

from index.core.errors import LibraryError, ModelError
from search import Searcher
from tests.support.fakes.fake_index import FakeIndex, stand_in
from tests.ui.support.fake_searcher import FakeSearcher, article, corpus
from ui.state.examples import OFFERED, QUESTIONS

MISSING = "There is no library at /nowhere.\nBuild one:\n  rebuild-index --sample"


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """AppTest leaves its script as the main module, and every process that is started later would run it."""
    original = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = original


def _script(opener: "Callable[[], object]") -> None:
    from ui.app import show

    show(opener)


def draw(opener: Callable[[], object], **address: str) -> AppTest:
    page = AppTest.from_function(_script, args=(opener,))
    for name, value in address.items():
        page.query_params[name] = value
    page.run(timeout=20)
    return page


def library() -> FakeSearcher:
    return FakeSearcher(corpus())


def visible_text(page: AppTest) -> str:
    """What a reader can see of our own HTML, tags left out."""
    blocks = [block.proto.body for block in page.get("html")]
    return re.sub(r"<[^>]+>", " ", " ".join(block for block in blocks if not block.startswith(("<style", "<script"))))


def links(page: AppTest) -> dict[str, str]:
    """Where our own named links lead."""
    html = " ".join(block.proto.body for block in page.get("html"))
    matches = re.findall(r'<a href="([^"]*)" id="([^"]*)"', html)
    return {unescape(name): unescape(url) for url, name in matches}


def ranks(page: AppTest) -> list[int]:
    assert not page.exception
    bodies = (block.proto.body for block in page.get("html"))
    return [int(rank) for body in bodies for rank in re.findall(r'class="rank"[^>]*>(\d+)<', body)]


def parameters(page: AppTest) -> dict[str, str]:
    return {name: value[0] if isinstance(value, list) else value for name, value in page.query_params.items()}


def test_the_first_screen_says_what_is_searched_and_that_it_is_private() -> None:
    text = visible_text(draw(library))
    assert "Search 48 PubMed articles, up to 2021-06-07" in text
    about = text.partition(" About ")[2]
    assert "Index: build 2026-01-02T03-04-05-abcd. Model: a made-up model." in about
    assert "Private and offline: what you type stays on this machine." in text


def test_the_first_screen_offers_questions_as_links_that_keep_the_rest() -> None:
    html = " ".join(block.proto.body for block in draw(library, sort="newest").get("html"))
    offered = re.search(r'<section class="examples">.*?</section>', html)[0]
    assert [unescape(url) for url in re.findall(r'href="([^"]*)"', offered)] == [
        f"/?{urlencode({'q': question, 'sort': 'newest'})}" for question in QUESTIONS[:OFFERED]
    ]


def test_a_filter_without_a_question_lists_its_articles() -> None:
    page = draw(library, type="Review")
    assert ranks(page) == list(range(1, 10))
    assert "9 articles match" in visible_text(page)
    assert page.text_input(key="q").value == ""
    assert parameters(page) == {"type": "Review"}


def test_a_page_holds_as_many_articles_as_the_address_says() -> None:
    assert ranks(draw(library, q="sleep", per="50")) == list(range(1, 49))
    assert ranks(draw(library, q="sleep", per="7")) == list(range(1, 21))
    page = draw(library, q="sleep", page="2")
    assert links(page)["On-a-page-100"] == "/?q=sleep&per=100"
    assert "On-a-page-100" not in links(draw(library, q="sleep", type="Review"))


def test_a_question_lists_twenty_articles_and_says_how_it_was_read_and_how_many_were_ranked() -> None:
    page = draw(library)
    page.text_input(key="q").set_value("sleep").run()
    assert ranks(page) == list(range(1, 21))
    assert "Read as  sleep; by meaning and words" in visible_text(page)
    assert "48 articles ranked" in visible_text(page)
    assert parameters(page) == {"q": "sleep"}


def test_a_pasted_link_restores_question_years_and_page() -> None:
    page = draw(library, q="sleep", years="2018-2020", page="2")
    assert page.text_input(key="q").value == "sleep"
    assert page.slider(key="years").value == (2018, 2020)
    assert ranks(page) == list(range(21, 35))
    assert "34 articles match" in visible_text(page)


def test_the_year_filter_narrows_the_list_and_starts_it_at_its_top() -> None:
    page = draw(library, q="sleep", page="2")
    page.slider(key="years").set_value((2019, 2019)).run()
    assert parameters(page) == {"q": "sleep", "years": "2019-2019"}
    assert ranks(page) == list(range(1, 12))
    assert "11 articles match" in visible_text(page)


def test_all_years_again_is_not_a_filter() -> None:
    page = draw(library, q="sleep", years="2019-2020")
    page.slider(key="years").set_value((2018, 2021)).run()
    assert parameters(page) == {"q": "sleep"}
    assert "48 articles ranked" in visible_text(page)


def test_articles_without_a_year_are_counted_when_the_filter_leaves_them_out() -> None:
    undated = article(99, published=article(1).published.__class__())
    page = draw(lambda: FakeSearcher((*corpus(), undated)), q="sleep", years="2019-2020")
    assert "1 article without a year left out." in visible_text(page)
    assert "without a year" not in visible_text(draw(library, q="sleep", years="2019-2020"))


def test_another_question_keeps_the_years_and_starts_at_the_top() -> None:
    page = draw(library, q="sleep", years="2018-2020", page="2")
    page.text_input(key="q").set_value("memory").run()
    assert parameters(page) == {"q": "memory", "years": "2018-2020"}
    assert ranks(page)[0] == 1


@pytest.mark.fault("Q8")
def test_no_article_matches_and_each_filter_says_what_there_would_be_without_it() -> None:
    page = draw(library, q="sleep", years="2018-2018", type="Review", age="adolescent")
    text = " ".join(visible_text(page).split())
    counts = ("Review", 6), ("adolescent", 2)
    reasons = " ".join(f"Without the filter ‘{name}’ there would be {number} articles ." for name, number in counts)
    assert f"No article matches {reasons} 48 PubMed articles" in text
    assert links(page)["without-types"] == "/?q=sleep&years=2018-2018&age=adolescent"


@pytest.mark.fault("Q8")
def test_where_no_single_filter_is_the_reason_all_can_be_taken_off() -> None:
    page = draw(library, q="sleep", years="1950-1960", sex="male")
    assert "No single filter is the reason." in visible_text(page)
    assert links(page)["no-filter"] == "/?q=sleep"


@pytest.mark.fault("Q6")
@pytest.mark.parametrize("page", ["-1", "0", "1000000000", "NaN", "", "2; DROP TABLE", "²", "٣"])
def test_a_page_that_cannot_be_is_the_first(page: str) -> None:
    assert ranks(draw(library, q="sleep", page=page))[0] == 1


@pytest.mark.fault("Q6")
def test_of_a_page_past_the_end_the_last_one_is_shown_and_the_page_says_so() -> None:
    page = draw(library, q="sleep", page="99")
    assert ranks(page) == list(range(41, 49))
    assert "The list ends before page 99: this is its last page, 3." in visible_text(page)
    assert 'data-past="99" data-last="3"' in " ".join(block.proto.body for block in page.get("html"))


@pytest.mark.fault("Q6")
@pytest.mark.parametrize(
    ("years", "total"),
    [
        ("2020-2019", "22"),
        ("0001-2018", "48"),
        ("1000-2018", "12"),
        ("99999", "48"),
        ("2019", "11"),
        ("NaN-NaN", "48"),
        ("2018-9999", "48"),
    ],
)
def test_years_that_make_no_sense_are_passed_over_and_reversed_ones_turned(years: str, total: str) -> None:
    assert f"{total} articles" in visible_text(draw(library, q="sleep", years=years)).partition("ranked")[0]


@pytest.mark.fault("Q6")
def test_unknown_parameters_do_no_harm() -> None:
    assert len(ranks(draw(library, q="sleep", foo="bar", script="<script>"))) == 20


@pytest.mark.fault("Q1")
@pytest.mark.parametrize("blank", [" ", "\t\n", "\u2003"])
def test_a_blank_question_is_asked_for_words(blank: str) -> None:
    text = visible_text(draw(library, q=blank))
    assert "Type a question or a few words, then press Enter." in text
    assert "Ask as you would ask a colleague:" in text


@pytest.mark.fault("Q1")
def test_search_pressed_with_nothing_typed_says_so() -> None:
    page = draw(library)
    page.button(key="go").click().run()
    assert "Nothing was typed" in visible_text(page)


def test_a_question_that_cannot_be_searched_shows_the_reason_and_keeps_the_page() -> None:
    page = draw(library, q="unanswerable")
    assert "This fake refuses that word." in visible_text(page)
    assert "48 PubMed articles" in visible_text(page)
    assert not page.exception


@pytest.mark.parametrize("error", [LibraryError(MISSING), ModelError("The model is another one.\n  rebuild-index")])
def test_a_library_that_cannot_be_opened_names_the_command_and_shows_no_filter(error: Exception) -> None:
    def opener() -> object:
        raise error

    page = draw(opener, q="sleep")
    assert "The library cannot be searched" in visible_text(page)
    assert "<pre>rebuild-index" in "".join(block.proto.body for block in page.get("html"))
    assert not page.slider
    assert not page.exception


def test_an_index_without_sentences_names_the_command_and_offers_the_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, list(corpus()))
    for absent in ("sentence_cosines", "best_sentences"):
        monkeypatch.setattr(FakeIndex, absent, lambda self, pmids, vector: None)
    with Searcher.open("anywhere") as searcher:
        page = draw(lambda: searcher, q="sleep", list="sentences")
    assert "The sentences cannot be searched" in visible_text(page)
    html = "".join(block.proto.body for block in page.get("html"))
    assert "<pre>rebuild-index</pre>" in html
    assert 'href="/?q=sleep"' in html
    assert not page.exception


def test_a_library_built_after_the_page_was_opened_is_found_at_the_next_visit() -> None:
    answers: list[object] = [LibraryError(MISSING), library()]

    def opener() -> object:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    page = draw(opener)
    assert "There is no library" in visible_text(page)
    page.run()
    assert "Search 48 PubMed articles" in visible_text(page)


def test_an_empty_library_names_the_command() -> None:
    page = draw(lambda: FakeSearcher(()), q="sleep")
    assert "The library is empty" in visible_text(page)
    assert "<pre>rebuild-index --sample</pre>" in "".join(block.proto.body for block in page.get("html"))
    assert not page.exception


def test_a_library_of_one_year_needs_no_year_filter() -> None:
    page = draw(lambda: FakeSearcher((article(1), article(2))), q="sleep")
    assert not page.slider
    assert ranks(page) == [1, 2]
    assert "page-2" not in links(page)


def test_the_pager_has_a_page_for_every_twenty_articles_that_can_be_listed() -> None:
    page = draw(library, q="sleep", page="3")
    pages = {name: url for name, url in links(page).items() if name.startswith("page-")}
    assert pages == {
        "page-Previous": "/?q=sleep&page=2",
        "page-1": "/?q=sleep",
        "page-2": "/?q=sleep&page=2",
        "page-3": "/?q=sleep&page=3",
    }
    assert ranks(page) == list(range(41, 49))
