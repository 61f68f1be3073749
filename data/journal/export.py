"""The whole journal as one text: CSV for a spreadsheet, JSON for a program; both read back without loss."""

import csv
import io
import json
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
_EVENTS = "SELECT interview, kind, date, recorded, detail FROM events ORDER BY interview, id"
_PREDICTIONS = """
    SELECT interview, made, probability, low, high, level, base_rate, model, days
    FROM predictions ORDER BY interview, id
"""
_Row = tuple[Any, ...]


def export_json(journal: Journal) -> str:
    """Return a journal as JSON, an interview a line.

    It holds all that was recorded; numbers are left out, since every journal gives its own.
    """
    rows, events, predictions, _ = _read(journal)
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
    rows, events, predictions, outcomes = _read(journal)
    answers: list[dict[str, Any]] = json.loads(f"[{','.join(row[6] for row in rows)}]")
    answered = set().union(*answers)
    fields = [field for field in journal.catalogue.questions if field in answered]
    strange = sorted(answered.difference(fields))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["company", "role", "date", *fields, "outcome", "outcome_date", "notes", WHOLE])
    cells = _cells(answers, fields)
    for (number, uid, added, company, role, day, _, notes), given, cell in zip(
        rows, answers, cells, strict=True
    ):
        other = f',"answers":{as_json({f: given[f] for f in strange if f in given})}' if strange else ""
        recorded = _recorded(uid, added, events.get(number), predictions.get(number))
        status = outcomes.get(number, ("pending", None))
        texts = guarded(company), guarded(role), guarded(notes)
        writer.writerow((*texts[:2], day, *cell, *status, texts[2], f"{{{recorded}{other}}}"))
    return out.getvalue()


def _read(
    journal: Journal,
) -> tuple[list[_Row], Mapping[int, list[_Row]], Mapping[int, list[_Row]], Mapping[int, _Row]]:
    """Return interviews, and by number their events, predictions and outcome, all of one moment."""
    with journal.reading():
        rows, events, predictions = (journal.select(query) for query in (_INTERVIEWS, _EVENTS, _PREDICTIONS))
    outcomes = {number: (kind, day) for number, kind, day, *_ in events if kind in STATUSES}
    return rows, _grouped(events), _grouped(predictions), outcomes


def _grouped(rows: Sequence[_Row]) -> Mapping[int, list[_Row]]:
    """Return rows by the interview they belong to."""
    groups: dict[int, list[_Row]] = {}
    for row in rows:
        groups.setdefault(row[0], []).append(row)
    return groups


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


def _cells(answers: Sequence[dict[str, Any]], fields: Sequence[str]) -> Iterator[Iterator[Any]]:
    """Return the answers to some fields, an interview at a time, None where there is none."""
    words = {word for word in set().union(*map(dict.values, answers)) if isinstance(word, str)}
    guard: dict[Any, str] = {word: guarded(word) for word in words if guarded(word) != word}
    for given in answers:
        cells: Iterator[Any] = map(given.get, fields)
        yield (guard.get(cell, cell) for cell in cells) if guard else cells


def _day(day: str | None) -> str:
    return f'"{day}"' if day else "null"
