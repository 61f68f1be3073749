"""Training and evaluation results as HTML for notebooks."""

from ...training.evaluation.evaluation_result import Evaluation
from ...training.result import TrainingResult
from ..evaluation import (
    Columns,
    compared,
    figure_rows,
    intervals,
    judged_on,
    learned_from,
    left_out,
    moved_most,
    offers_seen,
    starts_at,
    too_few,
    verdicts,
    why_missing,
)
from .calibration_curve import reliability_curve
from .markup import Markup, tag, words
from .notebook import caption, cell, column, fragment, paragraph, weights_table


def training_html(result: TrainingResult) -> str:
    """Write a training result as HTML; the verdict only if it is computed, since it takes a hundred refits.

    Parameters
    ----------
    result : TrainingResult

    Returns
    -------
    str

    Examples
    --------
    >>> from offerodds import train
    >>> shown = training_html(train({"rapport": [5, 4, 2], "outcome": ["offer", "offer", "ghosted"]}))
    >>> "Learned from 3 interviews: 2 with an offer, 1 without." in shown
    True
    """
    known = "validation" in vars(result)
    verdict = (
        f"Verdict: {result.verdict.word}. {result.verdict.sentence}"
        if known
        else "Verdict not reckoned yet: ask for result.verdict, which refits the model some hundred times."
    )
    notes = [starts_at(result), moved_most(result), verdict, *left_out(result)]
    return fragment(
        paragraph(learned_from(result), "oo-head"),
        *(paragraph(note, "oo-text") for note in notes),
        weights_table(result.model),
    )


def evaluation_html(evaluation: Evaluation) -> str:
    """Write an evaluation as HTML: metrics beside those of the base rate, and the calibration curve.

    Parameters
    ----------
    evaluation : Evaluation

    Returns
    -------
    str
        Without a table where there are too few outcomes for figures.
    """
    head = paragraph(judged_on(evaluation), "oo-head")
    aside = [paragraph(line, "oo-note") for line in left_out(evaluation)]
    if evaluation.missing:
        return fragment(head, paragraph(too_few(evaluation), "oo-text"), *aside)
    columns = compared(evaluation)
    said = [offers_seen(evaluation, columns), *verdicts(evaluation)]
    return fragment(
        head,
        _figures(columns, intervals(evaluation)),
        reliability_curve(evaluation.reliability),
        *(paragraph(line, "oo-text") for line in said if line),
        *(paragraph(line, "oo-note") for line in why_missing(columns)),
        *aside,
    )


def _figures(columns: Columns, about: str) -> Markup:
    """Write a row for each metric, with intervals."""
    heads = [column("figure"), *(column(name, "oo-n") for name, *_ in columns)]
    rows = []
    for name, reading, cells in figure_rows(columns):
        shown = [f"{value} ({interval})" if interval else value for value, interval in cells]
        head = tag("th", words(f"{name}, {reading}"), scope="row")
        rows.append(tag("tr", head, *(cell(each, numeric=True) for each in shown)))
    title = caption(f"How good the probabilities were; {about}.")
    return tag("table", title, tag("thead", tag("tr", *heads)), tag("tbody", *rows))
