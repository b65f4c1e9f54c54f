"""Similar articles: what is found, what never is, and why, on a library in memory."""

import pytest

from index.core.errors import QueryError
from index.records.article import Keyword, MeshHeading, Qualifier
from search import Searcher
from tests.support.fakes.fake_index import FakeIndex, article, stand_in

GIVEN, NEAR, RIVAL, TWIN, FAR, BARE = range(900000001, 900000007)
ARTICLES = [
    article(
        GIVEN,
        title="Honey bees and varroa mites",
        abstract=[("AIM", "We looked at hives. Was it cold?"), ("RESULTS", "Varroa mites killed the honey bees.")],
        mesh=(
            MeshHeading("D1", "Humans"),
            MeshHeading("D2", "Bees"),
            MeshHeading("D3", "Mites", qualifiers=(Qualifier("Q1", "growth & development", major=True),)),
        ),
        keywords=(Keyword("colony loss"), Keyword("apiculture")),
    ),
    article(
        NEAR,
        title="Varroa treatment of honey bees",
        abstract="A trial was made. Treated honey bees lost fewer to varroa mites. It was warm.",
        mesh=(
            MeshHeading("D1", "Humans"),
            MeshHeading("D2", "Bees"),
            MeshHeading("D3", "Mites", major=True),
            MeshHeading("D9", "Acids"),
        ),
        keywords=(Keyword("Colony Loss"),),
    ),
    article(RIVAL, title="Varroa genomes", abstract="The genome of varroa mites was read."),
    article(TWIN, title="Varroa genomes too", abstract="The genome of varroa mites was read again."),
    article(FAR, title="Zzz", abstract="Quick jump."),
    article(BARE, title="Bees", types=("Review",)),
    *(article(number, title=f"Topic {number}", abstract="Other matters.") for number in range(900000010, 900000040)),
]


@pytest.fixture
def pubmed(monkeypatch):
    stand_in(monkeypatch, ARTICLES)
    with Searcher.open("anywhere") as searcher:
        yield searcher


def pmids(page) -> list[int]:
    return [hit.article.pmid for hit in page.hits]


def score(page, pmid: int) -> float:
    return next(hit.score for hit in page.hits if hit.article.pmid == pmid)


def test_the_nearest_comes_first_and_never_an_article_that_was_given(pubmed):
    page = pubmed.similar([GIVEN], limit=1000)
    assert pmids(page)[0] == NEAR
    assert sorted(pmids(page)) == sorted({record.pmid for record in ARTICLES} - {GIVEN})
    assert page.total == len(ARTICLES) - 1
    assert (page.pmids, page.unlike) == ((GIVEN,), ())


def test_unlike_articles_never_come_back_and_push_their_like_down(pubmed):
    with_it = pubmed.similar([GIVEN], limit=1000)
    without = pubmed.similar([GIVEN], unlike=[RIVAL], limit=1000)
    assert RIVAL in pmids(with_it)
    assert not {GIVEN, RIVAL} & set(pmids(without))
    assert without.total == with_it.total - 1
    assert score(without, TWIN) < score(with_it, TWIN)
    assert set(pmids(pubmed.similar([GIVEN, RIVAL], limit=2))) == {NEAR, TWIN}


def test_filters_are_exact_and_the_list_can_be_paged_through_to_its_last_article(pubmed):
    assert pmids(pubmed.similar([GIVEN], types=["Review"])) == [BARE]
    assert pubmed.similar([GIVEN], types=["Review"]).total == 1
    assert pubmed.similar([GIVEN], years=(1990, 1991)).hits == ()
    whole = pmids(pubmed.similar([GIVEN], limit=1000))
    slices = [pmids(pubmed.similar([GIVEN], limit=7, offset=start)) for start in range(0, 42, 7)]
    assert [pmid for part in slices for pmid in part] == whole


def test_scores_lie_between_0_and_1_and_never_rise(pubmed):
    for unlike in ([], [RIVAL], [RIVAL, NEAR, FAR]):
        scores = [hit.score for hit in pubmed.similar([GIVEN, BARE], unlike=unlike, limit=1000).hits]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)


def test_why_names_shared_headings_words_and_the_closest_sentences_where_they_stand(pubmed):
    hit = pubmed.similar([GIVEN], limit=1).hits[0]
    assert hit.why.mesh == ("Mites", "Bees"), "the main topic first, no check tag, nothing that is not shared"
    assert hit.why.terms[0] == "Colony Loss"
    assert set(hit.why.terms[1:]) == {"varroa", "honey", "bees", "mites"}
    assert 0 < hit.why.meaning <= 1
    pair = hit.why.sentences
    assert (pair.pmid, pair.given.section) == (GIVEN, "RESULTS")
    assert pair.given.text == "Varroa mites killed the honey bees."
    assert pair.found.text == "Treated honey bees lost fewer to varroa mites."
    given_abstract, similar_abstract = ARTICLES[0].abstract, ARTICLES[1].abstract
    assert given_abstract[pair.given.start : pair.given.end] == pair.given.text
    assert similar_abstract[pair.found.start : pair.found.end] == pair.found.text
    marked = [pair.found.text[span.start : span.end] for span in pair.found.spans]
    assert marked == ["honey", "bees", "varroa", "mites"], "common words are not marked"


