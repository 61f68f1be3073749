"""Undoing the last change of a journal, or its last import: every fact that it wrote, and nothing else."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..data.errors import Fault, JournalError, Kind
from ..data.language import N_
from .changes import Change, last_change, restore_interview
from .entry import Entry
from .history import InterviewHistory, apply_cells, read_histories, replaced_cells
from .matching import CHUNK_SIZE
from .records import Event
from .rows import write_entry
from .store import Journal

# later imports that changed nothing have only saved the cells of sheets
_LAST = """
    SELECT id, made, added, updated, outcomes, applications FROM imports
    WHERE added + updated + applications > 0 ORDER BY id DESC LIMIT 1
"""


@dataclass(frozen=True)
class Import:
    """An import that can be undone.

    Parameters
    ----------
    id : int
    made : str
        The time of the import, UTC.
    added, updated, outcomes : int
        Counts, as in `ImportResult`.
    applications : int
        Number of applications that were new or changed.
    """

    id: int
    made: str
    added: int
    updated: int
    outcomes: int
    applications: int


@dataclass(frozen=True)
class UndoResult:
    """The result of undoing a change.

    Parameters
    ----------
    removed : int
        Number of interviews that the change had added.
    restored : int
        Number of interviews restored to their state before the import.
    changed_since : tuple of int
        Numbers of the interviews that were changed by hand since the import; they are not undone.
    """

    removed: int
    restored: int
    changed_since: tuple[int, ...]


def last_import(journal: Journal) -> Import | None:
    """Find the last import that changed something and was not undone; None if there is none."""
    found = journal.select(_LAST)
    return Import(*found[0]) if found else None


def last_undoable(journal: Journal, *, only_imports: bool = False) -> Change | None:
    """Find the last change that can be undone, or the last import; None if there is none."""
    if not only_imports:
        with journal.reading():
            return last_change(journal)
    last = last_import(journal)
    return Change(0, "import", last.made, None, last.id, {}) if last else None


def undo_last_change(journal: Journal, number: int | None = None) -> tuple[Change, UndoResult]:
    r"""Undo the last change: an addition, an import, a deletion, a correction, or an outcome or news.

    Parameters
    ----------
    journal : Journal
    number : int, optional
        The `Change.id` to undo, so that no other change is undone that was made meanwhile.

    Raises
    ------
    JournalError
        There is nothing to undo, or the last change has another id.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal:
    ...     journal.delete(journal.add({"rapport": 4}, company="Acme").id)
    ...     change, _ = undo_last_change(journal)
    ...     change.kind, journal.interview(1).company
    ('delete', 'Acme')
    """
    with journal.writing() as db:
        last = last_change(journal)
        if last is None or number not in (None, last.id):
            problem = N_("nothing to undo") if last is None else N_("the journal was changed since")
            raise JournalError([Fault(problem, str(journal.path), kind=Kind.CONFLICT)])
        if last.kind != "import":
            _undo_by_hand(journal, db, last)
            db.execute("DELETE FROM changes WHERE id = ?", [last.id])
            if last.kind == "add":
                return last, UndoResult(1, 0, ())
            return last, UndoResult(0, len(last.content.get("events", [1])), ())
    return last, undo_import(journal, last.target)


def _undo_by_hand(journal: Journal, db: sqlite3.Connection, change: Change) -> None:
    """Undo a change that was made by hand."""
    if change.kind == "delete":
        (again,) = (row["uid"] for row in change.content["interviews"])
        if db.execute("SELECT 1 FROM interviews WHERE uid = ?", [again]).fetchone():
            fault = Fault("this interview is in the journal again", str(journal.path), kind=Kind.CONFLICT)
            raise JournalError([fault])
        restore_interview(db, change.content)
        return
    if change.kind == "events":
        db.executemany("DELETE FROM events WHERE id = ?", [(each,) for each in change.content["events"]])
        return
    number = change.interview or 0
    if change.kind == "add":
        db.execute("DELETE FROM interviews WHERE id = ?", [number])
        return
    if change.kind == "edit":
        query = "SELECT detail FROM events WHERE id = ?"
        (detail,) = db.execute(query, [change.target]).fetchone()
        history = read_histories(journal, [number])[number]
        before = replaced_cells(Event("edited", None, "", json.loads(detail)))
        write_entry(db, number, apply_cells(history.entry, before, [*journal.catalogue.questions]))
        db.execute("DELETE FROM predictions WHERE id = ?", [change.content.get("prediction")])
    db.execute("DELETE FROM events WHERE id = ?", [change.target])


def undo_import(journal: Journal, number: int | None = None) -> UndoResult:
    r"""Undo the last import as a whole.

    An interview that was changed by hand since then is not undone.

    Parameters
    ----------
    journal : Journal
    number : int, optional
        The `Import.id` to undo, so that no other import is undone that was made meanwhile.

    Raises
    ------
    JournalError
        There is no import to undo, or the last one has another id.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from offerodds.journal.importing import import_into
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "jobs.csv").write_text("company,date\nAcme,2026-01-20\n")
    >>> with Journal(folder / "journal.db") as journal:
    ...     _ = import_into(journal, folder / "jobs.csv")
    ...     undo_import(journal), len(journal)
    (UndoResult(removed=1, restored=0, changed_since=()), 0)
    """
    with journal.writing() as db:
        last = last_import(journal)
        if last is None or number not in (None, last.id):
            is_none, changed = N_("no import to undo"), N_("another import was made or undone since")
            problem = is_none if last is None else changed
            raise JournalError([Fault(problem, str(journal.path), kind=Kind.CONFLICT)])
        added = journal.select("SELECT id FROM interviews WHERE import = ?", [last.id])
        updated = journal.select(
            "SELECT DISTINCT interview FROM events WHERE import = ? EXCEPT SELECT id FROM interviews "
            "WHERE import = ? ORDER BY 1",
            [last.id, last.id],
        )
        changed_since: list[int] = []
        removed = restored = 0
        for history in _histories(journal, [number for (number,) in added + updated]):
            if _changed_by_hand_since(history, last.id):
                changed_since.append(history.number)
            elif history.import_id == last.id:
                db.execute("DELETE FROM interviews WHERE id = ?", [history.number])
                removed += 1
            else:
                write_entry(
                    db, history.number, _entry_before(history, last.id, [*journal.catalogue.questions])
                )
                restored += 1
        for table in ("events", "predictions"):
            undone = "import = ? AND interview NOT IN (SELECT value FROM json_each(?))"
            db.execute(f"DELETE FROM {table} WHERE {undone}", [last.id, json.dumps(changed_since)])
        db.execute("DELETE FROM imports WHERE id >= ?", [last.id])
        db.execute("DELETE FROM changes WHERE kind = 'import' AND target >= ?", [last.id])
    return UndoResult(removed, restored, tuple(sorted(changed_since)))


def _histories(journal: Journal, numbers: Sequence[int]) -> Iterator[InterviewHistory]:
    """Read histories in chunks, to bound the memory of a large import."""
    for i in range(0, len(numbers), CHUNK_SIZE):
        yield from read_histories(journal, numbers[i : i + CHUNK_SIZE]).values()


def _changed_by_hand_since(history: InterviewHistory, number: int) -> bool:
    """Test whether an event was recorded by hand after an import."""
    import_ids = [import_id for _, import_id in history.events]
    first = 0 if history.import_id == number else import_ids.index(number)
    return None in import_ids[first:]


def _entry_before(history: InterviewHistory, number: int, order: Sequence[str]) -> Entry:
    """Restore the entry of an interview before an import."""
    entry = history.entry
    for event, import_id in reversed(history.events):
        if import_id == number and event.kind == "edited":
            entry = apply_cells(entry, replaced_cells(event), order)
    return entry
