"""``offerodds form``: write a blank form."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ..data.language import _
from . import options

if TYPE_CHECKING:
    from ..data.answers.forms import FormFormat
    from ..training.model_store import ActiveModel


class Format(StrEnum):
    """File format of a blank form."""

    toml = "toml"
    csv = "csv"
    json = "json"
    html = "html"


def form(
    full: Annotated[
        bool, typer.Option("--full", help="Include every sign, not only the short form.")
    ] = False,
    format_: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="TOML or JSON for one interview, CSV for many, HTML to give away.",
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

    A form in HTML is for people without offerodds. It asks about every sign, and shows the chance in any
    browser, without a network. The row that it saves can be imported into your journal.

    Example: offerodds form --out mine.toml

    Example: offerodds form --out form.html
    """
    from ..data.files import check_targets, write_atomic
    from ..training.model_store import resolve_model

    active = resolve_model(model, catalogue)
    file_format = _file_format(format_, out)
    text = _form_text(active, file_format, full=full)
    if out is None:
        typer.echo(text, nl=False)
        return
    check_targets({}, {"--out": (out, _("the form"))}, replace=force)
    write_atomic(out, text)
    if file_format is Format.csv:
        typer.echo(_("Written to {file}. Fill in one row per interview. Then run:", file=out))
        typer.echo(_("offerodds predict {file} (or, with outcomes, offerodds train {file})", file=out))
    elif file_format is Format.html:
        typer.echo(_("Written to {file}. Give it to anyone. To add what they send you, run:", file=out))
        typer.echo("offerodds journal import interview.csv")
    else:
        typer.echo(_("Written to {file}. Fill it in. Then run: offerodds predict {file}", file=out))


def _form_text(active: "ActiveModel", file_format: Format, *, full: bool) -> str:
    """Write the content of the file."""
    from ..data.answers.forms import blank_form, full_form, short_form
    from ..data.errors import MissingExtraError
    from .remedies import FORM_NOTE

    kind: FormFormat | Literal["html"] = file_format.value
    if kind != "html":
        chosen = active.model.catalogue
        questions = full_form(chosen) if full else short_form(chosen)
        return blank_form(chosen, questions, kind, _(FORM_NOTE))
    try:
        from ..web.form_file import form_file
    except ImportError as error:
        missing = _("a form in HTML needs {package}: pip install 'offerodds[web]'", package=error.name)
        raise MissingExtraError(missing) from None
    return form_file(active)


def _file_format(requested: Format | None, out: Path | None) -> Format:
    """Choose the format by the option or the suffix of the file, which must agree."""
    from ..data.errors import Fault, FileError
    from ..data.files import suffix_to_write

    if out is None:
        return requested or Format.toml
    suffix = suffix_to_write(out, f".{requested or Format.toml}").removeprefix(".")
    if suffix not in list(Format) or (requested and suffix != requested):
        expected = f".{requested}" if requested else ", ".join(f".{format_}" for format_ in Format)
        raise FileError(
            [
                Fault(
                    "not the file type of a form",
                    str(out),
                    seen=out.suffix or _("no suffix"),
                    expected=expected,
                )
            ]
        )
    return Format(suffix)
