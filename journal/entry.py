"""An entry of the journal and corrections of it, checked before anything is saved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ..data.answers.fields import read_answers, resolve_names
from ..data.answers.parsing import InvalidAnswerError, canonical, is_unanswered
from ..data.catalogue.catalogue import Catalogue
from ..data.errors import AnswerError, Fault, InputError, clip
from ..data.spelling import fold
from .dates import EARLIEST, read_date
from .events import order_faults
from .records import Interview

WAITED = "days_since_interview"
_LONGEST_NAME = 1_000  # characters
_LONGEST_NOTE = 10_000_000


@dataclass(frozen=True)
class Entry:
    """One interview as it was written down: the parameters of `Interview` of the same names."""

    company: str
    role: str
    date: date | None
    answers: Mapping[str, Any]
    notes: str


def day_told(given: str | None, answers: Mapping[str, Any]) -> str | None:
    """Return the day of an interview that is written down now: today, where nothing else is told.

    Parameters
    ----------
    given : str or None
        The day, if one is given.
    answers : mapping of str to object
        Days without an answer among them tell the day too.

    Examples
    --------
    >>> day_told(None, {"rapport": 4}), day_told("2026-11-20", {}), day_told(None, {WAITED: 9})
    ('today', '2026-11-20', None)
    """
    if given and given.strip():
        return given
    waited = (answer for name, answer in answers.items() if fold(str(name)) == WAITED)
    return "today" if all(is_unanswered(answer) for answer in waited) else None


def check_entry(
    catalogue: Catalogue,
    today: date,
    *,
    answers: Mapping[str, Any],
    company: Any = "",
    role: Any = "",
    day: Any = None,
    notes: Any = "",
) -> Entry:
    """Return an entry with answers in the catalogue's own words.

    Days without an answer are not kept, since they pass: where they are given the day of the interview
    is reckoned back from them.

    Raises
    ------
    AnswerError
        Answers that are none, a day in the future, text that cannot be kept; every fault is listed.
    """
    faults: list[Fault] = []

    def checked(check: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return check()
        except InputError as error:
            faults.extend(error.faults)
            return otherwise

    kept = checked(lambda: _answers(catalogue, answers), {})
    when = checked(lambda: read_date(day, today), None)
    waited = kept.pop(WAITED, None)
    if waited is not None and not faults:
        reckoned = checked(lambda: _reckoned(today, waited), None)
        if when is not None and reckoned is not None and reckoned != when:
            seen, expected = f"{waited:g} days before {today}", f"the date, {when}"
            faults.append(Fault("two different days", field=WAITED, seen=seen, expected=expected))
        when = when or reckoned
    company = checked(lambda: _text("company", company, _LONGEST_NAME), "")
    role = checked(lambda: _text("role", role, _LONGEST_NAME), "")
    notes = checked(lambda: _text("notes", notes, _LONGEST_NOTE), "")
    if faults:
        raise AnswerError(faults)
    return Entry(company, role, when, kept, notes)


def _answers(catalogue: Catalogue, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers given, in the order and words of the catalogue."""
    read_answers(catalogue, given)  # finds every fault
    by_field = {field: given[name] for name, field in resolve_names(catalogue, given).items()}
    said = {
        field: canonical(question, by_field[field])
        for field, question in catalogue.questions.items()
        if field in by_field
    }
    return {field: answer for field, answer in said.items() if answer is not None}


def readable_answers(catalogue: Catalogue, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return those answers of the journal that a catalogue can still read.

    Answers stay as they were given, while catalogues change: a question that is gone, or a word that is
    no level any more, is left out rather than guessed.
    """
    found = {}
    for field, answer in kept.items():
        if field in catalogue.questions:
            try:
                found[field] = canonical(catalogue.questions[field], answer)
            except InvalidAnswerError:
                continue
    return found


def _reckoned(today: date, waited: float) -> date:
    most = (today - EARLIEST).days
    if waited > most:
        seen, expected = f"{waited:g} days", f"at most {most:,}"
        raise AnswerError([Fault("too long ago", field=WAITED, seen=seen, expected=expected)])
    return today - timedelta(days=round(waited))


def _text(name: str, given: Any, limit: int) -> str:
    """Return a text exactly as it was given."""
    if not isinstance(given, str):
        raise AnswerError([Fault("not text", field=name, seen=clip(given))])
    if len(given) > limit:
        seen, expected = f"{len(given):,} characters", f"at most {limit:,}"
        raise AnswerError([Fault("too long", field=name, seen=seen, expected=expected)])
    try:
        given.encode()
    except UnicodeEncodeError:
        raise AnswerError([Fault("holds half a character", field=name, seen=clip(given))]) from None
    if "\x00" in given:
        raise AnswerError([Fault("holds a null character", field=name, seen=clip(given))])
    return given


def changes(
    before: Interview, changed: Mapping[str, Any], catalogue: Catalogue, today: date
) -> tuple[Entry, dict[str, Any]]:
    """Return an interview as it becomes, and what stood in the fields that change.

    Raises
    ------
    AnswerError
        As for a new entry, or a date after something that happened; every fault is listed.
    """
    given = {"company": before.company, "role": before.role, "notes": before.notes} | {
        name: value for name, value in changed.items() if name != "answers"
    }
    answers = changed.get("answers", {})
    day = given.pop("date", before.date)
    faults: list[Fault] = []
    entry = Entry(before.company, before.role, before.date, before.answers, before.notes)
    try:
        checked = check_entry(catalogue, today, answers=answers, day=day, **given)
        blank = set(resolve_names(catalogue, answers).values()).difference(checked.answers)
        merged = {field: value for field, value in before.answers.items() if field not in blank}
        merged |= checked.answers
        read_answers(catalogue, readable_answers(catalogue, merged))  # new and old may contradict each other
        ordered = {field: merged.pop(field) for field in catalogue.questions if field in merged}
        entry = replace(checked, answers=ordered | merged)
    except AnswerError as error:
        faults += error.faults
    for event in before.events:
        if event.date and event.kind != "edited":
            faults += order_faults(entry.date, event.date, event.kind)
    if faults:
        raise AnswerError(faults)
    return entry, replaced(before, entry)


def replaced(before: Interview | Entry, after: Entry) -> dict[str, Any]:
    """Return what was in each field that differs, answers by their own names."""
    old = {"company": before.company, "role": before.role, "notes": before.notes}
    found: dict[str, Any] = {name: text for name, text in old.items() if text != getattr(after, name)}
    if before.date != after.date:
        found["date"] = before.date and before.date.isoformat()
    answers = {
        field: before.answers.get(field)
        for field in {**before.answers, **after.answers}
        if before.answers.get(field) != after.answers.get(field)
    }
    return found | ({"answers": answers} if answers else {})
