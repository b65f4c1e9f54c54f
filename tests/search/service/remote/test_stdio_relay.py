"""MCP over standard streams for a service elsewhere."""

import os
import subprocess
import sys

import pytest
from mcp.client.stdio import StdioServerParameters, stdio_client

from search.service.guard import Access
from tests.search.service.service_library import listening
from tests.search.service.test_mcp import talk, transcript

PROGRAM = "import sys; from search.service.cli import main; sys.exit(main(['--stdio']))"


def environment(url: str, token: str = "") -> dict[str, str]:
    return {**os.environ, "PUBMED_SERVER": url, "PUBMED_SERVE_TOKEN": token, "PUBMED_LIBRARY": "/nonexistent"}


@pytest.mark.parametrize("token", ["", "a-secret"])
def test_a_session_is_the_same_as_with_the_service_itself(served, tmp_path, token):
    with listening(served, access=Access(token)) as url, (tmp_path / "stderr").open("w") as errors:
        command = StdioServerParameters(command=sys.executable, args=["-c", PROGRAM], env=environment(url, token))
        talk(stdio_client(command, errlog=errors), transcript)


@pytest.mark.parametrize(
    ("server", "said"),
    [("http://127.0.0.1:9", "gives no answer (ConnectError)"), ("ftp://x", "no address of a service")],
)
def test_a_service_that_is_not_there_is_said_with_what_to_do(server, said):
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(
        command, env=environment(server), capture_output=True, text=True, timeout=60, check=False, input=""
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert "unset" in done.stderr


def test_a_wrong_token_is_said(served):
    with listening(served, access=Access("a-secret")) as url:
        command = [sys.executable, "-c", PROGRAM]
        done = subprocess.run(
            command, env=environment(url, "wrong"), capture_output=True, text=True, timeout=60, check=False, input=""
        )
    assert done.returncode == 1
    assert "status 401" in done.stderr
