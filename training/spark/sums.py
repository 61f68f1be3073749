"""What learning asks of all interviews at once: a sum over each worker's, added up on the driver."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...data.observations import Floats
from ...model.likelihood import Exact
from ...model.prior import Prior, Rows
from ..grid import told_by
from ..many import longest
from .features import Features, rows_of

if TYPE_CHECKING:
    import pandas as pd

Combine = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True)
class Spread:
    """Interviews that lie spread over workers, asked as `model.likelihood.Likelihood` and `fits_along` want.

    Each question is one pass over the features that the workers keep. Parts are added in their order, so
    that a part reckoned twice, for a worker that was lost, changes no bit.

    Parameters
    ----------
    features : Features
    """

    features: Features

    def slopes(self, mean: Floats, covariance: Floats | None) -> tuple[Floats, Floats]:
        """Return ``E[∇ℓ]`` and ``-E[∇²ℓ] = Σ xᵀ E[p (1 - p)] x``: (1 + k,) and (1 + k, 1 + k) arrays."""
        both = self._over(partial(_slopes, mean=mean, covariance=covariance))
        return both[:, 0], both[:, 1:]

    def expected(self, mean: Floats, covariance: Floats) -> float:
        """Return ``E[ℓ]``."""
        return float(self._over(partial(_expected, mean=mean, covariance=covariance)))

    def told(self, prior: Prior) -> float:
        """Return what `grid.told_by` does."""
        return float(self._over(partial(_told, prior=prior)))

    def longest(self, steps: Floats) -> float:
        """Return what `many.longest` does."""
        return float(self._over(partial(_longest, steps=steps), np.maximum))

    def _over(self, part: Callable[[Rows], Floats], combine: Combine = np.add) -> Floats:
        """Return what an array of each part of the interviews combines to."""
        none = Rows(np.empty((0, self.features.size)), np.empty(0), np.empty(0), np.empty(0))
        total = part(none)
        work = partial(_of_partition, part=part, combine=combine)
        for row in self.features.frame.mapInPandas(work, "found binary").collect():
            total = combine(total, np.frombuffer(row["found"]).reshape(total.shape))
        return total


def _of_partition(
    batches: "Iterator[pd.DataFrame]", part: Callable[[Rows], Floats], combine: Combine
) -> "Iterator[pd.DataFrame]":
    """Yield what the batches of one worker combine to, if there are any."""
    import pandas as pd

    total: Floats | None = None
    for batch in batches:
        found = part(rows_of(batch))
        total = found if total is None else combine(total, found)
    if total is not None:
        yield pd.DataFrame({"found": [np.ascontiguousarray(total).tobytes()]})


def _slopes(rows: Rows, mean: Floats, covariance: Floats | None) -> Floats:
    return np.column_stack(Exact(rows).slopes(mean, covariance))


def _expected(rows: Rows, mean: Floats, covariance: Floats) -> Floats:
    return np.asarray(Exact(rows).expected(mean, covariance))


def _told(rows: Rows, prior: Prior) -> Floats:
    return np.asarray(told_by(rows, prior))


def _longest(rows: Rows, steps: Floats) -> Floats:
    return np.asarray(longest(rows, steps) if rows.outcome.size else 0.0)
