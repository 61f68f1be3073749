"""Learning curves are found on one thread, and what cannot learn from so few has no loss there."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_info, threadpool_limits

from offerodds.training.learning_curve import learning_losses


class Threads(ClassifierMixin, BaseEstimator):
    """Gives an offer the chance exp(-threads) by the threads it may use, so that more lose more."""

    def fit(self, _x, y):
        self.classes_ = np.unique(y)
        self.threads_ = max(pool["num_threads"] for pool in threadpool_info())
        return self

    def predict_proba(self, x):
        chance = np.exp(-float(max(self.threads_, *(pool["num_threads"] for pool in threadpool_info()))))
        return np.column_stack([np.full(len(x), 1 - chance), np.full(len(x), chance)])


def test_estimators_learn_and_predict_on_one_thread_and_the_limits_come_back():
    x, y = np.zeros((40, 1)), np.tile([0, 1], 20)
    with threadpool_limits(1):
        one = learning_losses({"threads": Threads()}, x, y, sizes=[10], repeats=3)
    with threadpool_limits(2):
        before = [pool["num_threads"] for pool in threadpool_info()]
        assert max(before) == 2
        assert learning_losses({"threads": Threads()}, x, y, sizes=[10], repeats=3).equals(one)
        assert [pool["num_threads"] for pool in threadpool_info()] == before


def test_boosting_has_no_loss_after_one_class():
    x, y = np.zeros((40, 1)), np.tile([0, 1], 20)
    found = learning_losses({"boosting": HistGradientBoostingClassifier()}, x, y, sizes=[0, 10], repeats=4)
    assert found.loc[found["n"] == 0, "loss"].isna().all()
    assert found.loc[found["n"] == 10, "loss"].notna().all()
