"""A list of sentences: its scores against plain loops, its filters, its pages, and what it says of itself."""

import csv
import io
import json
import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.core.errors import LibraryError, QueryError
from index.library.layout import Library
from search import Searcher
from search.explore import sentence_search
from search.explore.sentence_search import ARTICLE, OF_EACH
from search.export.sentence_rows import SENTENCE_COLUMNS
from tests.search.test_sentences import without_sentences
from tests.support.builds.killed_builds import build, record, small_builds
from tests.support.fakes.fake_encoder import FakeEncoder
from tests.support.records.pubmed_xml import FIRST_PMID, write_articles

WORDS = ["frogs", "toads", "newts", "cured", "ate", "slept", "swam", "gout", "mud", "flies", "pond", "quickly"]
QUESTION = "frogs cured gout"


def sentence(number: int) -> str:
    chosen = np.random.default_rng(number).choice(WORDS, 5)
    return f"We saw that {' '.join(chosen)} then."


RECORDS = [
    record(
        number,
        title=f"Notes of day{number}",
        abstract=[
            ("METHODS", f"{sentence(10 * number)} {sentence(10 * number + 1)}"),
            ("RESULTS", " ".join(sentence(10 * number + place) for place in range(2, 2 + number % 4))),
        ]
        if number % 4 and number != 7
        else None,
    )
    for number in range(24)
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("sentences")
    library = Library(folder / "library")
    build(library, write_articles(folder / "pubmed21n0001.xml.gz", RECORDS))
    return library


@pytest.fixture
def pubmed(library: Library):
    with small_builds(), Searcher.open(library.path) as searcher:
        yield searcher


def everything(pubmed: Searcher, text: str = QUESTION, **filters):
    return pubmed.sentences(text, limit=1000, **filters)


def test_the_scores_are_those_of_a_plain_loop_over_decoded_codes(pubmed: Searcher):
    """Decoded bit by bit here, weighed word by word; only the score of each article is taken from the list."""
    page, vector = everything(pubmed), FakeEncoder().encode([QUESTION])[0]
    scores = {hit.article.pmid: hit.score for hit in pubmed.search(QUESTION, limit=1000).hits}
    held = [pubmed.article(pmid) for pmid in scores]
    everyone = [pubmed.article(hit.article.pmid) for hit in pubmed.search(QUESTION, limit=1000, whole=True).hits]
    texts = {article.pmid: f"{article.title} {article.abstract}".lower() for article in everyone}
    holding = {word: sum(word in text for text in texts.values()) for word in QUESTION.split()}
    weights = {word: math.log1p((len(texts) - n + 0.5) / (n + 0.5)) for word, n in holding.items()}
    folder = next(path for path in (pubmed._library.builds).iterdir() if path.is_dir())
    codes, ends = np.load(folder / "sentences" / "codes.npy"), np.load(folder / "sentences" / "ends.npy")
    pmids = np.load(folder / "pmids.npy").tolist()
    values = (-1.510, -0.4528, 0.4528, 1.510)
    expected = []
    for article in held:
        row = pmids.index(article.pmid)
        own = codes[ends[row - 1] if row else 0 : ends[row]][1:]  # the title's is the first
        parts = [part + "." for section in article.sections for part in section.text.split(".") if part]
        assert len(parts) == len(own)
        scored = []
        for number, (text, code) in enumerate(zip(parts, own, strict=True), 1):
            cosine = sum(
                values[(int(code[place // 4]) >> (2 * (place % 4))) & 3] * float(vector[place])
                for place in range(len(vector))
            ) / math.sqrt(len(vector))
            share = sum(weight for word, weight in weights.items() if word in text) / sum(weights.values())
            sum_of_all = cosine + 0.8 * share + 0.3 * number / len(parts) + 0.5 * scores[article.pmid]
            scored.append((max(0.0, sum_of_all / 2.6), cosine, share, text.strip()))
        best = sorted(scored, key=lambda one: -one[0])[:3]
        expected += [(score, -article.pmid, cosine, share, text) for score, cosine, share, text in best]
    expected.sort(key=lambda one: (-one[0], one[1]))
    assert [hit.sentence.text for hit in page.hits] == [text for *_, text in expected]
    found = [(hit.score, hit.why.meaning, hit.why.words) for hit in page.hits]
    assert np.array(found) == pytest.approx(np.array([(s, c, w) for s, _, c, w, _ in expected]), abs=1e-5)
    assert len(found) > 20
    assert ARTICLE == 0.5


def test_each_sentence_is_where_it_says_with_its_section_and_the_words_of_the_question_marked(pubmed: Searcher):
    for hit in everything(pubmed).hits:
        found = hit.sentence
        assert hit.article.abstract[found.start : found.end] == found.text
        [section] = [part for part in hit.article.sections if found.text in part.text]
        assert section.label == found.section
        marked = [found.text[span.start : span.end] for span in found.spans]
        assert marked == [word for word in found.text.strip(".").split() if word in QUESTION.split()]


def test_no_article_has_more_sentences_than_said_and_all_are_different(pubmed: Searcher):
    page = everything(pubmed)
    assert max(Counter(hit.article.pmid for hit in page.hits).values()) == page.of_each == OF_EACH
    places = [(hit.article.pmid, hit.sentence.start) for hit in page.hits]
    assert len({*places}) == len(places) == page.listed
    scores = [hit.score for hit in page.hits]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= scores[-1] <= scores[0] <= 1


@pytest.mark.parametrize(
    "filters", [{"years": (2003, 2009)}, {"pmids": [FIRST_PMID + 5, FIRST_PMID + 6]}, {"has_abstract": True}]
)
def test_filters_are_exact_and_lose_no_article(pubmed: Searcher, filters):
    page = everything(pubmed, **filters)
    kept = [hit.article for hit in pubmed.search(QUESTION, limit=1000, **filters).hits]
    assert {hit.article.pmid for hit in page.hits} == {article.pmid for article in kept if article.sections}
    assert page.searched == page.total == len(kept)
    assert page.without_abstract == sum(not article.sections for article in kept)


def test_the_query_language_restricts_the_articles(pubmed: Searcher):
    page = everything(pubmed, "frogs[tiab] NOT toads[tiab]")
    assert page.hits
    for hit in page.hits:
        assert "frogs" in hit.article.abstract
        assert "toads" not in hit.article.abstract
    assert page.total == pubmed.total("frogs[tiab] NOT toads[tiab]")


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_pages_hold_the_whole_list_once_and_end(pubmed: Searcher, size: int):
    whole, offset, seen = everything(pubmed), 0, []
    while hits := pubmed.sentences(QUESTION, limit=size, offset=offset).hits:
        seen += hits
        offset += len(hits)
    assert seen == list(whole.hits)


def test_eight_threads_get_what_one_gets(pubmed: Searcher):
    questions = [QUESTION, "newts slept in mud", "toads[tiab] AND flies"] * 8
    alone = {text: everything(pubmed, text).hits for text in {*questions}}
    with ThreadPoolExecutor(8) as pool:
        for text, page in zip(questions, pool.map(lambda text: everything(pubmed, text), questions), strict=True):
            assert page.hits == alone[text]


def test_the_best_articles_are_searched_and_the_page_says_how_many(pubmed: Searcher, monkeypatch):
    monkeypatch.setattr(sentence_search, "SEARCHED", 5)
    best = [hit.article for hit in pubmed.search(QUESTION, limit=5).hits]
    page = everything(pubmed)
    assert {hit.article.pmid for hit in page.hits} == {article.pmid for article in best if article.sections}
    bare = sum(not article.sections for article in best)
    missing = f" ({bare} without abstract)" if bare else ""
    assert page.scope == (
        f"the sentences of the 5 best of {page.total} articles{missing}, at most 3 of each; titles are not searched"
    )


def test_where_nothing_matches_or_no_abstract_is_there_the_list_is_empty_and_says_which(pubmed: Searcher):
    nothing = everything(pubmed, years=(1901, 1902))
    assert (nothing.hits, nothing.total, nothing.searched, nothing.listed) == ((), 0, 0, 0)
    bare = everything(pubmed, "notes", pmids=[FIRST_PMID + 8, FIRST_PMID + 7])
    assert (bare.hits, bare.total, bare.without_abstract) == ((), 2, 2)
    assert bare.scope.startswith("the sentences of 2 articles (2 without abstract)")


def test_a_query_without_words_and_an_empty_one_are_refused(pubmed: Searcher):
    with pytest.raises(QueryError, match="none that rank"):
        pubmed.sentences("2005[dp]")
    with pytest.raises(QueryError):
        pubmed.sentences("  ")
    with pytest.raises(ValueError, match="limit"):
        pubmed.sentences(QUESTION, limit=0)


def test_an_index_without_sentences_says_so_and_what_to_type(tmp_path: Path):
    library = Library(tmp_path / "library")
    build(library, write_articles(tmp_path / "pubmed21n0001.xml.gz", RECORDS[:3]))
    without_sentences(library)
    with (
        small_builds(),
        Searcher.open(library.path) as pubmed,
        pytest.raises(LibraryError, match=r"(?s)built without sentences.*\n  rebuild-index"),
    ):
        pubmed.sentences(QUESTION)


def test_an_abstract_that_changed_since_the_build_is_compared_by_its_words(pubmed: Searcher, monkeypatch):
    with pubmed._serving() as serving:
        cosines = serving.index.sentence_cosines
        monkeypatch.setattr(
            serving.index, "sentence_cosines", lambda pmids, vector: [own[:-1] for own in cosines(pmids, vector)]
        )
        page = everything(pubmed)
    assert page.hits
    assert {hit.why.meaning for hit in page.hits} == {None}
    assert page.hits[0].why.words > 0


def test_csv_and_json_lines_have_a_row_a_sentence_and_other_formats_each_article_once(pubmed: Searcher):
    page = pubmed.sentences(QUESTION, limit=12)
    told = [(hit.article.pmid, hit.sentence.text, hit.sentence.section, hit.sentence.start) for hit in page.hits]
    text = "".join(pubmed.export(page, "csv")).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(rows[0])[:6] == [*SENTENCE_COLUMNS, "PMID"]
    assert [(int(row["PMID"]), row["Sentence"], row["Section"], int(row["Sentence Start"])) for row in rows] == told
    lines = [json.loads(line) for line in pubmed.export(page, "jsonl")]
    assert [
        (line["pmid"], *(line["sentence"][name] for name in ("text", "section", "start"))) for line in lines
    ] == told
    assert [line["sentence"]["score"] for line in lines] == [round(hit.score, 6) for hit in page.hits]
    pmids = list(dict.fromkeys(pmid for pmid, *_ in told))
    assert len(pmids) < len(told)
    assert "".join(pubmed.export(page, "nbib")) == "".join(pubmed.export(pmids, "nbib"))
    assert len(list(pubmed.export(page, "jsonl", limit=2))) == 2
    with pytest.raises(ValueError, match="not a format"):
        pubmed.export(page, "docx")


def test_no_cell_of_a_sentence_is_run_as_a_formula(pubmed: Searcher):
    [hit] = pubmed.sentences(QUESTION, limit=1).hits
    from search.export.sentence_rows import SentenceRow, export_sentences

    row = SentenceRow(hit.article, "=1+1 frogs", "@SUM", 0, 10, 0.5)
    text = "".join(export_sentences([row], "csv"))
    assert "'=1+1 frogs,'@SUM,0,10,0.500000," in text


def test_json_names_the_article_the_sentence_and_what_was_searched(pubmed: Searcher):
    page = pubmed.sentences(QUESTION, limit=1)
    printed = json.loads(json.dumps(page.to_json()))
    [hit] = printed["hits"]
    assert (hit["pmid"], hit["title"], hit["year"]) == (
        page.hits[0].article.pmid, page.hits[0].article.title, page.hits[0].article.year,
    )  # fmt: skip
    assert hit["sentence"] == page.hits[0].sentence.to_json()
    assert printed["searched"]["says"] == page.scope
    assert printed["listed"] == page.listed
