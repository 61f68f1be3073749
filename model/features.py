"""Answers to features: strengths in standard units, then the halo discount.

``n`` interviews, ``k`` signals; an unanswered signal has strength NaN and feature 0.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..data.answers.observations import Floats, Observations
from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.questions import Signal

REFERENCE_RATE = 0.32  # offers per onsite interview, Lever 2016: turns a correlation into a weight
HALO_EXPONENT = 0.7  # with 1, many strong signs count for too little; with .5, for too much (docs/method.md)
MAX_STRENGTH = 3.0  # standard units: one extreme answer counts no more than a rare one
HALF_HOUR = 30.0  # minutes
_TYPICAL_MINUTES = 45.0  # length of an interview whose length is not known


@dataclass(frozen=True)
class Effects:
    """Published effects of a catalogue, every signal oriented so that + is favourable.

    Parameters
    ----------
    weight : (k,) array
        ``b``, marginal log odds ratio per standard unit.
    weight_sd : (k,) array
        ``τ``, its standard deviation.
    loading : (k,) array
        ``λ``, correlation with the general impression.

    References
    ----------
    Borenstein, Hedges, Higgins & Rothstein (2009), Introduction to Meta-Analysis, chapter 7: weights from
    correlations. Spearman (1904), "General intelligence", objectively determined and measured, American
    Journal of Psychology 15(2):201-292: one common factor.
    """

    weight: Floats
    weight_sd: Floats
    loading: Floats

    @classmethod
    def from_catalogue(cls, catalogue: Catalogue) -> "Effects":
        """Convert the correlations of a catalogue to weights.

        A correlation ``r`` with an outcome of rate ``ρ`` becomes ``b = r / √((1 - r²) ρ (1 - ρ))``: the mean
        difference that the correlation implies, in standard deviations within each outcome (Borenstein et
        al. 2009, chapter 7). By the delta method its standard deviation is
        ``τ = s / ((1 - r²)^(3/2) √(ρ (1 - ρ)))``, with ``s`` that of the correlation.

        Parameters
        ----------
        catalogue : Catalogue
            Of ``k`` signals.

        Returns
        -------
        Effects

        Examples
        --------
        >>> effects = Effects.from_catalogue(Catalogue.built_in())
        >>> float(effects.weight.max().round(2))  # of a self-rating
        0.44
        """
        turn = np.array([signal.turn for signal in catalogue.signals], dtype=float)
        r = turn * np.array([signal.r_offer for signal in catalogue.signals])
        r_sd = np.array([signal.r_sd for signal in catalogue.signals])
        loading = turn * np.array([signal.halo_loading for signal in catalogue.signals])
        outcome_sd = np.sqrt(REFERENCE_RATE * (1 - REFERENCE_RATE))
        return cls(
            weight=r / (np.sqrt(1 - r**2) * outcome_sd),
            weight_sd=r_sd / ((1 - r**2) ** 1.5 * outcome_sd),
            loading=loading,
        )

    @cached_property
    def discount_terms(self) -> Floats:
        """Terms of each signal in the halo discount, ``bλ``, ``b² (1 - λ²)`` and ``b²``: (3, k) array.

        Summed over the answered signals they give ``bᵀSb = (Σ bλ)² + Σ b² (1 - λ²)`` and ``bᵀb``,
        with one common factor (Spearman 1904).
        """
        b, loading = self.weight, self.loading
        return np.stack([b * loading, b**2 * (1 - loading**2), b**2])


def strengths(observations: Observations) -> Floats:
    """Convert answers to standard units, ``z = ± (answer - typical) / spread``, clipped to ±3.

    Parameters
    ----------
    observations : Observations
        ``n`` interviews, ``k`` signals.

    Returns
    -------
    (n, k) array
        ``z``, standard units, + favourable; NaN where unanswered.

    Examples
    --------
    >>> from offerodds.data.answers.observations import observe
    >>> catalogue = Catalogue.built_in()
    >>> z = strengths(observe(catalogue, {"rapport": 5, "difficulty": "average"}))
    >>> z[0, catalogue.ids.index("rapport")].item()
    1.5
    """
    typical, spread, turn = observations.catalogue.standardisation
    z = _measurements_by_signal(observations)  # in place from here on: a table's largest array
    z -= typical
    z /= spread
    np.minimum(z, MAX_STRENGTH, out=z)
    np.maximum(z, -MAX_STRENGTH, out=z)
    z *= turn
    z += 0.0  # turns -0.0 into 0.0
    return np.asarray(z.T)


def measurements(observations: Observations) -> Floats:
    """Collect what each signal measures: the answer, a log ratio of two lengths, or a count per half hour.

    Parameters
    ----------
    observations : Observations
        ``n`` interviews, ``k`` signals.

    Returns
    -------
    (n, k) array
        In each signal's own unit; NaN where unanswered.
    """
    return _measurements_by_signal(observations).T


def _measurements_by_signal(observations: Observations) -> Floats:
    """Compute `measurements` transposed, (k, n) array: each signal is contiguous in memory."""
    value = np.full((len(observations.catalogue.ids), observations.n), np.nan)
    for j, name in enumerate(observations.catalogue.ids):
        if name in observations.answers:
            value[j] = observations.answers[name]
    for j, signal in observations.catalogue.length_relative_signals.items():
        if signal.kind == "ratio" or signal.id in observations.answers:
            value[j] = _relative(signal, value[j], *(observations[length] for length in signal.of))
    return value


def _relative(signal: Signal, count: Floats, actual: Floats, planned: Floats) -> Floats:
    """Relate a count or the actual length to a length.

    Parameters
    ----------
    signal : Signal
        Of kind ``ratio`` or ``rate``.
    count : (n,) array
        Answers to a rate; ignored for a ratio.
    actual, planned : (n,) array
        Minutes, NaN where unanswered.

    Returns
    -------
    (n,) array
        Log ratio of actual to planned length, or count per half hour.
    """
    if signal.kind == "ratio":
        return np.asarray(np.log((actual + 1) / (planned + 1)))
    minutes = np.where(np.isnan(actual), np.where(np.isnan(planned), _TYPICAL_MINUTES, planned), actual)
    return np.asarray(count * HALF_HOUR / np.maximum(minutes, 1.0))


def halo_discount(answered: Floats, effects: Effects) -> Floats:
    """Compute the factor that stops correlated signs from counting as if independent.

    With marginal weights ``b`` and correlations ``S = λλᵀ + diag(1 - λ²)``, one factor common to all signs
    (Spearman 1904), ``c = min(1, bᵀb / bᵀSb)^γ`` over the answered signs, with ``γ = .7``. The ratio is the
    least-squares slope of an outcome on ``bᵀz`` when each sign by itself has slope ``b``. The power softens
    it, because in full it counts many strong signs for too little. One sign counts in full, thirty correlated
    ones far less than their sum. (Inverting ``S`` instead would give some good signs negative weights.)

    Parameters
    ----------
    answered : (n, k) array of 0 and 1
        1 where a signal is answered.
    effects : Effects

    Returns
    -------
    (n,) array
        ``c``, above 0 and at most 1; 1 where nothing answered has a published effect.
    """
    common, specific, independent = effects.discount_terms @ answered.T
    correlated = common**2 + specific
    slope = np.divide(independent, correlated, out=np.ones(independent.shape), where=correlated > 0)
    return np.asarray(np.minimum(slope, 1.0) ** HALO_EXPONENT)


def features(z: Floats, effects: Effects) -> tuple[Floats, Floats]:
    """Compute the features ``x = c z``, 0 where unanswered, and the halo discount ``c``.

    Parameters
    ----------
    z : (n, k) array
        Strengths, standard units, NaN where unanswered.
    effects : Effects

    Returns
    -------
    x : (n, k) array
        Standard units times discount.
    c : (n,) array
        Halo discount.
    """
    answered = ~np.isnan(z)
    c = halo_discount(answered.astype(float), effects)
    # Set NaN to 0 by masking bits, six times as fast as np.where: -1 has all bits set, 0 has none.
    x = (z.view(np.int64) & -answered.astype(np.int64)).view(np.float64)
    x *= c[:, None]
    return x, c


def discount_and_sd_if_answered(answered: Floats, effects: Effects) -> tuple[Floats, Floats]:
    """Compute, for each signal, the discount with it answered too and the spread of its strength.

    Under one common factor the strength of an unanswered sign, given the answered ones, has variance
    ``1 - λ² Q / (1 + Q)`` with ``Q = Σ λ² / (1 - λ²)`` over the answered signs.

    Parameters
    ----------
    answered : (k,) array of 0 and 1
        1 where a signal is answered.
    effects : Effects

    Returns
    -------
    discount : (k,) array
        Halo discount if that signal were answered too.
    sd : (k,) array
        Standard deviation of its strength given the others, standard units.
    """
    discount = halo_discount(np.maximum(answered, np.eye(answered.size)), effects)
    precision = effects.loading**2 / (1 - effects.loading**2)
    q = float(answered @ precision)
    return discount, np.sqrt(1 - effects.loading**2 * q / (1 + q))
