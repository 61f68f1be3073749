"""Synthetic interviews read like real ones, follow the model behind them, and are marked as synthetic."""

import io
import json
import re
from dataclasses import replace
from itertools import pairwise
from statistics import NormalDist
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import CATALOGUE
from offerodds import AnswerError, Catalogue, OfferModel, read_table, simulate, study_size, train
from offerodds.data.answers.forms import short_form
from offerodds.data.answers.observations import observe_frame
from offerodds.data.catalogue.question_schema import Kind
from offerodds.data.files import user_model_path
from offerodds.data.tables.formats import write_table
from offerodds.model.employers import EmployerLevels
from offerodds.model.features import Effects, strengths
from offerodds.model.prior import EMPLOYER_SD, Prior, WeightedData
from offerodds.model.scoring import score
from offerodds.training.fitting.fit import fit
from offerodds.training.labelled_data import read_examples
from offerodds.training.simulation.simulate import simulate_answers

DEFAULT = OfferModel.default()
OWN = Catalogue.from_dict(
    {
        "base_rate": 0.4,
        "fields": [
            {"id": "planned", "question": "?", "kind": "minutes"},
            {"id": "lasted", "question": "?", "kind": "minutes", "minimum": 5.0, "maximum": 90.0},
            {"id": "salary", "question": "?", "kind": "number", "maximum": 1e6},
        ],
        "signals": [
            {"id": "plain_scale", "question": "?", "kind": "scale", "direction": "favourable"},
            {
                "id": "scale",
                "question": "?",
                "kind": "scale",
                "levels": ["none", "low", "mid", "3", "top"],
                "direction": "unfavourable",
            },
            {"id": "dog", "question": "?", "kind": "yes_no", "typical": 0.1, "direction": "favourable"},
            {
                "id": "mood",
                "question": "?",
                "kind": "choice",
                "levels": ["skip", "n/a", "so, so", 'a "quote"'],
                "values": [3, 1, 1, -2.5],
            },
            {"id": "count", "question": "?", "kind": "count"},
            {"id": "wait", "question": "?", "kind": "minutes"},
            {"id": "days", "question": "?", "kind": "days", "direction": "unfavourable"},
            {"id": "score", "question": "?", "kind": "number", "minimum": -0.35, "maximum": 0.35},
            {"id": "grade", "question": "?", "kind": "number", "minimum": 1e6, "maximum": 9e8},
            {"id": "sureness", "question": "?", "kind": "probability"},
            {"id": "speed", "question": "?", "kind": "rate", "of": ["lasted", "planned"]},
            {"id": "ran_over", "question": "?", "kind": "ratio", "of": ["lasted", "planned"], "spread": 2},
            {"id": "never", "question": "?", "kind": "count", "minimum": 0.2, "maximum": 0.8},
        ],
    }
)
CATALOGUES = pytest.mark.parametrize("catalogue", [CATALOGUE, OWN], ids=["built-in", "own"])
SUFFIXES = [".csv", ".json", ".jsonl", ".parquet"]


def _scored(model, frame):
    answers, offer = read_examples(frame, "outcome", model.catalogue)
    return score(answers, model.posterior, model.effects, model.base_rate), offer


def _rows(model, frame):
    scored, offer = _scored(model, frame)
    X, offset = scored.averaged_over_employers()
    return WeightedData(X, offer, np.ones(offer.size), offset)


def test_every_kind_of_question_is_in_the_catalogue_that_these_tests_use():
    assert {signal.kind for signal in OWN.signals} == set(get_args(Kind)) - {"proportion"}  # never a sign


@CATALOGUES
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_table_survives_writing_and_reading(catalogue, suffix, tmp_path):
    frame = simulate(300, OfferModel.default(catalogue=catalogue), seed=7, answered=0.7)
    write_table(frame, tmp_path / f"t{suffix}")
    back = read_table(tmp_path / f"t{suffix}")
    answers, outcomes = read_examples(frame, "outcome", catalogue)
    again, outcomes_again = read_examples(back, "outcome", catalogue)
    assert again.ignored == answers.ignored == ("synthetic",)
    np.testing.assert_array_equal(outcomes_again, outcomes)
    for field in catalogue.questions:
        np.testing.assert_array_equal(again[field], answers[field], err_msg=field)
    assert {str(cell) for cell in back["synthetic"]} == {"True"}


