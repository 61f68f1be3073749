"""``offerodds predict``: the chance of an offer, for a form or a table."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..data.language import N_, _
from . import options
from .engines import SPARK, check_engine, predict_on_spark, predict_table, reject_master
from .streams import STREAM

if TYPE_CHECKING:
    from ..data.catalogue.catalogue import Catalogue
    from ..model.offer_model import OfferModel
    from ..training.model_store import ActiveModel


def predict(
    form: Annotated[
        str | None,
        typer.Argument(
            metavar="FORM",
            help="A form (TOML, JSON) or a table ({formats}). If omitted, you are asked ten questions.",
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Ask about every sign, not only the short form.")
    ] = False,
    days_since: Annotated[
        float | None,
        typer.Option(
            "--days-since",
            "-d",
            parser=options.read_number,
            metavar="DAYS",
            help="Days since the interview, if you have heard nothing.",
        ),
    ] = None,
    base_rate: options.BaseRate = None,
    company: Annotated[
        str | None, typer.Option(help="Name of the employer, if the model was trained with its outcomes.")
    ] = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option(
            "--what-if",
            "-w",
            metavar="SIGN=ANSWER",
            help="Show the estimate with a different answer, too. Can be repeated.",
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            "-o",
            metavar="PATH",
            rich_help_panel=options.FOR_TABLES,
            help="Write the scored table to this file ({formats}), or print it for -; on Spark, a folder.",
        ),
    ] = None,
    model: options.Model = None,
    catalogue: options.Catalogue = None,
    level: options.Level = 0.90,
    plot: options.Plot = None,
    engine: options.Engine = "local",
    master: options.Master = None,
    skip_bad: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            help="Write rows with errors to this table and carry on; on Spark, a folder.",
            rich_help_panel=options.FOR_TABLES,
        ),
    ] = None,
    sheet: options.Sheet = None,
    force: options.Force = False,
    as_json: options.Json = False,
    as_csv: Annotated[
        bool,
        typer.Option(
            "--csv",
            help="Print a scored table as CSV, also on a terminal.",
            rich_help_panel=options.FOR_TABLES,
        ),
    ] = False,
) -> None:
    """Estimate the chance of an offer after an interview.

    Example: offerodds predict mine.toml --days-since 9 --what-if timeline_given=specific
    """
    # Python allocates frames in chunks of 16 KB. If numpy is imported deep in our own imports, its frames can
    # straddle the end of a chunk; then each call allocates a chunk and frees it again, thousands of times
    import numpy  # noqa: F401

    from ..training.model_store import resolve_model

    printed = out == STREAM
    out = None if printed else out
    chosen = resolve_model(model, catalogue)
    options_given = {"days_since_interview": days_since, "base_rate": base_rate}
    context = {field: value for field, value in options_given.items() if value is not None}
    changes = _check_options(chosen.model.catalogue, level, context, what_if or [], plot)
    _check_company(company, chosen.model)
    reject_master(engine, master)
    refused = {"--what-if": what_if, "--plot": plot, "--json": as_json, "--csv": as_csv, "--company": company}
    refused |= {"--sheet": sheet}
    check_engine(engine, {_("a table"): form, "--out": out}, refused)
    path = Path(form) if form is not None else None
    if engine != SPARK:
        _check_targets(form, model, catalogue, out, skip_bad, plot, replace=force)
    elif not force:
        _check_folders(out, skip_bad)
    if form and out and engine == SPARK:
        predict_on_spark(chosen.model, form, context, out, level, master, skip_bad)
    elif path is not None and _is_table(path):
        _reject_for_table({"--what-if": what_if, "--plot": plot, "--company": company})
        predict_table(
            *(chosen.model, path, context, level, out, skip_bad),
            sheet=sheet,
            as_json=as_json,
            as_csv=as_csv or (printed and not as_json),
        )
    else:
        _reject_for_form({"--out": out or printed, "--csv": as_csv, "--skip-bad": skip_bad, "--sheet": sheet})
        with _answers(path, chosen.model.catalogue, full, context) as answers:
            named = _with_catalogue_names(chosen.model.catalogue, answers) | context
            employer = {chosen.model.employers.group: company} if company else {}
            _predict_form(chosen, str(path or ""), named | employer, changes, level, plot, as_json)
            if path is None and answers:
                from .save import offer_to_save

                offer_to_save(chosen, named, full=full, company=company)


def _check_options(
    catalogue: "Catalogue", level: float, context: dict[str, Any], what_if: list[str], plot: Path | None
) -> dict[str, Any]:
    """Parse the answers to try, by field, and report all faults of the options at once."""
    from ..data.answers.observations import observe
    from ..data.answers.parsing import check_probability
    from ..data.errors import Fault, InputError

    pairs = [(text, *text.partition("=")) for text in what_if]
    malformed = [text for text, field, equals, answer in pairs if not equals]
    faults = [
        Fault("not understood", field="--what-if", seen=text, expected="SIGN=ANSWER") for text in malformed
    ]
    fields = [field.strip() for text, field, equals, answer in pairs if equals]
    faults += [
        Fault("tried more than once", field="--what-if", seen=field, expected="one answer of each sign")
        for field in sorted({field for field in fields if fields.count(field) > 1})
    ]
    faults += [
        Fault("not a number", field=field, seen="nan")
        for field, value in context.items()
        if math.isnan(value)
    ]
    changes = {field.strip(): answer for text, field, equals, answer in pairs if equals}
    checks: list[Callable[[], object]] = [
        lambda: check_probability("level", level),
        lambda: observe(catalogue, context),
        lambda: observe(catalogue, changes),
    ]
    if plot is not None:
        from ..plotting.base import picture_format

        checks.append(lambda: picture_format(plot))
    for check in checks:
        try:
            check()
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return _with_catalogue_names(catalogue, changes)


def _check_company(company: str | None, model: "OfferModel") -> None:
    """Reject a company if the model knows no employers."""
    from ..data.errors import Fault, InputError

    if company and not model.employers.group:
        remedy = N_("train on your journal, or on a table with --group")
        if model.training is not None and model.training.use == "default":
            remedy = N_(
                "train on your journal, or on a table with --group; "
                "after few outcomes the default model stays in use, unless you add --use trained"
            )
        raise InputError([Fault("this model knows no employers", field="--company", remedy=remedy)])


def _check_targets(
    form: str | None,
    model: str | None,
    catalogue: Path | None,
    out: str | None,
    skip_bad: str | None,
    plot: Path | None,
    *,
    replace: bool,
) -> None:
    """Reject output files that exist, would overwrite the model or the catalogue, or cannot be written."""
    from ..data.files import check_targets

    inputs = {
        _("the form") if str(form).endswith(".toml") else _("the table"): form,
        _("the model"): None if model == "default" else model,
        _("the catalogue"): catalogue,
    }
    outputs = {
        "--out": (Path(out) if out else None, _("the scored table")),
        "--skip-bad": (skip_bad, _("the bad rows")),
        "--plot": (plot, _("the picture")),
    }
    check_targets({path: label for label, path in inputs.items() if path}, outputs, replace=replace)


def _check_folders(*folders: str | None) -> None:
    """Reject output folders of Spark that already have content."""
    from ..data.errors import InputError
    from ..data.files import existing_file_faults

    used = [folder for folder in folders if folder and Path(folder).is_dir() and any(Path(folder).iterdir())]
    if faults := [fault for folder in used for fault in existing_file_faults(folder)]:
        raise InputError(faults)


def _with_catalogue_names(catalogue: "Catalogue", answers: dict[str, Any]) -> dict[str, Any]:
    """Rename the fields as the catalogue spells them; leave answers unchanged if two fields would collide."""
    from ..data.answers.fields import resolve_names

    renamed = {name: answers[written] for written, name in resolve_names(catalogue, answers).items()}
    return renamed if len(renamed) == len(answers) else answers


def _is_table(path: Path) -> bool:
    """Tell a table from a form, by the suffix or, for JSON, by the content."""
    from ..data.answers.forms import FORM_SUFFIXES
    from ..data.files import read_json, unknown_file_type

    suffix = path.suffix.lower()
    if suffix == ".json":
        return isinstance(read_json(path), list)
    if suffix in FORM_SUFFIXES:
        return False
    from ..data.tables.formats import format_of, table_suffixes  # slow to import, and a form does not need it

    if format_of(path):
        return True
    raise unknown_file_type(
        path,
        N_("unknown file type for a form or a table"),
        dict.fromkeys([*FORM_SUFFIXES, *table_suffixes()]),
    )


@contextmanager
def _answers(
    form: Path | None, catalogue: "Catalogue", full: bool, context: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """Read the answers from a form, or ask for them and keep them until the block ends."""
    if form is not None:
        from ..data.answers.forms import read_form

        yield read_form(form)
        return
    from .questionnaire import asked_answers

    with asked_answers(catalogue, full=full, known=context) as answers:
        yield answers


def _predict_form(
    chosen: "ActiveModel",
    source: str,
    answers: dict[str, Any],
    changes: dict[str, str],
    level: float,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Print the prediction of one form and of its what-if variants, and save its picture."""
    from ..data.errors import InputError
    from ..model.offer_model import observe_for
    from ..reporting.prediction import condition, input_remarks

    try:
        prediction = chosen.model.predict(answers, level)
    except InputError as error:
        raise error.in_source(source) from None
    observations = observe_for(chosen.model, answers)
    notes = input_remarks(chosen.model, observations, prediction, Path(source).name)
    cases = [
        (condition(field, answer, chosen.model.catalogue), {field: answer})
        for field, answer in changes.items()
    ]
    if len(cases) > 1:
        cases.append((_("all of these"), dict(changes)))
    variants = [(label, chosen.model.predict(answers | change, level)) for label, change in cases]
    if plot is not None:
        from ..plotting.contributions import ContributionDisplay

        ContributionDisplay(prediction, catalogue=chosen.model.catalogue).save(plot)
    if as_json:
        from ..reporting.as_json import prediction_data

        content = prediction_data(chosen, prediction, notes, variants)
        typer.echo(json.dumps(content, indent=1))
        return
    from .console import terminal
    from .render.prediction import show_prediction, show_what_if

    console = terminal()
    show_prediction(console, prediction, chosen.model, chosen.description, notes)
    if plot is not None:
        console.print(_("Picture saved to {file}.", file=plot), style="dim", soft_wrap=True)
    if variants:
        show_what_if(console, prediction, variants)


def _reject_for_table(options: Mapping[str, object]) -> None:
    """Reject options that are given but do not apply to a table."""
    from ..data.errors import Fault, InputError

    if given := [option for option, value in options.items() if value]:
        raise InputError(Fault(_("{option} cannot be used with a table", option=option)) for option in given)


def _reject_for_form(options: Mapping[str, object]) -> None:
    """Reject options that are given but do not apply to one form."""
    from ..data.errors import Fault, InputError

    if given := [option for option, value in options.items() if value]:
        raise InputError(Fault(_("{option} cannot be used with one form", option=option)) for option in given)
