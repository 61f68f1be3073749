"""The days of pending interviews as a calendar file (iCalendar, RFC 5545)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from ..data.language import N_, _
from ..journal import clock
from ..journal.next_step import PlannedStep
from ..journal.records import Interview
from .labels import format_day, one_line

CALENDAR_TYPE = "text/calendar"  # media type
_MAX_NAME = 100  # characters


def calendar_file(planned: Sequence[PlannedStep]) -> bytes:
    """Write the days of each interview as all-day events: planned, promised, to follow up and to close.

    The identifier of an event stays the same and its sequence number grows, so that importing a later file
    updates the calendar. What is overdue is on the present day, since nobody looks at days gone by. Of an
    interview the file has only company and role.

    Parameters
    ----------
    planned : sequence of PlannedStep

    Returns
    -------
    bytes
        Blank if no interview has such a day: a calendar must have an event.

    Examples
    --------
    >>> calendar_file([])
    b''
    """
    from icalendar import Calendar, Event  # not loaded to list interviews

    made = datetime.fromisoformat(clock.now())
    calendar = Calendar()
    calendar.add("prodid", "-//offerodds//journal//EN")
    calendar.add("version", "2.0")
    for each in planned:
        for purpose, day, words in _days(each):
            event = Event()
            event.add("uid", f"{each.interview.uid}-{purpose}@offerodds")
            event.add("dtstamp", made)
            event.add("sequence", int(made.timestamp()) // 60)
            event.add("dtstart", day)
            event.add("dtend", day + timedelta(1))
            event.add("summary", _(words, name=_name(each.interview)))
            event.add("transp", "TRANSPARENT")  # the person is not busy
            event.add("class", "PRIVATE")
            calendar.add_component(event)
    return calendar.to_ical() if calendar.subcomponents else b""


def _days(planned: PlannedStep) -> Iterator[tuple[str, date, str]]:
    """List purpose, day and words of the events of one interview."""
    step, today = planned.step, clock.today()
    days: tuple[tuple[str, date | None, str], ...] = (
        (
            "interview",
            planned.interview.date if step.kind in ("prepare", "form") else None,
            N_("Interview: {name}"),
        ),
        ("promised", step.promised_day, N_("Answer promised: {name}")),
        ("follow-up", step.follow_up_day, N_("Follow up: {name}")),
        ("close", step.close_day, N_("Close if still no answer: {name}")),
    )
    for purpose, day, words in days:
        if day:
            yield purpose, max(day, today) if purpose == step.kind else day, words


def _name(interview: Interview) -> str:
    if not (interview.company.strip() or interview.role.strip()):
        return _("interview of {day}", day=format_day(interview.date))
    return one_line(interview.name, _MAX_NAME)
