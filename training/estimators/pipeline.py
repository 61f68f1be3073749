"""A model as a scikit-learn pipeline."""

import numpy as np
from sklearn.pipeline import Pipeline

from ...model.offer_model import OfferModel
from .classifier import OfferClassifier
from .extractor import KNOWN, FeatureExtractor


def to_sklearn(model: OfferModel) -> Pipeline:
    """Return a fitted pipeline that predicts what the model predicts, from answers.

    Its steps are ``features``, a `FeatureExtractor`, and ``offer``, an `OfferClassifier` of classes
    0 (no offer) and 1. Fitting it again learns from the published evidence on, as `offerodds.train`.

    Parameters
    ----------
    model : OfferModel

    Returns
    -------
    Pipeline

    Examples
    --------
    >>> answers = {"rapport": [5, 1], "stage": ["final", "first"]}
    >>> model = OfferModel.default()
    >>> bool(np.allclose(to_sklearn(model).predict_proba(answers), model.predict_proba(answers)))
    True
    """
    extractor = FeatureExtractor(model.catalogue, known=True, base_rate=model.base_rate).fit()
    extractor.set_output(transform="pandas")  # the classifier knows its columns by name
    classifier = OfferClassifier(
        prior_mean=model.effects.weight,
        prior_covariance=model.effects.weight_sd**2,
        direction_known=True,
        offset="context",
        update="silence",
        classes=(0, 1),
    )
    k = model.effects.weight.size
    classifier.feature_names_in_ = extractor.get_feature_names_out()
    classifier.n_features_in_ = k + len(KNOWN)
    classifier.classes_ = np.array([0, 1])
    classifier.center_ = np.zeros(k)
    classifier.posterior_mean_ = model.posterior.mean
    classifier.posterior_covariance_ = model.posterior.covariance
    return Pipeline([("features", extractor), ("offer", classifier)])
