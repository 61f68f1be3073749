"""The changes of a journal that can be undone: additions, imports, deletions, corrections and events."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from . import clock
from .database import Database

ChangeKind = Literal["add", "import", "delete", "edit", "event", "events"]
UNDO_DAYS = 30  # after that, what was deleted is erased
_TABLES = ("interviews", "events", "predictions", "sheet_cells")
_LAST = "SELECT id, kind, made, interview, target, content FROM changes ORDER BY id DESC LIMIT 1"


@dataclass(frozen=True)
class Change:
    """A change that can be undone.

    Parameters
    ----------
    id : int
    kind : str
        ``add``, ``import``, ``delete``, ``edit`` (a correction), ``event`` (an outcome or news) or ``events``
        (the same of several interviews).
    made : str
        The time of the change, UTC.
    interview : int or None
        The interview, None for an import or several interviews.
    target : int or None
        The number of the import or event.
    content : dict
        What was deleted, the prediction that came with a correction, or the numbers of several events.
    """

    id: int
    kind: ChangeKind
    made: str
    interview: int | None
    target: int | None
    content: dict[str, Any]


def log(
    db: sqlite3.Connection,
    kind: ChangeKind,
    interview: int | None = None,
    target: int | None = None,
    content: dict[str, Any] | None = None,
) -> None:
    """Add a change, and erase what was deleted long ago; the parameters are those of `Change`."""
    now = clock.now()
    columns = "kind, made, interview, target, content"
    values = (kind, now, interview, target, content and json.dumps(content, ensure_ascii=False))
    db.execute(f"INSERT INTO changes ({columns}) VALUES (?, ?, ?, ?, ?)", values)
    oldest = datetime.fromisoformat(now) - timedelta(UNDO_DAYS)
    # the changes before a deletion that can no longer be undone cannot be undone in order
    expired = "SELECT max(id) FROM changes WHERE kind = 'delete' AND made < ?"
    db.execute(f"DELETE FROM changes WHERE id <= ({expired})", [clock.format_moment(oldest)])


def last_change(journal: Database) -> Change | None:
    """Find the last change that can be undone; None if there is none."""
    for number, kind, made, interview, target, content in journal.select(_LAST):
        return Change(number, kind, made, interview, target, json.loads(content) if content else {})
    return None


def is_deleted(journal: Database, number: int) -> bool:
    """Test whether an interview was deleted, and can be restored."""
    query = "SELECT 1 FROM changes WHERE kind = 'delete' AND interview = ?"
    return bool(journal.select(query, [number]))


def forget(db: sqlite3.Connection, number: int) -> None:
    """Erase all changes of an interview, which can then no longer be undone."""
    db.execute("DELETE FROM changes WHERE interview = ?", [number])


def copy_interview(db: sqlite3.Connection, number: int) -> dict[str, Any]:
    """Copy everything recorded about an interview, by table."""
    content: dict[str, Any] = {}
    for table in _TABLES:
        key = "id" if table == "interviews" else "interview"
        found = db.execute(f"SELECT * FROM {table} WHERE {key} = ?", [number])
        names = [column[0] for column in found.description]
        content[table] = [dict(zip(names, row, strict=True)) for row in found]
    return content


def restore_interview(db: sqlite3.Connection, content: dict[str, Any]) -> None:
    """Insert a deleted interview with everything recorded about it; an import undone since is forgotten."""
    imports = {number for (number,) in db.execute("SELECT id FROM imports")}
    for table in _TABLES:
        for row in content[table]:
            if row["import"] not in imports:
                if table == "sheet_cells":
                    continue
                row["import"] = None
            places = ", ".join("?" for _ in row)
            db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", [*row.values()])
