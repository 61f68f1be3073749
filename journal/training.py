"""Training on the journal: weights from outcomes, the silence law from dates, and when to retrain."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ..data.answers.observations import Observations
from ..data.catalogue.catalogue import Catalogue, Silence
from ..data.catalogue.question_schema import PROMISE_FIELD, SILENCE_FIELD
from ..model.offer_model import OfferModel
from ..training.fitting.silence_law import ResponseTimes, fit_silence_law
from ..training.labelled_data import AnswerRanges
from ..training.result import TrainingResult
from ..training.train import train_on_observations
from . import clock
from .arrays import (
    COMPANY,
    JournalColumns,
    count_outcomes,
    days_between,
    latest_round_rows,
    observe_with_silence,
    read_columns,
)
from .records import DECIDED
from .store import Journal

MIN_OUTCOMES = 5  # with fewer, training changes little
GROWTH_FACTOR = 1.25  # retrain at this multiple of the outcomes that the model was trained on


def train_journal(
    journal: Journal, prior: OfferModel | None = None, *, group: str = COMPANY
) -> TrainingResult:
    """Train a model on the outcome of every process of a journal, and on how long employers take to reply.

    A process, the interviews at one company for one role, has one outcome: that of its latest round. Earlier
    rounds are left out, since their outcomes would count the same event again. A process that is still
    pending counts in part: the longer the silence since its last news, the more like one without an offer.
    Each company has its own level, or each client.

    Parameters
    ----------
    journal : Journal
        Answers that the catalogue of the prior does not have count as unanswered.
    prior : OfferModel, optional
        The model to start from, published evidence by default.
    group : str
        Whose levels differ: ``company`` or ``client``.

    Returns
    -------
    TrainingResult
        As from `train`; the catalogue of its model contains the silence law that was learned. Without
        outcomes and silences its model has the weights of the prior.

    Raises
    ------
    JournalError
        The journal cannot be read.

    References
    ----------
    Dempster, Laird & Rubin (1977), Maximum likelihood from incomplete data via the EM algorithm, Journal
    of the Royal Statistical Society B 39(1):1-38: the silence law. The weights are those of `train`.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> journal = Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db"))
    >>> for days in (20, 25, 30):
    ...     interview = journal.add({"rapport": 4}, date="2026-01-02")
    ...     _ = journal.record(interview.id, "rejected", f"2026-01-{2 + days - 1}")
    >>> result = train_journal(journal)
    >>> result.n_no_offer, round(result.model.catalogue.silence.median_days)
    (3, 12)
    >>> journal.close()
    """
    prior = prior or OfferModel.default()
    columns = read_columns(journal)
    rows = np.arange(columns.id.size)
    observations = columns.answers.observe(prior.catalogue, rows)
    observations = replace(observations, employers=columns.groups(rows, group))
    decided = np.isin(columns.status, DECIDED)
    labelled = np.zeros_like(decided)
    latest = latest_round_rows(columns)
    labelled[latest] = decided[latest]
    offers = (columns.status == "offer").astype(float)[labelled]
    ranges = AnswerRanges(prior.catalogue)
    ranges.add(observations, labelled)
    law = fit_silence_law(response_times(columns, prior), prior.catalogue.silence)
    catalogue = replace(prior.catalogue, silence=law)
    pending = _silent_interviews(columns, catalogue, latest[columns.status[latest] == "pending"], group)
    result = train_on_observations(observations, labelled, offers, prior, pending, group)
    is_earlier = ~columns.waits_for_form
    is_earlier[latest] = False
    return replace(
        result,
        model=replace(result.model, catalogue=catalogue),
        earlier_rounds=int(is_earlier.sum()),
        planned=int(columns.waits_for_form.sum()),
        remarks=result.remarks + ranges.one_valued(),
    )


def _silent_interviews(
    columns: JournalColumns, catalogue: Catalogue, rows: npt.NDArray[np.intp], group: str
) -> Observations:
    """Select, of pending interviews given by their indices, (m,) array, those with days of silence."""
    pending = observe_with_silence(columns, catalogue, rows, np.datetime64(clock.today()), group)
    return pending.select_rows(pending[SILENCE_FIELD] > 0)


def journal_silence(journal: Journal, model: OfferModel, prior: Silence) -> Silence:
    """Fit the silence law to the dates of a journal; the published law has the weight of ten interviews.

    The model gives the probabilities of pending interviews.
    """
    return fit_silence_law(response_times(read_columns(journal), model), prior)


def response_times(columns: JournalColumns, model: OfferModel) -> ResponseTimes:
    """Compute how long employers took to reply to each of ``n`` interviews: (n,) arrays.

    Any news is a reply. Without one, the wait ended when the person gave up, or lasts until today. Replies on
    an unknown date are not used for delays.
    """
    answered = columns.has_answer
    gave_up = np.isin(columns.status, ("ghosted", "withdrew"))
    today = np.datetime64(clock.today())
    end = np.where(answered, columns.answered, np.where(gave_up, columns.decided, today))
    observations = columns.answers.observe(model.catalogue, np.arange(columns.id.size))
    offer = np.where(columns.status == "offer", 1.0, np.nan)
    offer[np.isin(columns.status, ("rejected", "ghosted"))] = 0.0
    return ResponseTimes(
        days=np.where(columns.waits_for_form, np.nan, np.maximum(days_between(columns.date, end), 0.0)),
        answered=answered,
        offer=offer,
        promised=observations[PROMISE_FIELD],
        chance=model.score(observations).probability,
    )


def retraining_due(journal: Journal, model: OfferModel) -> tuple[int, int] | None:
    """Check whether to train again, by a rule of thumb: from five outcomes on, if there are a quarter more.

    Returns
    -------
    tuple of int, or None
        The outcomes in the journal, and those that the model was trained on. None if training again would
        hardly change the weights.
    """
    n_journal = count_outcomes(journal)
    n_model = model.training.n_offer + model.training.n_no_offer if model.training else 0
    return (n_journal, n_model) if n_journal >= max(MIN_OUTCOMES, GROWTH_FACTOR * n_model) else None
