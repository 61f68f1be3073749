"""``offerodds scorecard``: a model on paper."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import options

if TYPE_CHECKING:
    from ..data.errors import Fault


def scorecard(
    signals: Annotated[
        str | None,
        typer.Option(
            metavar="ID,ID...", help="Which signs to ask, at most 12.", show_default="those of the short form"
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(readable=False, help="Write the page here (.html); without it, only to a pipe or file."),
    ] = None,
    model: options.Model = None,
    catalogue: options.Catalogue = None,
) -> None:
    """Make a page to print and fill in with a pencil: points for every answer, one sum, the chance.

    It shows how close it is to the model, on 10,000 simulated forms.

    Example: offerodds scorecard --out card.html
    """
    from ..data.errors import InputError
    from ..data.files import write_atomic
    from ..reporting.scorecard.card import measure_agreement
    from ..reporting.scorecard.card import scorecard as make
    from ..reporting.scorecard.page import agreement_text, scorecard_page
    from ..training.model_store import resolve_model

    if faults := _misfits(out):
        raise InputError(faults)
    chosen = resolve_model(model, catalogue).model
    card = make(chosen, None if signals is None else [name.strip() for name in signals.split(",")])
    agreement = measure_agreement(card, chosen)
    page = scorecard_page(card, chosen, agreement)
    if out is None:
        typer.echo(page, nl=False)
    else:
        write_atomic(out, page)
        typer.echo(f"Written to {out}. Open it in a browser and print it.")
    typer.echo(agreement_text(agreement), err=True)


def _misfits(out: Path | None) -> "list[Fault]":
    """Find what is wrong with the place for the page."""
    from ..data.errors import Fault

    faults = []
    if out is None and sys.stdout.isatty():
        faults.append(Fault("a page is nothing to read in a terminal", remedy="--out card.html"))
    if out is not None and out.suffix.lower() not in (".html", ".htm"):
        faults.append(Fault("not a page by its name", source=str(out), seen=out.suffix, expected=".html"))
    return faults
