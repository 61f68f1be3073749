"""The prior on the coefficients: a normal distribution, or one with a heavy-tailed intercept.

Coefficients ``β`` are ``1 + k``: the intercept ``α``, in log-odds, then the weights, in log-odds per standard
unit. Each kind of prior is one class, derived from `Prior`; the code that fits does not ask which.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from ..data.answers.observations import Floats
from ..data.catalogue.catalogue import Catalogue
from .features import Effects
from .logistic_normal import softplus_average, tilted_moments
from .predictive_distribution import sigmoid

# Standard deviations, log-odds. An employer's level, how far its offers differ from average, is known only
# from its own outcomes. That of 28 employers' offer rates is .68 (reviews_employer_spread).
EMPLOYER_SD = 0.68
# A person's own level, how far their chances differ from average: an assumption (docs/calibration.md).
LEVEL_SD = 0.6
# Of a factor common to all weights of one basis: together they may be half as large again, or half as large.
COMMON_SD = 0.5
_LOGISTIC_SD = np.pi / np.sqrt(3)  # of the standard logistic distribution
_MIN_TRIALS = 20.0  # interviews: the more, the closer a pair of rows is to a normal density
_STEEPEST = 2.3994  # t at which t² σ(t) σ(-t) is largest: beyond it no pair of rows is sharp enough
_BISECTIONS = 60
_MIN_PRECISION = 1e-3  # of a site far out, in units of that of the normal density


@dataclass(frozen=True)
class WeightedData:
    """Weighted interviews, real or imaginary, as rows of a logistic regression.

    Parameters
    ----------
    X : (n, 1 + k) array
        Design matrix: 1 for the intercept, then the features, standard units times halo discount. Of very
        many interviews in single precision, which halves memory and time; sums over rows are in double.
    y : (n,) array of 0 and 1
        1 for an offer.
    weight : (n,) array
        Number of interviews that each row counts for.
    offset : (n,) array
        Log-odds added to ``X @ coefficients``.
    employer : (n,) array of int, optional
        Index of the employer of each, -1 where it is unknown. Without it all are unknown.
    """

    X: Floats
    y: Floats
    weight: Floats
    offset: Floats
    employer: npt.NDArray[np.intp] | None = None

    def __getitem__(self, rows: slice) -> "WeightedData":
        employer = None if self.employer is None else self.employer[rows]
        return WeightedData(self.X[rows], self.y[rows], self.weight[rows], self.offset[rows], employer)

    def __add__(self, other: "WeightedData") -> "WeightedData":
        return concatenate([self, other])

    def cast(self, factor: Floats) -> Floats:
        """Convert a factor of ``X`` to its precision: numpy would copy ``X`` to that of the factor.

        Parameters
        ----------
        factor : (...) array
            Coefficients, or numbers of each row.

        Returns
        -------
        (...) array
            In the shape of ``factor``; without a copy if it has that precision.
        """
        return factor.astype(self.X.dtype, copy=False)

    def log_odds(self, coefficients: Floats) -> Floats:
        """Compute ``X @ coefficients + offset``.

        Parameters
        ----------
        coefficients : (..., 1 + k) array
            Log-odds per unit of each feature.

        Returns
        -------
        (..., n) array
        """
        return np.asarray(self.cast(coefficients) @ self.X.T + self.offset)


def concatenate(blocks: Sequence[WeightedData]) -> WeightedData:
    """Copy at least one block into one; it has the employers if all have them."""
    columns = zip(*((block.X, block.y, block.weight, block.offset) for block in blocks), strict=True)
    X, y, weight, offset = map(np.concatenate, columns)
    employers = [block.employer for block in blocks if block.employer is not None]
    employer = np.concatenate(employers) if len(employers) == len(blocks) else None
    return WeightedData(X, y, weight, offset, employer)


class Site(NamedTuple):
    """A normal factor of the intercept's density, ``exp(-½ precision α² + natural_mean α)``.

    Parameters
    ----------
    precision : float, or (m,) array
        ``1 / variance``, per squared log-odds.
    natural_mean : float, or (m,) array
        ``mean / variance``, per log-odds.
    """

    precision: Floats
    natural_mean: Floats


@dataclass(frozen=True)
class Prior:
    """A normal prior, ``N(mean, covariance)``, and the base of the other kinds.

    Another kind has a different density of the intercept ``α``, with the same mean and variance and
    independent of the weights. It overrides `update_site` and `log_density_gain`, and `pseudo_data` where
    exact rows exist. Where these also take ``m`` priors at once, as a stack whose arrays have one more axis,
    the first, it sets `stackable`: fits are then several times as fast.

    Parameters
    ----------
    mean : (1 + k,) array
        Of the intercept, log-odds, then of the weights, log-odds per standard unit.
    covariance : (1 + k, 1 + k) array
        In the squares of these units.
    """

    mean: Floats
    covariance: Floats

    stackable: ClassVar[bool] = False

    @classmethod
    def stack(cls, priors: "Sequence[Prior]") -> "Prior":
        """Stack priors of one kind, to fit them together."""
        kind = type(priors[0])
        return kind(np.stack([each.mean for each in priors]), np.stack([each.covariance for each in priors]))

    def equals(self, other: "Prior") -> bool:
        """Compare with another prior of the same kind."""
        return np.array_equal(self.mean, other.mean) and np.array_equal(self.covariance, other.covariance)

    def pseudo_data(self) -> WeightedData:
        """Compute the prior as weighted imaginary interviews, for any logistic regression that takes weights.

        Each row ``l`` of ``L⁻¹``, with the Cholesky factor ``L`` of the covariance, gives two rows ``a l``
        with outcomes 1 and 0 and weights ``N q`` and ``N (1 - q)``. ``q = σ(a lᵀ mean)`` puts the mode at the
        mean, and ``a² N q (1 - q) = 1`` gives the curvature there: a generalised log-F prior by data
        augmentation.
        Fitting only starts from the mode that these rows give, so another kind of prior needs no better ones.

        Returns
        -------
        WeightedData
            ``2 (1 + k)`` rows: all with an offer, then the same without one.

        References
        ----------
        Greenland & Mansournia (2015), Penalization, bias reduction, and default priors in logistic and
        related categorical and survival regressions, Statistics in Medicine 34:3133-3143.
        """
        return _with_both_outcomes(*_normal_pseudo_data(self.mean, self.covariance))

    def update_site(self, mean: Floats, variance: Floats, site: Site) -> Site:  # noqa: ARG002 (exact as it is)
        """Compute the normal factor that replaces the intercept's density in the posterior.

        Parameters
        ----------
        mean, variance : float, or (m,) array
            Of the intercept under the present approximation of the posterior, log-odds.
        site : Site
            The factor in that approximation; at first that of ``N(mean, covariance)``.
        """
        return site

    def log_density_gain(self, mean: Floats, variance: Floats) -> Floats:  # noqa: ARG002 (always 0)
        """Compute ``E[log p(α) - log n(α)]`` for a normal ``α``, up to a constant.

        ``p`` is the intercept's density and ``n`` the normal one with the same mean and variance.

        Parameters
        ----------
        mean, variance : float, or (m,) array
            Of ``α``, log-odds.
        """
        return np.zeros(np.shape(mean))


@dataclass(frozen=True)
class LogisticInterceptPrior(Prior):
    """A normal prior on the weights and a logistic one, with mean 0 and heavy tails, on the intercept.

    Parameters
    ----------
    mean : (1 + k,) array
        Of the intercept, 0, then of the weights, log-odds per standard unit.
    covariance : (1 + k, 1 + k) array
        In the squares of these units, without covariance between intercept and weights.
    """

    stackable: ClassVar[bool] = True

    @property
    def inverse_scale(self) -> Floats:
        """Factor by which the intercept has the standard logistic distribution, per log-odds."""
        return np.asarray(_LOGISTIC_SD / np.sqrt(self.covariance[..., 0, 0]))

    def pseudo_data(self) -> WeightedData:
        """Compute the prior as weighted imaginary interviews.

        The weights have those of a normal prior. The intercept has one interview with an offer and one
        without, whose likelihood is exactly the logistic density.

        Returns
        -------
        WeightedData
            ``2 (1 + k)`` rows: all with an offer, then the same without one.
        """
        rows, with_offer, without_offer = _normal_pseudo_data(self.mean[1:], self.covariance[1:, 1:])
        X = np.zeros((self.mean.size,) * 2)
        X[0, 0], X[1:, 1:] = self.inverse_scale, rows
        return _with_both_outcomes(X, np.insert(with_offer, 0, 1.0), np.insert(without_offer, 0, 1.0))

    def update_site(self, mean: Floats, variance: Floats, site: Site) -> Site:
        """Match the moments of the logistic density, as in `match_moments`: scalars or (m,) arrays.

        The density is log-concave, so the precision is never negative, except by rounding. Far out it
        vanishes; it keeps a small share of the normal one, so that the posterior stays proper.
        """
        matched = match_moments(mean, variance, site, self._tilted_moments)
        least = _MIN_PRECISION / self.covariance[..., 0, 0]
        return matched._replace(precision=np.maximum(matched.precision, least))

    def _tilted_moments(self, precision: Floats, natural_mean: Floats) -> tuple[Floats, Floats]:
        return tilted_moments(precision, natural_mean, self.inverse_scale)

    def log_density_gain(self, mean: Floats, variance: Floats) -> Floats:
        """Compute ``E[log logistic(α) - log normal(α)]`` for a normal ``α``, up to a constant: (m,) array."""
        rate = self.inverse_scale
        softplus = softplus_average(np.asarray(rate * mean), np.asarray(rate**2 * variance))
        squares = (mean**2 + variance) / self.covariance[..., 0, 0]
        return np.asarray(rate * mean - 2 * softplus + squares / 2)


DEFAULT_PRIOR: type[Prior] = LogisticInterceptPrior
"""The kind of prior that training uses."""


def match_moments(
    mean: Floats, variance: Floats, site: Site, moments: Callable[[Floats, Floats], tuple[Floats, Floats]]
) -> Site:
    """Compute the normal factor that gives the intercept the moments that its own density gives it.

    A step of expectation propagation: the factor is divided out of the approximate posterior, which leaves
    the cavity distribution. The new factor is the one with which the intercept has the mean and variance of
    the cavity times its density.

    Parameters
    ----------
    mean, variance : float, or (m,) array
        Of the intercept under the present approximation, log-odds.
    site : Site
        The factor in it. It is returned unchanged where the data have no information about the intercept, or
        contradict the prior by more than the tails of the density reach.
    moments : callable
        From ``precision`` and ``natural_mean`` of the cavity to mean and variance of the density proportional
        to ``exp(-½ precision α² + natural_mean α) p(α)``.

    References
    ----------
    Minka (2001), Expectation propagation for approximate Bayesian inference, UAI 362-369.
    """
    cavity = Site(np.maximum(1 / variance - site.precision, 0.0), mean / variance - site.natural_mean)
    tilted_mean, tilted_variance = moments(*cavity)
    usable = (cavity.precision > 0) & (tilted_variance > 0)  # 0 so far out that the grid has one point
    tilted_precision = 1 / np.where(usable, tilted_variance, 1.0)
    matched = tilted_precision - cavity.precision, tilted_mean * tilted_precision - cavity.natural_mean
    return Site(*(np.where(usable, new, old) for new, old in zip(matched, site, strict=True)))


@dataclass(frozen=True)
class PublishedWeights:
    """What is known of the ``k`` weights before any outcome.

    Parameters
    ----------
    mean : (k,) array
        ``m``, log-odds per standard unit.
    covariance : (k, k) array
        ``C``, of the errors of single weights; ``diag(τ²)`` for published effects.
    basis : (k,) array of int, optional
        Kind of evidence that each weight rests on. The weights of one basis have a common factor, since one
        kind of evidence may be too strong or too weak as a whole. By default all have one basis.
    common_sd : float
        Standard deviation of the common factor, whose mean is 1.
    direction : (k,) array, optional
        What the common factor multiplies. By default the mean; without prior means there is none.
    measured : bool
        Whether the size of any of the means is known, and not only its direction.
    """

    mean: Floats
    covariance: Floats
    basis: npt.NDArray[np.intp] | None = None
    common_sd: float = COMMON_SD
    direction: Floats | None = None
    measured: bool = True

    @classmethod
    def from_effects(cls, effects: Effects) -> "PublishedWeights":
        """Collect the weights of a catalogue's published effects."""
        variances = np.diag(effects.weight_sd**2)
        return cls(effects.weight, variances, effects.basis, measured=effects.measured)

    @property
    def bases(self) -> npt.NDArray[np.intp]:
        """Basis of each weight: (k,) array of int."""
        return np.zeros(self.mean.size, dtype=np.intp) if self.basis is None else self.basis


