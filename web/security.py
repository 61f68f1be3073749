"""What every request must satisfy, what every response carries, and the secret behind changes.

A page on another site must neither read nor post, whatever name leads to this address: the host is
checked, so that a name pointed at this computer fails (DNS rebinding); the origin is checked, so that a
form or script elsewhere fails; and what changes something carries a secret besides (`web.secret`).
"""

import ipaddress
import secrets
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Request, Security
from fastapi.security import APIKeyHeader
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..data.errors import Fault
from .errors import API, refusal
from .settings import LOCAL_NAMES, Settings
from .state import site_of

LARGEST_BODY = 5 * 1024 * 1024  # bytes
COOKIE = "offerodds_token"
_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
FIELD = "secret"
HEADER = "X-Offerodds-Secret"
_SCHEME = APIKeyHeader(
    name=HEADER,
    scheme_name="secret",
    description="Printed in the terminal when the server starts, a new one each time.",
    auto_error=False,
)


class Guard:
    """Refuses requests that may come from elsewhere, and bodies that are too large.

    Parameters
    ----------
    app : ASGI application
    settings : Settings
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, _with_headers(send))
            return
        await self._app(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the answer to a request that goes no further."""
        if not _own_host(headers.get("host", ""), self._settings):
            return _refused(scope, 421, "This address does not answer to that name.")
        if not _own_origin(headers):
            return _refused(scope, 403, "Requests from other sites are refused.")
        if (refusal := _wrong_size(scope, headers)) is not None:
            return refusal
        return self._stranger(scope, headers) if self._settings.token else None

    def _stranger(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the answer to a visitor who has not shown the token; the link with it lets one in."""
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if _same(given, self._settings.token):
            here = "/" + scope["path"].lstrip("/")  # two slashes would lead to another host
            response = RedirectResponse(here, status_code=303)
            response.set_cookie(COOKIE, self._settings.token, httponly=True, samesite="strict")
            return response
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        if _same(bearer, self._settings.token) or _same(_cookie(headers), self._settings.token):
            return None
        return _refused(scope, 401, "Open the link that was printed in the terminal when the server started.")


def _wrong_size(scope: Scope, headers: Headers) -> Response | None:
    """Return the answer to a body that is too large, or may be: the server holds it to the length stated."""
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers:
        return _refused(scope, 411, "State the length of what you send.")
    if not length.isdecimal():
        return _refused(scope, 400, "The length of the request is not a number.")
    if int(length) > LARGEST_BODY:
        return _refused(scope, 413, f"More than {LARGEST_BODY // 1024**2} MB cannot be sent at once.")
    return None


def _own_host(host: str, settings: Settings) -> bool:
    """Return whether the name asked for is one of this address.

    Beyond this computer any address in figures will do: what is feared is a name of somebody else's.
    """
    name, port = _split(host)
    if port != str(settings.port):
        return False
    own = settings.host.lower()
    return name in (*LOCAL_NAMES, own) if not settings.token else name == own or _is_figures(name)


def _own_origin(headers: Headers) -> bool:
    """Return whether a request comes from a page of this address, or from no page at all.

    A form says `null` where, as here, no page may tell where it links from; the browser itself then says
    whether it was of this site.
    """
    site = headers.get("sec-fetch-site", "")
    origin = headers.get("origin")
    if origin == "null":
        return site == "same-origin"
    if origin is not None:
        return origin == f"http://{headers.get('host', '')}"
    return site in ("", "same-origin", "none") or headers.get("sec-fetch-mode") == "navigate"


def _split(host: str) -> tuple[str, str]:
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        return host.lower(), "80"
    return name.lower(), port


def _is_figures(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _cookie(headers: Headers) -> str:
    """Return the token of a cookie; others of this host, which may look anyhow, are sent along with it."""
    return cookie_parser(headers.get("cookie", "")).get(COOKIE, "")


def _same(given: str, right: str) -> bool:
    return secrets.compare_digest(given.encode(), right.encode())


def _refused(scope: Scope, status: int, text: str) -> Response:
    if scope["path"].startswith(API):
        return refusal(status, [Fault(text)])
    return PlainTextResponse(f"{text}\n", status_code=status)


def _with_headers(send: Send) -> Send:
    """Return a sender that adds what every answer carries."""

    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return sender


def check_secret(request: Request, given: object) -> None:
    """Refuse a request without the secret.

    Raises
    ------
    HTTPException
        403.
    """
    right = site_of(request).settings.secret
    if not isinstance(given, str) or not secrets.compare_digest(given.encode(), right.encode()):
        detail = "This page is from before the last start, or the secret is missing: go back and try again."
        raise HTTPException(403, detail)


def header_secret(request: Request, given: Annotated[str | None, Security(_SCHEME)]) -> None:
    """Refuse a request of a program without the secret in its header."""
    check_secret(request, given)
