"""Undoing an import: every fact that it wrote is taken back, and nothing else."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..data.errors import Fault, JournalError, Kind
from .entry import Entry
from .history import InterviewHistory, replaced_cells, apply_cells, read_histories
from .matching import CHUNK_SIZE
from .rows import write_entry
from .store import Journal

# imports after the last one that changed something have only noted what a sheet says
_LAST = """
    SELECT id, made, added, updated, outcomes FROM imports WHERE added + updated > 0 ORDER BY id DESC LIMIT 1
"""


@dataclass(frozen=True)
class Import:
    """An import that can be undone.

    Parameters
    ----------
    id : int
    made : str
        When, UTC.
    added, updated, outcomes : int
        As `ImportResult` counts them.
    """

    id: int
    made: str
    added: int
    updated: int
    outcomes: int


@dataclass(frozen=True)
class UndoResult:
    """What undoing an import did.

    Parameters
    ----------
    removed : int
        Interviews that the import had added.
    restored : int
        Interviews that are again as they were before it.
    kept : tuple of int
        Numbers of interviews that were changed by hand since the import; they stay as they are.
    """

    removed: int
    restored: int
    changed_since: tuple[int, ...]


def last_import(journal: Journal) -> Import | None:
    """Return the last import that changed something and has not been undone, None where there is none."""
    found = journal.select(_LAST)
    return Import(*found[0]) if found else None


def undo_import(journal: Journal, number: int | None = None) -> UndoResult:
    r"""Undo the last import as a whole.

    An interview that was changed by hand since stays as it is, with what the import wrote of it.

    Parameters
    ----------
    journal : Journal
    number : int, optional
        `Import.id` of the one that is meant, so that no other is undone that came in between.

    Returns
    -------
    Undone

    Raises
    ------
    JournalError
        There is none to undo, or it is not the one meant.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from offerodds.journal.importing import import_into
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "jobs.csv").write_text("company,date\nAcme,2026-01-20\n")
    >>> with Journal(folder / "journal.db") as journal:
    ...     _ = import_into(journal, folder / "jobs.csv")
    ...     undo_import(journal), len(journal)
    (Undone(removed=1, restored=0, kept=()), 0)
    """
    with journal.writing() as db:
        last = last_import(journal)
        if last is None or number not in (None, last.id):
            problem = "no import to undo" if last is None else "another import was made or undone since"
            raise JournalError([Fault(problem, str(journal.path), kind=Kind.CONFLICT)])
        added = journal.select("SELECT id FROM interviews WHERE import = ?", [last.id])
        touched = journal.select(
            "SELECT DISTINCT interview FROM events WHERE import = ? EXCEPT SELECT id FROM interviews "
            "WHERE import = ? ORDER BY 1",
            [last.id, last.id],
        )
        changed_since: list[int] = []
        removed = restored = 0
        for past in _histories(journal, [number for (number,) in added + touched]):
            if _changed_by_hand_since(past, last.id):
                kept.append(past.number)
            elif past.source == last.id:
                db.execute("DELETE FROM interviews WHERE id = ?", [past.number])
                removed += 1
            else:
                write_entry(db, past.number, _entry_before(past, last.id, [*journal.catalogue.questions]))
                restored += 1
        for table in ("events", "predictions"):
            others = "interview NOT IN (SELECT value FROM json_each(?))"
            db.execute(f"DELETE FROM {table} WHERE import = ? AND {others}", [last.id, json.dumps(kept)])
        db.execute("DELETE FROM imports WHERE id >= ?", [last.id])
    return UndoResult(removed, restored, tuple(sorted(kept)))


def _histories(journal: Journal, numbers: Sequence[int]) -> Iterator[InterviewHistory]:
    for i in range(0, len(numbers), CHUNK_SIZE):
        yield from read_histories(journal, numbers[i : i + CHUNK_SIZE]).values()


def _changed_by_hand_since(past: InterviewHistory, number: int) -> bool:
    """Return whether anything was recorded by hand after an import had written."""
    sources = [source for _, source in past.events]
    first = 0 if past.source == number else sources.index(number)
    return None in sources[first:]


def _entry_before(past: InterviewHistory, number: int, order: Sequence[str]) -> Entry:
    """Return an interview as it was before an import."""
    entry = past.entry
    for event, source in reversed(past.events):
        if source == number and event.kind == "edited":
            entry = apply_cells(entry, replaced_cells(event), order)
    return entry
