"""Starting the server."""

import contextlib
import errno
import gc
import os
import socket
import webbrowser

import typer
import uvicorn
from fastapi import FastAPI

from ..data.errors import Fault, InputError, Remedy
from .app import create_app
from .security import HEADER
from .settings import Settings
from .state import Site


def serve(settings: Settings, *, open_browser: bool = False) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    settings : Settings
    open_browser : bool
        Whether to open the page.

    Raises
    ------
    InputError
        The address cannot be listened on, or the model or the journal cannot be used.
    """
    app = create_app(settings)
    _check(app.state.site)
    listening = listen(settings.host, settings.port)
    server = server_of(app)
    typer.echo(f"offerodds is at {settings.url} (Ctrl-C stops it)")
    typer.echo(f"Programs that change something send {HEADER}: {settings.secret}", err=True)
    if open_browser:
        webbrowser.open(settings.url)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    typer.echo("Stopped.", err=True)


def server_of(app: FastAPI) -> uvicorn.Server:
    """Return what serves an application; whatever was made until now is taken to stay."""
    gc.collect()
    gc.freeze()  # the collector would else look through libraries and model again and again
    gc.set_threshold(50_000)
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, lifespan="off")
    return uvicorn.Server(config)


def _check(site: Site) -> None:
    """Find out before serving whether model and journal can be used."""
    site.journal().close()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens, so that the page can be opened at once.

    Raises
    ------
    InputError
        Nobody can listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # named as TCP, or asyncio leaves small answers waiting for more to send (Nagle's algorithm)
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        reason = (error.strerror or str(error)).lower()
        remedy = Remedy.OTHER_PORT if error.errno == errno.EADDRINUSE else Remedy.OTHER_HOST
        fault = Fault(f"cannot listen: {reason}", seen=f"{host}:{port}", remedy=remedy)
        raise InputError([fault]) from None
    return listening
