"""Somebody who searches a library all the while: no error and no mixture of two builds may ever be seen."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

from index.library.layout import Library
from search import Searcher
from tests.support.builds.killed_builds import small_builds

QUESTIONS = ("number7 of topic3", "place2 again", "story[ti] AND number3", "new story", "topic1 OR topic2")

Answer = tuple[tuple[int, float], ...]


class Answers:
    """What searches found, by build and question.

    Attributes:
        found: Every different answer; there must be one for each build and question.
        searches: How many were made.
    """

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], set[Answer]] = defaultdict(set)
        self.searches = 0

    @property
    def builds(self) -> set[str]:
        """The builds that answered."""
        return {build for build, _ in self.found}

    def ask(self, pubmed: Searcher, question: str) -> None:
        """Search once, and compare with what this build answered before."""
        page = pubmed.search(question, limit=40)
        answer = tuple((hit.article.pmid, round(hit.score, 4)) for hit in page.hits)
        answers = self.found[page.build, question]
        answers.add(answer)
        assert len(answers) == 1, (page.build, question, answers)
        self.searches += 1


@contextmanager
def searching(library: Library, *, threads: int = 1) -> Iterator[Answers]:
    """Search in `threads` threads that share a searcher until the block ends, then raise what they ran into."""
    answers, ended, errors = Answers(), threading.Event(), list[BaseException]()

    def search(pubmed: Searcher) -> None:
        try:
            for question in cycle(QUESTIONS):
                if ended.is_set() and answers.searches >= len(QUESTIONS):
                    return
                answers.ask(pubmed, question)
        except BaseException as error:  # noqa: BLE001 - raised below, in the test's own thread
            errors.append(error)

    with small_builds(), Searcher.open(library.path) as pubmed:
        running = [threading.Thread(target=search, args=(pubmed,)) for _ in range(threads)]
        for thread in running:
            thread.start()
        try:
            yield answers
        finally:
            ended.set()
            for thread in running:
                thread.join(60)
        for question in QUESTIONS:  # once more, on what is in service now
            answers.ask(pubmed, question)
    if errors:
        raise errors[0]
