"""How the journal and the outlook look in the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...data.catalogue.catalogue import Catalogue
from ...journal.outlook import JournalOutlook
from ...journal.status import InterviewStatus, JournalPage
from ...model.silence_curve import SilencePoint
from ...reporting.days import EVENT_LABELS, display_name, format_day, format_wait, one_line
from ...reporting.journal import (
    CHANCE_NOTE,
    count_by_status,
    expected_offers,
    outlook_headline,
    outlook_notes,
    timeline,
)
from ...reporting.number_format import percent, plural, points
from ..journal.open_journal import TO_BEGIN
from .prediction import NARROW, show_prediction

_NAME, _NARROW_NAME = 30, 16
_NOTES = 500
_BESIDE_BAR = 33  # columns that "in 60 days", "365 days", "under 1%" and the gaps take
_SHOWN = 0.005  # smallest probability that gets a bar
_WIDTH = 30
_BESIDE_OUTLOOK_BAR = 19  # columns that "offers", "under 1%" and the gaps take


def show_list(
    console: Console,
    found: JournalPage,
    model: str,
) -> None:
    """Print a row an interview, those pending first.

    Parameters
    ----------
    console : Console
    found : Listing
    model : str
        What the model rests on.
    """
    if not found.counts:
        console.print(TO_BEGIN)
        return
    if not found.statuses:
        console.print(f"There is no page {found.page:,}; the last is {found.pages:,}.")
        return
    narrow = console.width < NARROW
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("id", justify="right", no_wrap=True)
    table.add_column("interview")  # the one column that may shrink
    if not narrow:
        table.add_column("day", justify="right", no_wrap=True)
    table.add_column("waited", justify="right", no_wrap=True)
    table.add_column("chance", justify="right", no_wrap=True)
    if not narrow:
        table.add_column("since logged", justify="right", no_wrap=True)
    for each in found.statuses:
        table.add_row(*_row(each, narrow=narrow))
    console.print(table)
    console.print()
    where = f" Page {found.page} of {found.pages:,}." if found.pages > 1 else ""
    more = f" Next: offerodds journal list --page {found.page + 1}" if found.page < found.pages else ""
    console.print(f"{count_by_status(found.counts)}.{where}{more}")
    console.print(CHANCE_NOTE, style="dim")
    console.print(f"Model: {model}.", style="dim")


def _row(each: InterviewStatus, *, narrow: bool) -> list[str | Text]:
    interview = each.interview
    shown = one_line(interview.name, _NARROW_NAME if narrow else _NAME)
    name = Text(shown, no_wrap=True, overflow="ellipsis")
    before = interview.predictions[-1].probability if interview.predictions else None
    if each.prediction is None:
        day, last = EVENT_LABELS[interview.status], "" if before is None else percent(before)
        if narrow:
            return [str(interview.id), name, day, last]
        return [str(interview.id), name, format_day(interview.date), day, last, ""]
    change = "" if each.change is None else points(each.change)
    chance = percent(each.prediction.probability)
    days = format_wait(each.days)
    if narrow:
        return [str(interview.id), name, days, chance]
    return [str(interview.id), name, format_day(interview.date), days, chance, change]


def show_interview(
    console: Console,
    found: InterviewStatus,
    ahead: Sequence[tuple[int, SilencePoint]],
    catalogue: Catalogue,
    model: str,
    notes: Sequence[str],
) -> None:
    """Print one interview: what happened, the estimate, and how it falls if nothing is heard.

    Parameters
    ----------
    console : Console
    found : Standing
    ahead : sequence of tuples
        Days from today, and the estimate if nothing is heard until then.
    catalogue : Catalogue
    model : str
        What the model rests on.
    notes : sequence of str
        What moved the start of the estimate, or that nothing is answered.
    """
    interview = found.interview
    console.print(f"{interview.id}: {display_name(interview)}, {format_day(interview.date)}", style="bold")
    if interview.notes:
        console.print(one_line(interview.notes, _NOTES))
    console.print()
    for moment, text in timeline(interview):
        console.print(f"{moment:10}  {text}")
    console.print()
    if found.prediction is None:
        later = ", with a later round" if interview.closed else ""
        console.print(f"Outcome: {EVENT_LABELS[interview.status]}{later}.")
        return
    show_prediction(console, found.prediction, catalogue, model, notes)
    if ahead:
        console.print()
        _show_silence(console, ahead, found.days or 0)


def _show_silence(console: Console, ahead: Sequence[tuple[int, SilencePoint]], days: int) -> None:
    """Print a bar a day to come: the estimate if nothing is heard until then."""
    block = "█" if console.encoding.startswith("utf") else "#"
    width = max(1, min(console.width - _BESIDE_BAR, 9 if console.width < NARROW else 40))
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("if nothing is heard")
    table.add_column("silent", justify="right", no_wrap=True)
    table.add_column("chance", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    largest = max(then.probability for _, then in ahead)
    for later, then in ahead:
        when = "today" if not later else f"in {plural(later, 'day')}"
        bar = block * max(1, round(width * then.probability / largest))
        table.add_row(when, plural(days + later, "day"), percent(then.probability), bar)
    console.print(table)


def show_outlook(console: Console, journal_outlook: JournalOutlook, model: str) -> None:
    """Print the chance of at least one offer, a bar for each number of offers, and what would help."""
    found = journal_outlook.outlook
    if not found.n:
        console.print("No interview is pending. Add one with: offerodds journal add")
        return
    console.print(outlook_headline(found), style="bold")
    console.print(expected_offers(found))
    if found.distribution:
        console.print()
        console.print(_bars(console, found.distribution))
    console.print()
    for remark in outlook_notes(journal_outlook):
        console.print(remark)
    console.print(f"Model: {model}; {100 * found.level:g}% interval.", style="dim")


def _bars(console: Console, distribution: tuple[float, ...]) -> Table:
    """Return a bar a number of offers, up to the last that is likely enough to see."""
    last = max(i for i, p in enumerate(distribution) if p >= _SHOWN)
    block = "█" if console.encoding.startswith("utf") else "#"
    largest = max(distribution)
    width = max(1, min(console.width - _BESIDE_OUTLOOK_BAR, _WIDTH))
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("offers", justify="right", no_wrap=True)
    table.add_column("chance", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for number, p in enumerate(distribution[: last + 1]):
        table.add_row(str(number), percent(p), block * max(1, round(width * p / largest)))
    rest = sum(distribution[last + 1 :])
    if rest >= 1e-4:
        table.add_row("more", percent(rest), "")
    return table
