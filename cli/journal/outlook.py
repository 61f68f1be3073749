"""``offerodds journal outlook`` and ``score``: all pending interviews together, and past estimates."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

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
    from ...data.answers.parsing import checked_share
    from ...journal.outlook import prospects
    from ...training.model_store import choose_model
    from .open_journal import read_journal

    checked_share("level", level)
    chosen = choose_model(model, None)
    with read_journal(journal, chosen.model.catalogue) as book:
        result = prospects(book, chosen.model, level=level, seed=seed)
    if as_json:
        from ...reporting.as_json import prospects_data

        typer.echo(json.dumps(prospects_data(chosen, result), indent=1))
        return
    from ..console import terminal
    from ..render.journal import show_outlook

    show_outlook(terminal(), result, chosen.description)


def score(
    level: options.Level = 0.90,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the resamples for the intervals.")] = 0,
    model: options.Model = None,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Compare your past estimates with what happened.

    The estimates of the time are shown beside the base rate, and how long your employers took to reply beside
    published delays. At least five outcomes are needed. Pending interviews do not count.

    Example: offerodds journal score
    """
    from ...journal.track_record import track_record
    from ...training.evaluation.evaluate import BOOTSTRAPS, check_settings
    from ...training.model_store import choose_model
    from .open_journal import EMPTY_JOURNAL_HINT, read_journal

    check_settings(level, BOOTSTRAPS, seed)
    chosen = choose_model(model, None)
    with read_journal(journal, chosen.model.catalogue) as book:
        record = track_record(book, chosen.model, level=level, seed=seed)
        empty = not len(book)
    if as_json:
        from ...reporting.as_json import record_data

        typer.echo(json.dumps(record_data(record), indent=1))
        return
    if empty:
        typer.echo(EMPTY_JOURNAL_HINT)
    _show(record, chosen.model.catalogue.silence)


def _show(record: "TrackRecord", active: "Silence") -> None:
    from ...reporting.journal import late, law_of
    from ..console import terminal
    from ..render.evaluation import show_evaluation

    console = terminal()
    show_evaluation(console, record.evaluation, "the estimates made at the time of each interview")
    if record.n_late:
        console.print(late(record.n_late))
    console.print()
    console.print("How long employers take to reply", style="bold")
    for name, law in (("published", record.published), ("with your dates", record.learned)):
        console.print(f"{name}: {law_of(law)}")
    # compared as printed: the parameters change a little every day that an interview is pending
    if law_of(active) != law_of(record.learned):
        console.print("To use your dates, run: offerodds train")
