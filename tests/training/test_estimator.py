"""The classifier and the transformer as scikit-learn expects them, and as the model predicts."""

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from helpers import CATALOGUE
from offerodds import AnswerError, FeatureExtractor, OfferClassifier, OfferModel, simulate, to_sklearn, train
from offerodds.model.predictive_distribution import logit

RNG = np.random.default_rng(5)
X = RNG.normal(size=(60, 4))
Y = (RNG.random(60) < 1 / (1 + np.exp(0.5 - X @ [1.0, 0.5, 0.0, -0.5]))).astype(int)
PRIOR = {"prior_mean": [0.4, 0.4, 0.0, -0.2], "prior_covariance": [0.04] * 4, "base_rate": 0.3}
TABLE = simulate(80, seed=3)
OUTCOME = (TABLE["outcome"] == "offer").astype(int)


@parametrize_with_checks(
    [OfferClassifier(), OfferClassifier(base_rate=0.3), OfferClassifier(averaging=False)]
)
def test_scikit_learn_accepts_it(estimator, check):
    if check.func.__name__ == "check_array_api_input":
        pytest.skip("arrays of other libraries need SCIPY_ARRAY_API=1 before scipy is loaded")
    check(estimator)


class TestOfferClassifier:
    def test_without_data_it_predicts_from_the_prior(self):
        known = OfferClassifier(**PRIOR, classes=(0, 1)).fit(X[:1], Y[:1], sample_weight=[1e-12])
        nothing = np.zeros((1, 4))
        assert known.predict_proba(nothing)[0, 1] == pytest.approx(0.3, abs=1e-9)
        np.testing.assert_allclose(known.posterior_mean_[1:], PRIOR["prior_mean"], atol=1e-9)

    def test_with_many_data_it_is_maximum_likelihood(self):
        rng = np.random.default_rng(1)
        x = rng.normal(size=(20_000, 3))
        y = rng.random(20_000) < 1 / (1 + np.exp(-x @ [1.0, -0.5, 0.0]))
        free = LogisticRegression(C=np.inf).fit(x, y)
        ours = OfferClassifier(prior_mean=[-0.5, 0.5, 0.5]).fit(x, y)
        np.testing.assert_allclose(ours.posterior_mean_[1:], free.coef_[0], atol=0.01)

    def test_contributions_add_up_to_the_log_odds(self):
        fitted = OfferClassifier(**PRIOR).fit(X, Y)
        base = fitted.decision_function(np.zeros((1, 4)))
        total = base + fitted.contributions(X).sum(axis=1)
        np.testing.assert_allclose(total, logit(fitted.predict_proba(X)[:, 1]), atol=1e-9)
        assert fitted.contributions(X).shape == X.shape

    def test_known_log_odds_contribute_their_value(self):
        wide = np.column_stack([X, np.full(60, -1.0), np.full(60, -0.7)])
        fitted = OfferClassifier(prior_mean=PRIOR["prior_mean"], offset=4, update=-1).fit(wide, Y)
        assert fitted.posterior_mean_.size == 5
        contributions = fitted.contributions(wide)
        np.testing.assert_allclose(contributions[:, 5], -0.7)
        base = fitted.decision_function(np.zeros((1, 6)))
        np.testing.assert_allclose(
            base + contributions.sum(axis=1), fitted.decision_function(wide), atol=1e-9
        )
        low, high = fitted.predict_interval(wide)
        assert ((low < fitted.predict_proba(wide)[:, 1]) & (fitted.predict_proba(wide)[:, 1] < high)).all()

    def test_intervals_hold_the_probability_and_widen_with_the_level(self):
        fitted = OfferClassifier(**PRIOR).fit(X, Y)
        p = fitted.predict_proba(X)[:, 1]
        ends = [fitted.predict_interval(X, level) for level in (0.5, 0.9, 0.99)]
        for low, high in ends:
            assert low.shape == high.shape == (60,)
            assert ((low <= p) & (p <= high)).all()
        assert (np.diff([high - low for low, high in ends], axis=0) > 0).all()

    def test_a_weight_of_two_is_the_same_row_twice(self):
        once = OfferClassifier(**PRIOR).fit(X, Y, sample_weight=np.where(np.arange(60) < 20, 2.0, 1.0))
        twice = OfferClassifier(**PRIOR).fit(np.vstack([X, X[:20]]), np.concatenate([Y, Y[:20]]))
        np.testing.assert_allclose(once.posterior_mean_, twice.posterior_mean_, atol=1e-6)
        np.testing.assert_allclose(once.posterior_covariance_, twice.posterior_covariance_, atol=1e-6)

    def test_training_continues_from_another_fit(self):
        first = OfferClassifier(**PRIOR, averaging=False).fit(X[:30], Y[:30])
        second = OfferClassifier(first.posterior_mean_, first.posterior_covariance_).fit(X[30:], Y[30:])
        at_once = OfferClassifier(**PRIOR, averaging=False).fit(X, Y)
        sd = np.sqrt(np.diag(at_once.posterior_covariance_))
        assert np.abs((second.posterior_mean_ - at_once.posterior_mean_) / sd).max() < 0.1

    def test_units_do_not_matter_without_a_prior_mean(self):
        units = np.array([1e7, 1e-7, 1.0, 300.0])
        plain = OfferClassifier().fit(X, Y).predict_proba(X)
        np.testing.assert_allclose(
            OfferClassifier().fit(5 * units + X * units, Y).predict_proba(5 * units + X * units),
            plain,
            atol=1e-6,
        )

    def test_ratings_of_one_impression_are_learned_as_fast_as_by_ridge(self):
        losses = []
        for seed in range(12):
            rng = np.random.default_rng(seed)
            x = 0.75 * rng.normal(size=(520, 1)) + 0.66 * rng.normal(size=(520, 15))
            y = rng.random(520) < 1 / (1 + np.exp(0.5 - x @ rng.gamma(2, 0.25, 15)))
            for estimator in (OfferClassifier(), LogisticRegression()):
                p = estimator.fit(x[:20], y[:20]).predict_proba(x[20:])[:, 1]
                losses.append(log_loss(y[20:], p))
        ours, ridge = np.reshape(losses, (-1, 2)).mean(axis=0)
        assert ours < ridge + 0.015

    def test_labels_of_the_prior_must_be_as_many_as_features(self):
        with pytest.raises(ValueError, match="prior_basis needs 4 labels, one for each feature, and has 2"):
            OfferClassifier(**PRIOR, prior_basis=["a", "b"]).fit(X, Y)
        for no_list in ("abcd", {"a", "b"}, {"a": 1}, 4):
            with pytest.raises(ValueError, match="prior_basis must be a list of 4 labels"):
                OfferClassifier(**PRIOR, prior_basis=no_list).fit(X, Y)

    @pytest.mark.parametrize("sd", [-1, np.nan, np.inf, "x", True])
    def test_the_spread_of_groups_must_be_a_number(self, sd):
        with pytest.raises(ValueError, match="group_sd must be a number from 0 to 100"):
            OfferClassifier(group_sd=sd).fit(X, Y)

    def test_features_of_another_source_do_not_inherit_the_scale(self):
        x = np.column_stack([X, np.full(60, np.nan)])
        prior = {"prior_mean": [*PRIOR["prior_mean"], 0.4], "direction_known": True}
        fitted = OfferClassifier(**prior, prior_basis=["a"] * 4 + ["b"]).fit(x, Y)
        assert fitted.posterior_mean_[-1] == pytest.approx(0.4)
        assert OfferClassifier(**prior).fit(x, Y).posterior_mean_[-1] != pytest.approx(0.4)

    def test_names_put_the_prior_in_order(self):
        frame = pd.DataFrame(X, columns=["a", "b", "c", "d"])
        by_name = OfferClassifier(prior_mean={"d": -0.2, "a": 0.4, "b": 0.4}, base_rate=0.3).fit(frame, Y)
        by_place = OfferClassifier(prior_mean=[0.4, 0.4, 0, -0.2], base_rate=0.3).fit(X, Y)
        np.testing.assert_allclose(by_name.posterior_mean_, by_place.posterior_mean_, rtol=1e-9)
        assert by_name.feature_names_in_.tolist() == ["a", "b", "c", "d"]
        series = OfferClassifier(prior_mean=pd.Series({"b": 0.4, "a": 0.4, "d": -0.2}), base_rate=0.3).fit(
            frame, Y
        )
        np.testing.assert_allclose(series.posterior_mean_, by_place.posterior_mean_, rtol=1e-9)

    def test_missing_values_have_no_effect(self):
        holes = X.copy()
        holes[::3, 1] = np.nan
        missing = OfferClassifier(**PRIOR).fit(holes, Y)
        zeros = OfferClassifier(**PRIOR).fit(np.nan_to_num(holes), Y)
        np.testing.assert_allclose(missing.posterior_mean_, zeros.posterior_mean_, rtol=1e-9)
        assert (missing.contributions(holes)[::3, 1] == 0).all()
        free = OfferClassifier().fit(holes, Y)
        assert free.center_[1] == pytest.approx(np.nanmean(holes[:, 1]))
        assert (free.contributions(holes)[::3, 1] == 0).all()

    def test_labels_may_be_words(self):
        words = np.where(Y == 1, "offer", "no")
        fitted = OfferClassifier(**PRIOR).fit(X, words)
        assert fitted.classes_.tolist() == ["no", "offer"]
        assert set(fitted.predict(X)) <= {"no", "offer"}
        turned = OfferClassifier(classes=("offer", "no")).fit(X, words)
        plain = OfferClassifier().fit(X, words)
        np.testing.assert_allclose(turned.predict_proba(X)[:, 0], plain.predict_proba(X)[:, 1], atol=1e-6)

    def test_it_lives_in_scikit_learn(self, tmp_path):
        pipeline = make_pipeline(StandardScaler(), OfferClassifier(base_rate=0.3)).set_output(
            transform="pandas"
        )
        assert cross_val_score(pipeline, X, Y, scoring="neg_log_loss", cv=4).shape == (4,)
        grid = {"offerclassifier__base_rate": [0.2, 0.5], "offerclassifier__averaging": [True, False]}
        search = GridSearchCV(pipeline, grid, cv=3, scoring="neg_log_loss").fit(X, Y)
        assert search.best_params_.keys() == grid.keys()
        joblib.dump(search.best_estimator_, tmp_path / "mine.joblib")
        again = joblib.load(tmp_path / "mine.joblib")
        np.testing.assert_allclose(again.predict_proba(X), search.predict_proba(X), rtol=1e-12)