@CATALOGUES
@settings(max_examples=25)
@given(
    n=st.integers(0, 40),
    base_rate=st.none() | st.floats(0.001, 0.999),
    seed=st.integers(0, 2**70),
    draw_weights=st.booleans(),
    answered=st.floats(0, 1),
)
def test_any_parameters_give_a_table_that_the_strict_readers_take(
    catalogue, n, base_rate, seed, draw_weights, answered
):
    options = {"base_rate": base_rate, "seed": seed, "draw_weights": draw_weights, "answered": answered}
    model = OfferModel.default(catalogue=catalogue)
    frame = simulate(n, model, **options)
    assert list(frame.columns) == [*catalogue.questions, "outcome", "synthetic"]
    assert len(frame) == n
    assert frame["synthetic"].dtype == bool
    assert frame["synthetic"].all()
    assert set(frame["outcome"]) <= {"offer", "no_offer"}
    answers, _ = read_examples(frame, "outcome", catalogue)
    drawn = simulate_answers(n, catalogue, base_rate=base_rate, seed=seed, answered=answered)
    for field in catalogue.questions:
        np.testing.assert_array_equal(answers[field], drawn[field], err_msg=field)
    for field in ("days_since_interview", "promised_days", "other_candidates", "never"):
        assert np.isnan(answers[field]).all()
    pd.testing.assert_frame_equal(simulate(n, model, **options), frame)


def test_a_longer_table_begins_with_the_shorter_and_another_seed_gives_another():
    frame = simulate(60, seed=3)
    pd.testing.assert_frame_equal(simulate(200, seed=3).iloc[:60], frame)
    assert not simulate(60, seed=4).equals(frame)


def test_answers_are_written_in_the_words_of_the_catalogue():
    frame = simulate(2000, answered=1)
    for name, question in CATALOGUE.questions.items():
        given = frame[name].dropna()
        if question.kind == "yes_no":
            assert set(given) == {"yes", "no"}
        elif name != "stage" and question.levels:
            assert set(given) == set(question.levels)
    assert frame["actual_minutes"].dtype == frame["questions_asked"].dtype == "Int64"
    assert set(frame["scheduled_minutes"]) == {30, 45, 60}
    words = simulate(4000, OfferModel.default(catalogue=OWN), answered=1)["mood"].value_counts()
    assert words["n/a"] / (words["n/a"] + words["so, so"]) == pytest.approx(0.5, abs=0.05)


def test_scales_correlate_by_their_loadings():
    """Rounding to five levels takes some 8% of a correlation; 40,000 rows have an error of .005."""
    z = strengths(simulate_answers(40_000, CATALOGUE, answered=1))
    scales = [j for j, signal in enumerate(CATALOGUE.signals) if signal.kind == "scale"]
    loading = Effects.from_catalogue(CATALOGUE).loading[scales]
    found = np.corrcoef(z[:, scales].T)
    expected = np.outer(loading, loading)
    off = ~np.eye(len(scales), dtype=bool)
    assert np.abs(found - expected)[off].max() < 0.1
    slope = (found * expected)[off].sum() / (expected**2)[off].sum()
    assert 0.85 < slope < 1


def test_yes_and_no_are_a_threshold_of_the_same_impression():
    """Cutting a normal at t leaves φ(t) / √(q(1 - q)) of its correlation with anything."""
    z = strengths(simulate_answers(40_000, CATALOGUE, answered=1))
    engaged = CATALOGUE.ids.index("interviewer_engaged")
    for name in ("interviewer_distracted", "references_requested", "said_would_follow_up"):
        signal, j = CATALOGUE[name], CATALOGUE.ids.index(name)
        density = NormalDist().pdf(NormalDist().inv_cdf(signal.typical))
        expected = 0.85 * abs(signal.halo_loading) * density / signal.spread
        found = np.corrcoef(z[:, engaged], z[:, j])[0, 1]
        assert 0.85 * expected < found < 1.05 * expected, name


