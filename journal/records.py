"""What the journal holds: interviews, events, predictions and processes, as plain immutable values."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Status = Literal["pending", "offer", "rejected", "ghosted", "withdrew"]
Contact = Literal["heard-back", "next-round"]
Kind = Literal[Status, Contact, "edited"]

STATUSES: tuple[Status, ...] = get_args(Status)
CONTACTS: tuple[Contact, ...] = get_args(Contact)
DECIDED: tuple[Status, ...] = ("offer", "rejected", "ghosted")  # what training counts
ANSWERS: tuple[Status, ...] = ("offer", "rejected")  # outcomes that someone told
Round = tuple[int, str, str, str | None]
"""Number, company, role and day of an interview."""


def process_of(company: str, role: str) -> tuple[str, str]:
    """Return what rounds of one process share: company and role, whatever their case and spacing."""
    return _plain(company), _plain(role)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


@dataclass(frozen=True)
class Event:
    """Something that happened after an interview; a later event never removes an earlier one.

    Parameters
    ----------
    kind : str
        An outcome, ``heard-back``, ``next-round``, or ``edited``.
    date : date or None
        The day it happened, where it is known.
    recorded : str
        When it was written down, UTC.
    detail : mapping of str to object
        What an edit replaced, by field.
    """

    kind: Kind
    date: datetime.date | None
    recorded: str
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Logged:
    """A prediction as it was made.

    Parameters
    ----------
    made : str
        When, UTC.
    probability, low, high, level, base_rate : float
        As in `Prediction`.
    model : str
        SHA-256 of the model.
    days : int or None
        Days without an answer at the time.
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
    """One interview with all that is known of it.

    Parameters
    ----------
    id : int
        Its number in this journal, never given twice.
    uid : str
        What tells it from every other interview in any journal.
    added : str
        When it was written down, UTC.
    company, role : str
        As given, empty where not.
    date : date or None
        The day of the interview, where it is known.
    answers : mapping of str to object
        Field to answer.
    notes : str
        As given, empty where not.
    events : tuple of Event
        In the order they were written down.
    predictions : tuple of Logged
        In the order they were made.
    closed : Event or None
        The outcome of a later round of the same process, where this interview has none.

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
    predictions: tuple[Logged, ...] = ()
    closed: Event | None = None

    @property
    def decision(self) -> Event | None:
        """The last outcome recorded, which is the one that counts; else that of a later round."""
        outcomes = [event for event in self.events if event.kind in STATUSES]
        if self.closed and (not outcomes or outcomes[-1].kind == "pending"):
            return self.closed
        return outcomes[-1] if outcomes else None

    @property
    def status(self) -> Status:
        """The outcome, ``pending`` while there is none."""
        decision = self.decision
        return decision.kind if decision else "pending"  # type: ignore[return-value]

    @property
    def last_contact(self) -> datetime.date | None:
        """The last known day of news that decided nothing."""
        days = [event.date for event in self.events if event.kind in CONTACTS and event.date]
        return max(days, default=None)

    @property
    def heard_back(self) -> bool:
        """Whether there was news that decided nothing."""
        return any(event.kind in CONTACTS for event in self.events)

    @property
    def silent_since(self) -> datetime.date | None:
        """The day from which silence counts, None where it is unknown: the last news, else the interview."""
        return self.last_contact if self.heard_back else self.date

    @property
    def name(self) -> str:
        """Company and role as a heading."""
        return ", ".join(part for part in (self.company, self.role) if part) or "(no name)"


def last_rounds(rounds: Iterable[Round]) -> dict[int, int]:
    """Return for each interview the number of the last round of its process.

    Rounds without a day come before those with one. Interviews without a company are processes of their own.

    Parameters
    ----------
    rounds : iterable of tuple
        Number, company, role and day as ``YYYY-MM-DD`` or None.

    Examples
    --------
    >>> last_rounds([(1, "Acme", "Dev", "2026-05-04"), (2, "ACME", "dev", "2026-05-18"), (3, "", "", None)])
    {1: 2, 2: 2, 3: 3}
    """
    processes: dict[object, list[tuple[bool, str, int]]] = {}
    for number, company, role, day in rounds:
        process = process_of(company, role)
        processes.setdefault(process if process[0] else number, []).append((bool(day), day or "", number))
    return {number: max(each)[2] for each in processes.values() for *_, number in each}
