"""The network of a model in ONNX's format, from tokens to the vector of a text; written by torch."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

INPUT: Final = "input_ids"
MASK: Final = "attention_mask"
OUTPUT: Final = "vector"
_OPSET = 17
_EXAMPLE = "does metformin lower the risk of cancer?"


def export_network(model: "SentenceTransformer", path: Path, *, texts: int | None = None) -> None:
    """Write the network of a model on the CPU in float32.

    Args:
        model: The model.
        path: The file.
        texts: 1 for a network of one text at a time: its input is `INPUT`, int64 (1, tokens). None for any number of
            them: `INPUT` and `MASK`, int64 (texts, tokens). The output is `OUTPUT`, float32 (texts, dimensions).

    Raises:
        Exception: Torch cannot export it; of whatever type it chooses.
    """
    import torch

    class Network(torch.nn.Module):
        """The whole model, from tokens to vectors."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: "torch.Tensor", mask: "torch.Tensor | None" = None) -> "torch.Tensor":
            mask = torch.ones_like(input_ids) if mask is None else mask
            vectors: torch.Tensor = self.model({"input_ids": input_ids, "attention_mask": mask})["sentence_embedding"]
            return vectors

    tokens = model.tokenizer([_EXAMPLE] * (texts or 2), return_tensors="pt")["input_ids"]
    inputs = {INPUT: tokens} if texts == 1 else {INPUT: tokens, MASK: torch.ones_like(tokens)}
    axes = {1: "tokens"} if texts == 1 else {0: "texts", 1: "tokens"}
    # The exporter that traces: the other one needs a library more, and names the same operators. It is deprecated,
    # and says so, and says of each branch that it follows it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Network().eval(),
            tuple(inputs.values()),
            str(path),
            input_names=list(inputs),
            output_names=[OUTPUT],
            dynamic_axes=dict.fromkeys(inputs, axes),
            opset_version=_OPSET,
            dynamo=False,
        )
