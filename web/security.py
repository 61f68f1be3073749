"""Security: checks of every request, headers of every response, and the secret that changes require.

Every request has a language too: that of a cookie, which the choice at the foot of a page sets, else what the
browser prefers.

A page on another site must neither read nor post, whatever host name it uses. The host is checked against
DNS rebinding (a foreign name that resolves to this computer). The origin is checked against forms and scripts
of other sites. Requests that change something need a secret as well (`check_secret`).
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
from ..data.language import N_, _, accepted_language, languages, number, use_language
from ..data.limits import REQUEST_BYTES
from .errors import API, error_response
from .settings import LOCAL_NAMES, Settings, is_local
from .state import app_state

COOKIE = "offerodds_token"
LANGUAGE_COOKIE = "offerodds_language"  # browsers send it to other programs on this host too
_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "manifest-src 'self'",
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
_DEFAULTS = [
    (name.encode(), value.encode()) for name, value in (HEADERS | {"cache-control": "no-store"}).items()
]
COOKIE_SECONDS = 365 * 24 * 3600
_WITH_TEXT = ("text/html", "text/plain", "text/calendar")
_OWN_SITES = ("", "same-origin", "none")  # of Sec-Fetch-Site; none if the person typed the address
FIELD = "secret"
HEADER = "X-Offerodds-Secret"
_PAGE_SECRET = N_(
    "offerodds was restarted after you opened this page. Press Back and save again; your answers are still "
    "there."
)
_API_SECRET = N_(
    "The secret is missing or wrong. Send the one that the server printed in the header {header}."
)
_PAGE_TOKEN = N_("Open the link that was printed in the terminal when the server started.")
_API_TOKEN = N_("Send the secret that the server printed at its start in the header {header}.")
SCHEME = APIKeyHeader(
    name=HEADER,
    scheme_name="secret",
    description="Printed in the terminal when the server starts: that of OFFERODDS_SECRET, or a new one.",
    auto_error=False,
)


class RequestGuard:
    """Middleware that rejects requests from other sites or without the token, and bodies that are too large.

    Parameters
    ----------
    app : ASGI application
    settings : Settings
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._tickets = {settings.ticket}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or reject it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        with use_language(language := _language(headers)):
            respond = self._rejection(scope, headers) or self._app
            if headers.get("sec-fetch-site", "") not in _OWN_SITES:
                scope["query_string"] = b""  # a link of another site must not choose what our page says
            if scope["method"] == "HEAD":
                scope = {**scope, "method": "GET"}  # the server leaves the body out
            await respond(scope, receive, _with_headers(send, scope["path"], language))

    def _rejection(self, scope: Scope, headers: Headers) -> Response | None:
        """Return an error response if a request must not pass; else None."""
        if not _is_allowed_host(headers.get("host", ""), self._settings):
            return _reject(scope, 421, _("This server does not serve that host name."))
        if not _is_same_origin(headers, self._settings.scheme):
            return _reject(scope, 403, _("Requests from other sites are not allowed."))
        if (rejection := _check_size(scope, headers)) is not None:
            return rejection
        return self._check_token(scope, headers) if self._settings.token else None

    def _check_token(self, scope: Scope, headers: Headers) -> Response | None:
        """Return a response unless the visitor has shown the token or, as a program, the secret.

        The link with the token, or the ticket, sets a cookie, and the address bar loses it.
        """
        token, shown = self._settings.token, parse_qs(scope["query_string"].decode("latin-1"))
        if _equal(shown.get("token", [""])[0], token) or self._takes_ticket(shown.get("ticket", [""])[0]):
            path = "/" + scope["path"].lstrip("/")  # two slashes would lead to another host
            response = RedirectResponse(path, status_code=303)
            # lax, so that a link in a mail works; changes need the secret as well
            secure = self._settings.certificate is not None
            response.set_cookie(
                COOKIE, token, max_age=COOKIE_SECONDS, httponly=True, samesite="lax", secure=secure
            )
            return response
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        if _equal(bearer, token) or _equal(_cookie(headers, COOKIE), token):
            return None
        if _equal(headers.get(HEADER, ""), self._settings.secret):
            return None
        text = _API_TOKEN if scope["path"].startswith(API) else _PAGE_TOKEN
        return _reject(scope, 401, _(text, header=HEADER))

    def _takes_ticket(self, shown: str) -> bool:
        """Check a ticket, which is valid once."""
        if not any(_equal(shown, ticket) for ticket in self._tickets):
            return False
        self._tickets.clear()
        return True


