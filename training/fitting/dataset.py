"""Datasets of interviews with outcomes, in memory or partly in a temporary file, and their posterior mode."""

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial, reduce
from threading import Lock
from typing import IO, TypeVar

import numpy as np

from ...data.answers.observations import Floats
from ...data.errors import Fault, FileError, Remedy
from ...data.parallel import parallel_map, single_blas_thread
from ...model.likelihood import LogisticLikelihood, QuadraticLikelihood, gradient, information
from ...model.prior import Prior, WeightedData

Combine = Callable[[Floats, Floats], Floats]
_SUBSAMPLE_ROWS = 20_000
_STEP_DENSITY = 164  # the step of Newton's method has this times √n interviews
_BLOCK_ROWS = 16_384
_BLOCKS_IN_MEMORY = 32  # 160 MB with the built-in signals
# Log-odds: more extreme than any base rate that can be entered, and exp() does not overflow
_MAX_OFFSET = 30.0
_T = TypeVar("_T")
_MAX_STEPS = 1000
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

        Of very many interviews a step of Newton's method on more of them follows, so near to the mode of all
        that two passes over all are enough (`fit_quadratic`).
        """
        sample, pseudo_data = self.subsample(), prior.pseudo_data()
        weighted = replace(sample, weight=sample.weight * (self.n / max(sample.y.size, 1)))
        with single_blas_thread(weighted.y.size):
            mode = posterior_mode(weighted + pseudo_data)
        step = int(np.sqrt(self.n) / _STEP_DENSITY)
        if not 1 < step < self.subsample_step:
            return mode
        both = self.map_reduce(lambda rows: _gradient_and_information(rows[::step], mode, None))
        both = step * both + _gradient_and_information(pseudo_data, mode, None)
        return np.asarray(mode + np.linalg.solve(both[:, 1:], both[:, 0]))

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

        Its value at the mean is 0. ``mean`` and ``covariance`` are as there.
        """
        return QuadraticLikelihood(mean, *self.gradient_and_hessian(mean, covariance))

    def expected_log_likelihood(self, mean: Floats, covariance: Floats) -> Floats:
        """Compute ``E[ℓ]`` over ``N(mean, covariance)``: (1 + k,) and (1 + k, 1 + k) arrays."""
        return self.map_reduce(partial(_expected_log_likelihood, mean=mean, covariance=covariance))

    def max_information(self) -> Floats:
        """Compute ``Σ w x xᵀ / 4``, an upper bound on the information in the outcomes: (1 + k, 1 + k) array.

        One outcome has information ``p (1 - p) ≤ ¼``.
        """
        return self.map_reduce(_max_information)

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


def _expected_log_likelihood(rows: WeightedData, mean: Floats, covariance: Floats) -> Floats:
    """Compute ``E[ℓ]`` of a block, given (..., 1 + k) and (..., 1 + k, 1 + k) arrays: (...) array."""
    return LogisticLikelihood(rows).expected_log_likelihood(mean, covariance)


def _max_information(rows: WeightedData) -> Floats:
    """Compute ``Σ w x xᵀ / 4`` of a block: (1 + k, 1 + k) array."""
    return LogisticLikelihood(rows).max_information()


def _max_abs_log_odds(rows: WeightedData, steps: Floats) -> Floats:
    """Compute ``max |x · step|`` of a block for (m, 1 + k) array of steps: (m,) array, log-odds."""
    return np.asarray(np.abs(steps @ rows.X.T).max(axis=1, initial=0.0))


class LocalDataset(Dataset):
    """Interviews on this machine, in blocks that fit a processor's cache and are processed on all cores."""

    block_rows = _BLOCK_ROWS
    """Rows of each block but the last."""

    @property
    @abstractmethod
    def n_blocks(self) -> int:
        """Number of blocks, at least one."""

    @abstractmethod
    def block(self, i: int) -> WeightedData:
        """Load one block; several threads call this at once."""

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
        # each slice is copied at once: a view of a few rows would keep its whole block in memory
        samples = [
            concatenate([self.block(i)[-i * _BLOCK_ROWS % step :: step]]) for i in range(self.n_blocks)
        ]
        return concatenate(samples)

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

    def block(self, i: int) -> WeightedData:
        """Slice one block out of the rows, without a copy."""
        return self.rows[i * _BLOCK_ROWS : (i + 1) * _BLOCK_ROWS]


