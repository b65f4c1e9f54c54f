"""Cross-validation by distinct text: no text is both in the training part and in the judged part of a fold.

Where a data set gives one text several labels, no classifier that reads only the text can be right every time: the
ceiling says how often it can.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from model.fine_tuning.labelled_texts import LabelledTexts


@dataclass(frozen=True, slots=True)
class Fold:
    """One division of a data set.

    Attributes:
        number: From 1.
        train: What is trained on.
        test: What is judged.
    """

    number: int
    train: LabelledTexts
    test: LabelledTexts


@dataclass(frozen=True, slots=True)
class Doubles:
    """How often a data set repeats and contradicts itself.

    Attributes:
        rows: Texts with their labels.
        distinct: Distinct texts.
        contradicted: Distinct texts that have more than one label.
        ceiling: The best accuracy, 0 to 1, that one answer for each text can reach.
    """

    rows: int
    distinct: int
    contradicted: int
    ceiling: float


def folds(data: LabelledTexts, count: int, *, seed: int) -> tuple[Fold, ...]:
    """Divide a data set into folds with about the same share of each label.

    Args:
        data: The texts; equal ones, apart from case and white space, stay together.
        count: How many folds, 2 or more.
        seed: Decides which texts go together; the same seed gives the same folds.

    Raises:
        ValueError: A label has fewer texts than there are folds.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    rarest, texts = min(Counter(data.labels).items(), key=lambda item: item[1])
    if texts < count:
        raise ValueError(f"the label {rarest} has {texts} texts, expected {count} or more for {count} folds")
    divider = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    keys = [distinct_key(text) for text in data.texts]
    splits = divider.split(keys, data.labels, groups=keys)
    return tuple(
        Fold(number, data.take(train.tolist()), data.take(test.tolist()))
        for number, (train, test) in enumerate(splits, start=1)
    )


def doubles(data: LabelledTexts) -> Doubles:
    """Count repeated texts and contradicting labels."""
    labels_by_text: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, label in zip(data.texts, data.labels, strict=True):
        labels_by_text[distinct_key(text)][label] += 1
    return Doubles(
        rows=len(data),
        distinct=len(labels_by_text),
        contradicted=sum(len(labels) > 1 for labels in labels_by_text.values()),
        ceiling=sum(max(labels.values()) for labels in labels_by_text.values()) / len(data),
    )


def distinct_key(text: str) -> str:
    """Return what two texts have in common that count as the same: case and white space do not matter."""
    return " ".join(text.split()).casefold()
