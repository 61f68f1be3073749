"""Remedies in the words of the terminal: its commands and options, and the note in a form."""

from collections.abc import Mapping
from types import MappingProxyType

from ..data.errors import Remedy

FORM_NOTE = "Then run: offerodds predict THIS_FILE"
TERMINAL: Mapping[Remedy, str] = MappingProxyType(
    {
        Remedy.LIST_SIGNS: "`offerodds signals` lists them",
        Remedy.SHOW_COLUMNS: "`offerodds form --format csv` shows them",
        Remedy.NAME_OUTCOME: "name the column with --outcome COLUMN",
        Remedy.SAME_COLUMNS: "leave out --skip-bad, or give them the same columns in the same order",
        Remedy.SKIP_BAD: "To go on without these rows: --skip-bad bad.csv writes them to another table.",
        Remedy.WRITE_MODEL: "`offerodds train` writes model files",
        Remedy.REPLACE_MODEL: "train again, or give --model default",
        Remedy.MODEL_ALONE: "a trained model holds its own catalogue: give only --model",
        Remedy.PRIOR_OR_CATALOGUE: "give only --catalogue",
        Remedy.ALLOW_SYNTHETIC: "leave these rows out, or give --synthetic",
        Remedy.EVALUATE: "leave some interviews out of the training, and judge it by them: "
        "offerodds evaluate",
        Remedy.START_MASTER: "start it, or give another --master",
        Remedy.LIST_INTERVIEWS: "`offerodds journal list` shows the numbers",
        Remedy.DATE_FORMAT: "say how days are written: --date-format %d.%m.%Y",
        Remedy.EXPORT: "`offerodds journal export mine.json` writes one",
        Remedy.MAP_OUTCOME: "add --column {field}=outcome, or --column {field}= if it is not",
        Remedy.MAP_COLUMNS: "say which is which: --column THEIRS=OURS",
        Remedy.MAP_WORD: "say what it means: --value '{word}=OUTCOME'",
        Remedy.DELETE_DUPLICATE: "if it is the same interview, offerodds journal delete {number}",
        Remedy.ADD_NEXT_ROUND: "offerodds journal add, with the same company and role",
        Remedy.REOPEN: "offerodds journal outcome {number} pending",
        Remedy.LEARN: "offerodds train",
        Remedy.OTHER_PORT: "choose another --port",
        Remedy.OTHER_HOST: "choose another --host",
    }
)
