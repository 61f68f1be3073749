"""``/api/outlook`` and ``/api/score``: the pending interviews together, and the estimates of decided ones."""

from typing import Any

from fastapi import APIRouter

from ...data.answers.parsing import check_probability
from ...journal.rates import journal_rates
from ...journal.status import journal_outlook
from ...journal.track_record import summarize, track_record
from ...reporting.as_json import outlook_data, rates_data, summary_data, track_record_data
from ..state import State
from .schemas import Level, OutlookModel, RatesModel, ScoreModel, Seed, SummaryModel, error_responses
from .strict_requests import StrictRoute

router = APIRouter(prefix="/api", tags=["journal"], route_class=StrictRoute)


@router.get(
    "/outlook", operation_id="show_outlook", response_model=OutlookModel, responses=error_responses(409)
)
def outlook(state: State, level: Level = 0.9, seed: Seed = 0) -> dict[str, Any]:
    """Get the chance of at least one offer from all pending interviews."""
    active = state.active_model()
    coverage = check_probability("level", level)
    with state.open_journal() as book:
        return outlook_data(active, journal_outlook(book, active.model, level=coverage, seed=seed))


@router.get("/rates", operation_id="show_rates", response_model=RatesModel, responses=error_responses(409))
def rates(state: State, level: Level = 0.9) -> dict[str, Any]:
    """Get how many went on from stage to stage, overall, by month and by way of applying."""
    coverage = check_probability("level", level)
    with state.open_journal() as book:
        return rates_data(journal_rates(book, coverage))


@router.get(
    "/summary", operation_id="show_summary", response_model=list[SummaryModel], responses=error_responses(409)
)
def summary(state: State) -> list[dict[str, Any]]:
    """Get interviews, offers and what is pending, of all interviews and by client."""
    with state.open_journal() as book:
        return summary_data(summarize(book))


@router.get("/score", operation_id="show_score", response_model=ScoreModel, responses=error_responses(409))
def score(state: State, level: Level = 0.9, seed: Seed = 0) -> dict[str, Any]:
    """Compare the estimates with the outcomes; needs at least five outcomes."""
    coverage = check_probability("level", level)
    with state.open_journal() as book:
        return track_record_data(track_record(book, state.active_model().model, level=coverage, seed=seed))
