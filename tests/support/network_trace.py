"""What a program does with the network as the kernel sees it, native code included: `strace` writes it down."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

_CALL = re.compile(r"\b(?:connect|sendto|sendmsg|sendmmsg)\(")
_LOOPBACK = re.compile(r'inet_addr\("127\.|inet_pton\(AF_INET6, "::1"|"::ffff:127\.')


def traced(program: Sequence[str], log: Path) -> list[str]:
    """Return the command that runs a program with its network calls, and those of all its children, in a log.

    The program keeps its process id: the tracer is its child (`-D`).
    """
    if shutil.which("strace") is None:
        pytest.skip("no strace on this machine: apt-get install strace")
    return ["strace", "-D", "-f", "-qq", "--seccomp-bpf", "-e", "trace=network", "-o", str(log), *program]


def connections(log: Path) -> list[str]:
    """Return the calls that reach for another machine, or for a name of one."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    assert lines, "a program that opens no socket at all still makes a pair of them: was it traced?"
    return [line for line in lines if _CALL.search(line) and "AF_INET" in line and not _LOOPBACK.search(line)]
