"""The method as a scikit-learn classifier, for any numeric features."""

from dataclasses import replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from ...data.answers.observations import Floats
from ...data.answers.parsing import checked_share
from ...model.explanation import contributions
from ...model.posterior import Posterior
from ...model.predictive_distribution import interval, logit, shrinkage, sigmoid
from ...model.prior import INTERCEPT_SD, Prior, Rows, with_intercept
from ..fitting.fit import fit, learn
from .inputs import (
    WEIGHT_SD,
    ColumnRoles,
    center_and_scale,
    validated_classes,
    validated_prior_covariance,
    validated_prior_mean,
)

_UNKNOWN_RATE_SD = 3.0  # log-odds: any base rate from 1 in 200 to 199 in 200


class OfferClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Logistic regression that starts from what is known, and says how sure it is.

    Every weight has a prior. How far to trust it is learned too: training averages over priors in which
    all features together are worth from -.4 to 2.5 times as much as told and each weight's standard
    deviation is a third, one or four times as large (`offerodds.training.fitting.fit`). One class alone,
    perfectly separated classes and constant columns give finite answers.

    Parameters
    ----------
    prior_mean : (k,) array, mapping of feature name to weight, or Series, optional
        Log odds ratio per unit of each feature. 0 for all by default, and then features are centred
        and scaled by what is seen in `fit`, so that their units do not matter.
        With ``1 + k`` numbers, the intercept first (as `posterior_mean_` is), the prior is taken at
        its word: to go on learning from where another fit ended.
    prior_covariance : (k,) array of variances or (k, k) array, optional
        How far each weight may be off. By default a standard deviation of .5 per unit, or per
        standard deviation of the feature if no ``prior_mean`` is told.
    base_rate : float, optional
        Share of the second class where all features are at ``center_``, between 0 and 1; the data may move it
        (standard deviation 1.1 in log-odds, with heavy tails). Unknown by default.
    averaging : bool
        Whether to average over how far to trust the prior, or to take it at its word.
    direction_known : bool
        Whether evidence says which way the features point, so that averaging does not consider that
        together they mean the opposite of what was told.
    offset : str or int, optional
        Column of X that holds known log-odds, such as ``"context"`` of `FeatureExtractor`. It takes
        the place of the base rate.
    update : str or int, optional
        Column of X that holds a known log likelihood ratio, such as ``"silence"``, added by Bayes'
        rule to the log-odds of the probability. It is no part of learning.
    classes : pair, optional
        The two classes, the one of interest last. Needed only where the data hold one of them and
        labels are not 0 and 1.

    Attributes
    ----------
    classes_ : (2,) array
        The class of interest last.
    posterior_mean_ : (1 + k,) array
        Intercept, the log-odds at ``center_``, and weights per unit of each feature.
    posterior_covariance_ : (1 + k, 1 + k) array
        Of the same.
    center_ : (k,) array
        What is taken from each feature first: its mean if no ``prior_mean`` was told, 0 otherwise.
        A missing value (NaN) counts as the centre, and so for nothing.
    n_features_in_ : int
        Columns of X, known log-odds among them.
    feature_names_in_ : (n_features_in_,) array of str
        Their names, where X had some.

    References
    ----------
    Opper & Archambeau (2009), The variational Gaussian approximation revisited, Neural Computation
    21(3):786-792: the posterior. Greenland & Mansournia (2015), Penalization, bias reduction, and default
    priors in logistic and related categorical and survival regressions, Statistics in Medicine
    34:3133-3143: the prior. MacKay (1992), The evidence framework applied to classification networks,
    Neural Computation 4(5):720-736: the probability.

    Examples
    --------
    Three ratings are expected to help, and five outcomes are known:

    >>> X = np.array([[1, 2, 0], [0, 1, 1], [-1, 0, -2], [-2, -1, 0], [1, -1, 1]])
    >>> y = [1, 1, 0, 0, 1]
    >>> classifier = OfferClassifier(prior_mean=[0.4, 0.4, 0.4], base_rate=0.3).fit(X, y)
    >>> classifier.predict_proba([[1, 1, 1]])[:, 1].round(2)
    array([0.88])
    >>> low, high = classifier.predict_interval([[1, 1, 1]], level=0.90)
    >>> low.round(2), high.round(2)
    (array([0.43]), array([1.]))
    >>> classifier.contributions([[1, 1, 1]]).round(2)
    array([[0.87, 0.67, 0.86]])
    """

    classes_: npt.NDArray[Any]
    posterior_mean_: Floats
    posterior_covariance_: Floats
    center_: Floats

    def __init__(
        self,
        prior_mean: Any = None,
        prior_covariance: Any = None,
        base_rate: float | None = None,
        *,
        averaging: bool = True,
        direction_known: bool = False,
        offset: str | int | None = None,
        update: str | int | None = None,
        classes: Any = None,
    ) -> None:
        self.prior_mean = prior_mean
        self.prior_covariance = prior_covariance
        self.base_rate = base_rate
        self.averaging = averaging
        self.direction_known = direction_known
        self.offset = offset
        self.update = update
        self.classes = classes

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn from features and classes.

        The posterior is the closest normal distribution (Opper & Archambeau 2009) to what prior and rows
        say, averaged over how far to trust the prior.

        Parameters
        ----------
        X : (n, k) array or DataFrame
            Any numbers; NaN where unknown.
        y : (n,) array
            Two classes at most.
        sample_weight : (n,) array, optional
            Weights of the rows, at least 0; 2 is the same as twice.

        Returns
        -------
        OfferClassifier
            This one, fitted.

        Raises
        ------
        AnswerError
            ``base_rate`` is not between 0 and 1.
        ValueError
            More than two classes, one class that could be either, infinite values, negative weights, a
            column that is not there, or a prior of another shape or not positive definite.
        """
        X, y = validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan")
        check_classification_targets(y)
        weight = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        self.classes_ = validated_classes(y, self.classes)
        X, y, weight = X[weight > 0], y[weight > 0], weight[weight > 0]
        columns = self._columns()
        x, offset, _ = columns.split(X)
        mean = validated_prior_mean(self.prior_mean, self._names()[columns.learned], x.shape[1])
        self.center_, deviation = center_and_scale(x, weight)
        if self.prior_mean is not None:
            self.center_, deviation = np.zeros(x.shape[1]), np.ones(x.shape[1])
        covariance = validated_prior_covariance(self.prior_covariance, mean.size, WEIGHT_SD / deviation)
        real = Rows(self._design(x), (y == self.classes_[1]).astype(float), weight, offset)
        posterior = self._learn(real, mean, covariance)
        self.posterior_mean_, self.posterior_covariance_ = posterior.mean, posterior.covariance
        return self

    def decision_function(self, X: Any) -> Floats:
        """Return the log-odds of the probability of the second class.

        They are ``κη``, the mean log-odds drawn towards 0 as far as they are uncertain (MacKay 1992), and the
        known log likelihood ratio of the ``update`` column.

        Parameters
        ----------
        X : (n, k) array or DataFrame
            As in `fit`.

        Returns
        -------
        (n,) array
            Above 0 where the second class is the more probable one.

        Examples
        --------
        >>> classifier = OfferClassifier(base_rate=0.3).fit([[1], [0], [-1]], [1, 1, 0])
        >>> classifier.decision_function([[1], [-1]]).round(2)
        array([ 0.33, -0.77])
        """
        design, context, update = self._scored(X)
        eta, variance = self._eta(design, context)
        return np.asarray(shrinkage(variance) * eta + update)

    def predict_proba(self, X: Any) -> Floats:
        """Return the probability of each class, averaged over what the weights may be.

        That of the second is ``σ(κη)`` with ``κ = 1 / √(1 + πv/8)``, for log-odds of mean ``η`` and
        variance ``v`` (MacKay 1992).

        Parameters
        ----------
        X : (n, k) array or DataFrame
            As in `fit`.

        Returns
        -------
        (n, 2) array
            In the order of ``classes_``.
        """
        second = sigmoid(self.decision_function(X))
        return np.column_stack([1 - second, second])

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the more probable class of each row.

        Parameters
        ----------
        X : (n, k) array or DataFrame
            As in `fit`.

        Returns
        -------
        (n,) array
            Of ``classes_``.

        Examples
        --------
        >>> classifier = OfferClassifier(base_rate=0.3).fit([[1], [0], [-1]], ["offer", "offer", "none"])
        >>> classifier.predict([[1], [-1]]).tolist()
        ['offer', 'none']
        """
        second = self.decision_function(X) > 0
        return np.asarray(self.classes_[second.astype(int)])

    def predict_interval(self, X: Any, level: float = 0.90) -> tuple[Floats, Floats]:
        """Return the interval of the probability of the second class.

        Its ends are ``σ(η ± z√v)``, quantiles of what the probability may be, drawn out to hold the
        probability itself (a mean; MacKay 1992) where a skew distribution has it beyond one of them. With an
        ``update`` they are the quantiles after Bayes' rule, which changes what ``η`` may be as well.

        Parameters
        ----------
        X : (n, k) array or DataFrame
            As in `fit`.
        level : float
            Coverage, between 0 and 1.

        Returns
        -------
        low : (n,) array
            Lower ends.
        high : (n,) array
            Upper ends.

        Raises
        ------
        AnswerError
            The level is not between 0 and 1.
        """
        design, context, update = self._scored(X)
        eta, variance = self._eta(design, context)
        return interval(eta, variance, checked_share("level", level), update)

    def contributions(self, X: Any) -> Floats:
        """Return what each feature adds to the log-odds of the probability.

        A feature adds ``κβx`` (``κ`` of MacKay 1992), and its share of the pull towards even odds that comes
        with its uncertain weight.

        Parameters
        ----------
        X : (n, k) array or DataFrame
            As in `fit`.

        Returns
        -------
        (n, k) array
            With the log-odds of a row of which nothing is known they add up to `decision_function`.
        """
        design, context, update = self._scored(X)
        posterior, columns = Posterior(self.posterior_mean_, self.posterior_covariance_), self._columns()
        worth = np.zeros((len(design), columns.n))
        worth[:, columns.learned] = contributions(design, context, posterior)
        if columns.offset is not None:
            worth[:, columns.offset] = shrinkage(posterior.covariance[0, 0]) * context
        if columns.update is not None:
            worth[:, columns.update] = update
        return worth

    def _learn(self, real: Rows, mean: Floats, covariance: Floats) -> Posterior:
        """Return the posterior, its intercept including the base rate told."""
        if mean.size == real.design.shape[1]:
            if self.base_rate is not None:
                raise ValueError("the intercept is told twice, by prior_mean and by base_rate: give one")
            return fit(real, Prior(mean, covariance)).posterior
        start, sd = 0.0, INTERCEPT_SD
        if self.base_rate is not None and self.offset is not None:
            raise ValueError("the base rate is told twice, as base_rate and by the offset column: give one")
        if self.base_rate is not None:
            start = float(logit(checked_share("base_rate", self.base_rate)) / shrinkage(sd**2))
        elif self.offset is None:
            sd = _UNKNOWN_RATE_SD
        moved = replace(real, offset=real.offset + start)
        if self.averaging:
            found = learn(moved, mean, covariance, sd, direction_known=self.direction_known)
        else:
            found = fit(moved, with_intercept(mean, covariance, sd)).posterior
        return Posterior(found.mean + start * np.eye(1, found.mean.size)[0], found.covariance)

    def _scored(self, X: Any) -> tuple[Floats, Floats, Floats]:
        """Return design, offset and update of rows to predict."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        x, offset, update = self._columns().split(X)
        return self._design(x), offset, update

    def _design(self, x: Floats) -> Floats:
        """Return intercept column and centred features, 0 where unknown: (n, 1 + k) array."""
        return np.column_stack([np.ones(len(x)), np.nan_to_num(x - self.center_)])

    def _eta(self, design: Floats, offset: Floats) -> tuple[Floats, Floats]:
        """Return mean and variance of the log-odds of each row: two (n,) arrays."""
        variance = np.sum((design @ self.posterior_covariance_) * design, axis=1)
        return offset + design @ self.posterior_mean_, variance

    def _columns(self) -> ColumnRoles:
        return ColumnRoles.named(self.n_features_in_, self._names().tolist(), self.offset, self.update)

    def _names(self) -> npt.NDArray[Any]:
        """Return the names of the columns, empty texts where they have none."""
        return np.asarray(getattr(self, "feature_names_in_", [""] * self.n_features_in_), dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.allow_nan = True
        return tags
