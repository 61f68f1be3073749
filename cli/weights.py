"""``offerodds weights``: what each signal is worth."""

import json

import typer

from . import options


def weights(
    model: options.Model = None,
    catalogue: options.Catalogue = None,
    level: options.Level = 0.90,
    as_json: options.Json = False,
) -> None:
    """Show what each signal is worth: published and, after training, your own odds ratio.

    Example: offerodds weights --model default
    """
    from .models import choose_model

    chosen = choose_model(model, catalogue)
    table = chosen.model.weights(level)
    if as_json:
        typer.echo(json.dumps(table.to_dict("records"), indent=1))
        return
    from .show_weights import disagreement, show_weights
    from .terminal import terminal

    console = terminal()
    show_weights(console, chosen.model, level)
    training = chosen.model.training
    if training is not None and training.disagreement:
        console.print(disagreement(training.disagreement))
    console.print(f"Model: {chosen.description}.", style="dim")
