"""Export of the whole journal: CSV for a spreadsheet, JSON for a program; both can be imported without loss.

Both are written one interview at a time, so that a journal of any size takes little memory.
"""

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from json.encoder import encode_basestring as quoted
from typing import Any

from ..data.tables.csv import escape_formula
from ..model.scoring import SILENCE_FIELD
from .arrays import parse_answer, split_answers
from .dates import to_iso
from .rates import read_applications
from .records import STATUSES, is_client
from .rows import as_json
from .store import Journal

_QUOTED = re.compile(r'[",\r\n]')  # the csv module leaves a lone \r bare, and then cannot read it
_PLAIN = re.compile(r"(?![-=+@\t'])[^\",;\t\r\n]*").fullmatch
# 2: the date of an event may be unknown; 3: applications and clients
EXPORT_FORMAT, EXPORT_SCHEMA_VERSION = "offerodds journal", 3
RECORD_COLUMN = "recorded"  # the column of a CSV for what has no column of its own
_INTERVIEWS = "SELECT id, uid, added, company, role, date, answers, notes, client FROM interviews ORDER BY id"
_EVENTS = "SELECT interview, kind, date, recorded, detail FROM events ORDER BY interview, id"
_PREDICTIONS = """
    SELECT interview, made, probability, low, high, level, base_rate, model, days
    FROM predictions ORDER BY interview, id
"""
_Row = tuple[Any, ...]


def cell_text(value: Any) -> str:
    """Convert a cell to text; a whole number without decimals, since pandas reads 4 beside blanks as 4.0.

    Examples
    --------
    >>> cell_text(4.0), cell_text(4.5), cell_text("4.0")
    ('4', '4.5', '4.0')
    """
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def csv_cell(text: str) -> str:
    """Format a text as a cell of a CSV.

    Examples
    --------
    >>> csv_cell("Acme"), csv_cell("Acme, Inc."), csv_cell("=1+1")
    ('Acme', '"Acme, Inc."', "'=1+1")
    """
    if _PLAIN(text):  # nearly every text: a shortcut
        return text
    text = escape_formula(text)
    if _QUOTED.search(text):
        text = text.replace('"', '""')
        return f'"{text}"'
    return text


def export_json(journal: Journal, client: str | None = None) -> Generator[str, None, None]:
    """Yield a journal, or what it has of one client, as JSON, one line per interview.

    It contains everything except the numbers of the interviews, which differ between journals.
    """
    yield f'{{"format":"{EXPORT_FORMAT}","schema":{EXPORT_SCHEMA_VERSION},"interviews":[\n'
    comma = ""
    for interview, events, predictions in _interviews(journal, client):
        _, uid, added, company, role, day, answers, notes, whose = interview
        record = _record_members(uid, added, events, predictions)
        yield (
            f'{comma}{{"company":{quoted(company)},"role":{quoted(role)},"date":{_day(day)},'
            f'"answers":{answers},"notes":{quoted(notes)},"client":{quoted(whose)},{record}}}'
        )
        comma = ",\n"
    applications = [each for each in read_applications(journal).values() if is_client(each.client, client)]
    items = ",".join(as_json(vars(each) | {"applied": to_iso(each.applied)}) for each in applications)
    yield f'\n],"applications":[{items}]}}\n'


def export_csv(journal: Journal, client: str | None = None) -> Generator[str, None, None]:
    """Yield a journal, or what it has of one client, as CSV, one row per interview.

    Every field whose answers are saved has a column, so that two exports have the same columns; a column
    for clients is there only if an interview has one. Text that a
    spreadsheet would run as a formula is escaped (`escape_formula`). The last column contains the rest as
    JSON: every event and every prediction.
    """
    places = _AnswerCells([field for field in journal.catalogue.questions if field != SILENCE_FIELD])
    blank = ["" for _ in [*places.fields, RECORD_COLUMN]]
    place_and_cell = places.__getitem__
    with_clients = bool(journal.select("SELECT 1 FROM interviews WHERE client <> '' LIMIT 1"))
    last = ["notes", *(["client"] if with_clients else []), RECORD_COLUMN]
    yield ",".join(["company", "role", "date", *places.fields, "outcome", "outcome_date", *last])
    yield "\n"
    for interview, events, predictions in _interviews(journal, client):
        _, uid, added, company, role, day, answers, notes, whose = interview
        cells = blank.copy()
        for place, cell in map(place_and_cell, split_answers(answers)):
            cells[place] = cell
        other = places.other_answers(answers) if cells.pop() else ""
        members = _record_members(uid, added, events, predictions)
        record = f"{{{members}{other}}}".replace('"', '""')
        kind, decided = _outcome_columns(events)
        yield (
            f"{csv_cell(company)},{csv_cell(role)},{day or ''},{','.join(cells)},{kind},{decided},"
            f'{csv_cell(notes)},{f"{csv_cell(whose)}," if with_clients else ""}"{record}"\n'
        )


