"""``offerodds journal export`` and ``import``: the journal as a table, there and back."""

import json
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
    from ...data.files import own_journal_path, write_atomic
    from ...data.journal.export import export_csv, export_json
    from ...data.targets import check_targets
    from .opening import TO_BEGIN, read_journal

    suffix = out.suffix.lower() if out else ".json" if as_json else ".csv"
    if suffix not in (".csv", ".json"):
        raise FileError([Fault("cannot write this format", str(out), seen=suffix, expected=".csv or .json")])
    if out is not None:
        check_targets({journal or own_journal_path(): "the journal"}, {"FILE": (out, "the export")})
    with read_journal(journal) as book:
        count = len(book)
        # closed before the journal, also where the output fails in the middle
        with closing(export_json(book) if suffix == ".json" else export_csv(book)) as lines:
            if out is not None:
                write_atomic(out, lines, private=True)
            else:
                for line in lines:
                    typer.echo(line, nl=False)
    if not count:
        typer.echo(TO_BEGIN, err=True)
    if out is None:
        return
    from ...words.numbers import plural

    typer.echo(f"Written to {out}: {plural(count, 'interview')}.")


def import_(
    file: Annotated[
        Path, typer.Argument(readable=False, help="An export, or a table with an interview a row.")
    ],
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column", metavar="THEIRS=OURS", help="What a column of yours is called here; repeatable."
        ),
    ] = None,
    date_format: Annotated[
        str | None,
        typer.Option(help="How days are written, as %d.%m.%Y.", show_default="YYYY-MM-DD"),
    ] = None,
    model: options.Model = None,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Read an export or a spreadsheet into the journal.

    Save a spreadsheet as CSV. Columns are company, role, date, outcome, outcome_date, notes and the signs, as
    `offerodds signals` lists them. What is in the journal already is recognised and not doubled; an outcome
    that is new there is recorded.

    Example: offerodds journal import jobs.csv --column Firm=company --date-format %d.%m.%Y
    """
    from ...data.journal.importing import import_into
    from ...data.journal.mapping import read_mapping
    from ...model.own import choose_model
    from ...model.standing import predictor
    from .opening import open_journal

    mapping = read_mapping(columns or [], "--column")
    chosen = choose_model(model, None)
    with open_journal(journal, chosen.model.catalogue, begin=True) as book:
        done = import_into(book, file, mapping=mapping, pattern=date_format, predict=predictor(chosen.model))
    if as_json:
        from ...words.plain import import_data

        typer.echo(json.dumps(import_data(done), indent=1))
        return
    from ...words.journal import imported

    for line in imported(len(done.added), done.known, done.outcomes, done.ignored_columns):
        typer.echo(line)
