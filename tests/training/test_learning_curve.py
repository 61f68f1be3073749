"""Learning curves use one thread, and an estimator that cannot be fitted to so few rows has no loss."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_info, threadpool_limits

from offerodds import AnswerError, OfferClassifier
from offerodds.training.estimators.learning_curve import learning_losses


class Threads(ClassifierMixin, BaseEstimator):
    """Predict exp(-threads), so that the loss grows with the number of threads it may use."""

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


class Choosy(ClassifierMixin, BaseEstimator):
    """Fits any number of rows but twenty."""

    def fit(self, _x, y):
        if len(y) == 20:
            raise ZeroDivisionError("twenty\nrows")
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, x):
        return np.full((len(x), 2), 0.5)


CV = {"Cs": 3, "cv": 5, "l1_ratios": (0,), "use_legacy_attributes": False, "scoring": "neg_log_loss"}
FEW = {
    "penalty by CV": LogisticRegressionCV(**CV),
    "calibrated": CalibratedClassifierCV(LogisticRegression(), cv=5),
    "neighbours": KNeighborsClassifier(8),
    "pipeline": make_pipeline(StandardScaler(), LogisticRegression()),
    "logistic": LogisticRegression(),
    "base rate": DummyClassifier(),
}
ROWS = np.arange(100.0)[:, None], np.tile([0, 1], 50)


def test_too_few_rows_or_one_class_are_no_loss_and_no_error():
    found = learning_losses(FEW, *ROWS, sizes=[0, 1, 6, 60], repeats=4).set_index(["n", "method"])["loss"]
    assert found[[0, 1]].isna().all()
    assert found[6][["penalty by CV", "calibrated", "neighbours"]].isna().all()
    assert found[60].notna().all()


def test_an_estimator_that_only_had_too_few_rows_is_no_error():
    found = learning_losses(FEW, *ROWS, sizes=[1, 6], repeats=4)
    assert found.loc[found["method"] == "calibrated", "loss"].isna().all()


@pytest.mark.parametrize("sizes", [[0, 10, 40], [0, 1], [1], [40]], ids=str)
def test_every_estimator_that_cannot_be_fitted_is_listed_with_its_error(sizes):
    broken = {
        "typo": LogisticRegression(C=-1),
        "ours with a typo": OfferClassifier(base_rate=2, classes=(0, 1)),
        "no chances": LinearSVC(),
        "nothing": None,
    }
    with pytest.raises(AnswerError) as caught:
        learning_losses(FEW | broken, *ROWS, sizes=sizes, repeats=2)
    assert [fault.field for fault in caught.value.faults] == list(broken)
    messages = [fault.seen for fault in caught.value.faults]
    assert "The 'C' parameter of LogisticRegression must be a float" in messages[0]
    assert "base_rate" in messages[1]
    assert "predict_proba" in messages[2]
    assert "None" in messages[3]


def test_failing_on_more_rows_than_were_enough_is_an_error():
    sizes = [30, 20, 10, 1]
    with pytest.raises(AnswerError) as caught:
        learning_losses({"choosy": Choosy()} | FEW, *ROWS, sizes=sizes, repeats=1)
    expected = "choosy: cannot be fitted to 20 rows, but to 10 of them; seen ZeroDivisionError: twenty rows"
    assert str(caught.value) == expected
    found = learning_losses({"choosy": Choosy()}, *ROWS, sizes=[10, 30], repeats=1)
    assert found["loss"].tolist() == pytest.approx([np.log(2)] * 2)


X, Y = ROWS
GOOD = {"estimators": {"base rate": DummyClassifier()}, "X": X, "y": Y, "sizes": [10], "repeats": 1}


@pytest.mark.parametrize(
    ("bad", "fields"),
    [
        ({"sizes": [2.5, 10, -1, True, 71, "10"]}, ["sizes"] * 5),
        ({"sizes": 20}, ["sizes"]),
        ({"sizes": np.array(20)}, ["sizes"]),
        ({"sizes": None}, ["sizes"]),
        ({"sizes": []}, ["sizes"]),
        ({"estimators": {}}, ["estimators"]),
        ({"estimators": [DummyClassifier()]}, ["estimators"]),
        ({"y": np.where(np.arange(100) < 3, np.nan, Y)}, ["y"]),
        ({"y": [None, "offer", "none", "none"] * 25}, ["y"]),
        ({"y": Y * np.nan}, ["y", "y"]),
        ({"y": Y + X[:, 0]}, ["y"]),
        ({"y": X}, ["y"]),
        ({"y": 1}, ["y", "sizes"]),
        ({"y": [[1], [0, 1]] * 50}, ["y"]),
        ({"X": X[:50]}, ["X"]),
        ({"X": 3}, ["X"]),
        ({"repeats": 0, "seed": -1}, ["repeats", "seed"]),
        ({"repeats": 2.5}, ["repeats"]),
        (
            {"estimators": None, "X": X[1:], "y": Y * 0, "sizes": 20, "repeats": "2", "seed": None},
            ["estimators", "X", "y", "sizes", "repeats", "seed"],
        ),
    ],
    ids=str,
)
def test_every_invalid_parameter_is_listed(bad, fields):
    with pytest.raises(AnswerError) as caught:
        learning_losses(**(GOOD | bad))
    assert [fault.field for fault in caught.value.faults] == fields


@pytest.mark.parametrize(
    "good",
    [
        {"sizes": np.arange(5, 20, 5)},
        {"sizes": range(5, 20, 5)},
        {"sizes": (10, 10)},
        {"y": np.where(Y, "offer", "none")},
        {"y": pd.Series(Y == 1)},
        {"y": Y.tolist(), "X": X.tolist()},
        {"X": pd.DataFrame(X, columns=["rapport"])},
    ],
    ids=str,
)
def test_parameters_of_equivalent_types_are_accepted(good):
    assert learning_losses(**(GOOD | good))["loss"].notna().all()
