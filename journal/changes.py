"""Correcting an interview: what it becomes, and what the correction replaces."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from ..data.answers.fields import read_answers, spelling
from ..data.catalogue.catalogue import Catalogue
from ..data.errors import AnswerError, Fault
from .entry import Entry, check_entry, readable_answers
from .events import order_faults
from .records import Interview


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
        blank = set(spelling(catalogue, answers).values()).difference(checked.answers)
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
