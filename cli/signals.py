"""``offerodds signals``: the signs and the evidence behind each."""

import json
from typing import Annotated

import typer

from . import options


def signals(
    signal: Annotated[
        str | None, typer.Argument(metavar="ID", help="Sign to show with its evidence.")
    ] = None,
    model: options.Model = None,
    catalogue: options.Catalogue = None,
    as_json: options.Json = False,
) -> None:
    """List the signs, or show one with the evidence behind it.

    Example: offerodds signals rapport
    """
    from ..data.answers.fields import find_questions
    from ..training.model_store import resolve_model

    chosen = resolve_model(model, catalogue).model.catalogue
    shown = find_questions(chosen, signal)
    if as_json:
        from ..reporting.as_json import signal_data

        typer.echo(json.dumps(signal_data(shown), indent=1))
        return
    from .console import paged, terminal
    from .render.signals import show_signal, show_signals

    console = terminal()
    with paged(console):
        if signal is None:
            show_signals(console, chosen)
        else:
            show_signal(console, chosen, shown[0])
