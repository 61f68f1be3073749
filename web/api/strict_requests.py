"""Strict requests: JSON exactly as its standard defines it; forms and queries without unknown fields."""

import inspect
import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import Request, Security
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ...data.errors import Fault, FileError, InputError
from ...data.files import parse_json
from ...data.language import _, number
from ...data.limits import FORM_BYTES
from ...data.name_matching import nearest
from ..forms import parse_urlencoded
from ..security import SCHEME

_FORM_TYPES = ("multipart/form-data", "application/x-www-form-urlencoded")


class StrictRequest(Request):
    """A request whose JSON must not have NaN, repeated keys or lone surrogates."""

    async def json(self) -> Any:
        """Parse the body.

        Raises
        ------
        HTTPException
            The body is too large: other requests wait while it is parsed.
        JSONDecodeError
            It is not JSON.
        """
        body = await self.body()
        if len(body) > FORM_BYTES:
            megabytes = number(FORM_BYTES // 1_000_000)
            raise HTTPException(413, _("JSON must be smaller than {megabytes} MB.", megabytes=megabytes))
        try:
            return parse_json(body.decode("utf-8-sig"), "")
        except UnicodeDecodeError:
            raise json.JSONDecodeError("not UTF-8 text", "", 0) from None
        except FileError as error:
            raise json.JSONDecodeError(error.faults[0].seen, "", 0) from None


class StrictRoute(APIRoute):
    """A route with strict requests and no unknown parameters.

    The first line of the docstring is the summary in the schema.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:
        secret = Security(SCHEME)  # in the schema; the guard checks it
        super().__init__(path, endpoint, **settings | {"dependencies": [secret, *settings["dependencies"]]})
        first, _, rest = inspect.cleandoc(endpoint.__doc__ or "").partition("\n")
        self.summary, self.description = first.rstrip("."), rest.strip() or first

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return a handler that makes each request strict."""
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            names = [parameter.alias for parameter in self.dependant.query_params]
            unknown = [name for name in request.query_params if name not in names]
            if unknown:
                raise InputError(
                    Fault("unknown parameter", field=name, nearest=nearest(name, names)) for name in unknown
                )
            strict = StrictRequest(request.scope, request.receive)
            try:
                await parse_urlencoded(strict)
                return await self.respond(strict) or await handle(strict)
            finally:
                await strict.close()  # also closes the uploaded files

        return handle_strictly

    async def respond(self, request: StrictRequest) -> Response | None:  # noqa: ARG002 - for those that derive
        """Respond without FastAPI, which takes half as long as a prediction; None if it is to respond."""
        return None


def only_fields(*names: str) -> Callable[[Request], Awaitable[None]]:
    """Create a check that a form has no other fields, so that a misspelled name is not ignored.

    Parameters
    ----------
    *names : str
        Allowed fields of the form.
    """

    async def check(request: Request) -> None:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        headers = request.headers
        has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        if has_body and media_type not in _FORM_TYPES:
            raise HTTPException(
                415, str(Fault("wrong content type", seen=media_type or "none", expected=_FORM_TYPES[0]))
            )
        unknown = [name for name in await request.form() if name not in names]
        if unknown:
            raise InputError(
                Fault("unknown field", field=name, nearest=nearest(name, names)) for name in unknown
            )

    return check
