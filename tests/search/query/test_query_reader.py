"""How plain questions are read, the hostile ones included."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.core.errors import QueryError, QuerySyntaxError
from search.filters.date_ranges import Years
from search.query.query_reader import CHARACTERS_READ, cleaned_query, read_query
from search.query.stopwords import STOP_WORDS
from tests.support.fakes.fake_index import stems


def read(text: str, years: Years | None = None):
    return read_query(text, years, stems)


def test_a_question_is_read_as_its_significant_words_in_order():
    read_as = read("Does Metformin lower the risk of cancer?", Years(2015, 2021)).read_as
    assert read_as.words == ("metformin", "lower", "risk", "cancer")
    assert read_as.description == "metformin, lower, risk, cancer; by meaning and words; 2015-2021"


def test_the_words_searched_are_the_significant_ones_as_often_as_typed():
    query = read("Does metformin alone, and metformins, lower Cancer?")
    assert query.keywords == "metformin alone metformins lower cancer"
    assert query.plain == "Does metformin alone, and metformins, lower Cancer?"
    assert query.read_as.words == ("metformin", "alone", "lower", "cancer")


def test_the_reading_as_json_has_the_documented_shape():
    query = read("cancers and cancer", Years(2015, None))
    assert query.to_json() == {
        "text": "cancers and cancer",
        "corrected": None,
        "absent": None,
        "read_as": {
            "words": ["cancers"],
            "years": [2015, None],
            "says": "cancers; by meaning and words; from 2015",
            "demands": None,
            "known": None,
            "warnings": [],
            "suggestions": [],
            "translations": [],
            "untagged": None,
            "search_details": [],
        },
    }
    assert read("cancer").to_json()["read_as"]["years"] is None


@pytest.mark.fault("Q1")
@pytest.mark.parametrize("text", ["", " ", "\n\t", "\x00", "\u200b", "\u202e \ufeff", "\x1b"])
def test_a_blank_query_asks_for_words(text):
    with pytest.raises(QueryError, match=r"^Type a question or a few words\.$"):
        read(text)


def test_a_query_that_is_no_text_is_a_type_error():
    with pytest.raises(TypeError, match="a query must be text"):
        read(None)


@pytest.mark.fault("Q1")
def test_common_words_alone_are_searched_as_they_are_and_said_to_be_common():
    read_as = read("to be or not to be").read_as
    assert "not" in read_as.words
    read_as = read("what is it").read_as
    assert read_as.words == ("what", "is", "it")
    assert read("what is it").keywords == "what is it"
    assert read_as.description == "what, is, it; by meaning and words; common words only"


@pytest.mark.fault("Q1")
def test_punctuation_alone_is_searched_by_meaning_only():
    read_as = read("?! ...").read_as
    assert read_as.words == ()
    assert read_as.description == "no words to look for, by meaning only"


@pytest.mark.fault("Q1")
def test_of_100_kB_only_the_first_characters_are_read_and_that_is_said():
    query = read("metformin " * 10_000)
    assert query.plain.split()[-1] == "metformin", "no part of a word is ranked by"
    assert CHARACTERS_READ - len("metformin ") < len(query.plain) <= CHARACTERS_READ
    assert len(read("m" * 100_000).plain) == CHARACTERS_READ
    assert len(query.text) == 100_000
    assert query.read_as.description == "metformin; by meaning and words; only the first 10,000 characters were read"


def test_a_long_list_of_words_is_shortened_where_it_is_said_and_nowhere_else():
    read_as = read(" ".join(f"word{number}" for number in range(20))).read_as
    assert len(read_as.words) == 20
    assert "word11 and 8 more words; by" in read_as.description


@pytest.mark.fault("Q2", "Q3", "Q5")
@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE articles; --",
        '" OR 1=1',
        "select id from txtai where similar('x')",
        '" * ( ) : ^ NEAR - AND x',
        "100% _a_ [b-c]+ x.*",
    ],
)
def test_anything_that_looks_like_a_language_is_plain_text(text):
    query = read(text)
    assert query.text == text
    assert query.plain == text


@pytest.mark.fault("Q4")
def test_decomposed_full_width_and_zero_width_spellings_read_alike():
    plain = "naïve β-blocker"
    assert cleaned_query(unicodedata.normalize("NFD", plain)) == plain
    assert cleaned_query("ｃａｎｃｅｒ") == "cancer"
    assert cleaned_query("can\u200bcer \u202ecancer") == "cancer cancer"
    assert cleaned_query("a\x00b\nc") == "a b c"
    assert cleaned_query("e\u200b\u0301") == "é", "a mark that came apart from its letter is composed with it"
    assert cleaned_query("\uff8a\uff9e") == "\u30d0", "half-width letter and voicing mark"


@pytest.mark.fault("Q4")
def test_the_micro_sign_stays_what_articles_write():
    assert cleaned_query("5 \u00b5g") == "5 \u00b5g"


@pytest.mark.fault("Q4")
def test_a_lone_surrogate_can_be_printed():
    query = read("cancer \udc80")
    assert query.text.encode() == b"cancer ?"
    assert query.plain == "cancer"


@settings(deadline=None)
@given(st.text(min_size=1))
def test_no_text_fails_but_a_blank_one(text):
    try:
        query = read(text)
    except QuerySyntaxError as error:
        assert "^" in str(error), "it points at what cannot be read"  # noqa: PT017 - some texts are read
    except QueryError:
        assert not cleaned_query(text)
    else:
        assert query.plain
        assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in query.plain)


def test_stop_words_hold_nothing_that_a_clinician_would_search_for():
    assert STOP_WORDS.isdisjoint({"risk", "cancer", "not", "trial", "effect", "safe", "adult", "infants"})
    assert all(word == word.lower() and word.isalpha() for word in STOP_WORDS)


@pytest.mark.parametrize("text", ['the "visible": geography of ponds', 'Frogs "unseen": a survey'])
def test_a_colon_behind_words_in_quotes_is_punctuation(text: str):
    description = read_query(text, None, stems).read_as.description
    assert "only" in description
    assert "published" not in description
