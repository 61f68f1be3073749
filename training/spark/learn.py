"""What interviews on a cluster teach: MLlib finds the mode, and one parabola stands for all of them."""

from ...model.offer_model import OfferModel
from ...model.posterior import Fit, Posterior, approximate
from ...model.prior import Prior, Rows, widened
from ..grid import SPREADS, priors_given
from ..learn import averaged, believable, learned_and_as_told, published
from ..many import MANY, fits_along, parabola_near
from .features import Features, rows_of
from .mode import mode_on_spark
from .sums import Spread


def learned_on_spark(
    features: Features, start: OfferModel
) -> tuple[tuple[Posterior, Posterior | None], Rows | None]:
    """Return what `learned_and_as_told` does, and the interviews if they are few enough to be fetched.

    Below ``MANY`` interviews, some ten megabytes, the driver learns from them as in memory.

    Parameters
    ----------
    features : Features
    start : OfferModel
        What to start from.
    """
    if features.n < MANY:
        real = rows_of(features.frame.toArrow().to_pandas())  # toPandas stumbles over pandas 3
        return learned_and_as_told(real, start), real
    spread = Spread(features)
    if start.training is not None:
        prior = Prior(start.posterior.mean, start.posterior.covariance)
        return (_fits(spread, [(prior, 1.0)], prior)[0].posterior, None), None
    mean, covariance = published(start)
    told = widened(mean, covariance)
    believed = believable(*priors_given(mean, covariance, spread.told(told)))
    fits = _fits(spread, believed, widened(mean, covariance, spread=max(SPREADS)))
    return averaged(fits, believed, told), None


def _fits(spread: Spread, believed: list[tuple[Prior, float]], near: Prior) -> list[Fit]:
    """Return the posterior under each prior; where one parabola is no good for all, each on its own."""
    at = mode_on_spark(spread.features, near)
    many = parabola_near(at, spread, near)
    fits = fits_along(many, spread, believed, spread.longest) if many else None
    return fits or [approximate(at, spread, prior) for prior, _ in believed]
