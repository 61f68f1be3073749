"""Checks of entries, corrections and events, before the journal saves them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar, cast

from ..data.answers.fields import read_answers, resolve_names
from ..data.answers.parsing import InvalidAnswerError, canonical, is_blank, is_unanswered, plain_name
from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.question_schema import SILENCE_FIELD
from ..data.errors import AnswerError, Fault, InputError, JournalError, clip
from ..data.language import N_, _, number
from ..data.name_matching import fold
from .dates import EARLIEST_DATE, latest_interview, read_date, to_iso
from .records import ACTIONS, CONTACTS, KNOWN_BEFORE, Event, EventKind, Interview, last_outcome

NAMES = ("company", "role", "client")
TEXTS = ("company", "role", "notes", "client")
_MAX_NAME_LENGTH = 1_000  # characters
_MAX_NOTES_LENGTH = 10_000_000
_EMPTY_CELLS = ("nan", "na", "n_a", "none", "null", "skip")
_NEWS = {fold(kind): kind for kind in (*CONTACTS, *ACTIONS)}
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person enters about an interview; the parameters are those of `Interview`."""

    company: str
    role: str
    date: date | None
    answers: Mapping[str, Any]
    notes: str
    client: str = ""


def collect_faults(
    faults: list[Fault], check: Callable[[], _Value], default: _Value, *, field: str = ""
) -> _Value:
    """Run a check; if it fails, add its faults to a list and return a default, so that all can be reported.

    Parameters
    ----------
    faults : list of Fault
    check : callable
    default : object
    field : str
        The field of faults that name none.
    """
    try:
        return check()
    except InputError as error:
        faults.extend(replace(fault, field=fault.field or field) for fault in error.faults)
        return default


def default_date(day: str | None, answers: Mapping[str, Any]) -> str | None:
    """Complete the date of an interview that is saved now: today, unless a date or a wait is given.

    Parameters
    ----------
    day : str or None
        The date, if one is given; a blank one stays, and means unknown.
    answers : mapping of str to object
        ``days_since_interview`` among them determines the date too.

    Examples
    --------
    >>> default_date(None, {"rapport": 4}), default_date("2026-11-20", {}), default_date("", {})
    ('today', '2026-11-20', '')
    >>> default_date(None, {"days_since_interview": 9}) is None
    True
    """
    if day is not None:
        return day
    waits = (answer for name, answer in answers.items() if fold(str(name)) == SILENCE_FIELD)
    return "today" if all(is_unanswered(answer) for answer in waits) else None


def check_entry(
    catalogue: Catalogue,
    today: date,
    *,
    answers: Mapping[str, Any],
    company: Any = "",
    role: Any = "",
    day: Any = None,
    notes: Any = "",
    client: Any = "",
) -> Entry:
    """Check an entry, and convert its answers to the words of the catalogue.

    ``days_since_interview`` is not saved, since it grows every day: it is converted to the date of the
    interview.

    Raises
    ------
    AnswerError
        Invalid answers, signs of an interview in the future, or text that cannot be saved; every fault is
        listed.
    """
    faults: list[Fault] = []
    checked: dict[str, Any] = collect_faults(faults, lambda: _check_answers(catalogue, answers), {})
    latest = latest_interview(today)
    when = collect_faults(faults, lambda: _read_given_day(day, today, latest), None)
    if isinstance(answers, Mapping):
        given = resolve_names(catalogue, [name for name in answers if not is_unanswered(answers[name])])
        faults += _future_faults(when, today, given.values())
    wait = checked.pop(SILENCE_FIELD, None)
    if wait is not None and not faults:
        derived = collect_faults(faults, lambda: _date_before(today, wait), None)
        if when is not None and derived is not None and derived != when:
            days = (today - when).days
            seen, expected = number(wait, "g"), _("{days} for {day}, or blank", days=days, day=when)
            faults.append(Fault("does not match the date", field=SILENCE_FIELD, seen=seen, expected=expected))
        when = when or derived
    company = collect_faults(faults, lambda: check_name("company", company), "")
    role = collect_faults(faults, lambda: check_name("role", role), "")
    notes = collect_faults(faults, lambda: check_notes("notes", notes), "")
    client = collect_faults(faults, lambda: check_name("client", client), "")
    if faults:
        raise AnswerError(faults)
    return Entry(company, role, when, checked, notes, client)


