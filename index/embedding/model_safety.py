"""What a model folder may hold, and which model a library may name.

Loading a model runs what its files say. So only safetensors weights are loaded, only the modules named here are made of
them, and a file that could bring in code, another model or a path is refused before anything is loaded.

A library may come from a stranger. What it names as its model is at most: the packaged model, a model that is in this
machine's hub cache already, or a folder by its absolute path that is not inside the library. Such a folder is loaded
only if it passes the checks here and its fingerprint is the one in the manifest; nothing is ever fetched for it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from index.core.errors import ModelError

_WEIGHTS = "model.safetensors"
_PICKLES = {".bin", ".ckpt", ".pickle", ".pkl", ".pt", ".pth"}
# As sentence-transformers has named these classes over the years.
_MODULE = re.compile(
    r"sentence_transformers\.(?:models|base\.modules|sentence_transformer\.modules)(?:\.[a-z_]+)?"
    r"\.(?P<kind>Transformer|Pooling|Normalize|Dense)"
)
_WITH_WEIGHTS = {"Transformer", "Dense"}
_FOLDER = re.compile(r"[A-Za-z0-9_-]*")
# Of a module's own configuration: the values that say how to call the network, not what to load.
_TRANSFORMER_SETTINGS = {
    "max_seq_length",
    "do_lower_case",
    "transformer_task",
    "modality_config",
    "module_output_name",
    "message_format",
    "unpad_inputs",
}
_PLAIN_TASKS = (None, "feature-extraction")
_PLAIN_CALLS: tuple[list[str], ...] = ([], ["forward"])
_PLAIN_TYPES = (None, "SentenceTransformer")
_LARGEST_CONFIG_BYTES = 64 << 20  # a tokenizer.json of a large vocabulary has 20


def check_model_folder(folder: Path) -> None:
    """Check that loading a model can run no code and read nothing outside of its folder.

    Raises:
        ModelError: It is not a model in sentence-transformers' layout, or not safe.
    """
    modules = _modules(folder)
    for path in folder.rglob("*"):
        if path.suffix in _PICKLES and not (path.parent / _WEIGHTS).is_file():
            raise ModelError(f"{path} is pickled and could run any code; only safetensors weights are loaded.")
    for kind, path in modules:
        if kind in _WITH_WEIGHTS and not (path / _WEIGHTS).is_file():
            raise ModelError(f"{path} holds no {_WEIGHTS}; only safetensors weights are loaded.")
        for config in sorted(path.glob("*config*.json")):
            _check_config(config)
    if not (folder / _WEIGHTS).is_file():
        raise ModelError(f"{folder} holds no {_WEIGHTS}; only safetensors weights are loaded.")


def check_named_by_library(name: str, library: Path) -> None:
    """Check that a library may name this model.

    Raises:
        ModelError: It is a path inside the library, or one that depends on where a command is run.
    """
    path = Path(name)
    if name.startswith("~") or ".." in path.parts or "\0" in name:
        reason = "a path that is not absolute"
    elif path.is_absolute() and path.resolve().is_relative_to(library.resolve()):
        reason = "a folder inside the library itself, which may come from somebody else"
    else:
        return
    raise ModelError(
        f"The library {library} names as its model {name}: {reason}. It is not loaded. If you trust this model, put "
        "its folder outside of the library and name it:\n  rebuild-index --model /path/to/folder"
    )


def _modules(folder: Path) -> list[tuple[str, Path]]:
    """Return kind and folder of the model's modules, in order."""
    try:
        entries = json.loads(_text(folder / "modules.json"))
        described = [(entry["type"], entry.get("path", "")) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(f"{folder} is not a sentence-transformers model: its modules.json cannot be read.") from error
    foreign = [kind for kind, _ in described if not (isinstance(kind, str) and _MODULE.fullmatch(kind))]
    if foreign:
        raise ModelError(
            f"{folder} needs its own code ({', '.join(map(str, foreign))}), which is never run; known are Transformer, "
            "Pooling, Normalize and Dense of sentence_transformers."
        )
    modules = []
    for kind, name in described:
        path = folder / str(name)
        if not (isinstance(name, str) and _FOLDER.fullmatch(name)) or (name and path.is_symlink()):
            raise ModelError(f"{folder} has a module in {name!r}; expected a folder inside of it.")
        modules.append((_kind(kind), path))
    return modules


def _kind(name: str) -> str:
    match = _MODULE.fullmatch(name)
    return match["kind"] if match else ""


def _check_config(path: Path) -> None:
    try:
        config = json.loads(_text(path))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} cannot be read as JSON ({error}).") from error
    for reason in _reasons(path.name, config if isinstance(config, dict) else {}):
        raise ModelError(f"{path} {reason}, which is never loaded.")


def _reasons(name: str, config: Mapping[str, Any]) -> Iterator[str]:
    if name.startswith("adapter_"):
        yield "adapts another model"
    if "auto_map" in config:
        yield f"needs its own code ({config['auto_map']})"
    if "quantization_config" in config:
        yield "asks for a library that reads its weights"
    attention = [config.get(key) for key in ("_attn_implementation", "attn_implementation")]
    if any("/" in str(value) for value in attention):
        yield f"asks for code from a hub ({attention})"
    if name == "config_sentence_transformers.json" and config.get("model_type") not in _PLAIN_TYPES:
        yield f"is of a {config['model_type']}"
    if name.startswith("sentence_"):
        unknown = sorted(key for key in config if key not in _TRANSFORMER_SETTINGS and config[key] not in (None, {}))
        if unknown:
            yield f"sets {', '.join(unknown)}"
        if config.get("transformer_task") not in _PLAIN_TASKS or _calls(config) not in _PLAIN_CALLS:
            yield "calls the network in a way of its own"


def _calls(config: Mapping[str, Any]) -> list[Any]:
    """Return the methods that the network is called by."""
    ways = config.get("modality_config") or {}
    listed = ways.values() if isinstance(ways, dict) else [ways]
    return [way.get("method") if isinstance(way, dict) else way for way in listed]


def _text(path: Path) -> bytes:
    if not path.is_file():
        raise OSError("it is not a regular file")
    if path.stat().st_size > _LARGEST_CONFIG_BYTES:
        raise ValueError("it is too large")
    return path.read_bytes()
