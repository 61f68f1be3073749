"""Errors as responses: every fault at once, as a page or as JSON."""

import errno
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from ..data.errors import Fault, InputError, Kind, MissingExtraError, OfferOddsError, Remedy, clip, printable
from . import remedies
from .templating import page

API = "/api/"
_STATUS = {Kind.NOT_FOUND: 404, Kind.CONFLICT: 409}  # any other is 422
_FIELDS = ("problem", "source", "row", "field", "seen", "expected")


def refusal(status: int, faults: Iterable[Fault], headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return an answer that lists faults; texts in them are what JSON and a terminal can show.

    Examples
    --------
    >>> refusal(422, [Fault("out of range", field="level")]).status_code
    422
    """
    return JSONResponse(
        {"faults": [fault_data(fault) for fault in faults]}, status_code=status, headers=headers
    )


def fault_data(fault: Fault) -> dict[str, str | int | None]:
    """Return a fault as plain data for JSON, its remedy in the words of the API."""
    values = {name: getattr(fault, name) for name in _FIELDS} | {"remedy": fault.advice(remedies.API)}
    return {name: printable(value) if isinstance(value, str) else value for name, value in values.items()}


def answer_faults(app: FastAPI) -> None:
    """Give an application its answers to requests that fail."""
    app.add_exception_handler(InputError, _bad_input)
    app.add_exception_handler(OfferOddsError, _failed)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OSError, _no_room)
    app.add_exception_handler(ClientDisconnect, _gone)


def faults_of_request(error: RequestValidationError) -> list[Fault]:
    """Return what is wrong with a request, as faults like any others."""
    return [_fault(each) for each in error.errors()]


def _fault(each: dict[str, Any]) -> Fault:
    within, *place = each["loc"]
    field = ".".join(map(str, place if within in ("body", "query", "path") and place else each["loc"]))
    match each["type"]:
        case "json_invalid":
            return Fault("not JSON", seen=each["ctx"]["error"])
        case "missing":
            return Fault("missing", field=field)
        case "extra_forbidden":
            return Fault("unknown field", field=field)
    expected = each["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return Fault("not understood", field=field, seen=clip(each["input"]), expected=expected)


def _bad_input(request: Request, error: Exception) -> Response:
    assert isinstance(error, InputError)
    status = next((_STATUS[fault.kind] for fault in error.faults if fault.kind in _STATUS), 422)
    return _answer(request, status, list(error.faults))


def _failed(request: Request, error: Exception) -> Response:
    return _answer(request, 422 if isinstance(error, MissingExtraError) else 500, [Fault(str(error))])


def _no_room(request: Request, error: Exception) -> Response:
    """Say that there is no room for a file, as one that is sent or exported needs for a while."""
    assert isinstance(error, OSError)
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        raise error
    fault = Fault("the disk is full", str(error.filename or ""), remedy=Remedy.FREE_SPACE)
    return _answer(request, 507, [fault])


def _gone(request: Request, error: Exception) -> Response:  # noqa: ARG001 (nobody is there to be told)
    return Response(status_code=400)


def _bad_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if any(each["loc"] == ("body",) and isinstance(each.get("input"), bytes) for each in error.errors()):
        seen, expected = request.headers.get("content-type", "none"), "application/json"
        return _answer(request, 415, [Fault("wrong content type", seen=seen, expected=expected)])
    return _answer(request, 422, faults_of_request(error))


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    unknown = error.status_code == 404 and not request.url.path.startswith(API)
    said = "There is no such page." if unknown else str(error.detail)
    return _answer(request, error.status_code, [Fault(said)], error.headers)


def _answer(request: Request, status: int, faults: list[Fault], headers: Any = None) -> Response:
    if request.url.path.startswith(API):
        return refusal(status, faults, headers)
    response = page(request, "fault.html", status, faults=faults)
    response.headers.update(headers or {})
    return response
