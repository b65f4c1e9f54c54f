"""The card of an exported embedding model: what it is, how it was made and judged, and its limits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.core.errors import DataError
from index.core.json_text import parse_json
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
    "guide",
    "words",
    "negatives",
    "miners",
    "seed",
)


@dataclass(frozen=True, slots=True)
class CardDetails:
    """What a card says of one model.

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


def card(details: CardDetails, *, parameters: int) -> str:
    """Return the Markdown of a card, with the metadata that the Hugging Face hub reads.

    Raises:
        DataError: A file of scores, or the notes, cannot be read.
    """
    return "\n".join(
        (
            *_head(details, parameters),
            *_training(details),
            *_scores(details.scores),
            *_notes(details.notes),
            *_limits(details),
        )
    )


def _head(details: CardDetails, parameters: int) -> Iterator[str]:
    yield f"""---
license: {details.license}
language: en
library_name: sentence-transformers
pipeline_tag: sentence-similarity
base_model: {details.base}
---
# {details.name}

Sentence embeddings for PubMed: {parameters / 1e6:.1f} million parameters, tuned from `{details.base}`.
A text becomes the **mean of its tokens' vectors**, scaled to length 1; {MAX_TOKENS} tokens are read. Queries and
documents need no prompt. Weights are half precision, in safetensors.

```python
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("{details.name}")  # this folder's path
vectors = model.encode(["risk factors for severe COVID-19"])
```

With txtai: `Embeddings(path="{details.name}")`. As a library's model: `rebuild-index --model {details.name}`.
"""


def _training(details: CardDetails) -> Iterator[str]:
    yield "## How it was made\n"
    for run in details.runs:
        pairs = " · ".join(f"{number:,} {kind}" for kind, number in run.pairs.items())
        settings = ", ".join(
            f"{name} {_plain(run.settings[name])}" for name in _SHOWN if run.settings.get(name) is not None
        )
        yield f"- {_method(run)}: {run.steps:,} steps over {sum(run.pairs.values()):,} pairs ({pairs}); {settings}"
        versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
        yield f"  with {versions}."
    if len(details.runs) > 1:
        yield f"\nThe mean of these {len(details.runs)} runs' weights was taken."
    if details.share < 1:
        position = f"{details.share:g} of the way from the start to the tuned weights"
        yield f"\nThe result lies {position} (arXiv:2109.01903)."
    yield ""


def _method(run: EmbedRun) -> str:
    if run.settings.get("guide"):
        return "Distillation of a fusion of the start's ranking with BM25's, and of the known pairs"
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
            evaluation = parse_json(path.read_bytes())
            rows = {row["method"]: row for row in evaluation["rows"] if row["type"] is None}
            cells = [_cell(rows, method) for method in ("dense", "bm25", "hybrid")]
            yield (
                f"| {evaluation['collection']} {evaluation['split']} | {evaluation['documents']:,} | "
                f"{rows['dense']['queries']:,} | {' | '.join(cells)} |"
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DataError(f"{path} is not an evaluation of pubmed-search evaluate ({error}).") from error
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


def _limits(details: CardDetails) -> Iterator[str]:
    yield f"""## Limits

English only. It ranks texts by similarity of meaning and does not judge claims: a text that contradicts a question is
as near as one that confirms it. It confuses names, numbers and rare words with similar ones; combine it with a keyword
ranking. Text after {MAX_TOKENS} tokens is not read. It is not a medical device.

## Licence

{details.license}. {notice(details)}
`SHA256SUMS` lists every file.
"""


def notice(details: CardDetails) -> str:
    """Return the notice that the start's licence requires."""
    return (
        f"The weights of {details.name} were made by changing those of {details.base}, whose licence and notices apply "
        "to them too."
    )
