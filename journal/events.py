"""Whether something can have happened to an interview."""

from datetime import date
from typing import Any

from ..data.answers.outcomes import EXPECTED_OUTCOME, Outcome, read_outcome
from ..data.errors import AnswerError, Fault, JournalError, clip
from ..data.spelling import fold
from .dates import read_date
from .records import CONTACTS, Contact, Event, Interview, Status

_CONTACTS = {fold(kind): kind for kind in CONTACTS}


def checked_event(interview: Interview, kind: str, day: Any, today: date, now: str) -> Event:
    """Return an event that fits the interview it happened to; its kind in any spelling.

    Raises
    ------
    JournalError
        No such kind, or a day before the interview or in the future; every fault is listed.
    """
    faults: list[Fault] = []
    known: Status | Contact | None = None
    when = None
    try:
        known = _kind_of(kind)
    except AnswerError as error:
        faults += error.faults
    try:
        when = read_date(day, today) or today
        faults += order_faults(interview.date, when, known or "this")
    except AnswerError as error:
        faults += error.faults
    if faults or known is None or when is None:
        raise JournalError(faults)
    return Event(known, when, now)


def order_faults(interviewed: date | None, happened: date, what: str) -> list[Fault]:
    """Return what is wrong with the order of an interview and what followed it."""
    if interviewed is None or interviewed <= happened:
        return []
    seen = f"{what} on {happened}, interview on {interviewed}"
    return [Fault("before the interview", field="date", seen=seen, expected=f"a day from {interviewed} on")]


def status_of(given: Any) -> Outcome:
    """Return an outcome as the journal keeps it: `read_outcome`.

    Raises
    ------
    AnswerError
        It is no outcome.

    Examples
    --------
    >>> status_of("Never heard back"), status_of("hired"), status_of(0), status_of("cancelled")
    ('ghosted', 'offer', 'rejected', 'withdrew')
    """
    return read_outcome(given)


def _kind_of(given: Any) -> Status | Contact:
    """Return the kind of an event: news that decides nothing by its name, else an outcome; never blank."""
    word = fold(given) if isinstance(given, str) else ""
    if not word:
        raise AnswerError(
            [Fault("no such event", seen=clip(given), expected=f"{EXPECTED_OUTCOME}, or heard_back")]
        )
    return _CONTACTS.get(word) or read_outcome(given)
