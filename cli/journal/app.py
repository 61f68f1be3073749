"""``offerodds journal``: the group of its commands."""

from typing import ClassVar

import typer

from ..commands import Commands


class _Journal(Commands):
    homes: ClassVar = {
        "add": "journal.add:add",
        "list": "journal.interviews:list_",
        "show": "journal.interviews:show",
        "outcome": "journal.outcome:outcome",
        "event": "journal.outcome:event",
        "calendar": "journal.exchange:calendar",
        "edit": "journal.interviews:edit",
        "delete": "journal.interviews:delete",
        "export": "journal.exchange:export",
        "import": "journal.exchange:import_",
        "undo": "journal.exchange:undo",
        "outlook": "journal.outlook:outlook",
        "rates": "journal.outlook:rates",
        "score": "journal.outlook:score",
        "summary": "journal.outlook:summary",
    }


journal = typer.Typer(
    name="journal",
    cls=_Journal,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help=(
        "Keep a journal of interviews and check your estimates.\n\n"
        "Add interviews, see how the estimates change while you wait, record the outcomes, and compare the "
        "two.\n\nExample: offerodds journal add mine.toml --company Acme"
    ),
)


@journal.callback()
def _group() -> None:
    """Make typer build a group, although the commands are imported later."""
