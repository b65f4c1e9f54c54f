"""The search as an address, and back."""

import string
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.filters.date_ranges import Years
from search.filters.filters import Filters
from ui.state.collection import ArticleCollection
from ui.state.similar_address import SimilarAddress
from ui.state.url_state import LONGEST_LINKED, LONGEST_VALUE, MOST_VALUES, SIZES, Address

WORDS = st.text(min_size=1, max_size=12).filter(lambda text: text.strip() and text.isprintable())
MANY = st.lists(WORDS, max_size=3, unique=True).map(tuple)
YEAR = st.integers(1000, 9999)


@st.composite
def addresses(draw: st.DrawFn) -> Address:
    first, last = sorted([draw(YEAR), draw(YEAR)])
    filters = Filters(
        years=draw(st.sampled_from([None, (first, last), (first, None), (None, last)])),
        dates=draw(st.sampled_from([None, ("2019/03", "2021"), (None, "2021/01/31"), ("2019", None)])),
        journals=draw(MANY),
        authors=draw(MANY),
        types=draw(MANY),
        languages=draw(MANY),
        mesh=draw(MANY),
        has_abstract=draw(st.booleans()),
        free_full_text=draw(st.booleans()),
        retracted=draw(st.sampled_from([None, "hide", "only"])),
        species=draw(st.sampled_from([(), ("humans",), ("humans", "animals")])),
        age=draw(st.sampled_from([(), ("80 and over",)])),
        sex=draw(st.sampled_from([(), ("female",)])),
    )
    question, sort = draw(st.text(max_size=30)), draw(st.sampled_from(["relevance", "oldest"]))
    listed = draw(st.sampled_from(["articles", "sentences"]))
    mapping, whole, per = draw(st.booleans()), draw(st.booleans()), draw(st.sampled_from(SIZES))
    return Address(question, filters, sort, draw(YEAR), mapping=mapping, listed=listed, whole=whole, per=per)


@given(addresses())
def test_every_state_is_a_link_that_restores_it(address: Address) -> None:
    parameters = parse_qs(urlsplit(address.url()).query, keep_blank_values=True)
    assert Address.of(parameters) == address


@given(addresses(), st.lists(st.integers(1, 10**9), min_size=1, max_size=4, unique=True))
def test_a_list_of_similar_articles_keeps_its_articles_and_filters_in_its_address(
    address: Address, pmids: list[int]
) -> None:
    collection = ArticleCollection(tuple(pmids[:3]), tuple(pmids[3:]))
    similar = SimilarAddress(filters=address.filters, page=address.page, per=address.per, collection=collection)
    assert similar.url().startswith("/similar?pmids=")
    assert SimilarAddress.of(parse_qs(urlsplit(similar.url()).query)) == similar


def test_the_first_screen_has_the_shortest_address_and_defaults_are_never_written() -> None:
    assert Address().url() == "/"
    assert Address("sleep", Filters(), "relevance", 1).url() == "/?q=sleep"


def test_a_filter_with_several_values_is_repeated_and_words_are_quoted() -> None:
    address = Address("sleep & memory", Filters(years=(2019, None), types=("Review", "Meta-Analysis")), "newest", 2)
    assert address.url() == "/?q=sleep+%26+memory&years=2019-&type=Review&type=Meta-Analysis&sort=newest&page=2"


def test_a_filter_that_makes_no_sense_is_named_with_the_nearest() -> None:
    address = Address.of({"q": ["sleep"], "species": ["human"], "retracted": ["onlyy"], "sex": ["male"]})
    assert address == Address("sleep", Filters(sex=("male",)))
    species, retracted = address.ignored
    assert species.startswith(
        "A filter of the address was ignored: species must be one of humans, animals, not 'human'."
    )
    assert species.endswith("Did you mean 'humans'?")
    assert "not 'onlyy'" in retracted


@given(st.dictionaries(st.sampled_from(["q", "years", "dates", "age", "sex", "retracted", "sort", "page", "type", "x"]),
                       st.lists(st.text(string.printable, max_size=8), max_size=3)))  # fmt: skip
@pytest.mark.fault("Q6")
def test_no_address_breaks_the_reading_and_what_is_read_can_be_written(parameters: dict[str, list[str]]) -> None:
    address = Address.of(parameters)
    assert Address.of(parse_qs(urlsplit(address.url()).query)) == address


@pytest.mark.fault("Q6")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("years", "99999"),
        ("years", "NaN-NaN"),
        ("years", "-"),
        ("dates", "2019/13"),
        ("dates", "2021:2019"),
        ("age", "ancient"),
        ("sex", "Female; DROP TABLE"),
        ("species", ""),
        ("retracted", "yes"),
        ("sort", "random"),
        ("list", "words"),
        ("page", "-1"),
        ("abstract", "true"),
        ("type", "  "),
        ("unknown", "x"),
    ],
)
def test_a_value_that_cannot_be_is_passed_over_alone(name: str, value: str) -> None:
    assert Address.of({"q": ["sleep"], "sex": ["male"], name: [value]} | {"lang": ["x"]}).question == "sleep"
    assert Address.of({name: [value]}) == Address()


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2019-2021", Years(2019, 2021)),
        ("2021-2019", Years(2019, 2021)),
        ("2019-", Years(2019, None)),
        ("-2019", Years(None, 2019)),
        ("2019", Years(2019, 2019)),
    ],
)
def test_years_are_read_as_one_would_write_them(text: str, years: Years) -> None:
    assert Address.of({"years": [text]}).filters.years == years


def test_the_last_of_a_repeated_single_value_counts_and_many_values_have_an_end() -> None:
    assert Address.of({"page": ["2", "3"]}).page == 3
    assert Address.of({"type": ["x" * (LONGEST_VALUE + 1), "Review"]}).filters.types == ("Review",)
    values = [f"type {number}" for number in range(MOST_VALUES + 10)]
    assert Address.of({"type": values}).filters.types == tuple(values[:MOST_VALUES])


def test_another_filter_starts_the_list_at_its_top_and_leaves_the_rest() -> None:
    address = Address("sleep", Filters(types=("Review",)), "oldest", 4)
    assert address.filtered(has_abstract=True) == Address(
        "sleep", Filters(types=("Review",), has_abstract=True), "oldest", 1
    )


def test_links_do_not_repeat_a_question_as_long_as_a_search_strategy(monkeypatch: pytest.MonkeyPatch) -> None:
    long, short = "x" * (LONGEST_LINKED + 1), "x" * LONGEST_LINKED
    monkeypatch.setattr("ui.state.url_state.st.query_params", {"q": long})
    assert Address(long, Filters(types=("Review",))).url() == "/?same=q&type=Review"
    assert Address(short).url() == f"/?q={short}"
    assert Address(f"{long} another").url() == f"/?q={long}+another"


def test_what_an_address_says_wrongly_is_named_as_it_was_typed():
    address = Address.of({"q": ["bees"], "years": ["abc"], "sort": ["best"], "per": ["33"]})
    assert (address.sort, address.per, address.filters.years) == ("relevance", 20, None)
    assert address.ignored == (
        "A filter of the address was ignored: The years 'abc' cannot be read. Write 2015-2021, 2015-, -2021 or 2015.",
        "A part of the address was ignored: sort must be one of relevance, newest, oldest, not 'best'.",
        "A part of the address was ignored: per must be one of 20, 50, 100, 200, not '33'.",
    )
    swapped = Address.of({"years": ["2021-2019"]})
    assert (str(swapped.filters.years), swapped.ignored) == ("2019-2021", ())