@pytest.mark.parametrize("label", [0, 1, False, True])
def test_a_single_class_can_be_fitted(label):
    fitted = OfferClassifier(**PRIOR).fit(X[:8], [label] * 8)
    assert fitted.classes_.tolist() == [0, 1]
    p = fitted.predict_proba(np.zeros((1, 4)))[0, 1]
    assert p > 0.5 if label else p < 0.2


@pytest.mark.parametrize("column", ["missing", "constant", "huge", "tiny", "separating"])
@pytest.mark.parametrize("prior", [{}, PRIOR])
def test_awkward_columns_give_finite_answers_without_a_warning(column, prior):
    awkward = X.copy()
    awkward[:, 2] = {
        "missing": np.nan,
        "constant": 3.0,
        "huge": 1e7 * X[:, 2],
        "tiny": 1e-200 * X[:, 2],
        "separating": 2.0 * Y - 1,
    }[column]
    fitted = OfferClassifier(**prior).fit(awkward, Y)
    assert np.isfinite(fitted.posterior_covariance_).all()
    assert np.isfinite(fitted.contributions(awkward)).all()
    low, high = fitted.predict_interval(awkward)
    assert ((low >= 0) & (high <= 1)).all()


@pytest.mark.parametrize("rate", [1e-3, 1e-5, 1e-9, 1 - 1e-7])
def test_many_outcomes_overrule_any_base_rate(rate):
    x, y = np.random.default_rng(0).normal(size=(2000, 2)), np.arange(2000) % 2
    fitted = OfferClassifier(prior_mean=[0.1, 0.1], base_rate=rate).fit(x, y)
    assert fitted.predict_proba(np.zeros((1, 2)))[0, 1] == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("scale", [1e3, 1e5, 1e7, 1e9])
