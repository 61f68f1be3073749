"""Show the journal and the outlook in the terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ...data.catalogue.catalogue import Catalogue
from ...journal.rates import Rates
from ...journal.status import InterviewStatus, JournalOutlook, JournalPage
from ...model.silence_curve import SilencePoint
from ...reporting.journal import (
    CHANCE_NOTE,
    CHANGE_NOTE,
    SUMMARY_COLUMNS,
    SUMMARY_NOTE,
    count_by_status,
    expected_offers,
    outlook_headline,
    outlook_notes,
    rate_groups,
    rates_notes,
    summary_rows,
    timeline,
)
from ...reporting.labels import EVENT_LABELS, display_name, format_day, format_wait, one_line
from ...reporting.next_step import step_label, step_message, step_reason
from ...reporting.number_format import percent, plural, points
from ...reporting.prediction import answer_words, readable_name, sign_name
from ..console import fixed, numeric, plain_table
from ..journal.open_journal import EMPTY_JOURNAL_HINT
from ..remedies import in_journal, step_command
from .prediction import NARROW, show_prediction

if TYPE_CHECKING:
    from ...journal.track_record import Summary

_NAME_WIDTH, _NARROW_NAME_WIDTH = 30, 16  # columns
_MAX_DUE = 5  # lines below a list
_MAX_NOTES = 500  # characters
_SILENCE_COLUMNS_WIDTH = 33  # columns of "in 60 days", "365 days", "under 1%" and the gaps
_OUTLOOK_COLUMNS_WIDTH = 19  # columns of "offers", "under 1%" and the gaps
_OUTLOOK_BAR_WIDTH = 30
_MIN_BAR_PROBABILITY = 0.005  # below it, numbers of offers share the row "more"


def show_list(console: Console, shown: JournalPage, model: str) -> None:
    """Print one row per interview, pending ones first.

    Parameters
    ----------
    console : Console
    shown : JournalPage
    model : str
        What the model rests on.
    """
    if not shown.counts:
        console.print(in_journal(EMPTY_JOURNAL_HINT) if shown.selection.is_all else "No such interviews.")
        return
    if not shown.statuses:
        console.print(f"There is no page {shown.page:,}; the last page is {shown.pages:,}.")
        return
    narrow = console.width < NARROW
    others = ("waiting", "chance") if narrow else ("date", "waiting", "chance", "change")
    table = plain_table(*numeric("id"), "interview", *numeric(*others))  # only the interview may shrink
    for status in shown.statuses:
        table.add_row(*_row(status, narrow=narrow))
    console.print(table)
    console.print()
    page = f" Page {shown.page} of {shown.pages:,}." if shown.pages > 1 else ""
    last = shown.page >= shown.pages
    again = in_journal("offerodds journal list") if shown.selection.is_all else "the same with"
    following = "" if last else f" Next page: {again} --page {shown.page + 1}"
    due = shown.due if shown.selection.is_all else ()
    for planned in due[:_MAX_DUE]:
        name = one_line(planned.interview.name, _NARROW_NAME_WIDTH if narrow else _NAME_WIDTH)
        console.print(f"Due: {step_label(planned.step)} · {planned.interview.id} {name}", style="bold")
    if len(due) > _MAX_DUE:
        console.print(f"Due: {len(due) - _MAX_DUE:,} more, see offerodds status")
    if due:
        console.print()
    console.print(f"{count_by_status(shown.counts)}.{page}{following}")
    console.print(CHANCE_NOTE if narrow else f"{CHANCE_NOTE} {CHANGE_NOTE}", style="dim")
    console.print(f"Model: {model}.", style="dim")


def _row(status: InterviewStatus, *, narrow: bool) -> list[str | Text]:
    interview = status.interview
    whose = f"{interview.client}: " if interview.client else ""
    short = one_line(whose + interview.name, _NARROW_NAME_WIDTH if narrow else _NAME_WIDTH)
    name = Text(short, no_wrap=True, overflow="ellipsis")
    saved = interview.predictions[-1].probability if interview.predictions else None
    if status.prediction is None:
        outcome, chance = EVENT_LABELS[interview.place], "" if saved is None else percent(saved)
        if narrow:
            return [str(interview.id), name, outcome, chance]
        return [str(interview.id), name, format_day(interview.date), outcome, chance, ""]
    change = "" if status.change is None else points(status.change)
    chance = percent(status.prediction.probability)
    days = format_wait(status.days)
    if narrow:
        return [str(interview.id), name, days, chance]
    return [str(interview.id), name, format_day(interview.date), days, chance, change]


def show_interview(
    console: Console,
    status: InterviewStatus,
    forecast: Sequence[tuple[int, SilencePoint]],
    catalogue: Catalogue,
    model: str,
    notes: Sequence[str],
) -> None:
    """Print one interview: what happened, the estimate, and how it falls if there is no news.

    Parameters
    ----------
    console : Console
    status : InterviewStatus
    forecast : sequence of tuples
        Days from today, and the estimate if there is no news until then.
    catalogue : Catalogue
    model : str
        What the model rests on.
    notes : sequence of str
        Remarks on the base rate of the estimate, or on missing answers.
    """
    interview = status.interview
    console.print(f"{interview.id}: {display_name(interview)}, {format_day(interview.date)}", style="bold")
    if interview.notes:
        console.print(one_line(interview.notes, _MAX_NOTES))
    console.print()
    for day, text in timeline(interview):
        console.print(f"{format_day(day):11}  {text}")
    console.print()
    if interview.status == "planned":
        show_step(console, status)
        return
    if status.prediction is None:
        later = ", in a later round" if interview.closed else ""
        console.print(f"Outcome: {EVENT_LABELS[interview.status]}{later}.")
        if interview.answers:
            answers = [
                f"{sign_name(name, catalogue)} {readable_name(answer_words(name, str(each), catalogue))}"
                for name, each in interview.answers.items()
            ]
            console.print(f"Answers: {', '.join(answers)}.")
        return
    show_step(console, status)
    show_prediction(console, status.prediction, catalogue, model, notes)
    if forecast:
        console.print()
        _show_silence(console, forecast, status.days or 0)


def show_step(console: Console, status: InterviewStatus) -> None:
    """Print the next step of an interview: the reason, a message to copy, and how to record it."""
    step, interview = status.next_step, status.interview
    if step is None:
        if interview.later_round is not None:
            console.print(f"A later round, interview {interview.later_round}, takes its place.\n")
        return
    label = step_label(step)
    console.print(f"Next: {label}{'' if label.endswith('?') else '.'}", style="bold")
    console.print(step_reason(step))
    if message := step_message(step, interview):
        console.print()
        for line in message.splitlines():
            console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))
    if command := step_command(step, interview.id):
        console.print()
        console.print(command, style="dim", soft_wrap=True)
    console.print()


def _show_silence(console: Console, forecast: Sequence[tuple[int, SilencePoint]], days: int) -> None:
    """Print the estimates if there is no news, one bar per future day."""
    block = "█" if console.encoding.startswith("utf") else "#"
    width = max(1, min(console.width - _SILENCE_COLUMNS_WIDTH, 9 if console.width < NARROW else 40))
    table = plain_table("with no news", *numeric("waiting", "chance"), *fixed(""))
    largest = max(estimate.probability for _, estimate in forecast)
    for days_ahead, estimate in forecast:
        day = "today" if not days_ahead else f"in {plural(days_ahead, 'day')}"
        bar = block * max(1, round(width * estimate.probability / largest))
        table.add_row(day, plural(days + days_ahead, "day"), percent(estimate.probability), bar)
    console.print(table)


def show_rates(console: Console, rates: Rates) -> None:
    """Print the rates from stage to stage, overall and by group, and how they are counted."""
    overall = {"all": rates.overall}
    for title, groups in (("", overall), ("month", rates.by_month), ("way of applying", rates.by_channel)):
        if not groups:
            continue
        table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
        if title:
            console.print()
            table.add_column(title)
        table.add_column("stage")
        for name in ("reached", "rate", "range", "open"):
            table.add_column(name, justify="right", no_wrap=True)
        for group, rows in rate_groups(groups):
            names = [one_line(group, _NARROW_NAME_WIDTH), *[""] * len(rows)]
            for name, row in zip(names, rows, strict=False):
                table.add_row(*([name] if title else []), *row)
        console.print(table)
    console.print()
    for note in rates_notes(rates):
        console.print(note, style="dim")


def show_summary(console: Console, summaries: Sequence["Summary"]) -> None:
    """Print one row per client."""
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    for name in SUMMARY_COLUMNS:
        table.add_column(name, justify="left" if name == "client" else "right", no_wrap=True)
    for client, *cells in summary_rows(summaries):
        table.add_row(one_line(client, _NARROW_NAME_WIDTH), *cells)
    console.print(table)
    console.print()
    console.print(SUMMARY_NOTE, style="dim")


def show_outlook(console: Console, journal_outlook: JournalOutlook, model: str) -> None:
    """Print the chance of at least one offer, a bar per number of offers, and remarks."""
    result = journal_outlook.outlook
    if not result.n:
        console.print(in_journal("No pending interviews. To add one: offerodds journal add"))
        return
    console.print(outlook_headline(result), style="bold")
    console.print(expected_offers(result))
    if result.distribution:
        console.print()
        console.print(_bars(console, result.distribution))
    console.print()
    for remark in outlook_notes(journal_outlook):
        console.print(remark)
    console.print(f"Model: {model}; {100 * result.level:g}% interval.", style="dim")


def _bars(console: Console, distribution: tuple[float, ...]) -> Table:
    """Draw one bar per number of offers, up to the last with a visible probability."""
    last = max(i for i, p in enumerate(distribution) if p >= _MIN_BAR_PROBABILITY)
    block = "█" if console.encoding.startswith("utf") else "#"
    largest = max(distribution)
    width = max(1, min(console.width - _OUTLOOK_COLUMNS_WIDTH, _OUTLOOK_BAR_WIDTH))
    table = plain_table(*numeric("offers", "chance"), *fixed(""))
    for number, p in enumerate(distribution[: last + 1]):
        table.add_row(str(number), percent(p), block * max(1, round(width * p / largest)))
    rest = sum(distribution[last + 1 :])
    if rest >= 1e-4:  # less is not worth a row
        table.add_row("more", percent(rest), "")
    return table
