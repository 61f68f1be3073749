"""The whole journal as text: CSV for a spreadsheet, JSON for a program; both read back without loss.

Both are made an interview at a time, so that a journal of any size takes little memory.
"""

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from json.encoder import encode_basestring as quoted
from typing import Any

from .columns import parse_answer, split_answers
from .entry import SILENCE
from .records import STATUSES
from .rows import as_json
from .store import Journal

_RUN = "=+\\-@\t\r"  # a spreadsheet takes a cell that begins with one of these for a formula
_GUARDED = re.compile(f"'['{_RUN}]")
_NEEDS_GUARD = re.compile(f"[{_RUN}]|'['{_RUN}]")
_QUOTED = re.compile(r'[",\r\n]')  # the csv module leaves a lone \r bare, and then cannot read it
_PLAIN = re.compile(f"(?![{_RUN}'])[^\",\r\n]*").fullmatch
EXPORT_FORMAT, EXPORT_SCHEMA_VERSION = "offerodds journal", 2  # 2: the day of an event may be unknown
RECORD_COLUMN = "recorded"  # the column of a CSV that holds what its other columns cannot
_INTERVIEWS = "SELECT id, uid, added, company, role, date, answers, notes FROM interviews ORDER BY id"
_EVENTS = "SELECT interview, kind, date, recorded, detail FROM events ORDER BY interview, id"
_PREDICTIONS = """
    SELECT interview, made, probability, low, high, level, base_rate, model, days
    FROM predictions ORDER BY interview, id
"""
_Row = tuple[Any, ...]


def escape_formula(text: str) -> str:
    """Return a text with an apostrophe before it where a spreadsheet would run it.

    Examples
    --------
    >>> escape_formula("=1+1"), escape_formula("plain"), escape_formula("'tis")
    ("'=1+1", 'plain', "'tis")
    """
    return f"'{text}" if _NEEDS_GUARD.match(text) else text


def unescape_formula(text: str) -> str:
    """Return the text that `escape_formula` was given.

    Examples
    --------
    >>> unescape_formula("'=1+1"), unescape_formula("'tis"), unescape_formula(escape_formula("'=x"))
    ('=1+1', "'tis", "'=x")
    """
    return text[1:] if _GUARDED.match(text) else text


def cell_text(value: Any) -> str:
    """Return a cell that should hold text; whole numbers as such, which pandas keeps as 4.0 beside blanks.

    Examples
    --------
    >>> cell_text(4.0), cell_text(4.5), cell_text("4.0")
    ('4', '4.5', '4.0')
    """
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def csv_cell(text: str) -> str:
    """Return a text as a cell of a CSV.

    Examples
    --------
    >>> csv_cell("Acme"), csv_cell("Acme, Inc."), csv_cell("=1+1")
    ('Acme', '"Acme, Inc."', "'=1+1")
    """
    if _PLAIN(text):  # nearly every one: spared the rest
        return text
    text = escape_formula(text)
    if _QUOTED.search(text):
        text = text.replace('"', '""')
        return f'"{text}"'
    return text


def export_json(journal: Journal) -> Generator[str, None, None]:
    """Yield a journal as JSON, an interview a line.

    It holds all that was recorded; numbers are left out, since every journal gives its own.
    """
    yield f'{{"format":"{EXPORT_FORMAT}","schema":{EXPORT_SCHEMA_VERSION},"interviews":[\n'
    comma = ""
    for (_, uid, added, company, role, day, answers, notes), events, predictions in _interviews(journal):
        yield (
            f'{comma}{{"company":{quoted(company)},"role":{quoted(role)},"date":{_day(day)},'
            f'"answers":{answers},"notes":{quoted(notes)},{_recorded(uid, added, events, predictions)}}}'
        )
        comma = ",\n"
    yield "\n]}\n"


