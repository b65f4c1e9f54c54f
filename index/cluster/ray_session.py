"""The connection of this process to Ray: a cluster that it starts itself on loopback, or one that runs already."""

import argparse
import fcntl
import logging
import os
import re
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from index.command_line.extras import needs_extra
from index.core.errors import ResourceError

LOCAL: Final = "ray"
"""What stands for a cluster that the program starts itself, and ends."""

_ADDRESS = re.compile(r"ray://([^/\s:@]+|\[[0-9a-fA-F:]+\]):([0-9]{1,5})")
_PREFIX = "pubmed-ray-"
# Before Ray is imported: nothing is sent out, nothing of Ray's is printed to stdout, which is for the command's own
# result, and a small machine that is busy has time to start its processes.
SETTINGS = {
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "60",
    "RAY_SERVE_PROXY_HEALTH_CHECK_TIMEOUT_S": "60",
}
# Of a cluster that is started here. The first one is named after other systems, but it is what makes Ray listen on
# 127.0.0.1; the token keeps other users of this machine from running their code as this one.
LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_AUTH_MODE": "token"}
_CONNECT_TIMEOUT_S = 10


def ray_address(text: str) -> str:
    """Read the value of `--on`, for argparse's `type`: "ray" or "ray://HOST:PORT"."""
    if text != LOCAL and not _ADDRESS.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"expected ray, or ray://HOST:PORT with what `ray start --head` prints, not {text[:60]!r}"
        )
    return text


@contextmanager
def ray_session(address: str, *, cpus: int | None = None) -> Iterator[None]:
    """Connect this process to Ray until the block ends; then a cluster that was started here is ended.

    It is a driver of the cluster, not a Ray Client: that one's server, a further process between, keeps every object
    until it notices that the client is gone, while a driver that is killed takes its own workers with it.

    Args:
        address: As `ray_address` reads it.
        cpus: Of a cluster that is started here, how many CPUs it shall count; None for the machine's.

    Raises:
        ValueError: `address` is neither "ray" nor "ray://HOST:PORT".
        ResourceError: Ray is not installed, cannot be started here, or no cluster answers at the address.
    """
    found = _ADDRESS.fullmatch(address)
    if not found and address != LOCAL:
        raise ValueError(f"{address!r} is neither {LOCAL} nor ray://HOST:PORT")
    own = {} if address != LOCAL else {**LOOPBACK, "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    for name, value in (SETTINGS | own).items():
        os.environ.setdefault(name, value)
    with needs_extra("cluster", "`--on ray`"):
        import ray
    with _temporary_folder() as folder:
        try:
            if found:
                _connect(f"{found[1]}:{found[2]}")
            else:
                _start(folder, cpus)
            yield
        finally:
            ray.shutdown()


def _start(folder: Path, cpus: int | None) -> None:
    import ray

    try:
        ray.init(
            address="local",
            num_cpus=cpus or len(os.sched_getaffinity(0)),
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
            _node_ip_address="127.0.0.1",
            _temp_dir=str(folder),
        )
    except Exception as error:  # Ray raises anything, from OSError to its own
        raise ResourceError(f"Ray cannot be started here: {error}") from error


def _connect(address: str) -> None:
    import ray

    host, _, port = address.rpartition(":")
    try:
        # Ray itself tries for many minutes.
        socket.create_connection((host.strip("[]"), int(port)), _CONNECT_TIMEOUT_S).close()
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except Exception as error:  # as above
        raise ResourceError(
            f"No Ray cluster can be joined at {address} ({_first_line(error)}). This command runs on a machine of the "
            f"cluster, and takes the address that `ray start --head` prints:\n  ray start --address {address}"
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """Yield a folder for Ray's sockets and logs; those that killed processes left are removed.

    Its name is short, because a socket's path may have 107 bytes, of which Ray needs 70.
    """
    parent = Path(os.environ.get("RAY_TMPDIR") or tempfile.gettempdir())
    for left in parent.glob(f"{_PREFIX}*"):
        with _locked(left) as is_left:
            if is_left:
                shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    with _locked(folder):
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Hold a folder's lock, which its owner's end releases, and yield whether nobody else holds it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        yield False
        return
    try:
        is_free = False
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_free = True
        yield is_free
    finally:
        os.close(descriptor)
