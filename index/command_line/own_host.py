"""The name in an HTTP request's Host header, for servers that answer to their own names only.

A site can point its own name at 127.0.0.1 and let a browser read the answers (DNS rebinding); the name in the header
gives it away.
"""

import re

LOOPBACK = frozenset({"127.0.0.1", "localhost"})
# The whole header, not what a parser makes of it: "evil@127.0.0.1" has a host that is ours and a name that is not.
_HOST = re.compile(r"([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.IGNORECASE)


def host_name(header: str) -> str | None:
    """Return the name or address of a Host header, lower case, without port and brackets; None if it is malformed."""
    match = _HOST.fullmatch(header)
    return match[1].strip("[]").lower() if match else None
