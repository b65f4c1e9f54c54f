"""Runs that are done once: a finished run is read, a killed run continues, another run's folder is refused."""

import shutil
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from index.core.json_text import parse_json
from model.runs.encoder_files import EncoderReference
from model.runs.run_folder import CHECKPOINTS, METRICS, claim, write_metrics


def identity_of(task: str, encoder: EncoderReference, data: str, content: str) -> dict[str, Any]:
    """Return what identifies a run, beside its settings.

    Args:
        task: What is done.
        encoder: The model that it is done with.
        data: The data's name.
        content: All that is read of the data.
    """
    return {
        "task": task,
        "model": encoder.name,
        "model_fingerprint": encoder.fingerprint,
        "data": data,
        "data_fingerprint": sha256(content.encode("utf-8", "surrogatepass")).hexdigest(),
    }


def run_once(folder: Path, identity: Mapping[str, Any], run: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    """Return what a run measured, with its identity and its seconds, and run it first if it is not finished.

    Args:
        folder: The run's own folder, made where it is missing.
        identity: Everything that decides the result, by name.
        run: Does it; called again after a kill, it may find its earlier files in `folder`.

    Raises:
        RunError: The folder holds another run, or something that is not a run.
    """
    claim(folder, identity)
    path = folder / METRICS
    if not path.is_file():
        started = time.monotonic()
        measured = run()
        write_metrics(folder, {**identity, "seconds": time.monotonic() - started, **measured})
        shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)
    metrics: dict[str, Any] = parse_json(path.read_bytes())
    return metrics
