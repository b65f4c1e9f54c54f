"""Which release answers, and how the next one is taken up: every replica has it first, then all answer from it."""

from collections.abc import Collection

SEEN_S = 10.0
"""A replica that was not heard of for so long has died."""
KEPT_S = 60.0
"""How long replicas keep a release after the next one has taken its place: for the answers under way."""


class Rollout:
    """The state of a service's releases; times are seconds of one clock."""

    def __init__(self) -> None:
        self._serving = ""
        self._next = ""
        self._earlier: dict[str, float] = {}
        self._held: dict[str, tuple[float, frozenset[str]]] = {}

    @property
    def serving(self) -> str:
        """The release that answers; "" before there is one."""
        return self._serving

    @property
    def newest(self) -> str:
        """The release that answers, or is to be the next one that does."""
        return self._next or self._serving

    @property
    def living(self) -> frozenset[str]:
        """The replicas that were heard of lately."""
        return frozenset(self._held)

    def offer(self, name: str) -> None:
        """Take a release up: at once if it is the first one, else when every replica has it."""
        if not self._serving:
            self._serving = name
        self._next = "" if name == self._serving else name

    def heard(self, replica: str, held: Collection[str], now_s: float) -> tuple[str, ...]:
        """Note what a replica has, and return what it is to have, the release that answers first."""
        self._held[replica] = (now_s, frozenset(held))
        self._earlier = {name: until_s for name, until_s in self._earlier.items() if until_s > now_s}
        return tuple(dict.fromkeys(name for name in (self._serving, self._next, *self._earlier) if name))

    def switch(self, now_s: float) -> str:
        """Return the release that answers from now on: the next one, where every living replica has it."""
        self._held = {replica: seen for replica, seen in self._held.items() if seen[0] > now_s - SEEN_S}
        if self._next and self._held and all(self._next in held for _, held in self._held.values()):
            self._earlier[self._serving] = now_s + KEPT_S
            self._serving, self._next = self._next, ""
            self._earlier.pop(self._serving, None)
        return self._serving
