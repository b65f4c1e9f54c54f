"""The boundary of the commands and of the page: whatever goes wrong inside ends there as a sentence."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from index.command_line.crash_log import crash_report, write_crash_log
from index.command_line.standard_streams import ReaderLeft, flush_out, prepare_streams, print_error
from index.core.control_characters import safe
from index.core.errors import PubmedError
from index.core.system_errors import system_error

DONE, FAILED, INTERRUPTED = 0, 1, 130
_LONGEST_REASON = 300


def guarded(program: str, run: Callable[[], int], *, failed: str = "", interrupted: str = "") -> int:
    """Run a command and return its exit status, whatever is raised.

    Args:
        program: The command's name, which begins each message.
        run: The command; returns its exit status. argparse's `SystemExit` passes through.
        failed: Said after an error that is not one of ours: what is still sound, what to do.
        interrupted: Said after Ctrl-C.
    """
    try:
        prepare_streams()
        try:
            with panics_as_errors():
                status = run()
        except SystemExit:
            flush_out()
            raise
        flush_out()
    except ReaderLeft:
        return DONE
    except KeyboardInterrupt:
        if interrupted:
            print_error(f"\n{interrupted}")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - what the boundary is for
        message = explain(program, error)
        print_error(f"{program}: {message}")
        if failed and not isinstance(error, PubmedError):
            print_error(failed)
        return FAILED
    return status


def explain(program: str, error: BaseException, *, quoted: bool = True) -> str:
    """Return what to tell people about an error; an unexpected one is written to a log file, which is named.

    Args:
        program: The command's name.
        error: What was raised.
        quoted: Whether an unexpected error's own text is shown too; a page shows its type only.
    """
    if isinstance(error, PubmedError):
        return str(error)
    if refused := system_error(error, _file_of(error)):
        return str(refused)
    if isinstance(error, OSError):
        return str(error)
    what = f"an unexpected error, {_reason(error) if quoted else type(error).__name__}"
    log = write_crash_log(program, error)
    if log is None:
        return f"{what}. It cannot be written to a file; please report this:\n{crash_report(program, error)}"
    return f"{what}. Please report it with this file, which may quote what was typed:\n  {log}"


@contextmanager
def panics_as_errors() -> Iterator[None]:
    """Turn PyO3's PanicException, which no `except Exception` of a server catches, into an error that each does."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise RuntimeError(f"native code stopped: {error}") from error
        raise


def _file_of(error: BaseException) -> str:
    filename = getattr(error, "filename", None)
    return filename if isinstance(filename, str) else ""


def _reason(error: BaseException) -> str:
    text = safe(" ".join(str(error).split()))
    return f"{type(error).__name__}: {text[:_LONGEST_REASON]}" if text else type(error).__name__
