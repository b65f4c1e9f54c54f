"""The real page on a real library: `pubmed-ui`, the default model and Chromium, nothing made up but the articles."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from index.library.layout import Library
from search import Searcher
from tests.support.network_trace import connections
from tests.ui.support.browser import chromium, visit
from tests.ui.support.server_process import Served, free_port, served
from ui.state.examples import FEWEST_REVIEWS, OFFERED, examples, is_answered

BOX = "Search PubMed by a question or a few words"
TRACE = "network.log"
PATIENCE_MS = 60_000
"""The first answer waits for the model to load, on a machine that may be busy."""


@pytest.fixture(scope="module")
def page_server(small_library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    port, folder = free_port(), tmp_path_factory.mktemp("real")
    program = ["pubmed-ui", "--library", str(small_library.path), "--port", str(port), "--no-browser"]
    with served(program, folder, port, trace=folder / TRACE if shutil.which("strace") else None) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as running:
        yield running


def test_a_question_typed_in_other_words_finds_its_article_with_the_sentence_that_answers(
    page_server: Served, browser: BrowserContext
) -> None:
    with visit(browser, page_server.address) as page:
        expect(page.locator("footer.facts")).to_contain_text("48 PubMed articles", timeout=PATIENCE_MS)
        expect(page.get_by_role("searchbox")).to_be_focused()
        page.keyboard.type("do pupils who clean their hands miss fewer days of school?")
        page.keyboard.press("Enter")
        first = page.locator("article.hit").first
        expect(first.locator(".title")).to_have_text(
            "Hand washing in primary schools and absence from respiratory illness", timeout=PATIENCE_MS
        )
        expect(page.locator(".tally")).to_contain_text("1 relevant article of 48")
        assert {"hand", "school"} & {word.rstrip("s").lower() for word in first.locator("strong").all_inner_texts()}


def test_nonsense_finds_nothing_and_says_so_and_everything_is_one_click_away(
    page_server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{page_server.address}/?q=zzzqqqxxy") as page:
        expect(page.locator(".note-block")).to_contain_text("No article is relevant", timeout=PATIENCE_MS)
        page.locator("#whole").click()
        expect(page.locator(".tally")).to_contain_text("48 articles listed, relevant or not")
        assert page.url.endswith("/?q=zzzqqqxxy&whole=1")
        page.locator("#relevant").click()
        expect(page.locator(".note-block")).to_contain_text("No article is relevant")


def test_a_misspelt_question_is_searched_put_right_and_as_typed_with_one_click(
    page_server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{page_server.address}/?q=sertraline+prescribng") as page:
        expect(page.locator(".hint").first).to_contain_text("searched for sertraline prescribing", timeout=PATIENCE_MS)
        listed = int(page.locator(".tally").inner_text().split()[0])
        author = page.locator('[id^="filter-authors-"] .number').first
        expect(author).to_have_text(str(listed))
        page.locator("#as-typed").click()
        expect(page.get_by_text("No article has 'prescribng'.")).to_be_visible()
        assert page.url.endswith("/?q=sertraline+%2Bprescribng")


def test_years_abstract_and_reload_work_together(page_server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{page_server.address}/?q=memory+and+sleep") as page:
        first = page.locator("article.hit").first
        expect(first.locator(".title")).to_contain_text("Sleep loss", timeout=PATIENCE_MS)
        first.get_by_text("Abstract", exact=True).click()
        expect(first.get_by_text("Thirty adolescents learned word pairs")).to_be_visible()
        page.get_by_role("slider").last.press("ArrowLeft")
        expect(page.locator(".tally")).to_contain_text("1 relevant article of 45")
        tally = page.locator(".tally").inner_text().rpartition("·")[0]
        page.reload()
        expect(page.locator(".tally")).to_contain_text(tally)


@pytest.mark.fault("S2")
def test_searching_reached_out_to_nobody(page_server: Served) -> None:
    assert page_server.outbound() == []
    trace = page_server.log.with_name(TRACE)
    if not trace.exists():
        pytest.skip("no strace on this machine: apt-get install strace")
    assert connections(trace) == []


@pytest.fixture(scope="module")
def demo(demo_library: Library) -> Iterator[Searcher]:
    with Searcher.open(demo_library.path) as searcher:
        yield searcher


@pytest.mark.timeout(1200)
def test_every_example_is_answered_by_the_newest_articles_of_the_sample(demo: Searcher) -> None:
    offered = examples(demo)
    assert len(offered.questions) == OFFERED
    assert all(is_answered(demo.search(question, limit=3)) for question in offered.questions)
    assert demo.search(offered.known, limit=1).query.read_as.known
    assert demo.search(offered.syntax, limit=1).total >= FEWEST_REVIEWS


# Words of which every good answer to a question has one in its title or abstract.
ABOUT = {
    "risk factors for severe COVID-19": ("covid-19", "sars-cov-2"),
    "what changes the gut microbiome?": ("gut", "microbio"),
    "does exercise lower mortality in heart patients?": ("exercise", "physical activity"),
    "deep learning for medical image reconstruction": ("deep learning", "neural network"),
}


@pytest.mark.parametrize("question", ABOUT)
def test_a_question_is_answered_by_articles_about_its_subject(demo: Searcher, question: str) -> None:
    texts = [f"{hit.article.title} {hit.article.abstract}".lower() for hit in demo.search(question, limit=5).hits]
    assert [text[:80] for text in texts if not any(word in text for word in ABOUT[question])] == []
