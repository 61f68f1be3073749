"""``offerodds simulate``: synthetic interviews, and a study of sample size."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..data.language import N_, _, number, plural
from . import options

if TYPE_CHECKING:
    from ..data.errors import Fault
    from ..training.model_store import ActiveModel
    from ..training.simulation.sample_size import StudySize


def simulate(
    n: Annotated[
        int | None, typer.Argument(metavar="N", help="Number of interviews.", show_default=False)
    ] = None,
    study: Annotated[
        bool, typer.Option("--study", help="Instead, show how many outcomes it takes to halve the interval.")
    ] = False,
    base_rate: options.BaseRate = None,
    answered: Annotated[
        float,
        typer.Option(
            parser=options.read_share,
            metavar="PERCENT",
            help="Average share of signs that are answered.",
            show_default="50%",
        ),
    ] = 0.5,
    seed: Annotated[int, typer.Option(help="Seed; another one gives different interviews.")] = 0,
    draw_weights: Annotated[
        bool,
        typer.Option("--draw-weights", help="Also draw the weights at random from the model's uncertainty."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", readable=False, help="Write to this file ({formats}).")
    ] = None,
    model: options.Model = None,
    catalogue: options.Catalogue = None,
    level: Annotated[
        float | None,
        typer.Option(
            "--level",
            "-l",
            parser=options.read_share,
            metavar="PERCENT",
            help="With --study: level of the interval.",
            show_default="90%",
        ),
    ] = None,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Make up interviews with outcomes, to try things out.

    The outcomes follow the model. Every row is marked as synthetic: it says nothing about real interviews.

    Example: offerodds simulate 200 --seed 1 --out synthetic.csv
    """
    from ..data.answers.parsing import check_probability
    from ..data.errors import AnswerError, InputError
    from ..training.model_store import resolve_model
    from ..training.simulation.simulate import simulation_faults as value_faults

    coverage = 0.90 if level is None else level
    faults = _option_faults(n, study=study, draw_weights=draw_weights, out=out, level=level, force=force)
    faults += value_faults(n=n or 0, base_rate=base_rate, seed=seed, answered=answered)
    try:
        check_probability("level", coverage)
    except AnswerError as error:
        faults += error.faults
    if faults:
        raise InputError(faults)
    chosen = resolve_model(model, catalogue)
    if study:
        from ..training.simulation.sample_size import study_size

        size = study_size(chosen.model, level=coverage, base_rate=base_rate, seed=seed, answered=answered)
        if as_json:
            typer.echo(json.dumps(size.to_dict(), indent=1))
        else:
            _show_study(size, chosen, answered)
        return
    from ..data.tables.formats import write_table
    from ..training.simulation.simulate import simulate as simulate_interviews

    frame = simulate_interviews(
        n or 0, chosen.model, base_rate=base_rate, seed=seed, draw_weights=draw_weights, answered=answered
    )
    if out is not None:
        write_table(frame, out)
        offers = int(frame["outcome"].eq("offer").sum())
        written = plural(
            len(frame),
            "Written to {file}: {n} synthetic interview, {offers} with an offer.",
            "Written to {file}: {n} synthetic interviews, {offers} with an offer.",
            file=out,
            offers=number(offers),
        )
        typer.echo(written)
    elif as_json:
        typer.echo(frame.to_json(orient="records", indent=1, double_precision=15))
    else:
        from ..data.tables.csv_table import escape_formulas

        typer.echo(escape_formulas(frame).to_csv(index=False, lineterminator="\n"), nl=False)


def _option_faults(
    n: int | None, *, study: bool, draw_weights: bool, out: Path | None, level: float | None, force: bool
) -> "list[Fault]":
    """Check that the options fit together and the output file does not exist."""
    from ..data.errors import Fault
    from ..data.files import existing_file_faults

    used = {"N": n is not None, "--draw-weights": draw_weights, "--out": out is not None}
    if study:
        given = [name for name, is_used in used.items() if is_used]
        return [Fault(_("{option} cannot be used with --study", option=name)) for name in given]
    faults = []
    if n is None:
        remedy = N_("give the number of interviews (offerodds simulate 200), or --study")
        faults.append(Fault("nothing to simulate", remedy=remedy))
    if level is not None:
        faults.append(Fault("--level works only with --study"))
    return faults + (
        existing_file_faults(out) if out is not None and not force else []
    )  # an existing file may hold real interviews


def _show_study(size: "StudySize", chosen: "ActiveModel", answered: float) -> None:
    """Print how many outcomes halve the interval, and a table of widths."""
    from ..reporting.number_format import percent, plain_percent
    from .console import numeric, plain_table, terminal

    console = terminal()
    rounded = int(float(f"{size.outcomes:.2g}"))  # two digits: it is a simulation
    values = {"count": number(rounded), "level": number(100 * size.level, "g")}
    if chosen.model.training:
        needed = _(
            "It takes about {count} more outcomes to halve the {level}% interval at an average employer.",
            **values,
        )
    else:
        needed = _(
            "It takes about {count} outcomes to halve the {level}% interval at an average employer.", **values
        )
    console.print(needed, style="bold")
    console.print()
    table = plain_table(*numeric(_("outcomes"), _("width"), _("of initial")))
    for outcomes, ratio in size.curve:
        points = round(100 * size.width * ratio)
        width = plural(points, "{n} point", "{n} points")
        table.add_row(number(outcomes), width, plain_percent(ratio, ".0f"))
    console.print(table)
    note = _(
        "Mean over synthetic interviews with {share} of the signs answered. It assumes that the model is "
        "right, so real interviews may need more. At a new employer the range stays wider, because employers "
        "differ.",
        share=percent(answered),
    )
    console.print(note, style="dim")
    console.print(_("Model: {model}.", model=chosen.description), style="dim")
