"""Fitting a scorecard to a model: the whole numbers that lose least over simulated forms."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...data.answers.fields import entries
from ...data.answers.forms import short_form
from ...data.answers.observations import Floats
from ...data.catalogue.catalogue import Catalogue
from ...data.errors import AnswerError, Fault
from ...model.offer_model import OfferModel
from ...model.predictive_distribution import shrinkage
from .card import UNIT, Scorecard, parts_of
from .lookup_tables import Discounts, counting_table, keeping_table, typical_variance, whole_weights
from .points import Row, SilencePoints, row_of
from .simulated_forms import CardForms, card_forms

_MARKED = 3
_RARE = 0.2  # variance of the log-odds that one answer may bring without columns of its own


def scorecard(model: OfferModel, signals: Sequence[str] | None = None) -> Scorecard:
    """Return the scorecard of a model.

    Marked are the (at most three) questions of the largest published effect. The weights of the others,
    the shares that count and what is kept are least-squares fits over 24,000 simulated forms, weighted by
    how much the probability changes; the same model gives the same card.

    Parameters
    ----------
    model : OfferModel
    signals : sequence of str, optional
        Ids of the questions; those of the short form by default.

    Returns
    -------
    Scorecard

    Raises
    ------
    AnswerError
        Signals that are not in the catalogue, or none; every fault is listed.

    Examples
    --------
    >>> from offerodds.data.answers.observations import observe
    >>> model = OfferModel.default()
    >>> card = scorecard(model)
    >>> answers = {"self_rating": 5, "timeline_given": "specific", "rapport": 2, "stage": "final"}
    >>> float(card.fill(observe(model.catalogue, answers)).chance[0])
    0.41
    >>> round(model.predict(answers).probability, 2)
    0.41
    """
    asked = _checked(model.catalogue, signals)
    places = np.array([model.catalogue.ids.index(name) for name in asked])
    published = np.abs(model.effects.weight[places])
    largest = np.argsort(-published, kind="stable")[:_MARKED].tolist()
    marked = [j for j in largest if published[j] > 0]
    forms = card_forms(model, places, marked)
    shrink = float(shrinkage(model.posterior.covariance[0, 0]))
    weights = shrink * model.posterior.mean[1:][places]
    points = np.nan_to_num(forms.z) @ weights / UNIT
    first = published * (np.abs(model.effects.loading[places]) + 1e-3)  # none is left out
    discounts = _discounts(forms, marked, first, UNIT * points)
    counting = counting_table(discounts, forms, points, tuple(asked))
    rows = tuple(
        replace(row_of(model.catalogue[name], weight, UNIT), weight=whole)
        for name, weight, whole in zip(asked, weights.tolist(), discounts.weights.tolist(), strict=True)
    )
    share = counting.share(discounts.pattern, discounts.sums)
    counted = parts_of(share, np.rint(points).astype(np.int64), 1000)
    rare = _rarest(rows, np.diag(model.posterior.covariance)[1:][places])
    signals_of = [model.catalogue[name] for name in asked]
    keeping = keeping_table(forms, rows, signals_of, counted, share, rare, shrink)
    return Scorecard(
        catalogue=model.catalogue,
        rows=rows,
        counting=counting,
        keeping=keeping,
        shrink=shrink,
        alpha=float(model.posterior.mean[0]),
        base_rate=model.base_rate,
        silence=SilencePoints.of(model.catalogue.silence, UNIT),
        variance=typical_variance(forms),
    )


def _discounts(forms: CardForms, marked: list[int], first: Floats, log_odds: Floats) -> Discounts:
    """Return the halo discount from a sum of weights, fitted where it moves the probability most."""
    importance = (forms.slope * forms.discount**2) ** 2 * (log_odds**2 + np.mean(log_odds**2) / 4)
    return whole_weights(forms.answered, forms.discount, marked, first, importance)


def _checked(catalogue: Catalogue, signals: Sequence[str] | None) -> list[str]:
    """Return the ids of the questions, in the order of the catalogue."""
    if signals is None:
        return [question.id for question in short_form(catalogue) if question.id in catalogue]
    wanted: set[str] = set()
    faults: list[Fault] = []
    for name in signals:
        try:
            found = entries(catalogue, name)[0].id
        except AnswerError as error:
            faults += error.faults
            continue
        if found not in catalogue:
            faults.append(Fault("asked on every scorecard", field=found, expected="a signal"))
        wanted.add(found)
    if not signals:
        faults.append(Fault("no signal to ask", expected="at least one"))
    if faults:
        raise AnswerError(faults)
    return [name for name in catalogue.ids if name in wanted]


def _rarest(rows: Sequence[Row], variance: Floats) -> tuple[str, int] | None:
    """Return the answer that brings the largest variance, where it is large enough to matter."""
    brought = {
        (row.signal, place): float(of_weight * z**2)
        for row, of_weight in zip(rows, variance, strict=True)
        for place, z in enumerate(row.strengths)
        if any(row.points)  # else it is not printed
    }
    most = max(brought, key=brought.__getitem__, default=None)
    return most if most is not None and brought[most] > _RARE else None
