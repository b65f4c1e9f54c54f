"""Filters, known items, orders and paging of the searcher, on a library in memory."""

from dataclasses import replace

import pytest

from index.core.errors import QueryError
from index.engine.filter_expression import AnyOf, FilterExpression, Value
from index.records.article import Author, Identifier, Journal, Link, MeshHeading, PublicationDate
from search import Searcher, Suggestion
from search.filters.filters import Filters
from search.query.did_you_mean import corrected
from search.retrieval.known_items import KnownItemClue, clues, titles_in
from tests.support.fakes.fake_index import article, stand_in
from tests.support.oracles.brute_force_filter import keeps


def dated(year: int) -> PublicationDate:
    return PublicationDate(year=str(year), first=f"{year}-01-01", last=f"{year}-12-31")


def sample_article(number: int):
    return article(
        900000000 + number,
        title=f"{('Bees', 'Wasps', 'Ants')[number % 3]} and the flowers of garden {number}",
        abstract="Honey was found." if number % 2 else "",
        published=dated(2010 + number % 10),
        authors=(Author(f"Okafor{'abcdefg'[number % 7]}", "Ngozi", "NB"), Author("Smith", "J", "J")),
        types=("Review",) if number % 4 == 0 else ("Journal Article",),
        languages=("eng",) if number % 5 else ("ger",),
        journal=Journal(title="Journal of Samples", iso_abbreviation="J Sampl"),
        mesh=(MeshHeading("D000001", "Humans" if number % 2 else "Animals"), MeshHeading("D000002", "Female")),
        ids=(Identifier("doi", f"10.1000/sample.{number}"),),
        links=(Link("RetractionIn"),) if number == 7 else (),
    )


ARTICLES = [sample_article(number) for number in range(1, 121)]


@pytest.fixture
def pubmed(monkeypatch):
    stand_in(monkeypatch, ARTICLES)
    monkeypatch.setattr("search.retrieval.candidates.CANDIDATES", 10)
    with Searcher.open("anywhere") as searcher:
        yield searcher


def pmids(page) -> list[int]:
    return [hit.article.pmid for hit in page.hits]


FILTERS = [
    {"years": (2012, 2014)}, {"dates": ("2012/06", "2013")}, {"journals": "J Sampl"}, {"authors": ["Okafora N"]},
    {"types": ["Review"]}, {"languages": ["German"]}, {"mesh": ["Humans"]}, {"has_abstract": True},
    {"free_full_text": True}, {"retracted": "hide"}, {"retracted": "only"}, {"species": ["animals"]}, {"sex": ["male"]},
    {"types": ["Review"], "languages": ["ger"], "years": (2010, None)},
]  # fmt: skip


@pytest.mark.fault("Q8")
@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("text", ["bees", "honey OR ants", "gard* wasps"])
def test_a_filter_keeps_exactly_what_a_look_at_every_record_keeps(pubmed, filters, text):
    page = pubmed.search(text, limit=1000, whole=True, **filters)
    filter_expression = Filters.of(**filters).expression()
    query_expression = page.query.read_as.filter_expression
    expected = {
        article.pmid for article in ARTICLES if keeps(filter_expression, article) and keeps(query_expression, article)
    }
    assert set(pmids(page)) == expected
    assert page.total == page.passing == len(page.hits) == len(expected)


@pytest.mark.fault("Q9")
def test_a_restricted_result_can_be_paged_through_to_its_last_article(pubmed):
    whole = pmids(pubmed.search("bees", limit=1000, languages="English", whole=True))
    assert len(whole) == len(set(whole)) == 96
    every = {"languages": "English", "whole": True}
    pieces = [pmids(pubmed.search("bees", limit=7, offset=start, **every)) for start in range(0, 105, 7)]
    assert [pmid for piece in pieces for pmid in piece] == whole
    assert whole == list(pubmed.pmids("bees", **every))
    scores = [hit.score for hit in pubmed.search("bees", limit=1000, **every).hits]
    assert scores == sorted(scores, reverse=True)


def test_newest_and_oldest_order_the_whole_selection_by_publication_date_then_pmid(pubmed):
    newest = pubmed.search("bees[ti]", limit=1000, sort="newest")
    order = [(hit.article.year, hit.article.pmid) for hit in newest.hits]
    assert order == sorted(order, reverse=True)
    assert len({year for year, _ in order}) > 1
    assert len(order) == 40
    assert pmids(pubmed.search("bees[ti]", limit=1000, sort="oldest")) == pmids(newest)[::-1]
    with pytest.raises(QueryError, match="not 'best'"):
        pubmed.search("bees", sort="best")


