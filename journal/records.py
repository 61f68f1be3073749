"""The records of the journal: interviews, events, predictions, applications and processes, all immutable."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, get_args

from ..data.language import _
from ..data.name_matching import fold_name
from . import clock

Status = Literal["pending", "offer", "rejected", "ghosted", "withdrew"]
Contact = Literal["heard-back", "next-round"]
Action = Literal["thanked", "followed-up"]
EventKind = Literal[Status, Contact, Action, "edited"]
InterviewState = Literal[Status, "planned"]

STATUSES: tuple[Status, ...] = get_args(Status)
CONTACTS: tuple[Contact, ...] = get_args(Contact)
ACTIONS: tuple[Action, ...] = get_args(Action)  # of the person; they do not end a silence
DECIDED: tuple[Status, ...] = ("offer", "rejected", "ghosted")  # outcomes that training counts
REPLIED: tuple[Status, ...] = ("offer", "rejected")  # outcomes that the employer communicated
# questions that can be answered before the interview; any other answer means that its form is filled in
KNOWN_BEFORE = ("stage", "other_candidates", "base_rate", "employer_rate", "referred")
APPLIED, CHANNEL = "applied", "channel"  # of an application, as columns of tables and exports
EARLIER_ROUND = "earlier-round"  # an interview that the outcome of a later round of its process closed
RoundRow = tuple[int, str, str, str, str | None]
"""Number, company, role, client and date of an interview."""


Process = tuple[str, ...]
"""What identifies a process, as `process_key` returns it."""


def process_key(company: str, role: str, client: str = "") -> Process:
    """Identify the process of an interview: company, role and client, whatever their case and spacing."""
    return fold_name(company), fold_name(role), fold_name(client)


def process_keys(companies: Sequence[str], roles: Sequence[str], clients: Sequence[str]) -> list[Process]:
    """Identify the processes of many interviews, as `process_key`; each distinct name is folded only once."""
    folded = cache(fold_name)
    return [*zip(*(map(folded, names) for names in (companies, roles, clients)), strict=True)]


def is_client(client: str, wanted: str | None) -> bool:
    """Test whether a client is the one wanted, whatever the case and spacing; None wants any."""
    return wanted is None or fold_name(client) == fold_name(wanted)


@dataclass(frozen=True)
class Event:
    """Something that happened after an interview; a later event never removes an earlier one.

    Parameters
    ----------
    kind : str
        An outcome, ``heard-back``, ``next-round``, ``thanked``, ``followed-up``, or ``edited``.
    date : date or None
        The day it happened, if known.
    recorded : str
        The time it was recorded, UTC.
    detail : mapping of str to object
        The values that an edit replaced, by field.
    """

    kind: EventKind
    date: datetime.date | None
    recorded: str
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class PredictionRecord:
    """A prediction as it was saved when it was made.

    Parameters
    ----------
    made : str
        The time it was made, UTC.
    probability, low, high, level, base_rate : float
        As in `Prediction`.
    model : str
        SHA-256 of the model.
    days : int or None
        Days of silence at that time.
    """

    made: str
    probability: float
    low: float
    high: float
    level: float
    base_rate: float
    model: str
    days: int | None = None


@dataclass(frozen=True)
class Interview:
    """One interview with its events and predictions.

    Parameters
    ----------
    id : int
        Its number in this journal, never reused.
    uid : str
        Its unique identifier across all journals.
    added : str
        The time it was added, UTC.
    company, role : str
        Empty if unknown.
    date : date or None
        The date of the interview, if known.
    answers : mapping of str to object
        Field to answer.
    notes : str
        Empty if there are none.
    events : tuple of Event
        In the order they were recorded.
    predictions : tuple of PredictionRecord
        In the order they were made.
    closed : Event or None
        The outcome of the latest round of the process, if this interview has none.
    later_round : int or None
        The number of the latest round of the process, if this interview is pending and an earlier one.
    client : str
        Whose interview it is, for a coach, or any other tag; empty for your own.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from offerodds import Journal
    >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal:
    ...     one = journal.add({"rapport": 4}, company="Acme", role="Engineer", date="2026-01-20")
    >>> one.name, one.status, one.answers
    ('Acme, Engineer', 'pending', {'rapport': 'warm'})
    """

    id: int
    uid: str
    added: str
    company: str
    role: str
    date: datetime.date | None
    answers: Mapping[str, Any]
    notes: str = ""
    events: tuple[Event, ...] = ()
    predictions: tuple[PredictionRecord, ...] = ()
    closed: Event | None = None
    later_round: int | None = None
    client: str = ""

    @property
    def decision(self) -> Event | None:
        """The last outcome recorded, which is the one that counts; else that of the latest round."""
        outcome = last_outcome(self.events)
        return self.closed if self.closed and (outcome is None or outcome.kind == "pending") else outcome

    @property
    def status(self) -> InterviewState:
        """The outcome; while there is none, ``planned`` if it waits for its form, else ``pending``."""
        decision = self.decision
        if decision is not None and decision.kind != "pending":
            return decision.kind  # type: ignore[return-value]
        return "planned" if self.waits_for_form else "pending"

    @property
    def has_estimate(self) -> bool:
        """Whether it has an estimate of today: it is pending, and no later round takes its place."""
        return self.status == "pending" and self.later_round is None

    @property
    def waits_for_form(self) -> bool:
        """Whether it was added before its day, and the form has not been filled in since."""
        if self.date is None or not self.added or self.date <= clock.day_of(self.added):
            return False
        return self.answers.keys() <= {*KNOWN_BEFORE}

    @property
    def place(self) -> str:
        """The status, or ``earlier-round`` if the outcome is that of a later round of the process."""
        return EARLIER_ROUND if self.closed and self.decision is self.closed else self.status

    @property
    def last_contact(self) -> datetime.date | None:
        """The last known day of news short of a decision."""
        days = [event.date for event in self.events if event.kind in CONTACTS and event.date]
        return max(days, default=None)

    @property
    def heard_back(self) -> bool:
        """Whether there was news short of a decision."""
        return any(event.kind in CONTACTS for event in self.events)

    @property
    def silent_since(self) -> datetime.date | None:
        """The first day of the silence, None if unknown: the day of the last news, else of the interview."""
        return self.last_contact if self.heard_back else self.date

    @property
    def name(self) -> str:
        """Company and role as a heading."""
        return ", ".join(part for part in (self.company, self.role) if part) or _("(no name)")


@dataclass(frozen=True)
class Application:
    """An application, whether or not an interview came of it.

    Parameters
    ----------
    company, role : str
        Empty if unknown.
    applied : date or None
        The day of the application, if known.
    channel : str
        The way of applying in the person's own words; empty if unknown.
    client : str
        As of `Interview`.
    """

    company: str
    role: str
    applied: datetime.date | None = None
    channel: str = ""
    client: str = ""

    @property
    def process(self) -> Process:
        """The process that it begins."""
        return process_key(self.company, self.role, self.client)

    def completed_by(self, other: "Application") -> "Application":
        """Take over the facts of another row of the same application; its blanks erase nothing."""
        return replace(other, applied=other.applied or self.applied, channel=other.channel or self.channel)


SORTS = ("status", "date", "company", "client")
"""Orders of a list; by status, planned and pending ones come first."""


@dataclass(frozen=True)
class Selection:
    """Which interviews to list, and in which order; blank means any.

    Parameters
    ----------
    search : str
        Text in company, role, client or notes, whatever its case.
    client, company : str
        Whatever their case and spacing.
    outcome : str
        The status: ``planned``, ``pending`` or an outcome.
    stage : str
        The answer to the question of the stage.
    month : str
        Of the interview, as ``YYYY-MM``.
    sort : str
        One of `SORTS`.
    """

    search: str = ""
    client: str = ""
    company: str = ""
    outcome: str = ""
    stage: str = ""
    month: str = ""
    sort: str = "status"

    @property
    def is_all(self) -> bool:
        """Whether it selects every interview."""
        return replace(self, sort="status") == Selection()

    def condition(self) -> tuple[str, list[str]]:
        """Convert to a condition of SQL with its values; the status is left to the journal."""
        conditions = {
            "instr(folded(company || ' ' || role || ' ' || client || ' ' || notes), ?) > 0": self.search,
            "folded(client) = ?": self.client,
            "folded(company) = ?": self.company,
            "json_extract(answers, '$.stage') = ?": self.stage,
            "substr(date, 1, 7) = ?": self.month,
        }
        given = {condition: value for condition, value in conditions.items() if value.strip()}
        return " AND ".join(["1", *given]), [*map(fold_name, given.values())]


def last_outcome(events: Sequence[Event]) -> Event | None:
    """Find the last outcome among events, ``pending`` included: the one that counts."""
    return next((event for event in reversed(events) if event.kind in STATUSES), None)


def latest_rounds(rounds: Iterable[RoundRow]) -> dict[int, int]:
    """Map each interview to the latest round of its process, both by number.

    Rounds without a date come before those with one. An interview without a company is a process by itself.

    Parameters
    ----------
    rounds : iterable of tuple
        Number, company, role, client and date as ``YYYY-MM-DD`` or None.

    Examples
    --------
    >>> acme = [(1, "Acme", "Dev", "", "2026-05-04"), (2, "ACME", "dev", "", "2026-05-18")]
    >>> latest_rounds([*acme, (3, "", "", "", None)])
    {1: 2, 2: 2, 3: 3}
    """
    rounds = [*rounds]
    return {number: number for number, *_ in rounds} | later_rounds(rounds)


def later_rounds(rounds: Sequence[RoundRow]) -> dict[int, int]:
    """Map each interview that has a later round of its process to the latest one, as `latest_rounds` does."""
    if not rounds:
        return {}
    latest: dict[Process, tuple[str, int]] = {}
    earlier: dict[Process, list[int]] = {}  # most processes have one round
    numbers, companies, roles, clients, days = zip(*rounds, strict=True)
    for number, process, day in zip(numbers, process_keys(companies, roles, clients), days, strict=True):
        if not process[0]:
            continue
        this = (day or "", number)
        known = latest.setdefault(process, this)
        if known is not this:
            latest[process] = max(this, known)
            earlier.setdefault(process, []).append(min(this, known)[1])
    return {number: latest[process][1] for process, numbers in earlier.items() for number in numbers}
