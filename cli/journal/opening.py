"""Which journal a command uses."""

from pathlib import Path

from ...data.catalogue import Catalogue
from ...data.files import own_journal_path
from ...data.journal.store import Journal


def open_journal(path: Path | None, catalogue: Catalogue | None = None) -> Journal:
    """Return the journal asked for, else the person's own."""
    return Journal(path or own_journal_path(), catalogue)
