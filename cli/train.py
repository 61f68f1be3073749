"""``offerodds train``: learn from one's own outcomes."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..data.errors import Fault, InputError
from . import options
from .engines import SPARK, check_engine, refuse_without_spark, train_on_spark

if TYPE_CHECKING:
    from ..model.offer_model import OfferModel
    from ..training.result import TrainingResult
    from ..training.validation.validation_result import Validation


def train(
    tables: options.OptionalTables = None,
    outcome: options.Outcome = "outcome",
    base_rate: options.BaseRate = None,
    catalogue: options.Catalogue = None,
    level: options.Level = 0.90,
    out: Annotated[
        Path | None,
        typer.Option(
            readable=False,
            help="Where the model goes.",
            show_default="your data folder, where predict finds it",
        ),
    ] = None,
    validate: Annotated[
        bool, typer.Option(help="Judge the model by learning again from parts of the outcomes.")
    ] = True,
    report: Annotated[
        Path | None,
        typer.Option(
            readable=False,
            help="Where a model card in Markdown goes; needs the validation.",
            show_default="none",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the validation.")] = 0,
    journal: options.JournalFile = None,
    skip_bad: Annotated[
        Path | None,
        typer.Option(
            readable=False,
            help="Where rows of tables with faults go, instead of an error: a table too.",
        ),
    ] = None,
    engine: options.Engine = "local",
    master: options.Master = None,
    synthetic: Annotated[
        bool,
        typer.Option(
            "--synthetic", help="Learn from made-up interviews too, which simulate marks in a column."
        ),
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Learn from interviews with outcomes, and save the model that predict then uses.

    Without a TABLE it learns from your journal, and from its dates how long silence may last. Training
    always starts from the published evidence, so give every table each time. It says how the model would
    do on interviews it has not seen, which takes some seconds. On Spark a TABLE may also be a folder or
    pattern, wherever Spark reads, and nothing is validated.

    Example: offerodds train mine.csv
    """
    from ..data.answers.parsing import check_probability
    from ..data.catalogue.catalogue import Catalogue
    from ..data.files import user_journal_path, user_model_path, write_atomic
    from ..data.targets import check_targets
    from ..model.offer_model import OfferModel
    from ..training.model_store import install_model
    from ..training.synthetic import check_training_data

    check_probability("level", level)
    target = out or user_model_path()
    paths = [Path(table) for table in tables or []]
    if report is not None and not validate:
        remedy = "leave out --no-validate, or --report"
        raise InputError([Fault("--report needs the validation", remedy=remedy)])
    written = {
        "--out": (target, "the model"),
        "--report": (report, "the model card"),
        "--skip-bad": (skip_bad, "the rows put aside"),
    }
    read: dict[str | Path, str] = {journal or user_journal_path(): "the journal"}
    read |= dict.fromkeys(paths, "a table")
    read |= {catalogue: "the catalogue"} if catalogue else {}
    check_targets(read, written)
    refuse_without_spark(engine, {"--master": master})
    refused = {"--report": report, "--journal": journal, "--skip-bad": skip_bad}
    check_engine(engine, {"a TABLE": tables}, refused)
    prior = OfferModel.default(base_rate, Catalogue.load(catalogue) if catalogue else None)
    if engine == SPARK:
        result = train_on_spark(tables or [], outcome, prior, master)
        validate = False
    else:
        result = _learned(paths, outcome, prior, journal, skip_bad)
    outcomes = result.n_offer + result.n_no_offer
    check_training_data(outcomes, result.training.n_synthetic, synthetic=synthetic)
    validation = _validate(result, seed) if validate else None
    if report:  # first, so that a card that cannot be written leaves the model before this one in place
        write_atomic(report, result.report(seed), private=True)
    previous = None
    if out is None:
        previous = install_model(result.model)
    else:
        result.model.save(out)
    if as_json:
        from ..reporting.as_json import training_data

        typer.echo(json.dumps(training_data(result, validation, level, str(target)), indent=1))
        return
    _show(result, validation, level)
    _say_where(target, previous, report, used_by_predict=out is None)


def _learned(
    tables: list[Path], outcome: str, prior: "OfferModel", journal: Path | None, skip_bad: Path | None
) -> "TrainingResult":
    """Return what the tables teach, or the journal where there is none."""
    if tables:
        if journal is not None:
            raise InputError([Fault("--journal does not go with a table", remedy="import the table first")])
        return _learned_from_tables(tables, outcome, prior, skip_bad)
    if skip_bad is not None:
        raise InputError([Fault("--skip-bad goes with a table alone")])
    from ..data.files import user_journal_path
    from ..journal.training import train_journal
    from .journal.open_journal import open_journal

    place = journal or user_journal_path()
    if not place.exists():
        remedy = "give a TABLE, or begin one: offerodds journal add"
        raise InputError([Fault("no table given, and no journal", str(place), remedy=remedy)])
    with open_journal(place, prior.catalogue) as book:
        return train_journal(book, prior)


def _learned_from_tables(
    tables: list[Path], outcome: str, prior: "OfferModel", skip_bad: Path | None
) -> "TrainingResult":
    """Return what tables of any size teach."""
    from ..training.streaming.train_tables import read_training_tables
    from .console import rows_bar, say_put_aside, say_remarks, tidy_end, working

    with tidy_end(), rows_bar("Reading") as progress:
        examples = read_training_tables(tables, outcome, prior, skip_bad=skip_bad, progress=progress)
    say_put_aside(examples.n_bad, skip_bad, err=True)
    with working("Learning"):
        result = examples.train()
    say_remarks(result.remarks)
    return result


def _validate(result: "TrainingResult", seed: int) -> "Validation":
    """Validate with a progress bar on stderr, which leaves no trace."""
    from ..training.validation.resampling import LEAVE_ONE_OUT_BELOW
    from .console import steps_bar

    n = result.n_offer + result.n_no_offer
    jobs = -1 if n >= LEAVE_ONE_OUT_BELOW else None  # processes take a while to start
    with steps_bar("Validating") as progress:
        return result.validate(seed=seed, progress=progress, jobs=jobs)


def _show(result: "TrainingResult", validation: "Validation | None", level: float) -> None:
    """Print what was learned, and how far to trust it."""
    from .console import terminal
    from .render.training import show_prior_check, show_training, show_validation

    console = terminal()
    show_training(console, result, level)
    console.print()
    if validation is None:
        show_prior_check(console, result.check, result.model.catalogue)
    else:
        show_validation(console, validation, result.verdict, result.check, result.model.catalogue)
        console.print()


def _say_where(target: Path, previous: Path | None, report: Path | None, *, used_by_predict: bool) -> None:
    """Print where the model is kept, and the way back."""
    from .console import terminal

    console = terminal()
    console.print(f"Saved to {target}.", soft_wrap=True)
    if used_by_predict:
        back = f" The model before it is {previous}." if previous else ""
        console.print(f"`offerodds predict` now uses it.{back}", soft_wrap=True)
    if report:
        console.print(f"Model card: {report}.", soft_wrap=True)
