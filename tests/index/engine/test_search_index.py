"""The published index: exact cosines, filters that cost no result, one order for equal scores, plain txtai beside."""

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from index.core.errors import LibraryError, ModelError
from index.core.progress import SILENT
from index.embedding import encoder as encoding
from index.embedding.model_files import ModelReference
from index.embedding.sentence_codes import encode_codes
from index.engine import index_writer, vector_index
from index.engine.columns import Document
from index.engine.filter_expression import Between, Everything
from index.engine.index_writer import learn, write_index
from index.engine.search_index import SearchIndex
from index.library.build_files import list_files
from index.library.manifest import FORMAT
from index.records.article import Article, PublicationDate
from tests.support.fakes.fake_encoder import FakeEncoder
from tests.support.fakes.manifests import manifest

ENCODER = FakeEncoder()
COUNT = 300


def text_of(number: int) -> str:
    """300 texts; each third is the same, so that whole runs of scores are equal."""
    return "the same old story" if number % 3 == 0 else f"story {number} of topic{number % 7} and place{number % 11}"


def year_of(number: int) -> int | None:
    return None if number % 50 == 0 else 1980 + number % 40


def article_of(number: int) -> Article:
    year = year_of(number)
    published = PublicationDate(str(year), first=f"{year}-01-01", last=f"{year}-12-31") if year else PublicationDate()
    return Article(number * 10, title=text_of(number), published=published)


def documents(count: int = COUNT) -> list[Document]:
    numbers = range(count, 0, -1)
    vectors = ENCODER.encode([text_of(number) for number in numbers])
    return [
        Document(article_of(number), text_of(number), vector, encode_codes(vector[None]))
        for number, vector in zip(numbers, vectors, strict=True)
    ]


def build(folder: Path, count: int = COUNT) -> Path:
    rows = documents(count)
    vectors = np.stack([document.vector for document in rows])
    kind = write_index(folder, rows, learn(ENCODER, vectors, articles=count, progress=SILENT))
    manifest(vectors=kind, articles=count, files=list_files(folder)).write(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="module")
def index(folder: Path) -> SearchIndex:
    return SearchIndex.open(folder, encoder=ENCODER)


