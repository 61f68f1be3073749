"""The list of interviews, and adding one."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ...data.errors import Fault, InputError, Remedy
from ...journal import clock
from ...journal.entry import check_entry, default_date
from ...journal.status import MAX_PAGE, journal_page, predictor
from ...journal.undo import last_undoable
from ...reporting.journal import CHANCE_NOTE, before_add, describe_change, import_summary
from ..forms import AuthorizedForm
from ..security import LARGEST_BODY
from ..state import app_state
from ..templating import render_page
from .form import answers_to_save, current_answers, show_form, text_fields

router = APIRouter(include_in_schema=False)
_MAX_COUNT = 10**9
Count = Annotated[int, Query(ge=0, le=_MAX_COUNT)]
IMPORT_OPTIONS = {"columns": "", "values": "", "date_format": ""}


@router.get("/journal")
def journal(
    request: Request,
    number: Annotated[int, Query(alias="page", ge=1, le=MAX_PAGE)] = 1,
    added: Annotated[int | None, Query(ge=0, le=_MAX_COUNT)] = None,
    known: Count = 0,
    updated: Count = 0,
    outcomes: Count = 0,
    applications: Count = 0,
    left_out: Count = 0,
    unused: Annotated[list[str] | None, Query(max_length=20)] = None,
    remark: Annotated[list[str] | None, Query(max_length=20)] = None,
) -> HTMLResponse:
    """Show a page of the journal and, after an import, its result."""
    counts = {"known": known, "updated": updated, "outcomes": outcomes}
    counts |= {"applications": applications, "left_out": left_out}
    messages = [] if added is None else import_summary(counts | {"added": added}, unused or ())
    return show_journal(request, number, messages=messages + [as_sentence(text) for text in remark or ()])


def as_sentence(remark: str) -> str:
    """Begin a remark with a capital letter, and end it with a full stop."""
    return f"{remark[:1].upper()}{remark[1:]}."


@router.post("/journal")
def add(request: Request, form: AuthorizedForm) -> Response:
    """Save an interview, without answers that were only tried; show the form again if there are faults."""
    state = app_state(request)
    model = state.active_model().model
    answers, pinned = current_answers(model.catalogue, form)
    texts = text_fields(form)
    try:
        to_save = answers_to_save(model.catalogue, form)
        values: dict[str, Any] = texts | {"date": default_date(texts["date"], to_save)}
        with state.open_journal() as book:
            named = {"day" if name == "date" else name: value for name, value in values.items()}
            doubt = before_add(book, check_entry(model.catalogue, clock.today(), answers=to_save, **named))
            if doubt and form.get("confirmed") != doubt.text:
                return show_form(request, answers, texts=texts, pinned=pinned, doubt=doubt)
            interview = book.add(to_save, **values, predict=predictor(model))
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
) -> HTMLResponse:
    """Show a page of the journal, with the messages or the faults of an import."""
    state = app_state(request)
    active = state.active_model()
    with state.open_journal() as book:
        shown = journal_page(book, active.model, number)
        last = last_undoable(book)
        last_change = last and {"id": last.id, "about": describe_change(book, last)}
    missing = shown.page > shown.pages
    return render_page(
        request,
        "journal.html",
        status=422 if faults else 404 if missing else 200,
        journal_page=shown,
        messages=messages,
        faults=faults,
        remedy=remedy,
        import_options=import_options,
        last_change=last_change,
        max_megabytes=LARGEST_BODY // 1024**2,
        chance_note=CHANCE_NOTE,
        model=active.description,
    )
