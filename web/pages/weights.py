"""What each signal is worth, and the evidence behind it."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from ...data.answers.fields import find_questions
from ...data.catalogue.evidence import Finding, findings
from ...data.catalogue.questions import Signal
from ...model.offer_model import OfferModel
from ...reporting.axis_scales import OddsInterval, odds_limits
from ...reporting.html.forest_plot import odds_with_intervals
from ...reporting.signals import correlation, describe_answers, disagreement
from ..state import site_of
from ..templating import page

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Weight:
    """One row of the table: a signal and its odds ratio.

    Parameters
    ----------
    signal : Signal
    odds : Odds
    seen : int
        Interviews with an outcome that answered it.
    disagrees : bool
        Whether outcomes contradict the published evidence.
    """

    signal: Signal
    odds: OddsInterval
    seen: int
    disagrees: bool


@router.get("/weights")
def weights(request: Request) -> HTMLResponse:
    """Show every weight with its interval, before and after training."""
    chosen = site_of(request).chosen()
    rows = _weights(chosen.model)
    catalogue = chosen.model.catalogue
    groups = [
        (catalogue.title(group), [r for r in rows if r.signal.group == group])
        for group in catalogue.group_order
    ]
    training = chosen.model.training
    differences = training.disagreement if training else {}
    return page(
        request,
        "weights.html",
        groups=[(title, found) for title, found in groups if found],
        limits=odds_limits([row.odds for row in rows]),
        training=training,
        disagreement=disagreement(differences, catalogue) if differences else "",
        model=chosen.description,
    )


@router.get("/signals/{name}")
def signal(request: Request, name: str) -> HTMLResponse:
    """Show one question and what was published of it.

    Raises
    ------
    AnswerError
        There is none of this name.
    """
    model = site_of(request).chosen().model
    (entry,) = find_questions(model.catalogue, name)
    weight = next((row for row in _weights(model) if row.signal.id == entry.id), None)
    cited: list[Finding] = [findings()[key] for key in entry.citations if key in findings()]
    return page(
        request,
        "signal.html",
        entry=entry,
        weight=weight,
        limits=odds_limits([weight.odds]) if weight else None,
        worth=[describe_answers(entry), correlation(entry)] if isinstance(entry, Signal) else [],
        findings=cited,
        training=model.training,
    )


def _weights(model: OfferModel) -> list[Weight]:
    training = model.training
    answered = training.answered if training else {}
    disagreement = training.disagreement if training else {}
    return [
        Weight(signal, odds, answered.get(signal.id, 0), signal.id in disagreement)
        for signal, odds in odds_with_intervals(model)
    ]
