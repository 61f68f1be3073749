"""``offerodds journal outlook``: all pending interviews together."""

import json
from typing import Annotated

import typer

from .. import options


def outlook(
    model: options.Model = None,
    level: options.Level = 0.90,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 0,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Show the chance of at least one offer.

    Over all pending interviews, with the number of offers to expect and how many more interviews would help.
    Of several rounds at one company for one role only the last counts: they lead to one offer.

    Example: offerodds journal outlook
    """
    from ...data.answers.parsing import checked_share
    from ...journal.outlook import prospects
    from ...training.model_store import choose_model
    from .open_journal import read_journal

    checked_share("level", level)
    chosen = choose_model(model, None)
    with read_journal(journal, chosen.model.catalogue) as book:
        found = prospects(book, chosen.model, level=level, seed=seed)
    if as_json:
        from ...reporting.as_json import prospects_data

        typer.echo(json.dumps(prospects_data(chosen, found), indent=1))
        return
    from ..render.outlook import show_outlook
    from ..terminal import terminal

    show_outlook(terminal(), found, chosen.description)
