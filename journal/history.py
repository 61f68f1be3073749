"""The earlier states of an interview, and the last cells that a sheet contained about it."""

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .dates import from_iso, to_iso
from .entry import TEXTS, Entry
from .records import STATUSES, Event, last_outcome
from .rows import event_from_row
from .store import Journal

Cells = dict[str, Any]
"""The cells of a row by field, without blank ones: ``answers.`` before the name of a sign, the date as text,
and ``outcome`` as a list of the outcome and its date."""
SHEET_OUTCOMES = (*STATUSES, "next-round")  # what a cell of outcomes can contain
_PENDING = ["pending", None]
_ANSWER = "answers."


def entry_cells(entry: Entry) -> Cells:
    """Convert an entry to cells.

    Examples
    --------
    >>> from datetime import date
    >>> entry_cells(Entry("Acme", "", date(2026, 5, 4), {"rapport": "warm"}, ""))
    {'company': 'Acme', 'date': '2026-05-04', 'answers.rapport': 'warm'}
    """
    texts = {name: getattr(entry, name) for name in TEXTS}
    answers = {_ANSWER + field: answer for field, answer in entry.answers.items()}
    cells = texts | {"date": to_iso(entry.date)} | answers
    return {field: value for field, value in cells.items() if value not in (None, "")}


def apply_cells(entry: Entry, cells: Cells, order: Sequence[str]) -> Entry:
    """Replace the values of an entry by those of some cells; a blank cell clears the field.

    Parameters
    ----------
    entry : Entry
    cells : dict
    order : sequence of str
        The fields of all signs, in the order of answers.
    """
    values = {field: value for field, value in cells.items() if not field.startswith(_ANSWER)}
    answers = {f.removeprefix(_ANSWER): value for f, value in cells.items() if f.startswith(_ANSWER)}
    merged = {field: answer for field, answer in {**entry.answers, **answers}.items() if answer is not None}
    ordered = {field: merged.pop(field) for field in order if field in merged}
    if "date" in values:
        values["date"] = from_iso(values["date"])
    return replace(entry, answers=ordered | merged, **values)


def replaced_cells(event: Event) -> Cells:
    """Convert the values that an edit replaced to cells, blank ones included."""
    detail = dict(event.detail or {})
    answers: Mapping[str, Any] = detail.pop("answers", None) or {}
    return detail | {_ANSWER + field: answer for field, answer in answers.items()}


@dataclass(frozen=True)
class InterviewHistory:
    """An interview of the journal with its whole history.

    Parameters
    ----------
    number : int
    import_id : int or None
        The import that added it; None for one added by hand.
    entry : Entry
    events : tuple of (Event, int or None)
        In the order they were recorded, each with the import that wrote it.
    later_cells : dict or None
        The last cells of sheets, if they differ from those of the import that added it.
    """

    number: int
    import_id: int | None
    entry: Entry
    events: tuple[tuple[Event, int | None], ...]
    later_cells: Cells | None

    @property
    def pending(self) -> bool:
        """Whether there is no outcome."""
        outcome = last_outcome([event for event, _ in self.events])
        return outcome is None or outcome.kind == "pending"

    def sheet_cells(self) -> Cells | None:
        """Find the last cells of sheets about this interview, None if it was in none yet."""
        if self.later_cells is not None or self.import_id is None:
            return self.later_cells
        of_import = [event for event, import_id in self.events if import_id == self.import_id]
        *_, added = self.states(known=of_import)
        return added

    def states(self, known: Container[Event] = ()) -> Iterator[Cells]:
        """Yield the cells as they are now, and before each event, from the last event back to the first.

        Parameters
        ----------
        known : container of Event
            Events that are not undone.
        """
        events = [event for event, _ in self.events]
        cells = entry_cells(self.entry)
        undone = [i for i, event in enumerate(events) if event not in known]
        yield cells | {"outcome": _outcome_cell(events)}
        for i in reversed(undone):
            earlier = cells | replaced_cells(events[i])
            cells = {field: value for field, value in earlier.items() if value not in (None, "")}
            events.pop(i)
            yield cells | {"outcome": _outcome_cell(events)}


def read_histories(journal: Journal, numbers: Sequence[int]) -> dict[int, InterviewHistory]:
    """Read the histories of some interviews, by number."""
    parameters = [json.dumps(numbers)]
    within = "IN (SELECT value FROM json_each(?))"
    query = "SELECT interview, import, kind, date, recorded, detail FROM events"
    events: dict[int, list[tuple[Event, int | None]]] = {}
    for number, import_id, *event in journal.select(
        f"{query} WHERE interview {within} ORDER BY id", parameters
    ):
        events.setdefault(number, []).append((event_from_row(*event), import_id))
    query = f"SELECT interview, cells FROM sheet_cells WHERE interview {within} ORDER BY import"
    # of several imports the last one remains
    later = {number: json.loads(cells) for number, cells in journal.select(query, parameters)}
    query = (
        f"SELECT id, import, company, role, date, answers, notes, client FROM interviews WHERE id {within}"
    )
    histories: dict[int, InterviewHistory] = {}
    for number, import_id, company, role, day, answers, notes, client in journal.select(query, parameters):
        entry = Entry(company, role, from_iso(day), json.loads(answers), notes, client)
        histories[number] = InterviewHistory(
            number, import_id, entry, tuple(events.get(number, ())), later.get(number)
        )
    return histories


def _outcome_cell(events: Sequence[Event]) -> list[str | None]:
    """Compute the content of a cell of outcomes after some events."""
    outcomes = [event for event in events if event.kind in SHEET_OUTCOMES]
    return [outcomes[-1].kind, to_iso(outcomes[-1].date)] if outcomes else _PENDING
