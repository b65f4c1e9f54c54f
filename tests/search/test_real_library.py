"""The whole way on a real, small library: real model, real index, real store."""

import json
import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.core.errors import LibraryError, QueryError, QuerySyntaxError
from index.library.layout import Library
from search import Searcher
from search.recording.record_files import write_record
from tests.support.paths import ROOT
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml, write_articles

METFORMIN, WASHING, SLEEP, ZEBRAFISH, RETINA, COVID = range(FIRST_PMID, FIRST_PMID + 6)
TINNITUS, BEES = FIRST_PMID + 7, FIRST_PMID + 11

HOSTILE = [
    "'; DROP TABLE articles; --",
    '" OR 1=1',
    "select id from txtai where similar('x')",
    '" * ( ) : ^ NEAR - AND',
    '("unbalanced [quotes',
    "x",
    "?",
    "the of and",
    "cancer\x00metformin\n",
    "\u202ecancer\u200b",
    "100% _ [a-z]+ .* \\d",
    "β-блокатор 日本語 🐝",
    " OR ".join(["cancer"] * 1000),
    "(" * 200 + "cancer" + ")" * 200,
    "metformin " * 10_000,
    "".join(chr(number) for number in range(1, 0x3000)) * 9,
]


@pytest.fixture(scope="module")
def pubmed(small_library):
    with Searcher.open(small_library.path) as searcher:
        yield searcher


def pmids(page) -> list[int]:
    return [hit.article.pmid for hit in page.hits]


@pytest.mark.parametrize(
    ("question", "pmid"),
    [
        ("does medication for high blood sugar protect against bowel tumours?", METFORMIN),
        ("do clean hands keep pupils healthy?", WASHING),
        ("teenagers who lie awake remember less", SLEEP),
        ("regrowth of cardiac tissue in fish", ZEBRAFISH),
        ("artificial intelligence reads eye pictures", RETINA),
        ("whom does the coronavirus hit hardest?", COVID),
        ("psychotherapy by phone for ringing in the ears", TINNITUS),
        ("pesticides and pollinators", BEES),
    ],
)
def test_a_question_finds_by_meaning_the_article_that_words_it_otherwise(pubmed, question, pmid):
    assert pmids(pubmed.search(question, limit=5, whole=True))[0] == pmid


def test_a_record_without_abstract_is_found_by_its_title_and_has_no_evidence(pubmed):
    best = pubmed.search("Prescribing of atorvastatin by general practitioners in Ghana").hits[0]
    assert best.article.pmid == FIRST_PMID + 100
    assert best.evidence is None
    assert "atorvastatin" in best.why.matched


def test_the_evidence_is_the_sentence_that_answers(pubmed):
    hit = pubmed.search("is obesity a risk factor for intensive care?").hits[0]
    assert hit.evidence.text.startswith("Obesity, older age and chronic kidney disease raised the odds")
    assert hit.article.abstract[hit.evidence.start : hit.evidence.end] == hit.evidence.text
    marked = [hit.evidence.text[span.start : span.end] for span in hit.evidence.spans]
    assert "Obesity" in marked
    assert "care" in marked


@pytest.mark.fault("Q1", "Q2", "Q3", "Q4", "Q5", "Q7")
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_anything_typed_is_answered_or_refused_with_a_place(pubmed, text):
    try:
        page = pubmed.search(text, limit=5)
    except QuerySyntaxError as error:
        assert "^" in str(error)  # noqa: PT017 - some are answered
        return
    assert len(page.hits) == min(5, page.total)
    if page.query.read_as.clause is None:
        assert page.passing == pubmed.count == 48
    json.dumps(page.to_json())


@pytest.mark.fault("Q1")
@pytest.mark.parametrize("text", ["", "   ", "\x00", "\u200b", "\ud800"])
def test_a_blank_query_is_answered_in_plain_words(pubmed, text):
    with pytest.raises(QueryError, match="Type a question"):
        pubmed.search(text)


@pytest.mark.fault("Q8")
def test_years_keep_exactly_the_articles_that_a_look_at_every_record_keeps(pubmed):
    articles = [hit.article for hit in pubmed.search("practice", limit=100, whole=True).hits]
    assert len(articles) == 48
    for years in [(2015, 2015), (2017, 2019), (None, 2016), (2021, None), (1990, 2000), (2016, 2016)]:
        first, last = years[0] or 0, years[1] or 9999
        page = pubmed.search("solar cells", limit=100, years=years, whole=True)
        assert set(pmids(page)) == {article.pmid for article in articles if first <= article.year <= last}
        assert page.total == len(page.hits)


