"""What the questions of a catalogue must be, so that the model, the journal and the page understand them."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import Fault
from .questions import Kind, Question, Signal

# what the model asks of the context, by name
_CONTEXT: Mapping[str, Kind] = {
    "stage": "choice",
    "other_candidates": "count",
    "base_rate": "probability",
    "days_since_interview": "days",
    "promised_days": "days",
}

# what stands beside the answers: columns of the journal and of tables, and fields of the page
_TAKEN = frozenset(
    [
        "company",
        "role",
        "date",
        "notes",
        "outcome",
        "outcome_date",
        "recorded",
        "secret",
        "do",
        "pinned",
        "begun",
    ]
)


def check_questions(fields: Sequence[Question], signals: Sequence[Signal]) -> None:
    """Check that the questions of a catalogue fit each other and what is around them.

    Raises
    ------
    ValueError
        No signal; a name that the journal or the page needs; a field of the context of another kind than
        the model knows; base rates out of range; or a ratio or rate without two fields of minutes.
    """
    if not signals:
        raise ValueError("a catalogue has at least one signal")
    if taken := sorted(_TAKEN.intersection(each.id for each in (*fields, *signals))):
        raise ValueError(f"{', '.join(taken)}: a name that the journal or the page needs itself")
    for field in fields:
        kind = _CONTEXT.get(field.id, field.kind)
        if field.kind != kind:
            raise ValueError(f"{field.id}: a field of the context, whose kind is {kind}")
        if field.id == "stage" and not all(0 < rate < 1 for rate in field.values):
            raise ValueError("stage: the values are base rates, above 0 and below 1")
    minutes = {field.id for field in fields if field.kind == "minutes"}
    for signal in signals:
        if signal.kind in ("ratio", "rate") and not (len(signal.of) == 2 and minutes.issuperset(signal.of)):
            raise ValueError(f"{signal.id}: a {signal.kind} needs `of`, two of {', '.join(sorted(minutes))}")


def used_twice(given: Mapping[str, Any]) -> list[Fault]:
    """Return a fault for every id that two entries share."""
    lists = (given.get(name) for name in ("fields", "signals"))
    entries = [entry for entries in lists if isinstance(entries, list) for entry in entries]
    ids = [str(entry.get("id")) for entry in entries if isinstance(entry, Mapping) and "id" in entry]
    return [Fault("used twice", field=name) for name in sorted(set(ids)) if ids.count(name) > 1]
