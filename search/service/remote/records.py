"""The project's records as JSON and back, for two processes of the same version.

A record is an object with its class under `$`; whoever reads makes only frozen dataclasses and enumerations of `index`
and `search`, by their fields. Tuples, sets and paths are objects too, so that what comes back equals what was sent.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

_CLASS, _VALUE = "$", "is"
_PACKAGES = ("index.", "search.")
_OTHERS: Mapping[str, tuple[type, Callable[[Any], Any]]] = {
    "tuple": (tuple, list),
    "frozenset": (frozenset, sorted),
    "path": (Path, str),
}


def to_json(value: object) -> Any:  # noqa: ANN401 - JSON
    """Return a value as JSON.

    Raises:
        TypeError: It is, or holds, what is no record.
    """
    if value is None or (isinstance(value, str | bool | int | float) and not isinstance(value, Enum)):
        return value
    if isinstance(value, list):
        return [to_json(each) for each in value]
    if isinstance(value, Mapping):
        # As pairs: a key may be a number, or the sign of a class.
        return {_CLASS: "dict", _VALUE: [[to_json(key), to_json(each)] for key, each in value.items()]}
    for name, (kind, plain) in _OTHERS.items():
        if isinstance(value, kind):
            return {_CLASS: name, _VALUE: to_json(plain(value))}
    name = f"{type(value).__module__}:{type(value).__qualname__}"
    if isinstance(value, Enum):
        return {_CLASS: name, _VALUE: value.value}
    if is_dataclass(value):
        return {_CLASS: name} | {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{name} is no record")


def from_json(value: Any) -> Any:  # noqa: ANN401 - JSON, and any record
    """Return what `to_json` was given.

    Raises:
        ValueError, TypeError: It names a class that is no record, or other fields.
    """
    if isinstance(value, list):
        return [from_json(each) for each in value]
    if not isinstance(value, dict):
        return value
    name = value.pop(_CLASS, None)
    if name == "dict":
        return {from_json(key): from_json(each) for key, each in value[_VALUE]}
    if name in _OTHERS:
        return _OTHERS[name][0](from_json(value[_VALUE]))
    kind = _class_of(str(name))
    if issubclass(kind, Enum):
        return kind(value[_VALUE])
    return kind(**{field: from_json(each) for field, each in value.items()})


def _class_of(name: str) -> type:
    module, _, qualified = name.partition(":")
    if module.startswith(_PACKAGES):
        try:
            kind = getattr(importlib.import_module(module), qualified, None)
        except ImportError:
            kind = None
        if isinstance(kind, type) and kind.__module__ == module and _is_record(kind):
            return kind
    raise ValueError(f"{name[:100]!r} is no record of this program")


def _is_record(kind: type) -> bool:
    parameters = getattr(kind, "__dataclass_params__", None)
    return issubclass(kind, Enum) or (parameters is not None and parameters.frozen)
