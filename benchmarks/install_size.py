"""How much disk does an installation take, and what does each extra add to it?

torch is installed as `make install` does it (`TORCH_INDEX=` chooses its build), the rest by pip within
`constraints.txt`. Each extra goes into a copy of the installed core, so that what it shares with another one counts for
both. Whole virtual environments are measured, byte code and pip included, and the default model.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from benchmarks._measure import report, timed

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = ("ui", "sample", "serve", "cluster", "train", "evaluate", "langchain", "llama-index", "haystack", "dspy")
UNBOUND = {"dspy": "python-dateutil"}
"""A package that an extra needs older than `constraints.txt` has it."""


def main() -> None:
    """Install everything and print the line."""
    with tempfile.TemporaryDirectory(prefix="pubmed-sizes-") as folder:
        core = Path(folder, "core")
        timed(("make", "--directory", str(ROOT), f"VENV={core}", f"{core}/torch"))
        _install(core, ".")
        size = _megabytes(core)
        added = {extra: _megabytes(_with(extra, core)) - size for extra in EXTRAS}
    report("How much disk does an installation take?", {"core_mb": size, "added_mb": added}, packages=["torch"])


def _with(extra: str, core: Path) -> Path:
    """Return a copy of the core with an extra; only files that differ take space of their own."""
    copy = core.with_name(extra)
    shutil.copytree(core, copy, symlinks=True, copy_function=os.link)
    _install(copy, f".[{extra}]", unbound=UNBOUND.get(extra))
    return copy


def _install(venv: Path, what: str, *, unbound: str | None = None) -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    constraints = venv / "constraints.txt"
    constraints.write_text("\n".join(line for line in lines if line.partition("==")[0] != unbound))
    pip = (str(venv / "bin/python"), "-m", "pip", "install", "--quiet", "--constraint", str(constraints))
    subprocess.run((*pip, "--editable", what), check=True, cwd=ROOT)


def _megabytes(folder: Path) -> int:
    """Return what the files of a folder take on disk, in units of 1,000,000 bytes."""
    return round(sum(path.lstat().st_blocks * 512 for path in folder.rglob("*")) / 1e6)


if __name__ == "__main__":
    main()