def test_an_article_without_a_date_comes_last_in_either_order(monkeypatch):
    undated = article(900000130, title="Bees undated", published=PublicationDate())
    stand_in(monkeypatch, [*ARTICLES, undated])
    with Searcher.open("anywhere") as searcher:
        for sort in ("newest", "oldest"):
            for text in ("bees[ti]", "bees undated"):
                assert pmids(searcher.search(text, limit=1000, sort=sort))[-1] == undated.pmid


def test_each_part_of_a_query_says_how_many_articles_it_keeps(pubmed):
    clause = pubmed.search("bees[ti] AND german[la]").query.read_as.clause
    assert (clause.count, [part.count for part in clause.parts]) == (8, [40, 24])
    assert clause.to_json()["parts"][0] == {"says": "bees in title", "count": 40}


def test_facets_count_within_the_query_and_its_filters(pubmed):
    facets = {facet.field: facet.counts for facet in pubmed.facets("bees[ti]", Filters(languages="ger"))}
    assert [(count.value, count.articles) for count in facets["language"]] == [("ger", 8)]
    assert sum(count.articles for count in facets["type"]) == 8
    assert facets["retraction"] == ()


def test_facets_of_the_whole_library_beside_a_question_encode_nothing(pubmed):
    encoder = pubmed._generation.index.encoder
    before = len(encoder.calls)
    (languages,) = pubmed.facets("do bees like flowers?", fields=["language"], whole=True)
    assert sum(count.articles for count in languages.counts) == len(ARTICLES)
    assert pubmed.facets("", fields=["language"]) == (languages,)
    assert len(encoder.calls) == before


@pytest.mark.parametrize(
    ("text", "filters", "total"),
    [("", {}, 120), ("bees", {}, 15), ("bees[ti]", {}, 40), ("bees[ti]", {"languages": "ger"}, 8)],
)
def test_the_total_is_that_of_the_search_without_searching(pubmed, text, filters, total):
    assert pubmed.total(text, Filters(**filters)) == total
    assert not text or pubmed.search(text, **filters).total == total


@pytest.mark.parametrize(
    "text",
    [
        "900000042", "PMID: 900000042", "10.1000/sample.42", "doi:10.1000/SAMPLE.42",
        "https://doi.org/10.1000/sample.42.", "Bees and the flowers of garden 42", "BEES AND THE FLOWERS OF GARDEN 42",
        "Okafora 2012 bees", "Okafora NB et al. (2012) bees", "okafora bees 2012",
        "Okafora NB, Smith J. Bees and the flowers of garden 42. J Sampl. 2012;3(4):5-6.",
    ],
)  # fmt: skip
def test_a_known_item_comes_first_and_is_said_to_be_one(pubmed, text):
    page = pubmed.search(text)
    assert page.hits[0].article.pmid == 900000042
    assert page.hits[0].score == 1
    assert page.query.read_as.description.startswith("known item (")


def test_of_a_common_surname_the_first_author_comes_first_however_many_share_year_and_word(monkeypatch):
    crowd = [replace(sample_article(number), published=dated(2021)) for number in range(1, 121)]
    expected = replace(crowd[59], authors=(Author("Smith", "A", "A"),))
    stand_in(monkeypatch, [*crowd[:59], expected, *crowd[60:]])
    with Searcher.open("anywhere") as searcher:
        page = searcher.search("Smith 2021 flowers")
        assert page.hits[0].article.pmid == expected.pmid
        assert page.query.read_as.known == "Smith, 2021, flowers"


def test_a_question_names_no_article(pubmed):
    assert pubmed.search("do bees like flowers?").query.read_as.known is None
    assert pubmed.search("bees of 2012").query.read_as.known is None
    assert pubmed.search("123").query.read_as.known is None


def test_a_known_item_outside_the_filters_is_not_shown(pubmed):
    assert 900000042 not in pmids(pubmed.search("900000042", limit=1000, years=(2019, 2019)))


def test_titles_compare_by_letters_and_the_longest_inside_a_citation_wins():
    titles = [(1, "Bees and the flowers of a garden"), (2, "Bees and the flowers of a garden: a trial"), (3, "Bees")]
    assert titles_in("X. Bees & wasps; bees and the FLOWERS of a garden - a trial. 2012", titles) == (2, 1)
    assert titles_in("bees.", titles) == (3,)


def test_a_translated_title_in_brackets_and_its_twin_without_them_are_told_apart():
    titles = [(1, "[Bees and the flowers of a garden]."), (2, "Bees and the flowers of a garden.")]
    for ordered_titles in (titles, titles[::-1]):
        assert titles_in("[Bees and the flowers of a garden].", ordered_titles)[0] == 1
        assert titles_in("bees and the flowers of a garden", ordered_titles)[0] == 2
        assert titles_in("Okafor N. Bees and the flowers of a garden. J Sample Rec. 2012.", ordered_titles)[0] == 2


