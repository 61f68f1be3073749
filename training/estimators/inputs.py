"""Validation of the classifier's inputs: prior, classes and columns."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...data.language import N_, _

WEIGHT_SD = 0.5  # log-odds per unit: default prior standard deviation of a weight
COMMON_SD = 0.2  # the same, of what weights of features that vary together have in common
_MAX_GROUP_SD = 100.0
_MIN_SCALE = 1e-100  # squares of anything smaller underflow


def validated_prior_mean(mean: Any, names: npt.NDArray[Any], k: int) -> Floats:
    """Validate ``prior_mean``: (k,) array of weights, or (1 + k,) array with the intercept first.

    Parameters
    ----------
    mean : None, mapping of feature name to weight, Series, or array of k or 1 + k numbers
        Log odds ratios. Omitted names have weight 0.
    names : (k,) array of str
        Names of the features; empty strings if X has none.
    k : int
        Number of features.

    Raises
    ------
    ValueError
        Unknown names, a wrong number of weights, or weights that are not finite.
    """
    if mean is None:
        return np.zeros(k)
    if isinstance(mean, Mapping) or hasattr(mean, "items"):
        if not any(names):
            raise ValueError("prior_mean has names, but X has none: use a DataFrame for X")
        weights = {str(name): weight for name, weight in mean.items()}
        unknown = sorted(weights.keys() - set(names))
        if unknown:
            text = N_("prior_mean names features that X does not have: {names}")
            raise ValueError(_(text, names=", ".join(unknown)))
        mean = [weights.get(name, 0.0) for name in names]
    return _finite_array("prior_mean", mean, [(k,), (k + 1,)])


def validated_prior_covariance(covariance: Any, size: int, default_sd: Floats) -> Floats:
    """Validate ``prior_covariance``: (size, size) array.

    Parameters
    ----------
    covariance : None, (size,) array of variances, or (size, size) array
    size : int
        Number of prior means: ``k`` or ``1 + k``.
    default_sd : (k,) array
        Standard deviations of the weights if ``covariance`` is None.

    Raises
    ------
    ValueError
        Wrong shape, numbers that are not finite, not symmetric, or not positive definite.
    """
    if covariance is None:
        sd = np.full(size, WEIGHT_SD)
        sd[size - default_sd.size :] = default_sd
        return np.diag(sd**2)
    matrix = _finite_array("prior_covariance", covariance, [(size,), (size, size)])
    matrix = np.diag(matrix) if matrix.ndim == 1 else matrix
    if not np.allclose(matrix, matrix.T, rtol=1e-8, atol=0):
        raise ValueError("prior_covariance is not symmetric")
    matrix = (matrix + matrix.T) / 2
    smallest = np.linalg.eigvalsh(matrix).min() if size else 1.0
    if smallest <= 1e-14 * np.abs(matrix).max(initial=0.0):  # singular to the precision of a float
        text = N_(
            "prior_covariance is not positive definite: its smallest eigenvalue is {smallest}, expected all "
            "above 0"
        )
        raise ValueError(_(text, smallest=f"{smallest:.3g}"))
    return matrix


def validated_basis(basis: Any, k: int) -> npt.NDArray[np.intp] | None:
    """Validate ``prior_basis``: (k,) array of int, equal for equal labels; None without one.

    Parameters
    ----------
    basis : None or (k,) sequence of labels
    k : int
        Number of features.

    Raises
    ------
    ValueError
        Not a sequence of labels, or a wrong number of them.
    """
    if basis is None:
        return None
    if isinstance(basis, str | Mapping | Set) or not hasattr(basis, "__len__"):
        raise ValueError(_("prior_basis must be a list of {k} labels, one for each feature", k=k))
    labels = np.asarray([str(label) for label in basis])
    if labels.size != k:
        text = N_("prior_basis needs {k} labels, one for each feature, and has {n}")
        raise ValueError(_(text, k=k, n=labels.size))
    return np.unique(labels, return_inverse=True)[1]


def validate_group_sd(sd: Any) -> None:
    """Check ``group_sd``, log-odds.

    Raises
    ------
    ValueError
        Not a number from 0 to 100.
    """
    if isinstance(sd, bool) or not isinstance(sd, Real) or not 0 <= float(sd) <= _MAX_GROUP_SD:
        text = N_("group_sd must be a number from 0 to {largest}, not {seen}")
        raise ValueError(_(text, largest=f"{_MAX_GROUP_SD:g}", seen=repr(sd)))


def _finite_array(name: str, values: Any, shapes: list[tuple[int, ...]]) -> Floats:
    """Convert to an array of finite numbers with one of the given shapes, such as (k,) or (k, k)."""
    try:
        numbers = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(_("{name} contains a value that is not a number", name=name)) from None
    if numbers.shape not in shapes:
        *others, last = map(str, shapes)
        expected = _("{others} or {last}", others=", ".join(others), last=last) if others else last
        text = N_("{name} has shape {seen}, expected {expected}")
        raise ValueError(_(text, name=name, seen=numbers.shape, expected=expected))
    if not np.isfinite(numbers).all():
        raise ValueError(_("{name} contains numbers that are not finite", name=name))
    return numbers


def validated_classes(labels: npt.NDArray[Any], classes: Any) -> npt.NDArray[Any]:
    """Determine the two classes, the one of interest last: (2,) array.

    A single label is enough if it is 0, 1, False or True, or if ``classes`` is specified.

    Parameters
    ----------
    labels : (n,) array
        Labels in the data.
    classes : pair or None
        Both classes, or None to use those in the data.

    Raises
    ------
    ValueError
        More than two classes, one that could be either, or labels that are not in ``classes``.
    """
    found = np.unique(labels)
    if classes is not None:
        pair = np.asarray(classes)
        if pair.shape != (2,) or pair[0] == pair[1]:
            text = N_("classes must be two different labels, the one of interest last, not {seen}")
            raise ValueError(_(text, seen=repr(classes)))
        if not np.isin(found, pair).all():
            text = N_("y contains the classes {seen}, expected {expected}")
            raise ValueError(_(text, seen=found.tolist(), expected=pair.tolist()))
        return pair
    if found.size > 2:
        text = N_("Only binary classification is supported, and y has {n} classes")
        raise ValueError(_(text, n=found.size))
    if found.size == 2:
        return found
    if found.dtype.kind in "biuf" and found[0] in {0, 1}:
        return np.array([0, 1], dtype=found.dtype)
    text = N_("y contains only one class, {seen}: specify both with classes=(other, of_interest)")
    raise ValueError(_(text, seen=found.tolist()))


def center_and_scale(x: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Compute the weighted mean and standard deviation of each column: two (k,) arrays.

    ``x`` : (n, k) array, NaN where missing; ``weight`` : (n,) array. A column without any value has mean 0; a
    standard deviation of 0 becomes 1.
    """
    known = ~np.isnan(x)
    known_weight = known * weight[:, None]
    total = np.maximum(known_weight.sum(axis=0), np.finfo(float).tiny)
    size = np.maximum(np.abs(np.where(known, x, 0.0)).max(axis=0, initial=0.0), np.finfo(float).tiny)
    unit = np.where(known, x / size, 0.0)  # squares of huge numbers stay finite
    center = (known_weight * unit).sum(axis=0) / total
    deviation = np.sqrt((known_weight * (unit - center) ** 2).sum(axis=0) / total)
    # at most 1e-9 of the largest value is a rounding error: the column is constant
    return center * size, np.where(deviation > 1e-9, np.maximum(deviation * size, _MIN_SCALE), 1.0)


