"""Faults as the REST API answers them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from starlette.responses import JSONResponse

from ..data.errors import Fault, printable

API = "/api/"


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
    """Return a fault as plain data for JSON."""
    return {
        name: printable(value) if isinstance(value, str) else value for name, value in asdict(fault).items()
    }
