from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from helpers import CATALOGUE, assert_same_posterior, forms
from offerodds import AnswerError, Catalogue, OfferModel, simulate, train
from offerodds.model.employers import EmployerLevels
from offerodds.model.model_file import dumps
from offerodds.training.fitting.fit import fit, published_weights

DEFAULT = OfferModel.default()
FORM = {
    "rapport": 5,
    "self_rating": 4,
    "timeline_given": "specific",
    "stage": "final",
    "days_since_interview": 4,
}
OUTCOMES = st.sampled_from(
    ["offer", "accepted", "declined_by_me", "rejected", "ghosted", "pending", "withdrew", ""]
)


def _frame(rows):
    columns = {name: [row.get(name) for row in rows] for row in rows for name in row}
    return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})


def test_the_fingerprint_does_not_depend_on_the_order_of_the_rows():
    """In more than one block, the last not full."""
    frame = simulate(10_001, seed=1)
    shuffled = frame.sample(frac=1, random_state=1)
    assert train(frame).training.fingerprint == train(shuffled).training.fingerprint


@settings(max_examples=40, phases=set(Phase) - {Phase.shrink})  # shrinking a table takes minutes
@given(rows=st.lists(st.tuples(forms(), OUTCOMES), max_size=8), form=forms())
def test_any_table_gives_a_finite_sensible_model(rows, form):
    result = train(
        {"outcome": [o for _, o in rows]} | {n: [f.get(n) for f, _ in rows] for n in CATALOGUE.questions}
    )
    p = result.model.predict(form)
    assert 0 < p.low <= p.probability <= p.high < 1
    assert np.isfinite(result.model.weights()[["odds_ratio", "low", "high"]]).all(axis=None)
    assert result.n_offer + result.n_no_offer + result.n_pending + result.n_ignored == len(rows)


@pytest.mark.parametrize("outcomes", [[], ["pending"], ["withdrew", "", "pending"]])
def test_without_an_outcome_the_model_is_exactly_the_prior(outcomes):
    result = train({"rapport": [5] * len(outcomes), "outcome": outcomes})
    assert result.n_ignored == len(outcomes)
    assert result.model.predict(FORM) == DEFAULT.predict(FORM)


def test_one_outcome_moves_the_estimate_a_little_and_does_not_blow_up_the_interval():
    before = DEFAULT.predict(FORM)
    for outcome, sign in (("offer", 1), ("rejected", -1)):
        after = train({"rapport": [5], "outcome": [outcome]}).model.predict(FORM)
        assert 0 < sign * (after.probability - before.probability) < 0.15
        assert after.high - after.low < 1.1 * (before.high - before.low)


def test_outcomes_narrow_the_interval():
    rng = np.random.default_rng(0)
    n = 200
    rapport = rng.integers(1, 6, n)
    outcome = np.where(rng.random(n) < 0.2 + 0.1 * rapport, "offer", "rejected")
    widths = []
    for size in (0, 20, 200):
        model = train({"rapport": rapport[:size], "outcome": outcome[:size]}).model
        widths.append(_widths(model, {"rapport": 4}))
    total, at_average_employer = np.transpose(widths)
    assert (np.diff(total) < 0).all()
    assert (np.diff(at_average_employer) < 0).all()
    assert at_average_employer[-1] < 0.25
    assert total[-1] > 0.4  # no outcome shows how the next employer differs


def _widths(model, answers):
    """Compute the width of the interval at an unknown employer and at an average one."""
    alike = replace(model, employers=EmployerLevels(0.0))
    return [p.high - p.low for p in (model.predict(answers), alike.predict(answers))]


@pytest.mark.parametrize(
    "columns",
    [
        {"rapport": [5] * 9 + [1] * 9},  # separates the outcomes
        {"rapport": [3] * 18},  # constant
        {"rapport": [None] * 18},  # nobody answered
        {"rapport": [5] * 9 + [None] * 9},  # answered only where there was an offer
        {},
    ],
    ids=["separated", "constant", "all missing", "missing by outcome", "no columns"],
)
def test_awkward_columns_are_finite_and_sensible(columns):
    model = train({**columns, "outcome": ["offer"] * 9 + ["rejected"] * 9}).model
    odds_ratio = model.weights().set_index("signal").loc["rapport", "odds_ratio"]
    assert 0.5 < odds_ratio < 100
    assert 0.2 < model.predict({}).probability < 0.8


