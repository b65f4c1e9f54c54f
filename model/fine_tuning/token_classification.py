"""Entity extraction: an encoder fine-tuned to tag words, judged by whole mentions.

A word's tag stands at its first word piece. Precision, recall and F1 are seqeval's, strict: a mention counts where its
first word, its last word and its kind are right; an I- without its B- is not a mention. The epoch is chosen on devel.

Source:
    seqeval 1.2 in mode "strict" with scheme IOB2.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from index.core.progress import Progress
from model.fine_tuning.fine_tune import Collate, FineTuningHyperparameters, Row, fine_tune, load_with_head, predictions
from model.fine_tuning.iob2_sentences import EntityData, TaggedSentence
from model.runs.encoder_files import EncoderReference
from model.runs.run_once import identity_of, run_once

if TYPE_CHECKING:
    from transformers import EvalPrediction, PreTrainedModel, PreTrainedTokenizerBase

ENTITY_RECIPE: Final = FineTuningHyperparameters(epochs=4, batch=32, learning_rate=1e-4, max_tokens=256, seed=42)
_NO_WORD: Final = -100  # torch's cross-entropy leaves these out


@dataclass(frozen=True, slots=True)
class MentionScore:
    """Strict scores over whole mentions, 0 to 1."""

    precision: float
    recall: float
    f1: float


def extract_entities(
    encoder: EncoderReference, data: EntityData, recipe: FineTuningHyperparameters, output: Path, *, progress: Progress
) -> dict[str, Any]:
    """Fine-tune an encoder, save it and return what it reached; a finished run is not repeated.

    Args:
        encoder: What to start from.
        data: The sentences.
        recipe: How to train.
        output: The run's folder; `transformers.pipeline("token-classification", output,
            aggregation_strategy="first")` opens it afterwards and answers in whole words, as it was trained.
        progress: Draws the bars.

    Returns:
        Strict precision, recall and F1 on devel and test (0 to 1), what training took, and the run's identity.

    Raises:
        RunError: `output` holds something else.
        ModelError: The encoder cannot be loaded.
    """
    content = repr((data.train, data.devel, data.test))
    identity = identity_of("entities", encoder, data.name, content) | {"recipe": asdict(recipe)}
    return run_once(output, identity, lambda: _train_and_judge(encoder, data, recipe, output, progress))


def mention_score(truth: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> MentionScore:
    """Score tags by whole mentions, strictly.

    Args:
        truth: IOB2 tags, one sequence a sentence.
        predicted: Tags of the same shape.
    """
    from seqeval.metrics import f1_score, precision_score, recall_score
    from seqeval.scheme import IOB2

    tags = list(map(list, truth)), list(map(list, predicted))  # seqeval takes lists only
    scores = (
        score(*tags, mode="strict", scheme=IOB2, zero_division=0) for score in (precision_score, recall_score, f1_score)
    )
    return MentionScore(*map(float, scores))


def _train_and_judge(
    encoder: EncoderReference, data: EntityData, recipe: FineTuningHyperparameters, output: Path, progress: Progress
) -> dict[str, Any]:
    from transformers import DataCollatorForTokenClassification

    model, tokenizer = load_with_head(encoder, "token", data.tags, recipe)
    train, devel, test = (
        [_row(sentence, data.tags, tokenizer) for sentence in part] for part in (data.train, data.devel, data.test)
    )
    collate = DataCollatorForTokenClassification(tokenizer)
    trained = fine_tune(
        model,
        train,
        recipe,
        folder=output,
        progress=progress,
        collate=collate,
        devel=devel,
        measure=lambda prediction: _devel_score(prediction, data.tags),
    )
    model.save_pretrained(output)
    tokenizer.save_pretrained(output)
    scores = {}
    for name, rows, sentences in (("devel", devel, data.devel), ("test", test, data.test)):
        predicted_tags = [
            _one_tag_a_word(tags, sentence)
            for (tags, sentence) in zip(_tags(model, rows, data.tags, collate, progress), sentences, strict=True)
        ]
        scores[name] = asdict(mention_score([sentence.tags for sentence in sentences], predicted_tags))
    return {"train_rows": len(train), "test_rows": len(test), **scores, **asdict(trained)}


def _row(sentence: TaggedSentence, tags: Sequence[str], tokenizer: "PreTrainedTokenizerBase") -> Row:
    encoded = tokenizer(list(sentence.words), is_split_into_words=True, truncation=True)
    labels = [_NO_WORD] * len(encoded["input_ids"])
    for position, word in _first_pieces(encoded.word_ids()):
        labels[position] = tags.index(sentence.tags[word])
    return dict(encoded) | {"labels": labels}


def _first_pieces(words: Sequence[int | None]) -> Iterator[tuple[int, int]]:
    """Yield (position among the pieces, word) for the first piece of each word."""
    for position, word in enumerate(words):
        if word is not None and (position == 0 or words[position - 1] != word):
            yield position, word


def _devel_score(prediction: "EvalPrediction", tags: Sequence[str]) -> dict[str, float]:
    pairs = [
        [(tags[label], tags[output]) for label, output in zip(labels, outputs, strict=True) if label != _NO_WORD]
        for labels, outputs in zip(prediction.label_ids, prediction.predictions, strict=True)
    ]
    truth, outputs = ([[pair[side] for pair in sentence] for sentence in pairs] for side in (0, 1))
    return asdict(mention_score(truth, outputs))


def _tags(
    model: "PreTrainedModel", rows: Sequence[Row], tags: Sequence[str], collate: Collate, progress: Progress
) -> Iterator[list[str]]:
    """Yield each sentence's predicted tags, as many as words were read."""
    for logits, batch in predictions(model, rows, collate=collate, progress=progress):
        for outputs, labels in zip(logits.argmax(-1).tolist(), batch["labels"].tolist(), strict=True):
            yield [tags[output] for output, label in zip(outputs, labels, strict=True) if label != _NO_WORD]


def _one_tag_a_word(tags: Sequence[str], sentence: TaggedSentence) -> list[str]:
    """Return one tag a word: what did not fit into the model is outside of any mention, and counts as missed."""
    return [*tags, *["O"] * (len(sentence.words) - len(tags))]
