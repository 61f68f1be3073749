"""Which journal a command uses."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...data.catalogue.catalogue import Catalogue
from ...data.errors import Fault, JournalError
from ...data.files import user_journal_path
from ...journal.store import Journal

TO_BEGIN = "No interviews yet. Add one with: offerodds journal add"


def open_journal(path: Path | None, catalogue: Catalogue | None = None, *, begin: bool = False) -> Journal:
    """Return the journal asked for, else the person's own.

    Parameters
    ----------
    path : Path, optional
    catalogue : Catalogue, optional
    begin : bool
        Whether to make a journal where there is none.

    Raises
    ------
    JournalError
        There is none, or it cannot be used.
    """
    place = path or user_journal_path()
    if not begin and not place.exists():
        option = f" --journal {path}" if path else ""
        remedy = f"offerodds journal add{option} begins one"
        raise JournalError(
            [Fault("no such journal" if path else "no journal yet", str(place), remedy=remedy)]
        )
    return Journal(place, catalogue)


@contextmanager
def read_journal(path: Path | None, catalogue: Catalogue | None = None) -> Iterator[Journal]:
    """Give the journal to read: an empty one, made nowhere, while the person has none.

    Parameters and the rest are those of `open_journal`.
    """
    if path is not None or user_journal_path().exists():
        with open_journal(path, catalogue) as book:
            yield book
        return
    with (
        tempfile.TemporaryDirectory(prefix="offerodds-") as folder,
        Journal(Path(folder, "journal.db"), catalogue) as book,
    ):
        yield book
