"""Validation, verdict and prior-data conflict. Values of R's rms, and their script, are in rms/."""

import json
import re
import shutil
import subprocess
import warnings
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from scipy import stats
from sklearn.metrics import log_loss as sklearn_log_loss
from sklearn.metrics import roc_auc_score

from helpers import CATALOGUE, ROOT
from offerodds import OfferModel, simulate, train
from offerodds.cli.render.training import show_prior_check, show_validation, show_verdict
from offerodds.data.language import use_language
from offerodds.model.features import Effects
from offerodds.model.posterior import Posterior
from offerodds.model.predictive_distribution import sigmoid
from offerodds.model.prior import Prior, WeightedData
from offerodds.model.scoring import score
from offerodds.training.fitting.fit import fit, refit_posterior
from offerodds.training.simulation.simulate import simulate_answers
from offerodds.training.validation.prior_conflict import (
    PriorConflict,
    PriorConflictCheck,
    check_prior_conflict,
    holm_adjusted,
)
from offerodds.training.validation.resampling import folds, predict_probabilities
from offerodds.training.validation.validate import validate
from offerodds.training.validation.validation_result import (
    SignDiscrimination,
    Validation,
    auc_interval,
    sign_discrimination,
    validation_verdict,
)

RMS = ROOT / "tests" / "training" / "rms"
EXPECTED = json.loads((RMS / "expected.json").read_text(encoding="utf-8"))
MANY_RESAMPLES = "20000"
DEFAULT = OfferModel.default()
PRIOR = Prior(np.array([0.0, 0.5, 0.3, 0.2]), np.diag([1.0, 0.16, 0.16, 0.16]))


def maximum_likelihood(rows):
    """Maximum likelihood, as a posterior without variance; unidentified coefficients are 0."""
    at = np.zeros(rows.X.shape[1])
    for _ in range(25):
        p = sigmoid(rows.X @ at + rows.offset)
        curvature = (rows.X * (rows.weight * p * (1 - p))[:, None]).T @ rows.X
        slope = rows.X.T @ (rows.weight * (rows.y - p))
        step = np.linalg.lstsq(curvature, slope, rcond=1e-10)[0]
        at = at + step
        if np.abs(step).max() < 1e-9:
            break
    return Posterior(at, np.zeros((at.size,) * 2))


def laplace(prior, rows):
    """The Laplace approximation under a normal prior: fast, and defined for any rows."""
    precision, at = np.linalg.inv(prior.covariance), prior.mean
    for _ in range(50):
        p = sigmoid(rows.X @ at + rows.offset)
        slope = rows.X.T @ (rows.weight * (rows.y - p)) - precision @ (at - prior.mean)
        curvature = (rows.X * (rows.weight * p * (1 - p))[:, None]).T @ rows.X + precision
        step = np.linalg.solve(curvature, slope)
        at = at + step / max(1.0, np.abs(step).max())
        if np.abs(step).max() < 1e-9:
            break
    return Posterior(at, np.linalg.inv(curvature))


REFIT = partial(laplace, PRIOR)


def simulated_rows(n, seed, coefficients=(-0.7, 0.5, 0.3, 0.2), offset=0.0):
    """Simulated interviews with these true coefficients."""
    rng = np.random.default_rng([n, seed])
    X = np.column_stack([np.ones(n), rng.normal(size=(n, len(coefficients) - 1))])
    known = np.full(n, float(offset))
    offers = rng.random(n) < sigmoid(X @ coefficients + known)
    return WeightedData(X, offers.astype(float), np.ones(n), known)


def verdict_of(rows, refit=REFIT):
    """The verdict, without the bootstrap, which it does not need."""
    start = Posterior(PRIOR.mean, PRIOR.covariance)
    return validation_verdict(validate(rows, refit, start=start, bootstraps=1))


