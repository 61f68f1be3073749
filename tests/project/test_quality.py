"""The quality benchmark is fair: same splits, the base rate if a peer fails, honest verdicts."""

import numpy as np
import pandas as pd
import pytest

from offerodds import OfferModel
from offerodds.benchmarks import calibration, criteria, discount, peers, quality, reviews, worlds


@pytest.fixture
def calls_of_methods(monkeypatch):
    """The arguments of each method, in order of the calls."""
    calls = []

    def spy(name):
        def method(x, y, new_x):
            calls.append((name, x.copy(), y.copy(), new_x.copy()))
            return np.full(len(new_x), 0.4)

        return method

    monkeypatch.setattr(peers, "METHODS", {name: spy(name) for name in peers.METHODS})
    monkeypatch.setattr(quality, "METHODS", peers.METHODS)
    monkeypatch.setattr(quality, "SIZES", (20, 50, 100))
    return calls


def _losses(ours, peer, n=10, data="weak", repetitions=4):
    """Losses of one cell: ours, one peer, and much higher ones for the others."""
    rows = [
        (data, n, repetition, method, {peers.OURS: ours, "GaussianNB": peer}.get(method, 3.0), True)
        for repetition in range(repetitions)
        for method in peers.METHODS
    ]
    return pd.DataFrame(rows, columns=["data", "n", "repetition", "method", "loss", "fitted"])


def test_all_methods_use_the_same_rows_and_smaller_sets_are_the_first_rows_of_larger_ones(calls_of_methods):
    quality.split_losses("weak", worlds.simulated()["weak"], 0)
    assert {name for name, *_ in calls_of_methods} == set(peers.METHODS)
    largest = max((x for _, x, _, _ in calls_of_methods), key=len)
    for _, x, y, new_x in calls_of_methods:
        np.testing.assert_array_equal(x, largest[: len(x)])
        assert len(y) == len(x)
        np.testing.assert_array_equal(new_x, calls_of_methods[0][3])


@pytest.mark.parametrize("rows", [1513, 9354])
def test_training_and_test_rows_are_disjoint(rows):
    table = worlds.Table(np.arange(rows, dtype=float)[:, None], np.arange(rows) % 2.0)
    split = table.split(3)
    assert len(split.x) == worlds.TRAIN_ROWS
    assert len(split.new_x) == min(worlds.TEST_ROWS, rows - worlds.TRAIN_ROWS)
    assert len({*split.x[:, 0], *split.new_x[:, 0]}) == len(split.x) + len(split.new_x)
    np.testing.assert_array_equal(split.new_y, split.new_x[:, 0] % 2)  # outcomes stay with their rows


def test_a_repetition_is_reproducible_and_differs_from_others():
    world = worlds.simulated()["strong"]
    np.testing.assert_array_equal(world.split(1).x, world.split(1).x)
    assert not np.array_equal(world.split(1).x, world.split(2).x)


@pytest.mark.parametrize("name", [name for name in peers.PEERS if name != peers.BASE_RATE])
@pytest.mark.parametrize("offers", [[], [1.0], [0.0, 0.0, 0.0]], ids=["none", "one", "no offer"])
def test_a_peer_that_cannot_fit_predicts_the_smoothed_base_rate(name, offers):
    y = np.array(offers)
    x = np.random.default_rng(0).normal(size=(y.size, 3))
    chance, fitted = peers.predict_with(name, x, y, np.ones((2, 3)))
    assert not fitted
    np.testing.assert_allclose(chance, (y.sum() + 0.8) / (y.size + 2))


def test_maximum_likelihood_fails_under_separation():
    x = np.arange(-5.0, 5.0)[:, None]
    _, fitted = peers.predict_with("statsmodels Logit", x, (x[:, 0] > 0).astype(float), x)
    assert not fitted


@pytest.mark.parametrize("name", peers.METHODS)
def test_every_method_fits_regular_data(name):
    split = worlds.simulated()["strong"].split(0)
    chance, fitted = peers.predict_with(name, split.x[:200], split.y[:200], split.new_x)
    assert fitted
    assert ((chance > 0) & (chance < 1)).all()
    if name != peers.BASE_RATE:
        assert quality.log_loss(split.new_y, chance) < 0.65  # the base rate gives .69


@pytest.mark.parametrize("offers", [[], [1.0], [0.0, 0.0]])
def test_ours_never_falls_back_on_the_base_rate(offers):
    chance, fitted = peers.predict_with(peers.OURS, np.zeros((len(offers), 2)), np.array(offers), np.eye(2))
    assert fitted
    assert chance[0] > peers.smoothed_base_rate(np.array(offers)) - 0.3