def _read_given_day(day: Any, today: date, latest: date | None = None) -> date | None:
    """Read the day that a person gives for one interview; what only an empty cell would hold is a fault."""
    if isinstance(day, str) and fold(day) in _EMPTY_CELLS:
        raise AnswerError(
            [Fault("not a date", field="date", seen=clip(day), expected="a date written as YYYY-MM-DD")]
        )
    return read_date(day, today, latest=latest)


def _future_faults(when: date | None, today: date, answered: Iterable[str]) -> list[Fault]:
    """List what is wrong with the date of an interview to come: only what is known before can be answered."""
    if when is None or when <= today or {*KNOWN_BEFORE}.issuperset(answered):
        return []
    text = N_("a day up to {today}, or only answers that are known before the interview")
    expected = _(text, today=today)
    return [Fault("in the future", field="date", seen=str(when), expected=expected)]


def _check_answers(catalogue: Catalogue, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Check answers, and convert them to the order and words of the catalogue."""
    read_answers(catalogue, answers)  # raises every fault at once
    by_field = {field: answers[name] for name, field in resolve_names(catalogue, answers).items()}
    words = {
        field: canonical(question, by_field[field])
        for field, question in catalogue.questions.items()
        if field in by_field
    }
    return {field: answer for field, answer in words.items() if answer is not None}


def readable_answers(catalogue: Catalogue, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Select the saved answers that a catalogue can still read.

    Answers stay as they were saved, while catalogues change. An answer to a question that was removed, or
    with a level that was removed, is left out, not guessed.
    """
    readable = {}
    for field, answer in answers.items():
        if field in catalogue.questions:
            try:
                readable[field] = canonical(catalogue.questions[field], answer)
            except InvalidAnswerError:
                continue
    return readable


def _date_before(today: date, wait: float) -> date:
    """Compute the date of an interview from the days since then."""
    longest = (today - EARLIEST_DATE).days
    if wait > longest:
        seen = _("{n} days", n=number(wait, "g"))
        expected = _("at most {limit}", limit=number(longest))
        raise AnswerError([Fault("too long ago", field=SILENCE_FIELD, seen=seen, expected=expected)])
    return today - timedelta(days=round(wait))


def check_name(field: str, text: Any) -> str:
    """Check the name of a company, role or client, so that it can be saved unchanged."""
    return _check_text(field, text, _MAX_NAME_LENGTH)


def check_notes(field: str, text: Any) -> str:
    """Check notes, so that they can be saved unchanged."""
    return _check_text(field, text, _MAX_NOTES_LENGTH)


def _check_text(name: str, text: Any, max_length: int) -> str:
    """Check that a text can be saved unchanged."""
    if not isinstance(text, str):
        raise AnswerError([Fault("not text", field=name, seen=clip(text))])
    if len(text) > max_length:
        seen = _("{n} characters", n=number(len(text)))
        expected = _("at most {limit}", limit=number(max_length))
        raise AnswerError([Fault("too long", field=name, seen=seen, expected=expected)])
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        raise AnswerError([Fault("contains half a character", field=name, seen=clip(text))]) from None
    if "\x00" in text:
        raise AnswerError([Fault("contains a null character", field=name, seen=clip(text))])
    return text


def apply_changes(
    before: Interview, changed: Mapping[str, Any], catalogue: Catalogue, today: date
) -> tuple[Entry, dict[str, Any]]:
    """Apply a correction to an interview; return the new entry and the values it replaces.

    Raises
    ------
    AnswerError
        As for a new entry, or a date after an event; every fault is listed.
    """
    texts = {name: getattr(before, name) for name in TEXTS}
    values = texts | {name: value for name, value in changed.items() if name != "answers"}
    values |= {name: plain_name(values[name]) for name in NAMES if name in changed}
    answers = changed.get("answers", {})
    day = values.pop("date", before.date)
    faults: list[Fault] = []
    entry = Entry(before.company, before.role, before.date, before.answers, before.notes, before.client)
    try:
        checked = check_entry(catalogue, today, answers=answers, day=day, **values)
        blank = set(resolve_names(catalogue, answers).values()).difference(checked.answers)
        merged = {field: value for field, value in before.answers.items() if field not in blank}
        merged |= checked.answers
        read_answers(catalogue, readable_answers(catalogue, merged))  # new and old may contradict each other
        faults += _future_faults(checked.date, today, merged)
        ordered = {field: merged.pop(field) for field in catalogue.questions if field in merged}
        entry = replace(checked, answers=ordered | merged)
    except AnswerError as error:
        faults += error.faults
    if not faults:  # one about the date is enough
        faults += [fault for event in before.events for fault in event_faults(entry.date, event, today)]
    if faults:
        raise AnswerError(faults)
    return entry, replaced_values(before, entry)


def replaced_values(before: Interview | Entry, after: Entry) -> dict[str, Any]:
    """Compare two states of an interview; return the old value of each field that differs."""
    old = {name: getattr(before, name) for name in TEXTS}
    replaced: dict[str, Any] = {name: text for name, text in old.items() if text != getattr(after, name)}
    if before.date != after.date:
        replaced["date"] = to_iso(before.date)
    answers = {
        field: before.answers.get(field)
        for field in {**before.answers, **after.answers}
        if before.answers.get(field) != after.answers.get(field)
    }
    return replaced | ({"answers": answers} if answers else {})


def check_event(interview: Interview, kind: str, day: Any, today: date, now: str) -> Event:
    """Check an event against its interview.

    Parameters
    ----------
    interview : Interview
    kind : str
        In any wording.
    day : date or str, optional
        Today if it is absent; a blank text or ``unknown`` leaves it open.
    today : date
    now : str
        The time, UTC.

    Raises
    ------
    JournalError
        No such kind, or a date before the interview or in the future; every fault is listed.
    """
    faults: list[Fault] = []
    known = collect_faults(faults, lambda: _read_kind(kind), None)
    when = today if is_blank(day) else collect_faults(faults, lambda: _read_given_day(day, today), None)
    if when is not None:
        faults += order_faults(interview.date, when, known or _("event"))
    if faults or known is None:
        raise JournalError(faults)
    event = Event(known, when, now)
    if faults := event_faults(interview.date, event, today):
        raise JournalError(faults)
    return event


def is_recorded(interview: Interview, event: Event, day: Any) -> bool:
    """Test whether an event only repeats the outcome that counts, given the day it was entered with."""
    last = last_outcome(interview.events)
    return last is not None and last.kind == event.kind and (is_blank(day) or last.date == event.date)


def event_faults(interviewed: date | None, event: Event, today: date) -> list[Fault]:
    """List what is wrong with an event, given the day of the interview; an edit may be older than that.

    On an unknown day an event cannot have happened before an interview that is still to come.
    """
    if event.kind == "edited":
        return []
    if event.date is not None:
        return order_faults(interviewed, event.date, event.kind)
    if event.kind == "pending" or interviewed is None or interviewed <= today:
        return []
    seen = _("{what}, interview on {interviewed}", what=event.kind, interviewed=interviewed)
    expected = _("no outcome, or a day up to {today}", today=today)
    return [Fault("the interview is still to come", field="date", seen=seen, expected=expected)]


def order_faults(interviewed: date | None, happened: date, what: str) -> list[Fault]:
    """List what is wrong with the order of an interview and what followed it."""
    if interviewed is None or interviewed <= happened:
        return []
    text = N_("{what} on {happened}, interview on {interviewed}")
    seen = _(text, what=what, happened=happened, interviewed=interviewed)
    expected = _("a day from {day} on", day=interviewed)
    return [Fault("before the interview", field="date", seen=seen, expected=expected)]


def _read_kind(text: Any) -> EventKind:
    """Read the kind of an event: a contact, an action, or an outcome in any wording; never blank."""
    # loads numpy, which an export does without
    from ..data.answers.outcomes import EXPECTED_OUTCOME, NO_INTERVIEW, read_outcome

    word = fold(text) if isinstance(text, str) else ""
    if not word:
        raise AnswerError(
            [
                Fault(
                    "no such event",
                    seen=clip(text),
                    expected=_("{outcomes} or heard_back", outcomes=_(EXPECTED_OUTCOME)),
                )
            ]
        )
    if news := _NEWS.get(word):
        return news
    kind = read_outcome(text)
    if kind in NO_INTERVIEW:
        raise AnswerError(
            [Fault("not an outcome of an interview", seen=clip(text), expected=EXPECTED_OUTCOME)]
        )
    return cast(EventKind, kind)
