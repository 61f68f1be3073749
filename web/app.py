"""The application, with the checks that run before its pages and its REST API, and its server."""

import asyncio
import contextlib
import errno
import gc
import io
import os
import socket
import ssl
import sys
import webbrowser
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import h11
import typer
import uvicorn
from fastapi import FastAPI
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles
from uvicorn.protocols.http.h11_impl import H11Protocol

from .. import __version__
from ..data.errors import Fault, InputError, Remedy
from ..data.language import N_, _
from ..data.limits import CONNECTIONS, REQUEST_SECONDS
from .api import routers as api
from .errors import register_error_handlers
from .forms import KeptUploads
from .pages import MENU
from .pages import routers as pages
from .pages.form import router as form
from .security import HEADER, RequestGuard
from .settings import Settings, is_local
from .state import AppState

_BACKLOG = 128  # connections that asyncio accepts at once
_REASONS = (  # of the system, which words them in English
    N_("address already in use"),
    N_("cannot assign requested address"),
    N_("name or service not known"),
)
_STATIC = Path(__file__).with_name("static")
_DESCRIPTION = (
    "Estimate the chance of a job offer from the signs of an interview. For candidates, not for deciding "
    "whom to hire."
)


def create_app(settings: Settings) -> FastAPI:
    """Create the application.

    Parameters
    ----------
    settings : Settings

    Examples
    --------
    >>> app = create_app(Settings())
    >>> "/api/predict" in app.openapi()["paths"]
    True
    """
    app = FastAPI(
        title="offerodds",
        version=__version__,
        description=_DESCRIPTION,
        license_info={"name": "MIT", "identifier": "MIT"},
        docs_url=None,
        redoc_url=None,
        routes=[*_routes()],
    )
    app.state.offerodds = AppState(settings)
    app.state.uploads = KeptUploads()
    app.state.menu = MENU
    app.servers = [{"url": settings.address.rstrip("/")}]
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    app.add_middleware(RequestGuard, settings=settings)
    register_error_handlers(app)
    return app


@cache
def _routes() -> list[BaseRoute]:
    """Collect all routes; applications share them, because preparing them takes 50 ms."""
    routers = (form, *api, *pages)  # the form first, because it is requested at every click
    return [route for router in routers for route in router.routes]  # an included router is matched twice


