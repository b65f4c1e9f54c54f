"""Loading and saving of embedding models for training: the weights in float32, mean pooling, vectors of length 1."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.core.errors import ModelError
from index.embedding.model_files import MAX_TOKENS, resolve_model
from model.runs.encoder_files import find_encoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def find_student(name: str) -> Path:
    """Find the model to start from: a sentence model or a bare encoder; see `find_encoder` for its name.

    Raises:
        ModelError: It does not exist, or has no safetensors weights.
    """
    folder = find_encoder(name).path
    if (folder / "modules.json").is_file():
        resolve_model(str(folder))  # refuses what brings its own code
    return folder


def load_student(folder: Path, *, tokens: int) -> "SentenceTransformer":
    """Load a model for training.

    A bare encoder gets mean pooling: its own pooler, where it has one, was never trained.

    Args:
        folder: From `find_student`.
        tokens: How many tokens of a text are read.

    Raises:
        ModelError: It cannot be loaded.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]  # reading and writing take a second
    try:
        if (folder / "modules.json").is_file():
            model = SentenceTransformer(
                str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float32}
            )
        else:
            encoder = Transformer(str(folder), model_kwargs={"dtype": torch.float32})
            pooling = Pooling(encoder.get_embedding_dimension(), pooling_mode="mean")
            model = SentenceTransformer(modules=[encoder, pooling, Normalize()], device="cpu")
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        raise ModelError(f"{folder} cannot be loaded as an encoder: {error}") from error
    model.max_seq_length = min(tokens, positions(model))
    # No examples for the library's model card: a trainer would draw some from the data, with its own progress bar.
    model.model_card_data.widget = [{"text": ""}]
    return model


def positions(model: "SentenceTransformer") -> int:
    """Return how many tokens the architecture can read."""
    encoder: Any = model[0].auto_model  # typed as a bare module
    return int(getattr(encoder.config, "max_position_embeddings", MAX_TOKENS))


def save_model(model: "SentenceTransformer", folder: Path, *, tokens: int) -> None:
    """Save a model in sentence-transformers' layout, to be used with texts of `tokens` tokens."""
    model.max_seq_length = min(tokens, positions(model))
    model.save(str(folder), create_model_card=False)
