"""Text classification: an encoder fine-tuned and judged as transformers' example script run_glue does it.

The same preprocessing and hyper-parameters as run_glue, through Trainer: labels sorted to 0..k-1, 128 tokens padded to
that length, batches of 32, learning rate 1e-4 falling to 0, 4 epochs; the judged rows choose nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from index.core.progress import Progress
from model.fine_tuning.fine_tune import FineTuningHyperparameters, Row, fine_tune, load_with_head, predictions
from model.fine_tuning.labelled_texts import LabelledTexts
from model.runs.encoder_files import EncoderReference
from model.runs.run_once import identity_of, run_once

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

RUN_GLUE: Final = FineTuningHyperparameters(epochs=4, batch=32, learning_rate=1e-4, max_tokens=128, seed=42)
"""The settings that the model card of biomedbert-small was measured with."""


@dataclass(frozen=True, slots=True)
class Classification:
    """What is trained on and what is judged.

    Attributes:
        name: Of the data, for reports.
        train: What is trained on.
        test: What is judged.
        labels: All labels, sorted; the model's outputs are in this order.
        names: What the saved model calls a label, where it has a name.
        details: What else to record beside the results, such as how the data was divided.
    """

    name: str
    train: LabelledTexts
    test: LabelledTexts
    labels: tuple[str, ...]
    names: Mapping[str, str]
    details: Mapping[str, Any] = field(default_factory=dict)


def classify(
    encoder: EncoderReference,
    data: Classification,
    recipe: FineTuningHyperparameters,
    output: Path,
    *,
    progress: Progress,
) -> dict[str, Any]:
    """Fine-tune an encoder, save it and return what it reached; a finished run is not repeated.

    Args:
        encoder: What to start from.
        data: The texts.
        recipe: How to train.
        output: The run's folder; `transformers.pipeline("text-classification", output)` opens it afterwards.
        progress: Draws the bars.

    Returns:
        Accuracy (0 to 1) and loss (mean cross-entropy) on the judged texts, what training took, and the run's identity.

    Raises:
        RunError: `output` holds something else.
        ModelError: The encoder cannot be loaded.
    """
    content = repr((data.train.texts, data.train.labels, data.test.texts, data.test.labels))
    identity = identity_of("classify", encoder, data.name, content) | {"recipe": asdict(recipe), **data.details}
    return run_once(output, identity, lambda: _train_and_judge(encoder, data, recipe, output, progress))


def _train_and_judge(
    encoder: EncoderReference, data: Classification, recipe: FineTuningHyperparameters, output: Path, progress: Progress
) -> dict[str, Any]:
    from transformers import default_data_collator

    names = [data.names.get(label, label) for label in data.labels]
    model, tokenizer = load_with_head(encoder, "sequence", names, recipe)
    train = _rows(data.train, data.labels, tokenizer)
    trained = fine_tune(model, train, recipe, folder=output, progress=progress, collate=default_data_collator)
    model.save_pretrained(output)
    tokenizer.save_pretrained(output)
    accuracy, loss = _measure(model, _rows(data.test, data.labels, tokenizer), progress)
    return {
        "accuracy": accuracy,
        "loss": loss,
        "train_rows": len(data.train),
        "test_rows": len(data.test),
        **asdict(trained),
    }


def _rows(data: LabelledTexts, labels: Sequence[str], tokenizer: "PreTrainedTokenizerBase") -> list[Row]:
    encoded = tokenizer(list(data.texts), padding="max_length", truncation=True)
    outputs = [labels.index(label) for label in data.labels]
    return [
        {"labels": output} | {name: column[position] for name, column in encoded.items()}
        for position, output in enumerate(outputs)
    ]


def _measure(model: "PreTrainedModel", rows: Sequence[Row], progress: Progress) -> tuple[float, float]:
    """Return accuracy and mean cross-entropy, in float32."""
    import torch
    from transformers import default_data_collator

    correct = loss = 0.0
    for logits, batch in predictions(model, rows, collate=default_data_collator, progress=progress):
        truth = batch["labels"]
        correct += int((logits.argmax(-1) == truth).sum())
        loss += float(torch.nn.functional.cross_entropy(logits, truth, reduction="sum"))
    return correct / len(rows), loss / len(rows)
