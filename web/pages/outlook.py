"""The outlook of all pending interviews, and the score of past estimates."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from ...journal.outlook import prospects
from ...journal.track_record import track_record
from ...reporting.evaluation import (
    compared,
    figure_rows,
    intervals,
    judged_on,
    left_out,
    offers_seen,
    too_few,
    verdicts,
    why_missing,
)
from ...reporting.journal import expected, headline, late, law_of, remarks
from ..state import app_state
from ..templating import render_page

router = APIRouter(include_in_schema=False)


@router.get("/outlook")
def outlook(request: Request) -> HTMLResponse:
    """Show the chance of at least one offer, and the expected number of offers."""
    state = app_state(request)
    active = state.active_model()
    with state.open_journal() as book:
        pending = prospects(book, active.model)
    return render_page(
        request,
        "outlook.html",
        outlook=pending.outlook,
        headline=headline(pending.outlook),
        expected=expected(pending.outlook),
        remarks=remarks(pending),
        model=active.description,
    )


@router.get("/score")
def score(request: Request) -> HTMLResponse:
    """Compare the estimates with the outcomes."""
    state = app_state(request)
    model = state.active_model().model
    with state.open_journal() as book:
        record = track_record(book, model)
    evaluation = record.evaluation
    columns = compared(evaluation, "predicted")  # not "this model": each estimate is of the model at the time
    learned = law_of(record.learned)
    return render_page(
        request,
        "score.html",
        evaluation=evaluation,
        judged_on=judged_on(evaluation),
        too_few=too_few(evaluation),
        verdicts=verdicts(evaluation),
        left_out=left_out(evaluation) + ([late(record.n_late)] if record.n_late else []),
        intervals=intervals(evaluation),
        published=law_of(record.published),
        learned=learned,
        can_train=learned != law_of(model.catalogue.silence),
        columns=columns,
        figures=figure_rows(columns),
        why_missing=why_missing(columns),
        offers_seen=offers_seen(evaluation, columns),
    )
