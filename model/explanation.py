"""Why a prediction is what it is: base rate, contributions, points, and what else to answer."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from ..data.answers.observations import Observations
from ..data.answers.parsing import answer_text
from ..data.catalogue.question_schema import Question, Signal
from .features import Effects, discount_and_sd_if_answered
from .prediction import ContextAnswer, Contribution, Interval, Prediction, PredictionParts, Unanswered
from .predictive_distribution import interval, normal_quantile, shrinkage
from .scoring import SILENCE_FIELD, Score


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
        observations, catalogue = self.observations, self.observations.catalogue
        fields = (field for field in catalogue.questions if field in observations.given)
        given = {field: observations.given[field] for field in fields}
        relative = catalogue.length_relative_signals.values()
        ratios = [signal for signal in relative if signal.kind == "ratio" and given.keys() >= {*signal.of}]
        removed = [*given, *(signal.id for signal in ratios)]
        if not removed:
            return {}
        # One column for each removal, so that all are scored at once.
        table = np.array([*given.values()])[:, None].repeat(len(removed), axis=1)
        np.fill_diagonal(table, math.nan)
        columns = dict(zip(given, table, strict=True))
        for j, signal in enumerate(ratios, len(given)):
            for field in signal.of:
                columns[field][j] = math.nan
        employers = observations.employers
        if employers:
            employers = replace(employers, codes=employers.codes.repeat(len(removed)))
        reduced = Observations(catalogue, columns, len(removed), employers=employers)
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
        ContextAnswer(question.id, _answer_text(observations, question), removal.points[question.id])
        for question in asked
        if question.id != SILENCE_FIELD and question.id in removal.points
    )


def _contributions(
    observations: Observations, score: Score, removal: AnswerRemoval, level: float
) -> tuple[Contribution, ...]:
    """Collect the contributions of the signals in the order of the catalogue, then that of the silence."""
    of_signals = _signal_contributions(observations, score, removal, level)
    if SILENCE_FIELD not in observations.given:
        return of_signals
    answer = _answer_text(observations, observations.catalogue.questions[SILENCE_FIELD])
    update, points = float(score.silence[0]), removal.points[SILENCE_FIELD]
    return (*of_signals, Contribution(SILENCE_FIELD, answer, None, update, update, update, points))


def _signal_contributions(
    observations: Observations, score: Score, removal: AnswerRemoval, level: float
) -> tuple[Contribution, ...]:
    """Collect the contributions of the answered signals, with intervals ``± z* κ |xⱼ| sd(βⱼ)``."""
    log_odds = score.contributions[0]
    sd = np.abs(score.X[0, 1:]) * score.posterior.sd[1:]
    half_width = normal_quantile(level) * score.kappa * sd
    columns = np.array([score.strength[0], log_odds, log_odds - half_width, log_odds + half_width])
    points, signals = removal.points, observations.catalogue.signals
    return tuple(
        Contribution(signal.id, _answer_text(observations, signal), z, adds, low, high, points[signal.id])
        for signal, (z, adds, low, high) in zip(signals, columns.T.tolist(), strict=True)
        if signal.id in points
    )


def _halo_discount(score: Score, effects: Effects) -> float:
    """Compute what the answers count for together, as a share of what they would one by one."""
    weight, strength = np.abs(effects.weight), np.abs(score.strength[0])
    alone = weight @ np.where(np.isnan(strength), 0.0, strength)
    together = weight @ np.abs(score.X[0, 1:])
    return float(together / alone) if alone else 1.0


def _answer_text(observations: Observations, question: Question) -> str:
    """Format the answer to a question or signal in words."""
    if question.kind == "ratio" and isinstance(question, Signal):
        parts = (observations.catalogue.questions[part] for part in question.of)
        return " of ".join(_answer_text(observations, part) for part in parts)
    return answer_text(question, observations.given[question.id])


def _unanswered(observations: Observations, score: Score, effects: Effects) -> tuple[Unanswered, ...]:
    """Rank the unanswered signals by the standard deviation of their contribution, largest first."""
    unanswered = np.isnan(score.strength[0])
    discount, strength_sd = discount_and_sd_if_answered(~unanswered, effects)
    sd = score.kappa * discount * np.abs(score.posterior.mean[1:]) * strength_sd
    by_size = (-sd).argsort(kind="stable")
    ranked = by_size[unanswered[by_size]]
    ids = observations.catalogue.ids
    sizes = zip(ranked.tolist(), sd[ranked].tolist(), strict=True)
    return tuple(Unanswered(ids[j], size) for j, size in sizes)
