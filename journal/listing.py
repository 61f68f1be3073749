"""The journal a page at a time, and where each interview of it stands today."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..model.offer_model import OfferModel
from . import clock
from .status import Standing, standing
from .store import Journal

SHOWN = 20  # interviews on a page
MOST_PAGES = 10**9


@dataclass(frozen=True)
class Listing:
    """One page of a journal.

    Parameters
    ----------
    page, pages : int
        Which one, and how many there are.
    counts : mapping of str to int
        Interviews of each status, on all pages.
    standings : tuple of Standing
        Those pending first, the newest first.
    """

    page: int
    pages: int
    counts: Mapping[str, int]
    standings: tuple[Standing, ...]


def listing(journal: Journal, model: OfferModel, page: int = 1) -> Listing:
    """Return one page of a journal.

    Parameters
    ----------
    journal : Journal
    model : OfferModel
    page : int
        From 1 on; empty after the last.
    """
    counts = journal.counts()
    found = journal.interviews(limit=SHOWN, offset=(page - 1) * SHOWN)
    pages = max(1, -(-sum(counts.values()) // SHOWN))
    today = clock.today()
    return Listing(page, pages, counts, tuple(standing(model, interview, today) for interview in found))