def test_each_pair_stands_where_it_says(pubmed):
    for hit in pubmed.similar([GIVEN], limit=1000).hits:
        if pair := hit.why.sentences:
            assert ARTICLES[0].abstract[pair.given.start : pair.given.end] == pair.given.text
            assert hit.article.abstract[pair.found.start : pair.found.end] == pair.found.text


@pytest.mark.parametrize("has_sentences", [True, False])
def test_of_pairs_that_share_the_same_words_the_closer_in_meaning_is_shown(monkeypatch, has_sentences):
    given = article(1, title="A", abstract="Mites killed bees.")
    found = article(2, title="B", abstract="Mites killed bees because of the various. Mites killed bees.")
    stand_in(monkeypatch, [given, found])
    if not has_sentences:
        monkeypatch.setattr(FakeIndex, "sentence_vectors", lambda *_: None)
    with Searcher.open("anywhere") as searcher:
        pair = searcher.similar([1]).hits[0].why.sentences
        first = "Mites killed bees because of the various."
        assert pair.found.text == ("Mites killed bees." if has_sentences else first)


def test_nothing_shared_is_said_as_nothing(pubmed):
    [why] = [hit.why for hit in pubmed.similar([GIVEN], limit=1000).hits if hit.article.pmid == FAR]
    assert (why.mesh, why.terms, why.sentences) == ((), (), None)


@pytest.mark.parametrize(
    ("pmids", "unlike", "message"),
    [
        ([], [], "at least one article"),
        ([GIVEN, 7], [8], "does not hold PMID 7, PMID 8"),
        ([GIVEN], [GIVEN], f"PMID {GIVEN} cannot be both given and unlike"),
        (range(1, 300), [], "200 articles at most"),
        ([10**30], [], "is not a PMID"),
        (["900000999"], [], "does not hold PMID 900000999"),
        (["x1"], [], "x1 is not a PMID"),
    ],
)
def test_what_cannot_be_compared_is_refused_by_name(pubmed, pmids, unlike, message):
    with pytest.raises(QueryError, match=message):
        pubmed.similar(pmids, unlike=unlike)


def test_an_article_without_any_text_cannot_be_given(monkeypatch):
    stand_in(monkeypatch, [*ARTICLES, article(900000090, title=None)])
    with Searcher.open("anywhere") as searcher, pytest.raises(QueryError, match="900000090 has neither title nor"):
        searcher.similar([900000090])


@pytest.mark.parametrize("argument", [5, "5", [1.5], None])
def test_anything_but_a_list_of_numbers_is_a_type_error(pubmed, argument):
    with pytest.raises(TypeError, match="pmids is a list of PMIDs"):
        pubmed.similar(argument)


def test_pmids_may_be_written_as_text(pubmed):
    assert pubmed.similar([f" {GIVEN} "]).pmids == (GIVEN,)
    assert pubmed.article(str(GIVEN)) == pubmed.article(GIVEN)
    assert [article.pmid for article in pubmed.articles([str(GIVEN)])] == [GIVEN]
    assert [hit.article.pmid for hit in pubmed.search("x", pmids=[str(GIVEN)], whole=True)] == [GIVEN]
    with pytest.raises(QueryError, match="PMC1 is not a PMID"):
        pubmed.article("PMC1")


def test_a_page_of_similar_articles_is_a_table_too(pubmed):
    page = pubmed.similar([GIVEN], limit=2)
    assert [hit.article.pmid for hit in page] == page.to_pandas()["pmid"].tolist()
    assert page.to_arrow()["evidence"][0].as_py() == page.hits[0].why.sentences.found.text
    assert f"most like {GIVEN} first" in page._repr_html_()


def test_a_page_of_similar_articles_says_what_answered_and_exports(pubmed):
    page = pubmed.similar([GIVEN], limit=2, years=(2020, 2020))
    answer = page.to_json()
    assert (answer["similar_to"], answer["unlike"], answer["total_is"]) == ([GIVEN], [], "exact")
    assert answer["filters"] == {"years": [2020, 2020]}
    assert (answer["build"], answer["fingerprint"]) == (page.build, page.fingerprint)
    assert answer["hits"][0]["why"]["sentences"]["found"]["text"] == page.hits[0].why.sentences.found.text
    assert "".join(pubmed.export(page, "ris")).count("TY  -") == 2
