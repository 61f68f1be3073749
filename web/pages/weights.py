"""The weights of all signs, and the evidence for each."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from ...data.answers.fields import find_questions
from ...data.catalogue.findings import Finding, findings
from ...data.catalogue.question_schema import Signal
from ...data.language import N_
from ...model.offer_model import OfferModel
from ...reporting.axis_scales import OddsInterval, odds_limits
from ...reporting.html.forest_plot import odds_with_intervals
from ...reporting.signals import correlation, describe_answers, disagreement
from ..state import app_state
from ..templating import render_page

router = APIRouter(include_in_schema=False)
Order = Literal["topic", "name", "weight", "evidence"]
_ORDERS: dict[Order, str] = {
    "topic": N_("topic"),
    "name": N_("name"),
    "weight": N_("weight"),
    "evidence": N_("evidence"),
}


@dataclass(frozen=True)
class WeightRow:
    """One row of the table: a signal and its odds ratio.

    Parameters
    ----------
    signal : Signal
    odds : OddsInterval
    n_answered : int
        Number of interviews with an outcome and an answer to this signal.
    disagrees : bool
        The outcomes contradict the published evidence.
    """

    signal: Signal
    odds: OddsInterval
    n_answered: int
    disagrees: bool


def _largest_first(row: WeightRow) -> float:
    return -round(abs(math.log(row.odds.ratio)), 6)


_KEYS: dict[str, Callable[[WeightRow], Any]] = {
    "name": lambda row: row.signal.favourable_answer,
    "weight": _largest_first,
    "evidence": lambda row: (row.signal.evidence, _largest_first(row)),
}


@router.get("/weights")
def weights(request: Request, sort: Order = "topic") -> HTMLResponse:
    """Show every weight with its interval, before and after training."""
    active = app_state(request).active_model()
    rows = _weight_rows(active.model)
    catalogue = active.model.catalogue
    groups = (
        [("", sorted(rows, key=_KEYS[sort]))]
        if sort in _KEYS
        else [
            (catalogue.title(group), [row for row in rows if row.signal.group == group])
            for group in catalogue.group_order
        ]
    )
    training = active.model.learned
    differences = training.disagreement if training else {}
    return render_page(
        request,
        "weights.html",
        groups=[(title, members) for title, members in groups if members],
        limits=odds_limits([row.odds for row in rows]),
        training=training,
        disagreement=disagreement(differences, catalogue) if differences else "",
        model=active.description,
        orders=_ORDERS,
        sort=sort,
    )


@router.get("/signals/{name}")
def signal(request: Request, name: str) -> HTMLResponse:
    """Show one sign and the findings published about it.

    Raises
    ------
    AnswerError
        The name does not exist.
    """
    model = app_state(request).active_model().model
    (entry,) = find_questions(model.catalogue, name)
    weight = next((row for row in _weight_rows(model) if row.signal.id == entry.id), None)
    cited: list[Finding] = [findings()[key] for key in entry.citations if key in findings()]
    return render_page(
        request,
        "signal.html",
        entry=entry,
        weight=weight,
        limits=odds_limits([weight.odds]) if weight else None,
        facts=[describe_answers(entry), correlation(entry)] if isinstance(entry, Signal) else [],
        findings=cited,
        training=model.learned,
    )


def _weight_rows(model: OfferModel) -> list[WeightRow]:
    training = model.learned
    answered = training.answered if training else {}
    disagreement = training.disagreement if training else {}
    return [
        WeightRow(signal, odds, answered.get(signal.id, 0), signal.id in disagreement)
        for signal, odds in odds_with_intervals(model)
    ]
