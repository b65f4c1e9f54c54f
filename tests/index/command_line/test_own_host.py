"""The name in a Host header."""

import pytest

from index.command_line.own_host import host_name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("LocalHost:8000", "localhost"),
        ("[::1]:8000", "::1"),
        ("search.example:80", "search.example"),
        ("", None),
        ("evil@127.0.0.1", None),
        ("127.0.0.1:8000:1", None),
        ("127.0.0.1:123456", None),
        ("127.0.0.1\n", None),
        ("::1", None),
        ("127.0.0.1/x", None),
    ],
)
def test_a_host_header_has_one_name_or_is_malformed(header, name):
    assert host_name(header) == name
