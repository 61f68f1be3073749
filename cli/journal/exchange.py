"""``offerodds journal export``, ``calendar``, ``import`` and ``undo``: the journal as files."""

import json
import sys
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from ...data.language import _, plural
from .. import options


def export(
    out: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", readable=False, help="A .csv, .xlsx or .json file. If omitted, CSV is printed."
        ),
    ] = None,
    force: options.Force = False,
    excel: Annotated[
        bool,
        typer.Option("--excel", help="Mark the CSV as UTF-8, so that Excel shows all letters correctly."),
    ] = False,
    client: Annotated[
        str | None, typer.Option("--client", "--tag", help="Only the interviews of this client or tag.")
    ] = None,
    as_json: options.Json = False,
    journal: options.JournalFile = None,
) -> None:
    """Write the whole journal as CSV, workbook or JSON.

    For a spreadsheet or another computer, with everything that was recorded, applications too.
    `offerodds journal import` reads all formats without loss.

    Example: offerodds journal export mine.csv
    """
    from ...data.errors import Fault, FileError
    from ...data.files import check_targets, suffix_to_write, user_journal_path, write_atomic
    from ...journal.export import EXPORTERS
    from ...journal.records import Selection
    from ..remedies import in_journal
    from .open_journal import EMPTY_JOURNAL_HINT, read_journal

    default = ".json" if as_json else ".csv"
    suffix = suffix_to_write(out, default) if out else default
    if suffix not in EXPORTERS:
        expected = _("{first} or {last}", first=", ".join([*EXPORTERS][:-1]), last=[*EXPORTERS][-1])
        raise FileError([Fault("cannot write this format", str(out), seen=suffix, expected=expected)])
    if out is not None:
        check_targets(
            {journal or user_journal_path(): _("the journal")},
            {"FILE": (out, _("the export"))},
            replace=force,
        )
    with read_journal(journal) as book:
        count = sum(book.counts(Selection(client=client)).values()) if client else len(book)
        # close the reader before the journal, even if the output fails halfway
        with closing(EXPORTERS[suffix](book, client)) as lines:
            mark = ["\ufeff"] if excel and suffix == ".csv" else []
            if out is not None:
                write_atomic(out, chain(mark, lines), private=True)
            else:
                for line in chain(mark, lines):
                    typer.echo(line, nl=False)
    if not count:
        typer.echo(in_journal(_(EMPTY_JOURNAL_HINT)), err=True)
    if out is None:
        return
    typer.echo(
        plural(count, "Written to {file}: {n} interview.", "Written to {file}: {n} interviews.", file=out)
    )