class _AnswerCells(dict[str, tuple[int, str]]):
    """Maps an answer in JSON to its place in a row and its cell; each distinct answer is parsed once.

    Answers to questions that the catalogue does not have share one place after the fields, so that a single
    look at a row shows whether it has any.
    """

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__()
        self.fields = fields

    def __missing__(self, item: str) -> tuple[int, str]:
        field, answer = parse_answer(item)
        if field in self.fields:
            cell = csv_cell(answer) if isinstance(answer, str) else _number(answer)
            self[item] = (self.fields.index(field), cell)
        else:
            self[item] = (len(self.fields), field)
        return self[item]

    def other_answers(self, answers: str) -> str:
        """Format the answers without a column as a member of a JSON object."""
        other = {f: answer for f, answer in map(parse_answer, split_answers(answers)) if f not in self.fields}
        return f',"answers":{as_json(other)}'


def _interviews(journal: Journal, client: str | None) -> Iterator[tuple[_Row, list[_Row], list[_Row]]]:
    """Yield every interview, or those of a client, with events and predictions, in one transaction."""
    with journal.reading():
        events, predictions = (_grouped(journal.stream(query)) for query in (_EVENTS, _PREDICTIONS))
        for row in journal.stream(_INTERVIEWS):
            if client is not None and not is_client(row[-1], client):
                continue
            yield row, events(row[0]), predictions(row[0])


def _grouped(rows: Iterator[_Row]) -> Callable[[int], list[_Row]]:
    """Create a function that takes the rows of an interview; its number must increase from call to call."""
    end: _Row = (0,)
    row = next(rows, end)

    def take(number: int) -> list[_Row]:
        nonlocal row
        taken = []
        while 0 < row[0] < number:  # of an interview that was left out
            row = next(rows, end)
        while row[0] == number:
            taken.append(row)
            row = next(rows, end)
        return taken

    return take


def _outcome_columns(events: Sequence[_Row]) -> tuple[str, str]:
    """Find the last outcome and its date, blank if unknown."""
    for _, kind, day, _, _ in reversed(events):
        if kind in STATUSES:
            return kind, day or ""
    return "pending", ""


def _record_members(uid: str, added: str, events: Sequence[_Row], predictions: Sequence[_Row]) -> str:
    """Format all that is recorded about an interview as members of a JSON object."""
    event_objects = [
        f'{{"kind":"{kind}","date":{_day(day)},"recorded":"{recorded}","detail":{detail or "null"}}}'
        for _, kind, day, recorded, detail in events
    ]
    prediction_objects = [
        f'{{"made":"{made}","probability":{p!r},"low":{low!r},"high":{high!r},"level":{level!r},'
        f'"base_rate":{base!r},"model":"{model}","days":{"null" if days is None else days}}}'
        for _, made, p, low, high, level, base, model, days in predictions
    ]
    lists = f'"events":[{",".join(event_objects)}],"predictions":[{",".join(prediction_objects)}]'
    return f'"uid":"{uid}","added":"{added}",{lists}'


def _number(value: float) -> str:
    """Format a number as a cell, without decimals if it is whole."""
    return str(int(value)) if value % 1 == 0 else repr(value)


def _day(day: str | None) -> str:
    return f'"{day}"' if day else "null"


EXPORTERS = {".csv": export_csv, ".json": export_json}  # by suffix of the file
