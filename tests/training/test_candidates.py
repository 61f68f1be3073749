"""Training compared with not training: recalibration, candidates, and the choice of the model in use."""

from dataclasses import replace

import numpy as np
import pytest

from offerodds import AnswerError, OfferModel, evaluate, simulate, train
from offerodds.model.predictive_distribution import sigmoid
from offerodds.model.prior import PublishedWeights, WeightedData
from offerodds.reporting.evaluation import base_rate_change, candidate_rows, choice_sentence
from offerodds.reporting.number_format import percent
from offerodds.training.fitting.fit import fit_posterior
from offerodds.training.validation.candidates import (
    CandidateLoss,
    best_candidate,
    compare_candidates,
    recalibrate,
)
from offerodds.training.validation.resampling import predict_probabilities

DEFAULT = OfferModel.default()
K = DEFAULT.posterior.mean.size


def rows_of(n, seed, level=0.0, slope=1.0):
    """Random interviews whose signs have ``slope`` times the published weights."""
    rng = np.random.default_rng([n, seed])
    X = np.column_stack([np.ones(n), rng.normal(size=(n, K - 1))])
    eta = level + slope * X[:, 1:] @ DEFAULT.posterior.mean[1:]
    return WeightedData(X, (rng.random(n) < sigmoid(eta)).astype(float), np.ones(n), np.zeros(n))


def test_recalibration_without_outcomes_is_the_prior():
    none = WeightedData(np.empty((0, K)), np.empty(0), np.empty(0), np.empty(0))
    assert recalibrate(none, DEFAULT) is DEFAULT.posterior
    weightless = WeightedData(np.zeros((1, K)), np.ones(1), np.ones(1), np.zeros(1))
    found = recalibrate(weightless, DEFAULT)
    assert found.mean == pytest.approx(DEFAULT.posterior.mean, abs=1e-9)
    assert found.covariance == pytest.approx(DEFAULT.posterior.covariance, abs=1e-9)


@pytest.mark.parametrize("slope", [0.5, 2.0])
def test_recalibration_learns_the_level_and_a_slope_of_each_basis(slope):
    found = recalibrate(rows_of(20_000, 1, level=-0.4, slope=slope), DEFAULT)
    weights = DEFAULT.posterior.mean[1:]
    used = weights != 0
    assert found.mean[0] == pytest.approx(-0.4, abs=0.08)
    ratios, basis = found.mean[1:][used] / weights[used], DEFAULT.effects.basis[used]
    reviews = ratios[basis == DEFAULT.effects.basis[DEFAULT.catalogue.ids.index("rapport")]]
    assert np.ptp(reviews) < 1e-9  # one slope
    assert reviews[0] == pytest.approx(slope, abs=0.15)
    assert ratios == pytest.approx(slope, abs=0.6)
    # nothing was learned about a null sign, or about the error of a single weight
    at = 1 + int(np.flatnonzero(~used)[0])
    assert found.covariance[at, at] == pytest.approx(DEFAULT.posterior.covariance[at, at])
    assert np.linalg.eigvalsh(found.covariance).min() > 0


def test_without_signs_recalibration_learns_what_training_learns():
    rng = np.random.default_rng(3)
    X = np.zeros((12, K))
    X[:, 0] = 1.0
    data = WeightedData(X, (rng.random(12) < 0.7).astype(float), np.ones(12), np.zeros(12))
    effects = DEFAULT.effects
    trained = fit_posterior(data, PublishedWeights.from_effects(effects)).posterior
    found = recalibrate(data, DEFAULT)
    assert found.mean == pytest.approx(trained.mean, abs=1e-4)
    assert found.covariance[0, 0] == pytest.approx(trained.covariance[0, 0], rel=1e-3)


def test_recalibration_starts_from_a_trained_model_too():
    trained = train(simulate(60, seed=2)).model
    found = recalibrate(rows_of(50, 2, level=2.0), trained)
    assert found.mean[0] > trained.posterior.mean[0] + 0.3
    assert np.linalg.eigvalsh(found.covariance).min() > 0


def test_with_null_signs_only_there_is_no_slope():
    zero = replace(DEFAULT.posterior, mean=np.zeros(K))
    found = recalibrate(rows_of(40, 4, level=1.5), replace(DEFAULT, posterior=zero))
    assert found.mean[0] > 0.3
    assert not found.mean[1:].any()


