"""Why a prediction is what it is: base rate, contributions, points, and what else to ask."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from ..data.answers.observations import Floats, Observations
from .features import Effects, new_information
from .posterior import Posterior
from .prediction import Contribution, Prediction, Unanswered
from .predictive_distribution import quantile, shrinkage, sigmoid
from .scoring import SILENCE, Score


@dataclass(frozen=True)
class Moved:
    """The probability of one interview, beside those of the same interview with one answer less.

    Parameters
    ----------
    seen : Observations
        Of the one interview.
    probability : float
    rescore : callable
        Gives the score of interviews; everything is computed anew, the halo discount included.
    """

    seen: Observations
    probability: float
    rescore: Callable[[Observations], Score]

    def by_field(self) -> Mapping[str, float]:
        """Return how far each answered field moves the probability, in the order of the form."""
        fields = self.seen.catalogue.questions
        return {name: moved for name, moved in self.by_sign.items() if name in fields}

    @cached_property
    def by_sign(self) -> Mapping[str, float]:
        """The same of each answered field, and of each ratio without both of the fields it is taken of."""
        answered = [field for field in self.seen.catalogue.questions if not np.isnan(self.seen[field][0])]
        left_out = {field: {field} for field in answered}
        ratios = (signal for signal in self.seen.catalogue.signals if signal.kind == "ratio")
        left_out |= {signal.id: {*signal.of} for signal in ratios if left_out.keys() >= {*signal.of}}
        if not left_out:
            return {}
        kept = {
            field: np.array([np.nan if field in gone else self.seen[field][0] for gone in left_out.values()])
            for field in answered
        }
        without = self.rescore(Observations(self.seen.catalogue, kept, len(left_out))).probability
        return dict(zip(left_out, (self.probability - without).tolist(), strict=True))


def base_log_odds(context: Floats, posterior: Posterior) -> Floats:
    """Return the log-odds shown with nothing answered, ``κ₀ (context + α)``: (n,) array.

    Parameters
    ----------
    context : (n,) array
        Log-odds that each interview starts from.
    posterior : Posterior
    """
    return np.asarray(shrinkage(posterior.covariance[0, 0]) * (context + posterior.mean[0]))


def contributions(design: Floats, context: Floats, posterior: Posterior) -> Floats:
    """Return what each feature adds to `base_log_odds`: (n, k) array; they sum to ``κ η``.

    A feature adds ``κ β x``, and because its weight is uncertain it also draws the estimate towards
    even odds, ``κ < κ₀``. That pull, ``(κ - κ₀) η₀``, is shared in proportion to the variance that each
    feature brings, with ``κ - κ₀ = -(π/8) κ² κ₀² / (κ + κ₀)`` times the variance that all bring.

    Parameters
    ----------
    design : (n, 1 + k) array
        Intercept column and features.
    context : (n,) array
        Log-odds that each interview starts from.
    posterior : Posterior

    Examples
    --------
    >>> believed = Posterior(np.array([0.0, 1.0]), np.diag([1.0, 0.5]))
    >>> contributions(np.array([[1.0, 0.0], [1.0, 2.0]]), np.array([-1.0, -1.0]), believed).round(2)
    array([[0.  ],
           [1.52]])
    """
    mean, covariance = posterior.mean, posterior.covariance
    spread = design @ covariance
    kappa = shrinkage(np.sum(spread * design, axis=1))
    kappa_0 = shrinkage(covariance[0, 0])
    x = design[:, 1:]
    brought = x * (spread + covariance[0])[:, 1:]
    pull = -(np.pi / 8) * (kappa * kappa_0) ** 2 / (kappa + kappa_0) * (context + mean[0])
    return np.asarray(kappa[:, None] * x * mean[1:] + pull[:, None] * brought)


def explain(
    seen: Observations,
    score: Score,
    rescore: Callable[[Observations], Score],
    effects: Effects,
    level: float,
) -> Prediction:
    """Return the prediction for the one interview observed, with all that explains it.

    Parameters
    ----------
    seen : Observations
        Of one interview.
    score : Score
        What the posterior says of it.
    rescore : callable
        Gives the score of other interviews.
    effects : Effects
    level : float
        Coverage of the intervals.

    Returns
    -------
    Prediction
        ``logit(base_rate)`` and the contributions add up to ``logit(probability)``.
    """
    probability, low, high = score.estimate(level)[:, 0].tolist()
    posterior, moved = score.posterior, Moved(seen, probability, rescore)
    return Prediction(
        probability=probability,
        low=low,
        high=high,
        level=level,
        base_rate=partial(_base_rate, score, posterior),
        halo_discount=float(score.discount[0]),
        contributions=partial(_contributions, seen, score, posterior, moved, level),
        unanswered=partial(_unanswered, seen, score, posterior, effects),
        points=moved.by_field,
        catalogue=seen.catalogue,
    )


def _base_rate(score: Score, posterior: Posterior) -> float:
    """Return the probability with nothing answered."""
    return float(sigmoid(base_log_odds(score.context, posterior))[0])


def _contributions(
    seen: Observations, score: Score, posterior: Posterior, moved: Moved, level: float
) -> tuple[Contribution, ...]:
    """Return what each answer adds: the signals in the order of the catalogue, then the silence."""
    of_signals = _signal_contributions(seen, score, posterior, moved, level)
    if np.isnan(seen[SILENCE][0]):
        return of_signals
    worth, points = float(score.silence[0]), moved.by_sign[SILENCE]
    return (
        *of_signals,
        Contribution(SILENCE, seen.answer_text(SILENCE, 0), None, worth, worth, worth, points),
    )


def _signal_contributions(
    seen: Observations, score: Score, posterior: Posterior, moved: Moved, level: float
) -> tuple[Contribution, ...]:
    """Return the contributions of the answered signals, in the order of the catalogue."""
    kappa = shrinkage(score.variance[0])
    worth = contributions(score.design, score.context, posterior)[0]
    sd = np.abs(score.design[0]) * np.sqrt(np.diag(posterior.covariance))
    reach = (quantile(level) * kappa * sd)[1:]
    columns = (score.strength[0], worth, worth - reach, worth + reach)
    ids = seen.catalogue.ids
    return tuple(
        Contribution(ids[j], _answer(seen, j), z, adds, low, high, moved.by_sign[ids[j]])
        for j, (z, adds, low, high) in enumerate(zip(*(column.tolist() for column in columns), strict=True))
        if not math.isnan(z)
    )


def _answer(seen: Observations, j: int) -> str:
    """Return the answer to the j-th signal as a person would say it."""
    signal = seen.catalogue.signals[j]
    if signal.kind == "ratio":
        return " of ".join(seen.answer_text(part, 0) for part in signal.of)
    return seen.answer_text(signal.id, 0)


def _unanswered(
    seen: Observations, score: Score, posterior: Posterior, effects: Effects
) -> tuple[Unanswered, ...]:
    """Return the unanswered signals, most informative first."""
    answered = (~np.isnan(score.strength[0])).astype(float)
    discount, sd = new_information(answered, effects)
    worth = shrinkage(score.variance[0]) * discount * np.abs(posterior.mean[1:]) * sd
    order = sorted(np.flatnonzero(answered == 0).tolist(), key=(-worth).tolist().__getitem__)
    return tuple(Unanswered(seen.catalogue.signals[j].id, float(worth[j])) for j in order)
