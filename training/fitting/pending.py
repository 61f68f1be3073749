"""Pending interviews: what days without an answer say about the weights and the level.

A pending interview is an outcome that is partly observed. After ``t`` silent days its likelihood is
``p S(t) + (1 - p) [g + (1 - g) S(t)]``, with ``p`` the chance of an offer, ``S`` the survival function of
the days until an answer and ``g`` the share of non-offers that are never answered: a mixture cure model
(Farewell 1982). To leave such interviews out would be wrong, since rejections stay pending more often than
offers do.

With ``p = σ(η)`` and the update ``u`` of `model.scoring`, the log likelihood is ``log(1 - p + p eᵘ)`` up to
a constant. Its gradient and curvature in ``η`` are ``q - p`` and ``-(p - q)(1 - p - q)``, where
``q = σ(η + u)`` is the chance after the silence. A row of a logistic regression has both: an interview
without an offer, of weight ``(p - q) / (p + q)`` and at log-odds ``logit(p + q)``. The weight is 0 without a
silence, and 1 once an offer is ruled out. `fit_with_pending` computes these rows and fits them in turn.
``η`` is that at the employer of the interview, so a silence also counts for the level of its employer.

EM on two rows, an offer of weight ``q`` and none of weight ``1 - q``, ends at the same mode. But its rows
have the information of whole outcomes, so the posterior is too narrow (Louis 1982).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple, TypeVar

import numpy as np

from ...data.answers.observations import Floats, Observations
from ...data.catalogue.question_schema import PROMISE_FIELD, SILENCE_FIELD
from ...model.prior import WeightedData
from ...model.scoring import silence_log_odds
from .dataset import Dataset, InMemoryDataset, LocalDataset
from .employers import log_odds_at_employers

# Log-odds, the change in any interview. A fifth of it is left at most, usually a hundredth, so that no q is
# off by more than 1e-4.
_CONVERGED = 2e-3
_MAX_ITERATIONS = 50
# p + q from 1 on means that the log likelihood is convex in η; rows are concave, so it is limited to this.
_MAX_CHANCE = 0.9
_D = TypeVar("_D", bound=Dataset)
_F = TypeVar("_F")


class Point(NamedTuple):
    """Where the rows of pending interviews match their likelihood.

    Parameters
    ----------
    coefficients : (1 + k,) array
        Log-odds per unit of each feature.
    levels : (g,) array
        Of the employers, log-odds.
    """

    coefficients: Floats
    levels: Floats = np.zeros(0)

    def log_odds(self, rows: WeightedData) -> tuple[Floats, Floats]:
        """Compute log-odds and factor as `log_odds_at_employers` does: two (n,) arrays."""
        log_odds, factor, _ = log_odds_at_employers(rows, self.coefficients, np.append(self.levels, 0.0))
        return log_odds, factor


def fit_with_pending(
    fit: Callable[[_D], tuple[_F, Point]], joined: Callable[[Point], _D], pending: Dataset, start: Point
) -> _F:
    """Fit decided and pending interviews together.

    Each iteration fits the rows that the pending interviews have at the means of the iteration before. It
    ends when no ``q`` is off by more than .0001, usually after two or three.

    Parameters
    ----------
    fit : callable
        Fits a dataset, and returns with the result the means of coefficients and levels.
    joined : callable
        Given a point, returns a dataset of the decided interviews and the pending ones as rows without an
        offer, such as `join_pending`.
    pending : Dataset
        The pending interviews alone.
    start : Point
        Near the result, such as the means of the prior.

    Returns
    -------
    object
        The last result of ``fit``.

    References
    ----------
    Farewell (1982), The use of mixture models for the analysis of survival data with long-term survivors,
    Biometrics 38(4):1041-1046.
    Louis (1982), Finding the observed information matrix when using the EM algorithm, Journal of the Royal
    Statistical Society B 44(2):226-233.
    """
    point = start
    for _ in range(_MAX_ITERATIONS):
        fitted, after = fit(joined(point))
        change = pending.map_reduce(partial(_max_change, before=point, after=after), np.maximum)
        point = after
        if change < _CONVERGED:
            break
    return fitted


def _max_change(rows: WeightedData, before: Point, after: Point) -> Floats:
    """Compute the largest change in the log-odds of any row: a scalar."""
    return np.asarray(np.max(np.abs(after.log_odds(rows)[0] - before.log_odds(rows)[0]), initial=0.0))


def join_pending(decided: LocalDataset, pending: LocalDataset, point: Point) -> LocalDataset:
    """Join decided interviews and the rows of pending ones, in one block of memory if they fit in it."""
    joined = DatasetWithPending(decided, pending, point)
    return InMemoryDataset(joined.collect()) if joined.n <= LocalDataset.block_rows else joined


@dataclass(frozen=True)
class DatasetWithPending(LocalDataset):
    """Interviews with an outcome, followed by pending ones as rows without an offer.

    Parameters
    ----------
    decided : LocalDataset
    pending : LocalDataset
        In place of an outcome each has ``u``, the log-odds that its silence adds.
    point : Point
        Where the rows of the pending interviews match their likelihood.
    """

    decided: LocalDataset
    pending: LocalDataset
    point: Point

    @property
    def n(self) -> int:
        """Number of interviews."""
        return self.decided.n + self.pending.n

    @property
    def n_blocks(self) -> int:
        """Number of blocks, at least two."""
        return self.decided.n_blocks + self.pending.n_blocks

    def block(self, i: int, rows: slice = slice(None)) -> WeightedData:
        """Load one block, or some of its rows: those of decided interviews come first."""
        if i < self.decided.n_blocks:
            return self.decided.block(i, rows)
        return rows_without_offer(self.pending.block(i - self.decided.n_blocks, rows), self.point)


def silence_updates(pending: Observations) -> Floats:
    """Compute the log-odds ``u`` that days without an answer add to each pending interview: (n,) array."""
    return silence_log_odds(pending[SILENCE_FIELD], pending[PROMISE_FIELD], pending.catalogue.silence)


def rows_without_offer(pending: WeightedData, point: Point) -> WeightedData:
    """Compute the rows with the gradient and curvature of the likelihood of pending interviews.

    Parameters
    ----------
    pending : WeightedData
        ``n`` interviews with ``u``, at most 0, in place of an outcome.
    point : Point
        Where gradient and curvature match.

    Returns
    -------
    WeightedData
        ``n`` interviews without an offer, of weight ``(p - q) / (p + q)``.

    Examples
    --------
    >>> silent = WeightedData(np.ones((3, 1)), np.array([0.0, -1.5, -700.0]), np.ones(3), np.zeros(3))
    >>> rows = rows_without_offer(silent, Point(np.array([-0.8])))
    >>> rows.y.tolist(), rows.weight.round(2).tolist()
    ([0.0, 0.0, 0.0], [0.0, 0.55, 1.0])
    """
    eta, factor = point.log_odds(pending)
    # q / p, which would be 0 / 0 at extreme log-odds
    ratio = np.exp(pending.y + np.logaddexp(0, eta) - np.logaddexp(0, eta + pending.y))
    p = np.exp(-np.logaddexp(0, -eta))
    total = np.minimum(p * (1 + ratio), _MAX_CHANCE)
    log_odds = np.log(total) - np.log1p(-total)
    return replace(
        pending,
        y=np.zeros_like(eta),
        weight=pending.weight * p * (1 - ratio) / total,
        offset=pending.offset + (log_odds - eta) / factor,
    )
