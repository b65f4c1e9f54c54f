"""Queries without torch: the same tokens and vectors as torch's, from an export that lies in the user's own cache."""

import json
import logging
import os
import subprocess
import sys
import threading
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.core.errors import ModelError
from index.embedding.encoder import Encoder
from index.embedding.model_files import ModelReference, resolve_model
from index.embedding.queries import query_export
from index.embedding.queries.query_encoder import QueryEncoder
from index.embedding.queries.query_export import export_for_queries
from index.embedding.queries.query_files import NETWORK, QueryExport, described_runtime, export_folder
from index.embedding.queries.query_model import load_query_encoder
from index.embedding.text_encoder import TextEncoder
from tests.support.fakes.tiny_bert import tiny_sentence_model
from tests.support.paths import ROOT

TEXTS = [
    "",
    "x",
    "Does METFORMIN lower the risk of cancer?",
    "naïve Sjögren’s e\u0301 ﬁ ß İ",
    "癌症 سرطان 😀 \u200b\u202e\x00\t\n",
    "half \ud800 a pair",
    "[CLS] [SEP] [MASK] [PAD] [UNK] ##ing",
    "pneumonoultramicroscopicsilicovolcanoconiosis " * 60,
    "a" * 5000,
]


@pytest.fixture(scope="module")
def torch_encoder() -> Encoder:
    return Encoder.load(resolve_model(), precision="fp32", device="cpu")


@pytest.fixture(scope="module")
def query_encoder() -> QueryEncoder:
    encoder = load_query_encoder(resolve_model(), precision="fp32")
    assert isinstance(encoder, QueryEncoder)
    return encoder


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> ModelReference:
    return resolve_model(str(tiny_sentence_model(tmp_path_factory.mktemp("models") / "tiny")))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PUBMED_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def torch_ids(encoder: Encoder, text: str) -> list[int]:
    valid = text.encode("utf-8", "replace").decode("utf-8")
    return encoder._model.tokenizer(valid, truncation=True, max_length=256)["input_ids"]


@pytest.mark.fault("Q4")
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_cut_into_the_tokens_that_transformers_cut(query_encoder, torch_encoder, text: str):
    assert query_encoder.token_ids(text) == torch_ids(torch_encoder, text)
    assert len(query_encoder.token_ids(text)) <= 256


@pytest.mark.fault("Q4")
@settings(max_examples=300, deadline=None)
@given(text=st.text(st.characters(exclude_categories=())))
def test_any_text_is(query_encoder, torch_encoder, text: str):
    assert query_encoder.token_ids(text) == torch_ids(torch_encoder, text)


def test_its_vectors_are_torchs_at_every_length(query_encoder, torch_encoder):
    texts = [*TEXTS, *(" ".join(["cancer", "of", "lung"][number % 3] for number in range(n)) for n in range(1, 300, 7))]
    ours, theirs = query_encoder.encode(texts), torch_encoder.encode(texts)
    assert ours.dtype == np.float32
    assert ours.shape == theirs.shape
    assert np.linalg.norm(ours, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-6)
    assert (ours * theirs).sum(axis=1).min() > 0.99999


def test_it_is_the_same_model_by_its_fingerprint(query_encoder, torch_encoder):
    both: list[TextEncoder] = [query_encoder, torch_encoder]
    assert len({(one.fingerprint, one.precision, one.dimensions, one.reference) for one in both}) == 1


def test_no_text_gives_no_vector_and_each_text_is_counted(query_encoder):
    counts: list[int] = []
    assert query_encoder.encode([]).shape == (0, 384)
    query_encoder.encode(["a", "b"], done=counts.append)
    assert counts == [1, 1]


@pytest.mark.fault("Q10")
def test_threads_share_it_at_once(query_encoder):
    expected = query_encoder.encode(TEXTS)
    answers: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: answers.append(query_encoder.encode(TEXTS))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert all(np.array_equal(answer, expected) for answer in answers)


