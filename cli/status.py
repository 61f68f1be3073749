"""``offerodds status``: where the data is, which model is in use, and what is due."""

import json
from typing import TYPE_CHECKING

import typer

from ..data.language import _, plural
from . import options

if TYPE_CHECKING:
    from ..data.catalogue.catalogue import Catalogue
    from ..journal.next_step import PlannedStep

_MAX_LINES = 10  # due steps, and steps to come soon
_LABEL_WIDTH = 8  # columns, and two between


def status(
    model: options.Model = None, journal: options.JournalFile = None, as_json: options.Json = False
) -> None:
    """Show where your data is, the model in use, and what is due.

    Due are thank-yous, follow-ups and interviews to close; soon means within a week.

    Example: offerodds status
    """
    from ..data.errors import printable
    from ..data.files import user_data_folder, user_journal_path
    from ..journal import clock
    from ..journal.next_step import planned_steps
    from .journal.open_journal import EMPTY_JOURNAL_HINT, read_journal
    from .remedies import in_journal

    description, model_file, catalogue = _model_in_use(model)
    today = clock.today()
    with read_journal(journal, catalogue) as book:
        counts = book.counts()
        steps = planned_steps(book, today, catalogue)
    location = journal or user_journal_path()
    if as_json:
        from ..reporting.next_step import next_steps_data

        content = {
            "data_folder": printable(str(user_data_folder())),
            "journal": printable(str(location)) if location.exists() else None,
            "model": description,
            "model_file": model_file and printable(model_file),
            "counts": counts,
        } | next_steps_data(steps, today)
        typer.echo(json.dumps(content, indent=1))
        return
    from ..reporting.journal import count_by_status
    from ..reporting.next_step import step_label, upcoming_label

    rows = [
        (_("Data"), str(location if journal else user_data_folder())),
        (_("Model"), f"{description} ({model_file})" if model_file else description),
        (_("Journal"), f"{count_by_status(counts)}." if counts else in_journal(_(EMPTY_JOURNAL_HINT))),
    ]
    if counts:
        due = [planned for planned in steps if planned.step.is_due]
        soon = [planned for planned in steps if planned.is_soon(today)]
        rows += _lines(_("Due"), [f"{step_label(each.step)} · {_name(each)}" for each in due])
        rows += _lines(_("Soon"), [f"{upcoming_label(each.step)} · {_name(each)}" for each in soon])
    width = max(_LABEL_WIDTH, *(len(label) for label, text in rows))
    for label, text in rows:
        typer.echo(f"{label:{width}}  {text}")


def _model_in_use(model: str | None) -> "tuple[str, str | None, Catalogue]":
    """Find description, file and catalogue of the model; of one that cannot be used, the reason."""
    from ..data.catalogue.catalogue import Catalogue
    from ..data.errors import InputError
    from ..training.model_store import resolve_model
    from .remedies import TERMINAL

    try:
        chosen = resolve_model(model, None)
    except InputError as error:
        if model is not None:
            raise
        return _("cannot be used: {fault}", fault=error.worded(TERMINAL)), None, Catalogue.built_in()
    return chosen.description, str(chosen.path) if chosen.path else None, chosen.model.catalogue


def _name(planned: "PlannedStep") -> str:
    from ..reporting.labels import one_line

    return f"{planned.interview.id} {one_line(planned.interview.name, 40)}"


def _lines(label: str, texts: list[str]) -> list[tuple[str, str]]:
    """Label the first of some lines; a long list ends with the number of lines left out."""
    shown = texts[:_MAX_LINES]
    if left := len(texts) - len(shown):
        shown.append(plural(left, "and {n} more", "and {n} more"))
    return [("" if i else label, text) for i, text in enumerate(shown or [_("nothing")])]
