"""Remedies that name commands and options, and the note at the top of a form."""

import re
import shlex
from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..data.errors import Remedy
from ..data.language import N_, _

if TYPE_CHECKING:
    from ..journal.next_step import NextStep

chosen_journal: ContextVar[object] = ContextVar("chosen_journal", default=None)  # the value of --journal
_JOURNAL_COMMAND = re.compile(r"offerodds journal [a-z]+(?!.* --journal)")
FORM_NOTE = N_("Then run: offerodds predict THIS_FILE")
TERMINAL: Mapping[Remedy, str] = MappingProxyType(
    {
        Remedy.OTHER_NAME: "choose another name, or add --force to replace it",
        Remedy.LIST_SIGNS: "`offerodds signals` lists them",
        Remedy.SHOW_COLUMNS: "`offerodds form --format csv` shows them",
        Remedy.NAME_SHEET: "name it with --sheet NAME",
        Remedy.NAME_OUTCOME: "name the column with --outcome COLUMN",
        Remedy.SAME_COLUMNS: "omit --skip-bad, or give the tables the same columns in the same order",
        Remedy.SKIP_BAD: "To skip these rows and write them to another table: --skip-bad bad.csv",
        Remedy.WRITE_MODEL: "`offerodds train` writes model files",
        Remedy.REPLACE_MODEL: "train again, or use --model default",
        Remedy.MODEL_ALONE: "a trained model has its own catalogue: use only --model",
        Remedy.PRIOR_OR_CATALOGUE: "use only --catalogue",
        Remedy.ALLOW_SYNTHETIC: "remove these rows, or add --synthetic",
        Remedy.EVALUATE: "exclude some interviews from training, and check the model on them: "
        "offerodds evaluate",
        Remedy.FEWER_EMPLOYERS: "omit --group, or train on one machine: omit --engine spark",
        Remedy.START_MASTER: "start it, or use another --master",
        Remedy.LIST_INTERVIEWS: "`offerodds journal list` shows the numbers",
        Remedy.DATE_FORMAT: "give the format of dates: --date-format dd.mm.yyyy",
        Remedy.DAY_OR_MONTH: "add --date-format dd/mm/yyyy or --date-format mm/dd/yyyy",
        Remedy.EXPORT_JOURNAL: "export it first: offerodds journal export all.json --journal '{word}'",
        Remedy.EXPORT: "`offerodds journal export mine.json` writes one",
        Remedy.MAP_OUTCOME: "if it is, add --map '{field}=outcome'; if not, --map '{field}='",
        Remedy.MAP_DATE: "if it is, add --map '{field}=date'; if not, --map '{field}='",
        Remedy.MAP_ONE: "leave out the one that is not meant: --map 'COLUMN='",
        Remedy.YES_OR_NO: "write yes and no in place of numbers; `journal import` also takes "
        "a meaning for each, such as --value '1=yes'",
        Remedy.MAP_COLUMNS: "map them: --map THEIRS=OURS",
        Remedy.MAP_ANSWER: "map it: --value '{word}=ANSWER', or leave it blank: --value '{word}=-'",
        Remedy.MAP_WORD: "map it: --value '{word}=OUTCOME'",
        Remedy.DELETE_DUPLICATE: "if it is the same interview, run offerodds journal delete {number}",
        Remedy.ADD_NEXT_ROUND: "offerodds journal add with the same company and role",
        Remedy.REOPEN: "offerodds journal outcome {number} pending",
        Remedy.LEARN: "offerodds train",
        Remedy.OTHER_PORT: "choose another --port",
        Remedy.OTHER_HOST: "choose another --host",
    }
)
_STEP_COMMANDS = {
    "form": N_("To fill it in: offerodds journal edit {number} FORM"),
    "thank": N_("When you have sent it: offerodds journal event {number} thanked"),
    "follow-up": N_("When you have sent it: offerodds journal event {number} followed-up"),
    "close": N_("To close it: offerodds journal outcome {number} ghosted"),
    "next-round": N_("To add it: offerodds journal add, with the same company and role"),
    "reply": N_("To record it: offerodds journal event {number} heard-back --date YYYY-MM-DD"),
    "day": N_("To add it: offerodds journal edit {number} --date YYYY-MM-DD"),
}


def in_journal(text: str) -> str:
    """Add ``--journal`` to the commands in a text, if the journal was chosen by that option.

    Examples
    --------
    >>> in_journal("To add one: offerodds journal add")
    'To add one: offerodds journal add'
    """
    path = chosen_journal.get()
    if path is None:
        return text
    option = f" --journal {shlex.quote(str(path))}"
    return _JOURNAL_COMMAND.sub(lambda found: found[0] + option, text)


def step_command(step: "NextStep", number: int) -> str:
    """Name the command that records a next step as done; blank if there is nothing to do yet."""
    if step.kind not in _STEP_COMMANDS:
        return ""
    return in_journal(_(_STEP_COMMANDS[step.kind], number=number))
