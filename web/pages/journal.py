"""The journal as a list, and writing down an interview."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ...data.errors import Fault, InputError, Remedy
from ...journal.entry import default_date
from ...journal.status import MAX_PAGE, journal_page, predictor
from ...journal.undo import last_import
from ...reporting.journal import CHANCE_NOTE, describe_import, import_summary
from ..forms import Checked
from ..security import LARGEST_BODY
from ..state import site_of
from ..templating import page
from .form import happened, show_form, texts_of, tried

router = APIRouter(include_in_schema=False)
Count = Annotated[int, Query(ge=0, le=10**9)]
TYPED = {"columns": "", "values": "", "date_format": ""}


@router.get("/journal")
def journal(
    request: Request,
    number: Annotated[int, Query(alias="page", ge=1, le=MAX_PAGE)] = 1,
    added: Annotated[int | None, Query(ge=0, le=10**9)] = None,
    known: Count = 0,
    updated: Count = 0,
    outcomes: Count = 0,
    left_out: Count = 0,
    unused: Annotated[list[str] | None, Query(max_length=20)] = None,
    remark: Annotated[list[str] | None, Query(max_length=20)] = None,
) -> HTMLResponse:
    """Show a page of the journal, and what an import did if one has just been made."""
    said = [] if added is None else import_summary(added, known, updated, outcomes, left_out, unused or ())
    return show_journal(request, number, said=said + [f"{each}." for each in remark or ()])


@router.post("/journal")
def write_down(request: Request, form: Checked) -> Response:
    """Write down what happened, never what was only tried; with faults the form comes back as it was."""
    site = site_of(request)
    model = site.chosen().model
    given, pinned = tried(model.catalogue, form)
    texts = texts_of(form)
    try:
        answers = happened(model.catalogue, form)
        told: dict[str, Any] = texts | {"date": default_date(texts["date"], answers)}
        with site.journal() as book:
            interview = book.add(answers, **told, predict=predictor(model))
    except InputError as error:  # a journal that is locked, damaged or full costs nobody what was typed
        return show_form(request, given, texts=texts, pinned=pinned, faults=error.faults)
    return RedirectResponse(f"/journal/{interview.id}", status_code=303)


def show_journal(
    request: Request,
    number: int = 1,
    *,
    said: Sequence[str] = (),
    faults: Sequence[Fault] = (),
    remedy: Remedy | None = None,
    typed: Mapping[str, str] = TYPED,
) -> HTMLResponse:
    """Return a page of the journal, with what was said of an import or what is wrong with it."""
    site = site_of(request)
    chosen = site.chosen()
    with site.journal() as book:
        found = journal_page(book, chosen.model, number)
        last = last_import(book)
    beyond = found.page > found.pages
    return page(
        request,
        "journal.html",
        status=422 if faults else 404 if beyond else 200,
        journal_page=found,
        said=said,
        faults=faults,
        remedy=remedy,
        typed=typed,
        last_import=last and {"id": last.id, "about": describe_import(last)},
        largest=LARGEST_BODY // 1024**2,
        chance_note=CHANCE_NOTE,
        model=chosen.description,
    )
