"""Interviews with outcomes as a dataset: in memory, and beyond half a million in a temporary file."""

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
from ...model.likelihood import LogisticLikelihood
from ...model.parallel import parallel_map, single_blas_thread
from ...model.prior import Prior, WeightedData
from .map_estimate import posterior_mode

Combine = Callable[[Floats, Floats], Floats]
_SAMPLE = 20_000
_PART = 16_384  # rows
_IN_MEMORY = 32  # parts: 150 MB with the built-in signals
_T = TypeVar("_T")


class Interviews(ABC):
    """Interviews with outcomes as `model.likelihood.Likelihood` wants them, and what more learning asks.

    Each answer is a sum, or a maximum, over parts of them, added up in their order.
    """

    @property
    @abstractmethod
    def n(self) -> int:
        """How many there are."""

    @abstractmethod
    def over(self, part: Callable[[WeightedData], Floats], combine: Combine = np.add) -> Floats:
        """Return what an array for each part combines to.

        Parameters
        ----------
        part : callable
            Gives an array for some of the interviews, none among them.
        combine : callable
            Of two such arrays.
        """

    @abstractmethod
    def near(self, prior: Prior) -> Floats:
        """Return coefficients not far from the mode under a prior: (1 + k,) array."""

    def gradient_and_hessian(self, mean: Floats, covariance: Floats | None) -> tuple[Floats, Floats]:
        """Return ``E[∇ℓ]`` and ``-E[∇²ℓ] = Σ xᵀ E[p (1 - p)] x``: (1 + k,) and (1 + k, 1 + k) arrays."""
        both = self.over(partial(_slopes, mean=mean, covariance=covariance))
        return both[:, 0], both[:, 1:]

    def expected_log_likelihood(self, mean: Floats, covariance: Floats) -> float:
        """Return ``E[ℓ]``."""
        return float(self.over(partial(_expected, mean=mean, covariance=covariance)))

    def told(self, prior: Prior) -> float:
        """Return ``t = Σ w xᵀCx / 4``, what the outcomes can tell of the weights at most.

        ``C`` is the covariance of the weights under a prior, and ¼ the most information one outcome has.
        """
        return float(np.sum(prior.covariance[1:, 1:] * self.over(_most)[1:, 1:]))

    def longest(self, steps: Floats) -> Floats:
        """Return the largest change of any interview's log-odds that each step of the coefficients makes.

        Parameters
        ----------
        steps : (m, 1 + k) array

        Returns
        -------
        (m,) array
        """
        return self.over(partial(_longest, steps=steps), np.maximum)


def _slopes(rows: WeightedData, mean: Floats, covariance: Floats | None) -> Floats:
    return np.column_stack(LogisticLikelihood(rows).gradient_and_hessian(mean, covariance))


def _expected(rows: WeightedData, mean: Floats, covariance: Floats) -> Floats:
    return np.asarray(LogisticLikelihood(rows).expected_log_likelihood(mean, covariance))


def _most(rows: WeightedData) -> Floats:
    return LogisticLikelihood(rows).max_information()


def _longest(rows: WeightedData, steps: Floats) -> Floats:
    return np.asarray(np.abs(steps @ rows.X.T).max(axis=1, initial=0.0))


