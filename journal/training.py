"""Training from the journal: weights from outcomes, the silence law from dates, and whether it is due."""

from dataclasses import replace

import numpy as np

from ..data.catalogue.catalogue import Silence
from ..model.offer_model import OfferModel
from ..training.fitting.silence_law import ResponseTimes, fit_silence_law
from ..training.result import TrainingResult
from ..training.train import train_on_observations
from . import clock
from .columns import (
    PROMISED,
    Columns,
    count_outcomes,
    days_between,
    latest_rounds,
    observe_answers,
    read_columns,
)
from .records import DECIDED
from .store import Journal

FEWEST = 5  # outcomes
MORE = 1.25  # times as many as the model has learned from


def train_journal(journal: Journal, prior: OfferModel | None = None) -> TrainingResult:
    """Learn from the outcome of every process of a journal, and from how long each answer took.

    A process, the interviews at one company for one role, has one outcome: that of its last round. Earlier
    rounds are left out, since their outcomes are the same event counted again.

    Parameters
    ----------
    journal : Journal
        Answers that its catalogue or the prior's no longer has count as unanswered.
    prior : OfferModel, optional
        What to start from, published evidence unless told.

    Returns
    -------
    TrainingResult
        As of `train`; the catalogue of its model holds the law of silence that was learned. Without an
        outcome its model has the weights of the prior.

    Raises
    ------
    JournalError
        The journal cannot be read.

    References
    ----------
    Dempster, Laird & Rubin (1977), Maximum likelihood from incomplete data via the EM algorithm, Journal
    of the Royal Statistical Society B 39(1):1-38: the law of silence. The weights are those of `train`.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> journal = Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db"))
    >>> for days in (20, 25, 30):
    ...     one = journal.add({"rapport": 4}, date="2026-01-02")
    ...     _ = journal.record(one.id, "rejected", f"2026-01-{2 + days - 1}")
    >>> result = train_journal(journal)
    >>> result.n_no_offer, round(result.model.catalogue.silence.median_days)
    (3, 12)
    >>> journal.close()
    """
    start = prior or OfferModel.default()
    columns = read_columns(journal)
    seen = observe_answers(start.catalogue, columns.answers)
    decided = np.isin(columns.status, DECIDED)
    known = np.zeros_like(decided)
    last = latest_rounds(columns)
    known[last] = decided[last]
    result = train_on_observations(seen, known, (columns.status == "offer").astype(float)[known], start)
    law = fit_silence_law(waits_of(columns, start), start.catalogue.silence)
    catalogue = start.catalogue.model_copy(update={"silence": law})
    earlier = int(np.sum(decided & ~known))
    return replace(result, model=replace(result.model, catalogue=catalogue), earlier_rounds=earlier)


def journal_silence(journal: Journal, model: OfferModel, prior: Silence) -> Silence:
    """Return the law of silence that the dates of a journal teach.

    Parameters
    ----------
    journal : Journal
    model : OfferModel
        Gives the chance of the interviews that are still pending.
    prior : Silence
        The published law, worth ten interviews.
    """
    return fit_silence_law(waits_of(read_columns(journal), model), prior)


def waits_of(columns: Columns, model: OfferModel) -> ResponseTimes:
    """Return how long each interview of a journal was waited on.

    An answer is any news; where none came the wait ends when the person gave up, or has lasted until today.
    Answers whose day is unknown teach nothing of delays.
    """
    answered = columns.has_answer
    given_up = np.isin(columns.status, ("ghosted", "withdrew"))
    today = np.datetime64(clock.today())
    end = np.where(answered, columns.answered, np.where(given_up, columns.decided, today))
    seen = observe_answers(model.catalogue, columns.answers)
    offer = np.where(columns.status == "offer", 1.0, np.nan)
    offer[np.isin(columns.status, ("rejected", "ghosted"))] = 0.0
    return ResponseTimes(
        days=np.maximum(days_between(columns.date, end), 0.0),
        answered=answered,
        offer=offer,
        promised=seen[PROMISED],
        chance=model.score(seen).probability,
    )


def outcomes_to_learn(journal: Journal, model: OfferModel) -> tuple[int, int] | None:
    """Return how many outcomes a journal has and the model has learned from, where training would pay.

    It is a rule of thumb: from five outcomes, whenever there are a quarter more than last time.

    Parameters
    ----------
    journal : Journal
    model : OfferModel

    Returns
    -------
    tuple of int, or None
        None where training again would hardly move the weights.
    """
    have = count_outcomes(journal)
    learned = model.training.n_offer + model.training.n_no_offer if model.training else 0
    return (have, learned) if have >= max(FEWEST, MORE * learned) else None
