"""Parameters and error responses that the routes share."""

from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from ...data.limits import ANSWER_FAULTS, COLUMNS

MAX_INTEGER = 2**63 - 1  # the largest of SQLite

_DESCRIPTIONS = {
    400: "The request is malformed.",
    401: "The server can be reached from other computers, and the token is missing or wrong.",
    403: "The secret is missing or wrong, or the request comes from another site.",
    404: "This name or number does not exist.",
    409: "Not possible now: for example another training is running, or there is nothing to undo.",
    411: "The request does not state the length of its body.",
    413: "The body is too large.",
    415: "The body has the wrong content type.",
    421: "The request names another host than this server.",
    422: "Some input is invalid; every fault is listed.",
}


class IntervalModel(BaseModel):
    """An interval of a probability."""

    low: float
    high: float


class PartsModel(BaseModel):
    """The interval in two parts."""

    signs: IntervalModel = Field(
        description="Because nobody knows exactly what signs are worth; a single point if none is answered."
    )
    employer: IntervalModel = Field(description="Because employers and candidates differ.")


class ContributionModel(BaseModel):
    """What the answer to one sign, or the silence, contributes."""

    signal: str
    answer: str
    strength: float | None = Field(
        description="The answer in standard units, + favourable; null for silence."
    )
    log_odds: float
    low: float
    high: float
    points: float = Field(description="Probability less that without the answer.")


class ContextModel(BaseModel):
    """What an answer that is no sign changes, such as the stage."""

    signal: str
    answer: str
    points: float = Field(description="Probability less that without the answer.")


class UnansweredModel(BaseModel):
    """How much the answer to one more sign would change."""

    signal: str
    sd: float = Field(description="Standard deviation of what it would add, in log-odds.")


class PredictionModel(BaseModel):
    """The chance of an offer, its interval in two parts, and what each answer contributed."""

    probability: float
    low: float = Field(description="Lower end of the whole interval.")
    high: float = Field(description="Upper end of the whole interval.")
    level: float = Field(description="Coverage of the intervals.")
    base_rate: float = Field(description="The average for interviews like this.")
    halo_discount: float
    contributions: list[ContributionModel]
    unanswered: list[UnansweredModel] = Field(description="Most informative first.")
    points: dict[str, float] = Field(
        description="By answered question: probability less that without the answer."
    )
    parts: PartsModel
    context: list[ContextModel]


class FaultModel(BaseModel):
    """One thing that is wrong, with its place."""

    problem: str
    source: str
    row: int | None = Field(description="Row of a table; the first row below the header is 1.")
    field: str
    seen: str
    expected: str
    remedy: str


class Faults(BaseModel):
    """Everything that is wrong with a request."""

    faults: list[FaultModel] = Field(description=f"The first {ANSWER_FAULTS:,}.")
    count: int = Field(description="Number of all faults.")


def error_responses(*statuses: int, body: bool = False) -> dict[int | str, dict[str, Any]]:
    """Declare the error responses of a route for the schema.

    Parameters
    ----------
    *statuses : int
        Status codes besides those of every route.
    body : bool
        The request has a body.

    Examples
    --------
    >>> sorted(error_responses(404))
    [401, 403, 404, 421, 422]
    """
    codes = {401, 403, 421, 422, *statuses, *((400, 411, 413, 415) if body else ())}
    return {code: {"model": Faults, "description": _DESCRIPTIONS[code]} for code in sorted(codes)}


def _as_one_fault(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    # pydantic reports one error for each type of the union; one message says the same
    try:
        return validate(value)
    except ValidationError:
        raise ValueError("a text, a number, true, false or null") from None


def _check_number(answers: Any) -> Any:
    """Count answers before each is checked, which takes long."""
    if isinstance(answers, dict) and len(answers) > COLUMNS:
        raise ValueError(f"at most {COLUMNS:,} answers")
    return answers


Answer = Annotated[str | int | float | bool | None, WrapValidator(_as_one_fault)]
Answers = Annotated[dict[str, Answer], Field(max_length=COLUMNS), BeforeValidator(_check_number)]
Share = Annotated[float, Field(gt=0, lt=1)]
Level = Annotated[float, Query(gt=0, lt=1, description="Coverage of the interval: 0.9 means 90%.")]
Seed = Annotated[int, Query(ge=0, le=MAX_INTEGER, description="The same seed gives the same random numbers.")]
Number = Annotated[
    int, Path(alias="id", ge=1, le=MAX_INTEGER, description="Number of the interview.", examples=[1])
]
