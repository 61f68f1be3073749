"""What the routes declare: the parameters they share, and how they refuse."""

from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

LARGEST = 2**63 - 1  # what SQLite counts to
MOST_ANSWERS = 1_000

_WHY = {
    400: "The request is malformed.",
    401: "Served beyond this computer, and the token is missing.",
    403: "The secret is missing, or the request comes from another site.",
    404: "There is none of this name or number.",
    409: "Not now: something else is under way, or nothing is there to change.",
    411: "The length of the body is not stated.",
    413: "The body is too large.",
    415: "The body is of another content type.",
    421: "The host asked for is none of this address.",
    422: "Something given is wrong; every fault is listed.",
}


class FaultModel(BaseModel):
    """One thing that is wrong, with its place."""

    problem: str
    source: str
    row: int | None = Field(description="Row of a table, counted from 1 below the header.")
    field: str
    seen: str
    expected: str
    remedy: str


class Faults(BaseModel):
    """Everything that is wrong with a request."""

    faults: list[FaultModel]


def refusals(*statuses: int, body: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return how a route refuses, for the schema.

    Parameters
    ----------
    *statuses : int
        Of HTTP, beside those of every route.
    body : bool
        Whether it takes a body.

    Examples
    --------
    >>> sorted(refusals(404))
    [401, 403, 404, 421, 422]
    """
    every = {401, 403, 421, 422, *statuses, *((400, 411, 413, 415) if body else ())}
    return {status: {"model": Faults, "description": _WHY[status]} for status in sorted(every)}


def _one_fault(given: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(given)
    except ValidationError:
        raise ValueError("a text, a number, true, false or null") from None


Answer = Annotated[str | int | float | bool | None, WrapValidator(_one_fault)]
Answers = Annotated[dict[str, Answer], Field(max_length=MOST_ANSWERS)]
Share = Annotated[float, Field(gt=0, lt=1)]
Level = Annotated[float, Query(gt=0, lt=1, description="Coverage of the interval: 0.9 for 90%.")]
Seed = Annotated[int, Query(ge=0, le=LARGEST, description="The same seed gives the same draws.")]
Number = Annotated[
    int, Path(alias="id", ge=1, le=LARGEST, description="Number of the interview.", examples=[1])
]
