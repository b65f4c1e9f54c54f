"""The loss of a fusion: what counts as the better text, and that a student that ranks so has nothing to learn."""

import math
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from model.embedding.fusion_loss import Fusion, FusionLoss, token_weights
from model.embedding.student import load_student
from tests.support.fakes.tiny_bert import tiny_sentence_model

Columns = list[dict[str, Tensor]]


class Flat(nn.Module):
    """A guide for which all texts are the same."""

    def forward(self, features: dict[str, Tensor]) -> dict[str, Tensor]:
        return {"sentence_embedding": torch.ones(len(features["input_ids"]), 4)}


@pytest.fixture(scope="module")
def loss(tmp_path_factory: pytest.TempPathFactory) -> FusionLoss:
    student = load_student(tiny_sentence_model(tmp_path_factory.mktemp("fusion") / "student"), tokens=32)
    texts = ["the lemon", "the orange", "the winter", "the virus"]
    fusion = Fusion(words=10.0, others=1, spelt=1)
    return FusionLoss(student, Flat(), token_weights(student.tokenizer, texts), fusion)  # type: ignore[arg-type]


def columns(loss: FusionLoss, *texts: list[str]) -> Columns:
    return [dict(loss.model.tokenizer(part, padding=True, return_tensors="pt")) for part in texts]


def targets(loss: FusionLoss, anchors: list[str], spelt: list[str], texts: list[str]) -> Tensor:
    anchor_columns, spelt_columns, text_columns = columns(loss, anchors, spelt, texts)
    return loss._target([anchor_columns], [spelt_columns], [text_columns])


def test_a_rare_word_in_common_counts_and_a_frequent_one_does_not(loss: FusionLoss) -> None:
    anchors = ["the winter", "the virus", "we saw"]
    scores = targets(loss, anchors, anchors, ["a lemon in the winter", "a lemon in the forest", "orange juice"])
    assert scores[0, 0] - scores[0, 1] == pytest.approx(10 + 5, abs=3)  # the best text by words, and its own
    assert scores[0, 1] - scores[0, 2] < 3  # "the" is no more than that
    assert scores[2].tolist() == pytest.approx([20, 20, 25])  # nothing in common: the guide and the own text remain


def test_other_names_find_what_the_anchor_does_not_say(loss: FusionLoss) -> None:
    texts = ["a lemon", "the orange"]
    plain = targets(loss, ["cold", "cold"], ["cold", "cold"], texts)
    spelt = targets(loss, ["cold", "cold"], ["cold", "cold orange"], texts)
    assert plain[1, 1] == pytest.approx(25)
    assert spelt[1, 1] > 25 + 5
    assert spelt[0].tolist() == plain[0].tolist()


def test_the_same_text_again_is_as_much_the_anchors_own(loss: FusionLoss) -> None:
    scores = targets(loss, ["x", "y", "z"], ["x", "y", "z"], ["a lemon", "a lemon", "the orange"])
    assert scores[0].tolist() == scores[1].tolist() == pytest.approx([25, 25, 20])


def test_every_anchor_of_a_text_is_asked_and_negatives_are_ranked_too(loss: FusionLoss) -> None:
    batch = columns(loss, ["lemon", "virus"], ["a lemon", "a virus"], ["cold", "risk"], ["fruit", "risk"], ["it", "of"])
    value = loss(batch, torch.empty(0))
    assert math.isfinite(value.item())
    value.backward()
    assert any(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in loss.model.parameters())


def test_common_tokens_weigh_less_and_special_ones_nothing(tmp_path: Path) -> None:
    tokenizer = load_student(tiny_sentence_model(tmp_path / "student"), tokens=32).tokenizer
    weights = token_weights(tokenizer, ["the lemon", "the orange", "the winter"])
    weight_of = {
        word: float(weights[tokenizer.convert_tokens_to_ids(word)]) for word in ("the", "lemon", "virus", "[CLS]")
    }
    assert 0 == weight_of["[CLS]"] < weight_of["the"] < weight_of["lemon"] < weight_of["virus"]
