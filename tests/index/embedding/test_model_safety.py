"""What a model folder may hold, and which model a library from a stranger may name."""

import json
import os
import pickle
import shutil
from pathlib import Path

import pytest

from index.core.errors import ModelError
from index.embedding.encoder import Encoder, full_fingerprint, matching_model
from index.embedding.model_files import DEFAULT_MODEL, ModelReference, resolve_model
from index.embedding.model_safety import check_model_folder, check_named_by_library
from tests.support.fakes.tiny_bert import tiny_sentence_model

KINDS = ["models", "base.modules.transformer", "sentence_transformer.modules"]


@pytest.fixture(scope="module")
def safe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model that can be loaded."""
    return tiny_sentence_model(tmp_path_factory.mktemp("model") / "safe")


@pytest.fixture
def folder(safe: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(safe, tmp_path / "models" / "mine"))


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """A file that comes into being when somebody else's code runs."""
    return tmp_path / "ran"


def code(marker: Path) -> str:
    return f"from pathlib import Path\nPath({str(marker)!r}).touch()\nclass Evil: ...\n"


class Payload:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self):
        return os.mknod, (str(self.marker),)


def change(path: Path, **fields: object) -> None:
    content = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(content | fields))


def add_module(folder: Path, kind: str, path: str = "2_Evil") -> None:
    modules = json.loads((folder / "modules.json").read_text())
    modules.append({"idx": len(modules), "name": str(len(modules)), "path": path, "type": kind})
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / path).mkdir(exist_ok=True)
    (folder / path / "config.json").write_text("{}")


def with_a_class_of_its_own(folder: Path, marker: Path) -> None:
    (folder / "evil.py").write_text(code(marker))
    add_module(folder, "evil.Evil")


def with_a_function_of_a_library(folder: Path, marker: Path) -> None:
    add_module(folder, "sentence_transformers.util.misc.import_from_string")


def with_a_router(folder: Path, marker: Path) -> None:
    (folder / "evil.py").write_text(code(marker))
    add_module(folder, "sentence_transformers.models.Router")
    change(folder / "2_Evil" / "router_config.json", types={"query_0": "evil.Evil"}, structure={"query": ["query_0"]})


def with_an_auto_map(folder: Path, marker: Path) -> None:
    (folder / "evil.py").write_text(code(marker))
    change(folder / "config.json", auto_map={"AutoConfig": "evil.Evil", "AutoModel": "evil.Evil"}, model_type="evil")


def with_a_tokenizer_of_its_own(folder: Path, marker: Path) -> None:
    (folder / "evil.py").write_text(code(marker))
    change(folder / "tokenizer_config.json", auto_map={"AutoTokenizer": ["evil.Evil", None]})


def with_trust_in_its_settings(folder: Path, marker: Path) -> None:
    (folder / "evil.py").write_text(code(marker))
    change(folder / "sentence_bert_config.json", model_args={"trust_remote_code": True, "code_revision": "main"})


def with_another_tokenizers_path(folder: Path, marker: Path) -> None:
    change(folder / "sentence_bert_config.json", tokenizer_name_or_path="/etc")


def with_a_call_of_its_own(folder: Path, marker: Path) -> None:
    ways = {"text": {"method": "save_pretrained", "method_output_name": None}}
    change(folder / "sentence_bert_config.json", modality_config=ways)


def with_pickled_weights(folder: Path, marker: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Payload(marker)))


def with_a_pickled_layer_beside_other_weights(folder: Path, marker: Path) -> None:
    add_module(folder, "sentence_transformers.models.Dense")
    (folder / "2_Evil" / "other.safetensors").write_bytes(b"")
    (folder / "2_Evil" / "pytorch_model.bin").write_bytes(pickle.dumps(Payload(marker)))


def with_a_pickled_layer_outside(folder: Path, marker: Path) -> None:
    add_module(folder, "sentence_transformers.models.Dense", "../outside")
    (folder.parent / "outside" / "pytorch_model.bin").write_bytes(pickle.dumps(Payload(marker)))


