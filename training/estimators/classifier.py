"""The method as a scikit-learn classifier, for any numeric features."""

from dataclasses import replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from ...data.answers.observations import Floats
from ...data.answers.parsing import check_probability
from ...model.employers import EmployerTerms
from ...model.posterior import Posterior
from ...model.predictive_distribution import logit, shrinkage, sigmoid
from ...model.prior import LEVEL_SD, Prior, PublishedWeights, WeightedData, with_intercept
from ...model.scoring import SPREAD, Score
from ..fitting.fit import fit, fit_posterior
from .inputs import (
    COMMON_SD,
    WEIGHT_SD,
    ColumnRoles,
    center_and_scale,
    first_component,
    validate_group_sd,
    validated_basis,
    validated_classes,
    validated_prior_covariance,
    validated_prior_mean,
)

_UNKNOWN_RATE_SD = 3.0  # log-odds: any base rate from 1 in 200 to 199 in 200


class OfferClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Bayesian logistic regression with an informative prior and intervals.

    Every weight has a prior. How far to trust it is learned too: training averages over priors in which all
    prior means are multiplied by -.4 to 2.5 and each weight's standard deviation by a third, one or four
    (`offerodds.training.fitting.fit`). A single class, perfectly separated classes and constant columns give
    finite results.

    Parameters
    ----------
    prior_mean : (k,) array, mapping of feature name to weight, or Series, optional
        Prior log odds ratio per unit of each feature. By default 0 for all; features are then centred and
        scaled by the data of `fit`, so that their units do not matter.
        With ``1 + k`` numbers, intercept first as in `posterior_mean_`, the prior is used without averaging:
        this continues training from another fit.
    prior_covariance : (k,) array of variances or (k, k) array, optional
        Prior covariance of the weights. By default each has a standard deviation of .5 per unit, or without a
        ``prior_mean`` per standard deviation of the feature. Without a ``prior_mean`` features that vary
        together are also expected to have effects in the same direction.
    base_rate : float, optional
        Prior probability of the second class if all features are at ``center_``, between 0 and 1; its
        log-odds have a standard deviation of .9, more if the features prove stronger than their prior means,
        and heavy tails. Unknown by default.
    prior_basis : (k,) sequence of labels, optional
        Source of each prior mean, in the order of the features, such as the name of a study. How far to trust
        the prior is then learned for each source as far as its own features have values. By default all have
        one source.
    averaging : bool
        Whether to average over how far to trust the prior; otherwise the prior is used as it is.
    direction_known : bool
        Whether the signs of the prior means are reliable. Averaging then excludes that all features together
        have the opposite effect.
    offset : str or int, optional
        Column of X with known log-odds, such as ``"context"`` of `FeatureExtractor`. It replaces the base
        rate.
    update : str or int, optional
        Column of X with a known log likelihood ratio, such as ``"silence"``, which is added to the predicted
        log-odds (Bayes' rule). Training ignores it.
    group_sd : float
        Standard deviation of the level of the group that each row belongs to, such as the employer, in
        log-odds. Which rows share a group is unknown: training and probabilities average over it, and
        intervals include it. 0 by default.
    classes : pair, optional
        The two classes, the one of interest last. Needed only if the data contain one class and labels are
        not 0 and 1.

    Attributes
    ----------
    classes_ : (2,) array
        The two classes, the one of interest last.
    posterior_mean_ : (1 + k,) array
        Posterior mean of the intercept (log-odds at ``center_``) and of the weights per unit of each feature.
    posterior_covariance_ : (1 + k, 1 + k) array
        Posterior covariance of the same.
    center_ : (k,) array
        Value subtracted from each feature: its mean without a ``prior_mean``, 0 otherwise. A missing value
        (NaN) is replaced by it, and so has no effect.
    n_features_in_ : int
        Number of columns of X, including known log-odds.
    feature_names_in_ : (n_features_in_,) array of str
        Names of the columns, if X had names.

    References
    ----------
    Opper & Archambeau (2009), The variational Gaussian approximation revisited, Neural Computation
    21(3):786-792: the posterior. Greenland & Mansournia (2015), Penalization, bias reduction, and default
    priors in logistic and related categorical and survival regressions, Statistics in Medicine
    34:3133-3143: the prior. MacKay (1992), The evidence framework applied to classification networks,
    Neural Computation 4(5):720-736: the probability.

    Examples
    --------
    Three ratings with a positive prior weight, and five outcomes:

    >>> X = np.array([[1, 2, 0], [0, 1, 1], [-1, 0, -2], [-2, -1, 0], [1, -1, 1]])
    >>> y = [1, 1, 0, 0, 1]
    >>> classifier = OfferClassifier(prior_mean=[0.4, 0.4, 0.4], base_rate=0.3).fit(X, y)
    >>> classifier.predict_proba([[1, 1, 1]])[:, 1].round(2)
    array([0.88])
    >>> low, high = classifier.predict_interval([[1, 1, 1]], level=0.90)
    >>> low.round(2), high.round(2)
    (array([0.38]), array([1.]))
    >>> classifier.contributions([[1, 1, 1]]).round(2)
    array([[0.78, 0.61, 0.76]])
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
        prior_basis: Any = None,
        averaging: bool = True,
        direction_known: bool = False,
        offset: str | int | None = None,
        update: str | int | None = None,
        group_sd: float = 0.0,
        classes: Any = None,
    ) -> None:
        self.prior_mean = prior_mean
        self.prior_covariance = prior_covariance
        self.base_rate = base_rate
        self.prior_basis = prior_basis
        self.averaging = averaging
        self.direction_known = direction_known
        self.offset = offset
        self.update = update
        self.group_sd = group_sd
        self.classes = classes

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit the posterior of the weights.

        The posterior is approximated by the closest normal distribution (Opper & Archambeau 2009), and
        averaged over how far to trust the prior.

        Parameters
        ----------
        X : (n, k) array or DataFrame
            Features; NaN where missing.
        y : (n,) array
            At most two classes.
        sample_weight : (n,) array, optional
            Weights of the rows, at least 0; a weight of 2 equals two identical rows.

        Returns
        -------
        OfferClassifier
            The fitted estimator.

        Raises
        ------
        AnswerError
            ``base_rate`` is not between 0 and 1.
        ValueError
            More than two classes, one class that could be either, infinite values, negative weights, a
            missing column, a prior of the wrong shape or not positive definite, or a ``group_sd`` that is
            not from 0 to 100.
        """
        X, y = validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan")
        check_classification_targets(y)
        weight = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        self.classes_ = validated_classes(y, self.classes)
        X, y, weight = X[weight > 0], y[weight > 0], weight[weight > 0]
        validate_group_sd(self.group_sd)
        columns = self._columns()
        x, offset, _ = columns.split(X)
        mean = validated_prior_mean(self.prior_mean, self._names()[columns.learned], x.shape[1])
        self.center_, scale = center_and_scale(x, weight)
        if self.prior_mean is not None:
            self.center_, scale = np.zeros(x.shape[1]), np.ones(x.shape[1])
        covariance = validated_prior_covariance(self.prior_covariance, mean.size, WEIGHT_SD / scale)
        design = self._design(x) / np.append(1.0, scale)  # a unit of each feature is its standard deviation
        prior = PublishedWeights(mean, covariance, validated_basis(self.prior_basis, x.shape[1]))
        if self.prior_mean is None:
            in_units = replace(prior, covariance=covariance * np.outer(scale, scale))
            prior = replace(in_units, common_sd=COMMON_SD, direction=first_component(design[:, 1:], weight))
        averaged = shrinkage(self.group_sd**2)  # over unknown groups
        second = (y == self.classes_[1]).astype(float)
        data = WeightedData(averaged * design, second, weight, averaged * offset)
        posterior = self._fit_posterior(data, prior)
        per_unit = 1 / np.append(1.0, scale)
        self.posterior_mean_ = posterior.mean * per_unit
        self.posterior_covariance_ = posterior.covariance * np.outer(per_unit, per_unit)
        return self

    def decision_function(self, X: Any) -> Floats:
        """Compute the log-odds of the probability of the second class.

        They are ``κη``, the mean log-odds shrunk towards 0 by their uncertainty (MacKay 1992), plus the known
        log likelihood ratio of the ``update`` column.

        Parameters
        ----------
        X : (n, k) array or DataFrame
            As in `fit`.

        Returns
        -------
        (n,) array
            Log-odds; above 0 if the second class is more probable.

        Examples
        --------
        >>> classifier = OfferClassifier(base_rate=0.3).fit([[1], [0], [-1]], [1, 1, 0])
        >>> classifier.decision_function([[1], [-1]]).round(2)
        array([ 0.35, -0.95])
        """
        return self._score(X).log_odds

    def predict_proba(self, X: Any) -> Floats:
        """Compute the probability of each class, averaged over the posterior of the weights.

        That of the second class is ``σ(κη)`` with ``κ = 1 / √(1 + πv/8)``, for log-odds of mean ``η`` and
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
        """Predict the more probable class of each row.

        Parameters
        ----------
        X : (n, k) array or DataFrame
            As in `fit`.

        Returns
        -------
        (n,) array
            Labels from ``classes_``.

        Examples
        --------
        >>> classifier = OfferClassifier(base_rate=0.3).fit([[1], [0], [-1]], ["offer", "offer", "none"])
        >>> classifier.predict([[1], [-1]]).tolist()
        ['offer', 'none']
        """
        second = self.decision_function(X) > 0
        return np.asarray(self.classes_[second.astype(int)])

    def predict_interval(self, X: Any, level: float = 0.90) -> tuple[Floats, Floats]:
        """Compute the interval of the probability of the second class.

        Its ends are ``σ(η ± z√v)``, quantiles of the posterior of the probability. If the distribution is so
        skewed that its mean, the predicted probability (MacKay 1992), lies outside, the interval is extended
        to include it. With an ``update``, the quantiles are those after Bayes' rule, which also changes the
        distribution of ``η``.

        Parameters
        ----------
        X : (n, k) array or DataFrame
            As in `fit`.
        level : float
            Coverage, between 0 and 1.

        Returns
        -------
        low : (n,) array
            Lower ends, as probabilities.
        high : (n,) array
            Upper ends, as probabilities.

        Raises
        ------
        AnswerError
            The level is not between 0 and 1.
        """
        score = self._score(X)
        return score.interval(check_probability("level", level))

    def contributions(self, X: Any) -> Floats:
        """Compute the contribution of each feature to the log-odds of the probability.

        A feature contributes ``κβx`` (``κ`` of MacKay 1992), and its share of the shrinkage towards even odds
        that its uncertain weight causes.

        Parameters
        ----------
        X : (n, k) array or DataFrame
            As in `fit`.

        Returns
        -------
        (n, k) array
            Log-odds. Together with the log-odds of a row without any known feature they sum to
            `decision_function`.
        """
        score, columns = self._score(X), self._columns()
        result = np.zeros((len(score.X), columns.n))
        result[:, columns.learned] = score.contributions
        if columns.offset is not None:
            result[:, columns.offset] = shrinkage(score.level_variance) * score.context
        if columns.update is not None:
            result[:, columns.update] = score.silence
        return result

    def _fit_posterior(self, data: WeightedData, weights: PublishedWeights) -> Posterior:
        """Fit the posterior; its intercept includes the base rate.

        ``weights`` may have ``1 + k`` means, intercept first: then they are the whole prior.
        """
        mean, covariance = weights.mean, weights.covariance
        if mean.size == data.X.shape[1]:
            if self.base_rate is not None:
                raise ValueError("the intercept is specified by both prior_mean and base_rate: use only one")
            return fit(data, Prior(mean, covariance)).posterior
        start, sd = 0.0, LEVEL_SD if self.group_sd else SPREAD**0.5
        if self.base_rate is not None and self.offset is not None:
            raise ValueError("the base rate is specified by both base_rate and offset: use only one")
        if self.base_rate is not None:
            # divided by the shrinkage, so that the prior predicts exactly the base rate
            rate, spread = check_probability("base_rate", self.base_rate), sd**2 + self.group_sd**2
            start = float(logit(rate) / shrinkage(spread))
        elif self.offset is None:
            sd = _UNKNOWN_RATE_SD
        # the prior's intercept has mean 0
        shifted = replace(data, offset=data.offset + start * data.X[:, 0])
        if self.averaging:
            posterior = fit_posterior(
                shifted,
                weights,
                sd,
                direction_known=self.direction_known,
                # features are as given; known log-odds come with those of `FeatureExtractor`, 0 if typical
                centred=self.offset is not None or not weights.mean.any(),
            ).posterior
        else:
            posterior = fit(shifted, with_intercept(mean, covariance, sd)).posterior
        return Posterior(posterior.mean + start * np.eye(1, posterior.mean.size)[0], posterior.covariance)

    def _score(self, X: Any) -> Score:
        """Validate ``n`` rows to predict, and score them; all groups are unknown."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        x, offset, update = self._columns().split(X)
        posterior = Posterior(self.posterior_mean_, self.posterior_covariance_)
        groups = EmployerTerms(np.zeros(len(x)), np.full(len(x), self.group_sd**2))
        return Score(x, self._design(x), offset, update, posterior, groups)

    def _design(self, x: Floats) -> Floats:
        """Build the (n, 1 + k) design: an intercept column and the centred (n, k) features, 0 if missing."""
        return np.column_stack([np.ones(len(x)), np.nan_to_num(x - self.center_)])

    def _columns(self) -> ColumnRoles:
        return ColumnRoles.named(self.n_features_in_, self._names().tolist(), self.offset, self.update)

    def _names(self) -> npt.NDArray[Any]:
        """List the names of the columns, (n_features_in_,) array of str; empty if X had no names."""
        return np.asarray(getattr(self, "feature_names_in_", [""] * self.n_features_in_), dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.allow_nan = True
        return tags