@pytest.mark.usefixtures("cache")
def test_a_model_that_lower_cases_texts_itself_does_so_here(tmp_path: Path, tiny_model: ModelReference):
    folder = tmp_path / "lower"
    folder.mkdir()
    for path in tiny_model.path.rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(tiny_model.path)
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes())
    settings = json.loads((folder / "sentence_bert_config.json").read_bytes())
    (folder / "sentence_bert_config.json").write_text(json.dumps({**settings, "do_lower_case": True}))
    tokenizer = json.loads((folder / "tokenizer.json").read_bytes())
    tokenizer["normalizer"]["lowercase"] = False  # so that only the setting lower-cases
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    encoder = load_query_encoder(resolve_model(str(folder)), precision="fp32")
    assert isinstance(encoder, QueryEncoder)
    assert encoder.token_ids("ASPIRIN") == encoder.token_ids("aspirin")
    expected = Encoder.load(resolve_model(str(folder)), precision="fp32", device="cpu").encode(["ASPIRIN Headache"])
    assert float((encoder.encode(["ASPIRIN Headache"]) * expected).sum()) > 0.99999


def test_an_export_is_made_once(cache: Path, tiny_model: ModelReference, monkeypatch: pytest.MonkeyPatch):
    first = load_query_encoder(tiny_model, precision="bf16")
    assert isinstance(first, QueryEncoder)
    assert (first.precision, first.dimensions) == ("bf16", 16)
    assert described_runtime(first.fingerprint) == "encoded by ONNX Runtime"
    monkeypatch.setattr(Encoder, "load", None)  # torch is not needed again
    again = load_query_encoder(tiny_model, precision="bf16")
    assert np.array_equal(first.encode(["aspirin"]), again.encode(["aspirin"]))
    assert sorted(path.name for path in cache.glob("queries/*/*")) == [
        "export.json",
        "lock",
        "model.onnx",
        "tokenizer.json",
    ]


@pytest.mark.fault("B22")
def test_a_damaged_export_is_made_again(cache: Path, tiny_model: ModelReference):
    encoder = load_query_encoder(tiny_model, precision="fp32")
    expected = encoder.encode(["aspirin for headache"])
    network = export_folder(encoder.fingerprint) / NETWORK
    content = bytearray(network.read_bytes())
    content[len(content) // 2] ^= 1
    network.write_bytes(content)
    again = load_query_encoder(tiny_model, precision="fp32")
    assert isinstance(again, QueryEncoder)
    assert np.allclose(again.encode(["aspirin for headache"]), expected, atol=1e-6)
    assert network.read_bytes() != content


@pytest.mark.fault("B22")
def test_an_export_that_cannot_be_loaded_is_made_again(cache: Path, tiny_model: ModelReference):
    encoder = load_query_encoder(tiny_model, precision="fp32")
    export = QueryExport.read(encoder.fingerprint)
    network = export_folder(encoder.fingerprint) / NETWORK
    network.write_bytes(b"of another version")
    files = {**export.files, NETWORK: sha256(b"of another version").hexdigest()}
    QueryExport(export.model, export.dimensions, export.lowercase, export.cosine, files, makers=export.makers).write()
    assert isinstance(load_query_encoder(tiny_model, precision="fp32"), QueryEncoder)
    assert network.read_bytes() != b"of another version"


@pytest.mark.fault("B22")
def test_what_a_killed_export_left_is_removed(cache: Path, tiny_model: ModelReference):
    encoder = Encoder.load(tiny_model, precision="fp32", device="cpu")
    left = export_folder(encoder.fingerprint) / "aside"
    left.mkdir(parents=True)
    (left / NETWORK).write_bytes(b"half")
    assert isinstance(load_query_encoder(tiny_model, precision="fp32"), QueryEncoder)
    assert not left.exists()


@pytest.fixture
def differing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_export, "LOWEST_COSINE", 1.1)


