"""``/api/signals`` and ``/api/weights``: what is asked, and what each answer is worth."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from ...data.answers.fields import find_questions
from ...reporting.as_json import signal_data, weights_data
from ..state import Shared
from .schemas import Level, refusals
from .strict_requests import StrictRoute

router = APIRouter(prefix="/api", tags=["catalogue"], route_class=StrictRoute)


@router.get("/signals", responses=refusals())
def signals(site: Shared) -> list[dict[str, Any]]:
    """List every question, with what its effect rests on."""
    return signal_data(find_questions(site.chosen().model.catalogue))


@router.get("/signals/{id}", responses=refusals(404))
def signal(
    name: Annotated[
        str, Path(alias="id", description="As the list has it, in any spelling.", examples=["rapport"])
    ],
    site: Shared,
) -> list[dict[str, Any]]:
    """Return one question, in a list of one."""
    return signal_data(find_questions(site.chosen().model.catalogue, name))


@router.get("/weights", responses=refusals())
def weights(site: Shared, level: Level = 0.9) -> list[dict[str, Any]]:
    """Return the odds ratio of each sign, published and, after training, your own."""
    return weights_data(site.chosen().model, level)
