"""What an interview of the journal was at earlier moments, and what a sheet said of it."""

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from .entry import Entry
from .records import STATUSES, Event
from .rows import event_of
from .store import Journal

Cells = dict[str, Any]
"""What a row says of an interview, by field, blank ones left out: ``answers.`` before the name of a sign, the
day as text, and ``outcome`` as a list of the outcome and its day."""
TOLD = (*STATUSES, "next-round")  # what a cell of outcomes can say
_PENDING = ["pending", None]
_ANSWER = "answers."


def iso(day: date | None) -> str | None:
    """Return a day as the journal keeps it."""
    return day.isoformat() if day else None


def cells_of(entry: Entry) -> Cells:
    """Return an entry as cells.

    Examples
    --------
    >>> cells_of(Entry("Acme", "", date(2026, 5, 4), {"rapport": "warm"}, ""))
    {'company': 'Acme', 'date': '2026-05-04', 'answers.rapport': 'warm'}
    """
    texts = {"company": entry.company, "role": entry.role, "notes": entry.notes}
    own = texts | {"date": iso(entry.date)}
    answers = {_ANSWER + field: answer for field, answer in entry.answers.items()}
    return {field: value for field, value in (own | answers).items() if value not in (None, "")}


def changed_by(entry: Entry, cells: Cells, order: Sequence[str]) -> Entry:
    """Return an entry with the values of some cells; a blank one clears the field.

    Parameters
    ----------
    entry : Entry
    cells : dict
    order : sequence of str
        The signs, as the answers are ordered.
    """
    own = {field: value for field, value in cells.items() if not field.startswith(_ANSWER)}
    given = {f.removeprefix(_ANSWER): value for f, value in cells.items() if f.startswith(_ANSWER)}
    merged = {field: answer for field, answer in {**entry.answers, **given}.items() if answer is not None}
    ordered = {field: merged.pop(field) for field in order if field in merged}
    if "date" in own:
        own["date"] = date.fromisoformat(own["date"]) if own["date"] else None
    return replace(entry, answers=ordered | merged, **own)


def cells_before(event: Event) -> Cells:
    """Return what an edit replaced, as cells; blank ones among them."""
    detail = dict(event.detail or {})
    answers: Mapping[str, Any] = detail.pop("answers", None) or {}
    return detail | {_ANSWER + field: answer for field, answer in answers.items()}


@dataclass(frozen=True)
class Past:
    """An interview of the journal with its whole history.

    Parameters
    ----------
    number : int
    source : int or None
        The import that added it; None for one added by hand.
    entry : Entry
    events : tuple of (Event, int or None)
        In the order they were recorded, each with the import that it comes from.
    said : dict or None
        The cells that sheets gave last, where this differs from what the import that added it said.
    """

    number: int
    source: int | None
    entry: Entry
    events: tuple[tuple[Event, int | None], ...]
    said: Cells | None

    @property
    def pending(self) -> bool:
        """Whether there is no outcome."""
        kinds = [event.kind for event, _ in self.events if event.kind in STATUSES]
        return kinds[-1:] in ([], ["pending"])

    def sheet(self) -> Cells | None:
        """Return what sheets said last, None where none named the interview yet."""
        if self.said is not None or self.source is None:
            return self.said
        own = [event for event, source in self.events if source == self.source]
        *_, added = self.states(known=own)
        return added

    def states(self, known: Container[Event] = ()) -> Iterator[Cells]:
        """Yield the cells as they are now, and before each event from the last one back.

        Parameters
        ----------
        known : container of Event
            Events that are not gone back over.
        """
        events = [event for event, _ in self.events]
        cells = cells_of(self.entry)
        undone = [i for i, event in enumerate(events) if event not in known]
        yield cells | {"outcome": _outcome(events)}
        for i in reversed(undone):
            cells = {f: v for f, v in (cells | cells_before(events[i])).items() if v not in (None, "")}
            events.pop(i)
            yield cells | {"outcome": _outcome(events)}


def read_pasts(journal: Journal, numbers: Sequence[int]) -> dict[int, Past]:
    """Return interviews of some numbers with their histories."""
    wanted = [json.dumps(numbers)]
    within = "IN (SELECT value FROM json_each(?))"
    query = "SELECT interview, import, kind, date, recorded, detail FROM events"
    events: dict[int, list[tuple[Event, int | None]]] = {}
    for number, source, *event in journal.select(f"{query} WHERE interview {within} ORDER BY id", wanted):
        events.setdefault(number, []).append((event_of(*event), source))
    query = f"SELECT interview, cells FROM sheet_cells WHERE interview {within} ORDER BY import"
    said = {
        number: json.loads(cells) for number, cells in journal.select(query, wanted)
    }  # the last one stays
    query = f"SELECT id, import, company, role, date, answers, notes FROM interviews WHERE id {within}"
    found: dict[int, Past] = {}
    for number, source, company, role, day, answers, notes in journal.select(query, wanted):
        entry = Entry(company, role, date.fromisoformat(day) if day else None, json.loads(answers), notes)
        found[number] = Past(number, source, entry, tuple(events.get(number, ())), said.get(number))
    return found


def _outcome(events: Sequence[Event]) -> list[str | None]:
    """Return what a cell of outcomes would say after some events."""
    told = [event for event in events if event.kind in TOLD]
    return [told[-1].kind, iso(told[-1].date)] if told else _PENDING
