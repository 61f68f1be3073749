"""Which journal a command uses, and what an interview is in JSON."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...data.catalogue import Catalogue
from ...data.files import user_folder
from ...data.journal.records import Interview
from ...data.journal.store import Journal

if TYPE_CHECKING:
    from ...model.standing import Standing


def open_journal(path: Path | None, catalogue: Catalogue | None = None) -> Journal:
    """Return the journal asked for, else the person's own."""
    return Journal(path or own_journal_path(), catalogue)


def own_journal_path() -> Path:
    """Return where the person's own journal lives."""
    return user_folder() / "journal.db"


def as_data(interview: Interview) -> dict[str, Any]:
    """Return an interview as plain data for JSON."""
    return {
        "id": interview.id,
        "company": interview.company,
        "role": interview.role,
        "date": interview.date and interview.date.isoformat(),
        "status": interview.status,
        "answers": dict(interview.answers),
        "notes": interview.notes,
        "events": [
            {"kind": event.kind, "date": event.date.isoformat(), "recorded": event.recorded}
            | ({"replaced": dict(event.detail)} if event.detail else {})
            for event in interview.events
        ],
        "predictions": [vars(logged) for logged in interview.predictions],
    }


def standing_data(standing: "Standing") -> dict[str, Any]:
    """Return an interview and where it stands as plain data for JSON."""
    return as_data(standing.interview) | {
        "days_waited": standing.days,
        "prediction": standing.prediction and standing.prediction.to_dict(),
        "change": standing.change,
    }
