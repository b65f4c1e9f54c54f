"""Masked language modelling: the model's size, the blocks, the masks, and a run that is stopped and goes on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from math import log
from pathlib import Path
from typing import Any

import pytest

from index.core.errors import RunError
from index.core.progress import SILENT, Progress
from model.pretraining.hyperparameters import VOCABULARY, PretrainingHyperparameters, Shape

TINY = Shape(layers=1, hidden=16, heads=2, feed_forward=32, positions=32)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eighty articles to train on and twenty to judge by, of words that follow each other in rows."""
    from datasets import Dataset, DatasetDict

    sentence = "insulin lowers blood glucose in patients with diabetes while placebo does not change it"
    words = sentence.split()

    def rows(first: int, count: int) -> Dataset:
        turned = [words[n % 13 :] + words[: n % 13] for n in range(first, first + count)]
        return Dataset.from_list([{"title": " ".join(row[:5]), "abstract": " ".join(row * 3)} for row in turned])

    folder = tmp_path_factory.mktemp("data") / "dataset"
    DatasetDict({"train": rows(0, 80), "validation": rows(80, 20)}).save_to_disk(folder)
    return folder


@pytest.fixture(scope="module")
def recipe(dataset: Path) -> PretrainingHyperparameters:
    sizes = {"steps": 12, "length": 16, "batch": 4, "accumulation": 2, "warmup": 2}
    return PretrainingHyperparameters(dataset, learning_rate=1e-2, seed=3, shape=TINY, **sizes)


