"""``offerodds predict``: from a form to the probability of an offer."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import options
from .engines import SPARK, check_engine, predict_on_spark, refuse_without_spark

if TYPE_CHECKING:
    from ..data.catalogue.catalogue import Catalogue
    from ..training.model_store import ActiveModel


def predict(
    form: Annotated[
        str | None,
        typer.Argument(
            help="A form (TOML, JSON) or a table ({formats}); asks when left out.",
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Ask every question, not only the short form.")
    ] = False,
    days_since: Annotated[
        float | None, typer.Option(help="Days since the interview without an answer.")
    ] = None,
    base_rate: options.BaseRate = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option(metavar="SIGNAL=ANSWER", help="Also show the estimate with another answer; repeatable."),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            metavar="<path>",
            help="Where the scored table goes ({formats}); on Spark a folder.",
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
            metavar="<path>",
            help="Where rows with faults go, instead of an error: a table too; on Spark a folder.",
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Estimate the probability of an offer after an interview.

    Example: offerodds predict mine.toml --days-since 9 --what-if timeline_given=specific
    """
    # Python gives frames memory in pieces of 16 KB. Deep within our imports those of numpy can meet the end
    # of one, where every call asks the system for another and gives it back, thousands of times
    import numpy  # noqa: F401

    from ..training.model_store import resolve_model

    chosen = resolve_model(model, catalogue)
    context = {"days_since_interview": days_since, "base_rate": base_rate}
    given = {field: value for field, value in context.items() if value is not None}
    changes = _check_options(chosen.model.catalogue, level, given, what_if or [], plot)
    refuse_without_spark(engine, {"--master": master})
    refused = {"--what-if": what_if, "--plot": plot, "--json": as_json}
    check_engine(engine, {"a table": form, "--out": out}, refused)
    path = Path(form) if form is not None else None
    if engine != SPARK:
        _check_targets(model, catalogue, out, skip_bad, plot)
    if form and out and engine == SPARK:
        predict_on_spark(chosen.model, form, given, out, level, master, skip_bad)
    elif path is not None and _is_table(path):
        _refuse(what_if, "--what-if", "a table")
        _refuse(plot, "--plot", "a table")
        from .predict_table import predict_table

        predict_table(chosen.model, path, given, level, out, skip_bad, as_json=as_json)
    else:
        _refuse(out, "--out", "one form")
        _refuse(skip_bad, "--skip-bad", "one form")
        with _answers(path, chosen.model.catalogue, full, given) as answers:
            spelt = _spelt(chosen.model.catalogue, answers) | given
            _predict_form(chosen, str(path or ""), spelt, changes, level, plot, as_json)


def _check_options(
    catalogue: "Catalogue", level: float, given: dict[str, Any], what_if: list[str], plot: Path | None
) -> dict[str, Any]:
    """Return the other answers to try, by field; every fault of the options at once."""
    from ..data.answers.observations import observe
    from ..data.answers.parsing import check_probability
    from ..data.errors import Fault, InputError

    pairs = [(text, *text.partition("=")) for text in what_if]
    wrong = [text for text, _, equals, _ in pairs if not equals]
    faults = [
        Fault("not understood", field="--what-if", seen=text, expected="SIGNAL=ANSWER") for text in wrong
    ]
    changes = {field.strip(): answer for _, field, equals, answer in pairs if equals}
    checks: list[Callable[[], object]] = [
        lambda: check_probability("level", level),
        lambda: observe(catalogue, given),
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
    return _spelt(catalogue, changes)


def _check_targets(
    model: str | None, catalogue: Path | None, out: str | None, skip_bad: str | None, plot: Path | None
) -> None:
    """Refuse to write over the model or the catalogue, or where nothing can be written."""
    from ..data.targets import check_targets

    read = {"the model": None if model == "default" else model, "the catalogue": catalogue}
    written = {
        "--out": (out, "the scored table"),
        "--skip-bad": (skip_bad, "the bad rows"),
        "--plot": (plot, "the picture"),
    }
    check_targets({path: what for what, path in read.items() if path}, written)


def _spelt(catalogue: "Catalogue", answers: dict[str, Any]) -> dict[str, Any]:
    """Return answers with every field spelt as the catalogue does; as they are if two would meet."""
    from ..data.answers.fields import resolve_names

    spelt = {name: answers[given] for given, name in resolve_names(catalogue, answers).items()}
    return spelt if len(spelt) == len(answers) else answers


def _is_table(path: Path) -> bool:
    """Return whether a file holds a table; JSON may hold either and is read to see."""
    from ..data.answers.forms import FORM_SUFFIXES
    from ..data.files import read_json, unknown_file_type

    suffix = path.suffix.lower()
    if suffix == ".json":
        return isinstance(read_json(path), list)
    if suffix in FORM_SUFFIXES:
        return False
    from ..data.tables.formats import format_of, table_suffixes  # a form needs none of it

    if format_of(path):
        return True
    raise unknown_file_type(path, "a form or a table", dict.fromkeys([*FORM_SUFFIXES, *table_suffixes()]))


@contextmanager
def _answers(
    form: Path | None, catalogue: "Catalogue", full: bool, given: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """Give the answers of the form, or those the person gives in the terminal and may save in the end."""
    if form is not None:
        from ..data.answers.forms import read_form

        yield read_form(form)
        return
    from .questionnaire import ask_form, offer_to_save

    answers = ask_form(catalogue, full=full, known=given)
    try:
        yield answers
    finally:  # also where the estimate fails
        offer_to_save(catalogue, answers, full=full)


def _predict_form(
    chosen: "ActiveModel",
    source: str,
    answers: dict[str, Any],
    changes: dict[str, str],
    level: float,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Print the prediction of one form, and of the form with other answers; draw what it is made of."""
    from ..data.answers.observations import observe
    from ..data.errors import InputError
    from ..reporting.prediction import input_remarks

    try:
        prediction = chosen.model.predict(answers, level)
    except InputError as error:
        raise error.in_source(source) from None
    seen = observe(chosen.model.catalogue, answers)
    notes = input_remarks(chosen.model, seen, prediction, Path(source).name)
    cases = [
        (f"{field.replace('_', ' ')} were {answer}", {field: answer}) for field, answer in changes.items()
    ]
    if len(cases) > 1:
        cases.append(("all of these", dict(changes)))
    after = [(words, chosen.model.predict(answers | change, level)) for words, change in cases]
    if plot is not None:
        from ..plotting.contributions import ContributionDisplay

        ContributionDisplay(prediction, catalogue=chosen.model.catalogue).save(plot)
    if as_json:
        from ..reporting.as_json import prediction_data

        content = prediction_data(chosen, prediction, notes, after)
        typer.echo(json.dumps(content, indent=1))
        return
    from .console import terminal
    from .render.prediction import show_prediction, show_what_if

    console = terminal()
    show_prediction(console, prediction, chosen.model.catalogue, chosen.description, notes)
    if plot is not None:
        console.print(f"Drawn to {plot}.", style="dim", soft_wrap=True)
    if after:
        show_what_if(console, prediction, after)


def _refuse(value: object, option: str, what: str) -> None:
    """Refuse an option that says nothing of what is predicted."""
    from ..data.errors import Fault, InputError

    if value:
        raise InputError([Fault(f"{option} does not go with {what}")])
