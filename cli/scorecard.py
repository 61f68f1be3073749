"""``offerodds scorecard``: a model on paper."""

import json
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
        typer.Option(metavar="ID,ID...", help="Which signs to ask.", show_default="those of the short form"),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Every sign.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(readable=False, help="Write the page here (.html); without it, only to a pipe or file."),
    ] = None,
    model: options.Model = None,
    catalogue: options.Catalogue = None,
    as_json: options.Json = False,
) -> None:
    """Make a page to print: whole points for every answer, to add up with a pencil.

    It says how closely it follows the model, over 10,000 made-up forms.

    Example: offerodds scorecard --out card.html
    """
    from ..data.errors import InputError
    from ..data.files import write_atomic
    from ..reporting.scorecard.fidelity import check
    from ..reporting.scorecard.fit import scorecard as fitted
    from ..reporting.scorecard.page import agreed, card_data, scorecard_page
    from ..training.model_store import choose_model

    if faults := _misfits(signals=signals, full=full, out=out, as_json=as_json):
        raise InputError(faults)
    chosen = choose_model(model, catalogue).model
    asked = chosen.catalogue.ids if full else None
    card = fitted(chosen, asked if signals is None else [name.strip() for name in signals.split(",")])
    agreement = check(card, chosen)
    if as_json:
        typer.echo(json.dumps(card_data(card, chosen, agreement), indent=1))
        return
    page = scorecard_page(card, chosen, agreement)
    if out is None:
        typer.echo(page, nl=False)
    else:
        write_atomic(out, page)
        typer.echo(f"Written to {out}. Open it in a browser and print it.")
    typer.echo(agreed(agreement), err=True)


def _misfits(*, signals: str | None, full: bool, out: Path | None, as_json: bool) -> "list[Fault]":
    """Return the options that do not go together, and a place that is none for a page."""
    from ..data.errors import Fault

    faults = []
    if signals is not None and full:
        faults.append(Fault("--signals and --full together", remedy="give one of them"))
    if out is not None and as_json:
        faults.append(Fault("--out writes a page", remedy="leave out --json, or --out"))
    if out is None and not as_json and sys.stdout.isatty():
        faults.append(Fault("a page is nothing to read in a terminal", remedy="--out card.html"))
    if out is not None and out.suffix.lower() not in (".html", ".htm"):
        faults.append(Fault("not a page by its name", source=str(out), seen=out.suffix, expected=".html"))
    return faults