def by_hand(index: SearchIndex, query: np.ndarray, limit: int, allowed=lambda number: True) -> list[tuple[int, float]]:
    """Rank by numpy cosines of the vectors as they were stored."""
    pmids = [document.article.pmid for document in documents() if allowed(document.article.pmid // 10)]
    scored = list(zip(pmids, map(float, index.vectors(pmids) @ query), strict=True)) if pmids else []
    return sorted(scored, key=lambda pair: (-round(pair[1], 5), -pair[0]))[:limit]


@pytest.mark.parametrize("limit", [1, 7, 60, COUNT, 10**9])
def test_nearest_agrees_with_exact_numpy_search(index: SearchIndex, limit: int):
    query = index.encode("story of topic3 and the place4")
    matches = index.nearest(query, limit)
    expected = by_hand(index, query, limit)
    assert [match.pmid for match in matches] == [pmid for pmid, _ in expected]
    assert [match.score for match in matches] == pytest.approx([score for _, score in expected], abs=2e-3)


@pytest.mark.fault("Q9")
@pytest.mark.parametrize("limit", [1, 3, 99, 100, 101])
def test_equal_scores_come_by_pmid_wherever_the_cut_falls(index: SearchIndex, limit: int):
    matches = index.nearest(index.encode("the same old story"), limit)
    twins = [number * 10 for number in range(COUNT, 0, -1) if number % 3 == 0]
    assert [match.pmid for match in matches][:100] == twins[:limit]
    assert len(matches) == limit


def test_days_are_those_of_the_publication_date_in_the_order_of_the_request(index: SearchIndex):
    numbers = [7, 100, 30]
    days = index.days([number * 10 for number in numbers]).tolist()
    assert days == [year * 10_000 + 101 if (year := year_of(number)) else 0 for number in numbers]
    with pytest.raises(KeyError, match="PMID 5 is not in the index"):
        index.days([10, 5])


YEARS = [
    (1990, 1994),
    (2019, 2019),
    (None, 1985),
    (2010, None),
    (1980, 2019),
    (3000, None),
    (1999, 1990),
    (10**30, None),
]


@pytest.mark.fault("Q8")
@pytest.mark.parametrize("years", YEARS)
@pytest.mark.parametrize("limit", [1, 10, COUNT])
def test_a_filter_never_costs_a_result(index: SearchIndex, years, limit: int):
    first, last = years
    numbers = [
        number
        for number in range(1, COUNT + 1)
        if year_of(number) and (first or 0) <= year_of(number) <= (last or 10**40)
    ]
    within = index.select(Between("year", *years))
    matches = index.nearest(index.encode("story"), limit, within)
    assert index.count(within) == within.count == len(numbers)
    assert index.pmids_of(within).tolist() == [number * 10 for number in reversed(numbers)]
    assert len(matches) == min(limit, len(numbers))
    assert {match.pmid for match in matches} <= {number * 10 for number in numbers}
    expected = by_hand(index, index.encode("story"), limit, allowed=set(numbers).__contains__)
    assert [match.pmid for match in matches] == [pmid for pmid, _ in expected]


@pytest.mark.fault("Q8")
def test_everything_filters_nothing(index: SearchIndex):
    everything = index.select(Everything())
    assert index.count(everything) == index.count() == COUNT
    assert everything.rows is None
    assert len(index.nearest(index.encode("story"), COUNT, everything)) == COUNT
    assert index.pmids_of(everything).tolist() == index.pmids.tolist()


def test_a_selection_is_found_once_and_cannot_be_changed(index: SearchIndex):
    within = index.select(Between("year", 1990, 2000))
    assert index.select(Between("year", 1990, 2000)) is within
    with pytest.raises(ValueError, match="read-only"):
        within.rows[0] = True


def test_vectors_are_those_that_were_stored(index: SearchIndex):
    stored = index.vectors([1010, 20, 3000])
    expected = ENCODER.encode([text_of(number) for number in (101, 2, 300)])
    assert stored == pytest.approx(expected, abs=3e-3)
    with pytest.raises(KeyError, match="PMID 7 is not in the index"):
        index.vectors([10, 7])


def test_the_year_facet_counts_articles_and_leaves_out_those_without(index: SearchIndex):
    years = {count.value: count.articles for count in index.facets("year", size=COUNT)}
    assert years["2010"] == sum(year_of(number) == 2010 for number in range(1, COUNT + 1))
    assert sum(years.values()) == COUNT - COUNT // 50


def test_vectors_and_words_know_the_same_articles(index: SearchIndex):
    result = index.matching("topic5 place3", COUNT)
    assert result.total == sum("topic5" in text_of(number) or "place3" in text_of(number) for number in range(1, 301))
    assert {match.pmid for match in result.matches} <= set(index.pmids.tolist())
    assert index.document_frequency("topic5") == len(index.matching("topic5", COUNT).matches)


def test_a_limit_below_1_is_the_callers_slip(index: SearchIndex):
    with pytest.raises(ValueError, match="1 or more"):
        index.nearest(index.encode("story"), 0)


@pytest.mark.fault("Q10")
def test_four_threads_share_one_index(index: SearchIndex):
    query = index.encode("story of topic3")
    years = Between("year", 1990, 2000)
    expected = index.nearest(query, 20, index.select(years)), index.matching("topic3", 20, index.select(years))
    answers = []

    def both_searches() -> tuple[object, object]:
        return index.nearest(query, 20, index.select(years)), index.matching("topic3", 20, index.select(years))

    def search_often() -> None:
        answers.extend(both_searches() for _ in range(40))

    threads = [threading.Thread(target=search_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 160


def test_plain_txtai_opens_and_searches_the_build(folder: Path):
    from txtai import Embeddings

    with Embeddings() as plain:
        plain.load(str(folder))
        plain.model.transform = ENCODER.encode
        results = plain.search("story 100 of topic2", 5)
        assert results[0][0] == 1000
        assert plain.count() == COUNT
        assert all(0 < score <= 1.001 for _, score in results)


@pytest.mark.fault("Q2")
def test_a_query_in_txtais_sql_is_plain_words(folder: Path):
    from txtai import Embeddings

    with Embeddings() as plain:
        plain.load(str(folder))
        plain.model.transform = ENCODER.encode
        assert plain.search("select id from txtai where similar('topic5')", 3)


def test_the_build_holds_no_path_of_this_machine_and_no_pickle(folder: Path):
    config = json.loads((folder / "config.json").read_text())
    assert config["path"] == "fake"
    # txtai's own names only, no class path: a module that moves costs nobody a rebuild, and no file chooses code.
    assert (config["method"], config["backend"]) == ("external", "faiss")
    assert "index." not in (folder / "config.json").read_text()
    assert str(folder) not in (folder / "config.json").read_text()
    names = {path.name for path in folder.iterdir()}
    columns = {"pmids.npy", "years.npy", "days.npy", "values", "exact"}
    assert names == {"config.json", "embeddings", "ids", "bm25", "sentences", "manifest.json", *columns}


@pytest.mark.fault("B16")
def test_a_configuration_that_names_code_is_not_obeyed(tmp_path: Path):
    folder = build(tmp_path / "build", 20)
    ran = tmp_path / "ran"
    (folder / "evil.py").write_text(f"open({str(ran)!r}, 'w')\n")
    (folder / "config.json").write_text(
        json.dumps({"method": "evil.Vectors", "path": str(folder), "vectors": {"trust_remote_code": True}})
    )
    manifest(vectors="IDMap,SQ8", articles=20, files=list_files(folder)).write(folder)  # as the stranger would
    index = SearchIndex.open(folder, encoder=ENCODER)
    assert index.nearest(index.encode(text_of(10)), 1)[0].pmid == 100
    assert not ran.exists()


def test_opening_and_searching_changes_no_file(folder: Path):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    SearchIndex.open(folder, encoder=ENCODER).nearest(ENCODER.encode(["story"])[0], 5)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_large_index_is_cut_into_cells_and_a_filter_still_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(index_writer, "EXACT_UP_TO", 1000)
    monkeypatch.setattr(vector_index, "_FIRST_CELLS", 2)
    index = SearchIndex.open(build(tmp_path / "build", 2500), encoder=ENCODER)
    assert index.manifest.vectors == "IVF200,SQ8"
    query = index.encode("story of topic3 and place4")
    for expression in [Everything(), Between("year", 1990, 1990), Between("year", None, 1981)]:
        within = index.select(expression)
        for limit in (1, 40, 2500):
            assert len(index.nearest(query, limit, within)) == min(limit, within.count)
    assert index.vectors([10_010]) == pytest.approx(ENCODER.encode([text_of(1001)]), abs=0.02)
    best = index.nearest(index.encode(text_of(1001)), 3)
    assert best[0].pmid == 10_010
    assert best[0].score == pytest.approx(1, abs=0.02)


@pytest.fixture
def changed_model(monkeypatch: pytest.MonkeyPatch) -> None:
    other = ModelReference("fake", Path("some/folder"), "cd" * 32)
    monkeypatch.setattr(encoding, "resolve_model", lambda name, download: other)


@pytest.mark.fault("B11")
@pytest.mark.usefixtures("changed_model")
def test_a_model_whose_files_changed_is_refused_with_the_command(folder: Path):
    with pytest.raises(ModelError, match=r"have changed(.|\n)*rebuild-index --model fake"):
        SearchIndex.open(folder)


@pytest.mark.fault("B11")
@pytest.mark.usefixtures("changed_model")
def test_a_loaded_model_of_another_fingerprint_is_not_used(folder: Path):
    with pytest.raises(ModelError):
        SearchIndex.open(folder, encoder=FakeEncoder(precision="bf16"))


@pytest.mark.fault("B12")
@pytest.mark.parametrize("written", [0, 1, 2, 99])
def test_another_format_is_refused_with_the_command(tmp_path: Path, written: int):
    manifest(format=written).write(tmp_path)
    with pytest.raises(LibraryError, match=rf"format {written}, this one reads {FORMAT}(.|\n)*rebuild-index"):
        SearchIndex.open(tmp_path)


DAMAGED = ["days.npy", "years.npy", "exact/meta.json"]


@pytest.mark.parametrize(
    "name", ["embeddings", "bm25/meta.json", "pmids.npy", "values/author/keys.npy", "manifest.json", *DAMAGED]
)
def test_a_damaged_build_is_a_stated_error(tmp_path: Path, name: str):
    folder = build(tmp_path / "build", 20)
    (folder / name).write_bytes(b"damaged")
    with pytest.raises(LibraryError, match="rebuild-index"):
        SearchIndex.open(folder, encoder=ENCODER)
