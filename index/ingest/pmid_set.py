"""A set of PMIDs that all of PubMed fits into: one bit each, 5 MB for 40 million."""

from collections.abc import Iterable
from typing import Final

PAGE_BITS: Final = 16


class PmidSet:
    """Counts different PMIDs; a page of bits exists only if it has a PMID."""

    def __init__(self) -> None:
        self._pages: dict[int, bytearray] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def update(self, pmids: Iterable[int]) -> None:
        """Add PMIDs."""
        for pmid in pmids:
            page = self._pages.setdefault(pmid >> PAGE_BITS, bytearray((1 << PAGE_BITS) // 8))
            byte, bit = pmid >> 3 & 0x1FFF, 1 << (pmid & 7)
            self._count += not page[byte] & bit
            page[byte] |= bit
