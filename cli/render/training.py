"""Show a training result and its validation in the terminal."""

from rich.console import Console

from ...data.catalogue.catalogue import Catalogue
from ...data.language import N_, _
from ...reporting.evaluation import (
    VERDICT_WORDS,
    WHY_OTHERS_CHANGE,
    base_rate_change,
    candidate_rows,
    changes_in_use,
    choice_sentence,
    data_notes,
    largest_changes,
    missing_reasons,
    prior_conflict_lines,
    stability,
    subsample_note,
    trained_on,
    validation_method,
)
from ...training.evaluation.metrics import METRICS
from ...training.result import TrainingResult
from ...training.validation.candidates import Choice
from ...training.validation.prior_conflict import PriorConflictCheck
from ...training.validation.validation_result import Validation, Verdict
from ..console import fixed, plain_table
from .signals import show_weights

_WIDE = 70  # columns from which the table has room for the readings


def show_training(
    console: Console,
    result: TrainingResult,
    validation: Validation | None,
    choice: Choice,
    *,
    details: bool = False,
) -> None:
    """Print the verdict, the model in use, the training data, and the changes that are in use.

    Without a validation there is no verdict. ``details`` adds the largest changes that are not in use.
    """
    if validation is not None:
        show_verdict(console, result.verdict)
    console.print(choice_sentence(choice), style="bold" if validation is None else None)
    console.print()
    console.print(trained_on(result))
    for line in data_notes(result):
        console.print(line)
    average = base_rate_change(result, choice.model)
    used = changes_in_use(result, choice, explained=False)
    every = largest_changes(result, explained=False) if details else ""
    for line in dict.fromkeys([average, used, every]):
        if line:
            console.print(line)
    if result.n_offer + result.n_no_offer and not any(result.training.answered.values()):
        add = N_(
            "To add answers: offerodds journal edit ID FORM; for a table, "
            "`offerodds form --format csv` shows the columns."
        )
        console.print(_(add))
    show_prior_check(console, result.check, result.model.catalogue)


def show_verdict(console: Console, verdict: Verdict) -> None:
    """Print the verdict, its first sentence in bold."""
    text = console.render_str(verdict.sentence)
    text.stylize("bold", 0, len(verdict.sentence.partition(". ")[0]) + 1)
    console.print(text)


def show_training_details(
    console: Console, result: TrainingResult, validation: Validation | None, level: float
) -> None:
    """Print all weights, with intervals of this level, and the metrics of the validation."""
    show_weights(console, result.model, level)
    console.print(_(WHY_OTHERS_CHANGE), style="dim")
    if validation is not None:
        console.print()
        show_validation(console, validation, result.verdict)


def show_validation(console: Console, validation: Validation, verdict: Verdict) -> None:
    """Print the word of the verdict, the stability, the metrics, and the models compared."""
    console.print(_("Verdict: {verdict}", verdict=_(VERDICT_WORDS[verdict.word])), style="bold")
    if validation.stability is not None:
        console.print(stability(validation.stability))
    model, base = validation.model, validation.base_rate
    if model is None or base is None:
        return
    console.print()
    wide = console.width >= _WIDE
    base_name = _("base rate") if wide else _("base")
    table = plain_table(*fixed(_("metric"), _("training"), _("validated"), base_name))
    if wide:
        table.add_column("", style="dim", no_wrap=True)
    for name, metric in METRICS.items():
        if metric.validated:
            estimate = model.metrics[name]
            apparent, validated = metric.text(estimate.apparent), metric.text(estimate.corrected)
            reference = metric.text(base.metrics[name].corrected) if metric.score else ""
            reading = [_(metric.reading)] if wide else []
            table.add_row(_(metric.label), apparent, validated, reference, *reading)
    console.print(table)
    for reason in missing_reasons([(_("model"), _("model"), model)]):
        console.print(reason, style="dim")
    if validation.candidates:
        console.print()
        difference = fixed(_("against default (90% interval)")) if wide else [_("against default")]
        compared = plain_table(*fixed(_("model"), _("log loss")), *difference)
        for row in candidate_rows(validation.candidates):
            compared.add_row(*row)
        console.print(compared)
    method = validation_method(validation)
    if judged := subsample_note(validation):
        console.print(judged, style="dim")
    console.print(_("Training: on the training data. Validated: {method}.", method=method), style="dim")
    if validation.candidates:
        note = _("Log loss: on unseen interviews, each predicted by a model trained without it.")
        console.print(note, style="dim")


def show_prior_check(console: Console, check: PriorConflictCheck | None, catalogue: Catalogue) -> None:
    """Print the signs that disagree with the published evidence by more than chance."""
    for line in prior_conflict_lines(check, catalogue):
        console.print(line)
