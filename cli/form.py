"""``offerodds form``: write a blank form."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from . import options


class Format(StrEnum):
    """File format of a blank form."""

    toml = "toml"
    csv = "csv"
    json = "json"


def form(
    full: Annotated[
        bool, typer.Option("--full", help="Include every sign, not only the short form.")
    ] = False,
    format_: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="TOML or JSON for one interview, CSV for many.",
            show_default="suffix of --out, else toml",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", readable=False, help="Write the form to this file instead of printing it."
        ),
    ] = None,
    model: options.Model = None,
    catalogue: options.Catalogue = None,
    force: options.Force = False,
) -> None:
    """Print a blank form to fill in after an interview.

    Example: offerodds form --out mine.toml
    """
    from ..data.answers.forms import blank_form, full_form, short_form
    from ..data.files import check_targets, write_atomic
    from ..training.model_store import resolve_model
    from .remedies import FORM_NOTE

    chosen = resolve_model(model, catalogue).model.catalogue
    file_format = _file_format(format_, out)
    questions = full_form(chosen) if full else short_form(chosen)
    text = blank_form(chosen, questions, file_format.value, FORM_NOTE)
    if out is None:
        typer.echo(text, nl=False)
        return
    check_targets({}, {"--out": (out, "the form")}, replace=force)
    write_atomic(out, text)
    if file_format is Format.csv:
        typer.echo(f"Written to {out}. Fill in one row per interview. Then run:")
        typer.echo(f"offerodds predict {out} (or, with outcomes, offerodds train {out})")
    else:
        typer.echo(f"Written to {out}. Fill it in. Then run: offerodds predict {out}")


def _file_format(requested: Format | None, out: Path | None) -> Format:
    """Choose the format by the option or the suffix of the file, which must agree."""
    from ..data.errors import Fault, FileError

    if out is None:
        return requested or Format.toml
    suffix = out.suffix.lower().removeprefix(".")
    if suffix not in list(Format) or (requested and suffix != requested):
        expected = f".{requested}" if requested else ", ".join(f".{format_}" for format_ in Format)
        raise FileError(
            [
                Fault(
                    "not the file type of a form", str(out), seen=out.suffix or "no suffix", expected=expected
                )
            ]
        )
    return Format(suffix)
