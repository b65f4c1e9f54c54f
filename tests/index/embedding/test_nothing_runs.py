"""Nothing that lies in a model folder runs, whoever put it there: loaded on the path that searching takes."""

import json
import pickle
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from index.core.errors import ModelError
from index.embedding.cross_encoder import Reranker
from index.embedding.encoder import Encoder
from index.embedding.model_files import resolve_model
from tests.support.fakes.tiny_bert import tiny_encoder, tiny_sentence_model


class Payload:
    """Pickled, it runs a command as soon as it is loaded."""

    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self):
        return Path.touch, (self._marker,)


def code(marker: Path) -> str:
    """A module that leaves a mark when it is imported, and holds whatever class a configuration asks for."""
    return f"from pathlib import Path\nPath({str(marker)!r}).touch()\nclass Evil: pass\nclass EvilTokenizer: pass\n"


def edit(path: Path, **changes: object) -> None:
    content = json.loads(path.read_bytes()) if path.is_file() else {}
    path.write_text(json.dumps({**content, **changes}))


def custom_module(folder: Path, type_name: str) -> None:
    path = folder / "modules.json"
    modules = json.loads(path.read_bytes()) if path.is_file() else [{"idx": 0, "name": "0", "path": ""}]
    modules[0]["type"] = type_name
    path.write_text(json.dumps(modules))


def pickled_weights(folder: Path, marker: Path) -> None:
    for path in [*folder.rglob("*.safetensors")]:
        path.with_name("pytorch_model.bin").write_bytes(pickle.dumps(Payload(marker)))
        path.unlink()


def pickles_beside(folder: Path, marker: Path) -> None:
    for name in ("pytorch_model.bin", "training_args.bin", "model.pkl", "model.pt", "tf_model.h5", "1_Pooling/w.pth"):
        if (folder / name).parent.is_dir():
            (folder / name).write_bytes(pickle.dumps(Payload(marker)))


def pickled_part(folder: Path, marker: Path) -> None:
    """A Dense layer whose folder holds safetensors under a name that nothing reads, and pickled weights."""
    part = folder / "2_Dense"
    part.mkdir()
    edit(part / "config.json", in_features=16, out_features=16, bias=True, activation_function="torch.nn.Tanh")
    shutil.copy(next(folder.glob("*.safetensors")), part / "other.safetensors")
    (part / "pytorch_model.bin").write_bytes(pickle.dumps(Payload(marker)))
    modules = json.loads((folder / "modules.json").read_bytes())
    modules.append({"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"})
    (folder / "modules.json").write_text(json.dumps(modules))


ATTACKS: dict[str, Callable[[Path, Path], object]] = {
    "pickled weights": pickled_weights,
    "pickles beside the weights": pickles_beside,
    "a module's class in the folder": lambda folder, _: custom_module(folder, "evil.Evil"),
    "a module's class on the hub": lambda folder, _: custom_module(folder, "somebody/model--evil.Evil"),
    "a model's class": lambda folder, _: edit(
        folder / "config.json", auto_map=dict.fromkeys(("AutoConfig", "AutoModel"), "evil.Evil"), model_type="evil"
    ),
    "a sequence classifier's class": lambda folder, _: edit(
        folder / "config.json", auto_map={"AutoModelForSequenceClassification": "evil.Evil"}
    ),
    "a tokenizer's class": lambda folder, _: edit(
        folder / "tokenizer_config.json",
        auto_map={"AutoTokenizer": ["evil.EvilTokenizer", None]},
        tokenizer_class="EvilTokenizer",
    ),
    "an activation": lambda folder, _: edit(
        folder / "config.json", sentence_transformers={"activation_fn": "evil.Evil"}
    ),
    "trust asked for": lambda folder, _: edit(
        folder / "sentence_bert_config.json", model_args={"trust_remote_code": True}, trust_remote_code=True
    ),
}


def planted(model: Path, folder: Path, marker: Path, attack: Callable[[Path, Path], object]) -> Path:
    shutil.copytree(model, folder)
    (folder / "evil.py").write_text(code(marker))
    attack(folder, marker)
    return folder


@pytest.fixture(scope="module")
def sentence_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_sentence_model(tmp_path_factory.mktemp("tiny") / "model")


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from transformers import BertForSequenceClassification

    folder = tiny_encoder(tmp_path_factory.mktemp("tiny") / "cross-encoder")
    BertForSequenceClassification.from_pretrained(folder, num_labels=1).save_pretrained(folder)
    return folder


@pytest.mark.fault("S4")
def test_the_traps_work(tmp_path: Path):
    pickle.loads(pickle.dumps(Payload(tmp_path / "pickle")))  # noqa: S301 - that it is unsafe is the point
    exec(code(tmp_path / "import"), {})  # noqa: S102
    assert {path.name for path in tmp_path.iterdir()} == {"pickle", "import"}


@pytest.mark.fault("S4")
@pytest.mark.parametrize("attack", ["pickled part", *ATTACKS])
def test_an_encoder_runs_nothing_of_its_folder(attack: str, sentence_model: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("HF_MODULES_CACHE", str(tmp_path / "modules"))
    marker = tmp_path / "marker"
    folder = planted(sentence_model, tmp_path / "model", marker, {"pickled part": pickled_part, **ATTACKS}[attack])
    monkeypatch.chdir(folder)  # where a class of the name would be found first
    with suppress(ModelError):
        Encoder.load(resolve_model(str(folder), download=False)).encode(["aspirin"])
    assert not marker.exists()


@pytest.mark.fault("S4")
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_reranker_runs_nothing_of_its_folder(attack: str, cross_encoder: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("HF_MODULES_CACHE", str(tmp_path / "modules"))
    marker = tmp_path / "marker"
    folder = planted(cross_encoder, tmp_path / "model", marker, ATTACKS[attack])
    monkeypatch.chdir(folder)
    with suppress(ModelError):
        Reranker.load(str(folder)).scores("aspirin", ["headache"])
    assert not marker.exists()
