"""Training pairs made of a library: its articles, and its MeSH vocabulary if one is loaded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from index.core.errors import DataError
from index.core.progress import Progress
from index.lexical.mesh import Mesh
from index.library.layout import Library
from index.records.article import Article
from index.records.passages import searched_title
from index.store.article_store import ArticleStore
from model.training_data.mesh_names import HeadingNames
from model.training_data.pair_files import TrainingPair
from model.training_data.pair_kinds import ARTICLE_KINDS, SYNONYM, draws_of, make_pair, synonym_pair
from model.training_data.pair_request import PairRequest, plain_title


@dataclass(slots=True)
class _Sample:
    """A fair sample of a stream, in bounded memory (Vitter's algorithm R, doi:10.1145/3147.3165)."""

    size: int
    draws: Random
    pairs: list[TrainingPair] = field(default_factory=list)
    seen: int = 0

    def offer(self, pair: TrainingPair) -> None:
        self.seen += 1
        if len(self.pairs) < self.size:
            self.pairs.append(pair)
        elif (position := self.draws.randrange(self.seen)) < self.size:
            self.pairs[position] = pair


def library_pairs(library: Library, request: PairRequest, progress: Progress) -> list[TrainingPair]:
    """Make pairs; the same library and request give the same pairs in the same order.

    Raises:
        LibraryError: There is no library, or its vocabulary cannot be read.
        DataError: No article gives a pair of these kinds.
        ValueError: There is no such kind.
    """
    unknown = set(request.kinds) - {*ARTICLE_KINDS, SYNONYM}
    if unknown:
        raise ValueError(f"no kind {', '.join(sorted(unknown))}; there are {', '.join((*ARTICLE_KINDS, SYNONYM))}")
    headings = _headings(library)
    samples = {
        (number, kind): _Sample(size, draws_of(request.seed, number, kind))
        for number in range(request.passes)
        for kind, size in request.kinds.items()
    }
    with ArticleStore.open(library.store) as store, progress.bar("pairs", store.count(), "article") as bar:
        for article in store.iterate():
            if not _excluded(article, request.excluded):
                _offer(article, samples, request.seed, headings)
            bar.update()
    for number in range(request.passes if SYNONYM in request.kinds else 0):
        for pair in _synonyms(headings, draws_of(request.seed, number, "names")):
            samples[number, SYNONYM].offer(pair)
    pairs = [pair for sample in samples.values() for pair in sample.pairs]
    if not pairs:
        raise DataError(f"The articles of {library.path} give no pair of the kinds {', '.join(request.kinds)}.")
    return pairs


def _headings(library: Library) -> HeadingNames:
    if not library.mesh.exists():
        return HeadingNames.of_vocabulary(())
    with Mesh.open(library.mesh) as mesh:
        return HeadingNames.of_vocabulary(mesh.descriptors())


def _offer(article: Article, samples: Mapping[tuple[int, str], _Sample], seed: int, headings: HeadingNames) -> None:
    for (number, kind), sample in samples.items():
        if kind != SYNONYM:
            pair = make_pair(kind, article, draws_of(seed, number, kind, article.pmid), headings)
            if pair is not None:
                sample.offer(pair)


def _synonyms(headings: HeadingNames, draws: Random) -> Iterator[TrainingPair]:
    pairs: Iterable[TrainingPair | None] = (synonym_pair(names, draws) for names in headings.names)
    return (pair for pair in pairs if pair is not None)


def _excluded(article: Article, excluded: frozenset[str]) -> bool:
    return str(article.pmid) in excluded or plain_title(searched_title(article)) in excluded
