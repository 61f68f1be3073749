"""``/api/predict``: the probability of an offer after one interview."""

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from ...data.answers.fields import read_answers
from ...data.answers.observations import observe
from ...data.catalogue.catalogue import Catalogue
from ...data.errors import AnswerError, Fault
from ...reporting.as_json import prediction_data
from ...reporting.prediction import input_remarks
from ..state import Shared
from .schemas import Answer, Answers, Share, refusals
from .strict_requests import StrictRoute

router = APIRouter(prefix="/api", tags=["predict"], route_class=StrictRoute)


class Asked(BaseModel):
    """The answers about one interview."""

    model_config = ConfigDict(extra="forbid")

    answers: Answers = Field(
        description="Field to answer; leaving one out never means no.",
        examples=[{"rapport": 4, "timeline_given": "specific", "stage": "final"}],
    )
    what_if: list[Answers] = Field([], max_length=50, description="Other answers to try.")
    level: Annotated[Share, Field(description="Coverage of the interval.")] = 0.9


@router.post("/predict", response_model=dict[str, Any], responses=refusals(body=True))
async def predict(asked: Asked, site: Shared) -> Response:
    """Return the probability of an offer, its interval, and what each sign contributed.

    Nothing is kept.
    """
    chosen = site.chosen()
    if asked.what_if:
        changed = [asked.answers | answers for answers in asked.what_if]
        _check(chosen.model.catalogue, [asked.answers, *changed])
    prediction = chosen.model.predict(asked.answers, asked.level)
    cases = [
        (_words(changed), chosen.model.predict(asked.answers | changed, asked.level))
        for changed in asked.what_if
    ]
    seen = observe(chosen.model.catalogue, asked.answers)
    content = prediction_data(chosen, prediction, input_remarks(chosen.model, seen, prediction), cases)
    return Response(to_json(content), media_type="application/json")


def _check(catalogue: Catalogue, forms: list[dict[str, Answer]]) -> None:
    """Find the faults of all forms before any is predicted from.

    Raises
    ------
    AnswerError
        Every fault of every form is listed.
    """
    faults: list[Fault] = []
    for given in forms:
        try:
            read_answers(catalogue, given)
        except AnswerError as error:
            faults += [fault for fault in error.faults if fault not in faults]
    if faults:
        raise AnswerError(faults)


def _words(changed: dict[str, Answer]) -> str:
    return ", ".join(f"{field.replace('_', ' ')} were {answer}" for field, answer in changed.items())
