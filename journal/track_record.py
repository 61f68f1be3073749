"""The track record: saved predictions compared with outcomes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..data.catalogue.catalogue import Catalogue, Silence
from ..data.name_matching import fold_name
from ..model.offer_model import OfferModel
from ..training.evaluation.calibration import MIN_OUTCOMES, wilson_interval
from ..training.evaluation.evaluate import evaluate_probabilities
from ..training.evaluation.evaluation_result import Evaluation
from . import clock
from .dates import to_iso
from .records import DECIDED, Interview, PredictionRecord, RoundRow, Selection, latest_rounds
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
    has_replies : bool
        Whether an employer has replied or was given up on; before that, the dates show next to nothing.
    """

    evaluation: Evaluation
    n_late: int
    published: Silence
    learned: Silence
    has_replies: bool


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
    has_replies = any(each.heard_back or each.status in DECIDED for each in interviews)
    return TrackRecord(evaluation, len(decided) - len(timely), published, learned, has_replies)


@dataclass(frozen=True)
class Summary:
    """The processes of one client, or of all.

    Parameters
    ----------
    client : str
        Empty for interviews without a client.
    interviews : int
        Number of interviews, all rounds.
    pending : int
        Number of processes that are pending or planned.
    decided, offers : int
        Number of processes with an outcome that counts, and of offers among them.
    low, high : float
        90% Wilson interval of the share of offers.
    judged, expected : int, float
        Number of decided processes with a timely estimate, the sum of these estimates, and their offers in
        ``judged_offers``: with a good calibration they are alike.
    """

    client: str
    interviews: int
    pending: int
    decided: int
    offers: int
    low: float
    high: float
    judged: int
    expected: float
    judged_offers: int

    @property
    def rate(self) -> float | None:
        """The share of offers, None with fewer than five outcomes."""
        return self.offers / self.decided if self.decided >= MIN_OUTCOMES else None

    @property
    def is_calibrated(self) -> bool:
        """Whether there are enough estimates to compare with the outcomes."""
        return self.judged >= MIN_OUTCOMES


def summarize(journal: Journal) -> list[Summary]:
    """Summarize the interviews of each client, those without a client last, and all of them first.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal:
    ...     _ = journal.add({}, company="Acme", client="Ann", date="2026-01-20")
    ...     [(each.client, each.interviews, each.pending) for each in summarize(journal)[1:]]
    [('Ann', 1, 1)]
    """
    interviews = journal.interviews(selection=Selection(sort="client"))
    groups: dict[str, list[Interview]] = {}
    for each in interviews:
        groups.setdefault(fold_name(each.client), []).append(each)
    summaries = [_summary("", interviews)]
    if len(groups) > ("" in groups):
        named = {key: group for key, group in groups.items() if key}
        summaries += [_summary(group[-1].client, group) for group in named.values()]
        summaries += [_summary("", groups[""])] if "" in groups else []
    return summaries


def _summary(client: str, interviews: Sequence[Interview]) -> Summary:
    """Summarize some interviews; a process counts once, by its latest round."""
    latest = {*latest_rounds(map(_round, interviews)).values()}
    processes = [each for each in interviews if each.id in latest]
    decided = [each for each in processes if each.status in DECIDED]
    offers = sum(each.status == "offer" for each in decided)
    pairs = [(each, last_prediction_before_outcome(each)) for each in decided]
    judged = [(each, saved.probability) for each, saved in pairs if saved]
    return Summary(
        client,
        len(interviews),
        sum(each.status in ("pending", "planned") for each in processes),
        len(decided),
        offers,
        *wilson_interval(offers, len(decided)),
        len(judged),
        sum(chance for _, chance in judged),
        sum(each.status == "offer" for each, _ in judged),
    )


def _round(interview: Interview) -> RoundRow:
    return interview.id, interview.company, interview.role, interview.client, to_iso(interview.date)


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
