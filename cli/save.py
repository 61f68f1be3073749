"""Offer to save the answers given in the terminal: to the journal, or as a form."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ..data.answers.forms import filled_form
from ..data.errors import FileError
from ..data.files import write_new
from ..data.language import _
from .console import is_no, is_word, is_yes
from .questionnaire import ask_date, ask_texts, form_questions, read_line
from .remedies import FORM_NOTE

if TYPE_CHECKING:
    from ..data.catalogue.catalogue import Catalogue
    from ..training.model_store import ActiveModel


def offer_to_save(
    chosen: "ActiveModel", answers: Mapping[str, Any], *, full: bool, company: str | None = None
) -> None:
    """Offer to save answers to the journal or as a form, after the estimate.

    A full form has every sign, not only those of the short form. Without a company, it is asked.
    """
    typer.echo()
    while True:
        prompt = _(
            "Save to your journal? ({yes} for yes; {form} for a form instead; Enter for no)",
            yes=_("yes")[0],
            form=_("form")[0].casefold(),
        )
        reply = read_line(f"{prompt} ").casefold()
        if is_no(reply):
            return
        if is_yes(reply):
            _save_to_journal(chosen, answers, company)
            return
        if is_word(reply, "form", _("form")) and _save_form(chosen.model.catalogue, answers, full=full):
            return


def form_path(name: str) -> Path:
    """Complete the name of a form with the suffix that readers expect.

    Examples
    --------
    >>> form_path("mine").name, form_path("mine.toml").name, form_path("round 2.1").name
    ('mine.toml', 'mine.toml', 'round 2.1.toml')
    """
    path = os.path.expanduser(name)  # noqa: PTH111 (Path raises an error for an unknown user)
    return Path(path if path.lower().endswith(".toml") else f"{path}.toml")


def _save_to_journal(chosen: "ActiveModel", answers: Mapping[str, Any], company: str | None) -> None:
    """Ask for what a form lacks, and add the interview."""
    from ..journal import clock
    from ..journal.entry import default_date
    from .console import terminal
    from .journal.add import PROMPTS, add_to, print_added
    from .journal.open_journal import open_journal

    asked = {name: _(prompt) for name, prompt in PROMPTS.items() if name != "company" or not company}
    texts = {"company": company or ""} | ask_texts(asked)
    day = default_date(None, answers) and ask_date(clock.today())
    with open_journal(None, chosen.model.catalogue, create=True) as book:
        interview = add_to(book, chosen, dict(answers), texts, day)
    print_added(terminal(), interview, [])


def _save_form(catalogue: "Catalogue", answers: Mapping[str, Any], *, full: bool) -> bool:
    """Ask for the name of a form and write it; a name that cannot be used is asked again, Enter gives up."""
    asked = form_questions(catalogue, full=full)
    known = {question.id for question in asked}
    extra = [catalogue.questions[field] for field in answers if field not in known]
    form = filled_form(catalogue, [*asked, *extra], answers, _(FORM_NOTE))
    while name := read_line(f"{_('File name, such as mine.toml:')} "):
        path = form_path(name)
        try:
            write_new(path, form, private=True)
        except FileError as error:
            typer.echo(str(error), err=True)  # there is no option to add
            continue
        added = f"offerodds journal add {shlex.quote(str(path))}"
        typer.echo(_("Saved to {file}. To add it to your journal: {command}", file=path, command=added))
        return True
    return False