def test_the_verdict_is_in_the_language_of_the_reader():
    signs = SignDiscrimination(0.71, 0.55, 0.83, 0.02)
    validation = Validation(40, 60, "none", 0, None, None, signs, None, None)
    with use_language("de"):
        assert validation_verdict(validation).sentence == (
            "Die Anzeichen trennen deine Zusagen vom Rest. Nimm zufällig ein Gespräch mit Zusage und eines "
            "ohne: In 71 von 100 Fällen stufen die Anzeichen das mit Zusage höher ein (55 bis 83; 50 wäre "
            "Zufall)."
        )
    with use_language("es"):
        assert validation_verdict(Validation(2, 1, "none", 0, None, None, None, None, None)).sentence == (
            "Hay muy pocos resultados para saber si las señales te sirven: hacen falta al menos 10, con 3 o "
            "más de cada tipo. Tienes 2 con oferta y 1 sin ella."
        )


# The optimism bootstrap


def rms_rows():
    frame = pd.read_csv(RMS / "table.csv")
    X = np.column_stack([np.ones(len(frame)), frame[["x1", "x2", "x3", "x4"]]])
    return WeightedData(X, frame["offer"].to_numpy(float), np.ones(len(frame)), np.zeros(len(frame)))


def test_slope_brier_and_auc_equal_those_of_rms():
    figures = validate(rms_rows(), maximum_likelihood, bootstraps=3000).model
    names = {"slope": "calibration_slope", "intercept": "intercept", "brier": "brier", "auc": "auc"}
    for rms, name in names.items():
        for part, value in EXPECTED[MANY_RESAMPLES][rms].items():
            tolerance = 1e-6 if part == "apparent" else 0.01
            assert getattr(figures.metrics[name], part) == pytest.approx(value, abs=tolerance), (name, part)
    # a tolerance of .01 is meaningful: the optimism itself is larger
    assert EXPECTED[MANY_RESAMPLES]["brier"]["optimism"] < -0.01
    assert EXPECTED[MANY_RESAMPLES]["auc"]["optimism"] > 0.03


def test_r_reproduces_the_stored_values(tmp_path):
    if shutil.which("Rscript") is None:
        pytest.skip("Rscript is not installed")
    if subprocess.run(
        ["Rscript", "-e", 'stopifnot(nzchar(system.file(package = "rms")))'], capture_output=True, check=False
    ).returncode:
        pytest.skip("R has no package rms")
    target = tmp_path / "expected.json"
    subprocess.run(
        ["Rscript", RMS / "validate.R", RMS / "table.csv", target, "500"], check=True, capture_output=True
    )
    again = json.loads(target.read_text(encoding="utf-8"))["500"]
    for name, parts in EXPECTED["500"].items():
        assert again[name] == pytest.approx(parts, abs=1e-4), name


def test_a_resample_is_the_weighted_rows():
    """A refit with counts equals a refit with repeated rows."""
    fitted = []

    def spy(rows):
        fitted.append(rows)
        return REFIT(rows)

    rows = simulated_rows(60, 1)
    validate(rows, spy, bootstraps=3)
    resampled = [r for r in fitted if r.X[:, 1:].any() and r.weight.max() > 1]
    assert len(resampled) == 3
    for drawn in resampled:
        assert drawn.weight.sum() == 60
        assert (drawn.weight > 0).all()
        times = drawn.weight.astype(int)
        repeated = WeightedData(
            np.repeat(drawn.X, times, axis=0),
            np.repeat(drawn.y, times),
            np.ones(60),
            np.repeat(drawn.offset, times),
        )
        np.testing.assert_allclose(REFIT(repeated).mean, REFIT(drawn).mean, atol=1e-8)


def test_the_corrected_log_loss_is_nearer_to_the_truth_than_the_apparent_one():
    apparent, corrected, fresh = [], [], []
    for seed in range(30):
        rows, new = simulated_rows(60, seed), simulated_rows(4000, 1000 + seed)
        found = validate(rows, maximum_likelihood, bootstraps=40).model.log_loss
        apparent.append(found.apparent)
        corrected.append(found.corrected)
        fresh.append(sklearn_log_loss(new.y, predict_probabilities(maximum_likelihood(rows), new)))
    truth = np.mean(fresh)
    assert abs(np.mean(corrected) - truth) < abs(np.mean(apparent) - truth) / 2
    assert np.mean(apparent) < truth


