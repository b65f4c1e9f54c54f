"""The real model: unit vectors, the published arithmetic, one tokenizer shared by many threads."""

import threading

import numpy as np
import pytest

from index.core.errors import ModelError
from index.embedding.encoder import Encoder, full_fingerprint
from index.embedding.model_files import resolve_model

TEXTS = [
    "Metformin and the risk of cancer in people with type 2 diabetes",
    "x",
    "",
    "The bark beetle in spruce forests " * 100,
    "Cancer incidence in diabetic patients treated with metformin.",
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(resolve_model(), precision="fp32", device="cpu")


def test_rows_are_unit_vectors_in_the_order_of_the_texts(encoder: Encoder):
    vectors = encoder.encode(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (5, 384) == (len(TEXTS), encoder.dimensions)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    for text, row in zip(TEXTS, vectors, strict=True):
        assert float(encoder.encode([text])[0] @ row) == pytest.approx(1, abs=1e-4)


def test_near_meanings_are_near(encoder: Encoder):
    metformin, _, _, beetle, again = encoder.encode(TEXTS)
    assert metformin @ again > 0.8
    assert metformin @ beetle < 0.2


def test_the_vector_is_the_mean_of_the_tokens_vectors_normalised(encoder: Encoder):
    import torch

    tokens = encoder._model.encode([TEXTS[0]], output_value="token_embeddings", show_progress_bar=False)[0]
    mean = torch.as_tensor(tokens).float().mean(dim=0)
    expected = (mean / mean.norm()).cpu().numpy()
    assert encoder.encode([TEXTS[0]])[0] == pytest.approx(expected, abs=1e-5)


def test_what_exceeds_256_tokens_is_not_read(encoder: Encoder):
    long = "forest " * 300
    assert np.array_equal(encoder.encode([long]), encoder.encode([long + "unread"]))


def test_vectors_are_those_of_sentence_transformers(encoder: Encoder):
    odd = [*TEXTS, "Ünïcödé and a lone surrogate \ud800", "\x00\t\n", "5-HT(2A) α-synuclein p<0.05", "肺炎 пневмония"]
    valid = [text.encode("utf-8", "replace").decode() for text in odd]
    theirs = encoder._model.encode(valid, normalize_embeddings=True, show_progress_bar=False)
    assert (encoder.encode(odd) * theirs).sum(axis=1) == pytest.approx(np.ones(len(odd)), abs=1e-5)


def test_lots_that_are_read_ahead_give_the_same_vectors(encoder: Encoder):
    counted = []
    lots = [("first", TEXTS[:2]), ("none", []), ("last", TEXTS[2:])]
    rows = dict(encoder.encode_ahead(iter(lots), done=counted.append))
    assert list(rows) == ["first", "none", "last"]
    assert np.concatenate(list(rows.values())) == pytest.approx(encoder.encode(TEXTS), abs=1e-5)
    assert sum(counted) == len(TEXTS)


def test_no_text_gives_no_vector(encoder: Encoder):
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.fault("Q4")
def test_any_text_can_be_encoded(encoder: Encoder):
    assert np.isfinite(encoder.encode(["\ud800", "\x00", "\u202e\u200b", "😀" * 500])).all()


def test_bf16_is_another_precision_of_the_same_meaning(encoder: Encoder):
    half = Encoder.load(encoder.reference, precision="bf16", device="cpu")
    assert half.fingerprint != encoder.fingerprint
    assert half.fingerprint == full_fingerprint(encoder.reference, "bf16")
    cosines = (half.encode(TEXTS) * encoder.encode(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.999


def test_sentences_of_many_articles_take_weights_of_eight_bits(encoder: Encoder):
    of_many = encoder.for_many("sentences")
    assert of_many is not encoder
    assert of_many.fingerprint == encoder.fingerprint
    vectors, expected = of_many.encode(TEXTS), encoder.encode(TEXTS)
    for text, vector in zip(TEXTS, vectors, strict=True):  # whatever stands beside it
        assert (of_many.encode([text])[0] == vector).all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    cosines = (vectors * expected).sum(axis=1)
    assert 0.95 < cosines.min() < cosines.max() < 0.99999
    assert (vectors @ expected.T).argmax(axis=1).tolist() == list(range(len(TEXTS)))


def test_many_articles_keep_their_vectors_whatever_stands_beside_them(encoder: Encoder):
    of_many = encoder.for_many("articles")
    assert of_many is not encoder
    assert of_many.fingerprint == encoder.fingerprint
    vectors = of_many.encode(TEXTS)
    for text, vector in zip(TEXTS, vectors, strict=True):
        assert (of_many.encode([text])[0] == vector).all()
    assert (vectors * encoder.encode(TEXTS)).sum(axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_in_bfloat16_many_articles_stay_with_torch(encoder: Encoder):
    half = Encoder.load(encoder.reference, precision="bf16", device="cpu")
    assert half.for_many("articles") is half


def test_a_model_that_eight_bits_change_keeps_its_arithmetic(encoder: Encoder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("index.embedding.encoder._LOWEST_COSINES", {8: 0.99999})
    assert encoder.for_many("sentences") is encoder


def test_a_model_that_cannot_be_exported_keeps_its_arithmetic(encoder: Encoder, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise NotImplementedError("no operator of ONNX")

    monkeypatch.setattr("index.embedding.networks.text_network.export_network", refuse)
    assert encoder.for_many("sentences") is encoder
    assert encoder.for_many("articles") is encoder


@pytest.mark.fault("Q10")
def test_threads_share_one_model(encoder: Encoder):
    expected = encoder.encode(TEXTS[:1])
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(encoder.encode(TEXTS[:1]))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert all(np.array_equal(answer, expected) for answer in answers)


def test_loading_draws_nothing(capfd: pytest.CaptureFixture[str], encoder: Encoder):
    Encoder.load(encoder.reference, device="cpu").encode(["quiet"])
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("device", ["cuda", "no-such-device"])
def test_a_device_that_is_not_there_is_a_stated_error(encoder: Encoder, device: str):
    import torch

    if device == "cuda" and torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with pytest.raises(ModelError, match="cannot be loaded"):
        Encoder.load(encoder.reference, device=device)
