"""The list of interviews, and adding one."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ...data.errors import Fault, InputError, Remedy
from ...data.language import N_, _
from ...data.limits import REQUEST_BYTES, REQUEST_INTERVIEWS
from ...journal import clock
from ...journal.entry import check_entry, default_date
from ...journal.rates import journal_rates
from ...journal.records import SORTS, STATUSES, Selection, is_client
from ...journal.status import MAX_PAGE, PAGE_SIZE, Predictor, check_selection, journal_page
from ...journal.store import ALL
from ...journal.track_record import summarize
from ...journal.undo import last_undoable
from ...reporting.journal import (
    ALREADY_RECORDED,
    CHANCE_NOTE,
    SUMMARY_COLUMNS,
    SUMMARY_NOTE,
    before_add,
    describe_change,
    import_summary,
    rate_groups,
    rates_notes,
    summary_rows,
)
from ..forms import AuthorizedForm
from ..state import app_state
from ..templating import render_page
from .form import PREVIEW_ACTIONS, answers_to_save, current_answers, show_form, text_fields
from .interview import parse_number
from .outlook import RATE_TABLES

router = APIRouter(include_in_schema=False)
_MAX_COUNT = 10**9
Count = Annotated[int, Query(ge=0, le=_MAX_COUNT)]
Text = Annotated[str, Query(max_length=1000)]
_SORT_LABELS = {
    "status": N_("pending first"),
    "date": N_("by date"),
    "company": N_("by company"),
    "client": N_("by client"),
}
MAX_PRINTED = 10_000  # interviews in a report
IMPORT_OPTIONS = {"columns": "", "values": "", "date_format": "", "sheet": ""}
_INPUTS = {name: name for name in ("file", "number", "kind", *IMPORT_OPTIONS)} | {"date": "day"}  # their ids


@router.get("/journal")
def journal(
    request: Request,
    number: Annotated[int, Query(alias="page", ge=1, le=MAX_PAGE)] = 1,
    added: Annotated[int | None, Query(ge=0, le=_MAX_COUNT)] = None,
    known: Count = 0,
    updated: Count = 0,
    outcomes: Count = 0,
    applications: Count = 0,
    not_applied: Count = 0,
    left_out: Count = 0,
    bad: Count = 0,
    unused: Annotated[list[str] | None, Query(max_length=20)] = None,
    remark: Annotated[list[str] | None, Query(max_length=20)] = None,
    search: Text = "",
    client: Text = "",
    company: Text = "",
    outcome: Text = "",
    stage: Text = "",
    month: Text = "",
    sort: Text = "status",
    size: Annotated[int, Query(ge=1, le=1000)] = PAGE_SIZE,
    several: bool = False,
) -> HTMLResponse:
    """Show a page of the journal: all, or some interviews; after an import, its result."""
    counts = {"known": known, "updated": updated, "outcomes": outcomes}
    counts |= {"applications": applications, "not_applied": not_applied, "left_out": left_out, "bad": bad}
    messages = [] if added is None else import_summary(counts | {"added": added}, unused or ())
    messages += [as_sentence(text) for text in remark or ()]
    selection = Selection(search, client, company, outcome, stage, month, sort)
    try:
        selection = check_selection(app_state(request).active_model().model.catalogue, selection)
    except InputError as error:
        return show_journal(request, faults=error.faults)
    return show_journal(request, number, messages=messages, selection=selection, size=size, several=several)


def as_sentence(remark: str) -> str:
    """Begin a remark with a capital letter, and end it with a full stop."""
    return f"{remark[:1].upper()}{remark[1:]}."


@router.post("/journal/outcomes")
def record_outcomes(request: Request, form: AuthorizedForm) -> Response:
    """Record one outcome of several interviews, as one change."""
    numbers = [parse_number(str(number)) for number in form.getlist("number")]
    kind, day = str(form.get("kind") or ""), str(form.get("date") or "") or None
    try:
        if not numbers:
            raise InputError([Fault("choose at least one interview", field="number")])
        with app_state(request).open_journal() as book:
            events = book.record_many(numbers, kind, day)
            last = last_undoable(book) if events else None
            done = _("Recorded: {change}.", change=describe_change(book, last)) if last else ""
    except InputError as error:
        return show_journal(request, faults=error.faults, several=True)
    return show_journal(request, messages=[done or _(ALREADY_RECORDED)])


@router.get("/journal/summary")
def summary(request: Request) -> HTMLResponse:
    """Show how the interviews of each client turned out."""
    with app_state(request).open_journal() as book:
        found = summarize(book)
    rows = [(each.client, cells) for each, cells in zip(found, summary_rows(found), strict=True)]
    columns = [_(name) for name in SUMMARY_COLUMNS if name != "range"]
    return render_page(request, "summary.html", columns=columns, rows=rows, note=_(SUMMARY_NOTE))


@router.get("/journal/report")
def report(request: Request, client: Text) -> HTMLResponse:
    """Show all of one client, to be printed."""
    active = app_state(request).active_model()
    with app_state(request).open_journal() as book:
        chosen = Selection(client=client, sort="status")
        shown = journal_page(book, active.model, selection=chosen, size=MAX_PRINTED)
        found = [each for each in summarize(book) if each.client and is_client(each.client, client)]
        rates = journal_rates(book, client=client)
    if not found:
        raise HTTPException(404, _("No interview has this client."))
    due = [each for each in shown.steps if is_client(each.interview.client, client)]
    return render_page(
        request,
        "report.html",
        client=found[0].client,
        day=clock.today(),
        facts=[*zip(map(_, SUMMARY_COLUMNS), summary_rows(found)[0], strict=True)][1:],
        note=_(SUMMARY_NOTE),
        rates=[(*RATE_TABLES[0], rate_groups({"": rates.overall}))],
        rates_notes=rates_notes(rates),
        journal_page=shown,
        steps=due,
        chance_note=_(CHANCE_NOTE),
        model=active.description,
    )


@router.post("/journal")
def add(request: Request, form: AuthorizedForm) -> Response:
    """Save an interview, without answers that were only tried; show the form again if there are faults."""
    state = app_state(request)
    model = state.active_model().model
    answers, pinned = current_answers(model.catalogue, form)
    texts = text_fields(form)
    if form.get("do") in PREVIEW_ACTIONS:
        return show_form(request, answers, texts=texts, pinned=pinned)
    try:
        to_save = answers_to_save(model.catalogue, form)
        values: dict[str, Any] = texts | {"date": default_date(texts["date"] or None, to_save)}
        with state.open_journal() as book:
            named = {"day" if name == "date" else name: value for name, value in values.items()}
            doubt = before_add(book, check_entry(model.catalogue, clock.today(), answers=to_save, **named))
            if doubt and form.get("confirmed") != doubt.text:
                return show_form(request, answers, texts=texts, pinned=pinned, doubt=doubt)
            interview = book.add(to_save, **values, predict=Predictor(model))
    except InputError as error:  # also if the journal is locked, damaged or full: nothing typed is lost
        return show_form(request, answers, texts=texts, pinned=pinned, faults=error.faults)
    return RedirectResponse(f"/journal/{interview.id}?saved=yes", status_code=303)


def show_journal(
    request: Request,
    number: int = 1,
    *,
    messages: Sequence[str] = (),
    faults: Sequence[Fault] = (),
    remedy: Remedy | None = None,
    import_options: Mapping[str, str] = IMPORT_OPTIONS,
    selection: Selection = ALL,
    size: int = PAGE_SIZE,
    several: bool = False,
) -> HTMLResponse:
    """Show a page of the journal, with the messages or the faults of an import.

    ``several`` shows boxes to choose interviews whose outcome is the same.
    """
    state = app_state(request)
    active = state.active_model()
    with state.open_journal() as book:
        shown = journal_page(book, active.model, number, selection=selection, size=size)
        total = len(book)
        last = last_undoable(book)
        last_change = last and {"id": last.id, "about": describe_change(book, last)}
    missing = shown.page > shown.pages
    stage = active.model.catalogue.questions.get("stage")
    return render_page(
        request,
        "journal.html",
        status=422 if faults else 404 if missing else 200,
        journal_page=shown,
        messages=messages,
        faults=faults,
        remedy=remedy,
        upload="file",
        inputs=_INPUTS,
        import_options=import_options,
        several=several,
        is_desk=total > PAGE_SIZE or bool(shown.clients) or not selection.is_all,
        states=(*STATUSES, "planned"),
        stages=[(level, stage.word(level)) for level in stage.levels] if stage else [],
        sorts=[(sort, _(_SORT_LABELS[sort])) for sort in SORTS],
        query=_query(selection, size),
        last_change=last_change,
        max_megabytes=REQUEST_BYTES // 1024**2,
        max_rows=REQUEST_INTERVIEWS,
        chance_note=_(CHANCE_NOTE),
        model=active.description,
    )


def _query(selection: Selection, size: int) -> str:
    """Write a selection as the beginning of a query in an address."""
    given = {name: text for name, text in asdict(selection).items() if text} | {"size": size}
    default = {"sort": "status", "size": PAGE_SIZE}
    return urlencode({name: value for name, value in given.items() if default.get(name) != value})
