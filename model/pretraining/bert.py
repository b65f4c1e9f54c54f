"""BERT with a vocabulary head that is trained cheaply.

Imported late: it brings torch and transformers, which take seconds.
"""

import torch
import transformers
from torch.nn.functional import cross_entropy
from transformers import BertConfig
from transformers.modeling_outputs import MaskedLMOutput

from model.pretraining.hyperparameters import Shape

IGNORED = -100  # the label of a position that is not predicted


class BertForMaskedLM(transformers.BertForMaskedLM):  # type: ignore[no-untyped-call]
    """BERT whose vocabulary head runs at the masked positions only, nearly twice as fast as at all of them.

    Weights, layout and name are the stock class's, which loads what this one saves.
    """

    accepts_loss_kwargs = False  # the loss is a mean; without this, the Trainer passes counts for a sum

    def forward(
        self, input_ids: torch.Tensor, labels: torch.Tensor | None = None, **keywords: object
    ) -> MaskedLMOutput:
        """Return the mean loss over the masked positions; without labels, the stock class's output.

        Args:
            input_ids: Shape (batch, length).
            labels: Shape (batch, length): the token at a masked position, -100 elsewhere.
            keywords: Other arguments of the stock class, such as `attention_mask`.
        """
        if labels is None:
            output: MaskedLMOutput = super().forward(input_ids, **keywords)
            return output
        hidden = self.bert(input_ids, **keywords).last_hidden_state  # (batch, length, hidden)
        masked = labels != IGNORED
        scores = self.cls(hidden[masked])  # (masked positions of the batch, vocabulary)
        return MaskedLMOutput(loss=cross_entropy(scores.float(), labels[masked]))


def new_bert(vocabulary: int, pad: int, shape: Shape) -> BertForMaskedLM:
    """Return a BERT with random weights, drawn from torch's generator.

    Args:
        vocabulary: Size of the tokenizer's vocabulary.
        pad: Id of the padding token.
        shape: Layers and sizes.
    """
    configuration = BertConfig(
        vocab_size=vocabulary,
        pad_token_id=pad,
        num_hidden_layers=shape.layers,
        hidden_size=shape.hidden,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        hidden_dropout_prob=shape.dropout,
        attention_probs_dropout_prob=0.0,
    )
    return BertForMaskedLM(configuration)