# Leave-one-out


def test_leave_one_out_is_a_loop_over_the_rows():
    rows = replace(simulated_rows(25, 3), offset=np.tile([-0.8, 0.3, 0.1, -0.2, 0.5], 5))
    found = validate(rows, REFIT, bootstraps=2)
    blank = replace(rows, X=rows.X * [1, 0, 0, 0])

    def left_out(data, i):
        train = np.arange(25) != i
        rows = WeightedData(data.X[train], data.y[train], data.weight[train], data.offset[train])
        return predict_probabilities(REFIT(rows), data)[i]

    p = np.array([left_out(rows, i) for i in range(25)])
    base = np.array([left_out(blank, i) for i in range(25)])
    assert (found.method, found.refits) == ("leave-one-out", 25)
    assert found.model.log_loss.corrected == pytest.approx(sklearn_log_loss(rows.y, p), abs=1e-9)
    assert found.model.brier.corrected == pytest.approx(np.mean((p - rows.y) ** 2), abs=1e-9)
    assert found.base_rate.brier.corrected == pytest.approx(np.mean((base - rows.y) ** 2), abs=1e-9)
    apparent = predict_probabilities(REFIT(rows), rows)
    assert found.model.log_loss.apparent == pytest.approx(sklearn_log_loss(rows.y, apparent), abs=1e-9)
    added = np.log(p / (1 - p)) - np.log(base / (1 - base))
    assert found.signs.auc == pytest.approx(roc_auc_score(rows.y, added), abs=1e-9)
    assert found.signs.gain == pytest.approx(
        found.base_rate.log_loss.corrected - found.model.log_loss.corrected, abs=1e-9
    )


def test_signs_that_nobody_answered_have_an_auc_of_one_half():
    """Pooled leave-one-out would give 0, because leaving out an offer lowers the base rate."""
    rows = simulated_rows(30, 5)
    rows = replace(rows, X=rows.X * [1, 0, 0, 0])
    found = validate(rows, REFIT, bootstraps=1)
    assert found.signs.auc == 0.5
    assert found.model.auc.corrected == 0.5
    assert found.model.log_loss.corrected == found.base_rate.log_loss.corrected
    assert found.signs.gain == 0


def test_a_varying_base_rate_does_not_count_as_discrimination_of_the_signs():
    rows = replace(simulated_rows(200, 7, (0, 0, 0, 0)), offset=np.repeat([-3.0, 3.0], 100))
    offers = np.random.default_rng(7).random(200) < sigmoid(rows.offset)
    rows = replace(rows, y=offers.astype(float))
    found = validate(rows, REFIT, bootstraps=5)
    assert found.model.auc.corrected > 0.85
    assert found.signs.auc < 0.75
    assert verdict_of(rows).word != "separating"


def test_folds_leave_every_row_out_once_and_share_the_offers():
    y = (np.arange(203) % 5 == 0).astype(float)
    training_rows = folds(y, seed=4)
    assert ((training_rows == 0).sum(axis=0) == 1).all()
    offers = (1 - training_rows) @ y
    assert offers.max() - offers.min() <= 1


# Stability


def test_stability_is_the_mean_distance_of_bootstrap_refits():
    refits = []

    def spy(rows):
        refits.append(REFIT(rows))
        return refits[-1]

    rows = simulated_rows(50, 2)
    found = validate(rows, spy, bootstraps=12)
    with_signs = refits[0::2]  # those between are without
    p = predict_probabilities(with_signs[0], rows)
    difference = np.array([predict_probabilities(refit, rows) - p for refit in with_signs[11:]])
    assert found.stability.refits == len(difference) == 12
    assert found.stability.mean_difference == pytest.approx(np.abs(difference).mean(), abs=1e-12)
    assert found.stability.low == pytest.approx(np.quantile(difference, 0.05, axis=0).mean(), abs=1e-12)
    assert found.stability.low < 0 < found.stability.high