def with_a_pickled_layer_behind_a_link(folder: Path, marker: Path) -> None:
    with_a_pickled_layer_beside_other_weights(folder, marker)
    (folder / "2_Evil").rename(folder.parent / "elsewhere")
    (folder / "2_Evil").symlink_to(folder.parent / "elsewhere")


def with_an_adapter(folder: Path, marker: Path) -> None:
    change(folder / "adapter_config.json", base_model_name_or_path="/somewhere/else")


def with_attention_from_a_hub(folder: Path, marker: Path) -> None:
    change(folder / "config.json", _attn_implementation="somebody/kernels")


def with_quantized_weights(folder: Path, marker: Path) -> None:
    change(folder / "config.json", quantization_config={"quant_method": "gptq"})


def with_a_pipe_for_its_settings(folder: Path, marker: Path) -> None:
    (folder / "sentence_bert_config.json").unlink()
    os.mkfifo(folder / "sentence_bert_config.json")


def with_settings_nested_deeply(folder: Path, marker: Path) -> None:
    (folder / "config.json").write_text("[" * 200_000)


def with_modules_that_are_no_list(folder: Path, marker: Path) -> None:
    (folder / "modules.json").write_text('{"type": 5}')


UNSAFE = [value for name, value in list(globals().items()) if name.startswith("with_")]


def test_the_model_of_these_tests_is_safe_and_can_be_loaded(folder: Path):
    check_model_folder(folder)
    assert Encoder.load(resolve_model(str(folder)), precision="fp32", device="cpu").encode(["text"]).shape[0] == 1


@pytest.mark.fault("S4", "B16")
@pytest.mark.parametrize("make_unsafe", UNSAFE, ids=lambda function: function.__name__)
def test_an_unsafe_model_is_refused_before_anything_is_loaded_and_runs_nothing(
    folder: Path, marker: Path, make_unsafe, monkeypatch: pytest.MonkeyPatch
):
    make_unsafe(folder, marker)
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))
    with pytest.raises(ModelError):
        resolve_model(str(folder))
    assert not marker.exists()


@pytest.mark.fault("S4")
@pytest.mark.parametrize("kind", KINDS)
def test_the_known_modules_are_known_by_all_their_names(folder: Path, kind: str):
    modules = json.loads((folder / "modules.json").read_text())
    modules[0]["type"] = f"sentence_transformers.{kind}.Transformer"
    (folder / "modules.json").write_text(json.dumps(modules))
    check_model_folder(folder)


@pytest.mark.fault("B16")
def test_a_model_folder_that_a_library_names_must_be_outside_of_it_and_absolute(folder: Path, tmp_path: Path):
    library = tmp_path / "library"
    inside = Path(shutil.copytree(folder, library / "model"))
    (tmp_path / "link").symlink_to(library)
    for name in (str(inside), str(tmp_path / "link" / "model"), "../models/mine", f"{library}/../models/mine", "~/m"):
        with pytest.raises(ModelError, match=r"names as its model(.|\n)*rebuild-index --model"):
            check_named_by_library(name, library)
    for name in (DEFAULT_MODEL, "neuml/biomedbert-small-embeddings", str(folder)):
        check_named_by_library(name, library)


@pytest.mark.fault("B16")
def test_what_a_library_names_is_never_a_folder_below_the_working_directory(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    fingerprint = full_fingerprint(resolve_model("models/mine"), "fp32")
    monkeypatch.setattr("index.embedding.model_files.hub_folder", not_in_the_cache)
    with pytest.raises(ModelError, match="not in the cache"):
        matching_model("models/mine", "fp32", fingerprint, library=tmp_path / "library")


def not_in_the_cache(name: str, *, download: bool) -> Path:
    assert not download
    raise ModelError("not in the cache")


@pytest.mark.fault("B16")
def test_a_folder_that_a_library_names_must_have_its_fingerprint(folder: Path, tmp_path: Path):
    reference: ModelReference = resolve_model(str(folder))
    fingerprint = full_fingerprint(reference, "fp32")
    assert matching_model(str(folder), "fp32", fingerprint, library=tmp_path / "library") == reference
    with pytest.raises(ModelError, match="have changed"):
        matching_model(str(folder), "bf16", fingerprint, library=tmp_path / "library")
