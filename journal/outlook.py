"""The pending interviews of a journal, and the outlook over them."""

from dataclasses import dataclass

import numpy as np

from ..model.offer_model import OfferModel
from ..model.outlook import Outlook, outlook
from . import clock
from .columns import latest_round_rows, observe_with_silence, read_columns
from .store import Journal


@dataclass(frozen=True)
class JournalOutlook:
    """What the pending interviews of a journal promise.

    Parameters
    ----------
    outlook : Outlook
    earlier : int
        Interviews pending that are left out, since a later round of the same process stands for them.
    """

    outlook: Outlook
    earlier_rounds: int


def journal_outlook(
    journal: Journal, model: OfferModel, *, level: float = 0.90, seed: int = 0
) -> JournalOutlook:
    """Return the outlook over the pending interviews of a journal, as they stand today.

    Parameters
    ----------
    journal : Journal
    model : OfferModel
    level : float
        Coverage of the interval of the number of offers.
    seed : int
        Of the draws.

    Returns
    -------
    Prospects
    """
    columns = read_columns(journal)
    pending = columns.status == "pending"
    rows = latest_round_rows(columns)
    rows = rows[pending[rows]]
    seen = observe_with_silence(columns, model.catalogue, rows, np.datetime64(clock.today()))
    found = outlook(model.score(seen), model.posterior, level=level, seed=seed)
    return JournalOutlook(found, int(pending.sum()) - rows.size)
