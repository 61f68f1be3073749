"""Errors as responses: every fault at once, as a page or as JSON."""

import errno
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from ..data.errors import Fault, InputError, Kind, MissingExtraError, OfferOddsError, Remedy, clip, printable
from ..data.language import _
from ..data.limits import ANSWER_FAULTS
from ..data.parser_errors import expected_words
from . import remedies
from .templating import render_page, without_folder

API = "/api/"
_STATUS = {Kind.NOT_FOUND: 404, Kind.CONFLICT: 409}  # any other kind is 422
_FIELDS = ("problem", "source", "row", "field", "seen", "expected")


def error_response(
    status: int, faults: Iterable[Fault], headers: Mapping[str, str] | None = None, count: int = 0
) -> JSONResponse:
    """Build a JSON response that lists the first thousand faults and states the number of all.

    Characters that JSON or a terminal cannot show are replaced.

    Examples
    --------
    >>> error_response(422, [Fault("out of range", field="level")]).status_code
    422
    """
    listed = list(faults)
    content = {"faults": [fault_data(fault) for fault in listed[:ANSWER_FAULTS]]}
    return JSONResponse(content | {"count": count or len(listed)}, status_code=status, headers=headers)


def fault_data(fault: Fault) -> dict[str, str | int | None]:
    """Convert a fault to plain data for JSON, with the remedy in the words of the API, without folders."""
    fault = without_folder(fault)
    values = {name: getattr(fault, name) for name in _FIELDS} | {"remedy": fault.advice(remedies.API)}
    values |= {"problem": fault.problem_text, "expected": _(fault.expected)}
    return {name: printable(value) if isinstance(value, str) else value for name, value in values.items()}


def register_error_handlers(app: FastAPI) -> None:
    """Register a handler for every kind of error of an application."""
    app.add_exception_handler(InputError, _bad_input)
    app.add_exception_handler(OfferOddsError, _internal_error)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(OSError, _disk_full)
    app.add_exception_handler(ClientDisconnect, _client_disconnected)


def request_faults(error: RequestValidationError) -> list[Fault]:
    """Convert the validation errors of a request to faults."""
    return [_validation_fault(details) for details in error.errors()]


def _validation_fault(details: dict[str, Any]) -> Fault:
    part, *place = details["loc"]
    field = ".".join(map(str, place if part in ("body", "query", "path") and place else details["loc"]))
    match details["type"]:
        case "json_invalid":
            return Fault("not JSON", seen=details["ctx"]["error"])
        case "missing":
            return Fault("missing", field=field)
        case "extra_forbidden":
            return Fault("unknown field", field=field)
    seen, expected = clip(details["input"]), expected_words(details)
    return Fault("not understood", field=field, seen=seen, expected=expected)


def _bad_input(request: Request, error: Exception) -> Response:
    assert isinstance(error, InputError)
    status = next((_STATUS[fault.kind] for fault in error.faults if fault.kind in _STATUS), 422)
    return _respond(request, status, list(error.faults), count=error.count)


def _internal_error(request: Request, error: Exception) -> Response:
    return _respond(request, 422 if isinstance(error, MissingExtraError) else 500, [Fault(str(error))])


def _disk_full(request: Request, error: Exception) -> Response:
    """Respond that the disk is full: uploads and exports need temporary files."""
    assert isinstance(error, OSError)
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        raise error
    fault = Fault("the disk is full", str(error.filename or ""), remedy=Remedy.FREE_SPACE)
    return _respond(request, 507, [fault])


def _client_disconnected(request: Request, error: Exception) -> Response:  # noqa: ARG001 (nobody reads it)
    return Response(status_code=400)


def _bad_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # FastAPI leaves a body of another content type as bytes, and reports it as a wrong value
    if any(each["loc"] == ("body",) and isinstance(each.get("input"), bytes) for each in error.errors()):
        seen, expected = request.headers.get("content-type", "none"), "application/json"
        return _respond(request, 415, [Fault("wrong content type", seen=seen, expected=expected)])
    return _respond(request, 422, request_faults(error))


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    unknown = HTTPStatus.NOT_FOUND.phrase, HTTPStatus.METHOD_NOT_ALLOWED.phrase
    is_unknown_page = error.detail in unknown and not request.url.path.startswith(API)
    problem = _("This page does not exist.") if is_unknown_page else str(error.detail)
    return _respond(request, error.status_code, [Fault(problem)], error.headers)


def _respond(
    request: Request, status: int, faults: list[Fault], headers: Any = None, count: int = 0
) -> Response:
    if request.url.path.startswith(API):
        return error_response(status, faults, headers, count)
    response = render_page(request, "fault.html", status, faults=faults)
    response.headers.update(headers or {})
    return response
