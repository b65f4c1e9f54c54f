"""An exported model: others load it, and its vectors are those that were trained."""

import hashlib
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from index.core.errors import DataError, ModelError
from index.core.progress import SILENT
from index.embedding.encoder import Encoder
from index.embedding.model_files import resolve_model
from model.embedding.request import EmbedRequest
from model.embedding.student import load_student
from model.embedding.train_embeddings import embed
from model.packaging.export_model import ExportRequest, ExportResult, export
from model.training_data.pair_files import TrainingPair, write_pairs
from tests.support.fakes.tiny_bert import WIDTH, tiny_sentence_model

TEXTS = ["the lemon in winter", "we saw a beetle in the forest " * 30, ""]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two runs from one start."""
    folder = tmp_path_factory.mktemp("export")
    tiny_sentence_model(folder / "start")
    write_pairs(folder / "pairs.jsonl", [TrainingPair(f"lemon {n}", f"we saw the lemon {n}") for n in range(8)])
    for seed in (1, 2):
        base = EmbedRequest(folder / f"run{seed}", student=str(folder / "start"), pairs=(folder / "pairs.jsonl",))
        request = EmbedRequest(**{name: getattr(base, name) for name in base.__slots__} | {"seed": seed, "batch": 4})
        embed(request, SILENT)
    return folder / "run1", folder / "run2"


@pytest.fixture(scope="module")
def exported(runs: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> ExportResult:
    return export(ExportRequest(runs[:1], tmp_path_factory.mktemp("out") / "tiny-pubmed"))


def test_sentence_transformers_loads_the_vectors_that_were_trained(
    runs: tuple[Path, Path], exported: ExportResult
) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(exported.output), device="cpu")
    trained = load_student(runs[0] / "model", tokens=256)
    vectors, expected = (loaded.encode(TEXTS, show_progress_bar=False) for loaded in (model.float(), trained))
    assert (vectors * expected).sum(axis=1) == pytest.approx(np.ones(3), abs=1e-4)
    assert (model.max_seq_length, model.get_embedding_dimension()) == (64, WIDTH)
    assert exported.cosine > 0.999


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_the_encoder_loads_half_precision_in_its_own(exported: ExportResult, precision: str) -> None:
    import torch

    encoder = Encoder.load(resolve_model(str(exported.output)), precision=precision, device="cpu")
    dtypes = {weight.dtype for weight in encoder._model.parameters()}
    assert dtypes == {torch.bfloat16 if precision == "bf16" else torch.float32}
    vectors = encoder.encode(TEXTS)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    exact = Encoder.load(resolve_model(str(exported.output)), precision="fp32", device="cpu").encode(TEXTS)
    assert (vectors * exact).sum(axis=1).min() > 0.99


def test_txtai_gives_the_same_vectors(exported: ExportResult) -> None:
    from txtai.vectors import VectorsFactory

    vectors = VectorsFactory.create({"path": str(exported.output), "gpu": False}, None)
    encoder = Encoder.load(resolve_model(str(exported.output)), precision="fp32", device="cpu")
    [vector] = np.asarray(vectors.encode(TEXTS[:1], "query"), dtype=np.float32)
    assert vector / np.linalg.norm(vector) @ encoder.encode(TEXTS[:1])[0] == pytest.approx(1, abs=1e-3)


def test_weights_are_half_precision_safetensors_and_every_file_has_its_hash(exported: ExportResult) -> None:
    from safetensors import safe_open

    with safe_open(exported.output / "model.safetensors", framework="numpy") as file:
        kinds = {file.get_slice(name).get_dtype() for name in file.keys()}  # noqa: SIM118 - no mapping
    assert kinds == {"F16"}
    assert hashlib.sha256((exported.output / "model.safetensors").read_bytes()).hexdigest() == exported.sha256
    listed = [line.split("  ")[1] for line in (exported.output / "SHA256SUMS").read_text().splitlines()]
    files = [path.relative_to(exported.output).as_posix() for path in exported.output.rglob("*") if path.is_file()]
    assert sorted([*listed, "SHA256SUMS"]) == sorted(files)
    assert all((exported.output / name).stat().st_mode & 0o444 == 0o444 for name in files)
    assert all(any(path.iterdir()) for path in exported.output.rglob("*") if path.is_dir())  # git keeps no empty ones
    checked = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=exported.output, check=False)
    assert checked.returncode == 0


def test_the_mean_of_runs_lies_where_the_share_says(runs: tuple[Path, Path], tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    result = export(ExportRequest(runs, tmp_path / "mean", share=0.5))
    name = "embeddings.word_embeddings.weight"
    start = load_file(runs[0].parent / "start" / "model.safetensors")[name]
    tuned = [load_file(run / "model" / "model.safetensors")[name] for run in runs]
    expected = 0.5 * start + 0.25 * tuned[0] + 0.25 * tuned[1]
    assert load_file(result.output / "model.safetensors")[name] == pytest.approx(expected, abs=1e-3)
    card = (result.output / "README.md").read_text()
    assert "The mean of these 2 runs' weights was taken." in card
    assert "0.5 of the way from the start" in card


def test_the_card_says_what_it_is_how_it_was_made_and_judged(runs: tuple[Path, Path], tmp_path: Path) -> None:
    figure = {"mean": 0.6543, "low": 0.6, "high": 0.7}
    rows = [{"method": method, "type": None, "queries": 300, "ndcg_10": figure} for method in ("bm25", "dense")]
    evaluation = {"collection": "fruit", "split": "test", "documents": 5183, "rows": rows}
    (tmp_path / "fruit.json").write_text(json.dumps(evaluation))
    (tmp_path / "notes.md").write_text("## Data\n\nOur own fruit.\n")
    request = ExportRequest(runs[:1], tmp_path / "tiny", scores=(tmp_path / "fruit.json",), notes=tmp_path / "notes.md")
    card = (export(request).output / "README.md").read_text()
    assert card.startswith("---\nlicense: apache-2.0\n")
    assert "**mean of its tokens' vectors**" in card
    assert "4 steps over 8 pairs (8 pairs); batch 4" not in card
    assert "2 steps over 8 pairs (8 pairs); batch 4, epochs 1" in card
    assert "| fruit test | 5,183 | 300 | 0.654 (0.600-0.700) | 0.654 (0.600-0.700) | – |" in card
    assert "## Data\n\nOur own fruit.\n" in card
    assert str(runs[0].parent / "start") in card  # what it was made from, whose licence applies


def test_what_cannot_be_exported_leaves_nothing(runs: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "unfinished").mkdir()
    with pytest.raises(ModelError, match=r"no finished run(.|\n)*pubmed-model embed --output"):
        export(ExportRequest((tmp_path / "unfinished",), tmp_path / "out"))
    with pytest.raises(ValueError, match="already exists"):
        export(ExportRequest(runs, tmp_path / "unfinished"))
    with pytest.raises(DataError, match="notes for the card"):
        export(ExportRequest(runs, tmp_path / "out", notes=tmp_path / "none.md"))
    with pytest.raises(ValueError, match="from 0 to 1"):
        export(ExportRequest(runs, tmp_path / "out", share=2.0))
    assert [path.name for path in tmp_path.iterdir()] == ["unfinished"]