def test_the_comparison_is_of_interviews_left_out():
    result = train(simulate(14, base_rate=0.4, seed=5))
    compared = result.validate(bootstraps=2).candidates
    data, prior = result.real, result.prior
    losses = {"default": [], "level": []}
    for i in range(14):
        others = np.arange(14) != i
        rest = WeightedData(data.X[others], data.y[others], data.weight[others], data.offset[others])
        for name, fitted in (("default", prior.posterior), ("level", recalibrate(rest, prior))):
            p = predict_probabilities(fitted, data)[i]
            losses[name].append(-np.log(p if data.y[i] else 1 - p))
    for name, each in losses.items():
        assert compared[name].log_loss == pytest.approx(np.mean(each), abs=1e-9)
    difference = np.mean(losses["level"]) - np.mean(losses["default"])
    assert compared["level"].difference == pytest.approx(difference, abs=1e-9)
    assert compared["level"].low <= difference <= compared["level"].high
    # the trained one is the leave-one-out log loss of the validation
    assert compared["trained"].log_loss == pytest.approx(result.validation.model.log_loss.corrected, abs=1e-9)
    assert (compared["default"].difference, compared["default"].low, compared["default"].high) == (0, 0, 0)


def test_weights_of_interviews_count_in_a_comparison():
    data = WeightedData(np.ones((2, 1)), np.array([1.0, 0.0]), np.array([3.0, 1.0]), np.zeros(2))
    found = compare_candidates({"default": np.full(2, 0.5), "trained": np.array([0.75, 0.75])}, data, seed=0)
    expected = -(3 * np.log(0.75) + np.log(0.25)) / 4
    assert found["trained"].log_loss == pytest.approx(expected)


def test_of_equal_candidates_the_one_that_learns_least_is_chosen():
    losses = {"default": 0.7, "level": 0.6, "trained": 0.6 + 1e-9}
    compared = {name: CandidateLoss(loss, loss - 0.7, -1, 1) for name, loss in losses.items()}
    assert best_candidate(compared) == "level"
    compared["trained"] = CandidateLoss(0.5, -0.2, -1, 1)
    assert best_candidate(compared) == "trained"


@pytest.fixture(scope="module")
def result():
    result = train(simulate(30, base_rate=0.7, seed=1))
    result.validate(bootstraps=2)
    return result


def test_candidates_are_models(result):
    found = result.candidates
    assert list(found) == ["default", "level", "trained"]
    assert found["trained"] is result.model
    assert found["default"].posterior is result.prior.posterior
    assert found["default"].learned is None
    assert found["level"].learned is not None
    assert [found[name].training.use for name in found] == ["default", "level", "trained"]
    assert found["level"].predict({}).probability > found["default"].predict({}).probability


def test_the_average_before_and_after_is_that_of_the_model_in_use(result):
    said = {name: base_rate_change(result, model) for name, model in result.candidates.items()}
    assert said["default"] == ""
    assert percent(result.candidates["level"].average) in said["level"]
    assert said["trained"] == base_rate_change(result)


def test_the_candidate_with_the_lowest_loss_is_chosen(result):
    choice, compared = result.choose(), result.validation.candidates
    assert compared[choice.name].log_loss == min(each.log_loss for each in compared.values())
    assert choice.model is result.candidates[choice.name]
    assert not choice.requested


@pytest.mark.parametrize("worse", ["default", "level", "trained"])
def test_a_worse_candidate_is_used_only_on_request_and_with_words(result, worse):
    losses = {
        name: CandidateLoss(0.7 if name == worse else 0.6, 0.0, -0.1, 0.1) for name in result.candidates
    }
    validation = replace(result.validation, candidates=losses)
    vars(other := replace(result))["validation"] = validation
    assert other.choose().name != worse
    asked = other.choose(worse)
    assert (asked.name, asked.requested) == (worse, True)
    assert "as you asked" in choice_sentence(asked)
    assert "log loss 0.600 against 0.700" in choice_sentence(asked)


