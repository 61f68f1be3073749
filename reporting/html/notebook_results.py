"""Training and evaluation results as HTML for notebooks."""

from ...training.evaluation.evaluation_result import Evaluation
from ...training.result import TrainingResult
from ..evaluation import (
    Columns,
    base_rate_change,
    compared_models,
    comparisons,
    evaluated_on,
    exclusions,
    interval_note,
    largest_changes,
    metric_rows,
    missing_reasons,
    observed_offers,
    too_few,
    trained_on,
)
from .calibration_curve import reliability_curve
from .markup import Markup, escape, tag
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
    notes = [base_rate_change(result), largest_changes(result), verdict, *exclusions(result)]
    return fragment(
        paragraph(trained_on(result), "oo-head"),
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
    head = paragraph(evaluated_on(evaluation), "oo-head")
    aside = [paragraph(line, "oo-note") for line in exclusions(evaluation)]
    if evaluation.missing:
        return fragment(head, paragraph(too_few(evaluation), "oo-text"), *aside)
    columns = compared_models(evaluation)
    said = [observed_offers(evaluation, columns), *comparisons(evaluation)]
    return fragment(
        head,
        _figures(columns, interval_note(evaluation)),
        reliability_curve(evaluation.reliability),
        *(paragraph(line, "oo-text") for line in said if line),
        *(paragraph(line, "oo-note") for line in missing_reasons(columns)),
        *aside,
    )


def _figures(columns: Columns, about: str) -> Markup:
    """Write a row for each metric, with intervals."""
    heads = [column("figure"), *(column(name, "oo-n") for name, *_ in columns)]
    rows = []
    for name, reading, cells in metric_rows(columns):
        shown = [f"{value} ({interval})" if interval else value for value, interval in cells]
        head = tag("th", escape(f"{name}, {reading}"), scope="row")
        rows.append(tag("tr", head, *(cell(each, numeric=True) for each in shown)))
    title = caption(f"How good the probabilities were; {about}.")
    return tag("table", title, tag("thead", tag("tr", *heads)), tag("tbody", *rows))
