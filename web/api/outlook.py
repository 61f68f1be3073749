"""``/api/outlook`` and ``/api/score``: the pending interviews together, and the estimates of decided ones."""

from typing import Any

from fastapi import APIRouter

from ...data.answers.parsing import check_probability
from ...journal.outlook import journal_outlook
from ...journal.track_record import track_record
from ...reporting.as_json import outlook_data, track_record_data
from ..state import State
from .schemas import Level, Seed, error_responses
from .strict_requests import StrictRoute

router = APIRouter(prefix="/api", tags=["journal"], route_class=StrictRoute)


@router.get("/outlook", responses=error_responses(409))
def outlook(state: State, level: Level = 0.9, seed: Seed = 0) -> dict[str, Any]:
    """Get the chance of at least one offer from all pending interviews."""
    active = state.active_model()
    coverage = check_probability("level", level)
    with state.open_journal() as book:
        return outlook_data(active, journal_outlook(book, active.model, level=coverage, seed=seed))


@router.get("/score", responses=error_responses(409))
def score(state: State, level: Level = 0.9, seed: Seed = 0) -> dict[str, Any]:
    """Compare the estimates with the outcomes; needs at least five outcomes."""
    coverage = check_probability("level", level)
    with state.open_journal() as book:
        return track_record_data(track_record(book, state.active_model().model, level=coverage, seed=seed))
