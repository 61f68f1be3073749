"""Training and evaluation results as HTML for notebooks."""

from ...data.language import _
from ...training.evaluation.by_group import ByGroup
from ...training.evaluation.evaluation_result import Evaluation
from ...training.result import TrainingResult
from ..evaluation import (
    VERDICT_WORDS,
    Columns,
    base_rate_change,
    best_model,
    candidate_sentence,
    compared_models,
    comparisons,
    data_notes,
    evaluated_on,
    group_rows,
    group_sentences,
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

_MAX_GROUPS = 20


def training_html(result: TrainingResult) -> str:
    """Write a training result as HTML, with the verdict only if it has been computed, since that is slow.

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
    computed = "validation" in vars(result)  # a cached property: reading it here would compute it
    if computed:
        word = _("Verdict: {word}.", word=_(VERDICT_WORDS[result.verdict.word]))
        verdict = f"{word} {result.verdict.sentence}"
    else:
        verdict = _("Verdict not computed yet; see result.verdict (it refits the model a few hundred times).")
    compared = result.validation.candidates if computed else None
    comparison = [candidate_sentence(compared), best_model(result.choose())] if compared else []
    notes = [
        base_rate_change(result),
        largest_changes(result),
        verdict,
        *comparison,
        *data_notes(result),
        *(f"{remark}." for remark in result.remarks),
    ]
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
        Without a table if there are too few outcomes for metrics.
    """
    head = paragraph(evaluated_on(evaluation), "oo-head")
    notes = [paragraph(line, "oo-note") for line in data_notes(evaluation)]
    if evaluation.missing:
        return fragment(head, paragraph(too_few(evaluation), "oo-text"), *notes)
    columns = compared_models(evaluation)
    by_group = evaluation.by_group
    of_groups = group_sentences(by_group, evaluation.level) if by_group else []
    sentences = [observed_offers(evaluation, columns), *comparisons(evaluation), *of_groups]
    return fragment(
        head,
        _figures(columns, interval_note(evaluation)),
        reliability_curve(evaluation.reliability),
        *([_groups(by_group)] if by_group else []),
        *(paragraph(line, "oo-text") for line in sentences if line),
        *(paragraph(line, "oo-note") for line in missing_reasons(columns)),
        *notes,
    )


def _figures(columns: Columns, about: str) -> Markup:
    """Write a row for each metric, with intervals."""
    heads = [column(_("metric")), *(column(name, "oo-n") for name, _short, _figures in columns)]
    rows = []
    for name, reading, cells in metric_rows(columns):
        shown = [f"{value} ({interval})" if interval else value for value, interval in cells]
        head = tag("th", escape(f"{name}, {reading}"), scope="row")
        rows.append(tag("tr", head, *(cell(each, numeric=True) for each in shown)))
    title = caption(_("How good the predictions were; {method}.", method=about))
    return tag("table", title, tag("thead", tag("tr", *heads)), tag("tbody", *rows))


def _groups(found: ByGroup) -> Markup:
    """Write a row for each employer."""
    names = ("n", _("observed"), _("mean estimate"), _("log loss"), _("in range"))
    heads = [column(_("employer")), *(column(name, "oo-n") for name in names)]
    rows = [
        tag("tr", tag("th", escape(name), scope="row"), *(cell(each, numeric=True) for each in cells))
        for name, *cells in group_rows(found)[:_MAX_GROUPS]
    ]
    title = caption(_("Each employer by itself, by the column {column}.", column=found.column))
    return tag("table", title, tag("thead", tag("tr", *heads)), tag("tbody", *rows))