def test_strengths_have_the_typical_values_and_spreads_of_the_catalogue():
    answers = simulate_answers(40_000, CATALOGUE, answered=1)
    z = strengths(answers)
    for j, signal in enumerate(CATALOGUE.signals):
        if signal.kind == "yes_no":
            assert answers[signal.id].mean() == pytest.approx(signal.typical, abs=0.012), signal.id
        assert abs(z[:, j].mean()) < 0.15, signal.id
        assert 0.8 < z[:, j].std() < 1.2, signal.id
    assert answers["timeline_given"].mean() == pytest.approx(0.75, abs=0.012)


@pytest.mark.parametrize("answered", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_the_share_answered_is_the_one_asked_for_and_the_short_form_comes_first(answered):
    is_answered = ~np.isnan(strengths(simulate_answers(20_000, CATALOGUE, answered=answered)))
    assert is_answered.mean() == pytest.approx(answered, abs=0.01)
    short = {question.id for question in short_form(CATALOGUE)}
    first = np.array([name in short for name in CATALOGUE.ids])
    by_row = is_answered.mean(axis=1)
    if 0 < answered < 1:
        assert is_answered[:, first].mean() > is_answered[:, ~first].mean() + 0.05
        assert by_row.std() > 0.1  # people differ in how much they fill in


def test_every_stage_is_as_frequent_unless_a_base_rate_is_chosen():
    frame = simulate(8000)
    shares = frame["stage"].value_counts(normalize=True)
    assert shares.to_dict() == pytest.approx(
        dict.fromkeys(CATALOGUE.questions["stage"].levels, 1 / 6), abs=0.02
    )
    assert frame["base_rate"].isna().all()
    chosen = simulate(50, base_rate=0.2)
    assert chosen["stage"].isna().all()
    assert (chosen["base_rate"] == 0.2).all()


@CATALOGUES
@pytest.mark.parametrize("base_rate", [None, 0.05, 0.6])
def test_offers_are_as_frequent_as_the_model_predicts(catalogue, base_rate):
    """In total, and in each fifth of the predicted probabilities."""
    model = OfferModel.default(base_rate, catalogue)
    frame = simulate(30_000, model, base_rate=base_rate, seed=5)
    offer = frame["outcome"].eq("offer").to_numpy()
    p = model.predict_proba(frame)[:, 1]
    for part in [np.arange(p.size), *np.array_split(np.argsort(p), 5)]:
        z = (offer[part].sum() - p[part].sum()) / np.sqrt((p[part] * (1 - p[part])).sum())
        assert abs(z) < 4


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.7])
def test_a_chosen_base_rate_is_where_interviews_start_and_a_trained_model_starts(rate):
    frame = simulate(4000, base_rate=rate, answered=0, seed=2)
    assert frame["outcome"].eq("offer").mean() == pytest.approx(rate, abs=0.03)
    frame = simulate(600, base_rate=rate, seed=2)
    trained = train(frame).model.predict({"base_rate": rate})
    assert trained.base_rate == pytest.approx(rate, abs=0.07)


def test_tables_with_drawn_weights_differ_and_agree_with_the_model_on_average():
    shares, surprises = [], []
    for seed in range(150):
        frame = simulate(60, seed=seed, draw_weights=True, base_rate=0.3)
        offer = frame["outcome"].eq("offer").to_numpy()
        shares.append(offer.mean())
        surprises.append(offer.mean() - DEFAULT.predict_proba(frame)[:, 1].mean())
    assert abs(np.mean(surprises)) < 4 * np.std(surprises) / np.sqrt(150)
    # employers spread by .9 in log-odds: far more than 60 tosses of a coin of .3
    assert np.std(shares) > 2 * np.sqrt(0.3 * 0.7 / 60)


def test_chances_are_those_of_the_model_and_change_nothing_else():
    frame = simulate(500, base_rate=0.4, seed=3, chances=True)
    np.testing.assert_allclose(frame["chance"], DEFAULT.predict_proba(frame)[:, 1], atol=1e-12)
    pd.testing.assert_frame_equal(frame.drop(columns="chance"), simulate(500, base_rate=0.4, seed=3))


