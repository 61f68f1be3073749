"""What interviews on a cluster teach: MLlib finds the mode, and one parabola stands for all of them."""

from ...model.offer_model import OfferModel
from ...model.posterior import Posterior
from ...model.prior import Rows
from ..fitting.fit import held
from ..fitting.learn import learned_and_as_told
from ..fitting.many import MANY
from .features import Features, rows_of
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
        return learned_and_as_told(held(real), start), real
    return learned_and_as_told(Spread(features), start), None
