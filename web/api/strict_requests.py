"""Requests taken by the letter: JSON as its standard has it, and forms without fields nobody reads."""

import inspect
import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ...data.errors import Fault, FileError, InputError
from ...data.files import parse_json
from ...data.spelling import nearest

_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


class StrictRequest(Request):
    """A request whose JSON may hold no NaN, no key twice and no half a character."""

    async def json(self) -> Any:
        """Return what the body stands for.

        Raises
        ------
        JSONDecodeError
            It is not JSON.
        """
        body = await self.body()
        try:
            return parse_json(body.decode("utf-8-sig"), "")
        except UnicodeDecodeError:
            raise json.JSONDecodeError("not UTF-8 text", "", 0) from None
        except FileError as error:
            raise json.JSONDecodeError(error.faults[0].seen, "", 0) from None


class StrictRoute(APIRoute):
    """A route that reads its requests strictly; the first line of its docstring is its summary."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:
        super().__init__(path, endpoint, **settings)
        first, _, rest = inspect.cleandoc(endpoint.__doc__ or "").partition("\n")
        self.summary, self.description = first.rstrip("."), rest.strip()

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            try:
                return await handle(strict)
            finally:
                await strict.close()  # and the files it sent with it

        return strictly


def only_fields(*names: str) -> Callable[[Request], Awaitable[None]]:
    """Return a check that a form holds these fields and no others: a slip would else do something else.

    Parameters
    ----------
    *names : str
        Fields of the form.
    """

    async def check(request: Request) -> None:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        sent = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
        if sent and kind not in _FORMS:
            raise HTTPException(415, f"wrong content type; seen {kind or 'none'}, expected {_FORMS[0]}")
        unknown = [name for name in await request.form() if name not in names]
        if unknown:
            raise InputError(
                Fault("unknown field", field=name, nearest=nearest(name, names)) for name in unknown
            )

    return check