def test_chances_of_a_drawn_world_are_of_one_draw_and_the_outcomes_follow_them():
    world = simulate(20_000, seed=5, draw_weights=True, chances=True)
    scored, offer = _scored(DEFAULT, world)
    log_odds = np.log(world["chance"] / (1 - world["chance"])) - scored.context
    drawn, *_ = np.linalg.lstsq(scored.X, log_odds, rcond=None)
    # what the weights do not explain is the level of each employer
    assert np.std(log_odds - scored.X @ drawn) == pytest.approx(EMPLOYER_SD, rel=0.03)
    assert np.abs(drawn - DEFAULT.posterior.mean).max() > 0.1
    by_chance = pd.Series(offer).groupby(pd.qcut(world["chance"], 10)).mean()
    expected = world.groupby(pd.qcut(world["chance"], 10))["chance"].mean()
    np.testing.assert_allclose(by_chance, expected, atol=0.05)  # 4 standard errors of 2,000


def test_training_finds_the_weights_that_made_the_table():
    frame = simulate(2000, answered=1, seed=11)
    weights = train(frame).model.weights().set_index("signal")
    for name in ("self_rating", "timeline_given", "interviewer_distracted"):
        found, true = (np.log(weights.loc[name, column]) for column in ("odds_ratio", "prior_odds_ratio"))
        assert 0.4 * true < found < 1.8 * true, name
    assert (weights["low"] < weights["prior_odds_ratio"]).mean() > 0.8


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        ({"n": -1}, ["n"]),
        ({"n": True}, ["n"]),
        ({"n": 2.5}, ["n"]),
        ({"n": "9"}, ["n"]),
        ({"n": 1_000_001}, ["n"]),
        ({"n": 1, "seed": -1}, ["seed"]),
        ({"n": 1, "seed": None}, ["seed"]),
        ({"n": 1, "base_rate": 1}, ["base_rate"]),
        ({"n": 1, "answered": float("nan")}, ["answered"]),
        ({"n": 1, "answered": True}, ["answered"]),
        ({"n": -1, "seed": 0.5, "base_rate": "x", "answered": 2}, ["n", "base_rate", "seed", "answered"]),
    ],
)
def test_every_parameter_out_of_range_is_named(options, fields):
    with pytest.raises(AnswerError) as error:
        simulate(**options)
    assert [fault.field for fault in error.value.faults] == fields


def test_a_catalogue_with_the_name_of_an_added_column_is_rejected():
    signals = [
        {"id": name, "question": "?", "kind": "yes_no"}
        for name in ("outcomes", "synthetic", "chance", "rapport")
    ]
    model = OfferModel.default(catalogue=Catalogue.from_dict({"base_rate": 0.3, "signals": signals}))
    with pytest.raises(AnswerError) as error:
        simulate(1, model)
    assert [fault.field for fault in error.value.faults] == ["outcome", "synthetic"]
    with pytest.raises(AnswerError) as error:
        simulate(1, model, chances=True)
    assert [fault.field for fault in error.value.faults] == ["outcome", "synthetic", "chance"]


def test_numpy_numbers_are_accepted():
    frame = simulate(np.int64(3), seed=np.int64(1), base_rate=np.float64(0.25), answered=np.float64(1))
    pd.testing.assert_frame_equal(frame, simulate(3, seed=1, base_rate=0.25, answered=1))


@settings(max_examples=10)
@given(
    base_rate=st.none() | st.floats(0.02, 0.95),
    answered=st.floats(0, 1),
    level=st.floats(0.3, 0.99),
    ratio=st.floats(0.2, 0.95),
)
def test_more_outcomes_narrow_the_interval(base_rate, answered, level, ratio):
    """From twenty on, once one of them is of the rarer kind; before, the evidence may be further off."""
    size = study_size(ratio=ratio, level=level, base_rate=base_rate, answered=answered)
    assert size.curve[0] == (0, 1.0)
    rate = 0.3 if base_rate is None else base_rate
    falling = [point for point in size.curve[3:] if point[0] * min(rate, 1 - rate) >= 1]
    assert all(later < earlier for (_, earlier), (_, later) in pairwise(falling))
    assert [n for n, _ in size.curve][:9] == [0, 5, 10, 20, 50, 100, 200, 500, 1000]
    before = max((n for n, width in size.curve if width > ratio), default=0)
    after = min((n for n, width in size.curve if width <= ratio), default=np.inf)
    assert before < size.outcomes <= after