@pytest.mark.parametrize("averaging", [True, False])
def test_columns_out_of_all_proportion_to_their_prior_give_finite_answers(scale, averaging):
    fitted = OfferClassifier(prior_mean=[0.4] * 4, averaging=averaging).fit(X * scale, Y)
    assert np.isfinite(fitted.predict_proba(X * scale)).all()
    assert np.isfinite(fitted.posterior_covariance_).all()


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(1, 40),
    k=st.integers(1, 6),
    seed=st.integers(0, 2**32 - 1),
    scale=st.sampled_from([1e-7, 1, 1e7]),
)
def test_any_table_gives_finite_answers(n, k, seed, scale):
    rng = np.random.default_rng(seed)
    x = scale * rng.standard_t(2, size=(n, k))
    x[rng.random((n, k)) < 0.3] = np.nan
    y = rng.integers(0, 2, n)
    for prior in (
        {},
        {"prior_mean": rng.normal(size=k) / scale, "prior_covariance": np.full(k, scale**-2.0)},
    ):
        fitted = OfferClassifier(**prior).fit(x, y, sample_weight=rng.integers(1, 3, n))
        p = fitted.predict_proba(x)
        assert np.isfinite(p).all()
        assert np.isfinite(fitted.posterior_covariance_).all()


@pytest.mark.parametrize(
    ("prior", "message"),
    [
        ({"prior_mean": [1, 2]}, r"prior_mean has shape \(2,\), expected \(4,\) or \(5,\)"),
        ({"prior_mean": [1, np.inf, 0, 0]}, "not finite"),
        ({"prior_mean": ["a", 0, 0, 0]}, "not a number"),
        ({"prior_mean": {"a": 1}}, "X has none"),
        ({"prior_covariance": [1, 1, 1, -1]}, "not positive definite"),
        ({"prior_covariance": np.ones((4, 4))}, "not positive definite"),
        ({"prior_covariance": np.triu(np.ones((4, 4)))}, "not symmetric"),
        ({"prior_covariance": np.eye(3)}, "prior_covariance has shape"),
        ({"base_rate": 1.0}, "base_rate"),
        ({"base_rate": 0.3, "prior_mean": [0] * 5}, "use only one"),
        ({"base_rate": 0.3, "offset": 0}, "use only one"),
        ({"offset": 1, "update": -3}, "the same column"),
        ({"offset": 1.5}, "a name or a whole number"),
        ({"offset": "context"}, "no column named 'context'"),
        ({"update": 4}, "no column 4"),
        ({"classes": (1, 1)}, "two different labels"),
        ({"classes": (1, 2)}, r"y contains the classes \[0, 1\]"),
    ],
)
def test_an_invalid_prior_is_rejected(prior, message):
    with pytest.raises(ValueError, match=message):
        OfferClassifier(**prior).fit(X, Y)


