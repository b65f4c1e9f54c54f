"""Measuring on judged collections: values worked by hand, hostile files, one small collection end to end."""

import gzip
import json
import math

import pytest

from index.core.errors import LibraryError, ModelError
from index.core.progress import SILENT
from index.records.article import Article
from search.cli.main import main
from search.evaluation.collection import Collection, JudgedQuery
from search.evaluation.evaluator import Evaluation, Figure, Rankings, Row, evaluate, interval, measure
from search.evaluation.report import TOLERANCE, differences, save_evaluation, table, tolerated
from tests.support.builds.killed_builds import small_builds
from tests.support.fakes.fake_index import FakeIndex, article

DOCUMENTS = [
    {"_id": "a", "title": "Bees in spring", "text": "Bees <b>fly</b> & sting\x00\ufffe. They do."},
    {"_id": "b:2", "title": "", "text": "Metformin lowers glucose."},
    {"_id": "c", "title": "Only a title", "text": ""},
]
QUERIES = [
    {"_id": "q1", "text": "bees", "type": "insects"},
    {"_id": "q2", "text": "metformin glucose", "metadata": {"type": "drugs"}},
    {"_id": "q3", "text": "not judged"},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\ta\t1\nq2\tb:2\t2\n"


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "bees")


def write(folder, *, documents=DOCUMENTS, qrels=QRELS, packed=True):
    folder.mkdir()
    corpus = "".join(json.dumps(document) + "\n" for document in documents).encode()
    name, content = ("corpus.jsonl.gz", gzip.compress(corpus)) if packed else ("corpus.jsonl", corpus)
    (folder / name).write_bytes(content)
    (folder / "queries.jsonl").write_text("".join(json.dumps(query) + "\n" for query in QUERIES))
    (folder / "qrels.dev.tsv").write_text(qrels)
    return folder


def test_metrics_are_those_worked_by_hand():
    queries = [JudgedQuery("q1", "", None, {"a": 1, "b": 1}), JudgedQuery("q2", "", None, {"z": 1})]
    values = measure(queries, [["x", "a", "b"], [f"d{n}" for n in range(11)] + ["z"]])
    ideal = 1 + 1 / math.log2(3)
    assert values["ndcg_10"] == pytest.approx([(1 / math.log2(3) + 1 / 2) / ideal, 0])
    assert values["mrr_10"] == [0.5, 0], "a first relevant one at rank 12 does not count in the best 10"
    assert values["recall_100"] == [1, 1]


def test_graded_judgements_gain_linearly():
    (value,) = measure([JudgedQuery("q", "", None, {"a": 2, "b": 1})], [["b", "a"]])["ndcg_10"]
    assert value == pytest.approx((1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)))


def test_a_query_that_finds_nothing_counts_as_zero():
    queries = [JudgedQuery("q1", "", None, {"a": 1}), JudgedQuery("q2", "", None, {"a": 1})]
    assert measure(queries, [[], ["a"]])["ndcg_10"] == [0, 1]


def test_the_interval_is_the_same_every_time_and_as_wide_as_theory_says():
    values = [0.0, 1.0] * 200
    figure = interval(values)
    assert figure == interval(values)
    # Normal approximation: 1.96 * sqrt(.25 / 400) = .049
    assert figure.mean == 0.5
    assert figure.low == pytest.approx(0.451, abs=0.005)
    assert figure.high == pytest.approx(0.549, abs=0.005)
    assert interval([0.25]) == Figure(0.25, 0.25, 0.25)


@pytest.mark.parametrize("packed", [True, False])
def test_a_collection_is_read_packed_or_not(tmp_path, packed):
    collection = Collection.open(write(tmp_path / "c", packed=packed))
    assert (collection.name, collection.splits, collection.ids) == ("c", ("dev",), ("a", "b:2", "c"))
    assert collection.queries("dev") == (
        JudgedQuery("q1", "bees", "insects", {"a": 1}),
        JudgedQuery("q2", "metformin glucose", "drugs", {"b:2": 2}),
    )


def test_judgements_may_lie_in_a_folder_of_their_own(folder):
    (folder / "qrels").mkdir()
    (folder / "qrels.dev.tsv").rename(folder / "qrels" / "test.tsv")
    collection = Collection.open(folder)
    assert collection.splits == ("test",)
    assert len(collection.queries("test")) == 2


def test_what_is_wrong_with_a_collection_is_named(folder, tmp_path):
    with pytest.raises(LibraryError, match=r"no split 'test'\. It has: dev"):
        Collection.open(folder).queries("test")
    with pytest.raises(LibraryError, match=r"holds no corpus\.jsonl"):
        Collection.open(tmp_path)
    (folder / "qrels.dev.tsv").write_text(QRELS + "half a line\n")
    with pytest.raises(LibraryError, match="line 4 is not query"):
        Collection.open(folder).queries("dev")
    (folder / "qrels.dev.tsv").write_text(QRELS)
    (folder / "queries.jsonl").write_text("[1]\n")
    with pytest.raises(LibraryError, match="line 1 is not a JSON object"):
        Collection.open(folder).queries("dev")


def test_a_corpus_becomes_a_library_whose_texts_are_those_of_the_corpus(folder, tmp_path):
    from index.store.article_store import ArticleStore

    with small_builds():
        library = Collection.open(folder).library(tmp_path / "cache", model="fake", progress=SILENT)
    with ArticleStore.open(library.store) as store:
        texts = [passage.text for passage in store.passages([1, 2, 3])]
    assert texts == [
        "Bees in spring Bees <b>fly</b> & sting  . They do.",
        "Metformin lowers glucose.",
        "Only a title",
    ]


class FakeStore:
    def passages(self, pmids):
        return [article_texts[pmid] for pmid in pmids]