def in_memory(data: WeightedData) -> InMemoryDataset:
    """Make a dataset of interviews, with offsets clipped to ±30 log-odds so that no exponential overflows."""
    return InMemoryDataset(replace(data, offset=np.clip(data.offset, -_MAX_OFFSET, _MAX_OFFSET)))


class DiskDataset(LocalDataset):
    """Interviews added batch by batch; those beyond the first half million go to a temporary file.

    The blocks are the same as those of an `InMemoryDataset` of the same interviews.

    Parameters
    ----------
    n_coefficients : int
        ``1 + k``.
    """

    def __init__(self, n_coefficients: int) -> None:
        self._blocks: list[Floats] = []
        self._file: IO[bytes] | None = None
        self._blocks_on_disk = 0
        # column-major: one feature a row, then offset and outcome
        self._buffer = np.empty((n_coefficients + 2, _BLOCK_ROWS))
        self._buffered = 0
        self._file_lock = Lock()  # seek and read are two calls

    @property
    def n(self) -> int:
        """Number of interviews."""
        return (len(self._blocks) + self._blocks_on_disk) * _BLOCK_ROWS + self._buffered

    @property
    def n_blocks(self) -> int:
        """Number of blocks, at least one."""
        return max(-(-self.n // _BLOCK_ROWS), 1)

    def add(self, rows: WeightedData) -> None:
        """Append interviews, each with weight 1.

        Raises
        ------
        FileError
            There is no space for the temporary file.
        """
        start = 0
        while start < rows.y.size:
            batch = rows[start : start + _BLOCK_ROWS - self._buffered]
            columns = slice(self._buffered, self._buffered + batch.y.size)
            self._buffer[:-2, columns] = batch.X.T
            self._buffer[-2, columns], self._buffer[-1, columns] = batch.offset, batch.y
            start, self._buffered = start + batch.y.size, columns.stop
            if self._buffered == _BLOCK_ROWS:
                self._flush()

    def block(self, i: int) -> WeightedData:
        """Load one block, from the file if it is there."""
        if i < len(self._blocks):
            columns = self._blocks[i]
        elif i < len(self._blocks) + self._blocks_on_disk:
            columns = self._read(i - len(self._blocks))
        else:
            columns = self._buffer[:, : self._buffered]
        return WeightedData(columns[:-2].T, columns[-1], np.ones(columns.shape[1]), columns[-2])

    def close(self) -> None:
        """Delete the temporary file."""
        if self._file is not None:
            self._file.close()

    def _flush(self) -> None:
        """Move the full buffer to memory, or to the file once enough blocks are in memory."""
        if len(self._blocks) < _BLOCKS_IN_MEMORY:
            self._blocks.append(self._buffer)
            self._buffer = np.empty_like(self._buffer)
        else:
            self._write()
        self._buffered = 0

    def _write(self) -> None:
        with _temporary_file_errors():
            self._file = self._file or tempfile.TemporaryFile()  # noqa: SIM115 (`close` does)
            self._file.write(self._buffer.tobytes())
            self._file.flush()
        self._blocks_on_disk += 1

    def _read(self, i: int) -> Floats:
        """Read block ``i`` of the file: (3 + k, n) array, as in the buffer."""
        assert self._file is not None
        with self._file_lock:
            self._file.seek(i * self._buffer.nbytes)
            content = self._file.read(self._buffer.nbytes)
        return np.frombuffer(content).reshape(self._buffer.shape)


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


def concatenate(blocks: Sequence[WeightedData]) -> WeightedData:
    """Copy at least one block into one."""
    columns = zip(*((block.X, block.y, block.weight, block.offset) for block in blocks), strict=True)
    return WeightedData(*map(np.concatenate, columns))


def posterior_mode(rows: WeightedData) -> Floats:
    """Compute the coefficients that maximise the weighted likelihood: (1 + k,) array, log-odds.

    Since the prior enters as imaginary interviews, this maximum is the posterior mode. Newton's method with
    limited steps finds it: it takes offsets, and an outcome that contradicts a sharp prior cannot make it
    diverge.

    Parameters
    ----------
    rows : WeightedData
        Real and imaginary interviews.
    """
    coefficients = np.zeros(rows.X.shape[1])
    for _ in range(_MAX_STEPS):
        step = np.linalg.solve(information(coefficients, rows), gradient(coefficients, rows))
        length = np.abs(rows.X @ step).max()
        coefficients = coefficients + step / max(1.0, length / _MAX_LOG_ODDS_STEP)
        if length < _CONVERGED:
            break
    return np.asarray(coefficients)
