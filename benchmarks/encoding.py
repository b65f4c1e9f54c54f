"""How fast are articles and their sentences encoded, beside sentence-transformers on whole articles?

Articles of a library are drawn at random. sentence-transformers encodes their texts of up to 256 tokens, as it is
installed; the encoder of a build encodes the same texts, and their titles and sentences, with the model's arithmetic,
and as it does where there are many. All in float32, and in bfloat16 where the processor computes in it. Two rounds, the
better time of each; the ratio is of whole articles and their sentences where there are many. Cosines are with float32
as torch computes it. The share of the peak is that of the quickest of some products of large matrices, in the same
precision on the same cores.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from benchmarks._library import SEED, MeasuredLibrary
from benchmarks._measure import report
from index.embedding.encoder import Encoder, fastest_precision
from index.embedding.model_files import MAX_TOKENS, resolve_model
from index.records.passages import encoded_sentences, passage_of
from index.store.article_store import ArticleStore

QUESTION = "How fast are articles and their sentences encoded, beside sentence-transformers on whole articles?"
ARTICLES = 300
ROUNDS = 2
SIDE = 2048  # of the matrices that are multiplied
WHOLE = ("stock, whole", "whole", "whole, many")


def best_of(encode: Callable[[Sequence[str]], Any], texts: Sequence[str]) -> float:
    """Return the seconds of the quicker of two rounds."""
    took = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        encode(texts)
        took.append(time.perf_counter() - start)
    return min(took)


def cosines(left: NDArray[np.float32], right: NDArray[np.float32]) -> dict[str, float]:
    """Return the lowest and the mean cosine of two arrays of unit vectors, row by row."""
    products = np.sum(left * right, axis=1)
    return {"lowest": round(float(products.min()), 4), "mean": round(float(products.mean()), 5)}


def operations(model: SentenceTransformer, texts: Sequence[str]) -> float:
    """Return how many floating-point operations a BERT takes for texts: weights twice a token, and attention."""
    config: Any = model[0].auto_model.config
    lengths = [len(ids) for ids in model.tokenizer(list(texts), truncation=True, max_length=MAX_TOKENS)["input_ids"]]
    weights = 4 * config.hidden_size**2 + 2 * config.hidden_size * config.intermediate_size
    of_tokens = (2 * length * weights + 4 * length**2 * config.hidden_size for length in lengths)
    return float(config.num_hidden_layers * sum(of_tokens))


def peak(precision: str) -> float:
    """Return how many operations a second the quickest of ten products of large matrices takes."""
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    left, right = torch.randn(2, SIDE, SIDE).to(dtype)
    took = []
    for _ in range(10):
        start = time.perf_counter()
        torch.mm(left, right)
        took.append(time.perf_counter() - start)
    return float(2 * SIDE**3 / min(took))


def main() -> None:
    """Print one JSON line."""
    measured = MeasuredLibrary.from_arguments(QUESTION)
    pmids = random.Random(SEED).sample(measured.index.pmids.tolist(), min(ARTICLES, measured.index.count()))  # noqa: S311
    with ArticleStore.open(measured.library.store) as store:
        articles = list(store.articles(pmids).values())
    whole = [passage_of(article).text for article in articles]
    sentences = [sentence for article in articles for sentence in encoded_sentences(article)]
    reference = resolve_model(measured.index.manifest.model)
    exact = Encoder.load(reference, precision="fp32", device="cpu")
    seconds: dict[str, dict[str, float]] = {}
    shares: dict[str, dict[str, float]] = {}
    for precision in dict.fromkeys(["fp32", fastest_precision("cpu")]):
        encoder = Encoder.load(reference, precision=precision, device="cpu")
        # The library's own loop, batches and padding, around the same network.
        stock = encoder._model
        many, eight_bits = encoder.for_many("articles"), encoder.for_many("sentences")
        encoder.encode(sentences[:ARTICLES])
        took = {
            "stock, whole": best_of(lambda texts, model=stock: model.encode(texts, show_progress_bar=False), whole),
            "whole": best_of(encoder.encode, whole),
            "whole, many": best_of(many.encode, whole),
            "whole, 8 bits": best_of(eight_bits.encode, whole),
            "sentences": best_of(encoder.encode, sentences),
            "sentences, many": best_of(eight_bits.encode, sentences),
        }
        ratio = (took["whole, many"] + took["sentences, many"]) / took["stock, whole"]
        seconds[precision] = {name: round(value, 2) for name, value in took.items()} | {"ratio": round(ratio, 2)}
        needed, possible = operations(stock, whole), peak(precision)
        shares[precision] = {name: round(needed / took[name] / possible, 2) for name in took if name in WHOLE}
        shares[precision]["peak, GFLOP/s"] = round(possible / 1e9)
    answer = {
        "articles": len(whole),
        "sentences": len(sentences),
        "seconds": seconds,
        "share of the peak": shares,
        "cosines": {
            "whole, many": cosines(exact.for_many("articles").encode(whole), exact.encode(whole)),
            "whole, 8 bits": cosines(eight_bits.encode(whole), exact.encode(whole)),
            "sentences, many": cosines(eight_bits.encode(sentences), exact.encode(sentences)),
        },
    }
    report(QUESTION, answer, packages=["torch", "onnxruntime", "sentence-transformers"])


if __name__ == "__main__":
    main()
