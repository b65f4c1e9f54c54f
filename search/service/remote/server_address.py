"""The service that `PUBMED_SERVER` names, in place of a library on this machine."""

import os
import re
from dataclasses import dataclass
from typing import Self

from index.core.errors import ResourceError

SERVER, TOKEN = "PUBMED_SERVER", "PUBMED_SERVE_TOKEN"
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(:[0-9]{1,5})?/?")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a service is, and what it asks of its clients.

    Attributes:
        url: `http://HOST:PORT`, or https, without a slash at its end.
        token: Its bearer token, or "".
    """

    url: str
    token: str = ""

    @classmethod
    def of_environment(cls) -> Self | None:
        """Return the service that the environment names; None where it names none.

        Raises:
            ResourceError: What it names is no address.
        """
        named = os.environ.get(SERVER, "")
        if not named:
            return None
        if not _ADDRESS.fullmatch(named):
            raise ResourceError(
                f"{SERVER} is {named[:100]!r}, which is no address of a service. Set it to http://HOST:PORT, or "
                "unset it."
            )
        return cls(named.rstrip("/"), os.environ.get(TOKEN, ""))

    @property
    def headers(self) -> dict[str, str]:
        """The headers that each request to it needs."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def no_answer(self, reason: str) -> ResourceError:
        """Return what to raise where it does not answer."""
        return ResourceError(
            f"The service at {self.url} gives no answer ({reason}). Start it there, or search a library here:\n"
            f"  unset {SERVER}"
        )
