"""Answers to features: strengths in standard units, then the halo discount.

``n`` interviews, ``k`` signals; an unanswered signal has strength NaN and feature 0.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ..data.answers.observations import Floats, Observations
from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.questions import Signal

REFERENCE_RATE = 0.32  # offers per onsite interview, Lever 2016: turns a correlation into a weight
HALO_EXPONENT = 0.7  # with 1, many strong signs count for too little; with .5, for too much (docs/method.md)
MAX_STRENGTH = 3.0  # standard units: one extreme answer counts no more than a rare one
HALF_HOUR = 30.0  # minutes
_ROUNDING = 1e-12  # log-odds
_TINY = 1e-300
_FEW_ROWS = 50
_BLOCK_ROWS = 1000  # so that temporary arrays stay in the cache
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
    basis : (k,) array of int
        Number of the kind of evidence that each weight mainly rests on.
    extremes : (2, k) array
        Strength of the worst and of the best answer, standard units.

    References
    ----------
    Borenstein, Hedges, Higgins & Rothstein (2009), Introduction to Meta-Analysis, chapter 7: weights from
    correlations. Spearman (1904), "General intelligence", objectively determined and measured, American
    Journal of Psychology 15(2):201-292: one common factor.
    """

    weight: Floats
    weight_sd: Floats
    loading: Floats
    basis: npt.NDArray[np.intp]
    extremes: Floats

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
        typical, spread, turned = catalogue.standardisation
        measured = np.array([signal.extremes for signal in catalogue.signals])
        extremes = turned * np.clip((measured - typical) / spread, -MAX_STRENGTH, MAX_STRENGTH)
        _, basis = np.unique([signal.basis[0] for signal in catalogue.signals], return_inverse=True)
        return cls(
            weight=r / (np.sqrt(1 - r**2) * outcome_sd),
            weight_sd=r_sd / ((1 - r**2) ** 1.5 * outcome_sd),
            loading=loading,
            basis=basis,
            extremes=np.sort(extremes, axis=1).T,
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
    return _discount(effects.discount_terms @ answered.T)


def _discount(sums: Floats) -> Floats:
    """Compute the halo discount from the sums of `Effects.discount_terms`: (3, ...) array to (...) array."""
    common, specific, independent = sums
    correlated = common**2 + specific
    slope = np.divide(independent, correlated, out=np.ones(independent.shape), where=correlated > 0)
    return np.asarray(np.minimum(slope, 1.0) ** HALO_EXPONENT)


def features(z: Floats, effects: Effects) -> tuple[Floats, Floats]:
    """Compute the features ``x = c z``, 0 where unanswered, and the halo discount ``c``.

    A best answer never lowers the sum of ``b x``, compared with leaving it out, and a worst one never raises
    it: where it would, since it dilutes stronger answers by more than it adds, it counts as unanswered.

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
    # Set NaN to 0 by masking bits, six times as fast as np.where: -1 has all bits set, 0 has none.
    x = (z.view(np.int64) & -answered.astype(np.int64)).view(np.float64)
    sums = effects.discount_terms @ answered.T.astype(float)
    c = _discount(sums)
    _leave_out(x, sums, c, effects)
    x *= c[:, None]
    return x, c


def _leave_out(z: Floats, sums: Floats, c: Floats, effects: Effects) -> None:
    """Leave out answers that count against themselves: of each row the worst first, until none is left.

    Parameters
    ----------
    z : (n, k) array
        Strengths, standard units, 0 where unanswered; those left out become 0.
    sums : (3, n) array
        Of `Effects.discount_terms` over the answered signs; reduced by those left out.
    c : (n,) array
        Halo discount; recomputed where an answer is left out.
    effects : Effects
    """
    total, rows = z @ effects.weight, np.arange(len(z))
    while rows.size:
        of_rows = z if rows.size == len(z) else z[rows]
        found, sign = _candidates(of_rows, total[rows], sums[:, rows], effects)
        row = rows[found]
        own, terms = effects.weight[sign] * z[row, sign], effects.discount_terms[:, sign]
        rest = np.maximum(sums[:, row] - terms, 0.0)  # never below 0 by rounding
        change = c[row] * total[row] - _discount(rest) * (total[row] - own)
        against = -np.sign(own) * change
        wrong = np.flatnonzero(against > _ROUNDING)
        order = wrong[np.lexsort((-against[wrong], row[wrong]))]
        worst = order[np.diff(row[order], prepend=-1) > 0]  # the first of each row
        rows = row[worst]
        z[rows, sign[worst]] = 0.0
        sums[:, rows], c[rows] = rest[:, worst], _discount(rest[:, worst])
        total[rows] -= own[worst]


def _candidates(
    z: Floats, total: Floats, sums: Floats, effects: Effects
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Find the answers at the end of their scale that may count against themselves.

    Parameters and result, two (m,) arrays, are those of `_may_count_against_itself`, whose bound is not worth
    its time for a few rows.
    """
    if len(z) <= _FEW_ROWS:
        worst, best = effects.extremes
        row, sign = np.nonzero((z != 0) & ((z >= best) | (z <= worst)))
        return row, sign
    blocks = [slice(start, start + _BLOCK_ROWS) for start in range(0, len(z), _BLOCK_ROWS)]
    found = [_may_count_against_itself(z[rows], total[rows], sums[:, rows], effects) for rows in blocks]
    row = np.concatenate([rows.start + of_block for rows, (of_block, _) in zip(blocks, found, strict=True)])
    return row, np.concatenate([signs for _, signs in found])


def _may_count_against_itself(
    z: Floats, total: Floats, sums: Floats, effects: Effects
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Find the few extreme answers that a bound cannot clear.

    Without an answer ``z`` of weight ``b`` the total ``T = Σ bz`` loses a share ``u``, and the logarithm of
    ``(bᵀb / bᵀSb)^γ = (B / V)^γ`` changes by at most ``γ (d / (V - d) - b² / B)`` with ``d = 2 bλ Σbλ + b²``.
    The answer counts against itself if that is more than ``-log(1 - u) ≥ u``. If the answer is opposed to the
    total, the discount must be stronger by more than ``log(1 + u) ≥ u / (1 + u)``, and changes by at most
    ``γ b² / (B - b²)``. Multiplied out, both are linear in a few numbers of each row.

    Parameters
    ----------
    z : (n, k) array
    total : (n,) array
        Sum of ``b z``.
    sums : (3, n) array
    effects : Effects

    Returns
    -------
    row, sign : (m,) array of int
        Their places.
    """
    b, loading, strength = np.abs(effects.weight), np.abs(effects.loading), z.T
    common, specific, independent = np.abs(sums[0]), sums[1], np.maximum(sums[2], _TINY)
    variance, size = np.maximum(common**2 + specific, _TINY), np.abs(total)
    selected = np.zeros(strength.shape, dtype=bool)
    for side, extreme in zip((-1.0, 1.0), effects.extremes, strict=True):
        reach, agrees = side * extreme, side * total > 0
        by_sign = np.stack([2 * loading, b, 2 * b * loading * reach, b**2 * reach], axis=1)
        by_row = np.stack(
            [
                HALO_EXPONENT * agrees * common * size / variance,
                HALO_EXPONENT * size * np.where(agrees, 1 / variance - 1 / independent, 1 / independent),
                agrees * common / variance,
                np.where(agrees, 1 / variance, (1 + HALO_EXPONENT) / independent),
            ]
        )
        is_extreme = strength <= extreme[:, None] if side < 0 else strength >= extreme[:, None]
        selected |= is_extreme & (by_sign @ by_row > reach[:, None])
    sign, row = np.divmod(np.flatnonzero(selected & (strength != 0)), len(z))
    return row, sign


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
