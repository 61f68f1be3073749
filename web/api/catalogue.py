"""``/api/signals`` and ``/api/weights``: the signs, their evidence and their weights."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from ...data.answers.fields import find_questions
from ...data.catalogue.question_schema import Question, Signal
from ...reporting.as_json import weights_data
from ..state import State
from .schemas import Level, WeightModel, error_responses
from .strict_requests import StrictRoute

router = APIRouter(prefix="/api", tags=["catalogue"], route_class=StrictRoute)


@router.get(
    "/signals", operation_id="list_signs", response_model=list[Signal | Question], responses=error_responses()
)
def signals(state: State) -> list[Question]:
    """List all signs, each with the evidence for its effect."""
    return find_questions(state.active_model().model.catalogue)


@router.get(
    "/signals/{id}",
    operation_id="show_sign",
    response_model=list[Signal | Question],
    responses=error_responses(404),
)
def signal(
    name: Annotated[
        str,
        Path(
            alias="id",
            description="Id from the list; capitals, spaces and hyphens do not matter.",
            examples=["rapport"],
        ),
    ],
    state: State,
) -> list[Question]:
    """Get one sign, as a list of one."""
    return find_questions(state.active_model().model.catalogue, name)


@router.get(
    "/weights", operation_id="list_weights", response_model=list[WeightModel], responses=error_responses()
)
def weights(state: State, level: Level = 0.9) -> list[dict[str, Any]]:
    """Get the odds ratio of each sign: published and, after training, your own."""
    return weights_data(state.active_model().model, level)
