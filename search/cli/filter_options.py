"""The filter options of `pubmed-search`."""

import argparse
from dataclasses import fields, replace
from pathlib import Path

from index.command_line.standard_streams import print_error
from index.core.errors import QueryError
from index.sources.pmid_file import read_pmid_file
from search.cli.options import one_of, pmid
from search.filters.date_ranges import Years, read_dates
from search.filters.filters import Filters
from search.filters.vocabulary import AGES, SEXES, SPECIES

RETRACTED = ("hide", "only")


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Add one option for each filter; one given several times means any of its values."""
    group = parser.add_argument_group("filters, exact; one given several times means any of its values")
    group.add_argument("--years", type=_years, metavar="RANGE", help="2015-2021, 2015-, -2021 or 2015")
    group.add_argument("--dates", type=_dates, metavar="RANGE", help="2019/03:2021, 2019/03/31: or :2021")
    repeatable = (
        ("--author", "authors", "NAME", "Okafor NB, Okafor N or Okafor"),
        ("--journal", "journals", "NAME", "title, abbreviation or ISSN"),
        ("--type", "types", "TYPE", "publication type, such as Review"),
        ("--language", "languages", "NAME", "English or eng"),
        ("--mesh", "mesh", "HEADING", "MeSH heading; narrower ones count where MeSH is loaded"),
    )
    for option, name, metavar, help_text in repeatable:
        group.add_argument(option, dest=name, action="append", default=[], metavar=metavar, help=help_text)
    for name, values in (("species", SPECIES), ("age", AGES), ("sex", SEXES)):
        group.add_argument(
            f"--{name}",
            action="append",
            default=[],
            type=one_of(values),
            choices=list(values),
            help="by MeSH check tags",
        )
    group.add_argument(
        "--pmid", dest="pmids", action="append", default=[], type=pmid, metavar="PMID", help="only these articles"
    )
    group.add_argument(
        "--pmid-file",
        dest="pmid_files",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="only the articles whose PMIDs a file holds: NBIB, RIS, CSV or a list",
    )
    group.add_argument("--has-abstract", action="store_true", help="with an abstract")
    group.add_argument("--free-full-text", action="store_true", help="free at PubMed Central")
    group.add_argument(
        "--retracted", type=one_of(RETRACTED), choices=RETRACTED, help="retracted articles (default: shown and marked)"
    )


def filters_of(arguments: argparse.Namespace) -> Filters:
    """Return the filters that the options ask for.

    Raises:
        QueryError: A value is not valid.
        SourceError: A file of PMIDs cannot be read, or holds none.
    """
    filters = Filters.of(**{field.name: getattr(arguments, field.name) for field in fields(Filters)})
    lists = [read_pmid_file(path) for path in arguments.pmid_files]
    return replace(filters, pmids=(*filters.pmids, *(number for listed in lists for number in listed.pmids)))


def say_what_was_read(arguments: argparse.Namespace) -> None:
    """Tell on stderr how many PMIDs each file holds, and how many of its records have none."""
    for path in arguments.pmid_files:
        print_error(f"pmids       {read_pmid_file(path)}")


def _years(text: str) -> Years:
    try:
        return Years.parse(text)
    except QueryError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _dates(text: str) -> tuple[str | None, str | None]:
    try:
        return read_dates(text)
    except QueryError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
