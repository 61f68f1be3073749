"""The current status of interviews: answers, silence and prediction, one by one, by page or all together."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from ..data.answers.fields import fields_ending_wait, valid_answers
from ..data.answers.outcomes import read_outcome
from ..data.answers.parsing import InvalidAnswerError, canonical
from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.question_schema import PROMISE_FIELD, SILENCE_FIELD
from ..data.errors import AnswerError, Fault, clip
from ..model.offer_model import OfferModel
from ..model.outlook import Outlook, outlook
from ..model.prediction import Prediction
from ..model.silence_curve import SilencePoint, predict_silence
from . import clock
from .arrays import CLIENT, latest_round_rows, observe_with_silence, pending_columns, read_columns
from .entry import Entry, collect_faults, readable_answers
from .next_step import NextStep, PlannedStep, next_step, planned_steps
from .records import SORTS, STATUSES, Event, Interview, PredictionRecord, Selection
from .store import ALL, Journal

FORECAST_DAYS = (0, 3, 7, 14, 21, 30, 45, 60)  # days from today
PAGE_SIZE = 20  # interviews
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
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
        The prediction given the silence so far; None once there is an outcome or a later round.
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
    """Compute the status of an interview on a day, not before it, with an interval of this level."""
    days = days_waited(interview, day)
    if not interview.has_estimate:
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
    return with_employer(answers, interview.company, model, interview.client)


def with_employer(
    answers: Mapping[str, Any], company: str, model: OfferModel, client: str = ""
) -> dict[str, Any]:
    """Add the company, or the client, that the model groups by to the answers, under its name there."""
    group = model.employers.group
    name = client if group == CLIENT else company
    return {**answers, group: name} if group and name else dict(answers)


def silence_forecast(
    model: OfferModel,
    interview: Interview,
    day: date,
    level: float = 0.90,
) -> list[tuple[int, SilencePoint]]:
    """Predict the probability on future days, counted from the first day, if the silence continues.

    It is empty if there is an outcome or a later round, or if the days of silence are unknown.
    """
    days = days_waited(interview, day)
    if not interview.has_estimate or days is None:
        return []
    answers = answers_as_of(interview, day, model)
    moments = predict_silence(model, answers, [days + further for further in FORECAST_DAYS], level)
    return list(zip(FORECAST_DAYS, moments, strict=True))


@dataclass(frozen=True)
class Predictor:
    """Makes the predictions to save with entries.

    Parameters
    ----------
    model : OfferModel
    level : float
        Coverage of the intervals.
    """

    model: OfferModel
    level: float = 0.90

    def __call__(self, entry: Entry, events: Sequence[Event] = ()) -> PredictionRecord:
        """Predict a pending interview, given its events so far."""
        (prediction,) = self.many([(entry, events)])
        return prediction

    def many(self, entries: Sequence[tuple[Entry, Sequence[Event]]]) -> list[PredictionRecord]:
        """Predict ``n`` pending interviews at once, each given its events so far."""
        columns, made = pending_columns(entries), clock.now()
        rows, today = np.arange(len(entries)), np.datetime64(clock.today())
        observed = observe_with_silence(
            columns, self.model.catalogue, rows, today, self.model.employers.group
        )
        days = observed.answers.get(SILENCE_FIELD, columns.days_waited(today))
        score = self.model.score(observed)
        predicted = (*score.probability_and_interval(self.level), score.base_rate)
        return [
            PredictionRecord(made, p, low, high, self.level, base, self.model.fingerprint, _whole(wait))
            for p, low, high, base, wait in zip(*(each.tolist() for each in (*predicted, days)), strict=True)
        ]


def _whole(days: float) -> int | None:
    return None if math.isnan(days) else int(days)


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
    clients : tuple of str
        Of all interviews.
    selection : Selection
        Which interviews are listed.
    size : int
        Interviews on a page.
    """

    page: int
    pages: int
    counts: Mapping[str, int]
    statuses: tuple[InterviewStatus, ...]
    steps: tuple[PlannedStep, ...] = ()
    clients: tuple[str, ...] = ()
    selection: Selection = ALL
    size: int = PAGE_SIZE

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


def journal_page(
    journal: Journal, model: OfferModel, page: int = 1, *, selection: Selection = ALL, size: int = PAGE_SIZE
) -> JournalPage:
    """Read one page of a journal, from 1; a page after the last one is empty.

    The selection is of the interviews listed; the steps are those of all.
    """
    today = clock.today()
    with journal.reading():
        counts = journal.counts(selection)
        interviews = journal.interviews(limit=size, offset=(page - 1) * size, selection=selection)
        steps = tuple(planned_steps(journal, today, model.catalogue))
        clients = tuple(journal.clients())
    pages = max(1, -(-sum(counts.values()) // size))
    statuses = tuple(interview_status(model, interview, today) for interview in interviews)
    return JournalPage(page, pages, counts, statuses, steps, clients, selection, size)


def check_selection(catalogue: Catalogue, selection: Selection) -> Selection:
    """Check which interviews to list, and convert outcome and stage to the words of the journal.

    Raises
    ------
    AnswerError
        An unknown outcome, stage or order, or a month not written as YYYY-MM; every fault is listed.
    """
    faults: list[Fault] = []
    outcome, states = selection.outcome.strip(), (*STATUSES, "planned")
    if outcome and outcome not in states:
        read = collect_faults(faults, lambda: read_outcome(outcome), "", field="outcome")
        outcome = read if read in states else ""
    stage = selection.stage.strip()
    question = catalogue.questions.get("stage")
    if stage and question:
        try:
            stage = str(canonical(question, stage) or "")
        except InvalidAnswerError as error:
            faults.append(Fault("no such stage", field="stage", seen=error.seen, expected=error.expected))
    if selection.month and not _MONTH.fullmatch(selection.month):
        faults.append(Fault("not a month", field="month", seen=clip(selection.month), expected="YYYY-MM"))
    if selection.sort not in SORTS:
        seen, expected = clip(selection.sort), ", ".join(SORTS)
        faults.append(Fault("no such order", field="sort", seen=seen, expected=expected))
    if faults:
        raise AnswerError(faults)
    return replace(selection, outcome=outcome, stage=stage)


@dataclass(frozen=True)
class JournalOutlook:
    """The outlook over the pending interviews of a journal.

    Parameters
    ----------
    outlook : Outlook
    earlier_rounds : int
        Number of pending interviews that are left out, since their process has a later round.
    highest : float
        The highest chance of a single interview, given its own silence alone; 0 without interviews.
    """

    outlook: Outlook
    earlier_rounds: int
    highest: float


def journal_outlook(
    journal: Journal, model: OfferModel, *, level: float = 0.90, seed: int = 0
) -> JournalOutlook:
    """Compute the outlook over the pending interviews of a journal, as of today."""
    columns = read_columns(journal, answers_of_all=False)
    pending = columns.status == "pending"
    rows = latest_round_rows(columns)
    rows = rows[pending[rows]]
    earlier_rounds = int(pending.sum()) - rows.size
    today, group = np.datetime64(clock.today()), model.employers.group
    score = model.score(observe_with_silence(columns, model.catalogue, rows, today, group))
    del columns  # the draws take much memory, too
    found = outlook(score, model.posterior, level=level, seed=seed)
    return JournalOutlook(found, earlier_rounds, float(score.probability.max(initial=0.0)))
