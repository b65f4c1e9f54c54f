"""What nobody foresaw, on the page and in a download: a sentence and a file for the report."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.requests import Request

from index.core.errors import LibraryError
from ui.layout import messages
from ui.web.app_server import _show_failure
from ui.web.download_route import download_route


class PanicException(BaseException):
    """What a panic in native code looks like: no `Exception`."""


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "pubmed-semantic-search"


class Broken:
    """A searcher whose exports fail when their first article is read."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def export(self, *_: object, **__: object) -> Iterator[str]:
        raise self._error
        yield ""


def answer(error: BaseException) -> tuple[int, str]:
    route = download_route(lambda: Broken(error))  # type: ignore[arg-type, return-value]
    scope = {"type": "http", "path": "/download", "query_string": b"as=ris&q=bone", "headers": []}
    response = asyncio.run(route.endpoint(Request(scope)))
    return response.status_code, bytes(response.body).decode()


@pytest.mark.fault("B21")
@pytest.mark.parametrize("error", [KeyError("year"), PanicException("broken"), RecursionError()])
def test_a_download_that_fails_is_a_sentence_and_a_file_for_the_report(error: BaseException, state: Path) -> None:
    status, text = answer(error)
    assert status == 500
    assert text.startswith("an unexpected error, ")
    [log] = state.iterdir()
    assert str(log) in text
    assert "Traceback" not in text


@pytest.mark.fault("B21")
def test_a_download_names_a_damaged_library_and_what_the_system_refuses(state: Path) -> None:
    assert answer(LibraryError("The article store is damaged.")) == (503, "The article store is damaged.\n")
    assert answer(MemoryError()) == (
        500,
        "There is not enough memory. Close other programs or allow more (`ulimit -v` limits it), and run the same "
        "command again.\n",
    )
    assert not state.exists()


@pytest.mark.fault("B21")
def test_a_page_that_fails_names_the_file_for_the_report(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(messages.st, "html", shown.append)
    assert _show_failure(KeyError("<year>"))
    [log] = state.iterdir()
    assert "Something went wrong on this page" in shown[0]
    assert f"<pre>{log}</pre>" in shown[0]
    assert "KeyError" in shown[0]
    assert "year" not in shown[0]  # what an error quotes is for the log
