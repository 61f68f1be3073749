"""Validation by employer: how well a model predicts the interviews of each one, and how far they differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats, Groups, split_columns
from ...data.errors import AnswerError, Fault
from ...data.language import _
from ...data.name_matching import fold, nearest
from .metrics import CLIP, log_loss

if TYPE_CHECKING:
    import pandas as pd

_Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class GroupPredictions:
    """Predictions of one employer's interviews beside their outcomes.

    Parameters
    ----------
    name : str
        The employer; empty for the interviews that name none, which may be of several.
    n, n_offer : int
        Interviews with an outcome, and with an offer.
    observed : float
        Share that ended in an offer.
    expected, low, high : float
        Mean probability, and mean ends of its intervals.
    log_loss : float
        Mean of the interviews.
    """

    name: str
    n: int
    n_offer: int
    observed: float
    expected: float
    low: float
    high: float
    log_loss: float

    @property
    def covered(self) -> bool:
        """Whether the observed share lies in the mean interval."""
        return self.low <= self.observed <= self.high


@dataclass(frozen=True)
class ByGroup:
    """Validation by employer, and how far the calibration differs between employers.

    Parameters
    ----------
    column : str
        Names the employer.
    groups : tuple of GroupPredictions
        The employers, those with most interviews first, then the interviews without a name.
    n_groups, n_covered : int
        Employers with a name, and those whose observed share lies in the mean interval of their predictions.
    intercept, tau : float or None
        Mean calibration intercept over employers, 0 if the level is right, and its standard deviation among
        them, log-odds (DerSimonian & Laird 1986). None without a named employer, ``tau`` also with only one.
    low, high : float or None
        Interval of the intercept at the next employer, ``intercept ± z √(τ² + se²)`` (Riley et al. 2011).

    References
    ----------
    Debray et al. (2023), Transparent reporting of multivariable prediction models developed or validated
    using clustered data (TRIPOD-Cluster), BMJ 380:e071018. DerSimonian & Laird (1986), Meta-analysis in
    clinical trials, Controlled Clinical Trials 7(3):177-188. Riley, Higgins & Deeks (2011), Interpretation of
    random effects meta-analyses, BMJ 342:d549.
    """

    column: str
    groups: tuple[GroupPredictions, ...]
    n_groups: int
    n_covered: int
    intercept: float | None
    tau: float | None
    low: float | None
    high: float | None


def read_groups(frame: "pd.DataFrame | Mapping[str, Any]", column: str) -> Groups:
    """Read the column that names the employer.

    Parameters
    ----------
    frame : DataFrame, or mapping of column to n cells
    column : str
        In any spelling.

    Raises
    ------
    AnswerError
        There is no such column.
    """
    columns = split_columns(frame)[0]
    named = [name for name in columns if fold(name) == fold(column)]
    if not named:
        seen, similar = ", ".join(columns) or _("no columns"), nearest(column, columns)
        raise AnswerError([Fault("no such column", field=column, seen=seen, nearest=similar)])
    return Groups.from_cells(columns[named[0]])


def validate_by_group(
    groups: Groups, chance: Floats, ends: Floats, offers: Floats, column: str, z: float
) -> ByGroup:
    """Compare predictions with outcomes for each employer, and estimate how far employers differ.

    The calibration intercept of an employer is Peto's one-step estimate ``(O - E) / V`` of variance ``1/V``,
    with ``O`` offers, ``E = Σp`` and ``V = Σp (1 - p)``: it is finite even where all outcomes are the same.

    Parameters
    ----------
    groups : Groups
        Of ``n`` interviews with an outcome.
    chance : (n,) array
        Probability of an offer.
    ends : (2, n) array
        Its interval.
    offers : (n,) array of 0 and 1
    column : str
    z : float
        Normal quantile of the level of the intervals.

    References
    ----------
    Yusuf, Peto, Lewis, Collins & Sleight (1985), Beta blockade during and after myocardial infarction,
    Progress in Cardiovascular Diseases 27(5):335-371: the one-step estimate.

    Examples
    --------
    >>> groups = Groups.from_cells(["Acme", "Acme", "Byte", None])
    >>> chance, offers = np.full(4, 0.5), np.array([1.0, 1.0, 0.0, 1.0])
    >>> ends = np.array([chance - 0.4, chance + 0.4])
    >>> found = validate_by_group(groups, chance, ends, offers, "company", 1.64)
    >>> [(each.name, each.n, each.observed) for each in found.groups], found.n_groups, found.n_covered
    ([('acme', 2, 1.0), ('byte', 1, 0.0), ('', 1, 1.0)], 2, 0)
    """
    order = np.argsort(groups.codes, kind="stable")
    first = np.searchsorted(groups.codes[order], np.arange(len(groups.names)))
    unnamed, *of_name = np.split(order, first)
    rows = sorted(
        ((name, at) for name, at in zip(groups.names, of_name, strict=True) if at.size), key=_by_size
    )
    found = [_group(name, at, chance, ends, offers) for name, at in [*rows, ("", unnamed)] if at.size]
    named = [each for each in found if each.name]
    p = np.clip(chance, CLIP, 1 - CLIP)
    information = np.array([float(np.sum(p[at] * (1 - p[at]))) for _, at in rows])
    intercepts = np.array([float(np.sum(offers[at] - p[at])) for _, at in rows]) / information
    return ByGroup(
        column,
        tuple(found),
        len(named),
        sum(each.covered for each in named),
        *_pool(intercepts, information, z),
    )


def _by_size(row: tuple[str, _Rows]) -> int:
    return -row[1].size


def _group(name: str, at: _Rows, chance: Floats, ends: Floats, offers: Floats) -> GroupPredictions:
    """Summarize the interviews of one employer; ``at`` : (m,) array of their rows."""
    y, p = offers[at], chance[at]
    low, high = ends[:, at].mean(axis=1).tolist()
    return GroupPredictions(
        name, y.size, int(y.sum()), float(y.mean()), float(p.mean()), low, high, float(log_loss(p, y))
    )


def _pool(
    values: Floats, precision: Floats, z: float
) -> tuple[float | None, float | None, float | None, float | None]:
    """Pool estimates with random effects (DerSimonian & Laird 1986).

    Parameters
    ----------
    values : (g,) array
    precision : (g,) array
        ``1 / variance`` of each.
    z : float

    Returns
    -------
    mean, sd, low, high : float or None
        Mean, standard deviation ``τ`` among them, and the interval of another one.

    Examples
    --------
    >>> [round(value, 3) for value in _pool(np.array([-1.0, 1.0]), np.full(2, 4.0), 1.0)]
    [0.0, 1.323, -1.658, 1.658]
    """
    if not values.size:
        return None, None, None, None
    if values.size == 1:
        return float(values[0]), None, None, None
    mean = np.average(values, weights=precision)
    scatter = float(precision @ (values - mean) ** 2)
    scale = float(precision.sum() - np.sum(precision**2) / precision.sum())
    variance = max(0.0, (scatter - (values.size - 1)) / scale)
    weight = 1 / (1 / precision + variance)
    pooled = float(np.average(values, weights=weight))
    half = z * sqrt(variance + 1 / float(weight.sum()))
    return pooled, sqrt(variance), pooled - half, pooled + half