def test_more_interviews_make_probabilities_steadier():
    few, many = (
        validate(simulated_rows(n, 1), REFIT, bootstraps=40).stability.mean_difference for n in (20, 800)
    )
    assert many < few / 2


# Reproducible


@pytest.mark.parametrize("n", [15, 45])
def test_the_same_seed_gives_the_same_and_another_another(n):
    rows = simulated_rows(n, 3)
    first = validate(rows, REFIT, seed=1, bootstraps=10)
    assert validate(rows, REFIT, seed=1, bootstraps=10) == first
    assert validate(rows, REFIT, seed=2, bootstraps=10) != first


def test_the_number_of_processes_changes_nothing():
    rows = simulated_rows(45, 3)
    # from the package, because a worker process cannot import this file
    refit = partial(refit_posterior, prior_model=OfferModel.default(), prior=PRIOR)
    in_one_process = validate(rows, refit, bootstraps=10)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # joblib's, about processes whose end it could not see
        in_two = validate(rows, refit, bootstraps=10, jobs=2)
    assert json.dumps(in_two.to_dict()) == json.dumps(in_one_process.to_dict())


@pytest.mark.parametrize(("n", "total"), [(4, 0), (12, 12 + 7), (40, 10 + 7)])
def test_progress_counts_every_refit(n, total):
    calls = []
    validate(simulated_rows(n, 1), REFIT, bootstraps=7, progress=lambda done, of: calls.append((done, of)))
    assert calls == [(i, total) for i in range(1, total + 1)]


# Awkward tables


@pytest.mark.parametrize("n", [0, 1, 2, 4])
def test_fewer_than_five_outcomes_give_no_metric(n):
    found = validate(simulated_rows(n, 1), REFIT)
    assert (found.n, found.method, found.model, found.signs, found.stability) == (n, "none", None, None, None)
    assert validation_verdict(found).word == "insufficient"


@pytest.mark.parametrize("n", [8, 60])
@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_a_single_outcome_has_scores_and_no_discrimination(n, outcome):
    rows = replace(simulated_rows(n, 1), y=np.full(n, outcome))
    found = validate(rows, REFIT, bootstraps=10)
    assert found.model.brier.corrected > 0
    for name in ("auc", "calibration_slope", "intercept"):
        figure = getattr(found.model, name)
        assert (figure.corrected, figure.reason) == (None, "all outcomes are the same")
    assert found.signs is None
    assert validation_verdict(found).word == "insufficient"


@pytest.mark.parametrize("n", [20, 60])
def test_separated_outcomes_have_no_slope_and_an_interval_below_one(n):
    rows = simulated_rows(n, 1)
    rows.X[:, 1:] = np.linspace(-1, 1, n)[:, None]
    rows = replace(rows, y=(np.arange(n) >= n / 2).astype(float))
    found = validate(rows, REFIT, start=Posterior(PRIOR.mean, PRIOR.covariance), bootstraps=10)
    assert found.model.calibration_slope.apparent is None
    assert "overlap" in found.model.calibration_slope.reason
    assert found.model.auc.apparent == 1
    assert 0.5 < found.signs.low < 1
    assert validation_verdict(found).word == "separating"
    json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.parametrize("n", [12, 60])
def test_constant_signs_have_no_information(n):
    rows = simulated_rows(n, 1)
    rows.X[:, 1:] = 1.0
    rows = replace(rows, y=(np.arange(n) % 3 == 0).astype(float))
    found = validate(rows, REFIT, bootstraps=10)
    assert found.model.calibration_slope.reason == "every interview has the same probability"
    assert found.model.auc.apparent == 0.5
    assert validation_verdict(found).word != "separating"


def test_weights_are_numbers_of_interviews():
    rows = simulated_rows(30, 6)
    double = replace(rows, weight=np.full(30, 2.0))
    found, twice = (
        sign_discrimination(*[np.linspace(0.2, 0.8, 30), np.full(30, 0.4)], r.y, r.weight)
        for r in (rows, double)
    )
    assert twice.auc == found.auc
    assert twice.high - twice.low < found.high - found.low


