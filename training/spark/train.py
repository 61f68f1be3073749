"""Training on Spark: from a table too large for one machine to a trained model.

MLlib finds the mode, and sums over partitions give the rest.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...data.answers.observations import Floats
from ...data.catalogue.catalogue import Catalogue
from ...model.offer_model import OfferModel
from ...model.posterior import Posterior
from ...model.prior import Prior, WeightedData
from ..fitting.dataset import Combine, Interviews
from ..fitting.fit import MANY, held, learned_and_as_told
from ..result import TrainingResult
from ..synthetic import marked
from ..train import Counts, result_of, starting_point
from .features import OFFSET, OUTCOME, Features, check_columns, features_on_spark, names_of, rows_of
from .input import read
from .monitor import watched
from .session import LOCAL, session

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame


_WEIGHT, _VECTOR = "weight", "features"
_TOLERANCE = 1e-6  # below it MLlib's line search finds no better point, and says so
_STEPS = 200


def train_spark(
    tables: str | Sequence[str],
    outcome: str = "outcome",
    prior: OfferModel | None = None,
    catalogue: Catalogue | None = None,
    *,
    master: str = LOCAL,
    patience: float | None = None,
) -> TrainingResult:
    """Learn from interviews with outcomes on Spark, as `offerodds.train` does in memory.

    Each worker checks its rows and makes features of them with the code that one machine runs. MLlib's
    logistic regression finds the mode over real and imaginary interviews; a pass over the features gives
    the curvature there, and from it follows the posterior under each prior of the grid.

    Parameters
    ----------
    tables : str or sequence of str
        CSV or Parquet: files, folders or patterns, on this disk or wherever Hadoop reads (``hdfs://…``,
        ``s3a://…``). All of one format, with the same columns in the same order.
    outcome : str
        Column that holds the outcomes.
    prior : OfferModel, optional
        What to start from: the default model of the catalogue unless told.
    catalogue : Catalogue, optional
        The prior's, or the built-in one.
    master : str
        Spark's; a session that is active is used instead, and left open.
    patience : float, optional
        Seconds that work may wait without a single worker, 60 unless told.

    Returns
    -------
    TrainingResult
        As of `offerodds.train`. From 50,000 outcomes the interviews stay on the cluster, so that there is no
        validation: judge the model by interviews held back.

    Raises
    ------
    InputError
        No such table or column, or cells that are no answers or outcomes. All are counted; the first twenty
        are named with file and row.
    MissingExtraError
        pyspark or Java is not installed.
    ClusterError
        The cluster does not answer, or was lost.

    References
    ----------
    Meng et al. (2016), MLlib: machine learning in Apache Spark, Journal of Machine Learning Research
    17(34):1-7. The method is that of `offerodds.train`.
    """
    start = starting_point(prior, catalogue)
    with session(master) as spark, watched(spark, patience):
        table = read(spark, [tables] if isinstance(tables, str) else tables)
        ignored = check_columns(table, outcome, start)
        features = features_on_spark(table, outcome, start)
        learned, real = learned_on_spark(features, start)
        counts = Counts(
            features.n_offer,
            features.n_no_offer,
            features.n_ignored,
            features.answered,
            str(features.fingerprint),
        )
        features.release()
        return marked(result_of(learned, counts, start, ignored, real), features.n_synthetic)


def learned_on_spark(
    features: Features, start: OfferModel
) -> tuple[tuple[Posterior, Posterior | None], WeightedData | None]:
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


def mode_on_spark(features: Features, prior: Prior) -> Floats:
    """Return the coefficients of the largest posterior density: (1 + k,) array.

    The prior is data: its imaginary interviews are rows like any other, with weights. MLlib takes no offset,
    but bounds on coefficients, so that of the offset is bound to 1 from both sides.

    Parameters
    ----------
    features : Features
    prior : Prior
    """
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.feature import VectorAssembler
    from pyspark.ml.linalg import DenseMatrix
    from pyspark.sql import functions as F  # noqa: N812

    columns = [*names_of(features.size), OFFSET]
    rows = features.frame.withColumn(_WEIGHT, F.lit(1.0)).unionByName(_imaginary(features, prior))
    assembled = VectorAssembler(inputCols=columns, outputCol=_VECTOR).transform(rows)
    free = np.append(np.full(features.size, np.inf), 1.0)
    lowest, highest = np.append(-free[:-1], 1.0), free
    regression = LogisticRegression(
        featuresCol=_VECTOR,
        labelCol=OUTCOME,
        weightCol=_WEIGHT,
        regParam=0.0,
        fitIntercept=False,
        standardization=False,
        tol=_TOLERANCE,
        maxIter=_STEPS,
        lowerBoundsOnCoefficients=DenseMatrix(1, lowest.size, lowest.tolist()),
        upperBoundsOnCoefficients=DenseMatrix(1, highest.size, highest.tolist()),
    )
    fitted = regression.fit(assembled.select(_VECTOR, OUTCOME, _WEIGHT))
    return np.asarray(fitted.coefficients.toArray()[:-1])


def _imaginary(features: Features, prior: Prior) -> "DataFrame":
    """Return the imaginary interviews of a prior as rows."""
    rows = prior.pseudo_data()
    numbers = np.column_stack([rows.X, rows.offset, rows.y, rows.weight])
    names = [*names_of(features.size), OFFSET, OUTCOME, _WEIGHT]
    return features.frame.sparkSession.createDataFrame(numbers.tolist(), names)


@dataclass(frozen=True)
class Spread(Interviews):
    """Interviews that lie spread over workers.

    Each question is one pass over the features that the workers keep.

    Parameters
    ----------
    features : Features
    """

    features: Features

    @property
    def n(self) -> int:
        """How many there are."""
        return self.features.n

    def over(self, part: Callable[[WeightedData], Floats], combine: Combine = np.add) -> Floats:
        """Return what an array of each part of the interviews combines to."""
        none = WeightedData(np.empty((0, self.features.size)), np.empty(0), np.empty(0), np.empty(0))
        total = part(none)
        work = partial(_of_partition, part=part, combine=combine)
        for row in self.features.frame.mapInPandas(work, "found binary").collect():
            total = combine(total, np.frombuffer(row["found"]).reshape(total.shape))
        return total

    def near(self, prior: Prior) -> Floats:
        """Return the mode under a prior, which MLlib finds: (1 + k,) array."""
        return mode_on_spark(self.features, prior)


def _of_partition(
    batches: "Iterator[pd.DataFrame]", part: Callable[[WeightedData], Floats], combine: Combine
) -> "Iterator[pd.DataFrame]":
    """Yield what the batches of one worker combine to, if there are any."""
    import pandas as pd

    total: Floats | None = None
    for batch in batches:
        found = part(rows_of(batch))
        total = found if total is None else combine(total, found)
    if total is not None:
        yield pd.DataFrame({"found": [np.ascontiguousarray(total).tobytes()]})
