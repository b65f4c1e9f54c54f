"""The pairs that are made from an article alone, and which MeSH descriptors it is about."""

from collections.abc import Iterable

import pytest

from index.lexical.mesh import Descriptor
from index.records.article import Article, Keyword, MeshHeading, Qualifier, Section
from model.training_data.mesh_names import HeadingNames
from model.training_data.pair_files import TrainingPair
from model.training_data.pair_kinds import ARTICLE_KINDS, draws_of, make_pair, synonym_pair

PMID = 900_000_001
VOCABULARY = HeadingNames.of_vocabulary(
    [
        Descriptor("D900001", "Citrus Fruit, Sour", ("Lemons", "Sour Fruits")),
        Descriptor("D900002", "Winter", ("Cold Season",)),
        Descriptor("D900003", "Gene", ()),
        Descriptor("D900004", "Lemons, Candied", ("Winter",)),
    ]
)
ARTICLE = Article(
    pmid=PMID,
    title="Do lemons survive the cold seasons?",
    sections=(
        Section("AIM", "OBJECTIVE", "To see whether lemons survive."),
        Section("METHODS", "METHODS", "We looked. We waited.", (0, 11)),
        Section("CONCLUSION", "CONCLUSIONS", "Nearly every lemon that we saw outside had survived the winter."),
    ),
    keywords=(Keyword("sour fruit"), Keyword("frost"), Keyword("survival")),
    mesh=(
        MeshHeading("D900009", "Frost", qualifiers=(Qualifier("Q900001", "prevention", major=True),)),
        MeshHeading("D900010", "Humans"),
    ),
)


def pairs(kind: str, article: Article = ARTICLE, draws: Iterable[int] = range(40)) -> list[TrainingPair]:
    """Make a pair with each of some draws."""
    candidates = (make_pair(kind, article, draws_of(kind, number), VOCABULARY) for number in draws)
    return [pair for pair in candidates if pair is not None]


def test_a_title_leads_to_the_abstract() -> None:
    [pair] = pairs("title", draws=[0])
    assert pair == TrainingPair(ARTICLE.title or "", ARTICLE.abstract, kind="title")


def test_only_a_title_that_asks_is_a_question() -> None:
    assert [pair.anchor for pair in pairs("question", draws=[0])] == [ARTICLE.title]
    assert pairs("question", Article(pmid=PMID, title="Lemons.", sections=ARTICLE.sections)) == []


def test_keywords_come_in_any_order_and_number() -> None:
    anchors = {pair.anchor for pair in pairs("keywords")}
    assert len(anchors) > 8
    names = {"sour fruit", "frost", "survival"}
    assert all(sum(name in anchor for name in names) >= 2 for anchor in anchors)
    assert {pair.positive for pair in pairs("keywords")} == {f"{ARTICLE.title} {ARTICLE.abstract}"}


def test_headings_keywords_and_title_say_what_an_article_is_about() -> None:
    assert VOCABULARY.of_article(ARTICLE) == (
        ("Frost", "Frost prevention"),
        ("Citrus Fruit, Sour", "Lemons", "Sour Fruits"),
        ("Winter", "Cold Season"),
    )


@pytest.mark.parametrize("title", ["Sour citrus fruit", "citrus fruit, sour!", "A Sour Fruit"])
def test_a_name_is_found_turned_round_singular_and_in_any_case(title: str) -> None:
    assert VOCABULARY.of_article(Article(pmid=PMID, title=title))[0][0] == "Citrus Fruit, Sour"


def test_the_longest_name_counts_and_a_short_word_of_a_title_does_not() -> None:
    descriptors = VOCABULARY.of_article(Article(pmid=PMID, title="A gene of candied lemons"))
    assert descriptors == (("Lemons, Candied", "Winter"),)


def test_headings_go_by_any_of_their_names() -> None:
    anchors = [pair.anchor for pair in pairs("mesh")]
    for name in ("Frost", "Frost prevention", "Citrus Fruit, Sour", "Sour Fruits", "Winter", " and "):
        assert any(name in anchor for anchor in anchors), name


def test_a_name_that_the_text_uses_is_not_drawn_beside_the_preferred_one() -> None:
    assert not any("Lemons" in pair.anchor or "Cold Season" in pair.anchor for pair in pairs("mesh"))


def test_aim_and_conclusion_lead_to_each_other() -> None:
    aim, conclusion = ARTICLE.sections[0].text, ARTICLE.sections[2].text
    assert {(pair.anchor, pair.positive) for pair in pairs("aim")} == {(aim, conclusion), (conclusion, aim)}


def test_a_claim_is_not_left_in_the_text_that_it_leads_to() -> None:
    [pair] = pairs("claim", draws=[0])
    assert pair.anchor == ARTICLE.sections[2].text
    assert pair.positive == f"{ARTICLE.title} To see whether lemons survive. We looked. We waited."


def test_one_text_is_asked_for_by_its_claim_and_by_headings_with_all_their_names() -> None:
    [claim] = pairs("claim", draws=[0])
    article_pairs = pairs("article")
    assert {(pair.anchor, pair.positive) for pair in article_pairs} == {(claim.anchor, claim.positive)}
    assert {len(pair.others) for pair in article_pairs} == {len(pair.spelt) for pair in article_pairs} == {2}
    names = {
        spelt
        for pair in article_pairs
        for other, spelt in zip(pair.others, pair.spelt, strict=True)
        if other == "Sour Fruits"
    }
    assert names == {"Citrus Fruit, Sour Lemons Sour Fruits"}


@pytest.mark.parametrize("kind", ARTICLE_KINDS)
def test_an_article_without_text_gives_no_pair(kind: str) -> None:
    assert pairs(kind, Article(pmid=PMID)) == []


@pytest.mark.parametrize("kind", ARTICLE_KINDS)
def test_the_same_draws_give_the_same_pair(kind: str) -> None:
    assert pairs(kind) == pairs(kind)


def test_two_names_of_a_descriptor_are_a_pair() -> None:
    pair = synonym_pair(("Lemons", "Citrus"), draws_of(1))
    assert pair is not None
    assert {pair.anchor, pair.positive} == {"Lemons", "Citrus"}
    assert synonym_pair(("Gene",), draws_of(1)) is None
