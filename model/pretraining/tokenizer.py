"""The tokenizer of a model made from scratch: bert-base-uncased's, or a WordPiece one trained on the articles.

Imported late: it brings transformers, which takes seconds.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from datasets import Dataset
from tokenizers import BertWordPieceTokenizer
from transformers import BertTokenizer, PreTrainedTokenizerBase

from index.core.files import write_whole
from index.embedding.model_files import resolve_model
from model.pretraining.hyperparameters import VOCABULARY, Shape

_BATCH = 1000


def default_tokenizer() -> PreTrainedTokenizerBase:
    """Return bert-base-uncased's tokenizer, 30,522 tokens: that of the packaged model, without its length limit.

    Raises:
        ModelError: The packaged model is not installed.
    """
    return _tokenizer(resolve_model().path / "vocab.txt")


def trained_tokenizer(articles: Dataset, folder: Path, *, size: int = VOCABULARY) -> PreTrainedTokenizerBase:
    """Train an uncased WordPiece vocabulary on articles and return its tokenizer.

    The library breaks ties at random: training again gives a slightly different one, so it is kept.

    Args:
        articles: Rows with "title" and "abstract".
        folder: Where `vocab.txt` is written; an existing file is used.
        size: Tokens at most.
    """
    if not (folder / "vocab.txt").is_file():
        trainer = BertWordPieceTokenizer(lowercase=True)
        trainer.train_from_iterator(texts(articles), vocab_size=size, show_progress=False)
        ids = trainer.get_vocab()
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / "vocab.txt", "".join(f"{token}\n" for token in sorted(ids, key=ids.__getitem__)).encode())
    return _tokenizer(folder / "vocab.txt")


def texts(articles: Dataset) -> Iterator[str]:
    """Yield the text of every article, title first."""
    for batch in articles.select_columns(["title", "abstract"]).iter(_BATCH):
        yield from joined(batch["title"], batch["abstract"])


def joined(titles: Iterable[str], abstracts: Iterable[str]) -> list[str]:
    """Return titles and abstracts as one text an article."""
    return [f"{title} {abstract}".strip() for title, abstract in zip(titles, abstracts, strict=True)]


def _tokenizer(vocabulary: Path) -> PreTrainedTokenizerBase:
    return BertTokenizer(vocab=str(vocabulary), do_lower_case=True, model_max_length=Shape().positions)