# The interval of an AUC


def test_the_interval_leaves_out_one_half_where_the_rank_test_finds_a_difference():
    rng = np.random.default_rng(0)
    agree = []
    for _ in range(200):
        m, n = rng.integers(3, 15, 2)
        share = stats.mannwhitneyu(a := rng.normal(0.8, 1, m), b := rng.normal(size=n)).statistic / (m * n)
        found = stats.mannwhitneyu(a, b, method="asymptotic", use_continuity=False).pvalue < 0.10
        low, high = auc_interval(share, m, n)
        assert 0 <= low <= share <= high <= 1
        agree.append(found == (low > 0.5 or high < 0.5))
    assert all(agree)


# The verdict


def classify(signs, published=None, n_offer=10, n_no_offer=20):
    return validation_verdict(
        Validation(n_offer, n_no_offer, "leave-one-out", 30, None, None, signs, published, None)
    )


GOOD, NONE, WIDE, BAD = (
    SignDiscrimination(0.75, 0.60, 0.86, 0.05),
    SignDiscrimination(0.50, 0.40, 0.60, -0.01),
    SignDiscrimination(0.60, 0.40, 0.77, 0.01),
    SignDiscrimination(0.25, 0.14, 0.40, -0.08),
)


@pytest.mark.parametrize(
    ("signs", "published", "word", "text"),
    [
        (GOOD, GOOD, "separating", "rank the offer higher in 75 of 100 cases (60 to 86; 50 is chance)"),
        (GOOD, None, "separating", "separate your offers from the rest"),
        (NONE, WIDE, "flat", "hardly separate"),
        (WIDE, WIDE, "insufficient", "do not show yet"),
        (BAD, BAD, "inverted", "25 of 100 cases"),
        (GOOD, BAD, "inverted", "The model has learned to read them the other way round"),
        (BAD, WIDE, "flat", "have not helped"),  # refits can be worse than chance if signs are noise
        (BAD, WIDE, "flat", "It does not mean that good signs are bad news."),
    ],
)
def test_the_rule_of_the_verdict(signs, published, word, text):
    verdict = classify(signs, published)
    assert verdict.word == word
    assert text in verdict.sentence
    assert verdict.sentence.endswith(".")


@pytest.mark.parametrize(
    ("n_offer", "n_no_offer", "word"),
    [(4, 5, "insufficient"), (2, 40, "insufficient"), (40, 2, "insufficient"), (3, 7, "separating")],
)
def test_few_outcomes_are_insufficient_however_good(n_offer, n_no_offer, word):
    verdict = classify(GOOD, GOOD, n_offer, n_no_offer)
    assert verdict.word == word
    states_counts = f"{n_offer} with an offer and {n_no_offer} without" in verdict.sentence
    assert states_counts == (word == "insufficient")


@pytest.mark.parametrize(("n", "tables"), [(12, 150), (20, 120), (50, 200), (200, 150)])
def test_noise_is_seldom_called_separating_or_inverted(n, tables):
    words = [verdict_of(simulated_rows(n, seed, (-0.7, 0, 0, 0))).word for seed in range(tables)]
    for word in ("separating", "inverted"):
        found = words.count(word)
        # a rule with an error rate of 5% exceeds this number once in a thousand runs
        assert found <= stats.binom.ppf(0.999, tables, 0.05), (word, found / tables)
    if n == 200:
        assert words.count("flat") > 0.7 * tables


def test_informative_signs_are_recognised():
    words = [verdict_of(simulated_rows(100, seed, (-0.7, 1.0, 0.6, 0.4))).word for seed in range(40)]
    assert words.count("separating") > 36
    assert "flat" not in words
    assert "inverted" not in words


@pytest.mark.parametrize("n", [100, 400])
def test_signs_that_point_the_other_way_are_inverted_even_once_learned(n):
    words = [verdict_of(simulated_rows(n, seed, (-0.7, -1.0, -0.6, -0.4))).word for seed in range(20)]
    assert words.count("inverted") > 18