def published_prior(catalogue: Catalogue) -> Prior:
    """Build the prior from published effects, without scaling."""
    return scaled_prior(PublishedWeights.from_effects(Effects.from_catalogue(catalogue)))


def scaled_prior(
    weights: PublishedWeights,
    scale: float | Floats = 1.0,
    sd_scale: float | Floats = 1.0,
    intercept_sd: float = LEVEL_SD,
) -> Prior:
    """Build a prior with uncertainty about each weight, the scale of each basis, and the intercept.

    The weights are ``N(f m, s² C + Σ (f/2)² m m')``, where the sum is over bases, each with the weights of
    the others set to 0. Each weight may be wrong by its own standard deviation, and all of one basis together
    by a common factor that is hardly ever negative. The intercept is the person's own level, with mean 0.

    Parameters
    ----------
    weights : PublishedWeights
        Of ``k`` signs.
    scale : float or (k,) array
        ``f``, factor on the weights.
    sd_scale : float or (k,) array
        ``s``, factor on the standard deviation of each weight by itself.
    intercept_sd : float
        Standard deviation of the intercept, log-odds.

    Returns
    -------
    Prior
        Of ``1 + k`` coefficients.
    """
    mean, sd_scale = scale * weights.mean, np.broadcast_to(sd_scale, weights.mean.shape)
    error = weights.common_sd * scale * (weights.mean if weights.direction is None else weights.direction)
    common = np.outer(error, error) * (weights.bases[:, None] == weights.bases)
    return with_intercept(mean, np.outer(sd_scale, sd_scale) * weights.covariance + common, intercept_sd)


