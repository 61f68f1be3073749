"""Training on Spark: from a table too large for one machine to a trained model.

MLlib's logistic regression finds the mode; passes over the partitions compute the other sums over interviews.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...data.answers.observations import Floats
from ...data.catalogue.catalogue import Catalogue
from ...model.offer_model import OfferModel
from ...model.prior import Prior, WeightedData
from ..fitting.dataset import Combine, Dataset
from ..fitting.fit import QUADRATIC_FROM, AveragedFit, fit_model
from ..result import TrainingResult
from ..train import TrainingCounts, build_result, resolve_prior_model
from .features import OFFSET, OUTCOME, Features, check_columns, feature_names, rows_of, spark_features
from .input import read_spark_table
from .monitor import monitored
from .session import LOCAL, session

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame


_WEIGHT, _VECTOR = "weight", "features"
_TOLERANCE = 1e-6  # below it MLlib's line search finds no better point, and warns
_MAX_STEPS = 200


def train_spark(
    tables: str | Sequence[str],
    outcome: str = "outcome",
    prior: OfferModel | None = None,
    catalogue: Catalogue | None = None,
    *,
    master: str = LOCAL,
    patience: float | None = None,
) -> TrainingResult:
    """Train a model on Spark, as `offerodds.train` does in memory.

    Each worker checks its rows and computes their features with the same code as on one machine. MLlib's
    logistic regression finds the mode over real and imaginary interviews; a pass over the features computes
    the curvature there, which gives the posterior under each prior of the grid. Pending interviews are left
    out, unlike there: rejections that never arrive then make the learned base rate too high.

    Parameters
    ----------
    tables : str or sequence of str
        CSV or Parquet: files, folders or patterns, on this disk or anywhere that Hadoop reads (``hdfs://…``,
        ``s3a://…``). All of one format, with the same columns in the same order.
    outcome : str
        Column that holds the outcomes.
    prior : OfferModel, optional
        The model to start from, by default that of the catalogue.
    catalogue : Catalogue, optional
        By default that of the prior, or the built-in one.
    master : str
        Spark's master. A session that is already active is used instead, and stays open.
    patience : float, optional
        Seconds that work may wait without a single worker, by default 60.

    Returns
    -------
    TrainingResult
        As of `offerodds.train`. From 50,000 outcomes the interviews stay on the cluster, so there is no
        validation: evaluate the model on interviews left out of the training.

    Raises
    ------
    InputError
        A table or column does not exist, or cells are not valid answers or outcomes. Faults are counted, and
        the first twenty shown with file and row.
    MissingExtraError
        pyspark or Java is not installed.
    ClusterError
        The cluster does not respond, or was lost.

    References
    ----------
    Meng et al. (2016), MLlib: machine learning in Apache Spark, Journal of Machine Learning Research
    17(34):1-7. The method is that of `offerodds.train`.
    """
    prior_model = resolve_prior_model(prior, catalogue)
    with session(master) as spark, monitored(spark, patience):
        table = read_spark_table(spark, [tables] if isinstance(tables, str) else tables)
        ignored_columns = check_columns(table, outcome, prior_model)
        features = spark_features(table, outcome, prior_model)
        fitted, data = fit_features(features, prior_model)
        counts = TrainingCounts(
            features.n_offer,
            features.n_no_offer,
            features.n_ignored,
            features.answered,
            str(features.fingerprint),
        )
        features.release()
        result = build_result(fitted, counts, prior_model, ignored_columns, data)
        return result.with_synthetic_count(features.n_synthetic)


def fit_features(features: Features, prior_model: OfferModel) -> tuple[AveragedFit, WeightedData | None]:
    """Fit the posterior; below `QUADRATIC_FROM` interviews, some ten megabytes, on the driver.

    Returns
    -------
    fitted : AveragedFit
    data : WeightedData or None
        The interviews, if the driver has them.
    """
    if features.n < QUADRATIC_FROM:
        data = rows_of(features.frame.toArrow().to_pandas())  # toPandas fails with pandas 3
        return fit_model(data, prior_model), data
    return fit_model(SparkDataset(features), prior_model), None


def find_mode(features: Features, prior: Prior) -> Floats:
    """Find the posterior mode with MLlib: (1 + k,) array, log-odds.

    The prior enters as data: its imaginary interviews are rows with weights. MLlib takes no offset, but
    bounds on coefficients, so the offset is a feature whose coefficient is bounded to 1 from both sides.

    Parameters
    ----------
    features : Features
    prior : Prior
    """
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.feature import VectorAssembler
    from pyspark.ml.linalg import DenseMatrix
    from pyspark.sql import functions as F  # noqa: N812

    columns = [*feature_names(features.size), OFFSET]
    rows = features.frame.withColumn(_WEIGHT, F.lit(1.0)).unionByName(_imaginary_rows(features, prior))
    assembled = VectorAssembler(inputCols=columns, outputCol=_VECTOR).transform(rows)
    upper = np.append(np.full(features.size, np.inf), 1.0)
    lower = np.append(-upper[:-1], 1.0)
    regression = LogisticRegression(
        featuresCol=_VECTOR,
        labelCol=OUTCOME,
        weightCol=_WEIGHT,
        regParam=0.0,
        fitIntercept=False,
        standardization=False,
        tol=_TOLERANCE,
        maxIter=_MAX_STEPS,
        lowerBoundsOnCoefficients=DenseMatrix(1, lower.size, lower.tolist()),
        upperBoundsOnCoefficients=DenseMatrix(1, upper.size, upper.tolist()),
    )
    fitted = regression.fit(assembled.select(_VECTOR, OUTCOME, _WEIGHT))
    return np.asarray(fitted.coefficients.toArray()[:-1])


def _imaginary_rows(features: Features, prior: Prior) -> "DataFrame":
    """Convert the imaginary interviews of a prior to rows of features."""
    data = prior.pseudo_data()
    values = np.column_stack([data.X, data.offset, data.y, data.weight])
    names = [*feature_names(features.size), OFFSET, OUTCOME, _WEIGHT]
    return features.frame.sparkSession.createDataFrame(values.tolist(), names)


@dataclass(frozen=True)
class SparkDataset(Dataset):
    """Interviews distributed over workers; each sum is one pass over their cached features.

    Parameters
    ----------
    features : Features
    """

    features: Features

    @property
    def n(self) -> int:
        """Number of interviews."""
        return self.features.n

    def map_reduce(self, function: Callable[[WeightedData], Floats], combine: Combine = np.add) -> Floats:
        """Apply a function to every batch of rows on the workers, and combine the results on the driver.

        The result is a scalar, (m,) array or (m, n) array, as the function returns it.
        """
        # the result for no rows gives the shape, and is the neutral element
        empty = WeightedData(np.empty((0, self.features.size)), np.empty(0), np.empty(0), np.empty(0))
        total = function(empty)
        work = partial(_reduce_partition, function=function, combine=combine)
        for row in self.features.frame.mapInPandas(work, "total binary").collect():
            total = combine(total, np.frombuffer(row["total"]).reshape(total.shape))
        return total

    def approximate_mode(self, prior: Prior) -> Floats:
        """Find the posterior mode under a prior with MLlib: (1 + k,) array, log-odds."""
        return find_mode(self.features, prior)


def _reduce_partition(
    batches: "Iterator[pd.DataFrame]", function: Callable[[WeightedData], Floats], combine: Combine
) -> "Iterator[pd.DataFrame]":
    """Combine the results of a worker's batches: yields the bytes of one array, scalar or (m, n) array."""
    import pandas as pd

    total: Floats | None = None
    for batch in batches:
        result = function(rows_of(batch))
        total = result if total is None else combine(total, result)
    if total is not None:
        yield pd.DataFrame({"total": [np.ascontiguousarray(total).tobytes()]})
