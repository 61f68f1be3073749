"""Datasets of interviews on Spark: each sum over rows is one pass of the workers over their features."""

import operator
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial, reduce
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...data.errors import AnswerError, Fault, Remedy
from ...data.language import _, number
from ...model.prior import Prior, WeightedData, concatenate
from ..fitting.dataset import Combine, Dataset
from ..fitting.pending import Point, rows_without_offer
from ..labelled_data import MAX_COMPARED_ROWS, is_comparable
from ..train import ExtractedRows
from .features import Block, Features

if TYPE_CHECKING:
    from pyspark.core.rdd import RDD

MAX_EMPLOYERS = 10_000  # each worker sends 3 MB of sums a pass; Spark's driver accepts 1 GB of all by default
_T = TypeVar("_T")


@dataclass(frozen=True)
class SparkDataset(Dataset):
    """Interviews distributed over workers; each sum is one pass over their cached features.

    Parameters
    ----------
    blocks : RDD
        As of `Features`.
    size : int
        ``1 + k``.
    n_rows : int
        Number of interviews.
    select : callable
        Chooses the rows of a block: `decided_rows`, `pending_rows` or `all_rows`.
    start : (1 + k,) array, optional
        Coefficients near the mode, which save the search for it.
    names : tuple of str
        The employers that the rows index; another one is unknown.
    """

    blocks: "RDD[Block]"
    size: int
    n_rows: int
    select: Callable[[ExtractedRows], WeightedData]
    start: Floats | None = None
    names: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Number of interviews."""
        return self.n_rows

    def map_reduce(self, function: Callable[[WeightedData], Floats], combine: Combine = np.add) -> Floats:
        """Apply a function to every block of rows on the workers, and combine the results on the driver.

        The result is a scalar, (m,) array or (m, n) array, as the function returns it.
        """
        return self._map_reduce(function, combine)

    def subsample(self) -> WeightedData:
        """Load a systematic sample of at least 20,000 interviews, or all if there are fewer."""
        step = self.subsample_step
        return concatenate(self._map_reduce(lambda rows: [rows[::step]], operator.add))

    def approximate_mode(self, prior: Prior) -> Floats:
        """Return the coefficients to start from, or find the mode as on one machine: (1 + k,) array."""
        return super().approximate_mode(prior) if self.start is None else self.start

    def _map_reduce(self, function: Callable[[WeightedData], _T], combine: Callable[[_T, _T], _T]) -> _T:
        work = partial(_of_rows, select=self.select, names=self.names, function=function)
        return map_reduce(self.blocks, work, function(no_rows(self.size)), combine)


def decided_rows(block: ExtractedRows) -> WeightedData:
    """Select the interviews with an outcome."""
    return block.decided


def pending_rows(block: ExtractedRows) -> WeightedData:
    """Select the pending interviews, with ``u`` in place of an outcome."""
    return block.pending


def all_rows(block: ExtractedRows, point: Point) -> WeightedData:
    """Join decided interviews and pending ones, as `rows_without_offer` at a point."""
    if not block.pending.y.size:
        return block.decided
    return block.decided + rows_without_offer(block.pending, point)


def employer_names(features: Features, group: str) -> tuple[str, ...]:
    """Collect the names of the employers of interviews that training uses, in alphabetical order.

    Raises
    ------
    AnswerError
        There are more than `MAX_EMPLOYERS`.
    """
    names = map_reduce(features.blocks, _names, set[str](), partial(_union, limit=MAX_EMPLOYERS))
    if len(names) > MAX_EMPLOYERS:
        limit = number(MAX_EMPLOYERS)
        seen, expected = _("more than {limit}", limit=limit), _("at most {limit} on Spark", limit=limit)
        remedy = Remedy.FEWER_EMPLOYERS
        raise AnswerError(
            [Fault("too many employers", field=group, seen=seen, expected=expected, remedy=remedy)]
        )
    return tuple(sorted(names))


def count_repeated(features: Features) -> int:
    """Count the interviews that equal another one; of more than a million, estimate it from a sample.

    The sample is of hashes, so it has all copies of an interview or none.
    """
    step = -(-max(features.n, 1) // MAX_COMPARED_ROWS)
    none = [np.empty(0, dtype=np.uint64)]
    hashes = np.concatenate(map_reduce(features.blocks, partial(_hashes, step=step), none, operator.add))
    return (hashes.size - np.unique(hashes).size) * step


def map_reduce(
    blocks: "RDD[Block]", function: Callable[[ExtractedRows], _T], empty: _T, combine: Callable[[_T, _T], _T]
) -> _T:
    """Apply a function to every block on the workers, and combine the results, with that of no rows first."""
    work = partial(_reduce_partition, function=function, combine=combine)
    return reduce(combine, blocks.mapPartitions(work).collect(), empty)


def _reduce_partition(
    blocks: Iterable[Block], function: Callable[[ExtractedRows], _T], combine: Callable[[_T, _T], _T]
) -> Iterator[_T]:
    """Combine the results of a worker's blocks, and yield that, if there are any."""
    results = (function(block) for block in blocks if isinstance(block, ExtractedRows))
    for first in results:
        yield reduce(combine, results, first)


def no_rows(size: int) -> WeightedData:
    """Make a block without rows: the result for it gives the shape, and is the neutral element."""
    none = np.empty(0)
    return WeightedData(np.empty((0, size)), none, none, none, none.astype(np.intp))


def _of_rows(
    block: ExtractedRows,
    select: Callable[[ExtractedRows], WeightedData],
    names: tuple[str, ...],
    function: Callable[[WeightedData], _T],
) -> _T:
    """Apply a function to the selected rows of a block, which index the names of all employers."""
    return function(select(block.with_employers(names)))


def _names(block: ExtractedRows) -> set[str]:
    """List the employers of a block."""
    return set(block.employers or ())


def _union(one: set[str], other: set[str], limit: int) -> set[str]:
    """Join two sets, unless one has more than a limit already."""
    return one if len(one) > limit else one | other


def _hashes(block: ExtractedRows, step: int) -> list[npt.NDArray[np.uint64]]:
    """Select hashes of interviews to compare, one of ``step``: a list of one (m,) array of uint64."""
    hashes = block.hashes[is_comparable(block.n_answers)]
    return [hashes[hashes % np.uint64(step) == 0]]
