"""Whether something can have happened to an interview."""

from datetime import date
from typing import Any

from ..errors import AnswerError, Fault, JournalError, clip
from ..names import did_you_mean, fold
from ..outcomes import Outcome, read_outcome
from .dates import read_date
from .records import CONTACTS, STATUSES, Event, Interview, Status

_KINDS = {fold(kind): kind for kind in (*STATUSES, *CONTACTS)}


def checked_event(interview: Interview, kind: str, day: Any, today: date, now: str) -> Event:
    """Return an event that fits the interview it happened to.

    Raises
    ------
    JournalError
        No such kind, or a day before the interview or in the future; every fault is listed.
    """
    faults: list[Fault] = []
    known = _KINDS.get(fold(kind)) if isinstance(kind, str) else None
    if known is None:
        expected = ", ".join(_KINDS.values())
        hint = did_you_mean(str(kind), _KINDS.values())
        faults.append(Fault("no such event", seen=clip(kind), expected=expected, remedy=hint))
    when = None
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


def status_of(given: Any) -> Status:
    """Return an outcome as the journal keeps it: offer, rejected, ghosted, withdrew or pending.

    Raises
    ------
    AnswerError
        It is no outcome.

    Examples
    --------
    >>> status_of("Never heard back"), status_of("hired"), status_of(0), status_of("cancelled")
    ('ghosted', 'offer', 'rejected', 'withdrew')
    """
    outcome = read_outcome(given)
    word = fold(str(given))
    match outcome:
        case Outcome.OFFER:
            return "offer"
        case Outcome.NO_OFFER:
            return "ghosted" if word.startswith(("ghost", "never")) else "rejected"
        case Outcome.NOTHING:
            return "withdrew" if "withdr" in word or word.startswith("cancel") else "pending"
