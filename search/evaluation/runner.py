"""A judged collection measured from start to end: its library is built if needed, then ranked and scored."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from index.core.progress import SILENT, Progress
from search.evaluation.collection import Collection
from search.evaluation.evaluator import METHODS, Evaluation, Rankings, evaluate


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """What to measure.

    Attributes:
        collection: A folder with corpus, queries and qrels.
        cache: Folder of the collection's library, reused the next time.
        split: Which judgements; None for test, else dev.
        methods: Some of `METHODS`.
        model: Embedding model, a name or folder; None for the packaged one.
        reranker: Cross-encoder, a name or folder, with which hybrid is also measured; None for none.
        mesh: File of the MeSH vocabulary, with which hybrid is also measured; None for none.
    """

    collection: Path
    cache: Path
    split: str | None = None
    methods: tuple[str, ...] = METHODS
    model: str | None = None
    reranker: str | None = None
    mesh: Path | None = None


def measure_collection(request: EvaluationRequest, progress: Progress = SILENT) -> Evaluation:
    """Build the collection's library if needed, and measure.

    Raises:
        PubmedError: The collection, its library or a model cannot be used.
    """
    from index.embedding.cross_encoder import Reranker
    from index.engine.search_index import SearchIndex
    from index.lexical.mesh import Mesh
    from index.lexical.mesh_loader import load_mesh
    from index.library.builds import current_build
    from index.store.article_store import ArticleStore

    collection = Collection.open(request.collection)
    split = request.split or next((name for name in ("test", "dev") if name in collection.splits), "test")
    collection.queries(split)  # fails now, not after an hour of encoding, if there is no such split
    reranker = Reranker.load(request.reranker) if request.reranker else None
    library = collection.library(request.cache, model=request.model, progress=progress)
    if request.mesh:
        load_mesh(request.mesh, library.mesh, progress=progress)
    with ExitStack() as stack:
        store = stack.enter_context(ArticleStore.open(library.store))
        mesh = stack.enter_context(Mesh.open(library.mesh)) if request.mesh else None
        rankings = Rankings(SearchIndex.open(current_build(library)), store, reranker, mesh)
        extra = [method for method in rankings.methods if method not in METHODS]
        return evaluate(collection, split, rankings, (*request.methods, *extra))