def test_narrower_takes_more_outcomes():
    needed = [study_size(ratio=ratio).outcomes for ratio in (0.9, 0.7, 0.5, 0.3, 0.1)]
    assert needed == sorted(set(needed))


def test_the_width_before_any_outcome_is_that_of_the_predictions():
    alike = replace(DEFAULT, employers=EmployerLevels(0.0))
    low, high = alike.predict_frame(simulate(1000, seed=4), level=0.8)[["low", "high"]].to_numpy().T
    assert study_size(level=0.8, seed=4).width == pytest.approx((high - low).mean(), rel=1e-9)


def _mean_width(posterior, new):
    """Average the width of the intervals at an average employer."""
    alike = EmployerLevels(0.0)
    low, high = score(new, posterior, DEFAULT.effects, DEFAULT.base_rate, alike).interval(0.90)
    return float((high - low).mean())


def test_the_sample_size_under_one_prior_agrees_with_refitting():
    """A trained model is updated under one prior: `fit` on 50 outcomes simulated from it."""
    start = train(simulate(12, seed=99)).model
    prior = Prior(start.posterior.mean, start.posterior.covariance)
    new = simulate_answers(300, CATALOGUE, seed=1000)
    refitted = [
        _mean_width(fit(_rows(start, simulate(50, start, seed=s, draw_weights=True)), prior).posterior, new)
        for s in range(12)
    ]
    ratio = dict(study_size(start).curve)[50]
    assert np.mean(refitted) / _mean_width(start.posterior, new) == pytest.approx(ratio, rel=0.10)


def test_the_sample_size_agrees_with_training():
    new = simulate_answers(300, CATALOGUE, seed=1000)
    trained = [_mean_width(train(simulate(50, seed=s)).model.posterior, new) for s in range(6)]
    ratio = dict(study_size().curve)[50]
    assert np.mean(trained) / _mean_width(DEFAULT.posterior, new) == pytest.approx(ratio, rel=0.10)


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        ({"ratio": 1}, ["ratio"]),
        ({"ratio": "half"}, ["ratio"]),
        ({"ratio": 0, "level": 1, "seed": -1, "answered": -1}, ["seed", "answered", "ratio", "level"]),
    ],
)
def test_every_fault_of_a_study_is_named(options, fields):
    with pytest.raises(AnswerError) as error:
        study_size(**options)
    assert [fault.field for fault in error.value.faults] == fields


def test_the_command_prints_what_the_function_gives(offerodds):
    ran = offerodds("simulate", 20, "--seed", 5, "--base-rate", 0.2, "--answered", 0.8, "--draw-weights")
    assert (ran.code, ran.err) == (0, "")
    expected = simulate(20, seed=5, base_rate=0.2, answered=0.8, draw_weights=True)
    assert ran.out == expected.to_csv(index=False, lineterminator="\n")
    records = json.loads(offerodds("simulate", 3, "--json").out)
    assert [record["synthetic"] for record in records] == [True] * 3
    again = read_examples(pd.DataFrame(records, dtype=object), "outcome", CATALOGUE)[0]
    assert observe_frame(CATALOGUE, simulate(3))["rapport"].tolist() == pytest.approx(
        again["rapport"].tolist(), nan_ok=True
    )


