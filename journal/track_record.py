"""Were the estimates any good: what was predicted at the time, beside what happened."""

from dataclasses import dataclass

import numpy as np

from ..data.catalogue.catalogue import Catalogue, Silence
from ..model.offer_model import OfferModel
from ..training.evaluation.evaluate import evaluate_probabilities
from ..training.evaluation.evaluation_result import Evaluation
from . import clock
from .records import DECIDED, Interview, Logged, Round, last_rounds
from .store import Journal
from .training import journal_silence


@dataclass(frozen=True)
class TrackRecord:
    """How good the estimates of a journal were.

    Parameters
    ----------
    evaluation : Evaluation
        Of the probability written down before each outcome, beside the base rate written down with it.
    n_late : int
        Interviews with an outcome that had no prediction before it; they are left out.
    published, learned : Silence
        The law of silence as published, and as the dates of the journal teach it.
    """

    evaluation: Evaluation
    n_late: int
    published: Silence
    learned: Silence


def track_record(journal: Journal, model: OfferModel, *, level: float = 0.90, seed: int = 0) -> TrackRecord:
    """Judge what was predicted at the time.

    Interviews pending or withdrawn never count, and a process counts once, by its last round. Of each other
    one the last prediction counts that was written down before the outcome was, and no later than the day of
    the outcome, where that is known: what was predicted afterwards is hindsight.

    Parameters
    ----------
    journal : Journal
    model : OfferModel
        Its catalogue, before it learned, says what was likely of interviews still pending, as `train_journal`
        has it; for the law of silence alone.
    level : float
        Coverage of the intervals.
    seed : int
        Of the resamples behind them.

    Returns
    -------
    TrackRecord
        Without figures below five outcomes.
    """
    interviews = journal.interviews()
    last = {*last_rounds(_round(interview) for interview in interviews).values()}
    decided = [each for each in interviews if each.status in DECIDED and each.id in last]
    told = [(interview, prediction_at_the_time(interview)) for interview in decided]
    timely = [(interview, logged) for interview, logged in told if logged is not None]
    given = {
        "model": np.array([logged.probability for _, logged in timely]),
        "base_rate": np.array([logged.base_rate for _, logged in timely]),
    }
    offers = np.array([interview.status == "offer" for interview, _ in timely], dtype=float)
    evaluation = evaluate_probabilities(
        given, offers, n_ignored=len(interviews) - len(decided), level=level, seed=seed
    )
    published = Catalogue.built_in().silence
    learned = journal_silence(journal, OfferModel.default(catalogue=model.catalogue), published)
    return TrackRecord(evaluation, len(decided) - len(timely), published, learned)


def _round(interview: Interview) -> Round:
    day = interview.date.isoformat() if interview.date else None
    return interview.id, interview.company, interview.role, day


def prediction_at_the_time(interview: Interview) -> Logged | None:
    """Return the last prediction made before the outcome was known, if there is one."""
    decision = interview.decision
    if decision is None:
        return None
    timely = [
        logged
        for logged in interview.predictions
        if logged.made <= decision.recorded
        and (decision.date is None or clock.day_of(logged.made) <= decision.date)
    ]
    return timely[-1] if timely else None
