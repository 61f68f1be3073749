"""Validation, verdict and prior check. The figures of R's rms, and the script that made them: tests/rms."""

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
from offerodds.cli.render.training import show_validation
from offerodds.model.features import Effects
from offerodds.model.posterior import Posterior
from offerodds.model.predictive_distribution import sigmoid
from offerodds.model.prior import Prior, Rows
from offerodds.model.scoring import score
from offerodds.training.fitting.fit import fit, learned_fast
from offerodds.training.simulation.answers import draw_answers
from offerodds.training.validation.discrimination import Tells, interval, tells
from offerodds.training.validation.prior_conflict import Disagreement, PriorCheck, check_prior, holm
from offerodds.training.validation.resampling import folds, probabilities
from offerodds.training.validation.validate import validate
from offerodds.training.validation.validation_result import Validation
from offerodds.training.validation.verdict import judge

RMS = ROOT / "tests" / "training" / "rms"
EXPECTED = json.loads((RMS / "expected.json").read_text(encoding="utf-8"))
MOST = "20000"
DEFAULT = OfferModel.default()
PRIOR = Prior(np.array([0.0, 0.5, 0.3, 0.2]), np.diag([1.0, 0.16, 0.16, 0.16]))


def most_likely(rows):
    """Maximum likelihood as a posterior without doubt; what the rows do not tell is 0."""
    at = np.zeros(rows.design.shape[1])
    for _ in range(25):
        p = sigmoid(rows.design @ at + rows.offset)
        curvature = (rows.design * (rows.weight * p * (1 - p))[:, None]).T @ rows.design
        slope = rows.design.T @ (rows.weight * (rows.outcome - p))
        step = np.linalg.lstsq(curvature, slope, rcond=1e-10)[0]
        at = at + step
        if np.abs(step).max() < 1e-9:
            break
    return Posterior(at, np.zeros((at.size,) * 2))


def under(prior, rows):
    """The normal approximation at the mode under a normal prior: quick, and of any rows."""
    precision, at = np.linalg.inv(prior.covariance), prior.mean
    for _ in range(50):
        p = sigmoid(rows.design @ at + rows.offset)
        slope = rows.design.T @ (rows.weight * (rows.outcome - p)) - precision @ (at - prior.mean)
        curvature = (rows.design * (rows.weight * p * (1 - p))[:, None]).T @ rows.design + precision
        step = np.linalg.solve(curvature, slope)
        at = at + step / max(1.0, np.abs(step).max())
        if np.abs(step).max() < 1e-9:
            break
    return Posterior(at, np.linalg.inv(curvature))


REFIT = partial(under, PRIOR)


def world(n, seed, coefficients=(-0.7, 0.5, 0.3, 0.2), offset=0.0):
    """Interviews of a world with these coefficients."""
    rng = np.random.default_rng([n, seed])
    design = np.column_stack([np.ones(n), rng.normal(size=(n, len(coefficients) - 1))])
    known = np.full(n, float(offset))
    offers = rng.random(n) < sigmoid(design @ coefficients + known)
    return Rows(design, offers.astype(float), np.ones(n), known)


def verdict_of(rows, refit=REFIT):
    """The verdict without the bootstrap, on which it does not rest."""
    start = Posterior(PRIOR.mean, PRIOR.covariance)
    return judge(validate(rows, refit, start=start, bootstraps=1))


# The optimism bootstrap


def rms_rows():
    frame = pd.read_csv(RMS / "table.csv")
    design = np.column_stack([np.ones(len(frame)), frame[["x1", "x2", "x3", "x4"]]])
    return Rows(design, frame["offer"].to_numpy(float), np.ones(len(frame)), np.zeros(len(frame)))


def test_slope_brier_and_auc_are_those_of_rms():
    figures = validate(rms_rows(), most_likely, bootstraps=3000).model
    names = {"slope": "calibration_slope", "intercept": "intercept", "brier": "brier", "auc": "auc"}
    for rms, name in names.items():
        for part, value in EXPECTED[MOST][rms].items():
            tolerance = 1e-6 if part == "apparent" else 0.01
            assert getattr(figures.metrics[name], part) == pytest.approx(value, abs=tolerance), (name, part)
    # .01 is no wider than what is measured: the optimism itself is beyond it
    assert EXPECTED[MOST]["brier"]["optimism"] < -0.01
    assert EXPECTED[MOST]["auc"]["optimism"] > 0.03


