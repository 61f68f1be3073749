"""Answers to features: strengths in standard units, then the halo discount.

``n`` interviews, ``k`` signals; an unanswered signal has strength NaN and feature 0.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ..data.answers.observations import Floats, Observations
from ..data.catalogue.catalogue import MAX_STRENGTH, Catalogue
from ..data.catalogue.question_schema import Signal

REFERENCE_RATE = 0.32  # offers per onsite interview, Lever 2016: turns a correlation into a weight
MAX_LOADING = 0.5  # above it, one best answer could dilute the others by more than it adds
HALF_HOUR = 30.0  # minutes
TYPICAL_MINUTES = 45.0  # length of an interview whose length is not known


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
    measured : bool
        Whether the size of any effect is known, and not only its direction.

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
    measured: bool = True

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
        typical, spread = catalogue.standardisation
        ends = np.array([signal.extremes for signal in catalogue.signals])
        extremes = np.clip((ends - typical) / spread, -MAX_STRENGTH, MAX_STRENGTH)
        _, basis = np.unique([signal.basis[0] for signal in catalogue.signals], return_inverse=True)
        return cls(
            weight=r / (np.sqrt(1 - r**2) * outcome_sd),
            weight_sd=r_sd / ((1 - r**2) ** 1.5 * outcome_sd),
            loading=loading,
            basis=basis,
            extremes=np.sort(extremes, axis=1).T,
            measured=not all(signal.is_assumed for signal in catalogue.signals),
        )

    @cached_property
    def shared_loading(self) -> Floats:
        """Loadings for the halo discount, from 0 to .5: (k,) array.

        With a larger one a best answer could take more from the others than it adds.
        """
        return np.clip(self.loading * np.where(self.weight < 0, -1.0, 1.0), 0.0, MAX_LOADING)

    @cached_property
    def adverse(self) -> tuple[int, ...]:
        """Indices of the signals with a negative weight."""
        return tuple(np.flatnonzero(self.weight < 0).tolist())

    @cached_property
    def overlap_by_side(self) -> Floats:
        """What each sign takes from others if it is not answered, badly and well answered: (3 k,) array."""
        return np.stack([np.zeros(self.weight.size), *self.overlap], axis=1).ravel()

    @cached_property
    def worst_side(self) -> npt.NDArray[Any]:
        """Index of a bad answer to each sign in `overlap_by_side`: (k, 1) array of a small integer type."""
        n = self.overlap_by_side.size
        return np.arange(1, n, 3, dtype=np.min_scalar_type(n))[:, None]

    @cached_property
    def loading_by_sign(self) -> Floats:
        """The `shared_loading` as a column: (k, 1) array."""
        return self.shared_loading[:, None]

    @cached_property
    def mean_overlap(self) -> Floats:
        """What an answer takes from other signs on average over its two sides: (k,) array."""
        return np.asarray(self.overlap.sum(axis=0) / 2)

    @cached_property
    def halo_precision(self) -> Floats:
        """The precision of each sign about the general impression, ``λ² / (1 - λ²)``: (k,) array.

        Bartlett (1937), British Journal of Psychology 28, 97-104: one factor, errors of variance ``1 - λ²``.
        """
        return np.asarray(self.loading**2 / (1 - self.loading**2))

    @cached_property
    def overlap(self) -> Floats:
        """What a bad and a good answer take from other signs, ``λ h``: (2, k) array.

        ``h`` is the most that an answer on that side can add, ``b z``, relative to the root mean square of
        all signs with an effect, or to a third of the largest if that is more. With one common factor
        (Spearman 1904), signs that can all add as much correlate by ``λ_j λ_l``.
        """
        most = np.sort(self.weight * self.extremes, axis=0) * [[-1.0], [1.0]]
        typical = np.mean(most, axis=0)
        effective = typical[typical > 0]
        if not effective.size:
            return np.zeros_like(most)
        unit = max(float(np.sqrt(np.mean(effective**2))), float(most.max()) / 3)
        return np.asarray(self.shared_loading * np.maximum(most, 0.0) / unit)


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
    factor, summand = observations.catalogue.standard_units
    z = _measurements_by_signal(observations)  # in place from here on: a table's largest array
    z *= factor
    z += summand
    far = z[observations.catalogue.far_signals]
    far.clip(-MAX_STRENGTH, MAX_STRENGTH, out=far)
    return np.asarray(z.T)


def measurements(observations: Observations) -> Floats:
    """Collect what each signal measures: the answer, a log ratio of two lengths, or a count per half hour.

    The result is an (n, k) array in each signal's own unit; NaN where unanswered.
    """
    return _measurements_by_signal(observations).T


def _measurements_by_signal(observations: Observations) -> Floats:
    """Compute `measurements` transposed, (k, n) array: each signal is contiguous in memory."""
    ids, answers = observations.catalogue.ids, observations.answers
    unanswered = np.full(observations.n, np.nan)
    value = np.array([answers.get(signal, unanswered) for signal in ids])
    for j, signal in observations.catalogue.length_relative_signals.items():
        needed = {*signal.of} if signal.kind == "ratio" else {signal.id}
        if needed <= answers.keys():
            value[j] = _relative(signal, value[j], *(observations[length] for length in signal.of))
    return value


def _relative(signal: Signal, count: Floats, actual: Floats, planned: Floats) -> Floats:
    """Compute the log ratio of actual to planned length, or a count per half hour: (n,) array.

    ``count``, ``actual``, ``planned`` : (n,) arrays, lengths in minutes, NaN where unanswered. A ratio needs
    no count.
    """
    if signal.kind == "ratio":
        return np.asarray(np.log((actual + 1) / (planned + 1)))
    minutes = np.where(np.isnan(actual), np.where(np.isnan(planned), TYPICAL_MINUTES, planned), actual)
    return np.asarray(count * HALF_HOUR / np.maximum(minutes, 1.0))


def features(z: Floats, effects: Effects, out: Floats | None = None) -> Floats:
    """Compute the features ``x = c z``: strengths times the halo discount, 0 where unanswered.

    The discount stops correlated signs from counting as if independent. Sign ``j`` counts for
    ``c_j = 1 / (1 + λ_j Σ λ_l h_l)``, where the sum is over the other answered signs and ``h`` is what an
    answer can add at most (`Effects.overlap`). One sign counts in full, thirty correlated ones far less than
    their sum. Signs of equal effect get the least-squares slope of an outcome on their sum,
    ``1 / (1 + (m - 1) λ²)``. A best answer never lowers the sum of ``b x``, since it takes no more from the
    others than it adds itself; a milder one may.

    Parameters
    ----------
    z : (n, k) array
        Strengths, standard units, NaN where unanswered.
    effects : Effects
    out : (n, k) array, optional
        Where to put the result.

    Returns
    -------
    (n, k) array
        Standard units times discount.
    """
    z = z.T  # each sign is contiguous in memory
    # arithmetic and one look-up: `where` and masks are slow where a processor cannot guess what comes next
    unanswered, favourable = np.isnan(z), z > 0
    for j in effects.adverse:
        np.less(z[j], 0, out=favourable[j])
    side = effects.worst_side - unanswered.view(np.uint8)
    side += favourable.view(np.uint8)
    # without a check of the indices, which takes as long as the look-up
    overlap = effects.overlap_by_side.take(side, mode="clip", out=np.empty(z.shape))
    discount = np.subtract(overlap.sum(axis=0), overlap, out=overlap)  # of the other signs, so far
    discount *= effects.loading_by_sign
    discount += 1.0
    x = np.divide(z, discount, out=discount if out is None else out.T)
    bits = x.view(np.int64)
    bits &= unanswered.view(np.int8) - 1  # clears every bit of NaN
    return np.asarray(x.T)


def discount_and_sd_if_answered(answered: npt.NDArray[np.bool_], effects: Effects) -> tuple[Floats, Floats]:
    """Compute, for each signal, the discount with it answered too and the spread of its strength.

    Under one common factor the strength of an unanswered sign, given the answered ones, has variance
    ``1 - λ² Q / (1 + Q)`` with ``Q = Σ λ² / (1 - λ²)`` over the answered signs.

    Parameters
    ----------
    answered : (k,) array of bool
        Which signals are answered.
    effects : Effects

    Returns
    -------
    discount : (k,) array
        Halo discount if that signal were answered too.
    sd : (k,) array
        Standard deviation of its strength given the others, standard units.
    """
    overlap = answered * effects.mean_overlap
    discount = 1 / (1 + effects.shared_loading * (overlap.sum() - overlap))
    q = answered @ effects.halo_precision
    return discount, np.sqrt(1 - q / (1 + q) * effects.loading**2)