@pytest.mark.parametrize("outcome", ["offer", "rejected"])
def test_a_single_class_moves_the_base_rate_and_stays_short_of_certainty(outcome):
    probability = train({"outcome": [outcome] * 12}).model.predict({}).probability
    assert (0.5 < probability < 0.97) if outcome == "offer" else (0.03 < probability < 0.25)


def test_one_strong_sign_does_not_scale_up_all_others():
    """Fifteen interviews that rapport separates have little information about unanswered signs."""
    frame = {"rapport": [5] * 6 + [2] * 9, "outcome": ["offer"] * 6 + ["rejected"] * 9}
    weights = train(frame).model.weights().set_index("signal")
    assert weights.loc["rapport", "odds_ratio"] > 2 * weights.loc["rapport", "prior_odds_ratio"]
    others = weights.drop(index="rapport")
    assert (others["odds_ratio"] / others["prior_odds_ratio"]).max() < 1.5


def test_ratings_that_nobody_gave_do_not_inherit_what_reviews_taught():
    impression = np.random.default_rng(2).integers(1, 6, 60)
    reviewed = dict.fromkeys(("rapport", "interviewer_engaged", "role_clarity"), impression)
    assert {CATALOGUE[name].basis[0] for name in reviewed} == {"review"}
    outcome = np.where(impression + np.random.default_rng(3).normal(size=60) > 3.5, "offer", "no_offer")
    weights = train(reviewed | {"outcome": outcome}).model.weights().set_index("signal")
    assert weights.loc["rapport", "odds_ratio"] > 1.3 * weights.loc["rapport", "prior_odds_ratio"]
    others = [signal.id for signal in CATALOGUE.signals if signal.basis[0] != "review"]
    before = DEFAULT.weights().set_index("signal")
    for column in ("odds_ratio", "low", "high"):
        np.testing.assert_allclose(weights.loc[others, column], before.loc[others, column], rtol=1e-6)


def test_good_signs_before_many_rejections_do_not_turn_bad_signs_into_good_ones():
    """Published evidence fixes the direction of a sign; a low rate of offers hardly reverses it."""
    bad = {"rapport": 1, "self_rating": 1, "timeline_given": "vague", "interviewer_distracted": "yes"}
    good = {"rapport": 5, "self_rating": 5, "timeline_given": "specific", "interviewer_distracted": "no"}
    model = train(
        {name: [answer] * 20 for name, answer in good.items()} | {"outcome": ["rejected"] * 20}
    ).model
    assert model.predict(bad).probability < 0.25
    favourable = model.weights().set_index("signal")["odds_ratio"]
    assert (favourable[list(bad)] > 0.7).all()


def test_interviews_without_answers_move_the_base_rate_and_no_weight():
    model = train({"outcome": ["offer"] * 60 + ["rejected"] * 140}).model
    np.testing.assert_allclose(model.weights()["odds_ratio"], DEFAULT.weights()["odds_ratio"], rtol=1e-6)
    np.testing.assert_allclose(model.weights()["high"], DEFAULT.weights()["high"], rtol=1e-6)
    assert model.predict({}).probability == pytest.approx(0.30, abs=0.01)
    assert _widths(model, {})[1] < 0.15


@pytest.mark.parametrize("rate", [0.02, 0.5, 0.9])
def test_a_base_rate_of_the_model_and_of_the_interview_are_the_same_thing(rate):
    form = {"rapport": 1, "self_rating": 2, "timeline_given": "vague"}
    stated = OfferModel.default(base_rate=rate).predict(form)
    answered = DEFAULT.predict({**form, "base_rate": rate})
    assert stated.probability == pytest.approx(answered.probability, abs=1e-12)
    assert stated.low == pytest.approx(answered.low, abs=1e-12)


def test_withdrawn_interviews_and_pending_ones_without_a_silence_are_not_used():
    decided = train({"rapport": [5, 1], "outcome": ["offer", "rejected"]})
    with_others = train({"rapport": [5, 1, 1, 5], "outcome": ["offer", "rejected", "pending", "withdrew"]})
    assert with_others.n_ignored == 2
    assert_same_posterior(with_others.model.posterior, decided.model.posterior)


def test_an_offer_turned_down_is_an_offer_and_ghosted_is_none():
    result = train({"outcome": ["declined by me", "accepted", "ghosted"]})
    assert (result.n_offer, result.n_no_offer) == (2, 1)


