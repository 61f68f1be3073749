"""``offerodds serve`` and ``mcp``: the web page, the REST API, and tools for assistants."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..data.language import _
from . import options


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8765,
    host: Annotated[
        str, typer.Option(help="Address to listen on. Only this computer by default.")
    ] = "127.0.0.1",
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser.")
    ] = True,
    certfile: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            readable=False,
            help="Certificate in PEM, which encrypts all that is sent (HTTPS).",
        ),
    ] = None,
    keyfile: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="Its key, if that is in a file of its own."),
    ] = None,
    model: options.Model = None,
    journal: options.JournalFile = None,
) -> None:
    """Open a local web page with everything the commands do.

    It also serves the REST API. Anyone who has the printed link can read and change your journal. With
    another --host, other computers can reach it too; without --certfile nothing is then encrypted, and
    anyone on the network can read along.

    Example: offerodds serve
    """
    if keyfile and not certfile:
        raise typer.BadParameter(_("it needs --certfile"), param_hint="--keyfile")
    from ..data.errors import MissingExtraError

    try:
        from ..web.app import serve as run_server
    except ImportError as error:
        missing = _("the page needs {package}: pip install 'offerodds[web]'", package=error.name)
        raise MissingExtraError(missing) from None
    from ..web.settings import Settings

    run_server(Settings.of(host, port, journal, model, certfile, keyfile), open_browser=open_browser)


def mcp(model: options.Model = None, journal: options.JournalFile = None) -> None:
    """Serve an AI assistant over the Model Context Protocol.

    It has estimates and the journal as tools. An assistant starts it by its configuration and talks to it on
    standard input and output. The assistant sees what its tools return, and may send it to its provider.

    Example: offerodds mcp
    """
    from ..data.errors import MissingExtraError
    from ..data.files import user_journal_path

    try:
        from ..web.mcp_server import serve_tools
    except ImportError as error:
        missing = _("tools for assistants need {package}: pip install 'offerodds[mcp]'", package=error.name)
        raise MissingExtraError(missing) from None
    from ..web.settings import Settings

    if sys.stdin.isatty():
        note = _("An assistant starts this command and talks to it here. Press Ctrl-C to stop.")
        typer.echo(note, err=True)
    serve_tools(Settings(journal=journal or user_journal_path(), model=model))
