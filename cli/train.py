"""``offerodds train``: train a model on your outcomes."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ..data.errors import Fault, InputError, printable
from ..data.language import N_, _
from . import options
from .engines import SPARK, check_engine, reject_master, train_on_spark
from .streams import STREAM

if TYPE_CHECKING:
    from ..model.offer_model import OfferModel
    from ..training.result import TrainingResult
    from ..training.validation.candidates import Choice
    from ..training.validation.validation_result import Validation

JOURNAL_GROUPS = ("company", "client")


def train(
    tables: options.OptionalTables = None,
    outcome: options.Outcome = "outcome",
    group: Annotated[
        str | None,
        typer.Option(
            help="Column that names the employer; in a journal company or client.",
            show_default="company, in a journal",
        ),
    ] = None,
    base_rate: options.BaseRate = None,
    catalogue: options.Catalogue = None,
    level: options.Level = 0.90,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            readable=False,
            help="Write the model to this file; - prints it, and nothing else.",
            show_default="in your data folder, where predict finds it",
        ),
    ] = None,
    validate: Annotated[bool, typer.Option(help="Check the model by cross-validation.")] = True,
    report: Annotated[
        Path | None,
        typer.Option(
            readable=False,
            help="Write a model card (Markdown) to this file; needs --validate.",
            show_default="none",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the validation.")] = 0,
    use: Annotated[
        Literal["default", "level", "trained"] | None,
        typer.Option(
            help="Model to use: the default one, with your own level and scale, or with trained weights.",
            show_default="the one that predicts unseen interviews best",
        ),
    ] = None,
    undo: Annotated[
        bool, typer.Option("--undo", help="Use the previous model again, and learn nothing.")
    ] = False,
    journal: options.JournalFile = None,
    skip_bad: Annotated[
        Path | None, typer.Option(readable=False, help="Write rows with errors to this table and carry on.")
    ] = None,
    sheet: options.Sheet = None,
    engine: options.Engine = "local",
    master: options.Master = None,
    synthetic: Annotated[
        bool, typer.Option("--synthetic", help="Also learn from synthetic interviews, made by simulate.")
    ] = False,
    force: options.Force = False,
    details: options.Details = False,
    as_json: options.Json = False,
) -> None:
    """Learn from your outcomes; `predict` then uses the model.

    Without a TABLE, it learns from your journal and, from its dates, how long employers take to reply.
    Training always starts from the published evidence, so give all your tables each time. It then
    compares three models on interviews that they have not seen, which takes a few seconds: the default
    one; that one with your own level and a scale for each kind of evidence; and the trained one. The best
    is used. On Spark, a TABLE can also be a folder or a pattern that Spark reads, and there is no
    validation.

    Example: offerodds train mine.csv
    """
    from ..data.answers.parsing import check_probability
    from ..data.catalogue.catalogue import Catalogue
    from ..data.files import check_targets, user_journal_path, user_model_path, write_atomic
    from ..model.offer_model import OfferModel
    from ..training.labelled_data import check_training_data
    from ..training.model_store import install_model

    if undo:
        _undo(tables, use)
        return
    check_probability("level", level)
    printed = str(out) == STREAM
    target = out or user_model_path()
    paths = [Path(table) for table in tables or []]
    _check_outputs(report, validate=validate, printed=printed, other_output=as_json or details)
    outputs = {
        "--out": (None if printed else target, _("the model")),
        "--report": (report, _("the model card")),
        "--skip-bad": (skip_bad, _("the bad rows")),
    }
    inputs: dict[str | Path, str] = {journal or user_journal_path(): _("the journal")}
    inputs |= dict.fromkeys(paths, _("a table"))
    inputs |= {catalogue: _("the catalogue")} if catalogue else {}
    check_targets(inputs, outputs, replace=force, ours=[user_model_path()])
    reject_master(engine, master)
    refused = {"--report": report, "--journal": journal, "--skip-bad": skip_bad, "--sheet": sheet}
    check_engine(engine, {_("a TABLE"): tables}, refused)
    prior = OfferModel.default(base_rate, Catalogue.load(catalogue) if catalogue else None)
    if engine == SPARK:
        result = train_on_spark(tables or [], outcome, group, prior, master)
        validate = False
    else:
        result = _train(paths, outcome, group or "", prior, journal, skip_bad, sheet)
    outcomes = result.n_offer + result.n_no_offer
    check_training_data(outcomes, result.training.n_synthetic, synthetic=synthetic)
    validation = _validate(result, seed) if validate else None
    if report:  # before the model: if the card cannot be written, the previous model stays in use
        write_atomic(report, result.report(seed), private=True)
    choice = result.choose(use) if validate or use else replace(result.choose("trained"), requested=False)
    if printed:
        _print_model(choice.model)
        return
    previous = None
    if out is None:
        previous = install_model(choice.model)
    else:
        choice.model.save(out)
    if as_json:
        from ..reporting.as_json import training_data

        content = training_data(result, validation, level, printable(str(target)), choice)
        typer.echo(json.dumps(content, indent=1))
        return
    _show(result, validation, choice, level if details else None)
    uses_trained = out is None and choice.name != "default"
    _print_paths(target, previous, report, used_by_predict=uses_trained)
    if not details:
        _print_hint(validated=validation is not None)


def _check_outputs(report: Path | None, *, validate: bool, printed: bool, other_output: bool) -> None:
    """Reject outputs that exclude each other."""
    faults = []
    if report is not None and not validate:
        faults.append(Fault("--report needs the validation", remedy="omit --no-validate or --report"))
    if printed and other_output:
        faults.append(Fault("--out - prints the model alone", remedy="omit --json and --details"))
    if faults:
        raise InputError(faults)


def _print_model(model: "OfferModel") -> None:
    """Print a model as its file has it."""
    from ..model.model_file import dumps

    typer.echo(dumps(vars(model)))


def _undo(tables: list[str] | None, use: object) -> None:
    """Use the previous model again."""
    from ..training.model_store import resolve_model, undo_training

    if tables:
        raise InputError([Fault("--undo cannot be used with a table", remedy="omit one of them")])
    if use is not None:
        raise InputError([Fault("--undo cannot be used with --use", remedy="omit one of them")])
    undo_training()
    typer.echo(_("In use: {model}.", model=resolve_model(None, None).description))
    typer.echo(_("To return to the other model: offerodds train --undo"))


def _train(
    tables: list[Path],
    outcome: str,
    group: str,
    prior: "OfferModel",
    journal: Path | None,
    skip_bad: Path | None,
    sheet: str | None,
) -> "TrainingResult":
    """Train on tables, or on the journal if there are none."""
    if tables:
        if journal is not None:
            raise InputError(
                [Fault("--journal cannot be used with a table", remedy="import the table first")]
            )
        return _train_on_tables(tables, outcome, group, prior, skip_bad, sheet)
    for option, value in (("--skip-bad", skip_bad), ("--sheet", sheet)):
        if value is not None:
            raise InputError([Fault(_("{option} works only with a table", option=option))])
    if group not in ("", *JOURNAL_GROUPS):
        fault = Fault(
            "no such group", field="--group", seen=group, expected="company or client for a journal"
        )
        raise InputError([fault])
    from ..data.files import user_journal_path
    from ..journal.training import train_journal
    from .console import print_remarks
    from .journal.open_journal import open_journal

    path = journal or user_journal_path()
    if not path.exists():
        remedy = N_("give a TABLE, or start a journal with offerodds journal add")
        raise InputError([Fault("no table given, and no journal", str(path), remedy=remedy)])
    with open_journal(path, prior.catalogue) as book:
        result = train_journal(book, prior, group=group or JOURNAL_GROUPS[0])
    print_remarks(result.remarks)
    return result


def _train_on_tables(
    tables: list[Path],
    outcome: str,
    group: str,
    prior: "OfferModel",
    skip_bad: Path | None,
    sheet: str | None,
) -> "TrainingResult":
    """Train on tables of any size."""
    from ..training.streaming.train_tables import read_training_tables
    from .console import exit_on_signals, print_remarks, print_skipped_rows, rows_bar, spinner

    with exit_on_signals(), rows_bar(_("Reading")) as progress:
        examples = read_training_tables(
            tables, outcome, prior, group=group, skip_bad=skip_bad, sheet=sheet, progress=progress
        )
    print_skipped_rows(examples.n_bad, skip_bad, err=True)
    with spinner(_("Learning")):
        result = examples.train()
    print_remarks(result.remarks)
    return result


def _validate(result: "TrainingResult", seed: int) -> "Validation":
    """Validate with a temporary progress bar on stderr."""
    from ..training.validation.resampling import LEAVE_ONE_OUT_BELOW
    from .console import steps_bar

    n = result.n_offer + result.n_no_offer
    jobs = (
        -1 if n >= LEAVE_ONE_OUT_BELOW else None
    )  # for few outcomes, starting processes takes longer than the work
    with steps_bar(_("Validating")) as progress:
        return result.validate(seed=seed, progress=progress, jobs=jobs)


def _show(
    result: "TrainingResult", validation: "Validation | None", choice: "Choice", level: float | None
) -> None:
    """Print the verdict and the model in use; with a level, also all figures."""
    from .console import terminal
    from .render.training import show_training, show_training_details

    console = terminal()
    show_training(console, result, validation, choice, details=level is not None)
    console.print()
    if level is not None:
        show_training_details(console, result, validation, level)
        console.print()


def _print_paths(target: Path, previous: Path | None, report: Path | None, *, used_by_predict: bool) -> None:
    """Print the paths of the model and the model card, and how to go back."""
    from .console import terminal

    console = terminal()
    console.print(_("Saved to {file}.", file=target), soft_wrap=True)
    if used_by_predict:
        console.print(_("`offerodds predict` now uses it."))
    if previous:
        console.print(_("To use the previous model again: offerodds train --undo"))
    if report:
        console.print(_("Model card: {file}.", file=report), soft_wrap=True)


def _print_hint(*, validated: bool) -> None:
    """Name the commands that print the rest."""
    from .console import terminal

    if validated:
        hint = _("With --details, train also prints all weights and the validation.")
    else:
        hint = _("With --details, train also prints all weights.")
    terminal().print(hint, style="dim")