@pytest.mark.parametrize(
    ("x", "y", "weight", "message"),
    [
        (np.where(X > 2, np.inf, X), Y, None, "infinity"),
        (X, np.arange(60) % 3, None, "Only binary classification"),
        (X, ["offer"] * 60, None, "specify both"),
        (X, Y, np.zeros(60), "at least one non-zero"),
        (X, Y, -np.ones(60), "[Nn]egative"),
        (X[:0], Y[:0], None, "0 sample"),
    ],
)
def test_data_that_cannot_be_fitted_are_rejected(x, y, weight, message):
    with pytest.raises(ValueError, match=message):
        OfferClassifier().fit(x, y, sample_weight=weight)


def test_columns_that_differ_from_the_training_data_are_rejected():
    fitted = OfferClassifier().fit(pd.DataFrame(X, columns=list("abcd")), Y)
    with pytest.raises(ValueError, match="feature names"):
        fitted.predict(pd.DataFrame(X, columns=list("abce")))
    with pytest.raises(ValueError, match="features"):
        OfferClassifier().fit(X, Y).predict(X[:, :3])


class TestFeatureExtractor:
    def test_names_its_columns_and_gives_frames(self):
        extractor = FeatureExtractor(known=True).set_output(transform="pandas").fit(TABLE)
        features = extractor.transform(TABLE)
        assert features.columns.tolist() == [*CATALOGUE.ids, "context", "silence"]
        assert (clone(extractor).fit_transform(TABLE) == features).all(axis=None)

    def test_lists_every_fault(self):
        with pytest.raises(AnswerError, match="2 faults"):
            FeatureExtractor().fit().transform({"rapport": [9], "raport": [1]})

    def test_refuses_a_base_rate_that_is_none(self):
        with pytest.raises(AnswerError, match="base_rate"):
            FeatureExtractor(base_rate=2.0).fit()


class TestToSklearn:
    @pytest.mark.parametrize(
        "model", [OfferModel.default(0.2), train(TABLE).model], ids=["default", "trained"]
    )
    def test_predicts_what_the_model_predicts(self, model):
        frame = TABLE.drop(columns="prompt_response").assign(days_since_interview=np.arange(80) % 30)
        pipeline = to_sklearn(model)
        np.testing.assert_allclose(pipeline.predict_proba(frame), model.predict_proba(frame), atol=1e-12)
        low, high = pipeline["offer"].predict_interval(pipeline["features"].transform(frame))
        expected = model.predict_frame(frame)
        np.testing.assert_allclose(low, expected["low"], atol=1e-12)
        np.testing.assert_allclose(high, expected["high"], atol=1e-12)

    def test_explains_as_the_model_explains(self):
        model = train(TABLE).model
        pipeline = to_sklearn(model)
        answers = {"rapport": 5, "next_steps_outlined": "yes", "stage": "final"}
        contributions = pipeline["offer"].contributions(
            pipeline["features"].transform({k: [v] for k, v in answers.items()})
        )
        expected = {c.signal: c.log_odds for c in model.predict(answers).contributions}
        for signal, log_odds in expected.items():
            assert contributions[0, CATALOGUE.ids.index(signal)] == pytest.approx(log_odds, abs=1e-12)

    def test_learns_what_train_learns(self):
        pipeline = to_sklearn(OfferModel.default()).fit(TABLE, OUTCOME)
        np.testing.assert_allclose(
            pipeline["offer"].posterior_mean_, train(TABLE).model.posterior.mean, atol=1e-12
        )