class FakeReranker:
    """Prefers the longest text."""

    name = "longest"

    def scores(self, query, texts):
        return [float(len(text)) for text in texts]


def texts(*articles: Article):
    from index.records.passages import passage_of

    return {document.pmid: passage_of(document) for document in articles}


CORPUS = (
    article(1, title="Bees", abstract="Bees fly."),
    article(2, title="Glucose", abstract="Metformin lowers glucose."),
    article(3, title="Bees again", abstract="Of bees that fly far away."),
)
article_texts = texts(*CORPUS)


def test_a_reranker_reorders_the_hybrids_best_and_equal_scores_keep_their_order():
    rankings = Rankings(FakeIndex(list(CORPUS)), FakeStore(), FakeReranker())
    ranked = rankings.rank("bees")
    assert sorted(ranked) == ["bm25", "dense", "hybrid", "hybrid+rerank"]
    assert sorted(ranked["hybrid"]) == [1, 2, 3]
    lengths = [len(article_texts[number].text) for number in ranked["hybrid+rerank"]]
    assert lengths == sorted(lengths, reverse=True)
    assert ranked["bm25"] == [3, 1]


def row(method="hybrid", kind=None, mean=0.5) -> Row:
    figure = Figure(mean, mean - 0.1, mean + 0.1)
    return Row(method, kind, 700, figure, figure, figure)


def evaluation(*rows: Row) -> Evaluation:
    return Evaluation("bees", "dev", 3, "fake", "ab", "fp32", 1000, None, None, rows)


def test_the_table_says_what_was_measured_on_what():
    text = table(evaluation(row(), row(kind="drugs")))
    assert "bees dev: 3 documents, fake in fp32" in text
    assert "| all (700) | hybrid | .500 (.400-.600) |" in text
    assert "| drugs (700) | hybrid |" in text


def test_kept_figures_are_checked_within_a_tolerance(tmp_path):
    path = save_evaluation(evaluation(row(), row(kind="drugs")), tmp_path, "pubmed-search evaluate bees")
    assert json.loads(path.read_text())["command"] == "pubmed-search evaluate bees"
    assert path.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    assert differences(evaluation(row(mean=0.5015)), tmp_path) == []
    (moved, *_) = differences(evaluation(row(mean=0.52)), tmp_path)
    assert moved == "hybrid all ndcg_10: 0.5000 was stored, 0.5200 was measured"
    with pytest.raises(LibraryError, match="no evaluation to compare with"):
        differences(evaluation(row()), tmp_path / "elsewhere")


def test_a_vocabulary_adds_a_method_that_finds_by_other_names(folder, tmp_path, capsys):
    vocabulary = tmp_path / "mesh.tsv"
    vocabulary.write_text("ui\tname\tentry_terms\ttree_numbers\nD900001\tApis\tBees|Only Title\tZ01\n")
    with small_builds():
        words = ["evaluate", str(folder), "--cache", str(tmp_path / "cache"), "--model", "fake", "--json"]
        assert main([*words, "--mesh", str(vocabulary)]) == 0
    measured = json.loads(capsys.readouterr().out)
    assert measured["mesh"] == "mesh.tsv"
    assert [line["method"] for line in measured["rows"][:4]] == ["bm25", "dense", "hybrid", "hybrid+mesh"]


def test_as_much_as_one_query_can_move_a_mean_is_tolerated():
    assert (tolerated(1000), tolerated(100)) == (TOLERANCE, 0.01)


def test_the_command_measures_keeps_and_checks(folder, tmp_path, capsys):
    arguments = ["evaluate", str(folder), "--cache", str(tmp_path / "cache")]
    output = tmp_path / "kept"
    with small_builds():
        assert main([*arguments, "--model", "fake", "--output", str(output)]) == 0
        assert "| all (2) | bm25 | 1.000 (1.000-1.000) |" in capsys.readouterr().out
        assert main([*arguments, "--model", "fake", "--check", str(output), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["documents"] == 3
        path = output / "bees.dev.json"
        path.write_text(path.read_text().replace('"mean": 1.0', '"mean": 0.4'))
        assert main([*arguments, "--model", "fake", "--check", str(output)]) == 1
    assert "0.4000 was stored, 1.0000 was measured" in capsys.readouterr().err


def test_a_missing_collection_is_a_stated_error(tmp_path, capsys):
    assert main(["evaluate", str(tmp_path)]) == 1
    assert "is not a collection in BEIR's layout" in capsys.readouterr().err


def test_an_unknown_method_is_refused(folder, capsys):
    with pytest.raises(SystemExit):
        main(["evaluate", str(folder), "--methods", "tea-leaves"])
    with pytest.raises(ValueError, match="no method tea"):
        evaluate(Collection.open(folder), "dev", Rankings(FakeIndex([]), FakeStore()), ["tea"])


def test_a_cross_encoder_of_random_weights_scores_each_pair_the_same_way_twice(tmp_path):
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    from index.embedding.cross_encoder import Reranker

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "bees", "fly", "metformin"]
    (tmp_path / "vocab.txt").write_text("\n".join(words))
    tiny = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        initializer_range=1.0,
        num_labels=1,
    )
    BertForSequenceClassification(tiny).save_pretrained(tmp_path)
    BertTokenizerFast(vocab=str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    reranker = Reranker.load(str(tmp_path))
    scores = reranker.scores("bees fly", ["metformin", "bees fly", "metformin"])
    assert scores[0] == pytest.approx(scores[2], abs=1e-6)
    assert scores[0] != pytest.approx(scores[1], abs=1e-6)
    assert reranker.scores("bees", []) == []
    with pytest.raises(ModelError, match="cannot be loaded"):
        Reranker.load(str(tmp_path / "nothing"))
