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
from .settings import Settings, is_local


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
    listening = listen(settings.host, settings.port)
    server = create_server(app)
    typer.echo(f"offerodds is running at {settings.url} (press Ctrl-C to stop)")
    if not is_local(settings.host):
        typer.echo(
            "Other computers can reach it, and nothing is encrypted: use only a trusted network.", err=True
        )
    if "OFFERODDS_SECRET" not in os.environ:
        typer.echo(f"For programs: {HEADER}: {settings.secret}", err=True)
    if open_browser:
        webbrowser.open(settings.url_once)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    typer.echo("Stopped.", err=True)


def create_server(app: FastAPI) -> uvicorn.Server:
    """Create the server of an application.

    Objects that exist now are exempt from garbage collection: libraries and model live as long as the server.
    """
    gc.collect()
    gc.freeze()  # else each collection scans libraries and model again
    gc.set_threshold(50_000)
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, lifespan="off")
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
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            # else a restart fails while connections of the last run are in TIME_WAIT
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
