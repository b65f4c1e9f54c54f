"""From where an HTTP request comes, for servers that answer to their own names and their own pages only.

A site can point its own name at 127.0.0.1 and let a browser read the answers (DNS rebinding); the name in the Host
header gives it away. A page of another site, another port of this machine included, is given away by Origin and
Sec-Fetch-Site, which browsers write and pages cannot change.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Self

LOOPBACK = frozenset({"127.0.0.1", "localhost"})
# The whole header, not what a parser makes of it: "evil@127.0.0.1" has a host that is ours and a name that is not.
_HOST = re.compile(r"([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.IGNORECASE)
_OURSELVES = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site for what our own page asks for, and for what a person types."""


def host_name(header: str) -> str | None:
    """Return the name or address of a Host header, lower case, without port and brackets; None if it is malformed."""
    match = _HOST.fullmatch(header)
    return match[1].strip("[]").lower() if match else None


@dataclass(frozen=True, slots=True)
class Sender:
    """What a request's headers say of where it comes from, in lower case.

    Attributes:
        hosts: Values of Host; there must be one.
        origins: Values of Origin; programs send none.
        sites: Values of Sec-Fetch-Site; programs send none.
    """

    hosts: tuple[str, ...]
    origins: tuple[str, ...]
    sites: tuple[str, ...]

    @classmethod
    def of(cls, headers: Iterable[tuple[bytes, bytes]]) -> Self:
        """Read the headers of an ASGI request."""
        sent = [(name, value.decode("latin-1").lower()) for name, value in headers]
        names = (b"host", b"origin", b"sec-fetch-site")
        return cls(*(tuple(value for name, value in sent if name == wanted) for wanted in names))

    def names(self, own: Collection[str]) -> bool:
        """Whether the request is to one of these names."""
        return len(self.hosts) == 1 and host_name(self.hosts[0]) in own

    @property
    def is_foreign_origin(self) -> bool:
        """Whether a page of another address sends it; call it only where `names` holds."""
        return any(origin != f"http://{self.hosts[0]}" for origin in self.origins)

    @property
    def is_foreign_site(self) -> bool:
        """Whether a page of another site sends it, or links to it."""
        return not _OURSELVES.issuperset(self.sites)
