"""Code that runs as a user who may read a library and not write it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.paths import ROOT

_NOBODY = 65534
_START = """
import os, resource, sys
from pathlib import Path
from index.core.errors import PubmedError
from index.library.layout import Library
from index.store.article_store import ArticleStore
from index.store.store_check import verify_store
library = Library(Path(sys.argv[1]))
if os.getuid() == 0:
    os.setgroups([]), os.setgid({nobody}), os.setuid({nobody})
try:
    exec(sys.stdin.read())
except PubmedError as error:
    print(type(error).__name__, error)
"""


@contextmanager
def readable_by_all() -> Iterator[Path]:
    """Yield a new folder that every user may enter; pytest's own folders let only their owner."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def start_as_reader(code: str, library: Path) -> subprocess.Popen[str]:
    """Start code, with the names above and `library`, as a user who may not write there."""
    if os.getuid():  # the owner of the folder takes away the right for all
        for path in (library, *library.iterdir()):
            path.chmod(0o555 if path.is_dir() else 0o444)
    process = subprocess.Popen(
        [sys.executable, "-c", _START.format(nobody=_NOBODY), str(library)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdin
    process.stdin.write(code)
    process.stdin.close()
    process.stdin = None
    return process


def run_as_reader(code: str, library: Path) -> str:
    """Run code as above and return what it printed."""
    with start_as_reader(code, library) as process:
        return process.communicate(timeout=60)[0].strip()
