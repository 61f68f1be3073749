"""Remedies in the words of the page, its links and buttons, of the REST API and of the tools."""

from collections.abc import Mapping
from types import MappingProxyType

from ..data.errors import Remedy

# shared by all: they concern the file, the model or the data themselves
_ALL = {
    Remedy.NAME_SHEET: "leave one of them in the file",
    Remedy.SAME_COLUMNS: "give all tables the same columns in the same order",
    Remedy.SKIP_BAD: "Correct these rows in the file, or delete them there.",
    Remedy.PRIOR_OR_CATALOGUE: "use either the model or the catalogue, not both",
    Remedy.EVALUATE: "train without some of the interviews, and test the model on those",
}

PAGE: Mapping[Remedy, str] = MappingProxyType(
    _ALL
    | {
        Remedy.NAME_SHEET: "enter the name of the sheet below",
        Remedy.LIST_SIGNS: "see the page Weights for all signs",
        Remedy.SHOW_COLUMNS: "see the page Weights for the name of each sign",
        Remedy.NAME_OUTCOME: "name the column with the outcomes “outcome”",
        Remedy.HEARD_OR_WAITING: "if you are still waiting, skip the question whether they replied quickly; "
        "if they have replied, leave the days without an answer blank",
        Remedy.DAY_NAMED_OR_NOT: "if they named no date, leave the promised days blank; if they did, answer "
        "vague or specific",
        Remedy.WRITE_MODEL: "create a model on the page Train",
        Remedy.REPLACE_MODEL: "train again, or use the previous model",
        Remedy.ALLOW_SYNTHETIC: "delete these rows, or tick “Include made-up interviews”",
        Remedy.LIST_INTERVIEWS: "see the journal for all interviews",
        Remedy.DATE_FORMAT: "enter the date format below",
        Remedy.DAY_OR_MONTH: "enter dd/mm/yyyy or mm/dd/yyyy as the date format below",
        Remedy.EXPORT_JOURNAL: "open that journal and export it as JSON, then import the export",
        Remedy.EXPORT: "choose a file that “Export as JSON” saved",
        Remedy.MAP_OUTCOME: "enter {field}=outcome below, or {field}= if it is not the outcome",
        Remedy.MAP_DATE: "enter {field}=date below, or {field}= if it is not the day of the interview",
        Remedy.MAP_ONE: "leave out the one that is not meant: enter its name and = below",
        Remedy.MAP_COLUMNS: "match the columns below: Yours=ours",
        Remedy.MAP_ANSWER: "enter its meaning below: {word}=ANSWER, or {word}=- to leave it blank",
        Remedy.MAP_WORD: "enter its meaning below: {word}=OUTCOME",
        Remedy.DELETE_DUPLICATE: "if they are the same interview, delete one of them",
        Remedy.ADD_NEXT_ROUND: "fill in the form, with the same company and role",
        Remedy.REOPEN: "save “pending again” below",
        Remedy.LEARN: "train the model",
    }
)

API: Mapping[Remedy, str] = MappingProxyType(
    _ALL
    | {
        Remedy.LIST_SIGNS: "GET /api/signals lists all signs",
        Remedy.SHOW_COLUMNS: "GET /api/signals lists the id of each sign",
        Remedy.NAME_SHEET: "send its name in the field `sheet`",
        Remedy.NAME_OUTCOME: "send the name of the column in the field `outcome`",
        Remedy.WRITE_MODEL: "POST /api/train creates one",
        Remedy.REPLACE_MODEL: "POST /api/train again, or POST /api/train/undo for the previous model",
        Remedy.ALLOW_SYNTHETIC: "delete these rows, or send `synthetic`: true",
        Remedy.LIST_INTERVIEWS: "GET /api/journal lists all interviews",
        Remedy.DATE_FORMAT: "send the date format in the field `date_format`, such as dd.mm.yyyy",
        Remedy.DAY_OR_MONTH: "send dd/mm/yyyy or mm/dd/yyyy in the field `date_format`",
        Remedy.EXPORT: "GET /api/journal/export.json creates one",
        Remedy.MAP_OUTCOME: "send a field `column`: {field}=outcome, or {field}= if it is not the outcome",
        Remedy.MAP_DATE: "send a field `column`: {field}=date, or {field}= if it is not that day",
        Remedy.MAP_ONE: "send a field `column` for the one that is not meant: NAME=",
        Remedy.MAP_COLUMNS: "send a field `column` for each: YOURS=OURS",
        Remedy.MAP_ANSWER: "send its meaning in a field `value`: {word}=ANSWER, "
        "or {word}=- to leave it blank",
        Remedy.MAP_WORD: "send its meaning in a field `value`: {word}=OUTCOME",
        Remedy.DELETE_DUPLICATE: "if they are the same interview, DELETE /api/journal/{number}",
        Remedy.ADD_NEXT_ROUND: "POST /api/journal, with the same company and role",
        Remedy.REOPEN: "POST /api/journal/{number}/outcome, with the kind pending",
        Remedy.LEARN: "POST /api/train",
    }
)

TOOLS: Mapping[Remedy, str] = MappingProxyType(
    _ALL
    | {
        Remedy.LIST_SIGNS: "the schema of `answers` lists all signs",
        Remedy.SHOW_COLUMNS: "the schema of `answers` lists the id of each sign",
        Remedy.NAME_OUTCOME: "name the column with the outcomes `outcome`",
        Remedy.WRITE_MODEL: "the person can train one",
        Remedy.REPLACE_MODEL: "ask the person to train again, or to choose another model",
        Remedy.ALLOW_SYNTHETIC: "delete these rows",
        Remedy.LIST_INTERVIEWS: "`list_interviews` lists the numbers",
        Remedy.DELETE_DUPLICATE: "if they are the same interview, ask the person to delete {number}",
        Remedy.ADD_NEXT_ROUND: "`add_interview`, with the same company and role",
        Remedy.REOPEN: "`record_outcome` for {number}, with the kind pending",
        Remedy.LEARN: "the person can train the model",
    }
)