# Prior-data conflict


def interviews(n, seed, prior):
    """Answers by the catalogue, and outcomes with coefficients drawn from the prior."""
    rng = np.random.default_rng([n, seed])
    scored = score(
        simulate_answers(n, CATALOGUE, seed=seed), DEFAULT.posterior, Effects.from_catalogue(CATALOGUE), 0.3
    )
    truth = rng.multivariate_normal(prior.mean, prior.covariance)
    offers = rng.random(n) < sigmoid(scored.context + scored.X @ truth)
    rows = WeightedData(scored.X, offers.astype(float), np.ones(n), scored.context)
    return rows, (~np.isnan(scored.strength)).any(axis=0)


@pytest.mark.parametrize("n", [10, 40])
def test_data_simulated_from_the_prior_are_seldom_flagged(n):
    prior = Prior(DEFAULT.posterior.mean, DEFAULT.posterior.covariance)
    checks, tables = [], 120
    for seed in range(tables):
        rows, answered = interviews(n, seed, prior)
        checks.append(check_prior_conflict(prior, laplace(prior, rows), answered))
    most = stats.binom.ppf(0.999, tables, 0.05)
    assert sum(bool(check.flagged) for check in checks) <= most
    assert sum(check.p is not None and check.p < 0.05 for check in checks) <= most
    differences = np.array([each.difference for check in checks for each in check.signals])
    assert differences.size > tables
    assert 0.8 < differences.std() < 1.2  # standardised, neither blind nor alarmed


def test_the_fit_of_training_is_seldom_flagged_either():
    prior = Prior(DEFAULT.posterior.mean, DEFAULT.posterior.covariance)
    flagged = 0
    for seed in range(20):
        rows, answered = interviews(30, seed, prior)
        flagged += bool(check_prior_conflict(prior, fit(rows, prior).posterior, answered).flagged)
    assert flagged <= stats.binom.ppf(0.999, 20, 0.05)


@pytest.mark.parametrize("truth", [-2.0, 2.5])
def test_a_signal_far_from_its_published_weight_is_flagged_alone(truth):
    rows = simulated_rows(300, 4, (-0.5, 0.5, truth, 0.2))
    check = check_prior_conflict(PRIOR, REFIT(rows), np.ones(3, dtype=bool))
    assert [each.signal for each in check.flagged] == [1]
    assert check.flagged[0].direction == ("higher" if truth > 0.3 else "lower")
    assert check.flagged[0] is check.signals[0]
    assert check.p < 0.001


def test_the_differences_are_those_of_the_formula():
    posterior = REFIT(simulated_rows(50, 9))
    check = check_prior_conflict(PRIOR, posterior, np.ones(3, dtype=bool))
    for each in check.signals:
        j = each.signal + 1
        lost = PRIOR.covariance[j, j] - posterior.covariance[j, j]
        assert each.difference == pytest.approx((posterior.mean[j] - PRIOR.mean[j]) / np.sqrt(lost))
        assert each.p == pytest.approx(2 * stats.norm.sf(abs(each.difference)))
    moved = (posterior.mean - PRIOR.mean)[1:]
    lost = (PRIOR.covariance - posterior.covariance)[1:, 1:]
    assert check.chi_square == pytest.approx(moved @ np.linalg.solve(lost, moved))
    assert check.p == pytest.approx(stats.chi2.sf(check.chi_square, 3))


def test_signals_that_are_not_answered_are_not_tested():
    posterior = REFIT(simulated_rows(50, 9))
    check = check_prior_conflict(PRIOR, posterior, np.array([True, False, True]))
    assert {each.signal for each in check.signals} == {0, 2}
    nothing = check_prior_conflict(PRIOR, Posterior(PRIOR.mean, PRIOR.covariance), np.ones(3, dtype=bool))
    assert (nothing.signals, nothing.degrees, nothing.p) == ((), 0, None)


