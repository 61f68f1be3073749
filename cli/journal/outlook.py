"""``offerodds journal outlook`` and ``score``: all pending interviews together, and past estimates."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from ...data.language import _
from .. import options

if TYPE_CHECKING:
    from ...data.catalogue.catalogue import Silence
    from ...journal.track_record import TrackRecord


def outlook(
    model: options.Model = None,
    level: options.Level = 0.90,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 0,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Show the chance of at least one offer.

    For all pending interviews together, with the expected number of offers and how much more interviews would
    help. Of several rounds for the same job only the last counts, because they lead to one offer.

    Example: offerodds journal outlook
    """
    from ...data.answers.parsing import check_probability
    from ...journal.status import journal_outlook
    from ...training.model_store import resolve_model
    from .open_journal import read_journal

    check_probability("level", level)
    chosen = resolve_model(model, None)
    with read_journal(journal, chosen.model.catalogue) as book:
        result = journal_outlook(book, chosen.model, level=level, seed=seed)
    if as_json:
        from ...reporting.as_json import outlook_data

        typer.echo(json.dumps(outlook_data(chosen, result), indent=1))
        return
    from ..console import terminal
    from ..render.journal import show_outlook

    show_outlook(terminal(), result, chosen.description)


def rates(
    client: Annotated[
        str | None, typer.Option("--client", "--tag", help="Only the interviews of this client or tag.")
    ] = None,
    level: options.Level = 0.90,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Show how many went on from stage to stage.

    From application to interview, later interview and offer, by month and by way of applying. Applications
    come from a table that you import, the way from its column such as Source, or from the sign `referred`.

    Example: offerodds journal rates
    """
    from ...data.answers.parsing import check_probability
    from ...journal.rates import journal_rates
    from ..remedies import in_journal
    from .open_journal import EMPTY_JOURNAL_HINT, read_journal

    check_probability("level", level)
    with read_journal(journal) as book:
        found = journal_rates(book, level, client=client)
    if as_json:
        from ...reporting.as_json import rates_data

        typer.echo(json.dumps(rates_data(found), indent=1))
        return
    if not found.has_any:
        typer.echo(in_journal(_(EMPTY_JOURNAL_HINT)))
        return
    from ..console import terminal
    from ..render.journal import show_rates

    show_rates(terminal(), found)


def summary(journal: options.JournalFile = None, as_json: options.Json = False) -> None:
    """Count interviews, offers and what is pending, by client.

    Clients, or any tags, are given by `add --client` or a column Client of an imported table. A job counts
    once. From five outcomes on with an estimate of the time, the offers are compared with those expected.

    Example: offerodds journal summary
    """
    from ...journal.track_record import summarize
    from ..remedies import in_journal
    from .open_journal import EMPTY_JOURNAL_HINT, read_journal

    with read_journal(journal) as book:
        found = summarize(book)
    if as_json:
        from ...reporting.as_json import summary_data

        typer.echo(json.dumps(summary_data(found), indent=1))
        return
    if not found[0].interviews:
        typer.echo(in_journal(_(EMPTY_JOURNAL_HINT)))
        return
    from ..console import terminal
    from ..render.journal import show_summary

    show_summary(terminal(), found)


def score(
    level: options.Level = 0.90,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the resamples for the intervals.")] = 0,
    model: options.Model = None,
    journal: options.JournalFile = None,
    details: options.Details = False,
    as_json: options.Json = False,
) -> None:
    """Compare your past estimates with what happened.

    The estimates of the time are shown beside the base rate, and how long your employers took to reply beside
    published delays. At least five outcomes are needed. Pending interviews do not count.

    Example: offerodds journal score
    """
    from ...journal.track_record import track_record
    from ...training.evaluation.evaluate import BOOTSTRAPS, check_evaluation_settings
    from ...training.model_store import resolve_model
    from ..remedies import in_journal
    from .open_journal import EMPTY_JOURNAL_HINT, read_journal

    check_evaluation_settings(level, BOOTSTRAPS, seed)
    chosen = resolve_model(model, None)
    with read_journal(journal, chosen.model.catalogue) as book:
        record = track_record(book, chosen.model, level=level, seed=seed)
        empty = not len(book)
    if as_json:
        from ...reporting.as_json import track_record_data

        typer.echo(json.dumps(track_record_data(record), indent=1))
        return
    if empty:
        typer.echo(in_journal(_(EMPTY_JOURNAL_HINT)))
    _show(record, chosen.model.catalogue.silence, details=details)


def _show(record: "TrackRecord", active: "Silence", *, details: bool) -> None:
    from ...reporting.journal import recorded_late, silence_law_text
    from ..console import terminal
    from ..render.evaluation import show_evaluation

    console = terminal()
    judged = _("the estimates made at the time of each interview")
    show_evaluation(console, record.evaluation, judged, details=details, of_journal=True)
    if record.n_late:
        console.print(recorded_late(record.n_late))
    console.print()
    console.print(_("How long employers take to reply"), style="bold")
    console.print(_("published: {delays}", delays=silence_law_text(record.published)))
    if not record.has_replies:
        return
    console.print(_("with your dates: {delays}", delays=silence_law_text(record.learned)))
    # compared as printed: the parameters change a little every day that an interview is pending
    if silence_law_text(active) != silence_law_text(record.learned):
        console.print(_("To use your dates, run: offerodds train"))