def test_failure_of_our_method_stops_the_benchmark(monkeypatch):
    def fails(x, y, new_x):
        raise ValueError("broken")

    monkeypatch.setitem(peers.METHODS, peers.OURS, fails)
    with pytest.raises(ValueError, match="broken"):
        peers.predict_with(peers.OURS, np.zeros((2, 1)), np.array([0.0, 1.0]), np.zeros((1, 1)))


@pytest.mark.parametrize(
    ("ours", "peer", "missed"),
    [
        (0.60, 0.61, [False, False, False]),
        (0.605, 0.60, [False, True, True]),
        (0.62, 0.60, [True, True, True]),
    ],
)
def test_verdicts_name_violated_criteria(ours, peer, missed):
    lines = criteria.verdicts(_losses(ours, peer))
    assert "**Met.**" in lines.pop(1)  # of itself untrained, whose loss is not here
    assert ["**Missed**" in line for line in lines] == missed
    assert ["**Met.**" in line for line in lines] == [not each for each in missed]
    for line, miss in zip(lines, missed, strict=True):
        assert ("GaussianNB" in line) == miss
    assert bool(criteria.losing(_losses(ours, peer))) == (ours > peer)


def test_verdicts_use_every_cell():
    good, bad = _losses(0.60, 0.70), _losses(0.72, 0.70, n=1000, data="contrary")
    lines = criteria.verdicts(pd.concat([good, bad]))
    assert "contrary, 1000 outcomes: .0200" in lines[0]
    assert all("**Met.**" in line for line in lines[1:])


def test_losses_against_the_untrained_model_are_listed():
    worse = pd.concat([_losses(0.50, 0.70, n=0), _losses(0.52, 0.70, n=5), _losses(0.49, 0.70, n=50)])
    assert [str(each) for each in criteria.losing(worse)] == [
        "weak, 5 outcomes: .0200 (± .0000) against itself untrained"
    ]
    assert "**Missed**: weak, 5 outcomes: .0200" in criteria.verdicts(worse)[1]


def test_the_standard_error_is_that_of_paired_differences():
    found = _losses(0.60, 0.61)
    shift = found["repetition"] * 0.5  # hard and easy splits are so for all
    (only,) = criteria.margins(found.assign(loss=found["loss"] + shift))
    assert only.error == pytest.approx(0, abs=1e-12)
    assert only.difference == pytest.approx(-0.01)


def test_best_of_each_column_is_bold():
    shown = "\n".join(criteria.results(_losses(0.605, 0.60)))
    assert "| GaussianNB | **.600** |" in shown
    assert f"| {peers.OURS} | .605 |" in shown


def test_intervals_after_training_cover_the_chance_at_the_next_employer():
    worlds = [calibration.simulate_world(300, index) for index in range(6)]
    assert np.mean([each["covered"] for each in worlds]) == pytest.approx(0.90, abs=0.08)


def test_strong_ratings_are_learned_nearly_as_fast_as_by_the_best_peer():
    losses = pd.DataFrame([discount.rating_losses(10, seed) for seed in range(8)]).mean()
    assert losses["own catalogue"] < losses["ridge"]
    assert losses["OfferClassifier"] < losses["ridge"] + 0.01


def test_the_discounted_sum_is_calibrated_where_signs_correlate_as_in_the_catalogue():
    for slope in discount.slopes(OfferModel.default(), 20_000, 0):
        assert 0.7 < slope < 1.3


def test_a_mixed_model_learns_the_level_of_each_employer():
    employer = np.repeat(["kind", "strict"], 30)
    outcome = np.where((np.arange(60) % 10 < np.where(employer == "kind", 9, 1)), "offer", "no_offer")
    columns = {name: [""] * 60 for name in (reviews.SILENCE, reviews.IMPRESSION)}
    frame = pd.DataFrame(columns | {"outcome": outcome, "employer": employer, "rapport": ["3", "4"] * 30})
    assert 0.2 < reviews.mixed_model_losses(frame, 0).mean() < 0.5


def test_reviews_are_evaluated_with_and_without_silence():
    frame = pd.DataFrame(
        {
            "outcome": ["no_offer", "offer"],
            "rapport": ["2", "4"],
            "never_answered": ["yes", ""],
            "vague_next_steps": ["yes", ""],
            "prompt_response": ["yes", "yes"],
            "overall_experience": ["negative", "positive"],
            "employer": ["a", "b"],
        }
    )
    views = reviews.views(reviews.coded(frame))
    assert list(views["silence alone"]) == [reviews.SILENCE, "employer"]
    assert list(views["silence alone"][reviews.SILENCE]) == ["60", ""]
    assert reviews.SILENCE not in views["signs alone"]
    assert list(views["signs and silence"]["timeline_given"]) == ["vague", ""]
    assert list(views["signs and silence"]["prompt_response"]) == ["", "yes"]
    assert reviews.IMPRESSION not in views["signs and silence"]
    np.testing.assert_array_equal(reviews.offers(frame), [0, 1])
