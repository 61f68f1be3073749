"""The fingerprint of interviews: of what was read of them, never of what was computed.

Rounding differs between processors and batch sizes, so numbers that were computed cannot identify data.
"""

import hashlib
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats, Observations
from ...model.parallel import parallel_map
from ...model.scoring import PROMISE_FIELD, SILENCE_FIELD

_Words = npt.NDArray[np.uint64]
_NOT_LEARNED = frozenset([SILENCE_FIELD, PROMISE_FIELD])  # training leaves the silence out


@dataclass(frozen=True)
class Fingerprint:
    """A sum over interviews, so that their order, batches and machines do not matter.

    Parameters
    ----------
    sums : tuple of 4 int
        Of four hashes of each interview, modulo 2⁶⁴. Two sets of interviews with equal sums are the same
        unless somebody made them to deceive.
    """

    sums: tuple[int, ...] = (0, 0, 0, 0)

    def __add__(self, other: "Fingerprint") -> "Fingerprint":
        return Fingerprint(tuple((a + b) % 2**64 for a, b in zip(self.sums, other.sums, strict=True)))

    def __str__(self) -> str:
        return hashlib.sha256(np.array(self.sums, dtype="<u8").tobytes()).hexdigest()


def fingerprint(seen: Observations, known: npt.NDArray[np.bool_], offers: Floats) -> Fingerprint:
    """Return the fingerprint of interviews with an outcome.

    Parameters
    ----------
    seen : Observations
        Of ``n`` interviews. Unanswered fields do not matter, nor do fields that nobody answered.
    known : (n,) array
        Which have an outcome that teaches.
    offers : (m,) array of 0 and 1
        The outcomes of those.

    References
    ----------
    Bellare & Micciancio (1997), A new paradigm for collision-free hashing: incrementality at reduced cost,
    EUROCRYPT, 163-192: sums of hashes. Steele, Lea & Flood (2014), Fast splittable pseudorandom number
    generators, OOPSLA, 453-472: the finalizer of the hash.
    """
    outcomes = np.full(seen.n, np.nan)
    outcomes[known] = offers

    def of_part(part: range) -> Fingerprint:
        rows = slice(part.start, part.stop)
        return _of_some(seen.slice_rows(part), known[rows], outcomes[rows])

    return sum(parallel_map(of_part, seen.row_blocks()), Fingerprint())


def _of_some(seen: Observations, known: npt.NDArray[np.bool_], outcomes: Floats) -> Fingerprint:
    """Return the fingerprint of a few thousand interviews, which fit a processor's cache."""
    mixed = _mixed("outcome", outcomes[known])
    for field, numbers in seen.answers.items():
        if field not in _NOT_LEARNED:
            mixed += _mixed(field, numbers[known])
    return Fingerprint(tuple(int(_finalized(mixed ^ _key(f"word {i}")).sum()) for i in range(4)))


def _mixed(field: str, numbers: Floats) -> _Words:
    """Return a hash of each answer to a field, 0 where it is unanswered: (m,) array."""
    bits = (numbers + 0.0).view(np.uint64)  # no negative zeros
    bits ^= bits >> np.uint64(32)
    bits *= _key(field)
    bits ^= bits >> np.uint64(29)
    bits *= ~np.isnan(numbers)
    return bits


def _finalized(mixed: _Words) -> _Words:
    """Return numbers in which every bit depends on every bit given."""
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


@cache
def _key(name: str) -> np.uint64:
    """Return an odd number of a name, the same everywhere."""
    return np.uint64(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little") | 1)
