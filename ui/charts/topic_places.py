"""Where the names of a map of topics stand: near the middle of their groups, none over another."""

from collections.abc import Sequence

from search.explore.topic_map import Topic

WIDTH, HEIGHT = 560, 352
"""Pixels of the smallest map that shows names; on a wider one they are further apart."""
_LETTER, _LINE = 7.5, 20
"""Pixels of a letter of a name, and of its line."""

Box = tuple[float, float, float, float]


def name_of(topic: Topic) -> str:
    """Return the first term of a topic."""
    return topic.label[0] if topic.label else "other subjects"


def places(topics: Sequence[Topic]) -> list[tuple[float, float]]:
    """Return where the middle of each name stands, each coordinate 0 to 1 and y from the top.

    A name that would lie over an earlier one moves up or down to the nearest free line.
    """
    boxes: list[Box] = []
    for topic in topics:
        half = min(WIDTH, _LETTER * len(name_of(topic))) / 2
        x = min(max(topic.x * WIDTH, half), WIDTH - half)
        middle = min(max((1 - topic.y) * HEIGHT, _LINE / 2), HEIGHT - _LINE / 2)
        lines = sorted((middle + step * _LINE / 2 for step in range(-40, 41)), key=lambda y: abs(y - middle))
        inside = [y for y in lines if _LINE / 2 <= y <= HEIGHT - _LINE / 2]
        free = (y for y in inside if not any(_overlap((x - half, y, x + half, y + _LINE), box) for box in boxes))
        y = next(free, middle)
        boxes.append((x - half, y, x + half, y + _LINE))
    return [((left + right) / 2 / WIDTH, top / HEIGHT) for left, top, right, _ in boxes]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
