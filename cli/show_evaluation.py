"""How the figures of a model look in the terminal; all are in the `Evaluation`."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..training.evaluation import Evaluation, Figure, Figures
from ..training.reliability import FEWEST
from .words import listed, percent, plural

_ROOMY = 70
_NARROW = 60
_ROWS = {  # figure: what it is called, how to read it, decimals
    "log_loss": ("log loss", "lower is better", 3),
    "brier": ("Brier score", "lower is better", 3),
    "auc": ("AUC", "0.5 is chance", 2),
    "calibration_intercept": ("intercept", "0 is right", 2),
    "calibration_slope": ("slope", "1 is right", 2),
    "expected_over_observed": ("expected/seen", "1 is right", 2),
}


def show_evaluation(console: Console, evaluation: Evaluation, model: str) -> None:
    """Print the figures beside each other, the reliability table, and whether signs helped.

    Parameters
    ----------
    console : Console
    evaluation : Evaluation
    model : str
        What the model rests on.
    """
    judged = (
        f"Judged on {plural(evaluation.n, 'interview')}: {evaluation.n_offer:,} with an offer, "
        f"{evaluation.n_no_offer:,} without."
    )
    console.print(judged, style="bold")
    if evaluation.n_ignored:
        console.print(f"Left out (pending, withdrawn or blank): {plural(evaluation.n_ignored, 'interview')}.")
    if evaluation.ignored_columns:
        console.print(f"Columns not used: {', '.join(evaluation.ignored_columns)}.")
    if evaluation.missing:
        missing = plural(evaluation.missing, "outcome")
        console.print(f"No figures for fewer than {FEWEST} outcomes: {missing} missing.")
        console.print(f"Model: {model}.", style="dim")
        return
    console.print()
    _show_figures(console, evaluation)
    console.print()
    _show_reliability(console, evaluation)
    console.print()
    for sentence in _verdicts(evaluation):
        console.print(sentence)
    basis = f"{100 * evaluation.level:g} % intervals from {evaluation.bootstraps:,} resamples"
    console.print(f"Model: {model}; {basis}.", style="dim")


def _columns(evaluation: Evaluation) -> list[tuple[str, str, Figures]]:
    """Return what is compared: its name in full, its name where room is short, its figures."""
    columns = [
        ("this model", "model", evaluation.model),
        ("base rate", "base", evaluation.base_rate),
        ("default model", "default", evaluation.default),
    ]
    return [(name, short, figures) for name, short, figures in columns if figures is not None]


def _show_figures(console: Console, evaluation: Evaluation) -> None:
    """Print a row a figure, its interval below it; where room is short only the interval of the model."""
    roomy = console.width >= _ROOMY
    columns = _columns(evaluation)
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("figure", no_wrap=True)
    for name, short, _ in columns:
        table.add_column(name if roomy else short, no_wrap=True)
    for key, (name, reading, digits) in _ROWS.items():
        figures = [dict(figures.named())[key] for *_, figures in columns]
        cells = [Text(_number(figure.value, digits)) for figure in figures]
        for cell, figure in list(zip(cells, figures, strict=True))[: None if roomy else 1]:
            cell.append(f"\n{_interval(figure, digits)}", "dim")
        table.add_row(Text(name).append(f"\n{reading}", "dim"), *cells)
    console.print(table)
    for reason in _reasons(columns):
        console.print(reason, style="dim")
    console.print(_offers(evaluation, columns))


def _reasons(columns: list[tuple[str, str, Figures]]) -> list[str]:
    """Return why figures or intervals are missing, a line a reason."""
    missing: dict[str, list[str]] = {}
    for key, (name, *_) in _ROWS.items():
        reasons = {column: dict(figures.named())[key].reason for column, _, figures in columns}
        for reason in dict.fromkeys(filter(None, reasons.values())):
            where = [column for column in reasons if reasons[column] == reason]
            everywhere = len(where) == len(columns)
            missing.setdefault(reason, []).append(name if everywhere else f"{name} ({listed(where)})")
    return [f"{listed(names)}: {reason}." for reason, names in missing.items()]


def _offers(evaluation: Evaluation, columns: list[tuple[str, str, Figures]]) -> str:
    """Return the observed share of offers, and the expected ones."""
    observed = evaluation.observed
    if observed is None or observed.value is None or observed.low is None or observed.high is None:
        return ""
    expected = [f"{percent(figures.expected / evaluation.n)} ({name})" for name, _, figures in columns]
    return (
        f"Offers: {percent(observed.value)} seen ({percent(observed.low)} to {percent(observed.high)}); "
        f"expected {', '.join(expected)}."
    )


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
        interval = [_range(band.observed_low, band.observed_high)] if roomy else []
        bar = share_bar(band.observed, band.expected, width, plain=plain)
        shares = (percent(band.expected), percent(band.observed))
        table.add_row(_range(band.low, band.high), f"{band.n:,}", *shares, *interval, bar)
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


def _verdicts(evaluation: Evaluation) -> list[str]:
    """Return whether the model did better than what it is compared with, and what flatters it."""
    gains = {"base rate": evaluation.gain_over_base_rate, "default model": evaluation.gain_over_default}
    sentences = [_verdict(name, gain, evaluation.level) for name, gain in gains.items() if gain]
    if evaluation.trained_on_these:
        sentences.append(
            "The model was trained on these very interviews, which flatters it: judge it on others."
        )
    elif evaluation.default is not None:
        sentences.append("If the model was trained on some of these interviews, that flatters it.")
    return sentences


def _verdict(other: str, gain: Figure, level: float) -> str:
    """Return in a sentence whether the model has the lower log loss."""
    if gain.value is None or gain.low is None or gain.high is None:
        return f"Whether it is better than the {other} cannot be told: {gain.reason}."
    interval = f"{100 * level:g} % interval {_interval(gain, 3)}"
    if gain.low > 0:
        return f"Better than the {other} by {gain.value:.3f} in log loss ({interval})."
    if gain.high < 0:
        loss = Figure(-gain.value, -gain.high, -gain.low)
        interval = f"{100 * level:g} % interval {_interval(loss, 3)}"
        return f"Worse than the {other} by {-gain.value:.3f} in log loss ({interval})."
    return f"Not distinguishable from the {other} in log loss: gain {_number(gain.value, 3)} ({interval})."


def _number(value: float | None, digits: int) -> str:
    """Return a number without a minus before zero; a dash for None.

    Examples
    --------
    >>> _number(-0.0001, 2), _number(None, 2)
    ('0.00', '-')
    """
    return "-" if value is None else f"{round(value, digits) + 0.0:.{digits}f}"


def _interval(figure: Figure, digits: int) -> str:
    return "" if figure.low is None else f"{_number(figure.low, digits)} to {_number(figure.high, digits)}"


def _range(low: float, high: float) -> str:
    """Return a range of shares, as one where both ends look the same.

    Examples
    --------
    >>> _range(0.301, 0.302), _range(0.1, 0.25)
    ('30 %', '10 % to 25 %')
    """
    first, last = percent(low), percent(high)
    return first if first == last else f"{first} to {last}"
