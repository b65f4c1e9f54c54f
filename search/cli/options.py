"""Options that the sub-commands of `pubmed-search` share."""

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from index.command_line.option_types import positive, whole_number
from index.command_line.standard_streams import print_out
from index.core.errors import QueryError
from search.filters.validation import did_you_mean
from search.retrieval.ordering import Order


def add_limit(parser: argparse.ArgumentParser) -> None:
    """Add the number of results."""
    parser.add_argument("--limit", type=positive, default=10, metavar="N", help="how many results (default: 10)")


def add_offset(parser: argparse.ArgumentParser) -> None:
    """Add the number of results to skip."""
    parser.add_argument(
        "--offset", type=whole_number(0), default=0, metavar="N", help="how many better results to skip (default: 0)"
    )


def add_library(parser: argparse.ArgumentParser) -> None:
    """Add the library's folder."""
    parser.add_argument("--library", metavar="DIR", help="the library (default: PUBMED_LIBRARY, else data/library)")


def add_server(parser: argparse.ArgumentParser) -> None:
    """Add the option that loads the library even where `pubmed-serve` has it open."""
    parser.add_argument(
        "--no-server",
        dest="server",
        action="store_false",
        help="load the library here, even where a running pubmed-serve holds it ready",
    )


class _PrintCompletion(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002 - as argparse calls it
        values: str | Sequence[object] | None,
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        import shtab  # here, not above: nobody else needs it

        if self.const:
            words, commands = self.const
            words.choices = commands  # only now: else nothing but a command could be typed
        print_out(shtab.complete(parser, shell=str(values)))
        parser.exit()


def add_completion(
    parser: argparse.ArgumentParser, words: argparse.Action | None = None, commands: Sequence[str] = ()
) -> None:
    """Add the option that prints a completion script for a shell.

    Args:
        parser: The command's.
        words: The argument in whose place a sub-command may stand; None where there is none.
        commands: The names of those.
    """
    parser.add_argument(
        "--print-completion",
        action=_PrintCompletion,
        const=(words, commands) if words else None,
        choices=("bash", "zsh", "tcsh"),
        help="print what lets this shell complete the options",
    )


def add_ranking(parser: argparse.ArgumentParser) -> None:
    """Add the options that change the order by relevance."""
    parser.add_argument(
        "--recency", type=_years, metavar="YEARS", help="favour newer articles: a score counts half after so many years"
    )
    parser.add_argument(
        "--rerank", metavar="NAME", help="let a CrossEncoder, a folder or a cached hub name, read the best 50 again"
    )


def add_history(parser: argparse.ArgumentParser) -> None:
    """Add the file of earlier searches."""
    parser.add_argument(
        "--history",
        type=Path,
        metavar="FILE",
        help="number the search and keep it in this file, whose earlier ones it may call #1, #2",
    )


def add_mapping(parser: argparse.ArgumentParser) -> None:
    """Add the option that searches untagged words as typed."""
    parser.add_argument(
        "--no-mapping",
        dest="mapping",
        action="store_false",
        help="search the untagged words of a Boolean query as typed, not mapped to MeSH, journals and authors",
    )


def add_whole(parser: argparse.ArgumentParser) -> None:
    """Add the option that lists what is not relevant, too."""
    parser.add_argument(
        "--whole",
        action="store_true",
        help="of a plain question, list every article that passes the filters, not just the relevant ones",
    )


def _years(text: str) -> float:
    try:
        return Order(recency=float(text)).recency or 0.0
    except (ValueError, QueryError):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of years: give one above 0, such as 5") from None


def one_of(values: Iterable[str]) -> Callable[[str], str]:
    """Return what reads one of some values, in small or capital letters; another is refused with the nearest."""
    known = tuple(values)

    def read(text: str) -> str:
        if text.lower() not in known:
            raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(known)}.{did_you_mean(text, known)}")
        return text.lower()

    return read


def pmid(text: str) -> int:
    """Read a PMID."""
    try:
        return whole_number(1)(text)
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a PMID: give a number such as 33990091") from None
