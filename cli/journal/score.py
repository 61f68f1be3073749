"""``offerodds journal score``: were the estimates any good."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from .. import options

if TYPE_CHECKING:
    from ...data.catalogue import Silence
    from ...training.track_record import TrackRecord


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
    from ...training.evaluate import BOOTSTRAPS, check_settings
    from ...training.track_record import track_record
    from ..models import choose_model
    from .opening import open_journal

    check_settings(level, BOOTSTRAPS, seed)
    chosen = choose_model(model, None)
    with open_journal(journal, chosen.model.catalogue) as book:
        record = track_record(book, chosen.model, level=level, seed=seed)
    if as_json:
        laws = {"published": vars(record.published), "learned": vars(record.learned)}
        content = {"n_late": record.n_late, "silence": laws} | record.evaluation.to_dict()
        typer.echo(json.dumps(content, indent=1))
        return
    _show(record, chosen.model.catalogue.silence)


def _show(record: "TrackRecord", used: "Silence") -> None:
    from ..show_evaluation import show_evaluation
    from ..terminal import terminal
    from ..words import plural

    console = terminal()
    show_evaluation(console, record.evaluation, "what was predicted at the time of each interview")
    if record.n_late:
        console.print(
            f"Left out: {plural(record.n_late, 'interview')} written down after the outcome was known."
        )
    console.print()
    console.print("How long answers take", style="bold")
    for name, law in (("published", record.published), ("with your dates", record.learned)):
        console.print(
            f"{name}: half within {law.median_days:.0f} days, nine in ten within "
            f"{_ninth(law):.0f}; {100 * law.never_answered:.0f} % of those without an offer never answered"
        )
    if used != record.learned:
        console.print("`offerodds train` puts your dates to use.")


def _ninth(law: "Silence") -> float:
    """Return the days within which nine in ten answers come."""
    from math import exp
    from statistics import NormalDist

    return law.median_days * exp(law.sigma * NormalDist().inv_cdf(0.9))
