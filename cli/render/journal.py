"""Show the journal and the outlook in the terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ...data.language import _, number, plural
from ...journal.rates import Rates
from ...journal.status import InterviewStatus, JournalOutlook, JournalPage
from ...model.offer_model import OfferModel
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
    rate_tables,
    rates_notes,
    summary_rows,
    timeline,
)
from ...reporting.labels import EVENT_LABELS, display_name, format_day, format_wait, one_line
from ...reporting.next_step import step_label, step_message, step_reason
from ...reporting.number_format import percent, points
from ...reporting.prediction import saved_answer, sign_name
from ..console import fixed, numeric, plain_table
from ..journal.open_journal import EMPTY_JOURNAL_HINT
from ..remedies import in_journal, step_command
from .prediction import NARROW, show_prediction

if TYPE_CHECKING:
    from ...journal.track_record import Summary

_NAME_WIDTH, _NARROW_NAME_WIDTH = 30, 16  # columns
_MAX_DUE = 5  # lines below a list
_MAX_NOTES = 500  # characters
_DAY_WIDTH = 11  # columns of a date
_SILENCE_COLUMNS_WIDTH = 33  # columns of "in 60 days", "365 days", "under 1%" and the gaps
_OUTLOOK_COLUMNS_WIDTH = 19  # columns of "offers", "under 1%" and the gaps
_OUTLOOK_BAR_WIDTH = 30
_MIN_BAR_PROBABILITY = 0.005  # below it, numbers of offers share the row "more"


def show_list(console: Console, shown: JournalPage, model: str) -> None:
    """Print one row per interview, pending ones first, and what the model rests on."""
    if not shown.counts:
        empty = in_journal(_(EMPTY_JOURNAL_HINT)) if shown.selection.is_all else _("No such interviews.")
        console.print(empty)
        return
    if not shown.statuses:
        page, last_page = number(shown.page), number(shown.pages)
        console.print(_("There is no page {page}; the last page is {last}.", page=page, last=last_page))
        return
    narrow = console.width < NARROW
    others = [_("status"), _("chance")]
    others = others if narrow else [_("date"), *others, _("change")]
    table = plain_table(*numeric("id"), _("interview"), *numeric(*others))  # only the interview may shrink
    for status in shown.statuses:
        table.add_row(*_row(status, narrow=narrow))
    console.print(table)
    console.print()
    due = shown.due if shown.selection.is_all else ()
    for planned in due[:_MAX_DUE]:
        name = one_line(planned.interview.name, _NARROW_NAME_WIDTH if narrow else _NAME_WIDTH)
        due_step, due_interview = step_label(planned.step), f"{planned.interview.id} {name}"
        console.print(_("Due: {step} · {interview}", step=due_step, interview=due_interview), style="bold")
    if left := len(due[_MAX_DUE:]):
        more = plural(left, "Due: {n} more, see offerodds status", "Due: {n} more, see offerodds status")
        console.print(more)
    if due:
        console.print()
    console.print(" ".join([f"{count_by_status(shown.counts)}.", *_pages(shown)]))
    console.print(_(CHANCE_NOTE) if narrow else f"{_(CHANCE_NOTE)} {_(CHANGE_NOTE)}", style="dim")
    console.print(_("Model: {model}.", model=model), style="dim")


def _pages(shown: JournalPage) -> list[str]:
    """Describe which page of a list this is, and how to see the next."""
    page, pages, following = number(shown.page), number(shown.pages), shown.page + 1
    lines = [_("Page {page} of {pages}.", page=page, pages=pages)] if shown.pages > 1 else []
    if shown.page >= shown.pages:
        return lines
    if shown.selection.is_all:
        return [*lines, in_journal(_("Next page: offerodds journal list --page {page}", page=following))]
    return [*lines, _("Next page: the same with --page {page}", page=following)]


def _row(status: InterviewStatus, *, narrow: bool) -> list[str | Text]:
    interview = status.interview
    whose = f"{interview.client}: " if interview.client else ""
    short = one_line(whose + interview.name, _NARROW_NAME_WIDTH if narrow else _NAME_WIDTH)
    name = Text(short, no_wrap=True, overflow="ellipsis")
    saved = interview.predictions[-1].probability if interview.predictions else None
    if status.prediction is None:
        outcome, chance = _(EVENT_LABELS[interview.place]), "" if saved is None else percent(saved)
        if interview.status == "pending":
            outcome, chance = _("see {id}", id=interview.later_round), ""
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
    model: OfferModel,
    description: str,
    notes: Sequence[str],
) -> None:
    """Print one interview: what happened, the estimate, and how it falls if there is no news.

    The forecast has days from today, each with the estimate then. Notes are remarks on the base rate of the
    estimate, or on missing answers.
    """
    interview = status.interview
    console.print(f"{interview.id}: {display_name(interview)}, {format_day(interview.date)}", style="bold")
    if interview.notes:
        console.print(one_line(interview.notes, _MAX_NOTES))
    console.print()
    events = [(format_day(day), text) for day, text in timeline(interview, model.catalogue)]
    width = max([_DAY_WIDTH, *(len(day) for day, text in events)])
    for day, text in events:
        console.print(f"{day:{width}}  {text}")
    console.print()
    if interview.status == "planned":
        show_step(console, status)
        return
    if status.prediction is None:
        outcome = _(EVENT_LABELS[interview.status])
        if interview.status == "pending":
            show_step(console, status)
        elif interview.closed:
            console.print(_("Outcome: {outcome}, in a later round.", outcome=outcome))
        else:
            console.print(_("Outcome: {outcome}.", outcome=outcome))
        if interview.answers:
            table = plain_table(_("sign"), _("your answer"))
            for name, each in interview.answers.items():
                table.add_row(sign_name(name, model.catalogue), saved_answer(name, each, model.catalogue))
            console.print()
            console.print(table)
        return
    show_step(console, status)
    show_prediction(console, status.prediction, model, description, notes)
    if forecast:
        console.print()
        _show_silence(console, forecast, status.days or 0)


def show_step(console: Console, status: InterviewStatus) -> None:
    """Print the next step of an interview: the reason, a message to copy, and how to record it."""
    step, interview = status.next_step, status.interview
    if step is None:
        if interview.later_round is not None:
            later = _("A later round, interview {id}, takes its place.", id=interview.later_round)
            console.print(f"{later}\n")
        return
    label = _("Next: {step}", step=step_label(step))
    console.print(label if label.endswith("?") else f"{label}.", style="bold")
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
    table = plain_table(_("with no news"), *numeric(_("waiting"), _("chance")), *fixed(""))
    largest = max(estimate.probability for day, estimate in forecast)
    for days_ahead, estimate in forecast:
        day = plural(days_ahead, "in {n} day", "in {n} days") if days_ahead else _("today")
        bar = block * max(1, round(width * estimate.probability / largest))
        waiting = plural(days + days_ahead, "{n} day", "{n} days")
        table.add_row(day, waiting, percent(estimate.probability), bar)
    console.print(table)


def show_rates(console: Console, rates: Rates) -> None:
    """Print the rates from stage to stage, overall and by group, and how they are counted."""
    titles = ("", _("month"), _("way of applying"))
    for title, groups in zip(titles, rate_tables(rates), strict=True):
        if not groups:
            continue
        table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
        if title:
            console.print()
            table.add_column(title)
        table.add_column(_("stages"))
        for name in (_("reached"), _("rate"), _("range"), _("open")):
            table.add_column(name, justify="right", no_wrap=True)
        for group, rows in rate_groups(groups):
            names = [one_line(group, _NAME_WIDTH), *[""] * len(rows)]
            for name, row in zip(names, rows, strict=False):
                table.add_row(*([name] if title else []), *row)
        console.print(table)
    console.print()
    for note in rates_notes(rates):
        console.print(note, style="dim")


def show_summary(console: Console, summaries: Sequence["Summary"]) -> None:
    """Print one row per client; in a narrow terminal one line per figure."""
    if console.width < NARROW:
        for client, *cells in summary_rows(summaries):
            console.print(one_line(client, _NAME_WIDTH), style="bold")
            for name, cell in zip(SUMMARY_COLUMNS[1:], cells, strict=True):
                if cell:
                    console.print(f"  {_(name)}: {cell}")
    else:
        table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
        for name in SUMMARY_COLUMNS:
            table.add_column(_(name), justify="left" if name == "client" else "right", no_wrap=True)
        for client, *cells in summary_rows(summaries):
            table.add_row(one_line(client, _NARROW_NAME_WIDTH), *cells)
        console.print(table)
    console.print()
    console.print(_(SUMMARY_NOTE), style="dim")


def show_outlook(console: Console, journal_outlook: JournalOutlook, model: str) -> None:
    """Print the chance of at least one offer, a bar per number of offers, and remarks."""
    result = journal_outlook.outlook
    if not result.n:
        console.print(in_journal(_("No pending interviews. To add one: offerodds journal add")))
        return
    console.print(outlook_headline(result), style="bold")
    console.print(expected_offers(result))
    if result.distribution:
        console.print()
        console.print(_bars(console, result.distribution))
    console.print()
    for remark in outlook_notes(journal_outlook):
        console.print(remark)
    console.print(_("Model: {model}.", model=model), style="dim")


def _bars(console: Console, distribution: tuple[float, ...]) -> Table:
    """Draw one bar per number of offers, up to the last with a visible probability."""
    last = max(i for i, p in enumerate(distribution) if p >= _MIN_BAR_PROBABILITY)
    block = "█" if console.encoding.startswith("utf") else "#"
    largest = max(distribution)
    width = max(1, min(console.width - _OUTLOOK_COLUMNS_WIDTH, _OUTLOOK_BAR_WIDTH))
    table = plain_table(*numeric(_("offers"), _("chance")), *fixed(""))
    for offers, p in enumerate(distribution[: last + 1]):
        table.add_row(str(offers), percent(p), block * max(1, round(width * p / largest)))
    rest = sum(distribution[last + 1 :])
    if rest >= 1e-4:  # less is not worth a row
        table.add_row(_("more"), percent(rest), "")
    return table