@pytest.mark.fault("B22")
@pytest.mark.usefixtures("cache", "differing")
def test_an_export_that_differs_is_refused_once_and_torch_serves(
    tiny_model: ModelReference, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    with caplog.at_level(logging.WARNING):
        encoder = load_query_encoder(tiny_model, precision="fp32")
    assert isinstance(encoder, Encoder)
    (record,) = caplog.records
    assert "stay with torch" in record.getMessage()
    assert "differ from those of torch (cosine 1.0" in record.getMessage()
    described = described_runtime(encoder.fingerprint)
    assert described.startswith("encoded by torch, which takes seconds to load")
    assert "differ from those of torch" in described
    assert not (export_folder(encoder.fingerprint) / NETWORK).exists()

    def not_again(*_: object) -> None:
        raise AssertionError("a model that was refused is exported again")

    monkeypatch.setattr(query_export, "_export", not_again)
    assert isinstance(load_query_encoder(tiny_model, precision="fp32"), Encoder)


@pytest.mark.usefixtures("cache")
def test_a_refusal_counts_until_the_libraries_change(tiny_model: ModelReference, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patch:
        patch.setattr(query_export, "LOWEST_COSINE", 1.1)
        patch.setattr(query_export, "makers", lambda: {"torch": "of old"})
        assert isinstance(load_query_encoder(tiny_model, precision="fp32"), Encoder)
    assert isinstance(load_query_encoder(tiny_model, precision="fp32"), QueryEncoder)


@pytest.mark.fault("B22")
@pytest.mark.usefixtures("cache")
def test_other_tokens_are_a_reason_to_refuse(tiny_model: ModelReference, monkeypatch: pytest.MonkeyPatch):
    ids = QueryEncoder.token_ids
    monkeypatch.setattr(QueryEncoder, "token_ids", lambda self, text: [*ids(self, text), 1])
    export = export_for_queries(tiny_model, "fp32")
    assert "tokens of '' differ" in export.refusal


@pytest.mark.fault("B21")
def test_without_a_cache_torch_serves(tiny_model: ModelReference, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PUBMED_CACHE", "/dev/null/cache")
    encoder = load_query_encoder(tiny_model, precision="fp32")
    assert isinstance(encoder, Encoder)
    assert "/dev/null/cache cannot be written; PUBMED_CACHE names" in described_runtime(encoder.fingerprint)


@pytest.mark.fault("B21")
def test_without_a_home_folder_torch_serves(tiny_model: ModelReference, monkeypatch: pytest.MonkeyPatch):
    for name in ("PUBMED_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(
        Path, "home", lambda: (_ for _ in ()).throw(RuntimeError("Could not determine home directory."))
    )
    encoder = load_query_encoder(tiny_model, precision="fp32")
    assert isinstance(encoder, Encoder)
    assert "there is no home folder; PUBMED_CACHE names another" in described_runtime(encoder.fingerprint)


@pytest.mark.fault("B21")
def test_want_of_memory_is_no_refusal(cache: Path, tiny_model: ModelReference, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patch:
        patch.setattr(query_export, "export_network", lambda *_, **__: (_ for _ in ()).throw(MemoryError()))
        assert export_for_queries(tiny_model, "fp32") is None
    assert export_for_queries(tiny_model, "fp32").refusal is None


def test_a_model_that_cannot_be_loaded_at_all_is_a_stated_error(
    cache: Path, tmp_path: Path, tiny_model: ModelReference
):
    missing = ModelReference("gone", tmp_path / "gone", "cd" * 32)
    with pytest.raises(ModelError, match="gone cannot be loaded"):
        load_query_encoder(missing, precision="fp32")


@pytest.mark.fault("B16")
@pytest.mark.parametrize("content", ["", "{}", "[]", "\x00", '{"model": 3}', '{"files": {"../../x": 1}}'])
def test_a_record_that_is_not_one_counts_as_none(cache: Path, content: str):
    folder = export_folder("ab" * 32)
    folder.mkdir(parents=True)
    (folder / "export.json").write_text(content)
    assert QueryExport.read("ab" * 32) is None


@pytest.mark.fault("S2")
def test_onnx_runtime_writes_no_identifier_and_tells_nobody(tmp_path: Path) -> None:
    """What it would send comes seconds later; the identifier of the machine is written at once, unless it is told."""
    code = (
        "from index.embedding.model_files import resolve_model\n"
        "from index.embedding.queries.query_model import load_query_encoder\n"
        "load_query_encoder(resolve_model(), precision='fp32').encode(['bees'])\n"
        "import sys; assert 'onnxruntime' in sys.modules and 'torch' not in sys.modules\n"
    )
    folders = {name: str(tmp_path) for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")}
    kept = {name: value for name, value in os.environ.items() if name != "CI" and "TELEMETRY" not in name}
    kept |= folders | {"PUBMED_CACHE": os.environ["PUBMED_CACHE"], "PYTHONPATH": str(ROOT)}
    export_for_queries(resolve_model(), "fp32")
    subprocess.run([sys.executable, "-c", code], env=kept, check=True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
