"""The next step after an interview, and the days that it rests on."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from ..data.answers.fields import fields_ending_wait
from ..data.answers.parsing import InvalidAnswerError, read_answer
from ..data.catalogue.catalogue import Catalogue, Silence
from ..data.catalogue.question_schema import PROMISE_FIELD, SILENCE_FIELD
from ..model.scoring import delay_quantile
from . import clock
from .records import CONTACTS, Interview
from .store import Journal

StepKind = Literal["prepare", "form", "thank", "wait", "follow-up", "close", "next-round", "reply", "day"]
DUE: tuple[StepKind, ...] = ("form", "thank", "follow-up", "close", "next-round")  # steps to take now
THANKS_DAYS = 1  # days after the interview on which a thank-you is still in time
GRACE_DAYS = 1  # days after the promised day, or after the law's median
SOON_DAYS = 7  # days ahead that count as soon
FOLLOW_UP_WAIT = 7  # days to wait after a follow-up, at least
_NEXT_STAGE = {
    "phone_screen": "first",
    "first": "second",
    "second": "final",
    "onsite": "final",
    "final": "final",
}
_MAX_DAYS = 3650  # keeps dates within the calendar, whatever law or promise
_MAX_PENDING = 500  # interviews that are searched for due steps, newest first


@dataclass(frozen=True)
class NextStep:
    """What to do next for a planned or pending interview, and when.

    Parameters
    ----------
    kind : str
        ``prepare`` for the interview; fill in its ``form``; ``thank``; ``wait`` until the day of the next
        step; ``follow-up``; ``close`` as never answered; add the ``next-round``; or record what is missing:
        their ``reply``, or the ``day`` that the wait began.
    due : date or None
        The day from which to do it; for ``wait`` the day until which to wait. None if the days are unknown.
    days : int or None
        Days of silence.
    since : date or None
        The first day of the silence.
    half_days, most_days : int
        Days of silence by which half, and nine in ten, of the answers come that come at all.
    never_answered : float
        Share of the interviews without an offer that never get an answer.
    promised_days : int or None
        Days until the promised answer, if a promise counts.
    promised_day, follow_up_day, close_day : date or None
        The promised day; the day to follow up, None after a follow-up; the day to close.
    followed_up : date or None
        The day of the follow-up during this silence.
    """

    kind: StepKind
    due: date | None
    days: int | None
    since: date | None
    half_days: int
    most_days: int
    never_answered: float
    promised_days: int | None = None
    promised_day: date | None = None
    follow_up_day: date | None = None
    close_day: date | None = None
    followed_up: date | None = None

    @property
    def is_due(self) -> bool:
        """Whether there is something to do now."""
        return self.kind in DUE


def next_step(interview: Interview, day: date, catalogue: Catalogue) -> NextStep | None:
    """Decide what to do next for an interview.

    A thank-you is in time on the day of the interview and the next. One follow-up is due after the promised
    day, or without a promise after the law's median. The interview is to be closed after the ninth decile,
    of the law with its own median or with the promised day, whichever is later, and at least a week after
    the follow-up.

    Parameters
    ----------
    interview : Interview
    day : date
    catalogue : Catalogue
        Has the law of silence.

    Returns
    -------
    NextStep or None
        None once there is an outcome, or if a later round of the process takes its place.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal:
    ...     one = journal.add({"promised_days": 7}, company="Acme", date="2026-01-20")
    >>> step = next_step(one, date(2026, 1, 28), journal.catalogue)
    >>> step.kind, step.days, step.promised_day.isoformat(), step.half_days, step.close_day.isoformat()
    ('follow-up', 8, '2026-01-27', 10, '2026-02-26')
    """
    if interview.status not in ("planned", "pending") or interview.later_round is not None:
        return None
    law = catalogue.silence
    since, promised = interview.silent_since, _promised_days(interview, catalogue)
    figures = _capped(law.median_days), _most_days(law, promised), law.never_answered
    if interview.status == "planned":
        kind: StepKind = "prepare" if interview.date and interview.date > day else "form"
        return NextStep(kind, interview.date, None, None, *figures)
    contacts = [event.kind for event in interview.events if event.kind in CONTACTS]
    if contacts and contacts[-1] == "next-round":
        return NextStep("next-round", None, None, since, *figures)
    replied = bool(fields_ending_wait(SILENCE_FIELD) & interview.answers.keys())
    if since is None or (replied and not interview.heard_back):
        return NextStep("day" if since is None else "reply", None, None, since, *figures)
    followed_up = _last_action(interview, "followed-up", since)
    half, most, _ = figures
    follow_up_day = since + timedelta((half if promised is None else promised) + GRACE_DAYS)
    close_day = max(since + timedelta(most + 1), (followed_up or follow_up_day) + timedelta(FOLLOW_UP_WAIT))
    kind, due = _choose(interview, day, None if followed_up else follow_up_day, close_day)
    return NextStep(
        kind,
        due,
        max((day - since).days, 0),
        since,
        *figures,
        promised_days=promised,
        promised_day=None if promised is None else since + timedelta(promised),
        follow_up_day=None if followed_up else follow_up_day,
        close_day=close_day,
        followed_up=followed_up,
    )


def _choose(
    interview: Interview, day: date, follow_up_day: date | None, close_day: date
) -> tuple[StepKind, date]:
    """Choose the step of a day, and the day it is due."""
    is_new = not any(event.kind != "edited" for event in interview.events)
    if is_new and interview.date and (day - interview.date).days <= THANKS_DAYS:
        return "thank", interview.date
    if day >= close_day:
        return "close", close_day
    if follow_up_day is None:
        return "wait", close_day
    return ("follow-up" if day >= follow_up_day else "wait"), follow_up_day


def _promised_days(interview: Interview, catalogue: Catalogue) -> int | None:
    """Read the promise; None without one, or if news since then took its place."""
    question = catalogue.questions.get(PROMISE_FIELD)
    answer = interview.answers.get(PROMISE_FIELD)
    if question is None or answer is None or interview.heard_back:
        return None
    try:
        return _capped(read_answer(question, answer))
    except InvalidAnswerError:  # the catalogue has changed since
        return None


def _most_days(law: Silence, promised: int | None) -> int:
    """Compute the ninth decile of the days until an answer: of the law, or later because of a promise."""
    return _capped(max(delay_quantile(0.9, law), delay_quantile(0.9, law, promised)))


def _last_action(interview: Interview, kind: str, since: date) -> date | None:
    """Find the day of the last action of a kind during the silence; if unknown, when it was recorded."""
    days = [event.date or clock.day_of(event.recorded) for event in interview.events if event.kind == kind]
    return max((day for day in days if day >= since), default=None)


def _capped(days: float) -> int:
    return round(min(days, _MAX_DAYS))


def next_round_answers(interview: Interview, catalogue: Catalogue) -> dict[str, str]:
    """Guess what can be filled in for the next round: the stage after this one, if that is known.

    Examples
    --------
    >>> next_round_answers(Interview(1, "", "", "", "", None, {"stage": "first"}), Catalogue.built_in())
    {'stage': 'second'}
    """
    question = catalogue.questions.get("stage")
    stage = _NEXT_STAGE.get(str(interview.answers.get("stage")))
    return {"stage": stage} if question and stage in question.levels else {}


@dataclass(frozen=True)
class PlannedStep:
    """The next step of one interview of a journal."""

    interview: Interview
    step: NextStep

    def is_soon(self, day: date) -> bool:
        """Whether something is to be done within a week from a day, but not yet."""
        due = self.step.due
        return not self.step.is_due and due is not None and (due - day).days <= SOON_DAYS


def planned_steps(journal: Journal, day: date, catalogue: Catalogue) -> list[PlannedStep]:
    """List the next steps of the planned and pending interviews, those to take now first, then by their day.

    Parameters
    ----------
    journal : Journal
        Of more than 500 pending interviews, the newest 500 are listed, and so of planned ones.
    day : date
    catalogue : Catalogue
        Has the law of silence.
    """
    found = [
        PlannedStep(interview, step)
        for status in ("planned", "pending")
        for interview in journal.interviews(status, limit=_MAX_PENDING)
        if (step := next_step(interview, day, catalogue))
    ]
    return sorted(found, key=_urgency)


def _urgency(planned: PlannedStep) -> tuple[Any, ...]:
    step = planned.step
    return not step.is_due, step.due is None, step.due or date.max, planned.interview.id
