"""The outlook over the pending interviews of a journal."""

from dataclasses import dataclass

import numpy as np

from ..model.offer_model import OfferModel
from ..model.outlook import Outlook, outlook
from . import clock
from .arrays import latest_round_rows, observe_with_silence, read_columns
from .store import Journal


@dataclass(frozen=True)
class JournalOutlook:
    """The outlook over the pending interviews of a journal.

    Parameters
    ----------
    outlook : Outlook
    earlier_rounds : int
        Number of pending interviews that are left out, since their process has a later round.
    """

    outlook: Outlook
    earlier_rounds: int


def journal_outlook(
    journal: Journal, model: OfferModel, *, level: float = 0.90, seed: int = 0
) -> JournalOutlook:
    """Compute the outlook over the pending interviews of a journal, as of today.

    Parameters
    ----------
    journal : Journal
    model : OfferModel
    level : float
        Coverage of the interval of the number of offers.
    seed : int
        Seed of the draws.

    Returns
    -------
    JournalOutlook
    """
    columns = read_columns(journal)
    pending = columns.status == "pending"
    rows = latest_round_rows(columns)
    rows = rows[pending[rows]]
    group = model.employers.group
    observations = observe_with_silence(columns, model.catalogue, rows, np.datetime64(clock.today()), group)
    result = outlook(model.score(observations), model.posterior, level=level, seed=seed)
    return JournalOutlook(result, int(pending.sum()) - rows.size)
