"""All pending interviews together, and how good the estimates were."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from ...journal.outlook import journal_outlook
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
        headline=headline(found.outlook),
        expected=expected(found.outlook),
        remarks=remarks(found),
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
    columns = compared(found, "predicted")  # by whichever model was in use then
    learned = law_of(record.learned)
    return page(
        request,
        "score.html",
        evaluation=found,
        judged_on=judged_on(found),
        too_few=too_few(found),
        verdicts=verdicts(found),
        left_out=left_out(found) + ([late(record.n_late)] if record.n_late else []),
        intervals=intervals(found),
        published=law_of(record.published),
        learned=learned,
        train=learned != law_of(model.catalogue.silence),
        columns=columns,
        figures=figure_rows(columns),
        why_missing=why_missing(columns),
        offers_seen=offers_seen(found, columns),
    )
