"""``offerodds journal export``, ``import`` and ``undo``: the journal as a table, there and back."""

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from .. import options


def export(
    out: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", readable=False, help="A .csv or .json; printed as CSV when left out."
        ),
    ] = None,
    as_json: options.Json = False,
    journal: options.JournalFile = None,
) -> None:
    """Write the whole journal as CSV or JSON.

    For a spreadsheet or another computer, with all that was recorded. `offerodds journal import` reads both
    formats back without loss.

    Example: offerodds journal export mine.csv
    """
    from ...data.errors import Fault, FileError
    from ...data.files import user_journal_path, write_atomic
    from ...data.targets import check_targets
    from ...journal.export import EXPORTERS
    from .open_journal import TO_BEGIN, read_journal

    suffix = out.suffix.lower() if out else ".json" if as_json else ".csv"
    if suffix not in EXPORTERS:
        expected = " or ".join(EXPORTERS)
        raise FileError([Fault("cannot write this format", str(out), seen=suffix, expected=expected)])
    if out is not None:
        check_targets({journal or user_journal_path(): "the journal"}, {"FILE": (out, "the export")})
    with read_journal(journal) as book:
        count = len(book)
        # closed before the journal, also where the output fails in the middle
        with closing(EXPORTERS[suffix](book)) as lines:
            if out is not None:
                write_atomic(out, lines, private=True)
            else:
                for line in lines:
                    typer.echo(line, nl=False)
    if not count:
        typer.echo(TO_BEGIN, err=True)
    if out is None:
        return
    from ...reporting.number_format import plural

    typer.echo(f"Written to {out}: {plural(count, 'interview')}.")


def import_(
    file: Annotated[
        Path,
        typer.Argument(readable=False, help="An export, or a table ({formats}) with an interview a row."),
    ],
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column", metavar="THEIRS=OURS", help="What a column of yours is called here; repeatable."
        ),
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--value",
            metavar="THEIRS=OURS",
            help="What a word in outcomes or signs is called here; repeatable.",
        ),
    ] = None,
    date_format: Annotated[
        str | None,
        typer.Option(help="How days are written, as %d.%m.%Y.", show_default="YYYY-MM-DD"),
    ] = None,
    skip_bad: Annotated[
        Path | None,
        typer.Option(readable=False, help="Import the rest; write rows with errors to this table."),
    ] = None,
    model: options.Model = None,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Read an export or a spreadsheet into the journal.

    Save a spreadsheet as CSV. Columns are company, role, date, outcome, outcome_date, notes and the signs, as
    `offerodds signals` lists them. Interviews that are in the journal already are updated by what has changed
    in the file. `offerodds journal undo` undoes an import.

    Example: offerodds journal import jobs.csv --column Firm=company --date-format %d.%m.%Y
    """
    from ...journal.importing import import_into, read_mapping
    from ...journal.status import predictor
    from ...training.model_store import resolve_model
    from .open_journal import open_journal

    mapping, meanings = read_mapping(columns or [], "--column"), read_mapping(values or [], "--value")
    chosen = resolve_model(model, None)
    with open_journal(journal, chosen.model.catalogue, begin=True) as book:
        done = import_into(
            book,
            file,
            mapping=mapping,
            meanings=meanings,
            pattern=date_format,
            skip_bad=skip_bad,
            predict=predictor(chosen.model),
        )
    if as_json:
        from ...reporting.as_json import import_data

        typer.echo(json.dumps(import_data(done), indent=1))
        return
    from ...reporting.journal import format_ids, import_summary
    from ..console import say_put_aside, say_remarks

    counts = len(done.added), done.known, len(done.updated), done.outcomes, done.left_out
    say_remarks(done.remarks)
    for line in import_summary(*counts, done.ignored_columns):
        typer.echo(line)
    if done.updated:
        typer.echo(f"`offerodds journal show` lists what changed of {format_ids(done.updated)}.")
    say_put_aside(done.bad, skip_bad, err=False)
    if done.added or done.updated:
        typer.echo("To undo this import: offerodds journal undo", err=True)


def undo(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Undo the last import as a whole.

    Interviews that it added are removed, those that it updated are as before. What you changed by hand since
    stays as it is. Run it again to undo the import before.

    Example: offerodds journal undo
    """
    from ...data.errors import Fault, InputError
    from ...journal.undo import last_import, undo_import
    from ...reporting.journal import describe_import, undo_summary
    from .open_journal import open_journal

    with open_journal(journal) as book:
        last = last_import(book)
        if last and not yes:
            if not sys.stdin.isatty():
                raise InputError([Fault("no terminal to ask in", remedy="give --yes")])
            if not typer.confirm(f"{describe_import(last)}. Undo it?", default=False):
                typer.echo("Nothing undone.")
                raise typer.Exit(1)
        result = undo_import(book, last.id if last else None)
    if as_json:
        from ...reporting.as_json import undo_data

        typer.echo(json.dumps(undo_data(result), indent=1))
        return
    for line in undo_summary(result):
        typer.echo(line)