def with_intercept(mean: Floats, covariance: Floats, intercept_sd: float = LEVEL_SD) -> Prior:
    """Build a prior of the kind `DEFAULT_PRIOR` from that of ``k`` weights, with an intercept of mean 0.

    ``mean`` : (k,) array; ``covariance`` : (k, k) array; all in log-odds per standard unit.
    """
    full = np.zeros((mean.size + 1,) * 2)
    full[0, 0], full[1:, 1:] = intercept_sd**2, covariance
    return DEFAULT_PRIOR(np.concatenate([[0.0], mean]), full)


def _normal_pseudo_data(mean: Floats, covariance: Floats) -> tuple[Floats, Floats, Floats]:
    """Compute the imaginary interviews of a normal prior on ``m`` coefficients.

    ``mean`` : (m,) array; ``covariance`` : (m, m) array. The results are ``X``, an (m, m) array of rows
    ``a l``, and two (m,) arrays of weights, ``N q`` with an offer and ``N (1 - q)`` without one.
    """
    # unlike eigenvectors it is unique, so the rows are the same on every processor
    whitening = np.linalg.inv(np.linalg.cholesky(covariance))
    projection = whitening @ mean
    trials = np.maximum(_MIN_TRIALS, 4 * projection**2)  # so many that `_row_lengths` has a root
    length = _row_lengths(projection, trials)
    q = sigmoid(length * projection)
    return length[:, None] * whitening, trials * q, trials * (1 - q)


