"""Datasets of interviews with outcomes, in memory or partly in a temporary file, and their posterior mode."""

import pickle
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial, reduce
from threading import Lock
from typing import IO, Any, TypeVar

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...data.errors import Fault, FileError, Remedy
from ...data.parallel import parallel_map, single_blas_thread
from ...model.likelihood import LogisticLikelihood, QuadraticLikelihood, gradient, information
from ...model.prior import Prior, WeightedData, concatenate

Combine = Callable[[Floats, Floats], Floats]
Codes = npt.NDArray[np.intp]
Extracted = tuple[Floats, Floats, Codes | None]
_SUBSAMPLE_ROWS = 20_000
_CURVATURE_DENSITY = 164  # the curvature of a step of Newton's method is that of this times √n interviews
_BLOCK_ROWS = 16_384
_BLOCKS_IN_MEMORY = 32  # with the built-in signals 180 MB as answers, 90 MB as features
# Log-odds: more extreme than any base rate that can be entered, and exp() does not overflow
_MAX_OFFSET = 30.0
_T = TypeVar("_T")
_MAX_STEPS = 1000
_ALL = slice(None)
# Log-odds by which a step may change any row: then p(1 - p) changes by less than a factor of e^.5 < 2, and a
# Newton step cannot overshoot the maximum of a concave function so far that it lowers the likelihood.
_MAX_LOG_ODDS_STEP = 0.5
_CONVERGED = 1e-10  # log-odds