@pytest.mark.fault("Q9")
def test_the_same_search_gives_the_same_page_and_pages_join(pubmed):
    whole = pubmed.search("prescribing of drugs", limit=48)
    assert [(hit.article.pmid, hit.score) for hit in pubmed.search("prescribing of drugs", limit=48).hits] == [
        (hit.article.pmid, hit.score) for hit in whole.hits
    ]
    pieces = [pmids(pubmed.search("prescribing of drugs", limit=7, offset=offset)) for offset in range(0, 49, 7)]
    assert [pmid for piece in pieces for pmid in piece] == pmids(whole)
    assert sorted(pmids(whole)) == sorted(set(pmids(whole)))


def test_the_year_counts_add_up_to_the_library(pubmed):
    (years,) = pubmed.facets("", fields=("year",), size=100)
    assert sum(count.articles for count in years.counts) == pubmed.count
    assert pubmed.corpus().articles == 48
    assert pubmed.corpus().newest is not None


@pytest.mark.fault("Q10")
def test_eight_threads_get_what_one_gets(pubmed):
    questions = ["metformin cancer", "sleep and memory", "bees", "drugs in Ghana", "solar cells"] * 8
    expected = [pmids(pubmed.search(question)) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda question: pmids(pubmed.search(question)), questions)) == expected


@pytest.fixture
def own_library(small_library, tmp_path) -> Library:
    return Library(Path(shutil.copytree(small_library.path, tmp_path / "library")))


@pytest.mark.fault("B8")
def test_a_rebuild_under_a_running_searcher_is_seen_without_an_error(own_library, tmp_path):
    from index.cli import main

    new_article = article_xml(
        FIRST_PMID + 500, title="Walrus vocalisation in Arctic fjords", abstract="Walruses sang at dawn."
    )
    update = write_articles(tmp_path / "pubmed21n2000.xml.gz", [new_article])
    done, errors, totals = threading.Event(), [], []
    with Searcher.open(own_library.path) as pubmed:

        def keep_searching() -> None:
            while not done.is_set():
                try:
                    totals.append(pubmed.search("singing sea mammals").passing)
                except Exception as error:  # noqa: BLE001 - any error at all fails the test
                    errors.append(error)

        before = pubmed.search("singing sea mammals")
        searching = threading.Thread(target=keep_searching)
        searching.start()
        assert main([str(update), "--library", str(own_library.path)]) == 0
        done.set()
        searching.join()
        after = pubmed.search("singing sea mammals")
    assert errors == []
    assert set(totals) <= {48, 49}
    assert totals == sorted(totals), "the old build, then the new one"
    assert (before.passing, after.passing) == (48, 49)
    assert after.hits[0].article.pmid == FIRST_PMID + 500
    assert before.build != after.build


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir()])
def test_a_library_that_is_missing_or_empty_names_the_command(tmp_path, make):
    make(tmp_path / "library")
    with pytest.raises(LibraryError, match="rebuild-index"):
        Searcher.open(tmp_path / "library")


def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", "import sys; from search.cli.main import main; sys.exit(main())", *arguments],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"HF_HUB_OFFLINE": "1"},
    )


def test_the_command_prints_one_json_object_and_not_a_word_beside_it(small_library):
    process = command("metformin and cancer", "--library", str(small_library.path), "--limit", "2", "--json")
    assert (process.returncode, process.stderr) == (0, "")
    answer = json.loads(process.stdout)
    assert [len(answer["hits"]), answer["passing"], answer["total_is"]] == [answer["total"], 48, "exact"]
    assert answer["hits"][0]["pmid"] == METFORMIN
    assert set(answer) == {
        *("query", "build", "fingerprint", "filters", "sort", "ranking", "total", "total_is", "passing", "hits"),
    }


def test_a_recorded_search_repeats_to_the_same_list_in_another_process(pubmed, tmp_path, small_library):
    _, path = write_record(pubmed.record("does metformin lower the risk of cancer?"), tmp_path / "metformin")
    program = "import sys; from search.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "--replay", str(path), "--library", str(small_library.path), "--json"]
    process = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert (process.returncode, process.stderr) == (0, "")
    answer = json.loads(process.stdout)
    assert (answer["verdict"], answer["changes"]) == ("same", [])
    assert 0 < len(answer["now"]["listed"]["pmids"]) == answer["now"]["listed"]["total"] < pubmed.count


def test_the_whole_library_is_exported(pubmed):
    records = "".join(pubmed.export("metformin", "nbib", whole=True)).split("\n\n")
    assert len(records) == pubmed.count + 1, "each record ends in a blank line"
    assert records[0].startswith(f"PMID- {METFORMIN}\n")