def export_csv(journal: Journal) -> Generator[str, None, None]:
    """Yield a journal as CSV, an interview a row.

    Every question whose answer is kept has a column, so that two exports line up. Text that a spreadsheet
    would run has an apostrophe before it (`cells.escape_formula`). The last column holds as JSON what the others
    cannot: every event and every prediction.
    """
    places = _Places([field for field in journal.catalogue.questions if field != SILENCE])
    blank = ["" for _ in [*places.fields, RECORD_COLUMN]]
    place_of = places.__getitem__
    yield ",".join(
        ["company", "role", "date", *places.fields, "outcome", "outcome_date", "notes", RECORD_COLUMN]
    )
    yield "\n"
    for (_, uid, added, company, role, day, answers, notes), events, predictions in _interviews(journal):
        cells = blank.copy()
        for place, cell in map(place_of, split_answers(answers)):
            cells[place] = cell
        other = places.without_column(answers) if cells.pop() else ""
        whole = f"{{{_recorded(uid, added, events, predictions)}{other}}}".replace('"', '""')
        kind, decided = _outcome(events)
        yield (
            f"{csv_cell(company)},{csv_cell(role)},{day or ''},{','.join(cells)},{kind},{decided},"
            f'{csv_cell(notes)},"{whole}"\n'
        )


class _Places(dict[str, tuple[int, str]]):
    """For a piece of answers the place of its cell in a row and the cell, each distinct piece read once.

    Answers to questions that the catalogue has not share a place after the fields, so that a row tells by
    one look whether it has any.
    """

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__()
        self.fields = fields

    def __missing__(self, piece: str) -> tuple[int, str]:
        field, answer = parse_answer(piece)
        if field in self.fields:
            cell = csv_cell(answer) if isinstance(answer, str) else _number(answer)
            self[piece] = (self.fields.index(field), cell)
        else:
            self[piece] = (len(self.fields), field)
        return self[piece]

    def without_column(self, answers: str) -> str:
        """Return the member of a JSON object that holds the answers to questions without a column."""
        strange = {
            f: answer for f, answer in map(parse_answer, split_answers(answers)) if f not in self.fields
        }
        return f',"answers":{as_json(strange)}'


def _interviews(journal: Journal) -> Iterator[tuple[_Row, list[_Row], list[_Row]]]:
    """Yield every interview with its events and its predictions, all of one moment."""
    with journal.reading():
        events, predictions = (_following(journal.stream(query)) for query in (_EVENTS, _PREDICTIONS))
        for row in journal.stream(_INTERVIEWS):
            yield row, events(row[0]), predictions(row[0])


def _following(rows: Iterator[_Row]) -> Callable[[int], list[_Row]]:
    """Return what gives the rows of one interview after the other, asked for by rising number."""
    end: _Row = (0,)
    row = next(rows, end)

    def of(number: int) -> list[_Row]:
        nonlocal row
        found = []
        while row[0] == number:
            found.append(row)
            row = next(rows, end)
        return found

    return of


def _outcome(events: Sequence[_Row]) -> tuple[str, str]:
    """Return the last outcome and its day, blank where it is unknown."""
    for _, kind, day, _, _ in reversed(events):
        if kind in STATUSES:
            return kind, day or ""
    return "pending", ""


def _recorded(uid: str, added: str, events: Sequence[_Row], predictions: Sequence[_Row]) -> str:
    """Return the members of a JSON object that tell what was recorded of an interview."""
    happened = [
        f'{{"kind":"{kind}","date":{_day(day)},"recorded":"{recorded}","detail":{detail or "null"}}}'
        for _, kind, day, recorded, detail in events
    ]
    predicted = [
        f'{{"made":"{made}","probability":{p!r},"low":{low!r},"high":{high!r},"level":{level!r},'
        f'"base_rate":{base!r},"model":"{model}","days":{"null" if days is None else days}}}'
        for _, made, p, low, high, level, base, model, days in predictions
    ]
    facts = f'"events":[{",".join(happened)}],"predictions":[{",".join(predicted)}]'
    return f'"uid":"{uid}","added":"{added}",{facts}'


def _number(value: float) -> str:
    """Return a number as a cell."""
    return str(int(value)) if value % 1 == 0 else repr(value)


def _day(day: str | None) -> str:
    return f'"{day}"' if day else "null"


EXPORTERS = {".csv": export_csv, ".json": export_json}  # by suffix
