"""Search strategies as librarians typed them: the count of PubMed's guide, or a stated reason for another answer.

The strategies and their counts are data of their own (see the README beside them); nothing of their text lies here.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from index.core.errors import QuerySyntaxError
from index.lexical.mesh import write_mesh
from index.library.layout import Library
from index.records.article import Article
from search import Searcher
from tests.support.builds.killed_builds import build, small_builds
from tests.support.oracles.pubmed_guide.evaluator import Guide
from tests.support.oracles.pubmed_guide.mesh_table import MeshTable
from tests.support.oracles.pubmed_guide.records import document
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml, write_articles
from tests.support.records.rich_articles import DESCRIPTORS

REFUSED = "refused"
ANSWERED = "answered"


@dataclass(frozen=True)
class Reason:
    """Why a strategy is not answered with the count handed over.

    Attributes:
        text: The reason.
        outcome: Our count, `REFUSED`, or `ANSWERED` where the count changes with the day of the search.
    """

    text: str
    outcome: int | str


PLAIN = "a plain question or a known item ranks the whole library; only an operator, tag or quotation mark restricts"
COUNTED = "handed over without a count; the evaluator written from the guide gives this one"
LINES = "numbered lines are resolved to the last one, as PubMed's history does; the count took them as one text"

REASONS = {
    "9b02f2df9bb395c1": Reason("years back from the day of the search, so the count changes", ANSWERED),
    "1ea06bbc308a1d90": Reason(PLAIN, 20_783),
    "e68e3c0721e77d3a": Reason(COUNTED, 0),
    "193916a3e46fa61b": Reason(COUNTED, 11),
    "94f0eb6b5a2045f1": Reason(PLAIN, 20_783),
    "3a3b34b069e2c5c2": Reason(PLAIN, 20_783),
    "2385e841a1f6815d": Reason(PLAIN, 20_783),
    "bcf76ccb7c45c0fd": Reason(
        "the guide's name for the articles with a labelled abstract; the count took it for a word", 6_495
    ),
    "fb9e0ec3e5ba6956": Reason(
        "the records do not say what belongs to a subset that PubMed keeps as a search of its own", REFUSED
    ),
    "8bd699731fe595c4": Reason(COUNTED, 0),
    "cab7e13ba3c93643": Reason("numbers of searches of which there are none; the count took them for words", REFUSED),
    "b382f161d457dbed": Reason("ADJ3 is Ovid's and no operator of PubMed; the count took it for a word", REFUSED),
    "ba148a3f4b3b70d1": Reason("a * before a heading means nothing in PubMed's guide; the count ignored it", REFUSED),
    "edbecfe99461fa3c": Reason(
        "in Ovid's language, which is translated and searched when the user accepts it", REFUSED
    ),
    "d1d950fb45ce682c": Reason(
        "in Ovid's language, which is translated and searched when the user accepts it", REFUSED
    ),
    "9a30d33d91deb82b": Reason(COUNTED, 0),
    "5ef16d8605ae37b8": Reason("line 12 opens a bracket and never closes it", REFUSED),
    "b63aea0ec463040d": Reason("its last line names lines that are not there", REFUSED),
    "e6c5685ddf49d5bb": Reason(LINES, 5),
    "661bfcfb5a7a2a5b": Reason(LINES, 12),
    "a42b2b660ec07b3f": Reason(COUNTED, 1),
}
"""By the beginning of the SHA-256 of the query's UTF-8."""
TAKEN_FOR_WORDS = {"bcf76ccb7c45c0fd", "cab7e13ba3c93643", "1ea06bbc308a1d90"}
"""Counts that took a filter, numbers of searches and an initial for words; an initial is also the s behind an
apostrophe."""


@dataclass(frozen=True)
class Strategy:
    """One search as handed over; `count` is None where it came without."""

    text: str
    count: int | None

    @property
    def key(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


def read_strategies(path: Path) -> list[Strategy]:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Strategy(row["query"], row.get("count")) for row in rows]


def answer(pubmed: Searcher, text: str) -> int | str:
    try:
        return pubmed.total(text, whole=True)  # of a plain question all that it ranks, relevant or not
    except QuerySyntaxError:
        return REFUSED


