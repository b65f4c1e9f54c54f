"""One stage of a build, as a process of its own, so that its memory can be told: `write`, `read` and so on."""

import argparse
from pathlib import Path

from benchmarks.growth._articles import Originals, files_of, update_path, write_files, write_update
from benchmarks.growth._vectors import VectorsAround
from index.build.index_job import IndexJob
from index.build.library_check import verify_library
from index.build.model_choice import choose_model
from index.core.progress import Progress
from index.embedding.encoder import Encoder
from index.embedding.queries.query_export import export_for_queries
from index.engine.search_index import SearchIndex
from index.ingest.ingest import ingest
from index.library.build_lock import building
from index.library.builds import current_build, current_manifest
from index.library.layout import Library
from index.sources.source_files import find_sources
from index.store.article_store import ArticleStore

WRITE, READ, ENCODE, PUBLISH = STAGES = ("write", "read", "encode", "publish")
VERIFY = "verify"
_MADE_UP = "The model gives the text"  # another vector than the index: those of copies are not the model's


def run(stage: str, folder: Path, articles: int, originals: Library, progress: Progress, *, later: bool) -> None:  # noqa: PLR0913
    """Run one stage.

    Args:
        stage: One of `STAGES`, or `VERIFY`.
        folder: Holds the files as `xml`, and the library as `library`.
        articles: How many articles to have after it.
        originals: The library of both packaged files, for its vectors.
        progress: Draws the bars.
        later: Whether it is of a later file, which changes 1,000 of the articles.
    """
    xml = folder / "xml"
    if stage == WRITE:
        if later:
            write_update(xml, articles)
        else:
            write_files(xml, articles, progress)
        return
    library = Library(folder / "library")
    if stage == VERIFY:
        faults = [fault for fault in verify_library(library, progress).faults if not fault.startswith(_MADE_UP)]
        if faults:
            raise SystemExit("\n".join(faults))
        return
    library.path.mkdir(parents=True, exist_ok=True)
    with building(library):
        if stage == READ:
            paths = [update_path(xml, articles)] if later else files_of(xml, articles)
            ingest(library, find_sources(paths), progress=progress)
            return
        choice = choose_model(originals, None, current_manifest(originals))
        encoder = Encoder.load(choice.reference, precision=choice.precision)
        with ArticleStore.open(library.store) as store:
            job = IndexJob(library, store, None, current_manifest(library), progress)
            if stage == ENCODE:
                index = SearchIndex.open(current_build(originals))
                job.encode(VectorsAround.standing_for(encoder, index, Originals.read().pmids))
            else:
                job.publish(encoder)
                export_for_queries(choice.reference, encoder.precision)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=(*STAGES, VERIFY))
    parser.add_argument("folder", type=Path)
    parser.add_argument("articles", type=int)
    parser.add_argument("--later", action="store_true", help="of a later file, which changes 1,000 of the articles")
    parser.add_argument("--library", help="both packaged files (PUBMED_LIBRARY, else data/library)")
    options = parser.parse_args()
    library = Library.locate(options.library)
    run(options.stage, options.folder, options.articles, library, Progress(), later=options.later)
