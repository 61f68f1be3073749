"""``offerodds simulate``: synthetic interviews, and how many real outcomes it takes."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import options

if TYPE_CHECKING:
    from ..data.errors import Fault
    from ..training.model_store import ActiveModel
    from ..training.simulation.sample_size import StudySize


def simulate(
    n: Annotated[
        int | None, typer.Argument(metavar="N", help="How many interviews.", show_default=False)
    ] = None,
    study: Annotated[
        bool,
        typer.Option("--study", help="Instead, tell how many outcomes make the interval half as wide."),
    ] = False,
    base_rate: options.BaseRate = None,
    answered: Annotated[
        float, typer.Option(help="Share of the signs that are answered, on average: 0.5 for half.")
    ] = 0.5,
    seed: Annotated[int, typer.Option(help="Another seed gives other interviews.")] = 0,
    draw_weights: Annotated[
        bool,
        typer.Option("--draw-weights", help="Draw the weights too, from what the model holds possible."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(readable=False, help="A new file to write ({formats})."),
    ] = None,
    model: options.Model = None,
    catalogue: options.Catalogue = None,
    level: Annotated[
        float | None,
        typer.Option(help="With --study: coverage of the interval.", show_default="0.9"),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Make up interviews with outcomes that follow the model, to try things on.

    Every row says that it is synthetic: nothing can be learned from them about real interviews.

    Example: offerodds simulate 200 --seed 1 --out synthetic.csv
    """
    from ..data.answers.parsing import check_probability
    from ..data.errors import AnswerError, InputError
    from ..training.model_store import resolve_model
    from ..training.simulation.simulate import simulation_faults

    coverage = 0.90 if level is None else level
    faults = _misfits(n, study=study, draw_weights=draw_weights, out=out, level=level)
    faults += simulation_faults(n=n or 0, base_rate=base_rate, seed=seed, answered=answered)
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
    from ..training.simulation.simulate import simulate as draw

    frame = draw(
        n or 0, chosen.model, base_rate=base_rate, seed=seed, draw_weights=draw_weights, answered=answered
    )
    if out is not None:
        from ..reporting.number_format import plural

        write_table(frame, out)
        offers = int(frame["outcome"].eq("offer").sum())
        typer.echo(
            f"Written to {out}: {plural(len(frame), 'synthetic interview')}, {offers:,} with an offer."
        )
    elif as_json:
        typer.echo(frame.to_json(orient="records", indent=1, double_precision=15))
    else:
        typer.echo(frame.to_csv(index=False, lineterminator="\n"), nl=False)


def _misfits(
    n: int | None, *, study: bool, draw_weights: bool, out: Path | None, level: float | None
) -> "list[Fault]":
    """Return the options that do not go together, and a file that is there already."""
    from ..data.errors import Fault
    from ..data.targets import existing_file_faults

    given = {"N": n is not None, "--draw-weights": draw_weights, "--out": out is not None}
    if study:
        return [Fault(f"{name} does not go with --study") for name, there in given.items() if there]
    faults = []
    if n is None:
        remedy = "say how many interviews (offerodds simulate 200), or give --study"
        faults.append(Fault("nothing to simulate", remedy=remedy))
    if level is not None:
        faults.append(Fault("--level goes with --study only"))
    return faults + (existing_file_faults(out) if out is not None else [])  # which may hold real interviews


def _show_study(size: "StudySize", chosen: "ActiveModel", answered: float) -> None:
    """Print how many outcomes it takes, and how the interval narrows on the way."""
    from rich.table import Table

    from ..reporting.number_format import percent
    from .console import terminal

    console = terminal()
    rounded = int(float(f"{size.outcomes:.2g}"))
    more = "more " if chosen.model.training else ""
    console.print(
        f"About {rounded:,} {more}outcomes until the {100 * size.level:g}% interval is half as wide.",
        style="bold",
    )
    console.print()
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("outcomes", justify="right", no_wrap=True)
    table.add_column("width", justify="right", no_wrap=True)
    table.add_column("of the first", justify="right", no_wrap=True)
    for outcomes, ratio in size.curve:
        points = f"{100 * size.width * ratio:.0f} points"
        table.add_row(f"{outcomes:,}", points, f"{100 * ratio:.0f}%")
    console.print(table)
    console.print(
        f"Mean over synthetic interviews with {percent(answered)} of the signs answered. It takes the "
        "model for right, so real interviews may need more.",
        style="dim",
    )
    console.print(f"Model: {chosen.description}.", style="dim")