def test_holm_is_that_of_r():
    """p.adjust(c(0.01, 0.02, 0.03, 0.5, 0.005), "holm")"""
    np.testing.assert_allclose(
        holm_adjusted(np.array([0.01, 0.02, 0.03, 0.5, 0.005])), [0.04, 0.06, 0.06, 0.5, 0.025]
    )
    assert holm_adjusted(np.empty(0)).size == 0


# The terminal


def shown(validation, check, columns):
    console = Console(width=columns, markup=False, highlight=False, emoji=False, color_system=None)
    with console.capture() as capture:
        show_verdict(console, validation_verdict(validation))
        show_prior_check(console, check, CATALOGUE)
        show_validation(console, validation, validation_verdict(validation))
    return capture.get()


FLAGGED = PriorConflictCheck((PriorConflict(0, -4.0, 1e-4, 1e-3, True, "lower"),), 16.0, 1, 1e-4)
CALM = PriorConflictCheck((PriorConflict(0, 1.0, 0.3, 0.3, False, "higher"),), 1.0, 1, 0.3)


@pytest.mark.parametrize(("columns", "lines"), [(48, 22), (80, 15)])
@pytest.mark.parametrize("n", [20, 60])
def test_it_fits_the_terminal(n, columns, lines):
    rows = simulated_rows(n, 3)
    validation = validate(rows, REFIT, start=Posterior(PRIOR.mean, PRIOR.covariance), bootstraps=10)
    out = shown(validation, FLAGGED, columns).splitlines()
    assert max(map(len, map(str.rstrip, out))) <= columns
    assert len(out) <= lines
    text = " ".join(" ".join(out).split())
    assert text.startswith(validation_verdict(validation).sentence)
    assert f"Verdict: {validation_verdict(validation).word} " in text
    assert f"on {CATALOGUE.signals[0].short_name} (weaker)." in text
    row = next(line.split() for line in out if line.startswith("log loss"))
    figures = (validation.model.log_loss.apparent, validation.model.log_loss.corrected)
    figures += (validation.base_rate.log_loss.corrected,)
    assert row[2:5] == [f"{figure:.3f}" for figure in figures]


def test_without_metrics_only_the_verdict_is_shown():
    out = shown(validate(simulated_rows(3, 1), REFIT), None, 80)
    assert out.startswith("Too few outcomes to judge whether the signs work for you")
    assert out.endswith("Verdict: insufficient\n")
    assert "log loss" not in out


def test_the_absence_of_conflict_is_stated():
    out = shown(validate(simulated_rows(3, 1), REFIT), CALM, 80)
    assert "by more than chance would explain (1 answered sign checked)" in " ".join(out.split())
    jointly = replace(CALM, p=0.01)
    assert "Taken together, however, they do" in shown(validate(simulated_rows(3, 1), REFIT), jointly, 80)


# The model card


@pytest.mark.parametrize("n", [0, 12, 45])
def test_the_model_card_has_every_heading_and_stays_within_ranges(n):
    result = train(simulate(n, seed=5))
    result.validate(bootstraps=20)
    card = result.report()
    for heading in (
        "Data",
        "Outcome",
        "Sample size",
        "Missing",
        "Predictors",
        "Performance",
        "Use",
        "Limits",
    ):
        assert re.search(rf"^## .*{heading}", card, re.MULTILINE | re.IGNORECASE), heading
    assert f"**Verdict: {result.verdict.word}.**" in card
    assert "nan" not in card.lower().replace("finance", "")
    for low, high in re.findall(r"AUC .*\((\S+) to (\S+)\)", card):
        assert 0 <= float(low) <= float(high) <= 1
    assert card == result.report()


def test_the_model_card_names_the_evidence_as_weights_does_and_counts_one():
    card = train({"referred": ["yes", "no"], "outcome": ["offer", "no"]}).report()
    assert "- Interviews: 2, with an offer 1, without 1\n" in card
    assert "- Signs answered at least once: 1\n" in card
    evidence = {line.split(" | ")[-1].removesuffix(" |") for line in card.splitlines() if " to " in line}
    assert evidence >= {"reviews", "reviews, offers", "ratings", "none found", "no effect", "disagree"}
    assert not evidence & {"known", "null", "sign", "or", "against"}


