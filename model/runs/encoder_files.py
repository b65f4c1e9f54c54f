"""Which encoder to fine-tune or to judge: where its files are, and their fingerprint.

Any BERT-like encoder that transformers loads will do: a bare one, a masked language model, or a model in
sentence-transformers' layout, whose transformer is taken. Only safetensors weights are loaded, and no model's own code.
"""

from dataclasses import dataclass
from hashlib import file_digest, sha256
from math import prod
from pathlib import Path

from index.core.errors import ModelError
from index.core.json_text import parse_json
from index.embedding.model_files import DEFAULT_MODEL, hub_folder, resolve_model

_DECIDING = (
    *(
        "config.json",
        "modules.json",
        "sentence_bert_config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "vocab.txt",
    ),
    "*.safetensors",
)


@dataclass(frozen=True, slots=True)
class EncoderReference:
    """An encoder that was found, not yet loaded.

    Attributes:
        name: What it is called in reports.
        path: The folder of the model, in sentence-transformers' layout or transformers'.
        transformer: The folder of its transformer: `path`, or one below.
        fingerprint: SHA-256 over its files, in hexadecimal.
    """

    name: str
    path: Path
    transformer: Path
    fingerprint: str

    @property
    def parameters(self) -> int:
        """How many numbers the transformer's weights hold, read from the files' headers."""
        from safetensors import safe_open

        count = 0
        for path in self.transformer.glob("*.safetensors"):
            with safe_open(path, framework="numpy") as file:
                count += sum(prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118 - no mapping
        return count


def find_encoder(name: str) -> EncoderReference:
    """Find an encoder.

    Args:
        name: "default" or "all-MiniLM-L6-v2" for the packaged model; a folder; or a hub name such as
            "neuml/biomedbert-small". LABEL=FOLDER gives a folder another name in reports.

    Raises:
        ModelError: It does not exist, or has no safetensors weights.
    """
    label, source = _label_and_source(name)
    path = _folder(source)
    transformer = _transformer(path)
    if not (transformer / "config.json").is_file() or not any(transformer.glob("*.safetensors")):
        raise ModelError(
            f"{transformer} cannot be loaded as a model: expected config.json and model.safetensors in it."
        )
    return EncoderReference(label or _label(source, path), path, transformer, _fingerprint(path))


def _label_and_source(name: str) -> tuple[str, str]:
    label, sign, source = name.partition("=")
    return (label, source) if sign and not Path(name).expanduser().is_dir() else ("", name)


def _folder(name: str) -> Path:
    if name in ("default", DEFAULT_MODEL):
        return resolve_model(None).path
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder.absolute()
    if name.count("/") != 1 or name.startswith((".", "/", "~")):
        raise ModelError(f"There is no model folder {name}, and a hub name has the form owner/model.")
    return hub_folder(name, download=True)


def _transformer(folder: Path) -> Path:
    """Return the transformer's folder: sentence-transformers may put it in a subfolder."""
    try:
        modules = parse_json((folder / "modules.json").read_bytes())
        return folder / str(modules[0]["path"])
    except FileNotFoundError:
        return folder
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise ModelError(f"{folder / 'modules.json'} cannot be read: {error}") from error


def _label(name: str, path: Path) -> str:
    if name in ("default", DEFAULT_MODEL):
        return DEFAULT_MODEL
    return path.name if Path(name).expanduser().is_dir() else name


def _fingerprint(folder: Path) -> str:
    digest = sha256()
    for path in sorted(
        {path for pattern in _DECIDING for path in (*folder.glob(pattern), *folder.glob(f"*/{pattern}"))}
    ):
        with path.open("rb") as file:
            digest.update(f"{path.relative_to(folder).as_posix()} {file_digest(file, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()
