"""The files beside the weights of a run: its configuration and its metrics, as JSON that people and programs read."""

import fcntl
import json
import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

from index.core.errors import RunError
from index.core.files import write_whole
from index.core.json_text import parse_json

CONFIGURATION, METRICS, LOSS_PLOT, CHECKPOINTS = "configuration.json", "metrics.json", "loss.png", "checkpoints"
_DECIDING = ("datasets", "sentence-transformers", "tokenizers", "torch", "transformers")


def write_configuration(folder: Path, settings: Mapping[str, object]) -> None:
    """Write how a run is made: its settings, the versions of what computes it, and the machine.

    Args:
        folder: The run's folder, which is made.
        settings: Everything that decides the result, JSON or paths.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / CONFIGURATION, {"settings": settings, "versions": _versions(), "machine": _machine()})


def claim(folder: Path, settings: Mapping[str, object]) -> None:
    """Write the configuration of a new run, or make sure that the run in the folder has the same one.

    Raises:
        RunError: The folder holds a run with other settings, or something that is not a run.
    """
    # Hidden files may remain from a first attempt that was killed.
    if not folder.exists() or all(path.name.startswith(".") for path in folder.iterdir()):
        return write_configuration(folder, settings)
    try:
        existing = parse_json((folder / CONFIGURATION).read_bytes())["settings"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{folder} holds something that is not a training run: name a new folder.") from error
    requested = json.loads(json.dumps(settings, default=str))
    differences = [
        f"{name} {existing.get(name)}, asked for {requested[name]}"
        for name in requested
        if requested[name] != existing.get(name)
    ]
    if differences:
        raise RunError(
            f"{folder} holds a run with other settings:\n  " + "\n  ".join(differences) + "\n"
            "Repeat them to continue it, or name a new folder."
        )
    return None


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Lock a run's folder against a second process; the kernel releases it when this one ends in any way.

    Raises:
        RunError: Another process has locked it.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunError(f"{folder} is being trained by another process. Wait until it ends, or stop it.") from error
        yield
    finally:
        os.close(descriptor)


def write_metrics(folder: Path, metrics: Mapping[str, object]) -> None:
    """Write what a run measured, whole or not at all."""
    _write(folder / METRICS, metrics)


def _write(path: Path, content: object) -> None:
    write_whole(path, (json.dumps(content, indent=2, default=str) + "\n").encode())


def _versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in _DECIDING}


def _machine() -> dict[str, Any]:
    import torch

    accelerators = [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "accelerators": accelerators,
    }
