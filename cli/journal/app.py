"""``offerodds journal``: the group of its commands."""

from collections.abc import Callable

import typer

from ..commands import Command
from .add import add
from .edit import delete, edit
from .exchange import calendar, export, import_, undo
from .interviews import list_, show
from .outcome import event, outcome
from .outlook import outlook, rates, score, summary

journal = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help=(
        "Keep a journal of interviews and check your estimates.\n\n"
        "Add interviews, see how the estimates change while you wait, record the outcomes, and compare the "
        "two.\n\nExample: offerodds journal add mine.toml --company Acme"
    ),
)
_COMMANDS: dict[str, Callable[..., None]] = {
    "add": add,
    "list": list_,
    "show": show,
    "outcome": outcome,
    "event": event,
    "calendar": calendar,
    "edit": edit,
    "delete": delete,
    "export": export,
    "import": import_,
    "undo": undo,
    "outlook": outlook,
    "rates": rates,
    "score": score,
    "summary": summary,
}
for name, command in _COMMANDS.items():
    journal.command(name, cls=Command)(command)