def test_with_few_outcomes_the_default_stays_unless_another_is_asked_for():
    result = train(simulate(9, seed=1))
    choice = result.choose()
    assert choice.name == "default"
    assert "validation" not in vars(result)  # nothing was refitted for it
    assert "too few" in choice_sentence(choice)
    assert result.choose("level").name == "level"


def test_the_choice_claims_no_more_than_a_verdict_of_too_few_outcomes():
    result = train({"rapport": [4, 5] * 5, "outcome": ["offer"] * 10})
    assert result.verdict.sentence.startswith("Too few outcomes to judge")
    assert choice_sentence(result.choose()) == (
        "In use: the trained weights. "
        "They have predicted your outcomes best so far, each one from the others."
    )


def test_no_outcome_leaves_every_candidate_at_the_default():
    result = train({"rapport": [5], "outcome": ["pending"]})
    for model in result.candidates.values():
        assert model.posterior.mean == pytest.approx(DEFAULT.posterior.mean)


def test_an_unknown_candidate_is_a_fault(result):
    with pytest.raises(AnswerError, match="no such model"):
        result.choose("best")


def test_without_the_interviews_there_is_no_level_candidate(result):
    elsewhere = replace(result, real=None)
    assert list(elsewhere.candidates) == ["default", "trained"]
    with pytest.raises(AnswerError, match="default, trained"):
        elsewhere.choose("level")


def test_the_file_of_a_model_states_what_it_learned(result, tmp_path):
    for name, model in result.candidates.items():
        model.save(tmp_path / "m.json")
        assert OfferModel.load(tmp_path / "m.json").training.use == name


def test_the_default_model_is_not_trained_on_the_interviews_it_is_evaluated_on():
    frame = simulate(12, seed=1)
    result = train(frame)
    assert evaluate(result.model, frame, bootstraps=100).trained_on_these
    found = evaluate(result.candidates["default"], frame, bootstraps=100)
    assert not found.trained_on_these
    assert found.default is None


def test_rows_of_a_comparison_have_signs():
    rows = candidate_rows(
        {"default": CandidateLoss(0.61, 0, 0, 0), "level": CandidateLoss(0.6, -0.01, -0.02, 0)}
    )
    assert rows == [
        ("default model", "0.610", ""),
        ("level and scale only", "0.600", "-0.010 (-0.020 to +0.000)"),
    ]


def test_the_command_states_the_model_in_use_and_undo_returns_to_the_one_before(offerodds, folder):
    ran = offerodds("train", "mine.csv")
    text = " ".join(ran.out.split())
    assert "predicted your outcomes best so far" in text
    assert "In use: " in text
    ran = offerodds("train", "mine.csv", "--use", "trained", "--no-validate")
    assert "In use: the trained weights, as you asked." in " ".join(ran.out.split())
    assert (
        "published evidence and 12 outcomes"
        in offerodds("train", "--undo").out + offerodds("train", "--undo").out
    )
    assert offerodds("train", "mine.csv", "--undo").code == 2
    assert offerodds("train", "mine.csv", "--use", "best").code == 2


def test_undo_without_a_model_is_a_fault(offerodds):
    ran = offerodds("train", "--undo")
    assert ran.code == 2
    assert "no model was trained yet" in ran.err


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("default", "published evidence, its weights not changed by 12 outcomes"),
        ("level", "published evidence, your level and scale from 12 outcomes"),
        ("trained", "published evidence and 12 outcomes"),
    ],
)
def test_predictions_name_what_the_model_learned(offerodds, folder, use, expected):
    offerodds("train", "mine.csv", "--no-validate", "--use", use)
    assert expected in " ".join(offerodds("predict", "mine.toml").out.split())


def test_the_level_model_knows_the_employers_that_training_saw():
    """Whichever model is put in use, an employer with many offers stays one."""
    answers = {"rapport": [4] * 24, "company": ["Acme"] * 12 + ["Beta"] * 12}
    result = train({**answers, "outcome": ["offer"] * 12 + ["rejected"] * 12}, group="company")
    for name in ("level", "trained"):
        model = result.candidates[name]
        chances = [
            model.predict({"rapport": 4, "company": company}).probability
            for company in ("Acme", "New", "Beta")
        ]
        assert chances == sorted(chances, reverse=True), name
        assert chances[0] > chances[2] + 0.3
    assert not result.candidates["default"].employers.names
