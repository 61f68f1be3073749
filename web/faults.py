"""What a request gets that cannot be answered: every fault at once, as a page or as JSON."""

from dataclasses import asdict
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response

from ..data.errors import Fault, InputError, OfferOddsError, clip
from .guard import TOO_LARGE, TooLargeError
from .rendering import page


def answer_faults(app: FastAPI) -> None:
    """Give an application its answers to requests that fail."""
    app.add_exception_handler(InputError, _bad_input)
    app.add_exception_handler(OfferOddsError, _failed)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(TooLargeError, _too_large)


def faults_of_request(error: RequestValidationError) -> list[Fault]:
    """Return what is wrong with a request, as faults like any others."""
    return [
        Fault(
            each["msg"].removeprefix("Value error, "),
            field=".".join(str(part) for part in each["loc"] if part != "body"),
            seen=clip(each["input"]) if "input" in each else "",
        )
        for each in error.errors()
    ]


def _bad_input(request: Request, error: Exception) -> Response:
    assert isinstance(error, InputError)
    missing = any(fault.problem.startswith("no such") for fault in error.faults)
    return _answer(request, 404 if missing else 422, list(error.faults))


def _failed(request: Request, error: Exception) -> Response:
    return _answer(request, 500, [Fault(str(error))])


def _bad_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _answer(request, 422, faults_of_request(error))


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _answer(request, error.status_code, [Fault(str(error.detail))], error.headers)


def _too_large(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse(f"{TOO_LARGE}\n", status_code=413)


def _answer(request: Request, status: int, faults: list[Fault], headers: Any = None) -> Response:
    if request.url.path.startswith("/api/"):
        content = {"faults": [asdict(fault) for fault in faults]}
        return JSONResponse(content, status_code=status, headers=headers)
    response = page(request, "fault.html", status, faults=faults)
    response.headers.update(headers or {})
    return response