def calendar(
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", readable=False, help="An .ics file. If omitted, it is printed."),
    ] = None,
    force: options.Force = False,
    model: options.Model = None,
    journal: options.JournalFile = None,
) -> None:
    """Write what is due as a calendar file.

    For each pending interview the promised day, the day to follow up and the day to close it, as all-day
    events. Importing a newer file updates them. It has companies and roles, but no notes and no chances.

    Example: offerodds journal calendar --out due.ics
    """
    from ...data.errors import Fault, FileError
    from ...data.files import check_targets, suffix_to_write, user_journal_path, write_atomic
    from ...journal import clock
    from ...journal.next_step import planned_steps
    from ...reporting.calendar_file import calendar_file
    from ...training.model_store import resolve_model
    from .open_journal import read_journal

    if out is not None:
        if suffix_to_write(out, ".ics") != ".ics":
            seen = out.suffix or _("no suffix")
            raise FileError([Fault("cannot write this format", str(out), seen=seen, expected=".ics")])
        check_targets(
            {journal or user_journal_path(): _("the journal")},
            {"--out": (out, _("the calendar"))},
            replace=force,
        )
    catalogue = resolve_model(model, None).model.catalogue
    with read_journal(journal, catalogue) as book:
        content = calendar_file(planned_steps(book, clock.today(), catalogue))
    if not content:
        typer.echo(_("No pending interview has a day to come. Nothing was written."), err=True)
    elif out is None:
        typer.echo(content.decode(), nl=False)
    else:
        write_atomic(out, content, private=True)
        typer.echo(_("Written to {file}. Open it with your calendar.", file=out))


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            readable=False,
            help="An export, or a table ({formats}) with one interview per row.",
        ),
    ],
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            "--column",
            metavar="THEIRS=OURS|FILE",
            help="Read a column of the file as another; leave OURS empty to leave it out. Can be repeated. "
            "Or a FILE that --save-map wrote.",
        ),
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--value", metavar="THEIRS=OURS", help="Translate a word of outcomes or signs. Can be repeated."
        ),
    ] = None,
    date_format: Annotated[
        str | None,
        typer.Option(help="Format of dates, such as dd/mm/yyyy; needed only if they are ambiguous."),
    ] = None,
    skip_bad: Annotated[
        Path | None, typer.Option(readable=False, help="Write rows with errors to this table and carry on.")
    ] = None,
    sheet: options.Sheet = None,
    save_map: Annotated[
        Path | None,
        typer.Option(readable=False, help="Save these options to a file, for the next table of this kind."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what the import would do, and save nothing.")
    ] = False,
    model: options.Model = None,
    force: options.Force = False,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Read an export or a spreadsheet into the journal.

    Its columns are company, role, date, outcome, outcome_date, notes and the signs that `offerodds signals`
    lists; the usual names and words of trackers are known. Applications without an interview count in
    `rates` only. Duplicates are skipped, but what has changed in the file is updated.
    `offerodds journal undo` undoes an import.

    Example: offerodds journal import jobs.csv --map 'Worked with=company' --date-format dd/mm/yyyy
    """
    from ...data.files import check_targets, write_atomic
    from ...journal.importing import (
        import_into,
        read_mapping,
        read_meanings,
        read_saved_mapping,
        saved_mapping,
    )
    from ...journal.status import Predictor
    from ...training.model_store import resolve_model
    from .open_journal import open_journal, read_journal

    mapping: dict[str, str] = {}
    meanings: dict[str, str] = {}
    for saved in [text for text in columns or [] if "=" not in text and Path(text).is_file()]:
        before = read_saved_mapping(saved)
        mapping, meanings = mapping | before["columns"], meanings | before["values"]
        date_format, sheet = date_format or before["date_format"], sheet or before["sheet"]
        columns = [text for text in columns or [] if text != saved]
    mapping |= read_mapping(columns or [], "--map")
    chosen = resolve_model(model, None)
    catalogue = chosen.model.catalogue
    meanings |= read_meanings(values or [], "--value", catalogue)
    targets = {"--skip-bad": (skip_bad, _("the bad rows")), "--save-map": (save_map, _("the mapping"))}
    check_targets({file: _("the table")}, targets, replace=force)
    with (
        read_journal(journal, catalogue, may_be_missing=True)
        if dry_run
        else open_journal(journal, catalogue, create=True)
    ) as book:
        result = import_into(
            book,
            file,
            mapping=mapping,
            meanings=meanings,
            pattern=date_format,
            skip_bad=skip_bad,
            sheet=sheet,
            dry_run=dry_run,
            predict=Predictor(chosen.model),
        )
    if save_map is not None and not dry_run:
        write_atomic(save_map, saved_mapping(mapping, meanings, date_format, sheet), private=True)
    if as_json:
        from ...reporting.as_json import import_data

        typer.echo(json.dumps(import_data(result), indent=1))
        return
    from ...reporting.journal import format_ids, import_counts, import_summary
    from ..console import print_remarks, print_skipped_rows
    from ..remedies import TERMINAL, in_journal

    print_remarks(result.remarks)
    for line in import_summary(import_counts(result), result.ignored_columns, is_preview=dry_run):
        typer.echo(line)
    if dry_run:
        for fault in result.faults:
            typer.echo(_("To be skipped: {fault}", fault=fault.worded(TERMINAL)))
        typer.echo(_("Nothing was saved (--dry-run)."))
        return
    if result.updated:
        updated = _(
            "To see what changed: offerodds journal show ID (updated: {ids})", ids=format_ids(result.updated)
        )
        typer.echo(in_journal(updated))
    print_skipped_rows(result.bad, skip_bad, err=False)
    if result.added or result.updated:
        typer.echo(in_journal(_("To undo this import: offerodds journal undo")), err=True)


def undo(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    last_import: Annotated[
        bool, typer.Option("--import", help="Undo the last import, whatever was changed since.")
    ] = False,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Undo the last change.

    That is the last addition, import, deletion, correction, outcome or news; you are shown which. Run it
    again for the change before that. An import is undone as a whole: interviews that it added are removed,
    those that it updated are restored. With --import, interviews that you have changed since stay as they
    are.

    Example: offerodds journal undo
    """
    from ...data.errors import Fault, InputError
    from ...journal.undo import last_undoable, undo_import, undo_last_change
    from ...reporting.as_json import undo_data
    from ...reporting.journal import change_summary, describe_change
    from ..console import confirmed
    from .open_journal import open_journal

    with open_journal(journal) as book:
        change = last_undoable(book, only_imports=last_import)
        about = describe_change(book, change) if change else ""
        if change and not yes:
            if not sys.stdin.isatty():
                remedy = _("add --yes to undo this: {change}", change=about)
                raise InputError([Fault("no terminal to ask in", remedy=remedy)])
            if not confirmed(_("Last change: {change}. Undo it?", change=about)):
                typer.echo(_("Nothing was undone."))
                raise typer.Exit(1)
        if last_import:
            result = undo_import(book, change.target if change else None)
        else:
            change, result = undo_last_change(book, change.id if change else None)
    if as_json:
        typer.echo(json.dumps(undo_data(result, change), indent=1))
        return
    for line in change_summary(about, change, result) if change else ():
        typer.echo(line)
