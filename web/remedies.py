"""Remedies in the words of the page, its links and buttons, and in those of the REST API, its requests."""

from collections.abc import Mapping
from types import MappingProxyType

from ..data.errors import Remedy

PAGE: Mapping[Remedy, str] = MappingProxyType(
    {
        Remedy.LIST_SIGNS: "the page of the weights lists them",
        Remedy.SHOW_COLUMNS: "the page of the weights lists the signs",
        Remedy.NAME_OUTCOME: "call the column with the outcomes “outcome”",
        Remedy.SAME_COLUMNS: "give them the same columns in the same order",
        Remedy.SKIP_BAD: "Correct these rows in the file, or delete them there.",
        Remedy.HEARD_OR_WAITING: "while you have heard nothing, leave out whether the answer was prompt; "
        "once they have answered, leave out the days without an answer",
        Remedy.DAY_NAMED_OR_NOT: "where no day was named, leave out within how many days you would hear; "
        "where one was, the time they named is vague or specific",
        Remedy.WRITE_MODEL: "the page “Train” makes one",
        Remedy.REPLACE_MODEL: "train again, or go back to the model before",
        Remedy.PRIOR_OR_CATALOGUE: "give either the model or the catalogue",
        Remedy.ALLOW_SYNTHETIC: "leave these rows out, or tick “Made-up interviews too”",
        Remedy.EVALUATE: "leave some interviews out of the training, and judge it by them",
        Remedy.LIST_INTERVIEWS: "the journal lists all there are",
        Remedy.DATE_FORMAT: "say below how days are written",
        Remedy.EXPORT: "what “Export as JSON” saves is one",
        Remedy.MAP_OUTCOME: "write below {field}=outcome, or {field}= if it is not",
        Remedy.MAP_COLUMNS: "write below which is which: THEIRS=OURS",
        Remedy.MAP_WORD: "write below what it means: {word}=OUTCOME",
        Remedy.DELETE_DUPLICATE: "if it is the same interview, delete one of them",
        Remedy.ADD_NEXT_ROUND: "fill in the form, with the same company and role",
        Remedy.REOPEN: "record “pending again” below",
        Remedy.LEARN: "train it",
    }
)

API: Mapping[Remedy, str] = MappingProxyType(
    {
        Remedy.LIST_SIGNS: "GET /api/signals lists them",
        Remedy.SHOW_COLUMNS: "GET /api/signals has an id for each sign",
        Remedy.NAME_OUTCOME: "name the column in the field `outcome`",
        Remedy.SAME_COLUMNS: "give them the same columns in the same order",
        Remedy.SKIP_BAD: "Correct these rows in the file, or delete them there.",
        Remedy.WRITE_MODEL: "POST /api/train makes one",
        Remedy.REPLACE_MODEL: "POST /api/train again, or POST /api/train/back for the model before",
        Remedy.PRIOR_OR_CATALOGUE: "give either the model or the catalogue",
        Remedy.ALLOW_SYNTHETIC: "leave these rows out, or send `synthetic`: true",
        Remedy.EVALUATE: "leave some interviews out of the training, and judge it by them",
        Remedy.LIST_INTERVIEWS: "GET /api/journal lists all there are",
        Remedy.DATE_FORMAT: "say how days are written in the field `date_format`: %d.%m.%Y",
        Remedy.EXPORT: "GET /api/journal/export.json gives one",
        Remedy.MAP_OUTCOME: "send a field `column`: {field}=outcome, or {field}= if it is not",
        Remedy.MAP_COLUMNS: "say which is which in fields `column`: THEIRS=OURS",
        Remedy.MAP_WORD: "say what it means in a field `value`: {word}=OUTCOME",
        Remedy.DELETE_DUPLICATE: "if it is the same interview, DELETE /api/journal/{number}",
        Remedy.ADD_NEXT_ROUND: "POST /api/journal, with the same company and role",
        Remedy.REOPEN: "POST /api/journal/{number}/outcome, with the kind pending",
        Remedy.LEARN: "POST /api/train",
    }
)