def _with_both_outcomes(X: Floats, with_offer: Floats, without_offer: Floats) -> WeightedData:
    """Repeat each row, once with an offer and once without one: ``2 m`` rows.

    ``X`` : (m, 1 + k) array; ``with_offer``, ``without_offer`` : (m,) arrays of weights.
    """
    return WeightedData(
        np.concatenate([X, X]),
        np.repeat([1.0, 0.0], len(X)),
        np.concatenate([with_offer, without_offer]),
        np.zeros(2 * len(X)),
    )


def _row_lengths(projection: Floats, trials: Floats) -> Floats:
    """Find the smallest ``a`` with ``a² N σ(aμ) σ(-aμ) = 1``, by bisection: (m,) array.

    ``projection`` : (m,) array of ``μ``, the mean along each row; ``trials`` : (m,) array of ``N``, at least
    ``4 μ²``, so that there is a root.
    """
    low = 2 / np.sqrt(trials)  # the root where μ = 0, and never above the root
    high = 2 * low  # never below it: at aμ = 2.3994, σ(aμ) σ(-aμ) is still .076
    with np.errstate(divide="ignore"):
        high = np.minimum(high, _STEEPEST / np.abs(projection))
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        short = middle**2 * sigmoid(middle * projection) * sigmoid(-middle * projection) < 1 / trials
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.asarray((low + high) / 2)
