"""A BERT small enough to train within a test, with a vocabulary of a few words."""

from pathlib import Path

WORDS = [
    "aspirin",
    "beetle",
    "cancer",
    "cold",
    "diabetes",
    "drug",
    "forest",
    "fruit",
    "headache",
    "heart",
    "juice",
    "kidney",
    "lemon",
    "lung",
    "metformin",
    "mouse",
    "orange",
    "pain",
    "patient",
    "risk",
    "spruce",
    "study",
    "sugar",
    "trial",
    "tree",
    "virus",
    "we",
    "winter",
    "saw",
    "it",
    "in",
    "of",
    "the",
    "and",
    "a",
    "was",
    "were",
    "with",
    "again",
    "there",
]
WIDTH = 16


def tiny_encoder(folder: Path, *, width: int = WIDTH, seed: int = 1) -> Path:
    """Save a bare BERT of two layers with random weights and its tokenizer; return the folder."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder.mkdir(parents=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *map(chr, range(97, 123)), *"0123456789.,;"]
    vocabulary += [f"##{letter}" for letter in map(chr, range(97, 123))] + [f"##{digit}" for digit in range(10)]
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n")
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    torch.manual_seed(seed)
    shape = {"hidden_size": width, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 2 * width}
    config = BertConfig(vocab_size=len(vocabulary), max_position_embeddings=64, **shape)
    BertModel(config).save_pretrained(folder)
    return folder


def tiny_sentence_model(folder: Path, *, width: int = WIDTH, seed: int = 1) -> Path:
    """Save the same as a sentence model with mean pooling; return the folder."""
    from model.embedding.student import load_student, save_model

    encoder = tiny_encoder(folder.with_name(f"{folder.name}-encoder"), width=width, seed=seed)
    save_model(load_student(encoder, tokens=32), folder, tokens=32)
    return folder
