"""Export of the journal: CSV or .xlsx for a spreadsheet, JSON for a program; each is read back without loss.

All are written one interview at a time, so that a journal of any size takes little memory.
"""

import csv
import json
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from functools import partial
from itertools import islice
from json.encoder import encode_basestring as quoted
from tempfile import TemporaryFile
from typing import Any

from ..data.catalogue.question_schema import SILENCE_FIELD
from ..data.errors import FileError
from ..data.tables.csv_table import escape_formula, unescape_formula
from .dates import from_iso, to_iso
from .records import APPLIED, CHANNEL, STATUSES, is_client, process_key
from .rows import AnswerConverter, as_json, read_applications
from .store import Journal

_QUOTED = re.compile(r'[",\r\n]')  # the csv module leaves a lone \r bare, and then cannot read it
_PLAIN = re.compile(r"(?![-=+@\t'])[^\",;\t\r\n]*").fullmatch
# 2: the date of an event may be unknown; 3: applications and clients
EXPORT_FORMAT, EXPORT_SCHEMA_VERSION = "offerodds journal", 3
UNKNOWN_DAY = "unknown"  # of an application
_BATCH, _CHUNK = 5_000, 1 << 16  # rows; bytes
RECORD_COLUMN = "recorded"  # the column of a CSV for what has no column of its own
_READ_AT_ONCE = 200  # interviews, their events and predictions
_INTERVIEWS = "SELECT id, uid, added, company, role, date, answers, notes, client FROM interviews ORDER BY id"
_OF_INTERVIEWS = "WHERE interview BETWEEN ? AND ? ORDER BY interview, id"
_EVENTS = f"SELECT interview, kind, date, recorded, detail FROM events {_OF_INTERVIEWS}"
_PREDICTIONS = f"""
    SELECT interview, made, probability, low, high, level, base_rate, model, coalesce(days, 'null')
    FROM predictions {_OF_INTERVIEWS}
"""
_EVENT = '{"kind":"%s","date":%s,"recorded":"%s","detail":%s}'
_PREDICTION = (
    '{"made":"%s","probability":%r,"low":%r,"high":%r,"level":%r,"base_rate":%r,"model":"%s","days":%s}'
)
_RECORD = '"uid":"%s","added":"%s","events":[%s],"predictions":[%s]'


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
    for (company, role, day, answers, notes, whose), record, _ in _interviews(journal, client):
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

    Every field whose answers are saved has a column, so that two exports have the same columns; columns
    for clients and applications are there only if there are some. An application is in the rows of its
    interviews, or without one in a row of its own at the end. Text that a spreadsheet would run as a formula
    is escaped (`escape_formula`). The last column contains the rest as JSON: every event and every
    prediction.
    """
    applications = {p: a for p, a in read_applications(journal).items() if is_client(a.client, client)}
    without_interview = {*applications}
    fields = [field for field in journal.catalogue.questions if field != SILENCE_FIELD]
    places = AnswerConverter(partial(_place_and_cell, {field: i for i, field in enumerate(fields)}))
    blank = ["" for _ in [*fields, RECORD_COLUMN]]
    with_clients = any(each.client for each in applications.values()) or bool(
        journal.select("SELECT 1 FROM interviews WHERE client <> '' LIMIT 1")
    )
    first = ["company", "role", "date", *((APPLIED, CHANNEL) if applications else ())]
    last = ["notes", *(["client"] if with_clients else []), RECORD_COLUMN]
    yield ",".join([*first, *fields, "outcome", "outcome_date", *last])
    yield "\n"
    for row, record, (kind, decided) in _interviews(journal, client, quote='""'):
        company, role, day, answers, notes, whose = row
        cells = blank.copy()
        for place, cell in places.of(answers):
            cells[place] = cell
        other = ""
        if cells.pop():  # its place is after the fields
            without = {field: answer for field, answer in json.loads(answers).items() if field not in fields}
            other = f',"answers":{as_json(without)}'.replace('"', '""')
        applied = ""
        if applications:
            process = process_key(company, role, whose)
            own = applications.get(process)
            applied = ",,"
            if own and (own.company, own.role, own.client) == (company, role, whose):
                without_interview.discard(process)
                applied = f"{to_iso(own.applied) or UNKNOWN_DAY},{csv_cell(own.channel)},"
        yield (
            f"{csv_cell(company)},{csv_cell(role)},{day or ''},{applied}{','.join(cells)},{kind},{decided},"
            f'{csv_cell(notes)},{f"{csv_cell(whose)}," if with_clients else ""}"{{{record}{other}}}"\n'
        )
    for each in (each for process, each in applications.items() if process in without_interview):
        yield (
            f"{csv_cell(each.company)},{csv_cell(each.role)},,{to_iso(each.applied) or ''},"
            f"{csv_cell(each.channel)},{','.join(blank[1:])},applied,,,"
            f"{f'{csv_cell(each.client)},' if with_clients else ''}\n"
        )


def export_xlsx(journal: Journal, client: str | None = None) -> Generator[bytes, None, None]:
    """Yield a journal, or what it has of one client, as a workbook with the cells of `export_csv`.

    Days and numbers are no text there.

    Raises
    ------
    FileError
        A text, or what is recorded about an interview, is too long for a cell of a workbook.
    MissingExtraError
        The package that writes workbooks is not installed.
    """
    import pandas as pd

    from ..data.tables.formats import open_writer
    from ..data.tables.workbook import too_long_for_cell

    kinds = {name: question.kind for name, question in journal.catalogue.questions.items()}
    with closing(export_csv(journal, client)) as lines, TemporaryFile() as file:
        with open_writer(file, "journal.xlsx") as writer:
            rows = (row for row in csv.reader(lines) if row)
            header = next(rows)
            convert = [_CELLS.get(kinds.get(name, name), unescape_formula) for name in header]
            writer.write(pd.DataFrame(columns=header, dtype=object))
            try:
                while batch := [*islice(rows, _BATCH)]:
                    cells = [[each(cell) for each, cell in zip(convert, row, strict=True)] for row in batch]
                    writer.write(pd.DataFrame(cells, columns=header, dtype=object))
            except csv.Error:  # a cell is longer than even this module allows
                raise FileError([too_long_for_cell("")]) from None
        file.seek(0)
        yield from iter(partial(file.read, _CHUNK), b"")


def _to_number(cell: str) -> Any:
    """Convert the cell of an answer that is a number of at most 16 digits, as openpyxl writes it."""
    try:
        number = float(cell)
    except ValueError:
        return unescape_formula(cell)
    return number if float(f"{number:.16g}") == number else cell


def _to_day(cell: str) -> Any:
    """Convert the cell of a day; blank and unknown ones stay text."""
    return cell if cell in ("", UNKNOWN_DAY) else from_iso(cell)


_CELLS: dict[str, Callable[[str], Any]] = dict.fromkeys(
    ("date", "outcome_date", APPLIED), _to_day
) | dict.fromkeys(("count", "minutes", "days", "number", "probability", "rate"), _to_number)


def _interviews(
    journal: Journal, client: str | None, quote: str = '"'
) -> Iterator[tuple[tuple[Any, ...], str, tuple[str, str]]]:
    """Yield every interview, or those of a client, in one transaction.

    Each is given as its row, all that is recorded about it as members of a JSON object, whose quotation marks
    are replaced, and its last outcome with the date, blank if unknown.
    """
    event, prediction, record = (each.replace('"', quote) for each in (_EVENT, _PREDICTION, _RECORD))
    with journal.reading():
        last = 0
        for row in journal.stream(_INTERVIEWS):
            number, uid, added = row[:3]
            if client is not None and not is_client(row[-1], client):
                continue
            if number > last:
                last = number + _READ_AT_ONCE
                events: dict[int, str] = {}
                outcomes: dict[int, tuple[str, str]] = {}
                predictions: dict[int, str] = {}
                for n, kind, day, recorded, detail in journal.select(_EVENTS, [number, last]):
                    date = f"{quote}{day}{quote}" if day else "null"
                    text = event % (kind, date, recorded, (detail or "null").replace('"', quote))
                    events[n] = f"{events[n]},{text}" if n in events else text
                    if kind in STATUSES:
                        outcomes[n] = kind, day or ""
                for made in journal.select(_PREDICTIONS, [number, last]):
                    n, text = made[0], prediction % made[1:]
                    predictions[n] = f"{predictions[n]},{text}" if n in predictions else text
            members = record % (uid, added, events.get(number, ""), predictions.get(number, ""))
            yield row[3:], members, outcomes.get(number, ("pending", ""))


def _place_and_cell(places: Mapping[str, int], field: str, answer: Any) -> tuple[int, str]:
    """Find the place of an answer in a row, the last one if it has no column, and format its cell."""
    if field not in places:
        return -1, field
    return places[field], csv_cell(answer) if isinstance(answer, str) else _number(answer)


def _number(value: float) -> str:
    """Format a number as a cell, without decimals if it is whole."""
    return str(int(value)) if value % 1 == 0 else repr(value)


def _day(day: str | None) -> str:
    return f'"{day}"' if day else "null"


EXPORTERS: Mapping[str, Callable[[Journal, str | None], Generator[str | bytes, None, None]]] = {
    ".csv": export_csv,
    ".json": export_json,
    ".xlsx": export_xlsx,
}  # by suffix of the file
