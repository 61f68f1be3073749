"""What learning asks of all interviews at once: a sum over each worker's, added up on the driver."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...data.answers.observations import Floats
from ...model.prior import Prior, Rows
from ..fitting.interviews import Combine, Interviews
from .features import Features, rows_of
from .mode import mode_on_spark

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Spread(Interviews):
    """Interviews that lie spread over workers.

    Each question is one pass over the features that the workers keep.

    Parameters
    ----------
    features : Features
    """

    features: Features

    @property
    def n(self) -> int:
        """How many there are."""
        return self.features.n

    def over(self, part: Callable[[Rows], Floats], combine: Combine = np.add) -> Floats:
        """Return what an array of each part of the interviews combines to."""
        none = Rows(np.empty((0, self.features.size)), np.empty(0), np.empty(0), np.empty(0))
        total = part(none)
        work = partial(_of_partition, part=part, combine=combine)
        for row in self.features.frame.mapInPandas(work, "found binary").collect():
            total = combine(total, np.frombuffer(row["found"]).reshape(total.shape))
        return total

    def near(self, prior: Prior) -> Floats:
        """Return the mode under a prior, which MLlib finds: (1 + k,) array."""
        return mode_on_spark(self.features, prior)


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
