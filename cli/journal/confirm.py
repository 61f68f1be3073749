"""Ask before an interview is saved that looks like a mistake."""

import sys

import typer

from ...data.errors import Fault, InputError
from ...journal.entry import Entry
from ...journal.store import Journal
from ...reporting.journal import before_add


def confirm_save(book: Journal, entry: Entry, source: str) -> None:
    """Ask whether to save a blank interview, or one that is in the journal already.

    Parameters
    ----------
    book : Journal
    entry : Entry
    source : str
        Name of the form; empty if the questions were asked.

    Raises
    ------
    InputError
        There is no terminal to ask in.
    typer.Exit
        The answer is no.
    """
    doubt = before_add(book, entry, source)
    if doubt is None:
        return
    if not sys.stdin.isatty():
        raise InputError([Fault(doubt.text.rstrip("."), remedy="add --yes to save it all the same")])
    if not typer.confirm(f"{doubt.text} Save it all the same?", default=False):
        typer.echo("Nothing was saved.")
        raise typer.Exit(1)
