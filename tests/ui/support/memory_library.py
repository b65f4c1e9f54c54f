"""A real `Searcher` over our own articles in memory, for pages that need more of it than a list."""

import os
from dataclasses import replace
from functools import cache
from pathlib import Path

from index.library.layout import Library
from index.records.article import (
    Author,
    Chemical,
    Grant,
    Identifier,
    Journal,
    Keyword,
    Link,
    MeshHeading,
    OtherAbstract,
    PublicationDate,
    Qualifier,
    Reference,
    Section,
)
from search import Searcher
from search.serving.open_build import OpenBuild
from tests.support.fakes.fake_index import FakeIndex, FakeManifest, FakeStore, article
from tests.ui.support.fake_searcher import NASTY

FULL = article(
    900000001,
    title="Sleep and memory in adolescents",
    abstract=[("BACKGROUND", "Sleep shapes memory. Little is known."), ("RESULTS", "Short sleep impaired recall.")],
    vernacular_title="Schlaf und Gedächtnis bei Jugendlichen",
    authors=(
        Author("Okafor", "Ngozi B", "NB", orcid="https://orcid.org/0000-0001-2345-6789", affiliations=("Sleep Lab",)),
        Author(collective_name="The Sleep Group"),
    ),
    journal=Journal("Journal of Sample Records", "J Sample Rec", volume="7", issue="2", pages="11-19"),
    ids=(Identifier("doi", "10.5555/sample.1"), Identifier("pmc", "PMC900001")),
    languages=("eng", "ger"),
    types=("Journal Article", "Review"),
    mesh=(MeshHeading("D012890", "Sleep", True, (Qualifier("Q000502", "physiology"),)), MeshHeading("D6801", "Humans")),
    chemicals=(Chemical("D008550", "Melatonin", "JL5DK93RCL"),),
    keywords=(Keyword("recall", owner="NOTNLM"),),
    grants=(Grant("S-1", agency="Sample Fund"),),
    references=(Reference("Moreau. An older paper.", 900000003), Reference("A book of 1999.")),
    links=(
        Link("ErratumIn", "J Sample Rec. 2021;7(3):5", 900000004),
        Link("CommentIn", "Elsewhere. 2021;1:1", 900000099),
    ),
    conflict_of_interest="None declared.",
    other_abstracts=(OtherAbstract("Publisher", "ger", (Section(None, None, "Schlaf formt das Gedächtnis."),)),),
)
ARTICLES = [
    FULL,
    article(
        900000002,
        title="Sleep and memory in rats",
        abstract="Short sleep impaired recall in rats. They were tired.",
        links=(Link("RetractionIn", pmid=900000004),),
        types=("Journal Article", "Retracted Publication"),
    ),
    article(900000003, title="Memory of older people", abstract="Older people remember their youth."),
    article(900000004, title="Erratum: sleep and memory"),
    replace(article(900000005, title=NASTY, abstract=NASTY), keywords=(Keyword(NASTY),), types=(NASTY,)),
    *(
        article(
            900000010 + number,
            title=f"Bone density, cohort {number}",
            abstract="Calcium was measured.",
            mesh=(MeshHeading("D015519", "Bone Density"),),
            published=PublicationDate("2019", first="2019-01-01", last="2019-12-31"),
        )
        for number in range(30)
    ),
]

REBUILT = [*ARTICLES, article(900000050, title="Sleep of shift workers", abstract="Naps restored recall of shifts.")]
"""What any later build of the library holds."""


def searcher_in_memory(folder: Path) -> Searcher:
    """Return a searcher over `ARTICLES` whose library folder really exists, to save searches in."""
    build = folder / "index" / "first"
    build.mkdir(parents=True, exist_ok=True)
    (folder / "current").write_text("first\n")
    index = FakeIndex(ARTICLES, FakeManifest(build="first"))
    return Searcher(Library(folder), OpenBuild(build, index, FakeStore(ARTICLES)))


@cache
def opener() -> Searcher:
    """The one searcher of a server's process, over the folder that `PUBMED_LIBRARY` names; `publish` rebuilds it."""
    OpenBuild.open = lambda library, build, *, encoder: OpenBuild(
        build, FakeIndex(REBUILT, FakeManifest(build=build.name), encoder), FakeStore(REBUILT)
    )
    return searcher_in_memory(Path(os.environ["PUBMED_LIBRARY"]))


def publish(folder: Path, build: str) -> None:
    """Put a build of `REBUILT` in service, as a rebuild in another process does."""
    library = Library(folder)
    (library.builds / build).mkdir()
    library.pointer.write_text(f"{build}\n")