def test_r_still_gives_the_figures_kept(tmp_path):
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
    """A refit on counts gives the figures of a refit on rows written out as often."""
    seen = []

    def spy(rows):
        seen.append(rows)
        return REFIT(rows)

    rows = world(60, 1)
    validate(rows, spy, bootstraps=3)
    resampled = [r for r in seen if r.design[:, 1:].any() and r.weight.max() > 1]
    assert len(resampled) == 3
    for drawn in resampled:
        assert drawn.weight.sum() == 60
        assert (drawn.weight > 0).all()
        times = drawn.weight.astype(int)
        written_out = Rows(
            np.repeat(drawn.design, times, axis=0),
            np.repeat(drawn.outcome, times),
            np.ones(60),
            np.repeat(drawn.offset, times),
        )
        np.testing.assert_allclose(REFIT(written_out).mean, REFIT(drawn).mean, atol=1e-8)


def test_the_corrected_log_loss_is_nearer_to_the_truth_than_the_apparent_one():
    apparent, corrected, fresh = [], [], []
    for seed in range(30):
        rows, new = world(60, seed), world(4000, 1000 + seed)
        found = validate(rows, most_likely, bootstraps=40).model.log_loss
        apparent.append(found.apparent)
        corrected.append(found.corrected)
        fresh.append(sklearn_log_loss(new.outcome, probabilities(most_likely(rows), new)))
    truth = np.mean(fresh)
    assert abs(np.mean(corrected) - truth) < abs(np.mean(apparent) - truth) / 2
    assert np.mean(apparent) < truth


# Leave-one-out


def test_leave_one_out_is_a_loop_over_the_rows():
    rows = replace(world(25, 3), offset=np.tile([-0.8, 0.3, 0.1, -0.2, 0.5], 5))
    found = validate(rows, REFIT, bootstraps=2)
    blank = replace(rows, design=rows.design * [1, 0, 0, 0])

    def without(of, i):
        kept = np.arange(25) != i
        left = Rows(of.design[kept], of.outcome[kept], of.weight[kept], of.offset[kept])
        return probabilities(REFIT(left), of)[i]

    p = np.array([without(rows, i) for i in range(25)])
    base = np.array([without(blank, i) for i in range(25)])
    assert (found.method, found.refits) == ("leave-one-out", 25)
    assert found.model.log_loss.corrected == pytest.approx(sklearn_log_loss(rows.outcome, p), abs=1e-9)
    assert found.model.brier.corrected == pytest.approx(np.mean((p - rows.outcome) ** 2), abs=1e-9)
    assert found.base_rate.brier.corrected == pytest.approx(np.mean((base - rows.outcome) ** 2), abs=1e-9)
    apparent = probabilities(REFIT(rows), rows)
    assert found.model.log_loss.apparent == pytest.approx(sklearn_log_loss(rows.outcome, apparent), abs=1e-9)
    added = np.log(p / (1 - p)) - np.log(base / (1 - base))
    assert found.signs.auc == pytest.approx(roc_auc_score(rows.outcome, added), abs=1e-9)
    assert found.signs.gain == pytest.approx(
        found.base_rate.log_loss.corrected - found.model.log_loss.corrected, abs=1e-9
    )


def test_signs_that_nobody_answered_have_an_auc_of_one_half():
    """Pooled leave-one-out would give 0: to leave out an offer lowers the base rate."""
    rows = world(30, 5)
    rows = replace(rows, design=rows.design * [1, 0, 0, 0])
    found = validate(rows, REFIT, bootstraps=1)
    assert found.signs.auc == 0.5
    assert found.model.auc.corrected == 0.5
    assert found.model.log_loss.corrected == found.base_rate.log_loss.corrected
    assert found.signs.gain == 0


def test_a_base_rate_that_differs_between_interviews_is_no_merit_of_the_signs():
    rows = replace(world(200, 7, (0, 0, 0, 0)), offset=np.repeat([-3.0, 3.0], 100))
    offers = np.random.default_rng(7).random(200) < sigmoid(rows.offset)
    rows = replace(rows, outcome=offers.astype(float))
    found = validate(rows, REFIT, bootstraps=5)
    assert found.model.auc.corrected > 0.85
    assert found.signs.auc < 0.75
    assert verdict_of(rows).word != "separating"


