"""A `Searcher` whose library is open in a service on another machine."""

import inspect
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from typing import Any, ParamSpec, Self, TypeVar

import requests

from index.command_line.version import program_version
from index.core import errors
from index.core.errors import LibraryError, PubmedError
from index.library.layout import Library
from index.records.article import Article
from search.filters.filters import Filters
from search.recording.search_record import SearchRecord
from search.retrieval.ordering import Order
from search.searcher import Searcher
from search.service.remote.records import from_json, to_json
from search.service.remote.server_address import ServerAddress
from search.serving.library_status import Corpus
from search.serving.open_build import OpenBuild

ANSWER_S = 60
"""How long an answer may take; the service itself gives up earlier."""

P = ParamSpec("P")
R = TypeVar("R")


def _asked_there(method: Callable[P, R]) -> Callable[P, R]:
    """Return a method of the same name and arguments that asks the service."""
    signature = inspect.signature(method)

    @wraps(method)
    def ask(*args: P.args, **options: P.kwargs) -> R:
        searcher, *_ = args
        arguments = signature.bind(*args, **options).arguments
        arguments.pop("self")
        asked: R = searcher.ask(method.__name__, **arguments)  # type: ignore[attr-defined]
        return asked

    return ask


class RemoteSearcher(Searcher):
    """Searches the library of a service; saved searches and screenings stay on this machine, in its library folder.

    What takes the open library itself (many questions at once, one answer to its end) is not to be had.
    """

    def __init__(self, address: ServerAddress, library: Library) -> None:
        self._address = address
        self._library = library
        self._reranker = None
        self._process = os.getpid()
        self._session = requests.Session()
        self._session.headers.update(address.headers)
        self._session.trust_env = False  # no proxy, and no password from a file

    @classmethod
    def connect(cls, address: ServerAddress) -> Self:
        """Return a searcher for a service.

        Raises:
            ResourceError: The service does not answer.
            LibraryError: It is of another version of this program, or it has no library.
        """
        searcher = cls(address, Library.locate())
        searcher.corpus()
        return searcher

    search = _asked_there(Searcher.search)
    similar = _asked_there(Searcher.similar)
    sentences = _asked_there(Searcher.sentences)
    facets = _asked_there(Searcher.facets)
    years_of = _asked_there(Searcher.years_of)
    topics = _asked_there(Searcher.topics)
    total = _asked_there(Searcher.total)
    article = _asked_there(Searcher.article)
    citing = _asked_there(Searcher.citing)
    holdings = _asked_there(Searcher.holdings)
    recall = _asked_there(Searcher.recall)
    compare = _asked_there(Searcher.compare)
    pmids = _asked_there(Searcher.pmids)  # a tuple, whole: an iterator over it is made where one is needed

    @property
    def count(self) -> int:
        """How many articles can be found."""
        return self.corpus().articles

    def corpus(self) -> Corpus:
        """Return what is being searched there; its folder is the one here, of saved searches and screenings."""
        there: Corpus = self.ask("corpus")
        return replace(there, library=self._library.path, service=self._address.url)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def ask(self, method: str, **options: object) -> Any:  # noqa: ANN401 - what the method returns
        """Call a method of the service's searcher.

        Raises:
            PubmedError, TypeError, ValueError: What the method raises, as if it had been called here.
            ResourceError: The service does not answer, or refuses.
        """
        sent = {
            name: to_json(tuple(value) if isinstance(value, Iterator) else value) for name, value in options.items()
        }
        content: dict[str, Any] = {"program": program_version(), "options": sent}
        try:
            response = self._session.post(f"{self._address.url}/records/{method}", json=content, timeout=ANSWER_S)
            answer = response.json()
        except (requests.RequestException, ValueError) as error:
            raise self._address.no_answer(type(error).__name__) from error
        if not response.ok:
            raise self._address.no_answer(str(answer.get("detail", response.status_code)))
        if "raised" in answer:
            raise _error_of(answer)
        return from_json(answer["answer"])

    def _fetch(self, pmids: Sequence[int]) -> dict[int, Article]:
        return {article.pmid: article for article in self.ask("articles", pmids=list(pmids))}

    def _record(  # noqa: PLR0913 - as its base has it
        self, text: str, filters: Filters, order: Order, limit: int | None, *, mapping: bool, whole: bool
    ) -> SearchRecord:
        options = {"limit": limit, "filters": filters, "sort": order.sort, "recency": order.recency}
        recorded: SearchRecord = self.ask("record", text=text, mapping=mapping, whole=whole, **options)
        return recorded

    @contextmanager
    def _serving(self) -> Iterator[OpenBuild]:
        raise LibraryError(f"The library is open at {self._address.url}, and this needs it here: unset PUBMED_SERVER")
        yield


def _error_of(answer: dict[str, Any]) -> Exception:
    kind = getattr(errors, answer["raised"], {"TypeError": TypeError, "ValueError": ValueError}.get(answer["raised"]))
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        kind = PubmedError
    error = kind.__new__(kind)
    error.args = (answer["text"],)
    vars(error).update(from_json(answer["with"]))
    return error