class Dataset(ABC):
    """Interviews with outcomes, wherever they are stored, with the sums over rows that fitting needs.

    It is a `model.likelihood.Likelihood`. Every result is a sum, or a maximum, over blocks of rows, combined
    in a fixed order.
    """

    @property
    @abstractmethod
    def n(self) -> int:
        """Number of interviews."""

    @abstractmethod
    def map_reduce(self, function: Callable[[WeightedData], Floats], combine: Combine = np.add) -> Floats:
        """Apply a function to every block of rows and combine the results.

        Parameters
        ----------
        function : callable
            From a block, which may be empty, to an array of any shape, the same for all blocks.
        combine : callable
            From two such arrays to one: an associative operation.

        Returns
        -------
        array
            Of the shape that the function returns: scalar, (m,) array or (m, n) array.
        """

    @abstractmethod
    def subsample(self) -> WeightedData:
        """Load a systematic sample of 20,000 to 40,000 interviews, or all if there are fewer."""

    @property
    def subsample_step(self) -> int:
        """Distance between the rows of `subsample`; 1 where it has all of them."""
        return max(self.n // _SUBSAMPLE_ROWS, 1)

    def approximate_mode(self, prior: Prior) -> Floats:
        """Compute the mode from a subsample weighted up to all interviews: (1 + k,) array, log-odds.

        Of very many interviews a step of Newton's method follows, so near to the mode of all that two more
        passes over them are enough (`fit_quadratic`).
        """
        sample, pseudo_data = self.subsample(), prior.pseudo_data()
        weighted = replace(sample, weight=sample.weight * (self.n / max(sample.y.size, 1)))
        with single_blas_thread(weighted.y.size):
            mode = posterior_mode(weighted + pseudo_data, prior.mean)
        if self._curvature_step == 1:
            return mode
        real, imaginary = self.quadratic(mode, None), in_memory(pseudo_data).quadratic(mode, None)
        curvature, slope = real.information + imaginary.information, real.gradient + imaginary.gradient
        return np.asarray(mode + np.linalg.solve(curvature, slope))

    @property
    def _curvature_step(self) -> int:
        """Distance between rows that are enough for the curvature of a step towards the mode."""
        return max(int(np.sqrt(self.n) / _CURVATURE_DENSITY), 1)

    def gradient_and_hessian(self, mean: Floats, covariance: Floats | None) -> tuple[Floats, Floats]:
        """Compute ``E[∇ℓ]`` and ``-E[∇²ℓ] = Σ w xᵀ E[p (1 - p)] x`` over ``N(mean, covariance)``.

        Parameters
        ----------
        mean : (1 + k,) array
            Coefficients, log-odds per unit of each feature.
        covariance : (1 + k, 1 + k) array, optional
            Without one both are evaluated at the mean.

        Returns
        -------
        gradient : (1 + k,) array
        information : (1 + k, 1 + k) array
        """
        both = self.map_reduce(partial(_gradient_and_information, mean=mean, covariance=covariance))
        return both[..., 0], both[..., 1:]

    def quadratic(self, mean: Floats, covariance: Floats | None) -> QuadraticLikelihood:
        """Approximate ``ℓ`` to second order about a mean, averaged as in `gradient_and_hessian`.

        Its value at the mean, a (1 + k,) array, is 0. ``covariance`` is a (1 + k, 1 + k) array or None: for a
        step towards the mode. Then the curvature is that of a sample of very many interviews.
        """
        if covariance is None:
            both = self.map_reduce(partial(_gradient_and_curvature, mean=mean, step=self._curvature_step))
            return QuadraticLikelihood(mean, both[:, 0], both[:, 1:])
        return QuadraticLikelihood(mean, *self.gradient_and_hessian(mean, covariance))

    def expected_log_likelihood(self, mean: Floats, covariance: Floats) -> Floats:
        """Compute ``E[ℓ]`` over ``N(mean, covariance)``: (1 + k,) and (1 + k, 1 + k) arrays."""
        return self.map_reduce(partial(_expected_log_likelihood, mean=mean, covariance=covariance))

    def max_information(self) -> Floats:
        """Compute ``Σ w x xᵀ / 4``, an upper bound on the information in the outcomes: (1 + k, 1 + k) array.

        One outcome has information ``p (1 - p) ≤ ¼``. Of very many interviews all give the diagonal, and a
        sample the correlations.
        """
        both = self.map_reduce(partial(_max_information, step=self.subsample_step))
        diagonal, sample = both[0], both[1:]
        of_sample = np.diag(sample)
        scale = np.sqrt(np.divide(diagonal, of_sample, out=np.zeros_like(diagonal), where=of_sample > 0))
        information = sample * np.outer(scale, scale)
        np.fill_diagonal(information, diagonal)
        return information

    def max_log_odds_change(self, steps: Floats) -> Floats:
        """Compute the largest change in any interview's log-odds that each step of the coefficients causes.

        Parameters
        ----------
        steps : (m, 1 + k) array
            Differences of coefficients.

        Returns
        -------
        (m,) array
            ``max |x · step|`` over the interviews, log-odds.
        """
        return self.map_reduce(partial(_max_abs_log_odds, steps=steps), np.maximum)


def _gradient_and_information(rows: WeightedData, mean: Floats, covariance: Floats | None) -> Floats:
    """Compute the sums of `Dataset.gradient_and_hessian` side by side: (..., 1 + k, 2 + k) array."""
    gradient, information = LogisticLikelihood(rows).gradient_and_hessian(mean, covariance)
    return np.concatenate([gradient[..., None], information], axis=-1)


def _gradient_and_curvature(rows: WeightedData, mean: Floats, step: int) -> Floats:
    """Compute the gradient beside the information as every ``step``-th row gives it: (1 + k, 2 + k) array."""
    sample = rows[::step]
    share = sample.y.size / max(rows.y.size, 1)
    return np.column_stack([gradient(mean, rows), information(mean, sample) / (share or 1.0)])


def _expected_log_likelihood(rows: WeightedData, mean: Floats, covariance: Floats) -> Floats:
    """Compute ``E[ℓ]`` of a block, given (..., 1 + k) and (..., 1 + k, 1 + k) arrays: (...) array."""
    return LogisticLikelihood(rows).expected_log_likelihood(mean, covariance)


def _max_information(rows: WeightedData, step: int) -> Floats:
    """Compute the diagonal of ``Σ w x xᵀ / 4``, above that of every ``step``-th row: (2 + k, 1 + k) array."""
    diagonal = rows.cast(rows.weight) @ rows.X**2 / 4
    return np.vstack([diagonal, LogisticLikelihood(rows[::step]).max_information()])


def _max_abs_log_odds(rows: WeightedData, steps: Floats) -> Floats:
    """Compute ``max |x · step|`` of a block for (m, 1 + k) array of steps: (m,) array, log-odds."""
    return np.asarray(np.abs(rows.cast(steps) @ rows.X.T).max(axis=1, initial=0.0), dtype=float)


class LocalDataset(Dataset):
    """Interviews on this machine, in blocks that fit a processor's cache and are processed on all cores."""

    block_rows = _BLOCK_ROWS
    """Rows of each block but the last."""

    @property
    @abstractmethod
    def n_blocks(self) -> int:
        """Number of blocks, at least one."""

    @abstractmethod
    def block(self, i: int, rows: slice = _ALL) -> WeightedData:
        """Load one block, or some of its rows; several threads call this at once."""

    def map(self, function: Callable[[WeightedData], _T]) -> Iterable[_T]:
        """Apply a function to each block on all cores, with the results in the order of the blocks."""
        return parallel_map(lambda i: function(self.block(i)), range(self.n_blocks))

    def map_reduce(self, function: Callable[[WeightedData], Floats], combine: Combine = np.add) -> Floats:
        """Apply a function to every block of rows and combine the results: array of the function's shape.

        In the order of the blocks, so that the rounding, too, is the same with any number of threads: the
        result is one scalar, (m,) array or (m, n) array.
        """
        return reduce(combine, self.map(function))

    def subsample(self) -> WeightedData:
        """Load a systematic sample of 20,000 to 40,000 interviews, or all if there are fewer."""
        step = self.subsample_step
        starts = (-i * _BLOCK_ROWS % step for i in range(self.n_blocks))
        return concatenate([self.block(i, slice(start, None, step)) for i, start in enumerate(starts)])

    def collect(self) -> WeightedData:
        """Load all interviews into memory."""
        return concatenate([self.block(i) for i in range(self.n_blocks)])


@dataclass(frozen=True)
class InMemoryDataset(LocalDataset):
    """Interviews in memory.

    Parameters
    ----------
    rows : WeightedData
    """

    rows: WeightedData

    @property
    def n(self) -> int:
        """Number of interviews."""
        return int(self.rows.y.size)

    @property
    def n_blocks(self) -> int:
        """Number of blocks, at least one."""
        return max(-(-self.n // _BLOCK_ROWS), 1)

    def block(self, i: int, rows: slice = _ALL) -> WeightedData:
        """Slice one block, or some of its rows, out of all, without a copy."""
        return self.rows[i * _BLOCK_ROWS : (i + 1) * _BLOCK_ROWS][rows]


def in_memory(data: WeightedData) -> InMemoryDataset:
    """Make a dataset of interviews, with offsets clipped to ±30 log-odds so that no exponential overflows."""
    return InMemoryDataset(replace(data, offset=np.clip(data.offset, -_MAX_OFFSET, _MAX_OFFSET)))


class DiskDataset(LocalDataset):
    """Interviews added batch by batch; those beyond the first half million go to a temporary file.

    The file has answers, not features: an answer takes a byte, since few differ, and a feature four. Each
    pass computes the features again.

    The blocks are the same as those of an `InMemoryDataset` of the same interviews.

    Parameters
    ----------
    n_fields : int
        ``m``, the number of answers to store of each interview.
    extract : callable
        From the answers of ``n`` interviews, ``m`` arrays (n,), to new arrays of their features, (n, 1 + k),
        offsets, (n,), and the index of their employers, (n,), or None. Several threads call it at once,
        once all interviews are added.
    """

    def __init__(self, n_fields: int, extract: Callable[[Sequence[Floats]], Extracted]) -> None:
        self._extract = extract
        self._blocks: list[WeightedData | list[Floats]] = []  # in memory, extracted when first used
        self._file: IO[bytes] | None = None
        self._ends = [0]  # of the blocks on disk, in bytes
        self._buffer = np.empty((n_fields + 1, _BLOCK_ROWS))  # answers, then outcomes
        self._buffered = 0
        self._last: WeightedData | None = None  # the features in the buffer
        self._file_lock = Lock()  # seek and read are two calls

    @property
    def n(self) -> int:
        """Number of interviews."""
        return (len(self._blocks) + len(self._ends) - 1) * _BLOCK_ROWS + self._buffered

    @property
    def n_blocks(self) -> int:
        """Number of blocks, at least one."""
        return max(-(-self.n // _BLOCK_ROWS), 1)

    def add(self, answers: Sequence[Floats], y: Floats) -> None:
        """Append ``n`` interviews, each with weight 1.

        Parameters
        ----------
        answers : sequence of ``m`` (n,) arrays
        y : (n,) array
            Outcomes.

        Raises
        ------
        FileError
            There is no space for the temporary file.
        """
        self._last, start = None, 0
        while start < y.size:
            size = min(y.size - start, _BLOCK_ROWS - self._buffered)
            place = slice(self._buffered, self._buffered + size)
            for row, numbers in zip(self._buffer, (*answers, y), strict=True):
                row[place] = numbers[start : start + size]
            start, self._buffered = start + size, place.stop
            if self._buffered == _BLOCK_ROWS:
                self._flush()

    def block(self, i: int, rows: slice = _ALL) -> WeightedData:
        """Load one block, or some of its rows; from the file if it is there."""
        if i < len(self._blocks):
            if isinstance(kept := self._blocks[i], list):
                kept = self._blocks[i] = self._rows(kept)
            return kept[rows]
        if (on_disk := i - len(self._blocks)) < len(self._ends) - 1:
            return self._rows(self._read(on_disk, rows))
        self._last = self._last or self._rows([*self._buffer[:, : self._buffered]])
        return self._last[rows]

    def close(self) -> None:
        """Delete the temporary file."""
        if self._file is not None:
            self._file.close()

    def _flush(self) -> None:
        """Move the full buffer to memory, or to the file once enough blocks are in memory."""
        if len(self._blocks) < _BLOCKS_IN_MEMORY:
            self._blocks.append([*self._buffer.copy()])
        else:
            self._write()
        self._buffered = 0

    def _rows(self, columns: Sequence[Floats]) -> WeightedData:
        """Extract the features of ``n`` interviews from 1 + m arrays (n,), as in the buffer."""
        X, offset, employer = self._extract(columns[:-1])
        return WeightedData(X, columns[-1].copy(), np.ones(offset.size), offset, employer)

    def _write(self) -> None:
        content = pickle.dumps([*parallel_map(_coded, [*self._buffer])], pickle.HIGHEST_PROTOCOL)
        with _temporary_file_errors():
            self._file = self._file or tempfile.TemporaryFile()  # noqa: SIM115 (`close` does)
            self._file.write(content)
            self._file.flush()
        self._ends.append(self._ends[-1] + len(content))

    def _read(self, i: int, rows: slice) -> list[Floats]:
        """Read these rows of block ``i`` of the file: 1 + m arrays (n,)."""
        assert self._file is not None
        start, end = self._ends[i : i + 2]
        with self._file_lock:
            self._file.seek(start)
            content = self._file.read(end - start)
        return [distinct.take(codes[rows], mode="clip") for distinct, codes in pickle.loads(content)]


def _coded(column: Floats) -> tuple[Floats, npt.NDArray[Any]]:
    """Code an (n,) array by its distinct numbers, NaN included, and their place for each row."""
    import pandas as pd

    codes, distinct = pd.factorize(column, use_na_sentinel=False)
    return distinct, codes.astype(np.min_scalar_type(len(distinct)))


@contextmanager
def _temporary_file_errors() -> Iterator[None]:
    """Turn an error of the operating system into a fault with its remedy.

    Raises
    ------
    FileError
        The temporary file cannot be created or written.
    """
    try:
        yield
    except OSError as error:
        seen, remedy = (error.strerror or str(error)).lower(), Remedy.SET_TMPDIR
        fault = Fault("no space for so many interviews", tempfile.gettempdir(), seen=seen, remedy=remedy)
        raise FileError([fault]) from None


def posterior_mode(rows: WeightedData, start: Floats | None = None) -> Floats:
    """Compute the coefficients that maximise the weighted likelihood: (1 + k,) array, log-odds.

    Since the prior enters as imaginary interviews, this maximum is the posterior mode. Newton's method with
    limited steps finds it: it takes offsets, and an outcome that contradicts a sharp prior cannot make it
    diverge.

    Parameters
    ----------
    rows : WeightedData
        Real and imaginary interviews.
    start : (1 + k,) array, optional
        Coefficients to start from, by default 0.
    """
    coefficients = np.zeros(rows.X.shape[1]) if start is None else start
    for _ in range(_MAX_STEPS):
        step = np.linalg.solve(information(coefficients, rows), gradient(coefficients, rows))
        length = np.abs(rows.X @ step).max()
        coefficients = coefficients + step / max(1.0, length / _MAX_LOG_ODDS_STEP)
        if length < _CONVERGED:
            break
    return np.asarray(coefficients)
