"""``offerodds journal list`` and ``show``: where interviews stand today."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from .. import options

if TYPE_CHECKING:
    from ...data.journal.records import Interview
    from ...model.offer_model import OfferModel
    from ...model.prediction import Prediction

_PAGE = 20
_AHEAD = (0, 3, 7, 14, 21, 30, 45, 60)  # days from today


def list_(
    page: Annotated[
        int, typer.Option(min=1, max=10**9, help=f"Which {_PAGE}; the first are the newest pending.")
    ] = 1,
    model: options.Model = None,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """List interviews and where they stand today.

    Those pending first: the chance with the silence so far, how long you have waited, and how far the chance
    has moved since it was last written down.

    Example: offerodds journal list
    """
    from ...data.journal import clock
    from ...model.standing import standing
    from ..models import choose_model
    from .opening import open_journal, standing_data

    chosen = choose_model(model, None)
    with open_journal(journal, chosen.model.catalogue) as book:
        counts = book.counts()
        interviews = book.interviews(limit=_PAGE, offset=(page - 1) * _PAGE)
    found = [standing(chosen.model, interview, clock.today()) for interview in interviews]
    pages = max(1, -(-sum(counts.values()) // _PAGE))
    if as_json:
        content = {"model": chosen.description, "page": page, "pages": pages, "counts": counts}
        content["interviews"] = [standing_data(each) for each in found]
        typer.echo(json.dumps(content, indent=1))
        return
    from ..terminal import terminal
    from .show_journal import show_list

    show_list(terminal(), found, counts, (page, pages), chosen.description)


def show(
    number: options.Number,
    model: options.Model = None,
    level: options.Level = 0.90,
    journal: options.JournalFile = None,
    as_json: options.Json = False,
) -> None:
    """Show what happened and where one interview stands.

    While it is pending, also where the estimate comes from and how it falls if nothing is heard.

    Example: offerodds journal show 3
    """
    from ...data.answers import checked_share
    from ...data.journal import clock
    from ...model.standing import standing
    from ..models import choose_model
    from .opening import open_journal, standing_data

    checked_share("level", level)
    chosen = choose_model(model, None)
    with open_journal(journal, chosen.model.catalogue) as book:
        interview = book.interview(number)
    found = standing(chosen.model, interview, clock.today(), level)
    ahead = _ahead(chosen.model, interview, level) if found.prediction and found.days is not None else []
    if as_json:
        silence = [
            {"days_from_today": days, "probability": p.probability, "low": p.low, "high": p.high}
            for days, p in ahead
        ]
        content = {"model": chosen.description} | standing_data(found) | {"if_silent": silence}
        typer.echo(json.dumps(content, indent=1))
        return
    from ..terminal import terminal
    from .show_journal import show_interview

    show_interview(terminal(), found, ahead, chosen.model.catalogue, chosen.description)


def _ahead(model: "OfferModel", interview: "Interview", level: float) -> "list[tuple[int, Prediction]]":
    """Return the prediction of today and of days to come if nothing is heard."""
    from ...data.journal import clock
    from ...model.standing import answers_on

    today = clock.today()
    return [
        (days, model.predict(answers_on(interview, today + timedelta(days), model.catalogue), level))
        for days in _AHEAD
    ]
