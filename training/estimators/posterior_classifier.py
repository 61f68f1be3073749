"""What a normal posterior says of rows, as a scikit-learn classifier; how it was learned is left open."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from ...data.answers.observations import Floats
from ...data.answers.parsing import checked_share
from ...model.contributions import contributions
from ...model.posterior import Posterior
from ...model.predictive_distribution import interval, shrinkage, sigmoid
from .columns import Columns


class PosteriorClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Two classes by a logistic regression whose coefficients are uncertain.

    Attributes
    ----------
    offset, update : str, int or None
        Columns of X that hold known log-odds and known log likelihood ratios.
    classes_ : (2,) array
        The class of interest last.
    posterior_mean_ : (1 + k,) array
        Intercept and weights.
    posterior_covariance_ : (1 + k, 1 + k) array
        Of the same.
    center_ : (k,) array
        What is taken from each feature first.
    """

    offset: str | int | None
    update: str | int | None
    classes_: npt.NDArray[Any]
    posterior_mean_: Floats
    posterior_covariance_: Floats
    center_: Floats

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
        >>> from offerodds import OfferClassifier
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
        >>> from offerodds import OfferClassifier
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

    def _columns(self) -> Columns:
        return Columns.named(self.n_features_in_, self._names().tolist(), self.offset, self.update)

    def _names(self) -> npt.NDArray[Any]:
        """Return the names of the columns, empty texts where they have none."""
        return np.asarray(getattr(self, "feature_names_in_", [""] * self.n_features_in_), dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.allow_nan = True
        return tags
