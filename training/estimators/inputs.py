"""The inputs of the classifier: prior, classes and columns, checked and put in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats

_FINEST = 1e-100  # squares of anything smaller vanish
WEIGHT_SD = 0.5  # log-odds per unit, where nothing was said of a weight's uncertainty


def validated_prior_mean(mean: Any, names: npt.NDArray[Any], k: int) -> Floats:
    """Return the weights told, with the intercept first if it was told too: (k,) or (1 + k,) array.

    Parameters
    ----------
    mean : None, mapping of feature name to weight, Series, or array of k or 1 + k numbers
        Names that are left out have weight 0.
    names : (k,) array of str
        Empty texts where X has none.
    k : int

    Raises
    ------
    ValueError
        Unknown names, a wrong number of weights, or weights that are not finite.
    """
    if mean is None:
        return np.zeros(k)
    if isinstance(mean, Mapping) or hasattr(mean, "items"):
        if not any(names):
            raise ValueError("prior_mean has names, but X has none: give X as a DataFrame")
        told = {str(name): weight for name, weight in mean.items()}
        unknown = sorted(told.keys() - set(names))
        if unknown:
            raise ValueError(f"prior_mean names features that X does not have: {', '.join(unknown)}")
        mean = [told.get(name, 0.0) for name in names]
    return _numbers("prior_mean", mean, [(k,), (k + 1,)])


def validated_prior_covariance(covariance: Any, size: int, deviation: Floats) -> Floats:
    """Return the covariance told: (size, size) array.

    Parameters
    ----------
    covariance : None, (size,) array of variances, or (size, size) array
    size : int
        As many as there are means.
    deviation : (k,) array
        Standard deviations where none were told.

    Raises
    ------
    ValueError
        Wrong shape, numbers that are not finite, not symmetric, or not positive definite.
    """
    if covariance is None:
        wide = np.full(size, WEIGHT_SD)
        wide[size - deviation.size :] = deviation
        return np.diag(wide**2)
    told = _numbers("prior_covariance", covariance, [(size,), (size, size)])
    told = np.diag(told) if told.ndim == 1 else told
    if not np.allclose(told, told.T, rtol=1e-8, atol=0):
        raise ValueError("prior_covariance is not symmetric")
    told = (told + told.T) / 2
    smallest = np.linalg.eigvalsh(told).min() if size else 1.0
    if smallest <= 1e-14 * np.abs(told).max(initial=0.0):
        raise ValueError(
            f"prior_covariance is not positive definite: its smallest eigenvalue is {smallest:.3g}, "
            "expected all above 0"
        )
    return told


def _numbers(name: str, values: Any, shapes: list[tuple[int, ...]]) -> Floats:
    """Return finite numbers of one of the shapes."""
    try:
        numbers = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} holds something that is no number") from None
    if numbers.shape not in shapes:
        expected = " or ".join(str(shape) for shape in shapes)
        raise ValueError(f"{name} has shape {numbers.shape}, expected {expected}")
    if not np.isfinite(numbers).all():
        raise ValueError(f"{name} holds numbers that are not finite")
    return numbers


def validated_classes(labels: npt.NDArray[Any], told: Any) -> npt.NDArray[Any]:
    """Return the two classes, the one of interest last: (2,) array.

    One label alone is enough if it is 0, 1, False or True, or if the classes were told.

    Parameters
    ----------
    labels : (n,) array
    told : pair or None

    Raises
    ------
    ValueError
        More than two classes, one that could be either, or labels that are none of those told.
    """
    found = np.unique(labels)
    if told is not None:
        classes = np.asarray(told)
        if classes.shape != (2,) or classes[0] == classes[1]:
            raise ValueError(f"classes must be two different labels, the one of interest last, not {told!r}")
        if not np.isin(found, classes).all():
            raise ValueError(f"y holds the classes {found.tolist()}, expected {classes.tolist()}")
        return classes
    if found.size > 2:
        raise ValueError(f"Only binary classification is supported, and y has {found.size} classes")
    if found.size == 2:
        return found
    if found.dtype.kind in "biuf" and found[0] in {0, 1}:
        return np.array([0, 1], dtype=found.dtype)
    raise ValueError(f"y holds one class, {found.tolist()}: tell the two with classes=(other, of_interest)")


def center_and_scale(x: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return weighted mean and standard deviation of each column: two (k,) arrays.

    Missing values are left out. Without any other the mean is 0, and a deviation of 0 becomes 1.
    """
    known = ~np.isnan(x)
    share = known * weight[:, None]
    total = np.maximum(share.sum(axis=0), np.finfo(float).tiny)
    size = np.maximum(np.abs(np.where(known, x, 0.0)).max(axis=0, initial=0.0), np.finfo(float).tiny)
    unit = np.where(known, x / size, 0.0)  # squares of huge numbers stay finite
    center = (share * unit).sum(axis=0) / total
    deviation = np.sqrt((share * (unit - center) ** 2).sum(axis=0) / total)
    return center * size, np.where(deviation > 1e-9, np.maximum(deviation * size, _FINEST), 1.0)


@dataclass(frozen=True)
class ColumnRoles:
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
    ) -> "ColumnRoles":
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
