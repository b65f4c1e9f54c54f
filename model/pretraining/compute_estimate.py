"""What it would take to train a model to the end, extrapolated from what a run measured."""

from model.pretraining.hyperparameters import Shape

# Tokens that useful models of this kind have seen: the low end and the high end.
USEFUL_TOKENS = (7e9, 35e9)
# Source: NVIDIA A100 datasheet, dense bfloat16. That a small model reaches 30 % of it is an assumption.
PEAK_FLOPS, REACHED = 312e12, 0.3


def flops_a_token(shape: Shape, *, vocabulary: int, length: int, predicted: float) -> float:
    """Return the floating-point operations of training on one token: 2 a weight forward, 4 backward.

    Args:
        shape: Of the model.
        vocabulary: Number of different tokens.
        length: Tokens of a block, each of which attends to all.
        predicted: Share of the positions at which the vocabulary head runs.

    Source:
        Kaplan et al. (2020), arXiv:2001.08361, section 2.1.
    """
    width = shape.hidden
    layer = 4 * width**2 + 2 * width * shape.feed_forward + 2 * length * width
    head = predicted * (width**2 + width * vocabulary)
    return 6 * (shape.layers * layer + head)


def gpu_hours(tokens: float, flops: float) -> float:
    """Return the hours that an A100 needs by estimate for tokens of so many operations each."""
    return tokens * flops / (PEAK_FLOPS * REACHED) / 3600
