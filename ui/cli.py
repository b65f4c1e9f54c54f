"""`pubmed-ui`: the page on this machine."""

import argparse
import errno
import os
import socket
from collections.abc import Sequence

from index.command_line.boundary import guarded
from index.command_line.extras import needs_extra
from index.command_line.standard_streams import flush_out, print_out
from index.core.errors import ResourceError
from index.library.layout import Library
from search.service.remote.server_address import ServerAddress

DEFAULT_PORT = 8501


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the page until it is stopped.

    Returns:
        0 when stopped, 1 when the port is taken or Streamlit is not installed. Wrong usage exits with 2.
    """
    return guarded("pubmed-ui", lambda: _serve(argv))


def _serve(argv: Sequence[str] | None) -> int:
    arguments = _parser().parse_args(argv)
    library = Library.locate(arguments.library)
    if not _is_free(arguments.port):
        raise ResourceError(_port_taken(arguments.port))
    # The page script runs once a session inside Streamlit; the environment is how it learns the library.
    os.environ["PUBMED_LIBRARY"] = str(library.path)
    with needs_extra("ui", "the page"):
        from ui.web.app_server import serve  # Streamlit takes a second to import, and --help must not wait for it

    server = ServerAddress.of_environment()
    print_out(f"library     {library.path}\n" if server is None else f"service     {server.url}\n")
    flush_out()
    serve(port=arguments.port, browser=not arguments.no_browser)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pubmed-ui",
        description="Open the search page in the browser. It listens on this machine only and sends nothing out.",
        epilog="example: pubmed-ui --library data/library --port 8600 --no-browser",
    )
    parser.add_argument("--library", metavar="FOLDER", help="the library (default: PUBMED_LIBRARY, else data/library)")
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, help="port on 127.0.0.1 (default: %(default)s)")
    parser.add_argument("--no-browser", action="store_true", help="serve only; open no browser window")
    return parser


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:  # noqa: PLR2004 - TCP's own range
        return int(text)
    raise argparse.ArgumentTypeError(f"a port must be a number from 1 to 65535, not {text!r}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def _port_taken(port: int) -> str:
    other_port = port + 1 if port < 65535 else port - 1  # noqa: PLR2004 - TCP's own range
    return (
        f"Port {port} is not free: another program, perhaps another pubmed-ui, uses it.\n"
        f"  pubmed-ui --port {other_port}"
    )
