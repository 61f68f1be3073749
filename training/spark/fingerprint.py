"""The fingerprint of interviews that lie on a cluster: that of `training.fingerprint`, sorted by Spark."""

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ..fingerprint import folded
from .features import Features, rows_of

if TYPE_CHECKING:
    import pandas as pd

_SIGN = np.uint64(2**63)  # Spark has no numbers without one


def fingerprint_on_spark(features: Features) -> str:
    """Return the SHA-256 of interviews, the same as in memory and in any order.

    One number an interview is sorted over the cluster and passes through the driver, a partition at a time.
    """
    numbers = features.frame.mapInPandas(_folded, "number long").orderBy("number")
    digest = hashlib.sha256()
    for row in numbers.mapInPandas(_together, "numbers binary").toLocalIterator():
        digest.update(row["numbers"])
    return digest.hexdigest()


def _folded(batches: "Iterator[pd.DataFrame]") -> "Iterator[pd.DataFrame]":
    """Yield a number for each interview."""
    import pandas as pd

    for batch in batches:
        yield pd.DataFrame({"number": (folded(rows_of(batch)) ^ _SIGN).view(np.int64)})


def _together(batches: "Iterator[pd.DataFrame]") -> "Iterator[pd.DataFrame]":
    """Yield sorted numbers as bytes."""
    import pandas as pd

    for batch in batches:
        numbers = batch["number"].to_numpy().view(np.uint64) ^ _SIGN
        yield pd.DataFrame({"numbers": [numbers.astype("<u8").tobytes()]})
