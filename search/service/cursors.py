"""Cursors: where the next page of a list begins, bound to the list and to the build that made it."""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Self

from index.core.json_text import parse_json
from search.service.refusals import Refusal

_FURTHEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of a page.

    Attributes:
        build: The build that made the list, "" before the first page.
        request: Digest of what was asked.
        offset: How many results come before the page.
    """

    build: str
    request: str
    offset: int

    @classmethod
    def of(cls, text: str, asked: object) -> Self:
        """Read a cursor, "" for the first page.

        Args:
            text: What `str` made of it.
            asked: What is asked now, as JSON takes it.

        Raises:
            Refusal: It is no cursor, or one of another request.
        """
        request = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]
        if not text:
            return cls("", request, 0)
        cursor = cls._read(text)
        if cursor is None:
            raise Refusal(422, "cursor", "This is no cursor: give a next_cursor as it was received, or leave it out.")
        if cursor.request != request:
            raise Refusal(
                422, "cursor", "The cursor belongs to another request: repeat query, filters and order with it."
            )
        return cursor

    @classmethod
    def _read(cls, text: str) -> Self | None:
        try:
            values = parse_json(base64.urlsafe_b64decode(text.encode()))
        except (ValueError, binascii.Error):
            return None
        if not isinstance(values, list) or [type(value) for value in values] != [str, str, int]:
            return None
        build, request, offset = values
        return cls(build, request, offset) if build and 0 < offset <= _FURTHEST else None

    def __str__(self) -> str:
        """Return it as one word for an address."""
        return base64.urlsafe_b64encode(json.dumps([self.build, self.request, self.offset]).encode()).decode()

    def check_build(self, build: str) -> None:
        """Refuse a page of another build than the pages before it.

        Raises:
            Refusal: A new build was published in between.
        """
        if self.build and self.build != build:
            raise Refusal(
                410,
                "cursor_expired",
                f"The list was made by build {self.build}, now {build} is in service: ask again without cursor.",
            )

    def after(self, shown: int, *, build: str, listed: int) -> str | None:
        """Return the cursor of the next page, or None after the last one.

        Args:
            shown: How many results this page shows.
            build: The build that made it.
            listed: How many there are in all.
        """
        end = self.offset + shown
        return str(type(self)(build, self.request, end)) if shown and end < listed else None
