"""Which columns have a weight to learn, and which hold log-odds already known."""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats


@dataclass(frozen=True)
class Columns:
    """The columns of a table of features, by number.

    Parameters
    ----------
    n : int
        How many there are.
    offset, update : int or None
        Where known log-odds and known log likelihood ratios are.
    """

    n: int
    offset: int | None
    update: int | None

    @classmethod
    def named(
        cls, n: int, names: Sequence[str], offset: str | int | None, update: str | int | None
    ) -> "Columns":
        """Return the columns, told by name or by number, from the end if negative.

        Raises
        ------
        ValueError
            No such column.
        """
        places = _place(offset, n, names), _place(update, n, names)
        if offset is not None and places[0] == places[1]:
            raise ValueError(f"offset and update are the same column, {offset!r}")
        return cls(n, *places)

    @property
    def learned(self) -> npt.NDArray[np.intp]:
        """Columns that have a weight: (k,) array."""
        return np.setdiff1d(np.arange(self.n), [c for c in (self.offset, self.update) if c is not None])

    def split(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        """Return features (n, k), offsets (n,) and updates (n,), the last two 0 where unknown."""
        return x[:, self.learned], self._known(x, self.offset), self._known(x, self.update)

    @staticmethod
    def _known(x: Floats, column: int | None) -> Floats:
        return np.zeros(len(x)) if column is None else np.nan_to_num(x[:, column])


def _place(column: str | int | None, n: int, names: Sequence[str]) -> int | None:
    """Return where a column is."""
    if isinstance(column, str):
        if column not in names:
            raise ValueError(f"X has no column named {column!r}")
        return names.index(column)
    if column is not None and (isinstance(column, bool) or not isinstance(column, Integral)):
        raise ValueError(f"a column is a name or a whole number, not {column!r}")
    if column is not None and not -n <= column < n:
        raise ValueError(f"X has no column {column}, only {n}")
    return column if column is None else column % n
