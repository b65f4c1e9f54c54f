"""What is being searched: the library, the files it was made from, and a build that runs."""

import streamlit as st

from index.core.formatting import counted, size
from index.library.layout import Library
from index.store.ingest_stats import FileStats
from search import Searcher
from search.serving.library_status import BuildProgress, LibraryStatus, running_build
from ui.layout.frame import show_footer
from ui.layout.html_text import plain, section_html
from ui.layout.tab_title import show_title
from ui.layout.with_searcher import show_from
from ui.state.shared_searcher import Opener

FILES_LISTED = 100
WATCHED_EVERY_S = 2.0


def show_library_page(opener: Opener) -> None:
    """Draw what is known about the library.

    Args:
        opener: Opens the library.
    """
    show_from(opener, _show)


def _show(searcher: Searcher) -> None:
    show_title("Library")
    corpus = searcher.corpus()
    st.html('<h2 class="lead">Library</h2>')
    _show_build(Library(corpus.library))
    placeholder = st.empty()
    placeholder.skeleton(height=320)
    placeholder.html(holdings_html(_holdings(searcher, corpus.build), corpus.service or str(corpus.library)))
    show_footer(corpus)


@st.cache_data(max_entries=4, show_spinner=False)
def _holdings(_searcher: Searcher, build: str) -> LibraryStatus:  # noqa: ARG001 - the build is the cache's key
    return _searcher.holdings()


@st.fragment(run_every=WATCHED_EVERY_S)
def _show_build(library: Library) -> None:
    if running := running_build(library):
        st.html(build_html(running))


def build_html(running: BuildProgress) -> str:
    """Return how far a running build is; searching goes on."""
    since = f"since {plain(running.holder.since[:16])} UTC"
    stage = running.stage
    if stage is None:
        return f'<p class="building" role="status">A build is running, {since}. Searching goes on in this index.</p>'
    share = (
        f'<progress max="{stage.total:.0f}" value="{stage.done:.0f}" aria-label="{plain(stage.what)}"></progress>'
        if stage.total
        else ""
    )
    total = f" of {stage.total:,.0f}" if stage.total else ""
    return (
        f'<p class="building" role="status">A build is running, {since}. {plain(stage.what)}: {stage.done:,.0f}{total} '
        f"{plain(stage.unit)}s {share}<br>Searching goes on in this index until the new one has been verified.</p>"
    )


def holdings_html(holdings: LibraryStatus, folder: str) -> str:
    """Return a table of the library, its files, and how to bring the library up to date."""
    return f'<dl class="table">{_rows(holdings, folder)}</dl>{_files(holdings)}{_how_to(folder)}'


def _rows(holdings: LibraryStatus, folder: str) -> str:
    store, manifest = holdings.store, holdings.manifest
    years = [year_count.year for year_count in store.years if year_count.year is not None]
    searchable = "" if manifest.articles == store.articles else f", {manifest.articles:,} of them searchable"
    rows = {
        "Articles": f"{store.articles:,}{searchable} · {store.with_abstract:,} with an abstract",
        "Years": f"{years[0]} to {years[-1]}" if years else "none",
        "Newest record": store.newest or "none has a date",
        "Retracted": f"{store.retractions:,}",
        "Deleted by NLM": f"{store.deletions:,}",
        "Files": f"{len(store.applied):,} applied · {len(store.bad_files):,} refused · {len(store.missing):,} missing",
        "Records set aside": f"{len(store.set_aside):,}",
        "MeSH vocabulary": str(holdings.mesh) if holdings.mesh else "not loaded: narrower headings do not count",
        "Index": f"{manifest.build} · {size(manifest.size_bytes)} · {manifest.vectors}",
        "Model": f"{manifest.model} · {manifest.dimensions} dimensions · {manifest.precision}",
        "Fingerprint": manifest.fingerprint[:16],
        "Store": size(store.bytes),
        "Folder": folder,
    }
    return "".join(f"<dt>{name}</dt><dd>{plain(value)}</dd>" for name, value in rows.items())


def _files(holdings: LibraryStatus) -> str:
    store = holdings.store
    problems = [f"{file.name}: {file.reason}" for file in store.bad_files]
    problems += [
        f"{record.file}, record {record.position} (PMID {record.pmid or 'none'}): {record.reason}"
        for record in store.set_aside
    ]
    problems += [f"{name}: never seen, though later files were" for name in store.missing]
    parts = [
        _folded(
            f"{counted(len(problems), 'file or record', 'files and records')} set aside or missing",
            problems,
            opened=True,
        ),
        _folded(
            counted(len(store.applied), "file") + " applied" + (", the newest first" if store.applied[1:] else ""),
            [_file_line(file) for file in store.applied[::-1]],
        ),
    ]
    return "".join(parts)


def _file_line(file: FileStats) -> str:
    return f"{file.name}: {counted(file.read, 'record')} read"


def _folded(heading: str, lines: list[str], *, opened: bool = False) -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{plain(line)}</li>" for line in lines[:FILES_LISTED])
    rest = len(lines) - FILES_LISTED
    more = f"<li>and {rest:,} more: rebuild-index --status --json</li>" if rest > 0 else ""
    return f"<details{' open' if opened else ''}><summary>{heading}</summary><ul>{items}{more}</ul></details>"


def _how_to(folder: str) -> str:
    commands = {
        "Add files that you have": "rebuild-index FOLDER",
        "Take NLM's update files": "rebuild-index --mirror updates",
        "Check everything": "rebuild-index --verify",
        "Go back to the index before": "rebuild-index --rollback",
    }
    rows = "".join(
        f"<dt>{purpose}</dt><dd><code>{command} --library {plain(folder)}</code></dd>"
        for purpose, command in commands.items()
    )
    return section_html("Bringing it up to date", f'<dl class="table">{rows}</dl>')
