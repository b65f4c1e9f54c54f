"""Whatever goes wrong inside a command ends as one sentence, an exit status, and a file for the report."""

import errno
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from index.command_line.boundary import explain, guarded, panics_as_errors
from index.core.errors import LibraryError
from tests.support.paths import ROOT


class PanicException(BaseException):
    """What a panic in native code looks like: no `Exception`."""


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "pubmed-semantic-search"


def stopping(error: BaseException):
    def run() -> int:
        raise error

    return run


def log_named_in(text: str) -> Path:
    return Path(re.search(r"^  (/.*\.log)$", text, re.MULTILINE)[1])


def in_a_process(run: str, redirect: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of one line behind the boundary, its streams redirected by the shell."""
    code = (
        "import sys; from index.command_line.boundary import guarded\n"
        "from index.command_line.standard_streams import *\n"
        f"def run():\n    {run}\n    return 0\nsys.exit(guarded('command', run))"
    )
    script = f'"{sys.executable}" -c "$CODE" {redirect}'
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "CODE": code, "PYTHONUNBUFFERED": "", **environment}
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=variables, check=False)


@pytest.mark.fault("B21")
@pytest.mark.parametrize(
    "error", [KeyError("year"), PanicException("index out of range"), RecursionError(), SyntaxError()]
)
def test_an_unexpected_error_is_one_sentence_and_a_file_for_the_report(error, state: Path, capsys):
    assert guarded("command", stopping(error)) == 1
    out, err = capsys.readouterr()
    assert out == ""
    name = "RuntimeError: native code stopped" if isinstance(error, PanicException) else type(error).__name__
    assert err.startswith(f"command: an unexpected error, {name}")
    assert "Traceback" not in err
    assert len(err.splitlines()) == 2
    log = log_named_in(err)
    assert log.parent == state
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700
    text = log.read_text(encoding="utf-8")
    assert text.startswith("program   command ")
    assert "Traceback (most recent call last)" in text


def test_the_words_of_the_command_line_are_not_in_the_file(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["pubmed-search", "a private question"])
    guarded("command", stopping(KeyError("year")))
    assert "private" not in log_named_in(capsys.readouterr().err).read_text(encoding="utf-8")


def test_a_stated_error_and_an_interrupt_leave_no_file(state: Path, capsys):
    assert guarded("command", stopping(LibraryError("No library. Build one:\n  rebuild-index"))) == 1
    assert capsys.readouterr().err == "command: No library. Build one:\n  rebuild-index\n"
    assert guarded("command", stopping(KeyboardInterrupt()), interrupted="Stopped.") == 130
    assert capsys.readouterr().err == "\nStopped.\n"
    with pytest.raises(SystemExit, match="2"):
        guarded("command", stopping(SystemExit(2)))
    assert not state.exists()


@pytest.mark.fault("B21")
@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (
            OSError(errno.EMFILE, "Too many open files", "/x"),
            r"^/x cannot be used: this process may have \d+ files open",
        ),
        (MemoryError(), "^There is not enough memory"),
        (RuntimeError("can't start new thread"), "There is not enough memory"),
        (ImportError("libtorch.so: failed to map segment from shared object"), "There is not enough memory"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "^/x cannot be used: permission is denied"),
        (OSError(errno.EIO, "Input/output error", "/x"), "^/x cannot be used: the disk reports an error"),
        (OSError(errno.ENOSPC, "No space left on device"), "^There is no space left"),
        (RuntimeError("Could not determine home directory."), "Write the whole path"),
    ],
)
def test_what_the_system_refuses_is_named_and_needs_no_file(error, cause: str, state: Path):
    assert re.search(cause, explain("command", error))
    assert not state.exists()


@pytest.mark.fault("B21")
def test_without_a_state_folder_the_file_goes_to_the_temporary_folder_and_without_both_to_stderr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "state").write_text("a file where a folder should be")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    log = log_named_in(explain("command", KeyError("year")))
    assert log.parent == tmp_path
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    assert "KeyError: 'year'\n" in explain("command", KeyError("year"))


def test_a_page_that_fails_all_day_keeps_its_last_twenty_files(state: Path):
    for _ in range(25):
        explain("pubmed-ui", KeyError("year"))
    assert len(list(state.iterdir())) == 20


@pytest.mark.fault("B21")
def test_a_panic_becomes_an_error_that_servers_catch():
    with pytest.raises(RuntimeError, match="native code stopped: broken"), panics_as_errors():
        raise PanicException("broken")
    with pytest.raises(KeyboardInterrupt), panics_as_errors():
        raise KeyboardInterrupt


@pytest.mark.fault("B21")
@pytest.mark.parametrize(
    "run",
    [
        "print_out('x' * 100000)",
        "print_out('x')",
        "print_out(b'x' * 100000)",
        "print_out(b'x')",
        "print('x'); sys.exit(0)",
    ],
)
def test_a_full_standard_output_is_named_and_the_exit_is_1(run: str):
    ended = in_a_process(run, "> /dev/full")
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert ended.stderr.startswith("command: The result cannot be written to standard output: No space left on device.")


@pytest.mark.fault("B21")
def test_a_closed_standard_output_is_named_before_any_work():
    ended = in_a_process("open('/dev/null'); print_error('worked')", ">&-")
    assert (ended.returncode, ended.stderr) == (
        1,
        "command: Standard output is closed: there is nowhere to write the result. Send it to a file.\n",
    )


@pytest.mark.fault("B21")
@pytest.mark.parametrize("redirect", ["2>&-", "2> /dev/full"])
def test_without_standard_error_the_exit_status_still_says_it(redirect: str):
    assert in_a_process("raise KeyError('year')", redirect).returncode == 1
    ended = in_a_process("print_error('a note'); print_out(str(open('/dev/null').fileno()))", redirect)
    assert (ended.returncode, ended.stdout) == (0, "3"), "no file of ours stands where notes are written"


@pytest.mark.parametrize("run", ["print_out('x' * 10_000_000)", "print_out(b'x' * 10_000_000)"])
def test_a_reader_that_leaves_early_is_no_error(run: str):
    ended = in_a_process(run, "| true; exit ${PIPESTATUS[0]}")
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.fault("B21")
def test_a_terminal_of_few_characters_gets_replacements():
    ended = in_a_process(
        "print_out('\\u03b2 \\xb7\\n'); print_error('\\xfc')", LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0"
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "? ?\n", "?\n")
