"""Training of an embedding model on pairs: by contrast, or towards a guide's ranking fused with BM25's.

A run is a folder. A run that is killed continues from its last checkpoint and ends with the same result::

    configuration.json   how it was made
    pairs.jsonl          what it was trained on, negatives included
    checkpoints/         to continue from
    metrics.json         losses by step, seconds
    loss.png
    model/               the result, for sentence-transformers, txtai and `rebuild-index --model`
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.core.progress import Progress
from index.embedding.model_files import MAX_TOKENS
from model.embedding.batch_data import training_data
from model.embedding.losses import loss_of
from model.embedding.request import EmbedRequest
from model.embedding.student import find_student, load_student, save_model
from model.runs import run_folder
from model.runs.plots import loss_plot

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer


@dataclass(frozen=True, slots=True)
class EmbedResult:
    """What a run did.

    Attributes:
        output: The run's folder.
        pairs: How many pairs it trained on, by kind.
        steps: How many steps it took in all.
        loss: Mean training loss of its last steps.
        seconds: How long this call took; a continued run took more in all.
    """

    output: Path
    pairs: Mapping[str, int]
    steps: int
    loss: float
    seconds: float

    @property
    def model(self) -> Path:
        """The result's folder."""
        return self.output / "model"


def embed(request: EmbedRequest, progress: Progress) -> EmbedResult:
    """Train, or continue a run that was interrupted.

    Raises:
        ModelError: A model does not exist or cannot be used.
        DataError: The pairs cannot be read, or there are none.
        LibraryError: There is no library.
        RunError: The folder holds another run, or another process trains in it.
        ValueError: The request contradicts itself.
    """
    request.check()
    start = find_student(request.student)
    run_folder.claim(request.output, request.settings())
    with run_folder.lock(request.output):
        student = load_student(start, tokens=request.tokens)
        data = training_data(request, progress)
        trainer = _trainer(request, student, data, progress)
        trainer.train(resume_from_checkpoint=_checkpoint(request.output))
        save_model(student, request.output / "model", tokens=MAX_TOKENS)
        return _result(request, trainer, {kind: len(part) for kind, part in data.items()})


def _checkpoint(output: Path) -> str | None:
    from model.runs.hf_trainer import last_checkpoint

    checkpoint = last_checkpoint(output / "checkpoints")
    return str(checkpoint) if checkpoint else None


def _trainer(
    request: EmbedRequest, student: "SentenceTransformer", data: Mapping[str, Any], progress: Progress
) -> "SentenceTransformerTrainer":
    from datasets import DatasetDict
    from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
    from sentence_transformers.sentence_transformer.training_args import BatchSamplers

    from model.embedding.batch_sampler import NeighbourBatchSampler
    from model.runs.hf_trainer import training_arguments, watch

    arguments = training_arguments(
        SentenceTransformerTrainingArguments,
        request.output / "checkpoints",
        seed=request.seed,
        per_device_train_batch_size=request.batch,
        num_train_epochs=request.epochs,
        max_steps=request.steps or -1,
        learning_rate=request.learning_rate,
        warmup_steps=0.1,
        # Another pass's pair of the same article is not a negative; a fusion sees that itself and needs neighbours.
        batch_sampler=NeighbourBatchSampler if request.guide else BatchSamplers.NO_DUPLICATES,
        weight_decay=0.01,
        logging_steps=1,
        save_steps=request.save_steps,
    )
    trainer = SentenceTransformerTrainer(
        model=student, args=arguments, train_dataset=DatasetDict(data), loss=loss_of(request, student, data)
    )
    watch(trainer, progress, "train")
    return trainer


def _result(request: EmbedRequest, trainer: "SentenceTransformerTrainer", pairs: Mapping[str, int]) -> EmbedResult:
    log = trainer.state.log_history
    losses = [(float(line["step"]), float(line["loss"])) for line in log if "loss" in line]
    seconds = next((float(line["train_runtime"]) for line in reversed(log) if "train_runtime" in line), 0.0)
    run_folder.write_metrics(request.output, {"pairs": pairs, "seconds": seconds, "log": log})
    loss_plot(request.output / run_folder.LOSS_PLOT, {"training": losses}, title=request.output.name)
    last_losses = losses[-20:]
    mean = sum(loss for _, loss in last_losses) / len(last_losses) if last_losses else float("nan")
    return EmbedResult(request.output, pairs, trainer.state.global_step, mean, seconds)
