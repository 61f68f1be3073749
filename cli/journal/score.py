"""``offerodds journal score``: were the estimates any good."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from .. import options

if TYPE_CHECKING:
    from ...data.catalogue.catalogue import Silence
    from ...journal.track_record import TrackRecord


def score(
    level: options.Level = 0.90,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the resamples behind the intervals.")] = 0,
    model: options.Model = None,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Judge the estimates by what happened.

    What was predicted at the time stands beside the base rate, and how long answers take you beside what is
    published. With fewer than five outcomes no figure is given; interviews still pending never count.

    Example: offerodds journal score
    """
    from ...journal.track_record import track_record
    from ...training.evaluation.evaluate import BOOTSTRAPS, check_settings
    from ...training.model_store import choose_model
    from .open_journal import TO_BEGIN, read_journal

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
        typer.echo(TO_BEGIN)
    _show(record, chosen.model.catalogue.silence)


def _show(record: "TrackRecord", used: "Silence") -> None:
    from ...reporting.journal import late
    from ...reporting.silence import law_of
    from ..render.evaluation import show_evaluation
    from ..terminal import terminal

    console = terminal()
    show_evaluation(console, record.evaluation, "what was predicted at the time of each interview")
    if record.n_late:
        console.print(late(record.n_late))
    console.print()
    console.print("How long answers take", style="bold")
    for name, law in (("published", record.published), ("with your dates", record.learned)):
        console.print(f"{name}: {law_of(law)}")
    if law_of(used) != law_of(record.learned):  # the days that pass move the law, but for long not visibly
        console.print("`offerodds train` puts your dates to use.")
