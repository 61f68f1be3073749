"""``offerodds signals`` and ``weights``: the signs, the evidence behind each, and how much each counts."""

import json
from typing import Annotated

import typer

from ..data.language import _
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


def weights(
    model: options.Model = None,
    catalogue: options.Catalogue = None,
    level: options.Level = 0.90,
    plot: options.Plot = None,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Show how much each sign counts.

    For each sign, the odds ratio from published evidence and, after training, from your outcomes.

    Example: offerodds weights --model default
    """
    from ..data.files import check_targets
    from ..training.model_store import resolve_model

    if plot is not None:
        from ..plotting.base import picture_format

        picture_format(plot)
        check_targets({}, {"--plot": (plot, _("the picture"))}, replace=force)
    chosen = resolve_model(model, catalogue)
    if plot is not None:
        from ..plotting.weights import WeightsDisplay

        WeightsDisplay.of_model(chosen.model, level=level).save(plot)
    if as_json:
        from ..reporting.as_json import weights_data

        typer.echo(json.dumps(weights_data(chosen.model, level), indent=1))
        return
    from ..reporting.signals import disagreement
    from .console import paged, terminal
    from .render.signals import show_weights

    console = terminal()
    with paged(console):
        show_weights(console, chosen.model, level)
        training = chosen.model.learned
        if training is not None and training.disagreement:
            console.print(disagreement(training.disagreement, chosen.model.catalogue))
        console.print(_("Model: {model}.", model=chosen.description), style="dim")
    if plot is not None:
        console.print(_("Picture saved to {file}.", file=plot), style="dim", soft_wrap=True)