def test_training_twice_writes_the_same_bytes(tmp_path):
    rng = np.random.default_rng(1)
    frame = {"rapport": rng.integers(1, 6, 40), "stage": ["final"] * 40, "outcome": rng.integers(0, 2, 40)}
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    train(frame).model.save(first)
    train(frame).model.save(second)
    assert first.read_bytes() == second.read_bytes()


def test_outcomes_are_read_in_any_spelling():
    plain = train({"rapport": [4, 2], "outcome": [1, 0]}).model
    variant = train({"Rapport": ["warm", "2"], "Outcome": ["Got the job", "no-offer"]}).model
    assert dumps(vars(plain)) == dumps(vars(variant))


def test_offers_at_an_easier_stage_raise_the_estimate_less():
    """An offer at a stage where offers are common is weak evidence."""
    easy = train({"stage": ["graduate"] * 10, "outcome": ["offer"] * 10}).model
    hard = train({"stage": ["phone_screen"] * 10, "outcome": ["offer"] * 10}).model
    assert hard.predict({"stage": "final"}).probability > easy.predict({"stage": "final"}).probability


def test_a_trained_model_can_be_updated_with_new_outcomes():
    rng = np.random.default_rng(2)
    rapport, outcome = rng.integers(1, 6, 60), rng.integers(0, 2, 60)
    first = train({"rapport": rapport[:30], "outcome": outcome[:30]}).model
    second = train({"rapport": rapport[30:], "outcome": outcome[30:]}, prior=first).model
    together = train({"rapport": rapport, "outcome": outcome}).model
    assert second.predict({"rapport": 5}).probability == pytest.approx(
        together.predict({"rapport": 5}).probability, abs=0.05
    )


def test_train_and_predict_give_the_true_rates_of_a_simple_world():
    """Rates of .7 with a promised day and .2 without: many outcomes outweigh the prior."""
    rng = np.random.default_rng(3)
    n = 4000
    specific = rng.random(n) < 0.5
    offer = rng.random(n) < np.where(specific, 0.7, 0.2)
    frame = {"timeline_given": np.where(specific, "specific", "vague"), "outcome": offer.astype(int)}
    model = train(frame).model
    for answer, rate in (("specific", 0.7), ("vague", 0.2)):
        p = model.predict({"timeline_given": answer})
        assert p.probability == pytest.approx(rate, abs=0.02)
        assert p.low < rate < p.high


def test_a_custom_catalogue_trains(tmp_path):
    path = tmp_path / "custom.toml"
    path.write_text(
        '[[signals]]\nid = "demo"\nquestion = "How was the demo?"\nkind = "number"\n', encoding="utf-8"
    )
    custom = Catalogue.load(path)
    result = train(
        {"demo": [9.5, 8, 2, 1], "company": list("abcd"), "outcome": [1, 1, 0, 0]}, catalogue=custom
    )
    assert result.ignored_columns == ("company",)
    assert result.model.predict({"demo": 9}).probability > result.model.predict({"demo": 2}).probability
    with pytest.raises(AnswerError, match="catalogue"):
        train({"outcome": []}, prior=DEFAULT, catalogue=custom)


def test_faults_of_answers_and_outcomes_are_reported_together():
    with pytest.raises(AnswerError) as error:
        train({"rapport": [9, 1], "raport": [1, 1], "outcome": ["offer", "perhaps"]})
    assert len(error.value.faults) == 3


@pytest.mark.parametrize("n", [1, 30])
@pytest.mark.parametrize("offset", [1e-9, 1.0, 500.0])
def test_huge_and_tiny_offsets_neither_warn_nor_fail(n, offset):
    from offerodds.model.prior import WeightedData, scaled_prior

    published = published_weights(OfferModel.default())
    rng = np.random.default_rng(4)
    X = np.column_stack([np.ones(n), rng.normal(size=(n, len(CATALOGUE.ids)))])
    rows = WeightedData(X, np.ones(n), np.ones(n), offset * rng.normal(size=n))
    for scale in (1.0, 8.0):
        posterior = fit(rows, scaled_prior(published, scale)).posterior
        assert np.isfinite(posterior.mean).all()
        assert np.linalg.eigvalsh(posterior.covariance).min() > 0


def test_settings_out_of_range_are_refused_before_any_refit():
    result = train({"rapport": [5, 1], "outcome": ["offer", "no"]})
    with pytest.raises(AnswerError) as wrong:
        result.validate(seed=-1, bootstraps=0)
    assert [fault.field for fault in wrong.value.faults] == ["seed", "bootstraps"]
    with pytest.raises(AnswerError, match="seed: out of range"):
        result.report(seed=-1)
