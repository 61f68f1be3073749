"""The outlook of all pending interviews, and the score of past estimates."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from ...journal.outlook import journal_outlook
from ...journal.track_record import track_record
from ...reporting.evaluation import (
    compared_models,
    comparisons,
    data_notes,
    evaluated_on,
    interval_note,
    metric_rows,
    missing_reasons,
    observed_offers,
    too_few,
)
from ...reporting.journal import (
    expected_offers,
    outlook_headline,
    outlook_notes,
    recorded_late,
    silence_law_text,
)
from ..state import app_state
from ..templating import render_page

router = APIRouter(include_in_schema=False)


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
        outlook_headline=outlook_headline(pending.outlook),
        expected_offers=expected_offers(pending.outlook),
        outlook_notes=outlook_notes(pending),
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
    columns = compared_models(
        evaluation, "predicted"
    )  # not "this model": each estimate is of the model at the time
    learned = silence_law_text(record.learned)
    return render_page(
        request,
        "score.html",
        evaluation=evaluation,
        evaluated_on=evaluated_on(evaluation),
        too_few=too_few(evaluation),
        comparisons=comparisons(evaluation),
        data_notes=data_notes(evaluation) + ([recorded_late(record.n_late)] if record.n_late else []),
        interval_note=interval_note(evaluation),
        published=silence_law_text(record.published),
        learned=learned,
        can_train=learned != silence_law_text(model.catalogue.silence),
        columns=columns,
        figures=metric_rows(columns),
        missing_reasons=missing_reasons(columns),
        observed_offers=observed_offers(evaluation, columns),
    )
