"""Open the journal of a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...data.catalogue.catalogue import Catalogue
from ...data.errors import Fault, JournalError
from ...data.files import scratch_folder, user_journal_path
from ...data.language import N_
from ...journal.database import is_write_protected, write_protected_fault
from ...journal.store import Journal

EMPTY_JOURNAL_HINT = N_("No interviews yet. To add one: offerodds journal add")


def open_journal(path: Path | None, catalogue: Catalogue | None = None, *, create: bool = False) -> Journal:
    """Open the journal at a path, by default the user's own.

    Parameters
    ----------
    path : Path, optional
    catalogue : Catalogue, optional
    create : bool
        Create the journal if it does not exist. It is to be written in any case.

    Raises
    ------
    JournalError
        It does not exist, or cannot be used.
    """
    location = path or user_journal_path()
    if not create and not location.exists():
        remedy = N_("to start one: offerodds journal add")
        raise JournalError(
            [Fault(N_("no such journal") if path else N_("no journal yet"), str(location), remedy=remedy)]
        )
    if create and is_write_protected(location):  # before any question is answered in vain
        raise JournalError([write_protected_fault(location)])
    return Journal(location, catalogue)


@contextmanager
def read_journal(
    path: Path | None, catalogue: Catalogue | None = None, *, may_be_missing: bool = False
) -> Iterator[Journal]:
    """Open the journal for reading: an empty temporary one if the user has none yet.

    With ``may_be_missing`` that is also so at a path. For the other parameters and errors see `open_journal`.
    """
    if (path or user_journal_path()).exists() or (path is not None and not may_be_missing):
        with open_journal(path, catalogue) as book:
            yield book
        return
    with scratch_folder() as folder, Journal(Path(folder, "journal.db"), catalogue) as book:
        yield book
