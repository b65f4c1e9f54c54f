"""A trained embedding model as a folder that sentence-transformers, txtai and `rebuild-index --model` load.

The layout is the one that every version of sentence-transformers reads. Weights are half precision: half the size, and
cosines that differ in the fourth decimal from those of the weights as they were trained.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.core.errors import ModelError
from index.core.files import size_of, sync_tree
from index.embedding.model_files import MAX_TOKENS, resolve_model
from model.embedding.student import find_student, load_student, positions
from model.packaging.embed_run import EmbedRun
from model.packaging.model_card import CardDetails, card
from model.packaging.weight_averaging import averaged

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

HASHES = "SHA256SUMS"
_MODULES = (
    ("", "sentence_transformers.models.Transformer"),
    ("1_Pooling", "sentence_transformers.models.Pooling"),
    ("2_Normalize", "sentence_transformers.models.Normalize"),
)


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to export.

    Attributes:
        runs: Folders of runs of `pubmed-model embed` from one start; the mean of several is taken.
        output: The model's folder, which must not exist yet; its name is the model's.
        share: The tuned weights' share when averaged with the start, 0 to 1.
        scores: Files that `pubmed-search evaluate --output` wrote, for the card.
        notes: A Markdown file about data and limits, for the card.
        license: SPDX name of the licence.
    """

    runs: tuple[Path, ...]
    output: Path
    share: float = 1.0
    scores: tuple[Path, ...] = ()
    notes: Path | None = None
    license: str = "apache-2.0"


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What was exported.

    Attributes:
        output: The model's folder.
        parameters: How many there are.
        dimensions: Of a vector.
        size: Bytes on disk.
        sha256: Of `model.safetensors`, in hexadecimal.
        cosine: The least similarity of vectors before and after the conversion to half precision.
    """

    output: Path
    parameters: int
    dimensions: int
    size: int
    sha256: str
    cosine: float


def export(request: ExportRequest) -> ExportResult:
    """Average, convert, write and check a model; the folder appears whole or not at all.

    Raises:
        ModelError: A run is unfinished, the runs differ, or the exported model does not load correctly.
        DataError: A file for the card cannot be read.
        ValueError: The output exists already, or the share is out of range.
    """
    if request.output.exists():
        raise ValueError(f"{request.output} already exists: name a new folder")
    runs = [EmbedRun.read(folder) for folder in request.runs]
    model, start = _averaged_model(runs, request.share)
    partial = request.output.with_name(f".{request.output.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        _write(model, runs[0].model, partial)
        details = CardDetails(
            request.output.name, tuple(runs), request.share, request.license, request.scores, request.notes
        )
        (partial / "README.md").write_text(card(details, parameters=_parameters(model)), encoding="utf-8")
        _copy_licence(start, partial)
        cosine = _checked_cosine(model, partial)
        hashes = _write_hashes(partial)
        sync_tree(partial)
        partial.replace(request.output)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return ExportResult(
        output=request.output,
        parameters=_parameters(model),
        dimensions=int(model.get_embedding_dimension() or 0),
        size=size_of(request.output),
        sha256=hashes["model.safetensors"],
        cosine=cosine,
    )


def _averaged_model(runs: "Sequence[EmbedRun]", share: float) -> "tuple[SentenceTransformer, Path]":
    starts = {run.student for run in runs}
    if len(starts) > 1:
        raise ModelError(
            f"The runs began with different models ({', '.join(sorted(starts))}): they cannot be averaged."
        )
    start = find_student(starts.pop())
    models = [load_student(run.model, tokens=MAX_TOKENS) for run in runs]
    start_weights = load_student(start, tokens=MAX_TOKENS).state_dict()
    models[0].load_state_dict(averaged(start_weights, [model.state_dict() for model in models], share=share))
    return models[0], start


def _write(model: "SentenceTransformer", source: Path, folder: Path) -> None:
    """Write weights in half precision, tokenizer and configuration, with one module a folder."""
    import torch

    dimensions = int(model.get_embedding_dimension() or 0)
    folder.mkdir(parents=True)
    encoder: Any = model[0].auto_model  # typed as a bare module
    encoder.to(torch.float16).save_pretrained(folder)
    encoder.to(torch.float32)
    tokens = min(MAX_TOKENS, positions(model))
    model.tokenizer.model_max_length = tokens
    model.tokenizer.save_pretrained(folder)
    for name in ("vocab.txt",):
        if (source / name).is_file():
            shutil.copyfile(source / name, folder / name)
    modules = [{"idx": n, "name": str(n), "path": path, "type": kind} for n, (path, kind) in enumerate(_MODULES)]
    _json(folder / "modules.json", modules)
    _json(folder / "sentence_bert_config.json", {"max_seq_length": tokens, "do_lower_case": False})
    _json(
        folder / "1_Pooling" / "config.json", {"word_embedding_dimension": dimensions, "pooling_mode_mean_tokens": True}
    )
    (folder / "model.safetensors").chmod(0o644)  # others may read it, like the rest: it is written for its owner alone


def _json(path: Path, content: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _parameters(model: "SentenceTransformer") -> int:
    return sum(weight.numel() for weight in model.parameters())


def _copy_licence(start: Path, folder: Path) -> None:
    """Carry the start's licence and notice along, as its terms require."""
    for name in ("LICENSE", "LICENSE.txt", "NOTICE", "NOTICE.txt"):
        if (start / name).is_file():
            shutil.copyfile(start / name, folder / name)


def _checked_cosine(model: "SentenceTransformer", folder: Path) -> float:
    """Load what was written as a library would, and compare its vectors with the model's own."""
    from index.embedding.encoder import Encoder

    texts = ["aspirin", "Metformin and the risk of cancer in people with type 2 diabetes.", "virus " * 300]
    encoder = Encoder.load(resolve_model(str(folder)), precision="fp32", device="cpu")
    expected = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    cosine = float((encoder.encode(texts) * expected).sum(axis=1).min())
    if not cosine > 0.999:  # noqa: PLR2004 - half precision costs 1e-5; NaN fails, too
        raise ModelError(f"The exported weights give other vectors than the trained ones: cosine {cosine:.4f}.")
    return cosine


def _write_hashes(folder: Path) -> dict[str, str]:
    """Write the SHA-256 of every file as `sha256sum --check` reads it, and return them by name."""
    hashes = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            hashes[path.relative_to(folder).as_posix()] = file_digest(file, "sha256").hexdigest()
    lines = [f"{digest}  {name}\n" for name, digest in hashes.items()]
    (folder / HASHES).write_text("".join(lines), encoding="utf-8")
    return hashes