def unexplained(pubmed: Searcher, strategies: list[Strategy]) -> list[str]:
    """Return the strategies whose answer is neither the count nor what the reason says, and reasons without need."""
    found = []
    for strategy in strategies:
        given, reason = answer(pubmed, strategy.text), REASONS.get(strategy.key)
        expected = reason.outcome if reason else strategy.count
        if not (given == expected or (expected == ANSWERED and given != REFUSED)):
            found.append(f"{strategy.key} {strategy.text[:60]!r}: {given} instead of {expected}")
        if reason and given == strategy.count:
            found.append(f"{strategy.key}: has a reason, and needs none")
    return found


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_long_the_evaluator_that_judges_the_reader_gives_the_counts_handed_over(
    sample_articles: list[Article], mesh_table: MeshTable, shared_data: Path
):
    guide = Guide(map(document, sample_articles), mesh_table, mapped=True)
    strategies = read_strategies(shared_data / "search_strategies" / "strategies.jsonl")
    counted = [one for one in strategies if one.count is not None and one.key not in TAKEN_FOR_WORDS]
    assert [(one.text, one.count) for one in counted if len(guide.pmids(one.text)) != one.count] == []


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_long_every_strategy_has_the_count_handed_over_or_a_stated_reason(sample: Searcher, shared_data: Path):
    strategies = read_strategies(shared_data / "search_strategies" / "strategies.jsonl")
    assert unexplained(sample, strategies) == []
    assert REASONS.keys() <= {strategy.key for strategy in strategies}, "a reason for a strategy that is not there"


TRIAL, RATS, REVIEW, LATER = range(FIRST_PMID, FIRST_PMID + 4)
INVENTED = [
    article_xml(
        TRIAL, title="Citrus juice against scurvy", abstract="Sailors were randomly given lemons in two groups.",
        types=("Journal Article", "Randomized Controlled Trial"), mesh=(("D006801", "Humans"), ("D910003", "Lemon")),
        published="<Year>2020</Year><Month>Dec</Month>",
    ),
    article_xml(
        RATS, title="Citrus juice in rats", abstract="Two groups of rats drank it.", mesh=(("D000818", "Animals"),),
        published="<Year>2021</Year><Month>Jan</Month><Day>5</Day>",
    ),
    article_xml(
        REVIEW, title="Systematic review of juice against scurvy", abstract="We read of juice and of sailors.",
        types=("Journal Article", "Systematic Review"), published="<Year>2021</Year>",
    ),
    article_xml(
        LATER, title="Review of systematic errors", abstract=None, types=("Journal Article", "Review"), language="ger",
        published="<Year>2021</Year><Month>Jun</Month>",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("strategies")
    library = Library(folder / "library")
    build(library, write_articles(folder / "few.xml.gz", INVENTED))
    write_mesh(library.mesh, iter(DESCRIPTORS), source="our own", source_sha256="")
    with small_builds(), Searcher.open(library.path) as searcher:
        yield searcher


@pytest.mark.parametrize(
    ("strategy", "pmids"),
    [
        ("(randomized controlled trial[pt] OR groups[tiab]) NOT (animals[mh] NOT humans[mh])", {TRIAL}),
        ("(randomly[tiab] OR drug therapy[sh] OR groups[tiab]) NOT animals[mh:noexp]", {TRIAL}),
        ("citrus fruit[mh] OR systematic review[ti]", {TRIAL, REVIEW}),
        ("systematic[sb] AND juice[tiab]", {REVIEW}),
        ('juice[tiab] AND ("2021"[dp] : "3000"[dp])', {RATS, REVIEW}),
        ("juice[ti] AND 2020/12:2021/01/04[dp]", {TRIAL, REVIEW}),
        ('"juice scurvy"[tiab:~1] AND hasabstract', {TRIAL, REVIEW}),
        ("(review[pt] OR systematic[sb]) AND german[la] NOT hasabstract", {LATER}),
        ("sailor*[tw] NOT (lemon*[tw] OR juice[ti] AND review[ti])", {TRIAL}),
    ],
)
def test_strategies_of_every_shape_find_what_they_say_in_invented_records(
    few: Searcher, strategy: str, pmids: set[int]
):
    assert set(few.pmids(strategy)) == pmids
