"""The outlook of all pending interviews, and the score of past estimates."""

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from ...data.language import N_
from ...journal.rates import journal_rates
from ...journal.status import journal_outlook
from ...journal.track_record import track_record
from ...reporting.evaluation import compared_models, too_few
from ...reporting.journal import rate_groups, rate_tables, rates_notes, recorded_late, silence_law_text
from ..state import app_state
from ..templating import render_page

router = APIRouter(include_in_schema=False)
RATE_TABLES = (  # title, caption, and the head of the first column
    (N_("From stage to stage"), N_("How many went on from stage to stage"), ""),
    (N_("By month"), N_("How many went on from stage to stage, by month"), N_("month")),
    (
        N_("By way of applying"),
        N_("How many went on from stage to stage, by way of applying"),
        N_("way of applying"),
    ),
)


@router.get("/outlook")
def outlook(request: Request) -> HTMLResponse:
    """Show the chance of at least one offer, and the expected number of offers."""
    state = app_state(request)
    active = state.active_model()
    with state.open_journal() as book:
        pending = journal_outlook(book, active.model)
    return render_page(
        request,
        "outlook.html",
        outlook=pending.outlook,
        pending=pending,
        model=active.description,
    )


@router.get("/journal/rates")
def rates(request: Request) -> HTMLResponse:
    """Show how many went on from stage to stage."""
    with app_state(request).open_journal() as book:
        found = journal_rates(book)
    tables = [
        (*words, rate_groups(each))
        for words, each in zip(RATE_TABLES, rate_tables(found), strict=True)
        if each
    ]
    return render_page(request, "rates.html", rates=found, tables=tables, notes=rates_notes(found))


@router.get("/score")
def score(request: Request) -> HTMLResponse:
    """Compare the estimates with the outcomes."""
    state = app_state(request)
    model = state.active_model().model
    with state.open_journal() as book:
        record = track_record(book, model)
    learned = silence_law_text(record.learned) if record.has_replies else ""
    return render_page(
        request,
        "score.html",
        evaluation=record.evaluation,
        too_few=partial(too_few, of_journal=True),
        # not "this model": each estimate is of the model at the time
        columns=compared_models(record.evaluation, "predicted"),
        remarks=[recorded_late(record.n_late)] if record.n_late else [],
        published=silence_law_text(record.published),
        learned=learned,
        can_train=record.has_replies and learned != silence_law_text(model.catalogue.silence),
    )
