"""Export, import and undo of the journal, and the form to give away."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ...data.errors import Fault, FileError, InputError, clip, printable
from ...data.language import _
from ...data.limits import REQUEST_INTERVIEWS
from ...journal import clock
from ...journal.importing import ImportResult, import_into, read_mapping, read_meanings
from ...journal.next_step import PlannedStep, next_step, planned_steps
from ...journal.status import Predictor
from ...journal.undo import last_undoable, undo_last_change
from ...reporting.calendar_file import CALENDAR_TYPE, calendar_file
from ...reporting.journal import change_summary, describe_change, import_counts, import_summary
from ..api.exchange import download
from ..form_file import form_file
from ..forms import AuthorizedForm, temporary_files
from ..state import AppState, app_state
from .interview import Number
from .journal import IMPORT_OPTIONS, as_sentence, show_journal

router = APIRouter(include_in_schema=False)
Client = Annotated[str | None, Query(max_length=1000)]
_MAX_SHOWN = 20  # unused columns and remarks, which travel in the address
_MAX_COLUMN_CHARACTERS, _MAX_REMARK_CHARACTERS = 60, 200


@router.get("/journal/export.csv")
def csv(request: Request, client: Client = None) -> Response:
    """Export the journal, or what it has of one client, as CSV."""
    return download(app_state(request), ".csv", client)


@router.get("/journal/export.xlsx")
def xlsx(request: Request, client: Client = None) -> Response:
    """Export the journal, or what it has of one client, as a workbook."""
    return download(app_state(request), ".xlsx", client)


@router.get("/journal/export.json")
def json(request: Request, client: Client = None) -> Response:
    """Export the journal, or what it has of one client, as JSON."""
    return download(app_state(request), ".json", client)


@router.get("/form.html")
def form(request: Request) -> Response:
    """Download the form to give away, with the model in use."""
    headers = {"content-disposition": 'attachment; filename="form.html"'}
    return HTMLResponse(form_file(app_state(request).active_model()), headers=headers)


@router.get("/journal/calendar.ics")
def calendar(request: Request) -> Response:
    """Download what is due as a calendar file."""
    return _calendar(app_state(request))


@router.get("/journal/{number}/calendar.ics")
def interview_calendar(request: Request, number: Number) -> Response:
    """Download what is due for one interview as a calendar file."""
    return _calendar(app_state(request), number)


@router.post("/journal/import")
def import_(request: Request, form: AuthorizedForm) -> Response:
    """Import a file, all of it or nothing."""
    options = {name: text if isinstance(text := form.get(name), str) else "" for name in IMPORT_OPTIONS}
    try:
        result = _import(app_state(request), form, options)
    except InputError as error:
        return show_journal(request, faults=error.faults, remedy=error.remedy, import_options=options)
    if form.get("do") == "preview":
        lines = import_summary(import_counts(result), result.ignored_columns, is_preview=True)
        remarks = [as_sentence(printable(remark)) for remark in result.remarks[:_MAX_SHOWN]]
        messages = [_("Preview, nothing was saved:"), *lines, *remarks]
        return show_journal(request, messages=messages, import_options=options)
    return imported(result)


def imported(result: ImportResult) -> Response:
    """Lead to the journal, which then shows the result of an import."""
    counts = import_counts(result) | {"bad": result.bad}
    unused = [clip(name, _MAX_COLUMN_CHARACTERS).strip("'\"") for name in result.ignored_columns[:_MAX_SHOWN]]
    remarks = [printable(remark)[:_MAX_REMARK_CHARACTERS] for remark in result.remarks[:_MAX_SHOWN]]
    query = counts | {"unused": unused, "remark": remarks}
    return RedirectResponse(f"/journal?{urlencode(query, doseq=True)}", status_code=303)


@router.post("/journal/undo")
def undo(request: Request, form: AuthorizedForm) -> Response:
    """Undo the last change, if it is still the one that the page showed."""
    shown = form.get("change")
    number = int(shown) if isinstance(shown, str) and shown.isascii() and shown.isdecimal() else -1
    try:
        with app_state(request).open_journal() as book:
            last = last_undoable(book)
            about = describe_change(book, last) if last else ""
            change, result = undo_last_change(book, number)
    except InputError as error:
        return show_journal(request, faults=error.faults)
    return show_journal(request, messages=change_summary(about, change, result))


def _calendar(state: AppState, number: int | None = None) -> Response:
    catalogue = state.active_model().model.catalogue
    today = clock.today()
    with state.open_journal() as book:
        if number is None:
            steps = planned_steps(book, today, catalogue)
        else:
            interview = book.interview(number)
            step = next_step(interview, today, catalogue)
            steps = [PlannedStep(interview, step)] if step else []
    content = calendar_file(steps)
    if not content:
        raise HTTPException(404, _("No pending interview has a day to come."))
    name = "offerodds.ics" if number is None else f"offerodds-{number}.ics"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=CALENDAR_TYPE, headers=headers)


def _import(state: AppState, form: FormData, options: dict[str, str]) -> ImportResult:
    """Import the file of a form into the journal.

    Raises
    ------
    InputError
        There is no file, or it has faults; every fault is listed, with the name of the upload.
    """
    upload = form.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise FileError([Fault("choose a file", field="file")])
    columns, values = (
        [line for line in options[name].splitlines() if line.strip()] for name in ("columns", "values")
    )
    model = state.active_model().model
    mapping, meanings = read_mapping(columns, "columns"), read_meanings(values, "values", model.catalogue)
    pattern = options["date_format"].strip() or None
    with temporary_files([upload]) as (path,), state.open_journal() as book:
        return import_into(
            book,
            path,
            mapping=mapping,
            meanings=meanings,
            pattern=pattern,
            sheet=options["sheet"].strip() or None,
            dry_run=form.get("do") == "preview",
            predict=Predictor(model),
            max_rows=REQUEST_INTERVIEWS,
        )
