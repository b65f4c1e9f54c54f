"""The network of a model in ONNX's format, from tokens to the vector of a text; written by torch."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

INPUT: Final = "input_ids"
OUTPUT: Final = "vector"
_OPSET = 17
_EXAMPLE = "does metformin lower the risk of cancer?"


def export_network(model: "SentenceTransformer", path: Path) -> None:
    """Write the network of a model on the CPU in float32, for one text at a time.

    Its input is `INPUT`, int64 (1, tokens), its output `OUTPUT`, float32 (1, dimensions).

    Args:
        model: The model.
        path: The file.

    Raises:
        Exception: Torch cannot export it; of whatever type it chooses.
    """
    import torch

    class Network(torch.nn.Module):
        """The whole model, from tokens to vectors."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: "torch.Tensor") -> "torch.Tensor":
            tokens = {"input_ids": input_ids, "attention_mask": torch.ones_like(input_ids)}
            vector: torch.Tensor = self.model(tokens)["sentence_embedding"]
            return vector

    example = model.tokenizer([_EXAMPLE], return_tensors="pt")["input_ids"]
    # The exporter that traces: the other one needs a library more, and names the same operators. It is deprecated,
    # and says so, and says of each branch that it follows it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Network().eval(),
            (example,),
            str(path),
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_axes={INPUT: {1: "tokens"}},
            opset_version=_OPSET,
            dynamo=False,
        )
