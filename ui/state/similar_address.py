"""The state of the page of similar articles, kept in the address as that of the search page is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self

from ui.state.collection import SIMILAR, ArticleCollection
from ui.state.url_state import EVERYTHING, Address


@dataclass(frozen=True, slots=True)
class SimilarAddress(Address):
    """What articles are to be like, the filters that they must pass, and the page of the list.

    Attributes:
        collection: The given articles, and those to be unlike.
    """

    collection: ArticleCollection = field(default_factory=ArticleCollection)

    PATH: ClassVar[str] = SIMILAR

    @classmethod
    def of(cls, parameters: Mapping[str, Sequence[str]]) -> Self:
        """Read the parameters of an address; what belongs to a search only is ignored."""
        address = Address.of(parameters)
        collection = ArticleCollection.of(parameters)
        return cls(filters=address.filters, page=address.page, per=address.per, collection=collection)

    def parameters(self) -> dict[str, str | list[str]]:
        """Return the parameters that differ from the defaults."""
        return {**self.collection.parameters(), **Address.parameters(self)}

    @property
    def counted_text(self) -> str:
        """What filters count: every article but the given and the unlike ones, as the list has them."""
        named = " OR ".join(f"{pmid}[uid]" for pmid in self.collection.all)
        return f"{EVERYTHING} NOT ({named})"