def test_al_is_part_of_a_name_where_no_et_stands_before_it():
    assert "Al Hakim, 2012, bees" in [clue.description for clue in clues("Al Hakim 2012 bees")]
    assert "Okafor, 2012, bees" in [clue.description for clue in clues("Okafor et al. 2012 bees")]


def test_a_word_that_is_cut_off_is_not_taken_for_a_misspelled_one(pubmed):
    read_as = pubmed.search("flowe*[ti] AND gard*").query.read_as
    assert (read_as.warnings, read_as.suggestions) == ((), ())


def test_a_misspelled_word_gets_the_librarys_own_word_and_the_query_put_right(pubmed):
    read_as = pubmed.search("Flowerz[ti] AND \t gardn NOT flowerzz").query.read_as
    assert read_as.warnings == ("No article has 'flowerz'.", "No article has 'gardn'.")
    assert read_as.suggestions == (
        Suggestion("flowerz", "flowers", "flowers[ti] AND gardn NOT flowerzz"),
        Suggestion("gardn", "garden", "Flowerz[ti] AND garden NOT flowerzz"),
    )
    assert corrected("Flowerz[ti] AND gardn", read_as.suggestions) == "flowers[ti] AND garden"
    assert read_as.to_json()["suggestions"][1]["suggested"] == "garden"


def test_a_word_that_no_article_has_and_none_is_near_is_only_warned_about(pubmed):
    read_as = pubmed.search("bees zzzzzzzzzz").query.read_as
    assert (read_as.warnings, read_as.suggestions) == (("No article has 'zzzzzzzzzz'.",), ())
    assert pubmed.search("bees").query.read_as.warnings == ()


@pytest.mark.fault("Q11")
def test_a_cancelled_export_keeps_nothing_open(monkeypatch):
    library = stand_in(monkeypatch, ARTICLES)
    with Searcher.open("anywhere") as pubmed:
        pieces = pubmed.export("bees", "ris", languages="English")
        next(pieces)
        pieces.close()
        library.publish("second", ARTICLES[:3])
        assert pubmed.search("bees[ti]").build == "second"
        assert library.stores[0].closed.is_set(), "no search holds the old build"


@pytest.mark.fault("Q11")
def test_a_search_cancelled_half_way_lets_the_build_go(monkeypatch):
    library = stand_in(monkeypatch, ARTICLES)
    with Searcher.open("anywhere") as pubmed:

        def cancel(*_):
            raise KeyboardInterrupt

        with monkeypatch.context() as half_way:
            half_way.setattr("search.evidence.explainer.Explainer.explain", cancel)
            with pytest.raises(KeyboardInterrupt):
                pubmed.search("bees")
        assert pubmed._generation._searches == 0
        assert pubmed.search("bees").hits
    assert library.stores[0].closed.is_set()


@pytest.mark.fault("Q6")
@pytest.mark.parametrize(
    ("filters", "error"),
    [
        ({"retracted": "maybe"}, QueryError), ({"age": ["elder"]}, QueryError),
        ({"dates": ("lately", None)}, QueryError),
        ({"dates": ("2021", "2019")}, QueryError), ({"colour": "red"}, TypeError), ({"types": 3}, TypeError),
        ({"dates": ("99999", None)}, QueryError), ({"dates": ("2019/13", None)}, QueryError),
    ],
)  # fmt: skip
def test_filters_that_cannot_be_are_refused(pubmed, filters, error):
    with pytest.raises(error):
        pubmed.search("bees", **filters)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_filters_go_through_json_and_back(filters):
    original = Filters.of(**filters)
    assert Filters.from_json(original.to_json()) == original
    assert replace(original) == original


def numbers_in(text: str) -> set[str]:
    parts = (part for clue in clues(text) if clue.description.startswith("identifier") for part in _parts(clue))
    return {value for part in parts if isinstance(part, Value) for value in part.values}


def _parts(clue: KnownItemClue) -> tuple[FilterExpression, ...]:
    return clue.filter_expression.parts if isinstance(clue.filter_expression, AnyOf) else ()


@pytest.mark.parametrize("text", ["Hu 2021 the bees", "asthma 2021", "2021", "bees, 2021.", "10000 steps a day"])
def test_a_year_or_a_short_number_is_no_identifier(text: str):
    assert not {"2021", "10000"} & numbers_in(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("trial NCT04280705 of bees", "NCT04280705"),
        ("R01 AB012345", "AB012345"),
        ("grant 81570001", "81570001"),
        ("12345", "12345"),
    ],
)
def test_a_number_of_a_trial_or_a_grant_is_one(text: str, number: str):
    assert number in numbers_in(text)
