"""Levels of employers: the fit is right, and known employers matter in every prediction."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from offerodds import AnswerError, Journal, OfferModel, simulate, train
from offerodds.data.answers.observations import Groups, normalized
from offerodds.journal.status import Predictor, interview_status, journal_outlook
from offerodds.journal.training import train_journal
from offerodds.model.employers import EmployerLevels
from offerodds.model.offer_model import observe_for
from offerodds.model.predictive_distribution import shrinkage, sigmoid
from offerodds.model.prior import EMPLOYER_SD, LEVEL_SD, PublishedWeights, WeightedData
from offerodds.model.scoring import silence_log_odds, starting_log_odds
from offerodds.training.fitting import fit as fitting
from offerodds.training.fitting.dataset import in_memory
from offerodds.training.fitting.employers import EMPLOYER_SDS, GroupedLikelihood
from offerodds.training.fitting.fit import QUADRATIC_FROM, fit_posterior
from offerodds.training.streaming.train_tables import read_training_tables

DEFAULT = OfferModel.default()
OFFERS = {"Acme": 2, "Byte": 14, "Core": 7}  # of twenty interviews each


def _table(offers=OFFERS, n=20):
    rows = [(name, i < k) for name, k in offers.items() for i in range(n)]
    outcome = ["offer" if won else "rejected" for _, won in rows]
    return pd.DataFrame({"employer": [name for name, _ in rows], "outcome": outcome})


@pytest.fixture(scope="module")
def trained():
    return train(_table(), group="employer").model


def _by_sums(offers, n, silences=((0, 0.0),) * 3):
    """Integrate own level, each level and its spread over grids: mean and sd of the log-odds by employer.

    Each of these has a number of pending interviews, and the log-odds that the silence of each adds.
    """
    level = np.linspace(-4, 4, 161)
    u = np.linspace(-5, 5, 401)
    start = float(starting_log_odds(np.array(0.30)))
    prior_level = stats.logistic(scale=LEVEL_SD * np.sqrt(3) / np.pi).pdf(level)
    eta = start + level[:, None] + u
    log_p, log_q = -np.logaddexp(0, -eta), -np.logaddexp(0, eta)
    moments, total = np.zeros((2, len(offers))), 0.0
    for sd, weight in EMPLOYER_SDS.items():
        prior_u = stats.norm(scale=sd).pdf(u) * (u[1] - u[0])
        joint = [
            np.exp(k * log_p + (m - k) * log_q + silent * (np.logaddexp(0, eta + update) + log_q)) * prior_u
            for k, m, (silent, update) in zip(offers, n, silences, strict=True)
        ]
        marginal = [each.sum(axis=1) for each in joint]
        evidence = weight * prior_level * np.prod(marginal, axis=0)
        total += evidence.sum()
        for i, each in enumerate(joint):
            for power in (1, 2):
                of_level = (each * (eta - start) ** power).sum(axis=1) / marginal[i]
                moments[power - 1, i] += (evidence * of_level).sum()
    mean, square = moments / total
    return mean, np.sqrt(square - mean**2)


def test_levels_agree_with_sums_over_grids(trained):
    mean, sd = _by_sums(OFFERS.values(), [20] * 3)
    score = trained.score(observe_for(trained, {}))
    for name, exact_mean, exact_sd in zip(OFFERS, mean, sd, strict=True):
        score = trained.score(observe_for(trained, {"employer": name}))
        assert score.eta[0] - score.context[0] == pytest.approx(exact_mean, abs=0.08 * exact_sd)
        assert np.sqrt(score.variance[0]) == pytest.approx(exact_sd, rel=0.06)


def test_a_pending_interview_counts_at_its_employer():
    pending = pd.DataFrame({"employer": ["Byte"] * 15 + ["Zeta"] * 9, "outcome": "pending"})
    table = pd.concat([_table(n=5, offers={"Acme": 2, "Byte": 3}), pending], ignore_index=True)
    days = table["outcome"].map({"pending": 12})
    model = train(table.assign(days_since_interview=days), group="employer").model
    update = silence_log_odds(np.array([12.0]), np.array([np.nan]), DEFAULT.catalogue.silence)[0]
    mean, sd = _by_sums([2, 3, 0], [5, 5, 0], [(0, 0.0), (15, update), (9, update)])
    assert mean[1] < _by_sums([2, 3, 0], [5, 5, 0])[0][1] - 0.3 * sd[1]
    for name, exact_mean, exact_sd in zip(["Acme", "Byte"], mean[:2], sd[:2], strict=True):
        score = model.score(observe_for(model, {"employer": name}))
        assert score.eta[0] - score.context[0] == pytest.approx(exact_mean, abs=0.1 * exact_sd)
        assert np.sqrt(score.variance[0]) == pytest.approx(exact_sd, rel=0.07)
    assert model.employers.names == ("acme", "byte")  # a prediction at Zeta would count its silence again


@pytest.mark.parametrize("many", [1, QUADRATIC_FROM])
def test_pending_interviews_at_employers_alike_leave_the_base_rate(many, monkeypatch):
    monkeypatch.setattr(fitting, "QUADRATIC_FROM", many)
    frame, rng = simulate(4000, seed=1), np.random.default_rng(1)
    silent = (frame["outcome"] != "offer") & (rng.random(4000) < 0.2)
    frame["outcome"] = frame["outcome"].mask(silent, "pending")
    days = np.where(silent, rng.integers(1, 40, 4000), np.nan)
    frame = frame.assign(days_since_interview=days, prompt_response=None, company=np.arange(4000) % 40)
    ungrouped, grouped = train(frame).model, train(frame, group="company").model
    rate = ungrouped.predict({}).base_rate
    assert grouped.predict({}).base_rate == pytest.approx(rate, abs=0.03)
    assert grouped.employers.sd < 0.3


def test_a_known_employer_moves_the_chance_and_narrows_the_range(trained):
    unknown, known = (trained.predict(answers) for answers in ({}, {"employer": "Byte"}))
    assert known.probability > unknown.probability + 0.1
    assert known.high - known.low < 0.7 * (unknown.high - unknown.low)
    assert trained.predict({"employer": "Acme"}).probability < unknown.probability - 0.1


@pytest.mark.parametrize("name", ["Zeta", "", None, float("nan")])
def test_an_employer_that_is_blank_or_new_is_unknown(trained, name):
    assert trained.predict({"employer": name, "rapport": 4}) == trained.predict({"rapport": 4})


@pytest.mark.parametrize("name", ["BYTE", "  byte ", "Byte"])
def test_case_and_spacing_of_the_name_do_not_matter(trained, name):
    assert trained.predict({"employer": name}) == trained.predict({"employer": "byte"})


@pytest.mark.parametrize("name", [7, 7.0, "7", "7.0"])
def test_a_number_as_a_name_is_the_same_with_a_decimal(name):
    numbers = {"outcome": ["offer"] * 10 + ["rejected"] * 2, "employer": [7.0] * 10 + [8.0, None]}
    model = train(pd.DataFrame(numbers), group="employer").model
    assert model.employers.names == ("7", "8")
    assert model.predict({"employer": name}).probability > 0.6


def test_tables_and_single_forms_agree(trained):
    frame = pd.DataFrame({"Employer": ["Byte", None, "Acme"], "rapport": [5, 5, None]})
    rows = [{"employer": "Byte", "rapport": 5}, {"rapport": 5}, {"employer": "Acme"}]
    single = [trained.predict(answers) for answers in rows]
    columns = trained.predict_frame(frame)
    np.testing.assert_allclose(columns["probability"], [p.probability for p in single], atol=1e-12)
    np.testing.assert_allclose(columns["low"], [p.low for p in single], atol=1e-12)
    np.testing.assert_allclose(trained.predict_proba(frame)[:, 1], columns["probability"], atol=1e-12)


def test_contributions_still_add_up_and_points_are_those_of_removal(trained):
    answers = {"employer": "Byte", "rapport": 5, "self_rating": 5, "stage": "final"}
    p = trained.predict(answers)
    total = np.log(p.base_rate / (1 - p.base_rate)) + sum(c.log_odds for c in p.contributions)
    assert sigmoid(total) == pytest.approx(p.probability, abs=1e-12)
    without = trained.predict({name: answer for name, answer in answers.items() if name != "rapport"})
    assert p.points["rapport"] == pytest.approx(p.probability - without.probability, abs=1e-12)


def test_without_a_group_the_name_of_an_employer_is_no_answer():
    with pytest.raises(AnswerError, match="employer: unknown field"):
        DEFAULT.predict({"employer": "Acme"})


def test_a_missing_group_column_is_a_fault():
    with pytest.raises(AnswerError, match="employr: no such column"):
        train(_table(), group="employr")
    with pytest.raises(AnswerError, match=r"firm: no such column; seen outcome$"):
        train({"outcome": ["offer", "rejected"]}, group="firm")


def test_a_saved_model_keeps_its_employers(trained, tmp_path):
    trained.save(tmp_path / "m.json")
    again = OfferModel.load(tmp_path / "m.json")
    assert again.predict({"employer": "Acme"}) == trained.predict({"employer": "Acme"})
    assert json.loads((tmp_path / "m.json").read_text())["employers"]["names"] == ["acme", "byte", "core"]


@pytest.mark.parametrize(
    "employers",
    [["Acme"] * 12, [f"e{i}" for i in range(12)], [None] * 12, ["Acme", *[None] * 11]],
    ids=["one", "one each", "blank", "one row"],
)
def test_odd_groups_give_finite_levels(employers):
    frame = pd.DataFrame({"employer": employers, "outcome": ["offer", "rejected"] * 6, "rapport": [5, 1] * 6})
    model = train(frame, group="employer").model
    p = model.predict({"employer": employers[0], "rapport": 4})
    assert 0 < p.low < p.probability < p.high < 1
    assert 0.25 < model.employers.sd < 1.0


def test_blank_employers_teach_what_no_group_teaches():
    frame = _table().assign(employer=None)
    grouped, plain = (train(frame, group=group).model for group in ("employer", None))
    np.testing.assert_allclose(grouped.posterior.mean, plain.posterior.mean, atol=1e-4)
    assert grouped.employers.sd == pytest.approx(EMPLOYER_SD, abs=0.005)


def test_the_spread_is_learned():
    alike, different = (
        train(_table({f"e{i}": k for i, k in enumerate(ks)}), group="employer").model.employers.sd
        for ks in ([6] * 9, [0, 1, 2, 4, 6, 9, 13, 17, 19])
    )
    assert alike < 0.6
    assert different > 0.8


def test_very_many_rows_and_employers_agree_with_their_counts():
    rng = np.random.default_rng(1)
    n, g = QUADRATIC_FROM, 5000
    employer = rng.integers(g, size=n)
    level = 0.68 * rng.standard_normal(g)
    offer = rng.random(n) < sigmoid(-1 + level[employer])
    frame = pd.DataFrame({"employer": employer, "outcome": np.where(offer, "offer", "rejected")})
    model = train(frame, group="employer").model
    truth = level[np.array(model.employers.names, dtype=int)] - level.mean()
    sd = np.sqrt(model.employers.variance)
    assert np.std((model.employers.mean - truth) / sd) == pytest.approx(1, abs=0.05)
    assert model.employers.sd == pytest.approx(0.68, abs=0.05)


def _grouped_rows(sd, n=4000, g=80, seed=0):
    rng = np.random.default_rng(seed)
    X, codes, level = rng.normal(size=(n, 3)), rng.integers(-1, g, size=n), sd * rng.standard_normal(g + 1)
    X[:, 0] = 1
    y = (rng.random(n) < sigmoid(X @ [-0.5, 0.4, 0.2] + level[codes])).astype(float)
    return in_memory(WeightedData(X, y, np.ones(n), np.zeros(n), codes)), tuple(map(str, range(g)))


@pytest.mark.parametrize("sd", [0.3, 0.68, 1.2])
def test_many_interviews_give_the_levels_and_the_spread_of_exact_fits_in_few_passes(sd, monkeypatch):
    dataset, employers = _grouped_rows(sd)
    weights, passes = PublishedWeights(np.array([0.4, 0.2]), np.eye(2) / 25), []

    def fitted():
        fit = fit_posterior(dataset, weights, employers=employers)
        return fit.posterior, fit.levels()

    exact, exact_levels = fitted()
    monkeypatch.setattr(fitting, "QUADRATIC_FROM", 1)
    one_pass = GroupedLikelihood._pass
    monkeypatch.setattr(GroupedLikelihood, "_pass", lambda *each: passes.append(each) or one_pass(*each))
    quadratic, levels = fitted()
    assert len(passes) <= 10
    np.testing.assert_allclose((quadratic.mean - exact.mean) / exact.sd, 0, atol=0.05)
    np.testing.assert_allclose(quadratic.sd / exact.sd, 1, atol=0.02)
    np.testing.assert_allclose((levels.mean - exact_levels.mean) / np.sqrt(levels.variance), 0, atol=0.05)
    assert levels.sd == pytest.approx(exact_levels.sd, abs=0.01)


@pytest.mark.parametrize("sd", EMPLOYER_SDS)
def test_the_evidence_of_another_spread_is_known_without_a_fit(sd):
    dataset, employers = _grouped_rows(0.68)
    mean, covariance, g = np.array([-0.5, 0.4, 0.2]), np.eye(3) * 2e-3, len(employers)
    central, other = (
        GroupedLikelihood(dataset, employers, np.zeros(g), np.full(g, each**2)) for each in (0.68, sd)
    )
    quick, fitted = central.quadratic(mean, covariance).value, other.quadratic(mean, covariance).value
    assert central.quadratic_at(sd).value == pytest.approx(fitted, abs=0.03 * g)
    assert fitted == pytest.approx(
        other.expected_log_likelihood(mean, covariance)
        + np.sum(other.quadratic(mean, covariance).information * covariance) / 2,
        abs=0.02,
    )
    assert sd == EMPLOYER_SD or abs(quick - fitted) > 0.03 * g


def test_training_in_batches_gives_the_same_levels(trained, tmp_path):
    _table().to_csv(tmp_path / "t.csv", index=False)
    examples = read_training_tables([tmp_path / "t.csv"], "outcome", DEFAULT, group="employer")
    model = examples.train().model
    np.testing.assert_allclose(model.employers.mean, trained.employers.mean, atol=1e-6)
    assert model.employers.names == trained.employers.names


def test_further_training_updates_known_employers_and_adds_new_ones(trained):
    more = _table({"Acme": 10, "Delta": 9}, 10)
    model = train(more, prior=trained, group="employer").model
    assert set(model.employers.names) == {"acme", "byte", "core", "delta"}
    before, after = (each.predict({"employer": "Acme"}).probability for each in (trained, model))
    assert after > before + 0.1
    before, after = (each.predict({"employer": "Byte"}).probability for each in (trained, model))
    assert after == pytest.approx(before, abs=0.06)


@pytest.mark.parametrize("name", ["level", "trained"])
def test_levels_of_known_employers_follow_the_coefficients_when_training_goes_on(trained, name):
    """They depend on each other: without a group the result is that of blank employers."""
    more = pd.DataFrame({"outcome": ["offer"] * 9 + ["rejected"] * 3})
    plain = train(more, prior=trained)
    grouped = train(more.assign(employer=None), prior=trained, group="employer")
    one, other = (result.candidates[name].predict({"employer": "Acme"}) for result in (plain, grouped))
    assert one.probability == pytest.approx(other.probability, abs=0.005)
    moved = plain.candidates[name].posterior.mean[0] - trained.posterior.mean[0]
    assert moved > 0.05
    before = trained.predict({"employer": "Acme"}).probability
    assert one.probability - before < 0.5 * (
        plain.candidates[name].predict({}).probability - trained.predict({}).probability
    )


def test_groups_select_only_the_employers_that_occur():
    groups = Groups.from_cells(["b", "a", None, "B ", "c"])
    assert groups.select(np.array([0, 2, 3])) == Groups(("b",), pytest.approx([0, -1, 0]))
    assert normalized(float("nan")) == ""
    assert len(Groups.from_cells(["M\u00fcller", "Mu\u0308ller", "M\u00dcLLER\u200b"]).names) == 1


def test_the_company_of_the_journal_is_the_employer(tmp_path, monkeypatch):
    monkeypatch.setattr("offerodds.journal.clock.today", lambda: date(2026, 3, 1))
    with Journal(tmp_path / "j.db") as journal:
        for i in range(12):
            company, outcome = ("Acme", "offer") if i % 2 else ("Byte", "rejected")
            one = journal.add({"rapport": 4}, company=company, role=f"r{i}")
            journal.record(one.id, outcome)
        model = train_journal(journal).model
        pending = journal.add({"rapport": 4}, company="acme", role="next", predict=Predictor(model))
        other = journal.add({"rapport": 4}, company="Core", role="next")
        chance = interview_status(model, pending, date(2026, 3, 1)).prediction.probability
        assert chance > interview_status(model, other, date(2026, 3, 1)).prediction.probability + 0.05
        assert pending.predictions[-1].probability == pytest.approx(chance)
        journal.delete(other.id)
        assert journal_outlook(journal, model).outlook.at_least_one == pytest.approx(chance, abs=0.005)


def test_joined_levels_replace_those_of_the_same_employers():
    one = EmployerLevels(0.7, "employer", ("a", "b"), np.array([1.0, 2.0]), np.ones(2), np.zeros((2, 3)))
    new = EmployerLevels(0.5, "", ("b", "c"), np.array([5.0, 6.0]), np.ones(2), np.zeros((2, 3)))
    one = replace(one, slope=np.full((2, 3), -0.5))
    joined = one.joined(new, np.array([1.0, 0.0, 0.0]))
    assert (joined.names, joined.mean.tolist(), joined.sd) == (("a", "b", "c"), [0.5, 5.0, 6.0], 0.7)


def test_simulated_interviews_are_at_unknown_employers():
    table = simulate(4000, draw_weights=False, chances=True, seed=2)
    assert table["chance"].mean() == pytest.approx(table["outcome"].eq("offer").mean(), abs=0.02)


@pytest.mark.parametrize(
    "text", ["20/100", "20 of 100", "20 out of 100", "20 de 100", "20% of 100", " 20 / 100 "]
)
def test_the_rate_of_an_employer_is_read_in_any_usual_form(text):
    assert DEFAULT.predict({"employer_rate": text}) == DEFAULT.predict({"employer_rate": "20/100"})


@pytest.mark.parametrize(
    "text", ["20/10", "0/0", "20", 0.2, 20, "20.5/100", "-1/5", "1/2000000", "20%", "a/b"]
)
def test_what_is_no_rate_of_an_employer_is_a_fault(text):
    with pytest.raises(AnswerError, match=r"employer_rate.*such as 20/100"):
        DEFAULT.predict({"employer_rate": text})


@pytest.mark.parametrize("part", [0, 1, 3, 10])
def test_a_rate_updates_the_level_by_bayes_rule(part):
    """Compare with sums over a fine grid."""
    score = DEFAULT.score(observe_for(DEFAULT, {"employer_rate": f"{part}/10", "stage": "final"}))
    u = np.linspace(-5, 5, 20_001)
    p = sigmoid((score.context[0] + u) * shrinkage(LEVEL_SD**2))
    density = stats.norm(scale=EMPLOYER_SD).pdf(u) * p**part * (1 - p) ** (10 - part)
    density /= density.sum()
    mean = density @ u
    assert score.employer.mean[0] == pytest.approx(mean, abs=1e-3)
    assert score.employer.variance[0] == pytest.approx(density @ (u - mean) ** 2, rel=1e-3)


def test_a_rate_among_very_many_is_the_chance_before_any_sign():
    p = DEFAULT.predict({"employer_rate": "200000/1000000", "stage": "final"})
    assert p.probability == pytest.approx(0.20, abs=0.003)
    assert p.high - p.low < 0.6 * (DEFAULT.predict({"stage": "final"}).high - DEFAULT.predict({}).low)


def test_more_people_narrow_the_range():
    widths = [
        p.high - p.low
        for p in (DEFAULT.predict({"employer_rate": rate}) for rate in ("3/10", "30/100", "300/1000"))
    ]
    assert widths[0] > widths[1] > widths[2]


def test_a_rate_survives_forms_tables_and_the_journal(tmp_path):
    single = DEFAULT.predict({"employer_rate": "7/9"}).probability
    frame = DEFAULT.predict_frame({"employer_rate": ["7/9", None, "7 of 9"]})
    assert frame["probability"].tolist() == pytest.approx([single, DEFAULT.predict({}).probability, single])
    with Journal(tmp_path / "j.db") as journal:
        one = journal.add({"employer_rate": "7 of 9"}, company="Acme")
        assert one.answers == {"employer_rate": "7/9"}
        assert journal_outlook(journal, DEFAULT).outlook.at_least_one == pytest.approx(single, abs=0.005)


def test_named_employers_are_known_by_their_outcomes_not_by_a_rate():
    with_rate = train(_table().assign(employer_rate="90/100"), group="employer").model
    plain = train(_table(), group="employer").model
    np.testing.assert_allclose(with_rate.employers.mean, plain.employers.mean, atol=1e-9)


def test_the_outcome_is_refused_as_the_employer_with_the_reason():
    rows = {"rapport": [5, 2], "outcome": ["offer", "rejected"]}
    with pytest.raises(AnswerError, match="Outcome: the outcome cannot be the employer; expected a column"):
        train(rows, group="Outcome")
