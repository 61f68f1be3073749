"""The fingerprint of interviews: the same for the same ones in any order, wherever they lie."""

import hashlib
import tempfile
from contextlib import ExitStack

import numpy as np
import numpy.typing as npt

from ..model.prior import Rows
from .here import Here, room_for_interviews

_SORTED = 4_000_000  # numbers
_IN_MEMORY = 100_000_000  # bytes of numbers to be sorted


def fingerprint(interviews: Here) -> str:
    """Return a SHA-256 of interviews with outcomes, the same for the same ones in any order.

    Of each the bits are folded into one number, a sum with odd factors modulo 2⁶⁴; these are sorted, some
    million at a time.
    """
    ranges = interviews.n // _SORTED + 1
    digest = hashlib.sha256()
    with ExitStack() as stack:
        room = _IN_MEMORY // ranges
        files = [stack.enter_context(tempfile.SpooledTemporaryFile(room)) for _ in range(ranges)]
        with room_for_interviews():
            for numbers in interviews.each(folded):
                place = (numbers >> 32) * ranges >> 32  # which of so many equal ranges
                for i, file in enumerate(files):
                    file.write(numbers[place == i].tobytes())
        for file in files:
            file.seek(0)
            numbers = np.sort(np.frombuffer(file.read(), dtype=np.uint64))
            digest.update(numbers.astype("<u8").tobytes())
    return digest.hexdigest()


def folded(real: Rows) -> npt.NDArray[np.uint64]:
    """Return one number for each interview, the same for equal features, offset and outcome: (n,) array."""
    columns = [*real.design.T, real.offset, real.outcome]
    factors = np.random.default_rng(0).integers(2**63, size=len(columns), dtype=np.uint64) * 2 + 1
    numbers = np.zeros(real.outcome.size, dtype=np.uint64)
    for column, factor in zip(columns, factors, strict=True):
        numbers += (np.ascontiguousarray(column) + 0.0).view(np.uint64) * factor
    return numbers
