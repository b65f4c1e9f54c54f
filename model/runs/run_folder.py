"""What lies beside the weights of a run: its configuration and its metrics, as JSON that people and programs read."""

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
        RunError: The folder holds a run with other settings, or something that is no run.
    """
    # What is hidden may be left of a first attempt that was killed.
    if not folder.exists() or all(path.name.startswith(".") for path in folder.iterdir()):
        return write_configuration(folder, settings)
    try:
        found = json.loads((folder / CONFIGURATION).read_bytes())["settings"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{folder} holds something that is no training run: name a new folder.") from error
    asked = json.loads(json.dumps(settings, default=str))
    other = [f"{name} {found.get(name)}, asked for {asked[name]}" for name in asked if asked[name] != found.get(name)]
    if other:
        raise RunError(
            f"{folder} holds a run with other settings:\n  " + "\n  ".join(other) + "\n"
            "Repeat them to go on with it, or name a new folder."
        )
    return None


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a run's folder against a second process; the kernel lets go of it when this one ends, however it ends.

    Raises:
        RunError: Another process holds it.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunError(f"{folder} is being trained by another process. Wait for its end, or end it.") from error
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
