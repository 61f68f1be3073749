"""How the figures of a model look in the terminal; all are in the `Evaluation`."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...reporting.evaluation import (
    compared_models,
    comparisons,
    evaluated_on,
    exclusions,
    interval_note,
    metric_rows,
    missing_reasons,
    observed_offers,
    percent_range,
    too_few,
)
from ...reporting.number_format import percent, share_of
from ...training.evaluation.evaluation_result import Evaluation

_ROOMY = 70
_NARROW = 60


def show_evaluation(console: Console, evaluation: Evaluation, model: str) -> None:
    """Print the figures beside each other, the reliability table, and whether signs helped.

    Parameters
    ----------
    console : Console
    evaluation : Evaluation
    model : str
        What the model rests on.
    """
    console.print(evaluated_on(evaluation), style="bold")
    for line in exclusions(evaluation):
        console.print(line)
    if evaluation.missing:
        console.print(too_few(evaluation))
        console.print(f"Model: {model}.", style="dim")
        return
    console.print()
    _show_figures(console, evaluation)
    console.print()
    _show_reliability(console, evaluation)
    console.print()
    for sentence in comparisons(evaluation):
        console.print(sentence)
    console.print(f"Model: {model}; {interval_note(evaluation)}.", style="dim")


def _show_figures(console: Console, evaluation: Evaluation) -> None:
    """Print a row a figure, its interval below it; where room is short only the interval of the model."""
    roomy = console.width >= _ROOMY
    columns = compared_models(evaluation)
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("figure", no_wrap=True)
    for name, short, _ in columns:
        table.add_column(name if roomy else short, no_wrap=True)
    for name, reading, cells in metric_rows(columns):
        shown = [Text(value) for value, _ in cells]
        for text, (_, interval) in list(zip(shown, cells, strict=True))[: None if roomy else 1]:
            text.append(f"\n{interval}", "dim")
        table.add_row(Text(name).append(f"\n{reading}", "dim"), *shown)
    console.print(table)
    for reason in missing_reasons(columns):
        console.print(reason, style="dim")
    console.print(observed_offers(evaluation, columns))


def _show_reliability(console: Console, evaluation: Evaluation) -> None:
    """Print a row a band of probabilities: what was expected and what was seen."""
    roomy = console.width >= _NARROW
    width = 20 if roomy else 8
    plain = not console.encoding.startswith("utf")
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("chance given", overflow="fold")
    table.add_column("of", justify="right", no_wrap=True)
    table.add_column("expected", justify="right", no_wrap=True)
    table.add_column("seen", justify="right", no_wrap=True)
    if roomy:
        table.add_column("interval", no_wrap=True)
    table.add_column("", no_wrap=True, min_width=width)
    for band in evaluation.reliability:
        interval = [percent_range(band.observed_low, band.observed_high)] if roomy else []
        bar = share_bar(band.observed, band.expected, width, plain=plain)
        shares = (percent(band.expected), share_of(round(band.observed * band.n), band.n))
        table.add_row(percent_range(band.low, band.high), f"{band.n:,}", *shares, *interval, bar)
    console.print(table)
    console.print("Bar: offers seen; the line in it: offers expected.", style="dim")


def share_bar(seen: float, expected: float, width: int, *, plain: bool = False) -> Text:
    """Return a bar of a share, with a line where it was expected to end.

    Examples
    --------
    >>> share_bar(0.5, 0.8, 10, plain=True).plain, share_bar(1.0, 0.05, 10, plain=True).plain
    ('#####  |  ', '|#########')
    """
    block, line = ("#", "|") if plain else ("█", "│")
    bar = (block * round(seen * width)).ljust(width)
    at = min(width - 1, max(0, round(expected * width) - 1))
    return Text.assemble((bar[:at], "green"), line, (bar[at + 1 :], "green"))