def first_component(standard: Floats, weight: Floats) -> Floats:
    """Compute the correlation of each feature with the first principal component: (k,) array.

    Ratings of one impression correlate, and then usually point the same way. So where no effect is known, a
    prior along this component describes them better than independent weights. Its sign is arbitrary.

    Parameters
    ----------
    standard : (n, k) array
        Features in standard deviations from their mean, 0 where missing.
    weight : (n,) array
        Weights of the rows.

    References
    ----------
    Jolliffe (2002), Principal Component Analysis, 2nd ed., section 8.1.

    Examples
    --------
    >>> impression = np.array([1.0, -1.0, 1.0, -1.0])
    >>> alone = np.array([1.0, 1.0, -1.0, -1.0])
    >>> np.abs(first_component(np.column_stack([impression, impression, alone]), np.ones(4))).round(6)
    array([1., 1., 0.])
    """
    if not standard.size:
        return np.zeros(standard.shape[1])
    share = np.sqrt(weight / weight.sum())
    _, sizes, components = np.linalg.svd(standard * share[:, None], full_matrices=False)
    return np.asarray(sizes[0] * components[0])


@dataclass(frozen=True)
class ColumnRoles:
    """The roles of the columns of X: features to learn, and columns of known log-odds.

    Parameters
    ----------
    n : int
        Number of columns.
    offset, update : int or None
        Index of the column of known log-odds, and of known log likelihood ratios.
    """

    n: int
    offset: int | None
    update: int | None

    @classmethod
    def named(
        cls, n: int, names: Sequence[str], offset: str | int | None, update: str | int | None
    ) -> "ColumnRoles":
        """Find the columns by name or by index, negative from the end.

        Raises
        ------
        ValueError
            A missing column, or the same one twice.
        """
        indices = _column_index(offset, n, names), _column_index(update, n, names)
        if offset is not None and indices[0] == indices[1]:
            raise ValueError(_("offset and update are the same column, {column}", column=repr(offset)))
        return cls(n, *indices)

    @property
    def learned(self) -> npt.NDArray[np.intp]:
        """Indices of the columns that have a weight: (k,) array."""
        return np.setdiff1d(np.arange(self.n), [c for c in (self.offset, self.update) if c is not None])

    def split(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        """Split an (n, n_columns) array into features (n, k), offsets (n,) and updates (n,), 0 if missing."""
        return x[:, self.learned], self._known(x, self.offset), self._known(x, self.update)

    @staticmethod
    def _known(x: Floats, column: int | None) -> Floats:
        """Select one column of an (n, n_columns) array: (n,) array, 0 if missing."""
        return np.zeros(len(x)) if column is None else np.nan_to_num(x[:, column])


def _column_index(column: str | int | None, n: int, names: Sequence[str]) -> int | None:
    """Find the index of a column among ``n``, from 0; None without a column."""
    if isinstance(column, str):
        if column not in names:
            raise ValueError(_("X has no column named {column}", column=repr(column)))
        return names.index(column)
    if column is not None and (isinstance(column, bool) or not isinstance(column, Integral)):
        text = N_("a column must be a name or a whole number, not {seen}")
        raise ValueError(_(text, seen=repr(column)))
    if column is not None and not -n <= column < n:
        raise ValueError(_("X has no column {column}, only {n}", column=column, n=n))
    return column if column is None else column % n
