"""How fast are articles and their sentences encoded, beside sentence-transformers on whole articles?

Articles of a library are drawn at random. sentence-transformers encodes their texts of up to 256 tokens, as it is
installed; the encoder of a build encodes the same texts, and their titles and sentences, with the model's arithmetic
and with 8 bits a weight. All in float32, and in bfloat16 where the processor computes in it. Two rounds, the better
time of each; the ratio is of whole articles, and sentences with 8 bits; the cosines of 8 bits are with float32.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._library import SEED, MeasuredLibrary
from benchmarks._measure import report
from index.embedding.encoder import Encoder, fastest_precision
from index.embedding.model_files import resolve_model
from index.records.passages import encoded_sentences, passage_of
from index.store.article_store import ArticleStore

QUESTION = "How fast are articles and their sentences encoded, beside sentence-transformers on whole articles?"
ARTICLES = 300
ROUNDS = 2


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
    for precision in dict.fromkeys(["fp32", fastest_precision("cpu")]):
        encoder = Encoder.load(reference, precision=precision, device="cpu")
        # The library's own loop, batches and padding, around the same network.
        stock = encoder._model
        eight_bits = encoder.for_many()
        encoder.encode(sentences[:ARTICLES])
        took = {
            "stock, whole": best_of(lambda texts, model=stock: model.encode(texts, show_progress_bar=False), whole),
            "whole": best_of(encoder.encode, whole),
            "whole, 8 bits": best_of(eight_bits.encode, whole),
            "sentences": best_of(encoder.encode, sentences),
            "sentences, 8 bits": best_of(eight_bits.encode, sentences),
        }
        ratio = (took["whole"] + took["sentences, 8 bits"]) / took["stock, whole"]
        seconds[precision] = {name: round(value, 2) for name, value in took.items()} | {"ratio": round(ratio, 2)}
    answer = {
        "articles": len(whole),
        "sentences": len(sentences),
        "seconds": seconds,
        "cosines": {
            "whole": cosines(eight_bits.encode(whole), exact.encode(whole)),
            "sentences": cosines(eight_bits.encode(sentences), exact.encode(sentences)),
        },
    }
    report(QUESTION, answer, packages=["torch", "onnxruntime", "sentence-transformers"])


if __name__ == "__main__":
    main()
