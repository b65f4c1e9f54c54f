"""Models compared on a user's own library: what is asked for, what is hidden from the texts, and the report."""

import json
from pathlib import Path

import pytest

from index.core.progress import SILENT
from index.ingest.ingest import ingest
from index.library.layout import Library
from index.sources.source_files import find_sources
from model.cli.main import main
from model.evaluation.library_collection import write_collection
from tests.support.records.pubmed_xml import article_xml, write_articles

FIRST = 900_000_001
FRUITS = ("lemon", "plum", "quince", "medlar")


def _library(folder: Path, **fields) -> Library:
    """Make a library of twelve articles, three on each fruit, with abstracts of more than four hundred characters."""
    records = [
        article_xml(
            FIRST + number,
            title=f"Yield of {FRUITS[number % 4]} trees in year {number}",
            abstract=f"Orchard {number} was observed. The {FRUITS[number % 4]} was picked by hand and weighed. " * 8,
            **{name: value(FRUITS[number % 4]) for name, value in fields.items()},
        )
        for number in range(12)
    ]
    source = write_articles(folder / "pubmed26n0001.xml.gz", [*records, article_xml(FIRST + 50, abstract=None)])
    library = Library(folder / "library")
    ingest(library, find_sources([source]), progress=SILENT)
    return library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return _library(tmp_path_factory.mktemp("fruit"), mesh=lambda fruit: [(f"D90000{len(fruit)}", fruit.title())])


def _lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_titles_find_abstracts_and_headings_their_articles(library: Library, tmp_path: Path) -> None:
    assert write_collection(library, tmp_path, articles=50, progress=SILENT) == (12, 4)
    documents = {line["_id"]: line for line in _lines(tmp_path / "corpus.jsonl")}
    queries = {line["_id"]: line for line in _lines(tmp_path / "queries.jsonl")}
    judged = [line.split("\t") for line in (tmp_path / "qrels.test.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    assert set(documents) == {str(FIRST + number) for number in range(12)}  # not the one without an abstract
    assert {query["text"] for query in queries.values() if query["type"] == "heading"} == {
        fruit.title() for fruit in FRUITS
    }
    for query, document, grade in judged:
        assert grade == "1"
        fruit = FRUITS[(int(document) - FIRST) % 4]
        assert fruit in queries[query]["text"].lower()
        assert fruit in documents[document]["text"]
        if queries[query]["type"] == "title":
            assert documents[document]["title"] == ""
    assert len(judged) == 12 + 12


def test_keywords_stand_in_where_there_are_no_headings(tmp_path: Path) -> None:
    library = _library(tmp_path, keywords=lambda fruit: [fruit.upper()])
    assert write_collection(library, tmp_path / "out", articles=50, progress=SILENT) == (12, 4)
    queries = _lines(tmp_path / "out" / "queries.jsonl")
    assert {query["text"] for query in queries if query["type"] == "keyword"} == set(FRUITS)


def test_the_command_prints_a_table_for_each_model(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["compare", "default", "--library", str(library.path), "--output", str(tmp_path / "out"), "--json"]
    assert main(command) == 0
    (evaluation,) = json.loads(capsys.readouterr().out)
    assert {row["method"] for row in evaluation["rows"]} == {"bm25", "dense", "hybrid"}
    assert {row["type"] for row in evaluation["rows"]} == {None, "title", "heading"}
    assert main(command[:-1]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("12 titles, each of which should find its abstract, and 4 headings or keywords")
    assert "| heading (4) | dense |" in printed


def test_a_library_without_queries_says_what_it_lacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = _library(tmp_path)
    assert main(["compare", "default", "--library", str(library.path), "--output", str(tmp_path / "out")]) == 1
    assert "0 headings or keywords that 2 to 40 of them share" in capsys.readouterr().err