class Here(Interviews):
    """Interviews on this machine, in parts of some thousand."""

    @property
    @abstractmethod
    def parts(self) -> int:
        """How many parts; at least one."""

    @abstractmethod
    def part(self, i: int) -> WeightedData:
        """Return one part; called from several threads at once."""

    def each(self, work: Callable[[WeightedData], _T]) -> Iterable[_T]:
        """Return what some work gives for each part, in their order, done on every core."""
        return parallel_map(lambda i: work(self.part(i)), range(self.parts))

    def over(self, part: Callable[[WeightedData], Floats], combine: Combine = np.add) -> Floats:
        """Return what an array for each part combines to."""
        return reduce(combine, self.each(part))

    @property
    def stride(self) -> int:
        """The how-many-eth interview `some` takes."""
        return max(self.n // _SAMPLE, 1)

    def some(self) -> WeightedData:
        """Return all interviews, or where there are many every so-many-th: twenty thousand and more."""
        step = self.stride
        # copied at once, or every part would stay for the few of its rows
        taken = [together([self.part(i)[-i * _PART % step :: step]]) for i in range(self.parts)]
        return together(taken)

    def every(self) -> WeightedData:
        """Return all interviews; there should be few enough."""
        return together([self.part(i) for i in range(self.parts)])

    def near(self, prior: Prior) -> Floats:
        """Return the mode for some of them, each standing for its neighbours: (1 + k,) array."""
        some = self.some()
        counted = replace(some, weight=some.weight * (self.n / max(some.y.size, 1)))
        with single_blas_thread(counted.y.size):
            return posterior_mode(counted + prior.pseudo_data())


@dataclass(frozen=True)
class Held(Here):
    """Interviews in memory.

    Parameters
    ----------
    rows : Rows
    """

    rows: WeightedData

    @property
    def n(self) -> int:
        """How many there are."""
        return int(self.rows.y.size)

    @property
    def parts(self) -> int:
        """How many parts; at least one."""
        return max(-(-self.n // _PART), 1)

    def part(self, i: int) -> WeightedData:
        """Return one part, without copying it."""
        return self.rows[i * _PART : (i + 1) * _PART]


class Stored(Here):
    """Interviews that come batch by batch: beyond half a million the rest lie in a temporary file.

    The parts are those of the same interviews in memory.

    Parameters
    ----------
    size : int
        ``1 + k``.
    """

    def __init__(self, size: int) -> None:
        self._held: list[Floats] = []
        self._file: IO[bytes] | None = None
        self._in_file = 0
        self._last = np.empty((size + 2, _PART))  # a feature in each row, then offset and outcome
        self._filled = 0
        self._reading = Lock()

    @property
    def n(self) -> int:
        """How many there are."""
        return (len(self._held) + self._in_file) * _PART + self._filled

    @property
    def parts(self) -> int:
        """How many parts; at least one."""
        return max(-(-self.n // _PART), 1)

    def add(self, rows: WeightedData) -> None:
        """Take more interviews, each of weight 1.

        Raises
        ------
        FileError
            There is no room for the temporary file.
        """
        taken = 0
        while taken < rows.y.size:
            some = rows[taken : taken + _PART - self._filled]
            place = slice(self._filled, self._filled + some.y.size)
            self._last[:-2, place] = some.X.T
            self._last[-2, place], self._last[-1, place] = some.offset, some.y
            taken, self._filled = taken + some.y.size, place.stop
            if self._filled == _PART:
                self._put_away()

    def part(self, i: int) -> WeightedData:
        """Return one part."""
        if i < len(self._held):
            numbers = self._held[i]
        elif i < len(self._held) + self._in_file:
            numbers = self._read(i - len(self._held))
        else:
            numbers = self._last[:, : self._filled]
        return WeightedData(numbers[:-2].T, numbers[-1], np.ones(numbers.shape[1]), numbers[-2])

    def close(self) -> None:
        """Take the temporary file away."""
        if self._file is not None:
            self._file.close()

    def _put_away(self) -> None:
        if len(self._held) < _IN_MEMORY:
            self._held.append(self._last)
            self._last = np.empty_like(self._last)
        else:
            self._write()
        self._filled = 0

    def _write(self) -> None:
        with room_for_interviews():
            self._file = self._file or tempfile.TemporaryFile()  # noqa: SIM115 (`close` does)
            self._file.write(self._last.tobytes())
            self._file.flush()
        self._in_file += 1

    def _read(self, i: int) -> Floats:
        assert self._file is not None
        with self._reading:
            self._file.seek(i * self._last.nbytes)
            found = self._file.read(self._last.nbytes)
        return np.frombuffer(found).reshape(self._last.shape)


@contextmanager
def room_for_interviews() -> Iterator[None]:
    """Say of what a system refuses a temporary file that there is no room for so many interviews.

    Raises
    ------
    FileError
    """
    try:
        yield
    except OSError as error:
        seen, remedy = (error.strerror or str(error)).lower(), Remedy.SET_TMPDIR
        fault = Fault("no room for so many interviews", tempfile.gettempdir(), seen=seen, remedy=remedy)
        raise FileError([fault]) from None


def together(parts: Sequence[WeightedData]) -> WeightedData:
    """Return the rows of all parts."""
    columns = zip(*((part.X, part.y, part.weight, part.offset) for part in parts), strict=True)
    return WeightedData(*map(np.concatenate, columns))