def _check_size(scope: Scope, headers: Headers) -> Response | None:
    """Return an error response if a body is too large or of unknown length; uvicorn enforces the length."""
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers:
        return _reject(scope, 411, _("The request must state the length of its body."))
    if not length.isdecimal():
        return _reject(scope, 400, _("The length of the request must be a number."))
    if int(length) > REQUEST_BYTES:
        megabytes = number(REQUEST_BYTES // 1024**2)
        return _reject(scope, 413, _("The request must be smaller than {megabytes} MB.", megabytes=megabytes))
    return None


def _is_allowed_host(host: str, settings: Settings) -> bool:
    """Check that the host header names this server.

    Where other computers can reach it, any IP address is allowed: DNS rebinding needs a host name. With a
    certificate any name is, since the browser compares it with that of the certificate.
    """
    name, port = _split_host(host, "443" if settings.certificate else "80")
    if port != str(settings.port):
        return False
    own = settings.host.lower()
    if is_local(own):
        return name in (*LOCAL_NAMES, own)
    return name == own or _is_ip_address(name) or settings.certificate is not None


def _is_same_origin(headers: Headers, scheme: str) -> bool:
    """Check that a request comes from a page of this server, or from no page at all.

    Our pages send no referrer, so their forms send the origin `null`; Sec-Fetch-Site then has the site.
    """
    site = headers.get("sec-fetch-site", "")
    origin = headers.get("origin")
    if origin == "null":
        return site == "same-origin"
    if origin is not None:
        return origin == f"{scheme}://{headers.get('host', '')}"
    return site in _OWN_SITES or headers.get("sec-fetch-mode") == "navigate"


def _split_host(host: str, usual_port: str) -> tuple[str, str]:
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        return host.lower(), usual_port
    return name.lower(), port


def _is_ip_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _language(headers: Headers) -> str:
    """Choose the language of a response."""
    chosen = _cookie(headers, LANGUAGE_COOKIE)
    return chosen if chosen in languages() else accepted_language(headers.get("accept-language", ""))


def _cookie(headers: Headers, name: str) -> str:
    # other programs on this host set cookies too, in formats that a strict parser rejects
    return cookie_parser(headers.get("cookie", "")).get(name, "")


def _equal(candidate: str, secret: str) -> bool:
    """Compare in constant time, so that the duration reveals nothing."""
    return secrets.compare_digest(candidate.encode(), secret.encode())


def _reject(scope: Scope, status: int, text: str) -> Response:
    if scope["path"].startswith(API):
        return error_response(status, [Fault(text)])
    return PlainTextResponse(f"{text}\n", status_code=status)


def _with_headers(send: Send, path: str, language: str) -> Send:
    """Wrap a sender to add the headers of every response; scripts, styles and pictures have no language."""

    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name for name, _value in message["headers"]}
            message["headers"] = [*message["headers"], *(each for each in _DEFAULTS if each[0] not in given)]
            headers = MutableHeaders(scope=message)
            if path.startswith(API) or headers.get("content-type", "").startswith(_WITH_TEXT):
                headers.setdefault("content-language", language)
                headers.add_vary_header("Accept-Language, Cookie")
        await send(message)

    return sender


def check_secret(request: Request, secret: object) -> None:
    """Reject a request without the secret.

    Raises
    ------
    HTTPException
        403.
    """
    if isinstance(secret, str) and _equal(secret, app_state(request).settings.secret):
        return
    text = _API_SECRET if request.url.path.startswith(API) else _PAGE_SECRET
    raise HTTPException(403, _(text, header=HEADER))


def check_secret_header(request: Request, secret: Annotated[str | None, Security(SCHEME)]) -> None:
    """Reject a request of a program without the secret in its header."""
    check_secret(request, secret)
