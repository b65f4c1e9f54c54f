"""The card of an exported embedding model: what it is, how it was made and judged, what it cannot do."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.core.errors import DataError
from index.embedding.model_files import MAX_TOKENS
from model.embedding.request import START
from model.packaging.embed_run import EmbedRun

_SHOWN = (
    "batch",
    "epochs",
    "steps",
    "learning_rate",
    "tokens",
    "temperature",
    "symmetric",
    "guide",
    "words",
    "negatives",
    "miners",
    "seed",
)


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a card says beside what it says of every model.

    Attributes:
        name: The model's name.
        runs: The runs that it is the mean of.
        share: Their share when averaged with the start.
        license: SPDX name.
        scores: Files of evaluations.
        notes: A Markdown file, or None.
    """

    name: str
    runs: tuple[EmbedRun, ...]
    share: float
    license: str
    scores: tuple[Path, ...] = ()
    notes: Path | None = None

    @property
    def base(self) -> str:
        """The name of the start, as others know it."""
        student = self.runs[0].student
        return f"sentence-transformers/{START}" if student == START else student


def card(facts: CardFacts, *, parameters: int) -> str:
    """Return the Markdown of a card, with the metadata that the Hugging Face hub reads.

    Raises:
        DataError: A file of scores, or the notes, cannot be read.
    """
    return "\n".join(
        (*_head(facts, parameters), *_made(facts), *_scores(facts.scores), *_notes(facts.notes), *_limits(facts))
    )


def _head(facts: CardFacts, parameters: int) -> Iterator[str]:
    yield f"""---
license: {facts.license}
language: en
library_name: sentence-transformers
pipeline_tag: sentence-similarity
base_model: {facts.base}
---
# {facts.name}

Sentence embeddings for PubMed: {parameters / 1e6:.1f} million parameters, tuned from `{facts.base}`.
A text becomes the **mean of its tokens' vectors**, scaled to length 1; {MAX_TOKENS} tokens are read. No prompt stands
before queries or documents. Weights are half precision, in safetensors.

```python
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("{facts.name}")  # this folder's path
vectors = model.encode(["risk factors for severe COVID-19"])
```

With txtai: `Embeddings(path="{facts.name}")`. As a library's model: `rebuild-index --model {facts.name}`.
"""


def _made(facts: CardFacts) -> Iterator[str]:
    yield "## How it was made\n"
    for run in facts.runs:
        pairs = " · ".join(f"{number:,} {kind}" for kind, number in run.pairs.items())
        settings = ", ".join(
            f"{name} {_plain(run.settings[name])}" for name in _SHOWN if run.settings.get(name) is not None
        )
        yield f"- {_method(run)}: {run.steps:,} steps over {sum(run.pairs.values()):,} pairs ({pairs}); {settings}"
        versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
        yield f"  with {versions}."
    if len(facts.runs) > 1:
        yield f"\nThe mean of these {len(facts.runs)} runs' weights was taken."
    if facts.share < 1:
        way = f"{facts.share:g} of the way from the start to the tuned weights"
        yield f"\nThe result lies {way} (arXiv:2109.01903)."
    yield ""


def _method(run: EmbedRun) -> str:
    if run.settings["teacher"]:
        return f"Distillation of the vectors of {run.settings['teacher']}"
    if run.settings["reranker"]:
        return f"Distillation of the scores of {run.settings['reranker']}"
    if run.settings.get("words"):
        return "Distillation of a fusion of the start's ranking with BM25's, and of who belongs to whom"
    return "Contrastive training, every other text of a batch being a negative"


def _plain(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    return " and ".join(map(str, value)) if isinstance(value, list) else str(value)


def _scores(paths: Sequence[Path]) -> Iterator[str]:
    if not paths:
        return
    yield "## Scores\n"
    yield "nDCG@10 with 95 % confidence intervals, through `pubmed-search evaluate`.\n"
    yield "| collection | documents | queries | by meaning alone | BM25 | both |"
    yield "|---|---|---|---|---|---|"
    for path in paths:
        try:
            kept = json.loads(path.read_bytes())
            rows = {row["method"]: row for row in kept["rows"] if row["type"] is None}
            cells = [_cell(rows, method) for method in ("dense", "bm25", "hybrid")]
            yield (
                f"| {kept['collection']} {kept['split']} | {kept['documents']:,} | {rows['dense']['queries']:,} | "
                f"{' | '.join(cells)} |"
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DataError(f"{path} holds no evaluation of pubmed-search evaluate ({error}).") from error
    yield ""


def _cell(rows: dict[str, Any], method: str) -> str:
    if method not in rows:
        return "–"
    figure = rows[method]["ndcg_10"]
    return f"{figure['mean']:.3f} ({figure['low']:.3f}-{figure['high']:.3f})"


def _notes(path: Path | None) -> Iterator[str]:
    if path is None:
        return
    try:
        yield path.read_text(encoding="utf-8").strip() + "\n"
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"The notes for the card cannot be read from {path}: {error}") from error


def _limits(facts: CardFacts) -> Iterator[str]:
    yield f"""## Limits

English only. It ranks texts by likeness of meaning and judges no claim: a text that contradicts a question is as near
as one that confirms it. Names, numbers and rare words it takes for their neighbours; put a keyword ranking beside it.
What stands after {MAX_TOKENS} tokens is not read. It is no medical device.

## Licence

{facts.license}. {notice(facts)}
`SHA256SUMS` lists every file.
"""


def notice(facts: CardFacts) -> str:
    """Return what has to be said of the start's licence."""
    return (
        f"The weights of {facts.name} were made by changing those of {facts.base}, whose licence and notices apply to "
        "them too."
    )
