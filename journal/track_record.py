"""The track record: saved predictions compared with outcomes."""

from dataclasses import dataclass

import numpy as np

from ..data.catalogue.catalogue import Catalogue, Silence
from ..model.offer_model import OfferModel
from ..training.evaluation.evaluate import evaluate_probabilities
from ..training.evaluation.evaluation_result import Evaluation
from . import clock
from .dates import to_iso
from .records import DECIDED, Interview, PredictionRecord, RoundRow, latest_rounds
from .store import Journal
from .training import journal_silence


@dataclass(frozen=True)
class TrackRecord:
    """How good the predictions of a journal were.

    Parameters
    ----------
    evaluation : Evaluation
        Metrics of the last prediction saved before each outcome, and of the base rate saved with it.
    n_late : int
        Number of interviews left out because no prediction was saved before their outcome.
    published, learned : Silence
        The silence law as published, and as learned from the dates of the journal.
    """

    evaluation: Evaluation
    n_late: int
    published: Silence
    learned: Silence


def track_record(journal: Journal, model: OfferModel, *, level: float = 0.90, seed: int = 0) -> TrackRecord:
    """Evaluate the predictions that were saved before the outcomes.

    A process counts once, by its latest round; pending and withdrawn interviews do not count. The last
    prediction counts that was saved before the outcome was recorded, and not after the date of the outcome:
    later ones are hindsight.

    Parameters
    ----------
    journal : Journal
    model : OfferModel
        Its catalogue, with the weights before training, gives the probabilities of pending interviews that
        the silence law needs, as in `train_journal`; not used for the evaluation.
    level : float
        Coverage of the intervals.
    seed : int
        Seed of the bootstrap behind them.

    Returns
    -------
    TrackRecord
        Without metrics if there are fewer than five outcomes.
    """
    interviews = [each for each in journal.interviews() if not each.waits_for_form]
    latest = {*latest_rounds(_round(interview) for interview in interviews).values()}
    decided = [each for each in interviews if each.status in DECIDED and each.id in latest]
    pairs = [(interview, last_prediction_before_outcome(interview)) for interview in decided]
    timely = [(interview, prediction) for interview, prediction in pairs if prediction is not None]
    predicted = {
        "model": np.array([prediction.probability for _, prediction in timely]),
        "base_rate": np.array([prediction.base_rate for _, prediction in timely]),
    }
    offers = np.array([interview.status == "offer" for interview, _ in timely], dtype=float)
    evaluation = evaluate_probabilities(
        predicted, offers, n_ignored=len(interviews) - len(decided), level=level, seed=seed
    )
    published = Catalogue.built_in().silence
    learned = journal_silence(journal, OfferModel.default(catalogue=model.catalogue), published)
    return TrackRecord(evaluation, len(decided) - len(timely), published, learned)


def _round(interview: Interview) -> RoundRow:
    return interview.id, interview.company, interview.role, to_iso(interview.date)


def last_prediction_before_outcome(interview: Interview) -> PredictionRecord | None:
    """Find the last prediction that was saved before the outcome was known, if there is one."""
    decision = interview.decision
    if decision is None:
        return None
    timely = [
        prediction
        for prediction in interview.predictions
        if prediction.made <= decision.recorded
        and (decision.date is None or clock.day_of(prediction.made) <= decision.date)
    ]
    return timely[-1] if timely else None
