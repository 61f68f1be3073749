"""Why a prediction is what it is: base rate, contributions, points, and what else to answer."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from ..data.answers.observations import Floats, Observations
from .employers import EmployerTerms
from .features import Effects, discount_and_sd_if_answered
from .posterior import Posterior
from .prediction import ContextAnswer, Contribution, Interval, Prediction, PredictionParts, Unanswered
from .predictive_distribution import interval, normal_quantile, shrinkage
from .scoring import SILENCE_FIELD, Score


def contributions(
    X: Floats, context: Floats, posterior: Posterior, employer: EmployerTerms | None = None
) -> Floats:
    """Compute what each feature adds to the log-odds without any; together they give ``κ η``.

    Without any feature the log-odds are ``κ₀ b``, with ``b = η₀ + m₀ + E[ε]``. A feature adds ``κ mⱼ xⱼ``.
    Because its weight is uncertain it also moves the estimate towards even odds, ``κ < κ₀``. That pull,
    ``(κ - κ₀) b``, is shared in proportion to the variance that each feature brings; together they bring
    ``v - v₀``, the variance less that without any feature.

    Parameters
    ----------
    X : (n, 1 + k) array
        Design matrix: 1 for the intercept, then the features.
    context : (n,) array
        ``η₀``, log-odds that each interview starts from.
    posterior : Posterior
        Of ``1 + k`` coefficients.
    employer : EmployerTerms, optional
        Levels of the employers; without them there are no differences among employers.

    Returns
    -------
    (n, k) array
        Log-odds.

    Examples
    --------
    >>> posterior = Posterior(np.array([0.0, 1.0]), np.diag([1.0, 0.5]))
    >>> contributions(np.array([[1.0, 0.0], [1.0, 2.0]]), np.array([-1.0, -1.0]), posterior).round(2)
    array([[0.  ],
           [1.52]])
    """
    mean, covariance = posterior.mean, posterior.covariance
    employer = employer or EmployerTerms(np.zeros(len(X)), np.zeros(len(X)))
    from_all, from_levels = employer.added_to(X), employer.added_to(np.eye(1, X.shape[1]))
    covariance_with_eta, covariance_with_level = from_all @ covariance, from_levels @ covariance
    kappa = shrinkage(np.sum(covariance_with_eta * from_all, axis=1) + employer.variance)
    kappa_0 = shrinkage(np.sum(covariance_with_level * from_levels, axis=1) + employer.variance)
    x = X[:, 1:]
    variance_brought = x * (covariance_with_eta + covariance_with_level)[:, 1:]
    # (κ - κ₀) / (v - v₀) in a form that is also right where the features bring no variance
    pull = -(np.pi / 8) * (kappa * kappa_0) ** 2 / (kappa + kappa_0) * (context + mean[0] + employer.mean)
    return np.asarray(kappa[:, None] * x * mean[1:] + pull[:, None] * variance_brought)


@dataclass(frozen=True)
class AnswerRemoval:
    """Probabilities of one interview with single answers removed, in comparison with that of all answers.

    Parameters
    ----------
    observations : Observations
        Of one interview.
    probability : float
        With all answers.
    rescore : callable
        From observations to their score; computes everything again, including the halo discount.
    """

    observations: Observations
    probability: float
    rescore: Callable[[Observations], Score]

    def points_by_field(self) -> Mapping[str, float]:
        """Select the points of the answered fields, in the order of the form."""
        fields = self.observations.catalogue.questions
        return {name: points for name, points in self.points.items() if name in fields}

    @cached_property
    def points(self) -> Mapping[str, float]:
        """Probability less that without each answered field, and without each ratio, -1 to 1.

        A ratio of two lengths is removed together with both.
        """
        given, catalogue = self.observations.answers, self.observations.catalogue
        answers = {
            field: value
            for field in catalogue.questions
            if field in given and not math.isnan(value := given[field].item())
        }
        removed: dict[str, tuple[str, ...]] = {field: (field,) for field in answers}
        relative = catalogue.length_relative_signals.values()
        ratios = (signal for signal in relative if signal.kind == "ratio")
        removed |= {signal.id: signal.of for signal in ratios if removed.keys() >= {*signal.of}}
        if not removed:
            return {}
        # One column for each removal, so that all are scored at once.
        table = np.repeat(np.array([*answers.values()])[:, None], len(removed), axis=1)
        columns = dict(zip(answers, table, strict=True))
        for j, fields in enumerate(removed.values()):
            for field in fields:
                columns[field][j] = np.nan
        employers = self.observations.employers
        if employers:
            employers = replace(employers, codes=np.repeat(employers.codes, len(removed)))
        reduced = Observations(self.observations.catalogue, columns, len(removed), employers=employers)
        points = self.probability - self.rescore(reduced).probability
        return dict(zip(removed, points.tolist(), strict=True))


@dataclass(frozen=True)
class Intervals:
    """The interval of one interview, and its two parts, computed together when one of them is first read.

    The chance averaged over the levels depends on the weights through log-odds of mean ``κ η`` and variance
    ``κ² v_s``, with ``κ`` for the variance of the levels. Neither part is wider than the whole.

    Parameters
    ----------
    score : Score
        Of one interview.
    probability : float
        Of that score.
    level : float
        Coverage, between 0 and 1.
    """

    score: Score
    probability: float
    level: float

    def low(self) -> float:
        """Return the lower end."""
        return self._all[0].low

    def high(self) -> float:
        """Return the upper end."""
        return self._all[0].high

    def parts(self) -> PredictionParts:
        """Return the interval with only the weights uncertain, and with only the levels unknown."""
        p, (whole, *parts) = self.probability, self._all
        clipped = (
            Interval(min(max(part.low, whole.low), p), min(max(part.high, p), whole.high)) for part in parts
        )
        return PredictionParts(*clipped)

    @cached_property
    def _all(self) -> list[Interval]:
        score = self.score
        of_signs, of_levels = score.variance_parts()
        kappa = shrinkage(of_levels)
        eta = np.concatenate([score.eta, kappa * score.eta, score.eta])
        variance = np.concatenate([score.variance, kappa**2 * of_signs, of_levels])
        ends = interval(eta, variance, self.level, np.repeat(score.silence, 3))
        return [Interval(*each) for each in zip(*(end.tolist() for end in ends), strict=True)]


def explain(
    observations: Observations,
    score: Score,
    rescore: Callable[[Observations], Score],
    effects: Effects,
    level: float,
) -> Prediction:
    """Build the prediction for one interview, with everything that explains it.

    Parameters
    ----------
    observations : Observations
        Of one interview.
    score : Score
        Of that interview.
    rescore : callable
        From other observations to their score under the same model.
    effects : Effects
        Published effects, for the halo discount.
    level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    Prediction
        ``logit(base_rate)`` and the contributions add up to ``logit(probability)``.
    """
    removal = AnswerRemoval(observations, score.probability.item(), rescore)
    intervals = Intervals(score, removal.probability, level)
    return Prediction(
        probability=removal.probability,
        low=intervals.low,
        high=intervals.high,
        level=level,
        base_rate=partial(_base_rate, score),
        halo_discount=partial(_halo_discount, score, effects),
        contributions=partial(_contributions, observations, score, removal, level),
        unanswered=partial(_unanswered, observations, score, effects),
        points=removal.points_by_field,
        parts=intervals.parts,
        context=partial(_context, observations, removal),
        catalogue=observations.catalogue,
    )


def _base_rate(score: Score) -> float:
    """Compute the probability with nothing answered."""
    return float(score.base_rate[0])


def _context(observations: Observations, removal: AnswerRemoval) -> tuple[ContextAnswer, ...]:
    """Collect the answers that are neither signs, nor the silence, nor lengths, which belong to signs."""
    asked = [question for question in observations.catalogue.fields if question.kind != "minutes"]
    return tuple(
        ContextAnswer(question.id, observations.answer_text(question.id, 0), removal.points[question.id])
        for question in asked
        if question.id != SILENCE_FIELD and question.id in removal.points
    )


def _contributions(
    observations: Observations, score: Score, removal: AnswerRemoval, level: float
) -> tuple[Contribution, ...]:
    """Collect the contributions of the signals in the order of the catalogue, then that of the silence."""
    of_signals = _signal_contributions(observations, score, removal, level)
    if math.isnan(observations[SILENCE_FIELD][0]):
        return of_signals
    answer, update = observations.answer_text(SILENCE_FIELD, 0), float(score.silence[0])
    points = removal.points[SILENCE_FIELD]
    return (*of_signals, Contribution(SILENCE_FIELD, answer, None, update, update, update, points))


def _signal_contributions(
    observations: Observations, score: Score, removal: AnswerRemoval, level: float
) -> tuple[Contribution, ...]:
    """Collect the contributions of the answered signals, with intervals ``± z* κ |xⱼ| sd(βⱼ)``."""
    log_odds = contributions(score.X, score.context, score.posterior, score.employer)[0]
    sd = np.abs(score.X[0]) * np.sqrt(np.diag(score.posterior.covariance))
    half_width = (normal_quantile(level) * shrinkage(score.variance[0]) * sd)[1:]
    columns = (score.strength[0], log_odds, log_odds - half_width, log_odds + half_width)
    ids = observations.catalogue.ids
    return tuple(
        Contribution(ids[j], _answer_text(observations, j), z, adds, low, high, removal.points[ids[j]])
        for j, (z, adds, low, high) in enumerate(zip(*(column.tolist() for column in columns), strict=True))
        if not math.isnan(z)
    )


def _halo_discount(score: Score, effects: Effects) -> float:
    """Compute what the answers count for together, as a share of what they would one by one."""
    alone = np.abs(effects.weight) @ np.abs(np.nan_to_num(score.strength[0]))
    together = np.abs(effects.weight) @ np.abs(score.X[0, 1:])
    return float(together / alone) if alone else 1.0


def _answer_text(observations: Observations, j: int) -> str:
    """Format the answer to the j-th signal in words."""
    signal = observations.catalogue.signals[j]
    if signal.kind == "ratio":
        return " of ".join(observations.answer_text(part, 0) for part in signal.of)
    return observations.answer_text(signal.id, 0)


def _unanswered(observations: Observations, score: Score, effects: Effects) -> tuple[Unanswered, ...]:
    """Rank the unanswered signals by the standard deviation of their contribution, largest first."""
    answered = (~np.isnan(score.strength[0])).astype(float)
    discount, strength_sd = discount_and_sd_if_answered(answered, effects)
    sd = shrinkage(score.variance[0]) * discount * np.abs(score.posterior.mean[1:]) * strength_sd
    order = sorted(np.flatnonzero(answered == 0).tolist(), key=(-sd).tolist().__getitem__)
    return tuple(Unanswered(observations.catalogue.signals[j].id, float(sd[j])) for j in order)
