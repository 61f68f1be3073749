"""Starting the server."""

import contextlib
import socket
import webbrowser

import typer
import uvicorn

from ..data.errors import Fault, InputError
from .app import create_app
from .secret import HEADER
from .settings import Settings
from .site import Site


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
    listening = _listen(settings)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, lifespan="off")
    )
    typer.echo(f"offerodds is at {settings.url} (Ctrl-C stops it)")
    typer.echo(f"Programs that change something send {HEADER}: {settings.secret}", err=True)
    if open_browser:
        webbrowser.open(settings.url)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    typer.echo("Stopped.", err=True)


def _check(site: Site) -> None:
    """Find out before serving whether model and journal can be used."""
    site.journal().close()


def _listen(settings: Settings) -> socket.socket:
    """Return a socket that listens, so that the page can be opened at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        seen = f"{settings.host}:{settings.port}"
        reason = (error.strerror or str(error)).lower()
        remedy = "choose another --port" if "use" in reason else "choose another --host"
        raise InputError([Fault(f"cannot listen: {reason}", seen=seen, remedy=remedy)]) from None
