"""All pending interviews together, and how good the estimates were."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from ...journal.outlook import journal_outlook
from ...journal.track_record import track_record
from ...reporting.evaluation import (
    compared_models,
    comparisons,
    evaluated_on,
    exclusions,
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
from ..state import site_of
from ..templating import page

router = APIRouter(include_in_schema=False)


@router.get("/outlook")
def outlook(request: Request) -> HTMLResponse:
    """Show the chance of at least one offer, and how many to expect."""
    site = site_of(request)
    chosen = site.chosen()
    with site.journal() as book:
        found = journal_outlook(book, chosen.model)
    return page(
        request,
        "outlook.html",
        outlook=found.outlook,
        outlook_headline=outlook_headline(found.outlook),
        expected_offers=expected_offers(found.outlook),
        outlook_notes=outlook_notes(found),
        model=chosen.description,
    )


@router.get("/score")
def score(request: Request) -> HTMLResponse:
    """Show what was predicted beside what happened."""
    site = site_of(request)
    model = site.chosen().model
    with site.journal() as book:
        record = track_record(book, model)
    found = record.evaluation
    columns = compared_models(found, "predicted")  # by whichever model was in use then
    learned = silence_law_text(record.learned)
    return page(
        request,
        "score.html",
        evaluation=found,
        evaluated_on=evaluated_on(found),
        too_few=too_few(found),
        comparisons=comparisons(found),
        exclusions=exclusions(found) + ([recorded_late(record.n_late)] if record.n_late else []),
        interval_note=interval_note(found),
        published=silence_law_text(record.published),
        learned=learned,
        train=learned != silence_law_text(model.catalogue.silence),
        columns=columns,
        figures=metric_rows(columns),
        missing_reasons=missing_reasons(columns),
        observed_offers=observed_offers(found, columns),
    )
