"""``offerodds form``: a blank form to fill in."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from . import options


class Format(StrEnum):
    """What a blank form is written as."""

    toml = "toml"
    csv = "csv"
    json = "json"


def form(
    full: Annotated[bool, typer.Option("--full", help="Every question, not only the short form.")] = False,
    format_: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="TOML or JSON for one interview, CSV for many.",
            show_default="what --out ends with, else toml",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(readable=False, help="Write it here instead of printing it.")
    ] = None,
    model: options.Model = None,
    catalogue: options.Catalogue = None,
) -> None:
    """Print a blank form to fill in after an interview.

    Example: offerodds form --out mine.toml
    """
    from ..data.answers.forms import blank_form, full_form, short_form
    from ..data.files import write_new
    from ..training.model_store import resolve_model
    from .remedies import FORM_NOTE

    chosen = resolve_model(model, catalogue).model.catalogue
    written = _format(format_, out)
    questions = full_form(chosen) if full else short_form(chosen)
    text = blank_form(chosen, questions, written.value, FORM_NOTE)
    if out is None:
        typer.echo(text, nl=False)
        return
    write_new(out, text)
    if written is Format.csv:
        typer.echo(f"Written to {out}. Fill in a row for each interview, then:")
        typer.echo(f"offerodds predict {out}, or with outcomes: offerodds train {out}")
    else:
        typer.echo(f"Written to {out}. Fill it in, then: offerodds predict {out}")


def _format(asked: Format | None, out: Path | None) -> Format:
    """Return the format asked for, which the name of the file must not contradict."""
    from ..data.errors import Fault, FileError

    if out is None:
        return asked or Format.toml
    ending = out.suffix.lower().removeprefix(".")
    if ending not in list(Format) or (asked and ending != asked):
        expected = f".{asked}" if asked else ", ".join(f".{format_}" for format_ in Format)
        raise FileError([Fault("the name does not fit a form", str(out), seen=out.suffix, expected=expected)])
    return Format(ending)
