"""Why a prediction is what it is: base rate, contributions, points, and what else to answer."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ..data.answers.observations import Floats, Observations
from ..data.answers.parsing import answer_text
from ..data.catalogue.question_schema import SILENCE_FIELD, Question, Signal
from .features import Effects, discount_and_sd_if_answered
from .prediction import ContextAnswer, Contribution, Interval, Prediction, PredictionParts, Unanswered
from .predictive_distribution import normal_quantile, probability_and_interval, shrinkage, unchanged_interval
from .scoring import Score


@dataclass(frozen=True, eq=False)
class Explanation:
    """The prediction for one interview and what explains it, with a method for each part of a `Prediction`.

    Parameters
    ----------
    observations : Observations
        Of one interview.
    rescore : callable
        From observations to their score under the model.
    effects : Effects
        Published effects, for the halo discount.
    level : float
        Coverage of the intervals, between 0 and 1.
    silences : (m,) array, optional
        Log-odds that other silences would add, for `after_silences`.
    """

    observations: Observations
    rescore: Callable[[Observations], Score]
    effects: Effects
    level: float
    silences: Floats = field(default_factory=lambda: np.zeros(0))

    def prediction(self) -> Prediction:
        """Collect all parts, to be computed when first read.

        ``logit(base_rate)`` and the contributions add up to ``logit(probability)``.
        """
        return Prediction(
            probability=self.probability,
            low=self.low,
            high=self.high,
            level=self.level,
            base_rate=self.base_rate,
            halo_discount=self.halo_discount,
            contributions=self.contributions,
            unanswered=self.unanswered,
            points=self.points_by_field,
            parts=self.parts,
            context=self.context,
            catalogue=self.observations.catalogue,
        )

    @cached_property
    def score(self) -> Score:
        """Score of the interview, without an axis of interviews; `points` computes it, too."""
        return self.rescore(self.observations).row(0)

    def base_rate(self) -> float:
        """Compute the probability with nothing answered."""
        return self.score.base_rate.item()

    def probability(self) -> float:
        """Compute the probability."""
        return self._interval[0]

    def low(self) -> float:
        """Compute the lower end of the interval."""
        return self._interval[1]

    def high(self) -> float:
        """Compute the upper end of the interval."""
        return self._interval[2]

    def parts(self) -> PredictionParts:
        """Compute the interval with only the weights uncertain, and with only the levels unknown.

        Neither is wider than the whole.
        """
        p, lowest, highest = self._interval
        parts = self._updated[1:3] or [unchanged_interval(*each, self.level) for each in self._part_moments()]
        clipped = (Interval(min(max(low, lowest), p), min(max(high, p), highest)) for _, low, high in parts)
        return PredictionParts(*clipped)

    def after_silences(self) -> list[tuple[float, float, float]]:
        """Compute probability, low and high with each other silence instead of that of the interview."""
        return self._updated[3:]

    @cached_property
    def _interval(self) -> tuple[float, float, float]:
        """Probability, low and high of the interview."""
        if self._updated:
            return self._updated[0]
        return unchanged_interval(self.score.eta.item(), self.score.variance.item(), self.level)

    @cached_property
    def _updated(self) -> list[tuple[float, float, float]]:
        """Probability, low and high of the interview, then of its two `parts`, then of other silences.

        All at once, because an interval that a silence updates takes long; empty if there is no silence.
        """
        eta, variance, silence = self.score.eta, self.score.variance, self.score.silence
        if not (self.silences.size or silence):
            return []
        columns = np.empty((3, 3 + self.silences.size))
        columns.T[:] = eta, variance, silence
        columns[:2, 1:3] = np.transpose(self._part_moments())
        columns[2, 3:] = self.silences
        means, variances, updates = columns
        return [*zip(*probability_and_interval(means, variances, self.level, updates).tolist(), strict=True)]

    def _part_moments(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Compute mean and variance of the log-odds of each of the two `parts`.

        The chance averaged over the levels depends on the weights through log-odds of mean ``κ η`` and
        variance ``κ² v_s``, with ``κ`` for the variance of the levels.
        """
        eta = self.score.eta.item()
        of_signs, of_levels = (variance.item() for variance in self.score.variance_parts())
        kappa = float(shrinkage(of_levels))
        return (kappa * eta, kappa**2 * of_signs), (eta, of_levels)

    def contributions(self) -> tuple[Contribution, ...]:
        """Collect the contributions of the signals in the catalogue's order, then that of the silence."""
        of_signals = self._signal_contributions()
        if SILENCE_FIELD not in self.observations.given:
            return of_signals
        answer = self._answer_text(self.observations.catalogue.questions[SILENCE_FIELD])
        update, points = self.score.silence.item(), self.points[SILENCE_FIELD]
        return (*of_signals, Contribution(SILENCE_FIELD, answer, None, update, update, update, points))

    def _signal_contributions(self) -> tuple[Contribution, ...]:
        """Collect the contributions of the answered signals, with intervals ``± z* κ |xⱼ| sd(βⱼ)``."""
        points, score, text = self.points, self.score, self._answer_text  # points first, as they score it too
        signals, log_odds = self.observations.catalogue.signals, score.contributions
        sd = np.abs(score.X[1:]) * score.posterior.sd[1:]
        half_width = normal_quantile(self.level) * score.kappa * sd
        columns = np.array([score.strength, log_odds, log_odds - half_width, log_odds + half_width])
        return tuple(
            Contribution(signal.id, text(signal), z, adds, low, high, points[signal.id])
            for signal, (z, adds, low, high) in zip(signals, columns.T.tolist(), strict=True)
            if signal.id in points
        )

    def context(self) -> tuple[ContextAnswer, ...]:
        """Collect the answers that are neither signs, nor the silence, nor lengths, which belong to signs."""
        return tuple(
            ContextAnswer(question.id, self._answer_text(question), self.points[question.id])
            for question in self.observations.catalogue.fields
            if question.id in self.points and question.id != SILENCE_FIELD and question.kind != "minutes"
        )

    def _answer_text(self, question: Question) -> str:
        """Format the answer to a question or signal in words."""
        if question.kind == "ratio" and isinstance(question, Signal):
            parts = (self.observations.catalogue.questions[part] for part in question.of)
            return " of ".join(map(self._answer_text, parts))
        return answer_text(question, self.observations.given[question.id])

    def halo_discount(self) -> float:
        """Compute what the answers count for together, as a share of what they would one by one."""
        weight, strength = np.abs(self.effects.weight), np.fmax(np.abs(self.score.strength), 0.0)  # not NaN
        alone = weight @ strength
        return float(weight @ np.abs(self.score.X[1:]) / alone) if alone else 1.0

    def unanswered(self) -> tuple[Unanswered, ...]:
        """Rank the unanswered signals by the standard deviation of their contribution, largest first."""
        score = self.score
        answered = ~np.isnan(score.strength)
        discount, strength_sd = discount_and_sd_if_answered(answered, self.effects)
        sd = score.kappa * np.abs(score.posterior.mean[1:]) * discount * strength_sd
        signals = zip(self.observations.catalogue.ids, sd.tolist(), answered.tolist(), strict=True)
        unanswered = (Unanswered(signal, size) for signal, size, is_answered in signals if not is_answered)
        return tuple(sorted(unanswered, key=lambda each: each.sd, reverse=True))

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
        answers = observations.given
        given = {field: answers[field] for field in catalogue.questions if field in answers}
        relative = catalogue.length_relative_signals.values()
        ratios = [signal for signal in relative if signal.kind == "ratio" and given.keys() >= {*signal.of}]
        removed = [*given, *(signal.id for signal in ratios)]
        # the first column is the interview itself, so that all are scored at once
        table = np.array([*given.values()])[:, None].repeat(1 + len(removed), axis=1)
        np.fill_diagonal(table[:, 1:], math.nan)
        columns = dict(zip(given, table, strict=True))
        for j, signal in enumerate(ratios, 1 + len(given)):
            for length in signal.of:
                columns[length][j] = math.nan
        employers = observations.employers
        if employers:
            employers = replace(employers, codes=employers.codes.repeat(1 + len(removed)))
        score = self.rescore(Observations(catalogue, columns, 1 + len(removed), employers=employers))
        p = score.probability
        vars(self).setdefault("score", score.row(0))
        return dict(zip(removed, (p[0] - p[1:]).tolist(), strict=True))
