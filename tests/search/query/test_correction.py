"""A misspelt question is searched put right, says so, and can be searched as typed."""

import pytest

from search import Searcher, Suggestion
from search.query.did_you_mean import correct
from tests.support.fakes.fake_index import article, stand_in

ARTICLES = [
    article(900000001, title="Treatment of diabetes mellitus", abstract="Carriage was rare in marriage."),
    article(900000002, title="Mellitus and diabetes", abstract="Treatment began late."),
    article(900000003, title="Bees", abstract="Flowers and garden plants."),
]


@pytest.fixture
def pubmed(monkeypatch):
    stand_in(monkeypatch, ARTICLES)
    with Searcher.open("anywhere") as searcher:
        yield searcher


def test_a_misspelt_question_is_searched_put_right_and_says_so(pubmed):
    page = pubmed.search("diabtes melitus, treatmnt?")
    query = page.query
    assert query.text == "diabtes melitus, treatmnt?"
    assert query.corrected.searched == "diabetes mellitus, treatment?"
    assert query.corrected.as_typed == "+diabtes +melitus, +treatmnt?"
    assert query.to_json()["corrected"] == {
        "searched": "diabetes mellitus, treatment?", "as_typed": "+diabtes +melitus, +treatmnt?",
    }  # fmt: skip
    assert query.notes[0].startswith("No article has 'diabtes', 'melitus', 'treatmnt': searched for 'diabetes mell")
    assert query.read_as.words == ("diabetes", "mellitus", "treatment")
    assert (query.read_as.warnings, query.read_as.suggestions) == ((), ())
    right = pubmed.search("diabetes mellitus, treatment?")
    assert (page.hits, page.total) == (right.hits, right.total)
    assert right.query.corrected is None


def test_everything_asked_of_the_question_is_asked_of_the_corrected_one(pubmed):
    typed, right = "diabtes", "diabetes"
    assert list(pubmed.pmids(typed)) == list(pubmed.pmids(right))
    assert pubmed.total(typed) == pubmed.total(right)
    assert pubmed.facets(typed) == pubmed.facets(right)
    assert "".join(pubmed.export(typed, "ris")) == "".join(pubmed.export(right, "ris"))
    assert pubmed.replay(pubmed.record(typed)).verdict == "same"


def test_a_word_behind_a_plus_is_searched_as_typed(pubmed):
    query = pubmed.search("+diabtes melitus").query
    assert query.read_as.words == ("diabtes", "mellitus")
    assert query.corrected.as_typed == "+diabtes +melitus"
    as_typed = pubmed.search("+diabtes +melitus").query
    assert (as_typed.corrected, as_typed.plain) == (None, "diabtes melitus")
    assert as_typed.read_as.suggestions[0] == Suggestion("diabtes", "diabetes", "+diabetes +melitus")


@pytest.mark.parametrize(
    "text",
    [
        "diabtes AND bees", '"diabtes" bees', "diabtes[ti]", "diabt* bees",  # an operator, a quote, a tag, a truncation
        "10.1000/diabtes", "non-diabtes", "https://diabtes.example.org", "diabtes/melitus",  # part of something else
        "bes", "gard", "GARDN", "zzzqqqxxy",  # short, in capitals, near nothing
        "diabetes mellitus", "Okafor", "900000001",  # the library's own
    ],
)  # fmt: skip
def test_what_is_not_clearly_a_slip_is_searched_as_typed(pubmed, text):
    assert pubmed.search(text).query.corrected is None


def test_a_slip_keeps_its_first_letter_and_a_short_one_differs_by_one_letter():
    def corrected(found: str, suggested: str) -> bool:
        return correct(found, [Suggestion(found, suggested, suggested)], None) is not None

    assert corrected("gardn", "garden")
    assert not corrected("barriage", "carriage")
    assert not corrected("gadn", "garden")
    assert not corrected("grdn", "gardn")
    assert corrected("treatmnts", "treatments")


class Vocabulary:
    """Knows one name."""

    def named(self, phrases):
        return {phrase: phrase for phrase in phrases if phrase == "gardan"}

    def everyday(self, phrases):
        return {}

    def starts(self, starts):
        return frozenset()


def test_a_word_that_mesh_has_is_no_slip():
    suggestions = [Suggestion("gardan", "garden", "garden"), Suggestion("flowrs", "flowers", "flowers")]
    assert correct("gardan flowrs", suggestions, Vocabulary()).searched == "gardan flowers"


def test_a_misspelt_word_with_the_stem_of_a_rare_one_is_put_right_and_an_inflected_one_is_not(monkeypatch):
    known = [article(900000010 + number, title="Glucose and infarction") for number in range(6)]
    stand_in(monkeypatch, [*known, article(900000020, title="Gluco, a trade name")])
    with Searcher.open("anywhere") as pubmed:
        assert pubmed.search("glucos infarction").query.corrected.searched == "glucose infarction"
        assert pubmed.search("+glucos infarction").query.corrected is None
        page = pubmed.search("glucose infarctions")
        assert (page.query.corrected, page.query.read_as.warnings) == (None, ())
        assert pubmed.search("gluco").query.corrected is None
