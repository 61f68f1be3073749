"""Which journal a command uses."""

from pathlib import Path

from ...data.catalogue import Catalogue
from ...data.errors import Fault, JournalError
from ...data.files import own_journal_path
from ...data.journal.store import Journal


def open_journal(path: Path | None, catalogue: Catalogue | None = None, *, begin: bool = False) -> Journal:
    """Return the journal asked for, else the person's own.

    Parameters
    ----------
    path : Path, optional
    catalogue : Catalogue, optional
    begin : bool
        Whether one that is asked for is made where there is none; a slip in its name would else pass for an
        empty journal.

    Raises
    ------
    JournalError
    """
    if path is not None and not begin and not path.exists():
        remedy = f"offerodds journal add --journal {path} begins one"
        raise JournalError([Fault("no such journal", str(path), remedy=remedy)])
    return Journal(path or own_journal_path(), catalogue)
