"""The mode of a posterior, by MLlib's logistic regression."""

from typing import TYPE_CHECKING

import numpy as np

from ...data.answers.observations import Floats
from ...model.prior import Prior, prior_interviews
from .features import OFFSET, OUTCOME, Features, names_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_WEIGHT, _VECTOR = "weight", "features"
_TOLERANCE = 1e-6  # below it MLlib's line search finds no better point, and says so
_STEPS = 200


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
    rows = prior_interviews(prior)
    numbers = np.column_stack([rows.design, rows.offset, rows.outcome, rows.weight])
    names = [*names_of(features.size), OFFSET, OUTCOME, _WEIGHT]
    return features.frame.sparkSession.createDataFrame(numbers.tolist(), names)
