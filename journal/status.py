"""The current status of interviews: answers, silence and prediction, one by one or by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..data.answers.fields import fields_ending_wait, valid_answers
from ..model.offer_model import OfferModel
from ..model.prediction import Prediction
from ..model.scoring import PROMISE_FIELD, SILENCE_FIELD
from ..model.silence_curve import SilencePoint, predict_silence
from . import clock
from .entry import Entry, readable_answers
from .next_step import NextStep, PlannedStep, next_step, planned_steps
from .records import Event, Interview, PredictionRecord
from .rows import Predict
from .store import Journal

FORECAST_DAYS = (0, 3, 7, 14, 21, 30, 45, 60)  # days from today
PAGE_SIZE = 20  # interviews
MAX_PAGE = 10**9  # a larger offset would exceed the integers of SQLite


@dataclass(frozen=True)
class InterviewStatus:
    """The status of an interview on one day.

    Parameters
    ----------
    interview : Interview
    days : int or None
        Days of silence, since the last news or the interview; None if unknown.
    prediction : Prediction or None
        The prediction given the silence so far; None once there is an outcome.
    next_step : NextStep or None
        What to do next; None once there is an outcome, or if a later round takes its place.
    """

    interview: Interview
    days: int | None
    prediction: Prediction | None
    next_step: NextStep | None = None

    @property
    def change(self) -> float | None:
        """Change of the probability since the last saved prediction: scalar from -1 to 1."""
        if self.prediction is None or not self.interview.predictions:
            return None
        return self.prediction.probability - self.interview.predictions[-1].probability


def interview_status(
    model: OfferModel, interview: Interview, day: date, level: float = 0.90
) -> InterviewStatus:
    """Compute the status of an interview.

    Parameters
    ----------
    model : OfferModel
    interview : Interview
    day : date
        The day, not before the interview.
    level : float
        Coverage of the interval.

    Returns
    -------
    InterviewStatus
    """
    days = days_waited(interview, day)
    if interview.status != "pending":
        return InterviewStatus(interview, days, None, next_step(interview, day, model.catalogue))
    prediction = model.predict(answers_as_of(interview, day, model), level)
    return InterviewStatus(interview, days, prediction, next_step(interview, day, model.catalogue))


def days_waited(interview: Interview, day: date) -> int | None:
    """Compute the days of silence, since the last news or the interview; None if unknown.

    A reply that is among the answers but not among the events ends the silence on an unknown date.
    """
    if fields_ending_wait(SILENCE_FIELD) & interview.answers.keys() and not interview.heard_back:
        return None
    since = interview.silent_since
    return None if since is None else max((day - since).days, 0)


def answers_as_of(interview: Interview, day: date, model: OfferModel) -> dict[str, Any]:
    """Complete the answers with the days of silence on a day, as a form filled in that day would.

    News short of a decision restarts the silence. A promise made before it no longer counts, nor does how
    prompt that news was once days have passed since. The company is one of the answers if the model knows
    employers.
    """
    catalogue = model.catalogue
    answers = readable_answers(catalogue, interview.answers)
    days = days_waited(interview, day)
    if interview.heard_back:
        answers.pop(PROMISE_FIELD, None)
    if days is not None and SILENCE_FIELD in catalogue.questions:
        answers = valid_answers(catalogue, answers | {SILENCE_FIELD: days})
    return with_employer(answers, interview.company, model)


def with_employer(answers: Mapping[str, Any], company: str, model: OfferModel) -> dict[str, Any]:
    """Add the company to the answers, under the name it has in the model; unchanged if that has none."""
    group = model.employers.group
    return {**answers, group: company} if group and company else dict(answers)


def silence_forecast(
    model: OfferModel,
    interview: Interview,
    day: date,
    level: float = 0.90,
    ahead: Sequence[int] = FORECAST_DAYS,
) -> list[tuple[int, SilencePoint]]:
    """Predict the probability on future days if the silence continues.

    Parameters
    ----------
    model : OfferModel
    interview : Interview
    day : date
        The first day.
    level : float
        Coverage of the intervals.
    ahead : sequence of int
        Days from the first day.

    Returns
    -------
    list of tuples
        Days and prediction; empty if there is an outcome, or if the days of silence are unknown.
    """
    days = days_waited(interview, day)
    if interview.status != "pending" or days is None:
        return []
    answers = answers_as_of(interview, day, model)
    moments = predict_silence(model, answers, [days + further for further in ahead], level)
    return list(zip(ahead, moments, strict=True))


def predictor(model: OfferModel, level: float = 0.90) -> Predict:
    """Create the function that makes the prediction to save with an entry."""

    def predict(entry: Entry, events: Sequence[Event] = ()) -> PredictionRecord:
        content = (entry.company, entry.role, entry.date, entry.answers, entry.notes)
        interview = Interview(0, "", "", *content, tuple(events))  # not in a journal yet
        day = clock.today()
        prediction = model.predict(answers_as_of(interview, day, model), level)
        return PredictionRecord(
            made=clock.now(),
            probability=prediction.probability,
            low=prediction.low,
            high=prediction.high,
            level=prediction.level,
            base_rate=prediction.base_rate,
            model=model.fingerprint,
            days=days_waited(interview, day),
        )

    return predict


@dataclass(frozen=True)
class JournalPage:
    """One page of a journal.

    Parameters
    ----------
    page, pages : int
        The number of this page, from 1, and of pages.
    counts : mapping of str to int
        Number of interviews of each status, on all pages.
    statuses : tuple of InterviewStatus
        Pending interviews first, and newer ones before older ones.
    steps : tuple of PlannedStep
        The next steps of pending interviews, as of `planned_steps`, on all pages.
    """

    page: int
    pages: int
    counts: Mapping[str, int]
    statuses: tuple[InterviewStatus, ...]
    steps: tuple[PlannedStep, ...] = ()

    @property
    def due(self) -> tuple[PlannedStep, ...]:
        """The steps to take now."""
        return tuple(planned for planned in self.steps if planned.step.is_due)

    @property
    def has_days(self) -> bool:
        """Whether a pending interview has a day for the calendar."""
        return any(
            planned.step.close_day or planned.step.kind in ("prepare", "form") for planned in self.steps
        )


def journal_page(journal: Journal, model: OfferModel, page: int = 1) -> JournalPage:
    """Read one page of a journal.

    Parameters
    ----------
    journal : Journal
    model : OfferModel
    page : int
        From 1; a page after the last one is empty.
    """
    counts = journal.counts()
    interviews = journal.interviews(limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    pages = max(1, -(-sum(counts.values()) // PAGE_SIZE))
    today = clock.today()
    statuses = tuple(interview_status(model, interview, today) for interview in interviews)
    return JournalPage(page, pages, counts, statuses, tuple(planned_steps(journal, today, model.catalogue)))