def test_a_trained_start_is_no_published_evidence():
    first = train(simulate(20, seed=1)).model
    result = train(simulate(20, seed=2), prior=first)
    assert result.check is None
    assert result.validation.published is None
    assert "an earlier trained model" in result.report()


def test_a_flagged_sign_is_saved_in_the_model_and_shown_by_weights(tmp_path, offerodds):
    frame = {"rapport": [5] * 6 + [2] * 9, "outcome": ["offer"] * 6 + ["rejected"] * 9}
    result = train(frame)
    assert result.check.flagged
    assert result.model.training.disagreement.keys() == {"rapport"}
    result.model.save(tmp_path / "mine.json")
    out = " ".join(offerodds("weights", "--model", tmp_path / "mine.json").out.split())
    conflict = (
        "disagree with the published evidence, by more than chance would explain, on rapport (stronger)"
    )
    assert conflict in out
    rows = json.loads(offerodds("weights", "--model", tmp_path / "mine.json", "--json").out)
    flagged = {row["signal"]: row["disagreement"] for row in rows if row["disagreement"] is not None}
    assert flagged == result.model.training.disagreement


def test_train_writes_a_card_and_never_over_a_table_or_the_model(tmp_path, offerodds):
    table, out, card = tmp_path / "t.csv", tmp_path / "m.json", tmp_path / "card.md"
    table.write_text("rapport,outcome\n5,offer\n1,rejected\n", encoding="utf-8")
    before = table.read_text(encoding="utf-8")
    for report, target in ((table, out), (out, out), (card, table)):
        ran = offerodds("train", table, "--out", target, "--report", report)
        assert ran.code == 2
        assert "would overwrite" in ran.err
        assert table.read_text(encoding="utf-8") == before
        assert not out.exists()
    (tmp_path / "folder").mkdir()
    assert offerodds("train", table, "--out", out, "--report", tmp_path / "folder").code == 2
    assert not out.exists()  # the card is written first
    assert offerodds("train", table, "--out", out, "--report", card).code == 0
    assert card.read_text(encoding="utf-8").startswith("# Model card")
    assert out.exists()


def test_train_without_validation_shows_no_verdict(tmp_path, offerodds):
    table = tmp_path / "t.csv"
    table.write_text("rapport,outcome\n5,offer\n1,rejected\n", encoding="utf-8")
    assert offerodds("train", table).out.startswith("Too few outcomes to judge")
    assert "Verdict: insufficient" in offerodds("train", table, "--details").out
    unvalidated = offerodds("train", table, "--no-validate", "--details").out
    assert "Too few outcomes to judge" not in unvalidated
    assert "Verdict" not in unvalidated
    content = json.loads(offerodds("train", table, "--json", "--no-validate").out)
    assert content["verdict"] is None
    content = json.loads(offerodds("train", table, "--json").out)
    assert content["verdict"]["word"] == "insufficient"
    assert {each["signal"] for each in content["published_evidence"]["signals"]} <= {"rapport"}


@pytest.mark.parametrize("signs", [{}, {"rapport": [3] * 20}, {"rapport": [4, 2, *[None] * 18]}])
def test_signs_that_nearly_nobody_answered_separate_nothing(signs):
    result = train(pd.DataFrame({"outcome": ["offer", "rejected"] * 10} | signs))
    assert result.verdict.word == "insufficient"
    assert result.validation.signs.auc == pytest.approx(
        0.5 if len({*signs.get("rapport", [])}) < 2 else 0.6, abs=0.01
    )
    assert result.validation.model.auc.corrected == pytest.approx(result.validation.signs.auc)


def test_folds_of_signs_that_nobody_answered_separate_nothing():
    result = train(pd.DataFrame({"outcome": ["offer"] * 45 + ["rejected"] * 5}))
    assert result.validate(bootstraps=2).signs.auc == pytest.approx(0.5)
