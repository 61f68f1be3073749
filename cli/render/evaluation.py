"""Show an `Evaluation` in the terminal."""

from rich.console import Console
from rich.text import Text

from ...data.language import _, number, plural
from ...reporting.evaluation import (
    compared_models,
    comparisons,
    data_notes,
    evaluated_on,
    group_rows,
    group_sentences,
    interval_note,
    metric_rows,
    missing_reasons,
    observed_offers,
    too_few,
)
from ...reporting.number_format import percent, percent_range, share_of
from ...training.evaluation.by_group import ByGroup
from ...training.evaluation.evaluation_result import Evaluation
from ..console import fixed, numeric, plain_table
from .prediction import BARS_FROM

# widths in columns from which a table has room for its optional columns
_METRICS_WIDTH = 70
_RELIABILITY_WIDTH = 60
_MAX_GROUPS = 20
_NARROW_COLUMNS = 4


def show_evaluation(
    console: Console, evaluation: Evaluation, model: str, *, details: bool, of_journal: bool = False
) -> None:
    """Print the comparison with the base rate, and observed beside expected offers; on request all metrics.

    With ``of_journal`` the probabilities are the estimates of a journal.
    """
    few = evaluation.missing
    sentences = [too_few(evaluation, of_journal=of_journal)] if few else comparisons(evaluation)
    for i, sentence in enumerate(sentences):
        console.print(sentence, style=None if i else "bold")
    console.print(evaluated_on(evaluation))
    for line in data_notes(evaluation):
        console.print(line)
    if evaluation.missing:
        console.print(_("Model: {model}.", model=model), style="dim")
        return
    console.print(observed_offers(evaluation, compared_models(evaluation)))
    console.print()
    _show_reliability(console, evaluation)
    if details:
        console.print()
        _show_figures(console, evaluation)
    if evaluation.by_group is not None:
        console.print()
        _show_groups(console, evaluation.by_group, evaluation.level)
    console.print(
        _("Model: {model}; {interval}.", model=model, interval=interval_note(evaluation)), style="dim"
    )
    if not details:
        console.print(_("With --details, all metrics are printed too."), style="dim")


def _show_figures(console: Console, evaluation: Evaluation) -> None:
    """Print one row per metric, with intervals below; a narrow terminal has room only for the model's."""
    wide = console.width >= _METRICS_WIDTH
    columns = compared_models(evaluation)
    names = [name if wide else short_name for name, short_name, figures in columns]
    table = plain_table(*fixed(_("metric"), *names))
    for name, reading, cells in metric_rows(columns):
        texts = [Text(value) for value, interval in cells]
        for text, cell in list(zip(texts, cells, strict=True))[: None if wide else 1]:
            text.append(f"\n{cell[1]}", "dim")
        table.add_row(Text(name).append(f"\n{reading}", "dim"), *texts)
    console.print(table)
    for reason in missing_reasons(columns):
        console.print(reason, style="dim")


def _show_reliability(console: Console, evaluation: Evaluation) -> None:
    """Print one row per band of probabilities: expected and observed share of offers."""
    wide, has_bars = console.width >= _RELIABILITY_WIDTH, console.width >= BARS_FROM
    width = 20 if wide else 8
    plain = not console.encoding.startswith("utf")
    table = plain_table(_("estimate"), *numeric("n", _("expected"), _("observed")))
    if wide:
        table.add_column(_("interval"), no_wrap=True)
    if has_bars:
        table.add_column("", no_wrap=True, min_width=width)
    for band in evaluation.reliability:
        interval = [percent_range(band.observed_low, band.observed_high)] if wide else []
        bar = share_bar(band.observed, band.expected, width, plain=plain)
        shares = (percent(band.expected), share_of(round(band.observed * band.n), band.n))
        bars = [bar] if has_bars else []
        table.add_row(percent_range(band.low, band.high), number(band.n), *shares, *interval, *bars)
    console.print(table)
    if has_bars:
        console.print(_("Bar: observed offers. Line: expected offers."), style="dim")


def _show_groups(console: Console, found: ByGroup, level: float) -> None:
    """Print a row for each employer, the largest ones only if there are many, and how far they differ."""
    wide = console.width >= _METRICS_WIDTH
    names = (_("employer"), "n", _("observed"), _("mean estimate"), _("log loss"), _("in range"))
    shown = len(names) if wide else _NARROW_COLUMNS
    table = plain_table(names[0], *fixed(*names[1:shown]))
    rows = group_rows(found)
    for row in rows[:_MAX_GROUPS]:
        table.add_row(*row[:shown])
    console.print(table)
    if len(rows) > _MAX_GROUPS:
        more = plural(
            len(rows) - _MAX_GROUPS,
            "… and {n} more employer; --json lists all.",
            "… and {n} more employers; --json lists all.",
        )
        console.print(more, style="dim")
    for sentence in group_sentences(found, level):
        console.print(sentence)


def share_bar(observed: float, expected: float, width: int, *, plain: bool = False) -> Text:
    """Draw an observed share as a bar, with a line at the expected share.

    Examples
    --------
    >>> share_bar(0.5, 0.8, 10, plain=True).plain, share_bar(1.0, 0.05, 10, plain=True).plain
    ('#####  |  ', '|#########')
    """
    block, line = ("#", "|") if plain else ("█", "│")
    bar = (block * round(observed * width)).ljust(width)
    i = min(width - 1, max(0, round(expected * width) - 1))
    return Text.assemble((bar[:i], "green"), line, (bar[i + 1 :], "green"))
