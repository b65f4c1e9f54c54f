"""`pubmed-serve`: a library for programs on this machine, over HTTP or standard streams."""

import argparse
import logging
import os
import signal
import socket
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os import cpu_count
from typing import TYPE_CHECKING

from index.cluster.ray_session import ray_address, ray_session
from index.command_line.boundary import DONE, guarded
from index.command_line.extras import needs_extra
from index.command_line.option_types import whole_number
from index.command_line.own_host import LOOPBACK
from index.command_line.standard_streams import print_error
from index.command_line.version import add_version
from index.core.errors import ResourceError
from index.library.builds import read_pointer
from index.library.layout import Library
from index.library.shard_place import in_order
from search.service.cluster.replica_count import ReplicaCount, replica_count
from search.service.remote.server_address import TOKEN, ServerAddress

if TYPE_CHECKING:
    from search.service.guard import Access, Guard
    from search.service.served_library import ServedLibrary

PROGRAM, DEFAULT_PORT, LAST_PORT = "pubmed-serve", 8000, 65535
FEWEST_REPLICAS = 2
"""Where nothing else is said: one that dies leaves another."""
SHUTDOWN_S = 30
"""How long answers under way may take to end once the service is told to stop."""


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until told to stop.

    Returns:
        0 when stopped, 1 where there is no library or no free port. Wrong usage exits with 2.
    """
    return guarded(PROGRAM, lambda: _serve(argv))


@needs_extra("serve", "serving")
def _serve(argv: Sequence[str] | None) -> int:
    parser = _parser()
    arguments, token = parser.parse_args(argv), os.environ.get(TOKEN, "")
    if arguments.host not in LOOPBACK and not token:
        parser.error(f"another host than 127.0.0.1 needs a token: set {TOKEN} to a long random word")
    if arguments.replicas and not arguments.on:
        parser.error("--replicas needs --on: `--on ray` starts Ray here")
    if arguments.shards and arguments.library:
        parser.error("--shards names the folders of all shards, --library that of a whole library: give one of them")
    if arguments.on and arguments.stdio:
        parser.error("--stdio serves one client: leave --on out, or let PUBMED_SERVER name the service")
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(message)s")
    logging.getLogger("search.service").setLevel(logging.INFO)
    warnings.simplefilter("ignore")  # what the model's libraries print while they load
    if arguments.log_queries:
        logging.getLogger("search.service.queries").setLevel(logging.DEBUG)
    # Taken before the model is loaded, so that a port in use is said at once.
    listener = None if arguments.stdio else _listener(arguments.host, arguments.port)
    if listener is None:
        server = ServerAddress.of_environment()
        _serve_streams(arguments) if server is None else _relay_streams(server)
    elif arguments.on:
        _serve_replicas(arguments, listener, token)
    else:
        _serve_library(arguments, listener, token)
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Serve your library of PubMed articles to programs: REST under /v1, MCP under /mcp.",
        epilog=f"{TOKEN} in the environment is the token that clients must send. docs/service.md tells more. "
        "Exit status: 0 stopped, 1 a stated error, 2 wrong usage.",
    )
    parser.add_argument("--library", metavar="DIR", help="the library (default: PUBMED_LIBRARY, else data/library)")
    parser.add_argument(
        "--shards", nargs="+", metavar="DIR", help="the folders of all shards of a split library (docs/scale.md)"
    )
    parser.add_argument("--stdio", action="store_true", help="speak MCP over standard input and output")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; another one needs a token")
    parser.add_argument(
        "--port", type=whole_number(0, LAST_PORT), default=DEFAULT_PORT, help="port (default: %(default)s)"
    )
    parser.add_argument(
        "--on",
        type=ray_address,
        metavar="RAY",
        help="serve by replicas: ray starts Ray here, ray://HOST:PORT joins one",
    )
    parser.add_argument(
        "--replicas",
        type=replica_count,
        metavar="N",
        help=f"with --on: how many, or from how few to how many: 2-8 (default: {FEWEST_REPLICAS})",
    )
    add_version(parser)
    parser.add_argument("--log-queries", action="store_true", help="write what is asked to the log")
    return parser


def _listener(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        other = f"\n  {PROGRAM} --port {port + 1 if port < LAST_PORT else port - 1}"
        raise ResourceError(f"{host} port {port} cannot be listened on: {error.strerror or error}.{other}") from error


def _serve_library(arguments: argparse.Namespace, listener: socket.socket, token: str) -> None:
    from search.service.app import service

    with _opened(arguments) as library:
        _listen(service(library, access=_access(arguments.host, token)), arguments, listener)


def _serve_replicas(arguments: argparse.Namespace, listener: socket.socket, token: str) -> None:
    count = arguments.replicas or ReplicaCount(FEWEST_REPLICAS, FEWEST_REPLICAS)
    libraries, access = _libraries(arguments), _access(arguments.host, token)
    for library in libraries:
        read_pointer(library)  # before Ray starts, so that a library that is not there is said at once
    processes = count.most * (len(libraries) + (len(libraries) > 1))
    with needs_extra("cluster", "`--on ray`"), ray_session(arguments.on, cpus=max(cpu_count() or 1, processes)):
        from search.service.cluster.deployment import replicated_service

        with replicated_service(libraries, count, access=access) as app:
            _listen(app, arguments, listener)


def _serve_streams(arguments: argparse.Namespace) -> None:
    from search.service.served_library import Desk
    from search.service.tools.mcp_server import mcp_server
    from search.service.workers import Bounds, Workers

    with _opened(arguments) as library:
        mcp_server(Desk(library, Workers(Bounds()))).run("stdio")


def _relay_streams(server: ServerAddress) -> None:
    from search.service.remote.stdio_relay import relay_streams

    relay_streams(server)


@contextmanager
def _opened(arguments: argparse.Namespace) -> "Iterator[ServedLibrary]":
    from search.service.command_door import command_door
    from search.service.served_library import ServedLibrary  # heavy: `--help` must not pay for it

    if arguments.shards:
        from search.serving.open_split import local_split

        with local_split(_libraries(arguments)) as (joined, build), ServedLibrary(joined, build) as library:
            yield library
        return
    with ServedLibrary.open(arguments.library) as library, command_door(library, Library.locate(arguments.library)):
        yield library


def _libraries(arguments: argparse.Namespace) -> list[Library]:
    """Return the library, or all shards of a split one in the order of their numbers."""
    if arguments.shards:
        return in_order(list(map(Library.locate, arguments.shards)))
    return [Library.locate(arguments.library)]


def _access(host: str, token: str) -> "Access":
    from search.service.guard import Access

    return Access(token, frozenset({host.lower(), socket.gethostname().lower()}) if token else frozenset())


def _listen(app: "Guard", arguments: argparse.Namespace, listener: socket.socket) -> None:
    import uvicorn

    address = f"http://{arguments.host}:{listener.getsockname()[1]}"
    print_error(
        f"library     {' '.join(str(library.path) for library in _libraries(arguments))}\n"
        f"REST        {address}/v1/search?query=...\nMCP         {address}/mcp"
    )
    config = uvicorn.Config(
        app,
        http="h11",  # another package may bring uvicorn another parser, which answers bad requests itself
        log_config=None,
        access_log=False,  # it would hold what is asked
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    # uvicorn takes these over, ends what is under way, and raises them again: by then there is nothing left to stop.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.SIG_IGN)
    uvicorn.Server(config).run(sockets=[listener])
