"""What a file says of an interview that the journal did not know, or that the file has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..data.errors import Fault
from .changes import replaced
from .entry import Entry
from .events import order_faults
from .history import TOLD, Cells, Past, changed_by
from .import_reader import Incoming
from .records import STATUSES, Event, process_of


@dataclass(frozen=True)
class Update:
    """What is new of an interview.

    Parameters
    ----------
    entry : Entry
        As it becomes.
    replaced : dict
        What was in the fields that change, as `Event.detail`.
    events : tuple of Event
        What happened.
    said : dict or None
        What the sheet says now, where it is to be remembered.
    pending : bool
        Whether the interview is pending afterwards.
    faults : tuple of Fault
        What is wrong with the new day or the new events.
    """

    entry: Entry
    replaced: Cells
    events: tuple[Event, ...]
    said: Cells | None
    pending: bool
    faults: tuple[Fault, ...]

    @property
    def decides(self) -> bool:
        """Whether there is an outcome among the events."""
        return any(event.kind in STATUSES for event in self.events)


def update_of(past: Past, row: Incoming, order: Sequence[str]) -> Update:
    """Return what is new in a row.

    A cell is news where it differs from the journal, and from what the sheet said last: a cell that stayed
    the same does not undo what was changed in the journal since. Where no sheet named the interview yet, a
    value that the journal had earlier is no news either. An export is compared with the journal since it was
    written, which its events show. Blank cells are never news.

    Parameters
    ----------
    past : Past
    row : Incoming
    order : sequence of str
        The signs, as answers are ordered.
    """
    recorded = row.events
    if row.recorded:
        earlier, said = [*past.states(known=recorded)], None
    else:
        sheet = past.sheet()
        earlier = [*past.states()] if sheet is None else [next(past.states()), sheet]
        merged = (sheet or {}) | row.cells
        said = None if merged == sheet else merged
    fresh = {
        field: value
        for field, value in row.cells.items()
        if field != "outcome" and not any(_same(field, cells.get(field), value) for cells in earlier)
    }
    entry = changed_by(past.entry, fresh, order)
    events = [*_new_events(past, recorded)]
    if row.outcome and not _is_known(past, row.outcome, earlier):
        events.append(row.outcome)
    dated = [*(event for event, _ in past.events if fresh), *events]
    faults = [
        fault
        for event in dated
        if event.date and event.kind != "edited"
        for fault in order_faults(entry.date, event.date, event.kind)
    ]
    decisions = [event.kind for event in events if event.kind in STATUSES]
    pending = decisions[-1] == "pending" if decisions else past.pending
    return Update(entry, replaced(past.entry, entry), tuple(events), said, pending, tuple(faults))


def _new_events(past: Past, recorded: Sequence[Event]) -> list[Event]:
    """Return the events of an export that the journal lacks, outcomes only where they are the latest."""
    known = [event for event, _ in past.events]
    decided = max((event.recorded for event in known if event.kind in STATUSES), default="")
    missing = [event for event in recorded if event.kind != "edited" and event not in known]
    return [event for event in missing if event.kind not in STATUSES or event.recorded >= decided]


def _is_known(past: Past, outcome: Event, earlier: Sequence[Cells]) -> bool:
    """Return whether a cell of outcomes says nothing new."""
    told = [event for event, _ in past.events if event.kind in TOLD]
    decisions = [event for event in told if event.kind in STATUSES]
    now = decisions[-1:] if outcome.kind in STATUSES else [e for e in told if e.kind == outcome.kind]
    if any(_agrees(event.kind, event.date, outcome) for event in now):
        return True
    said = [cells.get("outcome") or ("pending", None) for cells in earlier]
    return any(_agrees(kind, day and date.fromisoformat(day), outcome) for kind, day in said)


def _agrees(kind: str, day: date | None, outcome: Event) -> bool:
    return kind == outcome.kind and outcome.date in (None, day)


def _same(field: str, before: Any, value: Any) -> bool:
    if field in ("company", "role"):
        return process_of(before or "", "") == process_of(value, "")
    return bool(before == value)
