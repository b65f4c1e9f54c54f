"""One article in the list, as HTML."""

from html.parser import HTMLParser

import pytest

from index.records.article import Article, Author, Book, Journal, Link, PublicationDate
from search import Evidence, Hit, Span, Why
from tests.ui.support.fake_searcher import NASTY, article, corpus
from ui.article.hit_card import hit_html, reason_text, relevance_bar

ELEMENTS = {"article", "div", "h3", "a", "p", "span", "strong", "details", "summary", "h4", "i", "label", "input"}
WHY = Why(0.7, 3.2, ("sleep",))


class ParsedHtml(HTMLParser):
    """What a browser would read: elements, their attributes, the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data

    def links(self) -> list[str | None]:
        return [value for name, value in self.attributes if name == "href"]


def parsed(article: Article, evidence: Evidence | None = None, rank: int = 1) -> ParsedHtml:
    return ParsedHtml(hit_html(Hit(article, 0.8, evidence, WHY), rank))


def test_a_result_shows_title_authors_journal_date_identifiers_and_types() -> None:
    text = parsed(article(7, year=2020)).text
    for part in ("Sleep and memory in cohort 7", "Okafor A, Lindqvist A, Moreau A", "J Sample Rec", "2020 Mar"):
        assert part in text
    assert "PMID 900000007" in text
    assert "doi:10.5555/sample.7" in text
    assert "Journal Article" in text


def test_the_title_links_to_the_article_here_the_pmid_to_pubmed_and_the_doi_to_its_resolver() -> None:
    assert parsed(article(7)).links() == [
        "/article?pmid=900000007",
        "https://pubmed.ncbi.nlm.nih.gov/900000007/",
        "https://doi.org/10.5555/sample.7",
        "/similar?pmids=900000007",
    ]


def test_the_evidence_carries_its_section_and_its_matching_words_in_bold() -> None:
    html = hit_html(Hit(article(1), 1, Evidence("Short sleep hurts.", "RESULTS", 0, 18, (Span(6, 11),)), WHY), 1)
    assert '<span class="section">RESULTS</span> Short <strong>sleep</strong> hurts.' in html


def test_the_abstract_is_folded_with_its_sections_labelled_and_word_for_word() -> None:
    html = hit_html(Hit(article(1), 1, None, WHY), 1)
    folded = html[html.index("<details") : html.index("</details>")]
    assert "<summary>Abstract</summary>" in folded
    assert "<h4>RESULTS</h4><p>Short sleep impaired recall the next day. Recovery nights helped.</p>" in folded
    assert " open" not in folded


@pytest.mark.fault("R4")
def test_an_article_without_abstract_says_so_and_folds_nothing() -> None:
    html = parsed(article(1, sections=()))
    assert "PubMed has no abstract of this article." in html.text
    assert html.tags.count("details") == 1  # why it ranks here


@pytest.mark.fault("R10")
@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"types": ("Retracted Publication",)}, "RETRACTED"),
        ({"links": (Link("PartialRetractionIn"),)}, "PARTIALLY RETRACTED"),
        ({"types": ("Retraction of Publication",)}, "RETRACTION NOTICE"),
        ({"links": (Link("ExpressionOfConcernIn"),)}, "EXPRESSION OF CONCERN"),
    ],
)
def test_the_status_of_an_article_is_said_in_words_and_marked_as_a_warning(
    changes: dict[str, object], word: str
) -> None:
    html = hit_html(Hit(article(1, **changes), 1, None, WHY), 1)
    assert f'<p class="warning"><strong>{word}</strong>' in html


@pytest.mark.fault("R10")
def test_a_retraction_names_and_links_its_notice() -> None:
    html = parsed(article(1, links=(Link("RetractionIn", pmid=900_000_044), Link("CommentIn", pmid=900_000_045))))
    assert "https://pubmed.ncbi.nlm.nih.gov/900000044/" in html.links()
    assert "https://pubmed.ncbi.nlm.nih.gov/900000045/" not in html.links()


@pytest.mark.fault("R10")
def test_a_corrected_and_republished_article_is_noted_without_alarm() -> None:
    html = hit_html(Hit(article(1, links=(Link("CorrectedandRepublishedIn"),)), 1, None, WHY), 1)
    assert "Corrected and republished" in html
    assert "warning" not in html


def test_a_sound_article_carries_no_warning() -> None:
    assert "warning" not in hit_html(Hit(article(1), 1, None, WHY), 1)


@pytest.mark.fault("R9")
def test_a_group_a_one_name_author_and_no_author_are_shown_as_they_are() -> None:
    group = (Author(collective_name="The Sample Group"), Author(last_name="Madonna"))
    assert "The Sample Group, Madonna" in parsed(article(1, authors=group)).text
    assert parsed(article(1, authors=())).text.count("J Sample Rec") == 1


def test_many_authors_are_cut_with_the_number_left_and_the_whole_list_on_hover() -> None:
    many = tuple(Author(last_name=f"Name{number}", initials="X") for number in range(12))
    html = parsed(article(1, authors=many))
    assert "Name4 X and 7 others" in html.text
    assert "Name5" not in html.text
    assert any(name == "title" and value and "Name11 X" in value for name, value in html.attributes)


def test_an_incomplete_list_of_authors_ends_in_et_al() -> None:
    assert "Moreau A, et al." in parsed(article(1, authors_complete=False)).text


@pytest.mark.fault("R8")
@pytest.mark.parametrize(
    ("date", "text"),
    [
        (PublicationDate(year="2020"), "2020"),
        (PublicationDate(medline_date="1998 Dec-1999 Jan"), "1998 Dec-1999 Jan"),
        (PublicationDate(year="2020", season="Spring"), "2020 Spring"),
        (PublicationDate(), "no date given"),
    ],
)
def test_a_date_is_shown_as_pubmed_gives_it(date: PublicationDate, text: str) -> None:
    html = hit_html(Hit(article(1, published=date), 1, None, WHY), 1)
    assert f"·</span> {text}</p>" in html


@pytest.mark.fault("R5")
def test_a_missing_title_falls_back_to_the_vernacular_one_and_then_to_words() -> None:
    assert "Le sommeil" in parsed(article(1, title=None, vernacular_title="Le sommeil")).text
    assert "No title" in parsed(article(1, title=None)).text


@pytest.mark.fault("R14")
def test_a_book_is_shown_under_its_own_title() -> None:
    assert "A Handbook" in parsed(article(1, journal=Journal(), book=Book(title="A Handbook"))).text


@pytest.mark.fault("O1")
def test_nasty_records_bring_no_element_no_attribute_and_no_address_of_their_own() -> None:
    html = parsed(corpus()[0], Evidence(NASTY, NASTY, 0, len(NASTY), (Span(2, 9),)))
    assert set(html.tags) <= ELEMENTS
    assert not [name for name, _ in html.attributes if name.startswith("on") or name in {"src", "style"}]
    ours = (
        "/article?pmid=900000001",
        "/similar?pmids=900000001",
        "https://pubmed.ncbi.nlm.nih.gov/",
        "https://doi.org/",
    )
    assert all(link and link.startswith(ours) for link in html.links())
    # Title, author, journal, type, section and evidence, then section, text and copyright of the abstract.
    assert html.text.count(NASTY) == 9


def test_the_bar_has_five_steps_and_says_why_where_it_stands() -> None:
    bar = relevance_bar(0.8, WHY)
    assert (bar.count('"on"'), bar.count('"off"')) == (4, 1)
    assert '<summary title="Relevance 4 of 5: why?" aria-label="Relevance 4 of 5: why?">' in bar
    reason = "Relevance 4 of 5. Among the nearest in meaning. Your word in its title or abstract: sleep."
    assert f"</summary><p>{reason}</p></details>" in bar


@pytest.mark.parametrize(("score", "filled"), [(0.0, 1), (0.04, 1), (0.5, 2), (0.51, 3), (1.0, 5), (1.0000001, 5)])
def test_the_bar_never_runs_empty_or_over(score: float, filled: int) -> None:
    assert relevance_bar(score, WHY).count('"on"') == filled


def test_without_the_main_word_of_the_question_the_bar_is_never_full_and_says_why() -> None:
    without = Why(0.7, 3.2, ("sleep",), "zebrafish")
    assert [relevance_bar(score, without).count('"on"') for score in (1.0, 0.95, 0.5)] == [4, 4, 2]
    assert "Not there: zebrafish." in relevance_bar(1.0, without)


def test_the_reason_never_shows_a_bare_number() -> None:
    for why in (WHY, Why(None, 1.5, ("a", "b")), Why(0.31234, None, ())):
        assert not any(character.isdigit() for character in reason_text(why))


@pytest.mark.fault("O1")
def test_a_matched_word_cannot_break_out_of_the_reason() -> None:
    assert "<x" not in relevance_bar(0.5, Why(None, 1.0, ('"><x onload=1>',)))
