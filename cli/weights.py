"""``offerodds weights``: what each signal is worth."""

import json
from typing import TYPE_CHECKING, Any

import typer

from . import options

if TYPE_CHECKING:
    from ..model.offer_model import OfferModel


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
    if as_json:
        typer.echo(json.dumps(records(chosen.model, level), indent=1))
        return
    from .show_weights import disagreement, show_weights
    from .terminal import terminal

    console = terminal()
    show_weights(console, chosen.model, level)
    training = chosen.model.training
    if training is not None and training.disagreement:
        console.print(disagreement(training.disagreement))
    console.print(f"Model: {chosen.description}.", style="dim")


def records(model: "OfferModel", level: float) -> list[dict[str, Any]]:
    """Return the weights as plain data for JSON, each with how far outcomes contradict the evidence."""
    differences = model.training.disagreement if model.training else {}
    rows = [
        {str(name): cell for name, cell in row.items()} for row in model.weights(level).to_dict("records")
    ]
    return [row | {"disagreement": differences.get(row["signal"])} for row in rows]
