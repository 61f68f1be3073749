"""Answers to features: strengths in standard units, then the halo discount.

Everything here takes and returns arrays: ``n`` interviews, ``k`` signals.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..data.answers.observations import Floats, Observations
from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.questions import Signal

REFERENCE_RATE = 0.32  # offers per onsite interview, Lever 2016: turns a correlation into a weight
CLIP = 3.0
HALF_HOUR = 30.0
_USUAL_MINUTES = 45.0


@dataclass(frozen=True)
class Effects:
    """The catalogue's published effects as arrays, every signal turned so that + is favourable.

    Parameters
    ----------
    weight : (k,) array
        Marginal log odds ratio per standard unit, ``b``.
    weight_sd : (k,) array
        Its standard deviation, ``tau``.
    loading : (k,) array
        Correlation with the general impression, ``lambda``.
    """

    weight: Floats
    weight_sd: Floats
    loading: Floats

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Effects":
        """Return the effects of a catalogue.

        A correlation with a two-valued outcome of rate ``p`` becomes a weight by
        ``b = r / sqrt((1 - r²) p (1 - p))``: the mean difference that the correlation implies, in
        standard deviations within each outcome (Borenstein et al. 2009, chapter 7). Its standard deviation
        follows by the delta method.

        Parameters
        ----------
        catalogue : Catalogue
            Gives ``k`` signals.

        Returns
        -------
        Effects

        Examples
        --------
        >>> effects = Effects.of(Catalogue.built_in())
        >>> float(effects.weight.max().round(2))  # interviewer_distracted, turned
        0.72
        """
        turn = np.array([signal.turn for signal in catalogue.signals], dtype=float)
        r = turn * np.array([signal.r_offer for signal in catalogue.signals])
        r_sd = np.array([signal.r_sd for signal in catalogue.signals])
        loading = turn * np.array([signal.halo_loading for signal in catalogue.signals])
        scale = np.sqrt(REFERENCE_RATE * (1 - REFERENCE_RATE))
        return cls(
            weight=r / (np.sqrt(1 - r**2) * scale),
            weight_sd=r_sd / ((1 - r**2) ** 1.5 * scale),
            loading=loading,
        )

    @cached_property
    def summed(self) -> Floats:
        """What the halo discount sums over the answered, ``bλ``, ``b²(1 - λ²)`` and ``b²``: (3, k).

        With it ``bᵀSb = (Σ bλ)² + Σ b²(1 - λ²)`` under one factor common to all signs (Spearman 1904).
        """
        b, loading = self.weight, self.loading
        return np.stack([b * loading, b**2 * (1 - loading**2), b**2])


def strengths(seen: Observations) -> Floats:
    """Return the answers in standard units: (n, k) array, NaN where unanswered.

    ``z = turn · (value - typical) / spread``, clipped to ±3, so that + is favourable.

    Examples
    --------
    >>> from offerodds.data.answers.observations import observe
    >>> catalogue = Catalogue.built_in()
    >>> z = strengths(observe(catalogue, {"rapport": 5, "difficulty": "average"}))
    >>> z[0, catalogue.ids.index("rapport")].item()
    1.5
    """
    typical, spread, turn = seen.catalogue.standardisation
    z = _quantities(seen)
    z -= typical
    z /= spread
    np.minimum(z, CLIP, out=z)
    np.maximum(z, -CLIP, out=z)
    z *= turn
    z += 0.0  # no negative zeros
    return np.asarray(z.T)


def quantities(seen: Observations) -> Floats:
    """Return what the signals measure, each in its own unit: (n, k) array, NaN where unanswered.

    Most are the answer itself; a ratio is a log ratio of two lengths, a rate a count per half hour.
    """
    return _quantities(seen).T


def _quantities(seen: Observations) -> Floats:
    """Return `quantities` with what is reckoned of one signal side by side: (k, n) array."""
    value = np.full((len(seen.catalogue.ids), seen.n), np.nan)
    for j, name in enumerate(seen.catalogue.ids):
        if name in seen.answers:
            value[j] = seen.answers[name]
    for j, signal in seen.catalogue.length_relative_signals.items():
        if signal.kind == "ratio" or signal.id in seen.answers:
            value[j] = _relative(signal, value[j], *(seen[length] for length in signal.of))
    return value


def halo_discount(answered: Floats, effects: Effects) -> Floats:
    """Return the factor that stops correlated signs from counting as if independent.

    With marginal weights ``b`` and correlations ``S = λλᵀ + diag(1 - λ²)`` over the answered set,
    ``c = bᵀb / bᵀSb`` is the least-squares slope of an outcome on the sum ``bᵀz`` when each sign
    alone has slope ``b``. One sign counts in full, thirty correlated ones far less than their sum.
    (Inverting ``S`` instead would give some good signs negative weights.)

    Parameters
    ----------
    answered : (n, k) array of 0 and 1
    effects : Effects

    Returns
    -------
    (n,) array
        1 where nothing answered carries a published effect, and never more.
    """
    impression, own, separate = effects.summed @ answered.T
    together = impression**2 + own
    discount = np.divide(separate, together, out=np.ones(separate.shape), where=together > 0)
    return np.asarray(np.minimum(discount, 1.0))


def features(z: Floats, effects: Effects) -> tuple[Floats, Floats]:
    """Return features ``x = c · z``, 0 where unanswered, and the discount ``c``.

    Parameters
    ----------
    z : (n, k) array
        Strengths, NaN where unanswered.
    effects : Effects

    Returns
    -------
    x : (n, k) array
    c : (n,) array
    """
    answered = ~np.isnan(z)
    c = halo_discount(answered.astype(float), effects)
    # the bits of a number and all ones, or none: np.where guesses cell by cell, and takes six times as long
    x = (z.view(np.int64) & -answered.astype(np.int64)).view(np.float64)
    x *= c[:, None]
    return x, c


def new_information(answered: Floats, effects: Effects) -> tuple[Floats, Floats]:
    """Return what each unanswered signal would change, given those answered.

    Under the one-impression model the strength of an unanswered sign, given the answered ones, has
    variance ``1 - λ² q / (1 + q)`` with ``q = Σ λ² / (1 - λ²)`` over the answered set.

    Parameters
    ----------
    answered : (k,) array of 0 and 1
    effects : Effects

    Returns
    -------
    discount : (k,) array
        Halo discount if that signal were answered too.
    sd : (k,) array
        Standard deviation of its strength given the others.
    """
    k = answered.size
    discount = halo_discount(np.maximum(answered, np.eye(k)), effects)
    precision = effects.loading**2 / (1 - effects.loading**2)
    q = float(answered @ precision)
    return discount, np.sqrt(1 - effects.loading**2 * q / (1 + q))


def _relative(signal: Signal, count: Floats, actual: Floats, planned: Floats) -> Floats:
    """Return the log ratio of two lengths, or a count for each half hour: (n,) array."""
    if signal.kind == "ratio":
        return np.asarray(np.log((actual + 1) / (planned + 1)))
    minutes = np.where(np.isnan(actual), np.where(np.isnan(planned), _USUAL_MINUTES, planned), actual)
    return np.asarray(count * HALF_HOUR / np.maximum(minutes, 1.0))