def test_folds_leave_every_row_out_once_and_share_the_offers():
    outcome = (np.arange(203) % 5 == 0).astype(float)
    kept = folds(outcome, seed=4)
    assert ((kept == 0).sum(axis=0) == 1).all()
    offers = (1 - kept) @ outcome
    assert offers.max() - offers.min() <= 1


# Stability


def test_stability_is_the_mean_distance_of_bootstrap_refits():
    refits = []

    def spy(rows):
        refits.append(REFIT(rows))
        return refits[-1]

    rows = world(50, 2)
    found = validate(rows, spy, bootstraps=12)
    blank_every_other = refits[0::2]  # with signs; those between are without
    p = probabilities(blank_every_other[0], rows)
    away = np.array([probabilities(each, rows) - p for each in blank_every_other[11:]])
    assert found.stability.refits == len(away) == 12
    assert found.stability.mean_difference == pytest.approx(np.abs(away).mean(), abs=1e-12)
    assert found.stability.low == pytest.approx(np.quantile(away, 0.05, axis=0).mean(), abs=1e-12)
    assert found.stability.low < 0 < found.stability.high


def test_more_interviews_make_probabilities_steadier():
    few, many = (validate(world(n, 1), REFIT, bootstraps=40).stability.mean_difference for n in (20, 800))
    assert many < few / 2


# Reproducible


@pytest.mark.parametrize("n", [15, 45])
def test_the_same_seed_gives_the_same_and_another_another(n):
    rows = world(n, 3)
    first = validate(rows, REFIT, seed=1, bootstraps=10)
    assert validate(rows, REFIT, seed=1, bootstraps=10) == first
    assert validate(rows, REFIT, seed=2, bootstraps=10) != first


def test_the_number_of_processes_changes_nothing():
    rows = world(45, 3)
    # of the package, since a worker does not find the functions of this file
    refit = partial(learned_fast, start=OfferModel.default(), prior=PRIOR)
    alone = validate(rows, refit, bootstraps=10)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # joblib's, of processes it could not see end
        together = validate(rows, refit, bootstraps=10, jobs=2)
    assert json.dumps(together.to_dict()) == json.dumps(alone.to_dict())


@pytest.mark.parametrize(("n", "total"), [(4, 0), (12, 12 + 7), (40, 10 + 7)])
def test_progress_counts_every_refit(n, total):
    told = []
    validate(world(n, 1), REFIT, bootstraps=7, progress=lambda done, of: told.append((done, of)))
    assert told == [(i, total) for i in range(1, total + 1)]


# Awkward tables


@pytest.mark.parametrize("n", [0, 1, 2, 4])
def test_fewer_than_five_outcomes_give_no_figure(n):
    found = validate(world(n, 1), REFIT)
    assert (found.n, found.method, found.model, found.signs, found.stability) == (n, "none", None, None, None)
    assert judge(found).word == "insufficient"


@pytest.mark.parametrize("n", [8, 60])
@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_one_kind_of_outcome_is_scored_and_not_ordered(n, outcome):
    rows = replace(world(n, 1), outcome=np.full(n, outcome))
    found = validate(rows, REFIT, bootstraps=10)
    assert found.model.brier.corrected > 0
    for name in ("auc", "calibration_slope", "intercept"):
        figure = getattr(found.model, name)
        assert (figure.corrected, figure.reason) == (None, "all outcomes are the same")
    assert found.signs is None
    assert judge(found).word == "insufficient"


@pytest.mark.parametrize("n", [20, 60])
def test_separated_outcomes_have_no_slope_and_no_certainty(n):
    rows = world(n, 1)
    rows.design[:, 1:] = np.linspace(-1, 1, n)[:, None]
    rows = replace(rows, outcome=(np.arange(n) >= n / 2).astype(float))
    found = validate(rows, REFIT, start=Posterior(PRIOR.mean, PRIOR.covariance), bootstraps=10)
    assert found.model.calibration_slope.apparent is None
    assert "overlap" in found.model.calibration_slope.reason
    assert found.model.auc.apparent == 1
    assert 0.5 < found.signs.low < 1
    assert judge(found).word == "separating"
    json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.parametrize("n", [12, 60])
