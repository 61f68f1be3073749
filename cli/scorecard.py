"""``offerodds scorecard``: a page of points to print."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..data.language import _
from . import options

if TYPE_CHECKING:
    from ..data.errors import Fault


def scorecard(
    signals: Annotated[
        str | None,
        typer.Option(
            metavar="ID,ID...", help="Signs on the card, at most 12.", show_default="the short form"
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            readable=False,
            help="Write the page to this file (.html). Required unless you redirect the output.",
        ),
    ] = None,
    model: options.Model = None,
    catalogue: options.Catalogue = None,
    force: options.Force = False,
) -> None:
    """Make a scorecard to print: points to add up by hand.

    Add up the points of your answers and look up the chance. The command reports how closely the card
    follows the model, on 10,000 simulated forms.

    Example: offerodds scorecard --out card.html
    """
    from ..data.errors import InputError
    from ..data.files import check_targets, write_atomic
    from ..reporting.scorecard.card import measure_agreement
    from ..reporting.scorecard.card import scorecard as make_card
    from ..reporting.scorecard.page import agreement_text, scorecard_page
    from ..training.model_store import resolve_model

    if faults := _output_faults(out):
        raise InputError(faults)
    check_targets({}, {"--out": (out, _("the scorecard"))}, replace=force)
    active = resolve_model(model, catalogue)
    chosen = active.model
    card = make_card(chosen, None if signals is None else [name.strip() for name in signals.split(",")])
    agreement = measure_agreement(card, chosen)
    page = scorecard_page(card, chosen, agreement, active.description if active.named else "")
    if out is None:
        typer.echo(page, nl=False)
    else:
        write_atomic(out, page)
        typer.echo(_("Written to {file}. Open it in a browser to print it.", file=out))
    typer.echo(agreement_text(agreement), err=True)


def _output_faults(out: Path | None) -> "list[Fault]":
    """Check that the page goes to an HTML file or a redirected output."""
    from ..data.errors import Fault
    from ..data.files import suffix_to_write

    faults = []
    if out is None and sys.stdout.isatty():
        faults.append(Fault("the scorecard is a web page", remedy="save it with --out card.html"))
    if out is not None and suffix_to_write(out, ".html") not in (".html", ".htm"):
        faults.append(Fault("not a web page", str(out), seen=out.suffix or _("no suffix"), expected=".html"))
    return faults
