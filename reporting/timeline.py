"""What happened with an interview, in words."""

from ..journal import clock
from ..journal.records import Event, Interview, Logged
from .days import SPOKEN, clipped
from .number_format import listed, percent, plural


def timeline(interview: Interview) -> list[tuple[str, str]]:
    """Return what happened and what was predicted, by day, in words; last and without a day what has none."""
    entries = [
        (logged.made, clock.day_of(logged.made).isoformat(), _predicted(logged))
        for logged in interview.predictions
    ]
    dated = [event for event in interview.events if event.date]
    entries += [(event.recorded, str(event.date), _happened(event)) for event in dated]
    if interview.date:
        entries.append(("", interview.date.isoformat(), "interview"))
    undated = [("", f"{_happened(event)} (day unknown)") for event in interview.events if not event.date]
    return [(day, text) for _, day, text in sorted(entries, key=lambda entry: (entry[1], entry[0]))] + undated


def _predicted(logged: Logged) -> str:
    days = "" if logged.days is None else f" after {plural(logged.days, 'day')} of silence"
    return f"estimate {percent(logged.probability)} ({percent(logged.low)} to {percent(logged.high)}){days}"


def _happened(event: Event) -> str:
    """Return an event in words; of a correction, what stood there before."""
    if not event.detail:
        return SPOKEN[event.kind]
    replaced = {**event.detail.get("answers", {}), **event.detail}
    replaced.pop("answers", None)
    before = [
        f"{name.replace('_', ' ')} was {clipped(str(value), 40) if value not in (None, '') else 'blank'}"
        for name, value in replaced.items()
    ]
    return f"corrected: {listed(before)}"
