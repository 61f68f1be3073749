"""The whole journal as one text: CSV for a spreadsheet, JSON for a program; both read back without loss."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from json.encoder import encode_basestring as quoted
from typing import Any

from .cells import guarded
from .records import STATUSES
from .rows import as_json
from .store import Journal

FORMAT, SCHEMA = "offerodds journal", 1
WHOLE = "recorded"  # the column of a CSV that holds what its other columns cannot
_INTERVIEWS = "SELECT id, uid, added, company, role, date, answers, notes FROM interviews ORDER BY id"
_EVENTS = "SELECT interview, kind, date, recorded, detail FROM events ORDER BY id"
_PREDICTIONS = """
    SELECT interview, made, probability, low, high, level, base_rate, model, days
    FROM predictions ORDER BY id
"""
_Row = tuple[Any, ...]
_QUOTED = re.compile(r'[",\r\n]')  # the csv module leaves a lone \r bare, and then cannot read it


def export_json(journal: Journal) -> str:
    """Return a journal as JSON, an interview a line.

    It holds all that was recorded; numbers are left out, since every journal gives its own.
    """
    rows, events, predictions = _read(journal)
    lines = ",\n".join(
        f'{{"company":{quoted(company)},"role":{quoted(role)},"date":{_day(day)},"answers":{answers},'
        f'"notes":{quoted(notes)},{_recorded(uid, added, events.get(number), predictions.get(number))}}}'
        for number, uid, added, company, role, day, answers, notes in rows
    )
    return f'{{"format":"{FORMAT}","schema":{SCHEMA},"interviews":[\n{lines}\n]}}\n'


def export_csv(journal: Journal) -> str:
    """Return a journal as CSV, an interview a row.

    Text that a spreadsheet would run has an apostrophe before it (`cells.guarded`). The last column holds
    as JSON what the others cannot: every event and every prediction.
    """
    rows, events, predictions = _read(journal)
    answers: list[dict[str, Any]] = json.loads(f"[{','.join(row[6] for row in rows)}]")
    answered = set().union(*answers)
    fields = [field for field in journal.catalogue.questions if field in answered]
    strange = answered.difference(fields)
    lines = [",".join(["company", "role", "date", *fields, "outcome", "outcome_date", "notes", WHOLE])]
    cells = _cells(answers, fields)
    for (number, uid, added, company, role, day, _, notes), given, cell in zip(
        rows, answers, cells, strict=True
    ):
        other = f',"answers":{as_json({f: given[f] for f in given if f in strange})}' if strange else ""
        recorded = _recorded(uid, added, events.get(number), predictions.get(number))
        kind, decided = _outcome(events.get(number, ()))
        whole = f"{{{recorded}{other}}}".replace('"', '""')
        lines.append(
            f'{_cell(company)},{_cell(role)},{day or ""},{cell}{kind},{decided},{_cell(notes)},"{whole}"'
        )
    lines.append("")
    return "\n".join(lines)


def _read(journal: Journal) -> tuple[list[_Row], Mapping[int, list[_Row]], Mapping[int, list[_Row]]]:
    """Return interviews, and by number their events and predictions, all of one moment."""
    with journal.reading():
        rows, events, predictions = (journal.select(query) for query in (_INTERVIEWS, _EVENTS, _PREDICTIONS))
    return rows, _grouped(events), _grouped(predictions)


def _grouped(rows: Sequence[_Row]) -> Mapping[int, list[_Row]]:
    """Return rows by the interview they belong to."""
    groups: dict[int, list[_Row]] = {}
    for row in rows:
        groups.setdefault(row[0], []).append(row)
    return groups


def _outcome(events: Sequence[_Row]) -> tuple[str, str]:
    """Return the last outcome and its day."""
    outcomes = [(kind, day) for _, kind, day, *_ in events if kind in STATUSES]
    return outcomes[-1] if outcomes else ("pending", "")


def _recorded(uid: str, added: str, events: list[_Row] | None, predictions: list[_Row] | None) -> str:
    """Return the members of a JSON object that tell what was recorded of an interview."""
    happened = [
        f'{{"kind":"{kind}","date":"{day}","recorded":"{recorded}","detail":{detail or "null"}}}'
        for _, kind, day, recorded, detail in events or ()
    ]
    predicted = [
        f'{{"made":"{made}","probability":{p!r},"low":{low!r},"high":{high!r},"level":{level!r},'
        f'"base_rate":{base!r},"model":"{model}","days":{"null" if days is None else days}}}'
        for _, made, p, low, high, level, base, model, days in predictions or ()
    ]
    facts = f'"events":[{",".join(happened)}],"predictions":[{",".join(predicted)}]'
    return f'"uid":"{uid}","added":"{added}",{facts}'


def _cells(answers: Sequence[dict[str, Any]], fields: Sequence[str]) -> Iterator[str]:
    """Return the cells of some fields, an interview at a time, a comma after each."""
    values = set().union(*map(dict.values, answers))
    cells = {value: f"{_cell(value) if isinstance(value, str) else _number(value)}," for value in values}
    cells[None] = ","
    for given in answers:
        yield "".join([cells[value] for value in map(given.get, fields)])


def _cell(text: str) -> str:
    """Return a text as a cell of a CSV."""
    text = guarded(text)
    if _QUOTED.search(text):
        text = text.replace('"', '""')
        return f'"{text}"'
    return text


def _number(value: float) -> str:
    """Return a number as a cell; 1, 1.0 and true, which are equal, are one."""
    return str(int(value)) if value % 1 == 0 else repr(value)


def _day(day: str | None) -> str:
    return f'"{day}"' if day else "null"
