"""``/api/outlook`` and ``/api/score``: the journal as a whole, ahead and in hindsight."""

from typing import Any

from fastapi import APIRouter

from ...data.answers.parsing import check_probability
from ...journal.outlook import journal_outlook
from ...journal.track_record import track_record
from ...reporting.as_json import outlook_data, track_record_data
from ..state import Shared
from .schemas import Level, Seed, refusals
from .strict_requests import StrictRoute

router = APIRouter(prefix="/api", tags=["journal"], route_class=StrictRoute)


@router.get("/outlook", responses=refusals(409))
def outlook(site: Shared, level: Level = 0.9, seed: Seed = 0) -> dict[str, Any]:
    """Return the chance of at least one offer from all that are pending."""
    chosen = site.chosen()
    share = check_probability("level", level)
    with site.journal() as book:
        return outlook_data(chosen, journal_outlook(book, chosen.model, level=share, seed=seed))


@router.get("/score", responses=refusals(409))
def score(site: Shared, level: Level = 0.9, seed: Seed = 0) -> dict[str, Any]:
    """Judge the estimates by what happened; no figure below five outcomes."""
    share = check_probability("level", level)
    with site.journal() as book:
        return track_record_data(track_record(book, site.chosen().model, level=share, seed=seed))