def test_no_interviews_are_a_header(offerodds):
    ran = offerodds("simulate", 0)
    assert (ran.code, ran.out.count("\n")) == (0, 1)
    assert ran.out.rstrip().endswith("difficulty,outcome,synthetic")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_command_writes_a_table_that_train_reads(offerodds, tmp_path, suffix):
    target = tmp_path / f"s{suffix}"
    ran = offerodds("simulate", 40, "--out", target)
    offers = simulate(40)["outcome"].eq("offer").sum()
    assert ran.code == 0, ran.err
    assert ran.out == f"Written to {target}: 40 synthetic interviews, {offers} with an offer.\n"
    refused = offerodds("train", target)
    assert refused.code == 2
    assert "synthetic: made-up interviews; seen 40 of 40 outcomes" in " ".join(refused.err.split())
    assert not user_model_path().exists()
    trained = offerodds("train", target, "--synthetic", "--no-validate")
    assert trained.code == 0, trained.err
    assert "Columns not used: synthetic." in trained.out


def test_real_interviews_are_never_overwritten(offerodds, tmp_path):
    mine = tmp_path / "mine.csv"
    mine.write_text("rapport,outcome\n4,offer\n", encoding="utf-8")
    ran = offerodds("simulate", 5, "--out", mine)
    assert (ran.code, ran.out) == (2, "")
    assert "exists already; choose another name" in ran.err
    assert mine.read_text(encoding="utf-8") == "rapport,outcome\n4,offer\n"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], "nothing to simulate"),
        (["--", "-1"], "n: out of range; seen -1"),
        (["5", "--study"], "N cannot be used with --study"),
        (["--study", "--out", "x.csv"], "--out cannot be used with --study"),
        (["5", "--level", "0.8"], "--level works only with --study"),
        (["5", "--out", "x.xls"], "cannot write this format"),
        (["5", "--model", "none.json"], "no such file"),
        (["5", "--seed", "-1", "--base-rate", "1", "--answered", "-1"], "3 faults"),
        (["--study", "--level", "0", "--seed", "-1", "--draw-weights"], "3 faults"),
        (["many"], "Invalid value for 'N'"),
    ],
)
def test_invalid_input_exits_with_2_and_the_reason(offerodds, arguments, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = offerodds("simulate", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert text in ran.err
    assert not list(tmp_path.glob("*"))


def test_the_command_uses_the_model_and_the_catalogue_asked_for(offerodds, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('[[signals]]\nid = "dog"\nquestion = "A dog?"\nkind = "yes_no"\n', encoding="utf-8")
    header = offerodds("simulate", 1, "--catalogue", own).out.splitlines()[0]
    assert header.endswith("dog,outcome,synthetic")
    hired = {"outcome": ["offer"] * 30}
    train(hired).model.save(tmp_path / "m.json")
    share = [
        pd.read_csv(io.StringIO(offerodds("simulate", 400, "--model", model).out))["outcome"]
        .eq("offer")
        .mean()
        for model in ("default", tmp_path / "m.json")
    ]
    assert share[0] < 0.4
    assert share[1] > 0.7


def test_the_sample_size_is_shown_as_text_and_json(offerodds):
    ran = offerodds("simulate", "--study")
    size = study_size()
    assert ran.code == 0, ran.err
    rounded = int(float(f"{size.outcomes:.2g}"))
    first = f"It takes about {rounded} outcomes to halve the 90% interval at an average employer."
    assert ran.out.splitlines()[0] == first
    assert f"{100 * size.width:.0f} points" in ran.out.splitlines()[3]
    content = json.loads(offerodds("simulate", "--study", "--json", "--level", "0.5", "--answered", "1").out)
    expected = study_size(level=0.5, answered=1)
    assert content == json.loads(json.dumps(expected.to_dict()))
    assert content["curve"][1] == {"outcomes": 5, "ratio": expected.curve[1][1]}


def test_a_trained_model_needs_further_outcomes(offerodds, tmp_path):
    train(simulate(200)).model.save(tmp_path / "m.json")
    ran = offerodds("simulate", "--study", "--model", tmp_path / "m.json")
    assert ran.code == 0, ran.err
    assert "more outcomes to halve the 90% interval" in ran.out.splitlines()[0]
    assert "200 outcomes" in ran.out.replace("\n", " ")
    more = int(re.search(r"about ([\d,]+) more", ran.out)[1].replace(",", ""))
    assert more > 5 * study_size().outcomes
