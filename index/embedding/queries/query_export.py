"""Exports a model for queries, with torch, once for each model; nothing is kept that differs from torch.

The export goes to the user's cache. A model that cannot be exported, or whose export gives other tokens or vectors,
stays with torch, and the reason is kept.
"""

import fcntl
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.core.errors import ModelError, ResourceError
from index.core.files import move_into_place
from index.core.system_errors import system_error
from index.embedding.encoder import Encoder, fast_tokenizer, full_fingerprint
from index.embedding.model_files import ModelReference
from index.embedding.networks.network_export import export_network
from index.embedding.queries.query_encoder import QueryEncoder, fuse
from index.embedding.queries.query_files import NETWORK, TOKENIZER, QueryExport, export_folder, file_hash, makers

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LOWEST_COSINE = 0.9999
# Of every length up to more than is read, and of every kind that cutting into tokens treats in its own way.
_CHECKED_TEXTS = (
    "",
    "x",
    "does metformin lower the risk of cancer?",
    "Sjögren’s syndrome: ANTI-Ro/SSA (52 kDa), p<0.05; β-catenin, 5′-UTR",
    "[CLS] cancer [MASK] [SEP] </s> <pad>",
    "癌症 рак سرطان 😀 \u200b\u202e e\u0301 ﬁ",
    "half \ud800 a pair \x00 and\ttabs\r\n",
    "The bark beetle in spruce forests " * 5,
    "Effect of metformin on cancer incidence in people with type 2 diabetes mellitus. " * 9,
    "Immunohistochemical pseudohypoparathyroidism " * 100,
)
_LONGEST_REASON = 300

_log = logging.getLogger(__name__)


def export_for_queries(reference: ModelReference, precision: str) -> QueryExport | None:
    """Export a model into the user's cache, unless it is there or was refused before.

    Args:
        reference: The model.
        precision: "bf16" or "fp32", of the vectors that queries are compared with.

    Returns:
        The export, or the refusal; None where the cache cannot be written.
    """
    fingerprint = full_fingerprint(reference, precision)
    try:
        folder = export_folder(fingerprint)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone_in(folder):
            export = QueryExport.read(fingerprint)
            if export is None or not export.is_whole():
                export = _make(reference, fingerprint, folder)
                export.write()
            return export
    except (OSError, RuntimeError, ResourceError) as error:  # no home folder, a read-only or full disk, no memory
        _log.info("The model is not exported for queries: %s", error)
        return None


def _make(reference: ModelReference, fingerprint: str, folder: Path) -> QueryExport:
    aside = folder / "aside"
    shutil.rmtree(aside, ignore_errors=True)  # of an export that was killed
    aside.mkdir()
    try:
        export = _export(reference, fingerprint, aside)
        for name in export.files:
            move_into_place(aside / name, folder / name)
    except Exception as error:  # torch's exporter raises anything for what it does not know
        if refused := system_error(error, folder):
            raise refused from error
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:_LONGEST_REASON]}"
        _log.warning("The model %s cannot be exported for queries, which stay with torch: %s", reference.name, reason)
        return QueryExport(fingerprint, refusal=reason, makers=makers())
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return export


def _export(reference: ModelReference, fingerprint: str, folder: Path) -> QueryExport:
    encoder = Encoder.load(reference, precision="fp32", device="cpu")
    model = encoder._model  # the network itself: nobody else needs it
    lowercase = bool(getattr(model[0], "do_lower_case", False))
    _write_tokenizer(model, folder / TOKENIZER)
    export_network(model, folder / "exported.onnx")
    fuse(folder / "exported.onnx", folder / NETWORK)
    exported = QueryEncoder.load(
        folder, reference, precision="fp32", dimensions=encoder.dimensions, lowercase=lowercase
    )
    cosine = _check(exported, encoder)
    files = {name: file_hash(folder / name) for name in (NETWORK, TOKENIZER)}
    return QueryExport(fingerprint, encoder.dimensions, lowercase, cosine, files, makers=makers())


def _write_tokenizer(model: "SentenceTransformer", path: Path) -> None:
    tokenizer = fast_tokenizer(model)
    if tokenizer is None:
        raise ModelError("its tokenizer is not one of the library tokenizers")
    tokenizer.save(str(path), pretty=False)


def _check(exported: QueryEncoder, encoder: Encoder) -> float:
    """Return the lowest cosine between the vectors of both.

    Raises:
        ModelError: Tokens or vectors differ.
    """
    expected: Any = encoder._model.tokenizer
    for text in _CHECKED_TEXTS:
        ids = exported.token_ids(text)
        prepared = text.encode("utf-8", "replace").decode("utf-8")
        prepared = prepared.lower() if exported._lowercase else prepared
        most = encoder._model.max_seq_length
        if ids != expected(prepared, truncation=True, max_length=most)["input_ids"]:
            raise ModelError(f"its tokens of {text[:40]!r} differ from those of transformers")
    cosines = np.sum(exported.encode(_CHECKED_TEXTS) * encoder.encode(_CHECKED_TEXTS), axis=1)
    lowest = float(cosines.min())
    if not lowest >= LOWEST_COSINE:  # also where it is no number
        raise ModelError(f"its vectors differ from those of torch (cosine {lowest:.5f}, at least {LOWEST_COSINE})")
    return min(1.0, lowest)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let one process export a model; others wait, and find what it made."""
    with (folder / "lock").open("ab") as file:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
