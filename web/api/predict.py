"""``/api/predict``: the chance of an offer after one interview."""

from json import JSONDecodeError
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_json

from ...data.answers.fields import read_answers, resolve_names
from ...data.answers.parsing import check_probability
from ...data.catalogue.catalogue import Catalogue
from ...data.errors import AnswerError, Fault
from ...model.explanation import Explanation
from ...model.offer_model import observe_for
from ...reporting.as_json import prediction_data
from ...reporting.prediction import condition, input_remarks
from ..state import State, app_state
from .schemas import Answer, Answers, PredictionModel, Share, error_responses
from .strict_requests import StrictRequest, StrictRoute


class PredictionRequest(BaseModel):
    """The answers about one interview."""

    model_config = ConfigDict(extra="forbid")

    answers: Answers = Field(
        description="Answer to each sign, by its id. A sign that you leave out never counts as a no.",
        examples=[{"rapport": 4, "timeline_given": "specific", "stage": "final"}],
    )
    what_if: list[Answers] = Field([], max_length=50, description="Other answers to try, one set each.")
    level: Annotated[Share, Field(description="Coverage of the interval: 0.9 means 90%.")] = 0.9


class WhatIfModel(PredictionModel):
    """The prediction with other answers."""

    condition: str = Field(alias="if", description="The other answers, in words.")


class PredictionResponse(PredictionModel):
    """The prediction from the answers, and those from other answers."""

    model: str = Field(description="What the model rests on.")
    remarks: list[str]
    what_if: list[WhatIfModel] = Field([], description="Absent if no other answers were sent.")


_MANY_FAULTS = 100


class _DirectRoute(StrictRoute):
    """A route that responds to the usual request itself; FastAPI reads any other and words its faults."""

    async def respond(self, request: StrictRequest) -> Response | None:
        """Respond to a valid request of type ``application/json``."""
        if request.headers.get("content-type") != "application/json":
            return None
        try:
            body = PredictionRequest.model_validate(await request.json())
        except (JSONDecodeError, ValidationError):
            return None
        return await predict(body, app_state(request))


router = APIRouter(prefix="/api", tags=["predict"], route_class=_DirectRoute)


@router.post(
    "/predict",
    operation_id="predict",
    response_model=PredictionResponse,
    responses=error_responses(body=True),
)
async def predict(request: PredictionRequest, state: State) -> Response:
    """Estimate the chance of an offer, with its interval and the contribution of each sign.

    Nothing is saved.
    """
    check_probability("level", request.level)
    active = state.active_model()
    model = active.model
    changed_answers = _changed_answers(model.catalogue, request) if request.what_if else []
    observations = observe_for(model, request.answers)
    prediction = Explanation(observations, model.score, model.effects, request.level).prediction()
    cases = [
        (_condition(changes, model.catalogue), model.predict(answers, request.level))
        for changes, answers in zip(request.what_if, changed_answers, strict=True)
    ]
    remarks = input_remarks(model, observations, prediction)
    content = prediction_data(active, prediction, remarks, cases)
    return Response(to_json(content), media_type="application/json")


def _changed_answers(catalogue: Catalogue, request: PredictionRequest) -> list[dict[str, Answer]]:
    """Combine the answers with each set of others, and check all sets before the first prediction.

    Raises
    ------
    AnswerError
        Every fault of every set is listed once, until there are more than a hundred.
    """
    faults: dict[Fault, None] = {}
    forms = []
    for changes in ({}, *request.what_if):
        forms.append(_replace(request.answers, changes, catalogue))
        try:
            read_answers(catalogue, forms[-1])
        except AnswerError as error:
            faults |= dict.fromkeys(error.faults)
        if len(faults) > _MANY_FAULTS:
            break
    if faults:
        raise AnswerError(list(faults))
    return forms[1:]


def _replace(
    answers: dict[str, Answer], changes: dict[str, Answer], catalogue: Catalogue
) -> dict[str, Answer]:
    """Replace answers by others, however their fields are spelled."""
    replaced = set(resolve_names(catalogue, changes).values())
    fields = resolve_names(catalogue, answers)
    return {name: answer for name, answer in answers.items() if fields[name] not in replaced} | changes


def _condition(changes: dict[str, Answer], catalogue: Catalogue) -> str:
    fields = resolve_names(catalogue, changes)
    return ", ".join(condition(fields[name], answer, catalogue) for name, answer in changes.items())
