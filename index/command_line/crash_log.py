"""The traceback of an unexpected error, in a file of its own that its owner alone can read.

It holds the program, versions and the traceback. It leaves out the words of the command line; an error's own text may
still quote what was typed, so whoever sends the file reads it first. Nothing is sent by the program.
"""

import os
import platform
import tempfile
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from index.command_line.version import program_version

_KEPT = 20  # a page that fails at each visit must not fill the disk
_SUFFIX = ".log"


def write_crash_log(program: str, error: BaseException) -> Path | None:
    """Write what is known about an error and return the file, or None where no folder can be written.

    The file goes to the user's state folder (`XDG_STATE_HOME`, else `~/.local/state`), else to the temporary folder.
    """
    text = crash_report(program, error).encode(errors="backslashreplace")
    name = f"{program}-{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}-"
    with suppress(OSError, RuntimeError, ValueError):  # RuntimeError: the system knows no home folder
        folder = _state_folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = _write(folder, name, text)
        _remove_oldest(folder)
        return path
    with suppress(OSError, ValueError):
        return _write(Path(tempfile.gettempdir()), f"pubmed-semantic-search-{name}", text)
    return None


def crash_report(program: str, error: BaseException) -> str:
    """Return what is known about an error, for the file or, where none can be written, for stderr."""
    lines = (
        f"program   {program} {program_version()}",
        f"time      {datetime.now(UTC).isoformat(' ', 'seconds')}",
        f"python    {platform.python_version()} on {platform.platform()}",
        "",
        "".join(traceback.format_exception(error)),
    )
    return "\n".join(lines)


def _state_folder() -> Path:
    named = Path(os.environ.get("XDG_STATE_HOME") or "")
    state = named if named.is_absolute() else Path.home() / ".local" / "state"
    return state / "pubmed-semantic-search"


def _write(folder: Path, name: str, text: bytes) -> Path:
    # A new file that only its owner can read, under a name that nobody can have prepared.
    descriptor, path = tempfile.mkstemp(prefix=name, suffix=_SUFFIX, dir=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)
    return Path(path)


def _remove_oldest(folder: Path) -> None:
    logs = sorted(
        (path for path in folder.glob(f"*{_SUFFIX}") if path.is_file()), key=lambda path: path.stat().st_mtime
    )
    for path in logs[:-_KEPT]:
        path.unlink(missing_ok=True)