@pytest.fixture(scope="module")
def whole_run(recipe: PretrainingHyperparameters, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An uninterrupted run."""
    from model.pretraining.pretrain import pretrain

    return pretrain(recipe, tmp_path_factory.mktemp("whole") / "run", every=4, progress=SILENT)


def test_the_size_is_that_of_the_card() -> None:
    import torch
    from transformers import BertModel

    from model.pretraining.bert import new_bert

    with torch.device("meta"):
        model = new_bert(VOCABULARY, 0, Shape())
        assert model.num_parameters() == 22_744_506
        assert BertModel(model.config).num_parameters() == 22_713_216


def test_the_vocabulary_head_at_masked_positions_gives_the_stock_loss_and_gradient() -> None:
    import torch
    import transformers

    from model.pretraining.bert import new_bert

    torch.manual_seed(0)
    ours = new_bert(60, 0, TINY).eval()
    stock = transformers.BertForMaskedLM(ours.config).eval()
    stock.load_state_dict(ours.state_dict())
    ids = torch.randint(5, 60, (3, 10))
    labels = torch.where(torch.rand(3, 10) < 0.3, ids, -100)
    losses = [model(input_ids=ids, labels=labels).loss for model in (ours, stock)]
    for loss in losses:
        loss.backward()
    assert losses[0].item() == pytest.approx(losses[1].item(), rel=1e-6)
    for mine, theirs in zip(ours.parameters(), stock.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, theirs.grad)
    torch.testing.assert_close(ours(input_ids=ids).logits, stock(input_ids=ids).logits)


def test_blocks_are_the_articles_one_after_the_other_and_nothing_else(dataset: Path, tmp_path: Path) -> None:
    from datasets import load_from_disk

    from model.pretraining.masked_blocks import packed
    from model.pretraining.tokenizer import default_tokenizer, texts

    articles, tokenizer = load_from_disk(str(dataset))["train"], default_tokenizer()
    blocks = packed(articles, tokenizer, length=16, file=tmp_path / "train.arrow", progress=SILENT)
    cls, sep = tokenizer.cls_token_id, tokenizer.sep_token_id
    stream = [token for text in texts(articles) for token in [*tokenizer(text).input_ids[1:-1], sep]]
    assert len(blocks) == len(stream) // 14
    for number, row in enumerate(blocks):
        assert row["input_ids"] == [cls, *stream[number * 14 : number * 14 + 14], sep]
    again = packed(articles.take(1), tokenizer, length=16, file=tmp_path / "train.arrow", progress=SILENT)
    assert len(again) == len(blocks)  # the existing file is used


def test_a_mask_hangs_on_the_block_the_epoch_and_the_seed_alone(dataset: Path, tmp_path: Path) -> None:
    from datasets import Dataset

    from model.pretraining.masked_blocks import MaskedBlocks
    from model.pretraining.tokenizer import default_tokenizer

    tokenizer = default_tokenizer()
    ids = [101, *range(2000, 2098), 102]
    blocks = Dataset.from_dict({"input_ids": [ids, [101, *range(3000, 3098), 102], ids]})

    def labels(position: int, *, epoch: int = 0, seed: int = 1) -> list[int]:
        masked = MaskedBlocks(blocks, tokenizer, share=0.15, seed=seed)
        masked.set_epoch(epoch)
        return [int(index) for index in (masked[position]["labels"] != -100).nonzero()[0]]

    assert labels(0) == labels(2)  # the position does not matter
    others = (labels(1), labels(0, epoch=1), labels(0, seed=2))
    assert all(other != labels(0) for other in others)
    assert {len(other) for other in (*others, labels(0))} == {15}


def test_of_the_masked_tokens_80_percent_are_hidden_10_are_others_and_10_stay() -> None:
    import numpy as np
    from datasets import Dataset

    from model.pretraining.masked_blocks import MaskedBlocks
    from model.pretraining.tokenizer import default_tokenizer

    tokenizer = default_tokenizer()
    ids = np.array([101, *range(2000, 2062), 102, *range(3000, 3063), 102])
    masked = MaskedBlocks(Dataset.from_dict({"input_ids": [ids.tolist()]}), tokenizer, share=0.15, seed=1)
    fates = {"hidden": 0, "same": 0, "other": 0}
    for epoch in range(500):
        masked.set_epoch(epoch)
        row = masked[0]
        chosen = row["labels"] != -100
        assert chosen.sum() == 19
        assert not chosen[[0, 63, 127]].any()
        assert (row["labels"][chosen] == ids[chosen]).all()
        assert (row["input_ids"][~chosen] == ids[~chosen]).all()
        hidden, same = row["input_ids"][chosen] == tokenizer.mask_token_id, row["input_ids"][chosen] == ids[chosen]
        fates["hidden"] += int(hidden.sum())
        fates["same"] += int(same.sum())
        fates["other"] += int((~hidden & ~same).sum())
    shares = {fate: count / 9500 for fate, count in fates.items()}
    assert shares == pytest.approx({"hidden": 0.8, "same": 0.1, "other": 0.1}, abs=0.02)


def test_guessing_by_frequency_costs_what_hand_computation_says() -> None:
    from datasets import Dataset

    from model.pretraining.masked_blocks import frequency_loss

    train = Dataset.from_dict({"input_ids": [[0, 2, 2, 2, 3, 1]]})
    held_out = Dataset.from_dict({"input_ids": [[0, 2, 4, 1]]})
    # Of 9 = 4 seen + 5 added: token 2 has 4, token 4 has 1.
    assert frequency_loss(train, held_out, 5) == pytest.approx(-(log(4 / 9) + log(1 / 9)) / 2)


def test_a_run_learns_and_its_account_adds_up(whole_run: Any) -> None:
    assert [step for step, _ in whole_run.losses] == [4, 8, 12]
    assert whole_run.losses[-1][1] < whole_run.losses[0][1] < log(VOCABULARY)  # that of an even guess
    assert (whole_run.steps, whole_run.planned, whole_run.tokens) == (12, 12, 12 * 2 * 4 * 16)
    assert whole_run.seconds > 0
    assert whole_run.corpus % 16 == 0


def test_the_result_loads_without_remote_code_and_with_a_head_and_as_an_encoder(whole_run: Any) -> None:
    from transformers import AutoModel, AutoModelForMaskedLM, AutoTokenizer, BertForMaskedLM

    config = json.loads((whole_run.output / "config.json").read_text())
    assert config["architectures"] == ["BertForMaskedLM"]
    assert "auto_map" not in config
    model, loading = AutoModelForMaskedLM.from_pretrained(whole_run.output, output_loading_info=True)
    assert type(model) is BertForMaskedLM
    assert not any(loading.values())
    tokenizer = AutoTokenizer.from_pretrained(whole_run.output)
    assert tokenizer("insulin lowers glucose").tokens()[1:-1] == ["insulin", "lowers", "glucose"]
    assert (
        AutoModel.from_pretrained(whole_run.output)(
            **tokenizer("insulin", return_tensors="pt")
        ).last_hidden_state.shape[-1]
        == TINY.hidden
    )
    assert not list(whole_run.output.glob("*.bin"))


def test_configuration_metrics_and_plot_lie_beside_the_weights(
    whole_run: Any, recipe: PretrainingHyperparameters
) -> None:
    settings = json.loads((whole_run.output / "configuration.json").read_text())["settings"]
    assert (settings["steps"], settings["shape"], settings["dataset"]) == (12, asdict(TINY), str(recipe.dataset))
    metrics = json.loads((whole_run.output / "metrics.json").read_text())["log"]
    assert [entry["step"] for entry in metrics if "loss" in entry] == [4, 8, 12]
    assert [entry["eval_loss"] for entry in metrics if "eval_loss" in entry] == [loss for _, loss in whole_run.losses]
    assert (whole_run.output / "loss.png").read_bytes().startswith(b"\x89PNG")


@dataclass(frozen=True, slots=True)
class _Interrupted(Progress):
    """Interrupts the run after so many steps, as a user does."""

    steps: int = 0

    @contextmanager
    def bar(self, what: str, total: int | None, unit: str) -> Iterator[Any]:
        yield self

    def update(self, n: float = 1, /) -> None:
        object.__setattr__(self, "steps", self.steps - n)
        if self.steps < 0:
            raise KeyboardInterrupt


def test_a_run_that_is_interrupted_and_goes_on_is_the_uninterrupted_one(
    whole_run: Any, recipe: PretrainingHyperparameters, tmp_path: Path
) -> None:
    import torch
    from safetensors.torch import load_file

    from model.pretraining.pretrain import pretrain

    for steps in (6, 5):  # goes on at 4, then at 8, in the second epoch or later
        with pytest.raises(KeyboardInterrupt):
            pretrain(recipe, tmp_path / "run", every=4, progress=_Interrupted(steps=steps))
    resumed = pretrain(recipe, tmp_path / "run", every=4, progress=SILENT)
    assert resumed.losses == whole_run.losses
    logs = [_deciding(run.output) for run in (resumed, whole_run)]
    assert logs[0] == logs[1]
    weights = [load_file(run.output / "model.safetensors") for run in (resumed, whole_run)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[1])


def _deciding(run: Path) -> list[dict[str, float]]:
    """Return what was logged, without how long it took."""
    metrics = json.loads((run / "metrics.json").read_text())["log"]
    names = ("step", "epoch", "loss", "grad_norm", "learning_rate", "eval_loss")
    return [{name: entry[name] for name in names if name in entry} for entry in metrics]


def test_a_run_stops_when_its_time_is_used_up_and_goes_on_with_more(
    whole_run: Any, recipe: PretrainingHyperparameters, tmp_path: Path
) -> None:
    from model.pretraining.pretrain import pretrain

    first = pretrain(recipe, tmp_path / "run", every=4, seconds=1e-6, progress=SILENT)
    assert (first.steps, [step for step, _ in first.losses]) == (1, [1])
    again = pretrain(recipe, tmp_path / "run", every=4, seconds=1e-6, progress=SILENT)
    assert again == first
    rest = pretrain(recipe, tmp_path / "run", every=6, progress=SILENT)  # how often it is judged decides no weight
    assert [step for step, _ in rest.losses] == [1, 6, 12]
    assert rest.losses[-1] == whole_run.losses[-1]
    assert pretrain(recipe, tmp_path / "run", every=4, progress=SILENT) == rest


def test_another_recipe_does_not_go_on_with_a_run(whole_run: Any, recipe: PretrainingHyperparameters) -> None:
    from model.pretraining.pretrain import pretrain

    before = (whole_run.output / "model.safetensors").stat().st_mtime_ns
    with pytest.raises(RunError, match=r"steps 12, asked for 20"):
        pretrain(replace(recipe, steps=20), whole_run.output, every=4, progress=SILENT)
    assert (whole_run.output / "model.safetensors").stat().st_mtime_ns == before


def test_a_dataset_that_is_not_there_or_too_small_says_so(recipe: PretrainingHyperparameters, tmp_path: Path) -> None:
    from model.pretraining.pretrain import pretrain

    with pytest.raises(RunError, match=r"No dataset in .*\n  pubmed-model dataset --output"):
        pretrain(replace(recipe, dataset=tmp_path / "none"), tmp_path / "run", every=4, progress=SILENT)
    with pytest.raises(RunError, match=r"too small: .* expected a batch of 9,999"):
        pretrain(replace(recipe, batch=9999), tmp_path / "run", every=4, progress=SILENT)
