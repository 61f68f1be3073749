"""The fingerprint of interviews: a hash of the answers and outcomes read, not of anything computed.

Computed numbers cannot identify data, since their rounding differs between processors and batch sizes.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats, Observations
from ...data.catalogue.question_schema import PROMISE_FIELD, SILENCE_FIELD
from ...data.parallel import parallel_map

_Words = npt.NDArray[np.uint64]
_BLOCK_ROWS = 65_536  # a block of one column fits in a processor's cache
UNUSED_FIELDS = frozenset([SILENCE_FIELD, PROMISE_FIELD])  # given an outcome, the silence teaches nothing


@dataclass(frozen=True)
class Fingerprint:
    """A sum of hashes over interviews, so that order, batches and machines make no difference.

    Parameters
    ----------
    sums : tuple of 4 int
        Sums of four hashes of each interview, modulo 2⁶⁴. Two sets of interviews with equal sums are the same
        unless somebody constructed them to deceive.

    References
    ----------
    Bellare & Micciancio (1997), A new paradigm for collision-free hashing: incrementality at reduced cost,
    EUROCRYPT, 163-192: sums of hashes. Steele, Lea & Flood (2014), Fast splittable pseudorandom number
    generators, OOPSLA, 453-472: the finalizer of the hash.
    """

    sums: tuple[int, ...] = (0, 0, 0, 0)

    def __add__(self, other: "Fingerprint") -> "Fingerprint":
        return Fingerprint(tuple((a + b) % 2**64 for a, b in zip(self.sums, other.sums, strict=True)))

    def __str__(self) -> str:
        return hashlib.sha256(np.array(self.sums, dtype="<u8").tobytes()).hexdigest()


def fingerprint(
    observations: Observations, has_outcome: npt.NDArray[np.bool_], offers: Floats
) -> Fingerprint:
    """Compute the fingerprint of interviews with an outcome; see `row_hashes`.

    ``has_outcome`` is an (n,) array of bool and ``offers`` an (m,) array.
    """
    return sum_of_hashes(row_hashes(observations, has_outcome, offers)[0])


def fingerprint_pending(pending: Observations) -> Fingerprint:
    """Compute the fingerprint of pending interviews: of their answers, days of silence included.

    Parameters
    ----------
    pending : Observations
        Answers of ``n`` interviews. Unanswered fields make no difference.
    """
    hashes, _ = _hash_answers(pending.answers, pending.n)
    return sum_of_hashes(hashes + _hash_key("pending"))


def row_hashes(
    observations: Observations, has_outcome: npt.NDArray[np.bool_], offers: Floats
) -> tuple[_Words, npt.NDArray[np.uint16]]:
    """Compute a hash of the answers and the outcome of each interview, and count the answers.

    Parameters
    ----------
    observations : Observations
        Of ``n`` interviews. Unanswered fields make no difference.
    has_outcome : (n,) array of bool
        Whether each has an outcome that training uses.
    offers : (m,) array of 0 and 1
        The outcomes of those that have one.

    Returns
    -------
    hashes : (m,) array of uint64
    answers : (m,) array of uint16
        Without the silence.
    """
    hashes, n_answers = np.empty(offers.size, dtype=np.uint64), np.empty(offers.size, dtype=np.uint16)
    outcomes_before = np.concatenate([[0], np.cumsum(has_outcome)])

    def hash_block(block: range) -> None:
        """Fill the rows of a block."""
        rows = slice(*outcomes_before[[block.start, block.stop]])
        outcomes, used = offers[rows], observations.slice_rows(block)
        if outcomes.size < len(block):
            used = used.select_rows(has_outcome[block.start : block.stop])
        answers = {field: values for field, values in used.answers.items() if field not in UNUSED_FIELDS}
        hashes[rows], answered = _hash_answers({**answers, "outcome": outcomes}, used.n)
        n_answers[rows] = answered - 1  # the outcome is none

    for _ in parallel_map(hash_block, observations.row_blocks()):
        pass
    return hashes, n_answers


def sum_of_hashes(hashes: _Words) -> Fingerprint:
    """Add up four hashes derived from the one of each interview, an (m,) array."""
    keys = [_hash_key(f"word {i}") for i in range(4)]

    def of_block(start: int) -> list[int]:
        block = hashes[start : start + _BLOCK_ROWS]
        return [int(_finalize(block ^ key).sum()) for key in keys]

    blocks = parallel_map(of_block, range(0, max(hashes.size, 1), _BLOCK_ROWS))
    return Fingerprint(tuple(sum(each) % 2**64 for each in zip(*blocks, strict=True)))


def _hash_answers(answers: Mapping[str, Floats], n: int) -> tuple[_Words, npt.NDArray[np.uint16]]:
    """Hash the answers of ``n`` interviews, an (n,) array of each field, and count those that are given.

    Returns (n,) arrays. A field that is unanswered adds 0 to the hash.
    """
    numbers = np.array([*answers.values()]).reshape(len(answers), n)
    unanswered = np.isnan(numbers)
    numbers += np.pi  # 0.0 has no bits to multiply; -0.0 has others, and gives the same sum
    bits = numbers.view(np.uint64)
    bits ^= bits >> np.uint64(32)
    bits *= np.array([_hash_key(field) for field in answers], dtype=np.uint64)[:, None]
    bits ^= bits >> np.uint64(29)
    signed = bits.view(np.int64)
    signed &= unanswered.view(np.int8) - 1  # clears every bit
    return bits.sum(axis=0), len(answers) - unanswered.sum(axis=0, dtype=np.uint16)


def _finalize(hashes: _Words) -> _Words:
    """Mix the bits of each hash so that every bit depends on all (SplitMix64): (m,) array."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


@cache
def _hash_key(name: str) -> np.uint64:
    """Derive a multiplier from a name, the same on every machine; odd, so that no bit is lost."""
    return np.uint64(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little") | 1)
