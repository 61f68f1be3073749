"""The status of interviews today: answers, silence and prediction, one by one or a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..data.answers.contradictions import fields_ending_wait
from ..data.answers.fields import valid_answers
from ..data.catalogue.catalogue import Catalogue
from ..model.offer_model import OfferModel
from ..model.prediction import Prediction
from ..model.scoring import PROMISE
from ..model.silence_curve import Moment, while_waiting
from . import clock
from .entry import WAITED, Entry, readable_answers
from .records import Event, Interview, Logged
from .rows import Predict
from .store import Journal

AHEAD = (0, 3, 7, 14, 21, 30, 45, 60)  # days
SHOWN = 20  # interviews on a page
MOST_PAGES = 10**9


@dataclass(frozen=True)
class Standing:
    """What can be said of an interview on one day.

    Parameters
    ----------
    interview : Interview
    days : int or None
        Days since anything was heard, or since the interview; None where that day is not known.
    prediction : Prediction or None
        With the silence so far; None once there is an outcome.
    """

    interview: Interview
    days: int | None
    prediction: Prediction | None

    @property
    def change(self) -> float | None:
        """How far the probability has moved since it was last written down, from -1 to 1."""
        if self.prediction is None or not self.interview.predictions:
            return None
        return self.prediction.probability - self.interview.predictions[-1].probability


def standing(model: OfferModel, interview: Interview, on: date, level: float = 0.90) -> Standing:
    """Return where an interview stands.

    Parameters
    ----------
    model : OfferModel
    interview : Interview
    on : date
        The day that is asked about, not before the interview.
    level : float
        Coverage of the interval.

    Returns
    -------
    Standing
    """
    days = days_waited(interview, on)
    if interview.status != "pending":
        return Standing(interview, days, None)
    return Standing(interview, days, model.predict(answers_on(interview, on, model.catalogue), level))


def days_waited(interview: Interview, on: date) -> int | None:
    """Return the days since anything was heard, or since the interview; None where no day is known.

    An answer of theirs that no event dates ends the silence on a day that is not known.
    """
    if fields_ending_wait(WAITED) & interview.answers.keys() and not interview.heard_back:
        return None
    since = interview.silent_since
    return None if since is None else max((on - since).days, 0)


def answers_on(interview: Interview, on: date, catalogue: Catalogue) -> dict[str, Any]:
    """Return the answers as a form would give them on a day, the silence included.

    News that decides nothing starts the silence anew. A promise made before it is past, and once days have
    passed since, so is how promptly that news came.
    """
    answers = readable_answers(catalogue, interview.answers)
    days = days_waited(interview, on)
    if interview.heard_back:
        answers.pop(PROMISE, None)
    if days is None or WAITED not in catalogue.questions:
        return answers
    return valid_answers(catalogue, answers | {WAITED: days})


def if_silent(
    model: OfferModel, interview: Interview, on: date, level: float = 0.90, ahead: Sequence[int] = AHEAD
) -> list[tuple[int, Moment]]:
    """Return what the estimate becomes if nothing is heard.

    Parameters
    ----------
    model : OfferModel
    interview : Interview
    on : date
        The day to count from.
    level : float
        Coverage of the intervals.
    ahead : sequence of int
        Days from then.

    Returns
    -------
    list of tuples
        Days and estimate; empty where there is an outcome, or no day to count from.
    """
    waited = days_waited(interview, on)
    if interview.status != "pending" or waited is None:
        return []
    answers = answers_on(interview, on, model.catalogue)
    moments = while_waiting(model, answers, [waited + days for days in ahead], level)
    return list(zip(ahead, moments, strict=True))


def predictor(model: OfferModel, level: float = 0.90) -> Predict:
    """Return what makes the prediction that is written down with an entry."""

    def predict(entry: Entry, events: Sequence[Event] = ()) -> Logged:
        fields = {name: getattr(entry, name) for name in ("company", "role", "date", "answers", "notes")}
        interview = Interview(0, "", "", **fields, events=tuple(events))
        day = clock.today()
        prediction = model.predict(answers_on(interview, day, model.catalogue), level)
        return logged(prediction, model, days_waited(interview, day))

    return predict


def logged(prediction: Prediction, model: OfferModel, days: int | None) -> Logged:
    """Return a prediction as the journal keeps it."""
    return Logged(
        made=clock.now(),
        probability=prediction.probability,
        low=prediction.low,
        high=prediction.high,
        level=prediction.level,
        base_rate=prediction.base_rate,
        model=model.fingerprint,
        days=days,
    )


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