def serve(settings: Settings, *, open_browser: bool = False) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    settings : Settings
    open_browser : bool
        Open the page in a browser.

    Raises
    ------
    InputError
        The address, the model or the journal cannot be used.
    """
    app = create_app(settings)
    app.state.offerodds.open_journal().close()  # so that faults of model or journal appear now
    server = create_server(app)
    _load_certificate(server.config)
    listening = listen(settings.host, settings.port)
    typer.echo(_("offerodds is running at {url} (press Ctrl-C to stop)", url=settings.url))
    if not is_local(settings.host):
        if settings.certificate is None:
            typer.echo(
                _(
                    "Other computers can reach it, and nothing is encrypted: use only a trusted network, or "
                    "give a certificate."
                ),
                err=True,
            )
        if sys.stdout.isatty():
            typer.echo(qr_code(settings.url))
    if "OFFERODDS_SECRET" not in os.environ:
        typer.echo(_("For programs: {header}", header=f"{HEADER}: {settings.secret}"), err=True)
    if open_browser:
        webbrowser.open(settings.url_once)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    typer.echo(_("Stopped."), err=True)


def qr_code(url: str) -> str:
    """Draw an address for the camera of a telephone, in half blocks, dark on light whatever the colours are.

    Parameters
    ----------
    url : str

    Returns
    -------
    str
        Lines for a terminal.
    """
    import segno  # only other devices need it

    drawn = io.StringIO()
    segno.make(url).terminal(drawn, compact=True)
    return "\n".join(typer.style(line, "bright_white", "black") for line in drawn.getvalue().splitlines())


class Listener(socket.socket):
    """A listening socket that limits the connections in the handshake of TLS, which no protocol knows of yet.

    asyncio closes each after 60 seconds. Where very many are open, the oldest makes room for a new one.
    """

    begun: ClassVar[dict[int, socket.socket]] = {}  # by descriptor, oldest first

    def accept(self) -> tuple[socket.socket, Any]:
        """Accept a connection."""
        connection, address = super().accept()
        for descriptor in [number for number, each in self.begun.items() if each.fileno() < 0]:
            del self.begun[descriptor]
        self.begun[connection.fileno()] = connection
        if len(self.begun) > CONNECTIONS:
            oldest = self.begun.pop(next(iter(self.begun)))
            with contextlib.suppress(OSError):  # its client is gone
                oldest.shutdown(socket.SHUT_RDWR)
        return connection, address


class TimedProtocol(H11Protocol):
    """A connection that is closed if its client does not complete a request, or read a response, in time.

    Where very many are open, the one that waits longest for its client makes room for a new one.
    """

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to count the time."""
        super().connection_made(transport)
        Listener.begun.pop(transport.get_extra_info("socket").fileno(), None)
        self._unread = 0
        self._start_timer()
        if len(self.connections) > CONNECTIONS:
            waiting = [each for each in self.connections if isinstance(each, TimedProtocol) and each.waits]
            oldest = min(waiting, key=lambda each: each.since, default=self)
            self.connections.discard(oldest)  # else all that arrive before it is closed would choose it too
            oldest.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read a part of a request."""
        waited = self.waits
        super().data_received(data)
        if waited and not self.waits:
            self._start_timer()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    @property
    def waits(self) -> bool:
        """Whether the client has not sent a complete request yet."""
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def _start_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.since = self.loop.time()
        self._timer = self.loop.call_later(REQUEST_SECONDS, self._check_progress)

    def _check_progress(self) -> None:
        """Close the connection if the client sent or read nothing that would complete its turn."""
        unread = self.transport.get_write_buffer_size()
        if self.waits or (unread and unread == self._unread):
            self.transport.abort()
        else:
            self._unread = unread
            self._start_timer()


def _load_certificate(config: uvicorn.Config) -> None:
    """Load the certificate, if there is one, before the address is printed."""
    try:
        config.load()
    except OSError as error:  # also those of ssl
        reason = N_("cannot be used") if isinstance(error, ssl.SSLError) else str(error.strerror).lower()
        expected = N_("a certificate in PEM with its key, there or in another file")
        raise InputError([Fault(reason, str(config.ssl_certfile), expected=expected)]) from None


def create_server(app: FastAPI) -> uvicorn.Server:
    """Create the server of an application.

    Objects that exist now are exempt from garbage collection: libraries and model live as long as the server.
    """
    gc.collect()
    gc.freeze()  # else each collection scans libraries and model again
    gc.set_threshold(50_000)
    settings: Settings = app.state.offerodds.settings
    config = uvicorn.Config(
        app,
        http=TimedProtocol,
        loop="asyncio",  # which accepts connections by our listener
        backlog=_BACKLOG,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.key,
    )
    return uvicorn.Server(config)


def listen(host: str, port: int) -> socket.socket:
    """Open a listening socket, so that a browser can connect at once.

    Raises
    ------
    InputError
        The address or the port cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only with this protocol; else Nagle's algorithm delays small responses
    listening = Listener(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            # else a restart fails while connections of the last run are in TIME_WAIT
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host or "?", port))  # an empty name would stand for all addresses
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        reason = _((error.strerror or str(error)).lower())
        remedy = Remedy.OTHER_PORT if error.errno == errno.EADDRINUSE else Remedy.OTHER_HOST
        fault = Fault(_("cannot listen: {reason}", reason=reason), seen=f"{host}:{port}", remedy=remedy)
        raise InputError([fault]) from None
    return listening
