"""``offerodds signals``: the questions, and the evidence behind each."""

import json
from typing import Annotated

import typer

from . import options


def signals(
    signal: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="One signal, with its evidence.")
    ] = None,
    model: options.Model = None,
    catalogue: options.Catalogue = None,
    as_json: options.Json = False,
) -> None:
    """List the signals, or show one with the evidence behind it.

    Example: offerodds signals rapport
    """
    from ..data.errors import AnswerError, Fault
    from ..data.names import did_you_mean, fold
    from ..model.own import choose_model

    chosen = choose_model(model, catalogue).model.catalogue
    known = {entry.id: entry for entry in (*chosen.fields, *chosen.signals)}
    signal = fold(signal) if signal is not None else None
    if signal is not None and signal not in known:
        remedy = did_you_mean(signal, known) or "`offerodds signals` lists them"
        raise AnswerError([Fault("no such signal", field=signal, remedy=remedy)])
    if as_json:
        shown = known.values() if signal is None else [known[signal]]
        from ..words.plain import signal_data

        typer.echo(json.dumps(signal_data([*shown]), indent=1))
        return
    from .show_signals import show_signal, show_signals
    from .terminal import terminal

    if signal is None:
        show_signals(terminal(), chosen)
    else:
        show_signal(terminal(), chosen, known[signal])