def test_constant_signs_tell_nothing(n):
    rows = world(n, 1)
    rows.design[:, 1:] = 1.0
    rows = replace(rows, outcome=(np.arange(n) % 3 == 0).astype(float))
    found = validate(rows, REFIT, bootstraps=10)
    assert found.model.calibration_slope.reason == "every interview has the same probability"
    assert found.model.auc.apparent == 0.5
    assert judge(found).word != "separating"


def test_weights_count_as_so_many_interviews():
    rows = world(30, 6)
    double = replace(rows, weight=np.full(30, 2.0))
    found, twice = (
        tells(*[np.linspace(0.2, 0.8, 30), np.full(30, 0.4)], r.outcome, r.weight) for r in (rows, double)
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
        low, high = interval(share, m, n)
        assert 0 <= low <= share <= high <= 1
        agree.append(found == (low > 0.5 or high < 0.5))
    assert all(agree)


# The verdict


def judged(signs, published=None, n_offer=10, n_no_offer=20):
    return judge(Validation(n_offer, n_no_offer, "leave-one-out", 30, None, None, signs, published, None))


GOOD, NONE, WIDE, BAD = (
    Tells(0.75, 0.60, 0.86, 0.05),
    Tells(0.50, 0.40, 0.60, -0.01),
    Tells(0.60, 0.40, 0.77, 0.01),
    Tells(0.25, 0.14, 0.40, -0.08),
)


@pytest.mark.parametrize(
    ("signs", "published", "word", "said"),
    [
        (GOOD, GOOD, "separating", "75 of 100 pairs of an interview with an offer and one without (60 to 86"),
        (GOOD, None, "separating", "tell your offers from the rest"),
        (NONE, WIDE, "flat", "hardly tell"),
        (WIDE, WIDE, "insufficient", "do not yet show"),
        (BAD, BAD, "inverted", "only 25 of 100 pairs"),
        (GOOD, BAD, "inverted", "the model has learned to read them so"),
        (BAD, WIDE, "flat", "hardly tell"),  # refits can be worse than chance where signs are noise
        (BAD, WIDE, "flat", "it does not mean that good signs are bad news."),
    ],
)
def test_the_rule_of_the_verdict(signs, published, word, said):
    found = judged(signs, published)
    assert found.word == word
    assert said in found.sentence
    assert found.sentence.endswith(".")


@pytest.mark.parametrize(
    ("n_offer", "n_no_offer", "word"),
    [(4, 5, "insufficient"), (2, 40, "insufficient"), (40, 2, "insufficient"), (3, 7, "separating")],
)
def test_few_outcomes_are_insufficient_however_good(n_offer, n_no_offer, word):
    found = judged(GOOD, GOOD, n_offer, n_no_offer)
    assert found.word == word
    assert (f"{n_offer} with an offer and {n_no_offer} without" in found.sentence) == (word == "insufficient")


@pytest.mark.parametrize(("n", "tables"), [(12, 150), (20, 120), (50, 200), (200, 150)])
def test_noise_is_seldom_called_separating_or_inverted(n, tables):
    words = [verdict_of(world(n, seed, (-0.7, 0, 0, 0))).word for seed in range(tables)]
    for word in ("separating", "inverted"):
        found = words.count(word)
        # more would be found of a rule that is wrong 5 times in 100 once in a thousand
        assert found <= stats.binom.ppf(0.999, tables, 0.05), (word, found / tables)
    if n == 200:
        assert words.count("flat") > 0.7 * tables


def test_signs_that_tell_are_recognised():
    words = [verdict_of(world(100, seed, (-0.7, 1.0, 0.6, 0.4))).word for seed in range(40)]
    assert words.count("separating") > 36
    assert "flat" not in words
    assert "inverted" not in words


@pytest.mark.parametrize("n", [100, 400])
def test_signs_that_point_the_other_way_are_inverted_even_once_learned(n):
    words = [verdict_of(world(n, seed, (-0.7, -1.0, -0.6, -0.4))).word for seed in range(20)]
    assert words.count("inverted") > 18


# The check of the prior


def interviews(n, seed, prior):
    """Answers as the catalogue has them, and outcomes of a world that the prior drew."""
    rng = np.random.default_rng([n, seed])
    scored = score(draw_answers(n, CATALOGUE, seed=seed), DEFAULT.posterior, Effects.of(CATALOGUE), 0.3)
    truth = rng.multivariate_normal(prior.mean, prior.covariance)
    offers = rng.random(n) < sigmoid(scored.context + scored.design @ truth)
    rows = Rows(scored.design, offers.astype(float), np.ones(n), scored.context)
    return rows, (~np.isnan(scored.strength)).any(axis=0)


@pytest.mark.parametrize("n", [10, 40])
def test_worlds_drawn_from_the_prior_are_seldom_flagged(n):
    prior = Prior(DEFAULT.posterior.mean, DEFAULT.posterior.covariance)
    checks, tables = [], 120
    for seed in range(tables):
        rows, answered = interviews(n, seed, prior)
        checks.append(check_prior(prior, under(prior, rows), answered))
    most = stats.binom.ppf(0.999, tables, 0.05)
    assert sum(bool(check.flagged) for check in checks) <= most
    assert sum(check.p is not None and check.p < 0.05 for check in checks) <= most
    differences = np.array([each.difference for check in checks for each in check.signals])
    assert differences.size > tables
    assert 0.8 < differences.std() < 1.2  # standardised, neither blind nor alarmed


def test_the_fit_of_training_is_as_calm():
    prior = Prior(DEFAULT.posterior.mean, DEFAULT.posterior.covariance)
    flagged = 0
    for seed in range(20):
        rows, answered = interviews(30, seed, prior)
        flagged += bool(check_prior(prior, fit(rows, prior).posterior, answered).flagged)
    assert flagged <= stats.binom.ppf(0.999, 20, 0.05)


@pytest.mark.parametrize("truth", [-2.0, 2.5])
def test_a_signal_far_from_its_published_weight_is_flagged_alone(truth):
    rows = world(300, 4, (-0.5, 0.5, truth, 0.2))
    check = check_prior(PRIOR, REFIT(rows), np.ones(3, dtype=bool))
    assert [each.signal for each in check.flagged] == [1]
    assert check.flagged[0].direction == ("higher" if truth > 0.3 else "lower")
    assert check.flagged[0] is check.signals[0]
    assert check.p < 0.001


def test_the_differences_are_those_of_the_formula():
    posterior = REFIT(world(50, 9))
    check = check_prior(PRIOR, posterior, np.ones(3, dtype=bool))
    for each in check.signals:
        j = each.signal + 1
        lost = PRIOR.covariance[j, j] - posterior.covariance[j, j]
        assert each.difference == pytest.approx((posterior.mean[j] - PRIOR.mean[j]) / np.sqrt(lost))
        assert each.p == pytest.approx(2 * stats.norm.sf(abs(each.difference)))
    moved = (posterior.mean - PRIOR.mean)[1:]
    lost = (PRIOR.covariance - posterior.covariance)[1:, 1:]
    assert check.chi_square == pytest.approx(moved @ np.linalg.solve(lost, moved))
    assert check.p == pytest.approx(stats.chi2.sf(check.chi_square, 3))


def test_signals_not_answered_are_not_judged():
    posterior = REFIT(world(50, 9))
    check = check_prior(PRIOR, posterior, np.array([True, False, True]))
    assert {each.signal for each in check.signals} == {0, 2}
    nothing = check_prior(PRIOR, Posterior(PRIOR.mean, PRIOR.covariance), np.ones(3, dtype=bool))
    assert (nothing.signals, nothing.degrees, nothing.p) == ((), 0, None)


def test_holm_is_that_of_r():
    """p.adjust(c(0.01, 0.02, 0.03, 0.5, 0.005), "holm")"""
    np.testing.assert_allclose(holm(np.array([0.01, 0.02, 0.03, 0.5, 0.005])), [0.04, 0.06, 0.06, 0.5, 0.025])
    assert holm(np.empty(0)).size == 0


# The terminal


def shown(validation, check, columns):
    console = Console(width=columns, markup=False, highlight=False, emoji=False, color_system=None)
    with console.capture() as capture:
        show_validation(console, validation, judge(validation), check, CATALOGUE)
    return capture.get()


FLAGGED = PriorCheck((Disagreement(0, -4.0, 1e-4, 1e-3, True, "lower"),), 16.0, 1, 1e-4)
CALM = PriorCheck((Disagreement(0, 1.0, 0.3, 0.3, False, "higher"),), 1.0, 1, 0.3)


@pytest.mark.parametrize(("columns", "lines"), [(48, 22), (80, 15)])
@pytest.mark.parametrize("n", [20, 60])
def test_it_fits_the_terminal(n, columns, lines):
    rows = world(n, 3)
    validation = validate(rows, REFIT, start=Posterior(PRIOR.mean, PRIOR.covariance), bootstraps=10)
    out = shown(validation, FLAGGED, columns).splitlines()
    assert max(map(len, map(str.rstrip, out))) <= columns
    assert len(out) <= lines
    text = " ".join(" ".join(out).split())
    assert text.startswith(f"Verdict: {judge(validation).word} {judge(validation).sentence}")
    assert f"on {CATALOGUE.ids[0]} (weaker)." in text
    row = next(line.split() for line in out if line.startswith("log loss"))
    figures = (validation.model.log_loss.apparent, validation.model.log_loss.corrected)
    figures += (validation.base_rate.log_loss.corrected,)
    assert row[2:5] == [f"{figure:.3f}" for figure in figures]


def test_without_figures_only_the_verdict_is_shown():
    out = shown(validate(world(3, 1), REFIT), None, 80)
    assert out.startswith("Verdict: insufficient")
    assert "log loss" not in out


def test_a_calm_check_says_so():
    out = shown(validate(world(3, 1), REFIT), CALM, 80)
    assert "by more than chance would explain (1 answered sign checked)" in " ".join(out.split())
    together = replace(CALM, p=0.01)
    assert "Taken together, however, they do" in shown(validate(world(3, 1), REFIT), together, 80)


# The model card


@pytest.mark.parametrize("n", [0, 12, 45])
def test_the_model_card_has_every_heading_and_stays_within_ranges(n):
    result = train(simulate(n, seed=5))
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


def test_a_trained_start_is_no_published_evidence():
    first = train(simulate(20, seed=1)).model
    result = train(simulate(20, seed=2), prior=first)
    assert result.check is None
    assert result.validation.published is None
    assert "an earlier trained model" in result.report()


def test_a_flagged_sign_is_kept_in_the_model_and_said_by_weights(tmp_path, offerodds):
    frame = {"rapport": [5] * 6 + [2] * 9, "outcome": ["offer"] * 6 + ["rejected"] * 9}
    result = train(frame)
    assert result.check.flagged
    assert result.model.training.disagreement.keys() == {"rapport"}
    result.model.save(tmp_path / "mine.json")
    said = " ".join(offerodds("weights", "--model", tmp_path / "mine.json").out.split())
    assert "the published evidence, by more than chance would explain, on rapport (stronger)" in said
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
        assert "would write over" in ran.err
        assert table.read_text(encoding="utf-8") == before
        assert not out.exists()
    (tmp_path / "folder").mkdir()
    assert offerodds("train", table, "--out", out, "--report", tmp_path / "folder").code == 2
    assert not out.exists()  # the card is written first
    assert offerodds("train", table, "--out", out, "--report", card).code == 0
    assert card.read_text(encoding="utf-8").startswith("# Model card")
    assert out.exists()


def test_train_without_validation_says_no_verdict(tmp_path, offerodds):
    table = tmp_path / "t.csv"
    table.write_text("rapport,outcome\n5,offer\n1,rejected\n", encoding="utf-8")
    assert "Verdict" in offerodds("train", table).out
    assert "Verdict" not in offerodds("train", table, "--no-validate").out
    content = json.loads(offerodds("train", table, "--json", "--no-validate").out)
    assert content["verdict"] is None
    content = json.loads(offerodds("train", table, "--json").out)
    assert content["verdict"]["word"] == "insufficient"
    assert {each["signal"] for each in content["published_evidence"]["signals"]} <= {"rapport"}
