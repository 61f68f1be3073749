"""The scorecard: one page of sums that is close to the model."""

import math
import re
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from card_reader import Card

from helpers import CATALOGUE, ROOT
from offerodds import AnswerError, Catalogue, OfferModel, train
from offerodds.data.answers.observations import observe
from offerodds.data.catalogue.catalogue import Silence
from offerodds.data.language import use_language
from offerodds.model.features import measurements
from offerodds.model.predictive_distribution import shrinkage
from offerodds.model.scoring import SPREAD, silence_log_odds
from offerodds.reporting.scorecard.card import (
    CHANCES,
    MOST,
    UNIT,
    Agreement,
    measure_agreement,
    question_row,
    scorecard,
    simulate_forms,
    situation_rows,
)
from offerodds.reporting.scorecard.page import agreement_text, scorecard_page
from offerodds.training.simulation.simulate import simulate

OWN = """
[[signals]]
id = "praised"
question = "Did they <b>praise</b> it & you?"
kind = "yes_no"
direction = "favourable"
[[signals]]
id = "calls"
question = "How many calls?"
kind = "count"
direction = "unfavourable"
[[signals]]
id = "mark"
question = "What mark?"
kind = "number"
direction = "favourable"
[[signals]]
id = "mood"
question = "What mood?"
kind = "choice"
levels = ["<script>alert(1)</script>", "fair", "\\"good\\""]
direction = "favourable"
[[signals]]
id = "talk"
question = "How many minutes of talk?"
kind = "minutes"
[[signals]]
id = "luck"
question = "Luck?"
kind = "yes_no"
direction = "favourable"
r_offer = 0.09
halo_loading = 0.0
[[signals]]
id = "ease"
question = "Ease?"
kind = "scale"
direction = "favourable"
"""


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    own = tmp_path_factory.mktemp("own") / "own.toml"
    own.write_text(OWN, encoding="utf-8")
    default = OfferModel.default()
    return {
        "default": default,
        "trained": train(simulate(60, default, seed=0, draw_weights=True)).model,
        "trained on many": train(simulate(1000, default, seed=4, draw_weights=True)).model,
        "own": OfferModel.default(catalogue=Catalogue.load(own)),
    }


@pytest.fixture(scope="module")
def cards(models):
    return {kind: scorecard(model) for kind, model in models.items()}


KINDS = ("default", "trained", "trained on many", "own")
FRESH = 20_261  # a seed that neither the fit nor the measurement uses


def page_of(card, model):
    return scorecard_page(card, model, measure_agreement(card, model))


@pytest.mark.parametrize("kind", KINDS)
def test_a_card_is_close_to_its_model(models, cards, kind):
    found = measure_agreement(cards[kind], models[kind])
    assert found.n == 10_000
    assert found.median <= 0.012
    assert found.high <= 0.04
    assert found.within >= 0.98


@pytest.mark.parametrize("kind", KINDS)
def test_the_printed_distance_holds_for_fresh_forms(models, cards, kind):
    model, card = models[kind], cards[kind]
    printed = re.search(
        r"within (\d\.\d) percentage points of the model, 95% within (\d\.\d), and ([\d.]+)% within 5\.",
        page_of(card, model),
    )
    seen = simulate_forms(model.catalogue, card.rows, 20_000, FRESH)
    difference = 100 * np.abs(card.chance(seen) - model.score(seen).probability)
    assert float(printed[1]) == pytest.approx(np.median(difference), abs=0.15)
    assert float(printed[2]) == pytest.approx(np.quantile(difference, 0.95), abs=0.3)
    assert float(printed[3]) == pytest.approx(100 * np.mean(difference <= 5), abs=0.5)


def test_the_document_has_the_figures_that_the_command_prints(models, cards):
    document = " ".join((ROOT / "docs" / "method.md").read_text(encoding="utf-8").split())
    assert agreement_text(measure_agreement(cards["default"], models["default"])) in document
    discounts = [f"{column.unit / UNIT:.2f}".removeprefix("0") for column in cards["default"].columns]
    assert "they are {}, {} and {}.".format(*discounts) in document


def test_the_measurement_compares_with_predict(models, cards):
    """One form at a time, through words and `predict`, is the same as with arrays."""
    model, card = models["trained"], cards["trained"]
    asked = [row.field for row in card.rows]
    table = simulate(200, model, seed=8)[[*asked, "stage"]]
    differences = []
    for record in table.to_dict("records"):
        answers = {name: given for name, given in record.items() if not pd.isna(given)}
        shown = float(card.chance(observe(model.catalogue, answers))[0])
        differences.append(abs(shown - model.predict(answers).probability))
    assert max(differences) <= 0.06
    assert 0.0 < float(np.mean(differences)) <= 0.01


@pytest.mark.parametrize("kind", KINDS)
def test_the_range_is_about_that_of_the_model(models, cards, kind):
    model, card = models[kind], cards[kind]
    seen = simulate_forms(model.catalogue, card.rows, 5_000, FRESH)
    shown = np.array([card.interval(round(100 * p)) for p in card.chance(seen)]).T
    assert np.mean(np.abs(shown - model.score(seen).interval(0.90))) <= 0.02


@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_card_gives_the_base_rate(models, cards, kind):
    for stage in ("phone_screen", "first", "final", "graduate"):
        shown = float(cards[kind].chance(observe(models[kind].catalogue, {"stage": stage}))[0])
        assert shown == pytest.approx(models[kind].predict({"stage": stage}).base_rate, abs=0.025)


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_has_whole_points_that_rise_with_its_weight(models, cards, kind):
    model = models[kind]
    weights = dict(zip(model.catalogue.ids, model.posterior.mean[1:], strict=True))
    for row in cards[kind].rows:
        points = row.points(UNIT)
        assert all(isinstance(each, int) for each in points)
        assert len(row.answers) == len(points) == len(row.values) == len({*row.answers})
        assert list(row.values) == sorted({*row.values})
        turned = model.catalogue[row.field].turn * weights[row.field]
        assert list(points) == sorted(points, reverse=bool(turned < 0))


@pytest.mark.parametrize("kind", KINDS)
def test_sums_of_every_column_rise_with_the_chance(cards, kind):
    for column in cards[kind].columns:
        sums = cards[kind].totals(column)
        assert len(sums) == len(CHANCES)
        assert list(sums) == sorted({*sums})
    units = [column.unit for column in cards[kind].columns]
    assert units == sorted(units, reverse=True)  # the more answers, the less each counts


def test_points_follow_the_weight_times_the_strength(cards):
    """Bad answers have fewer points: they tend to come together."""
    effects, shrink = OfferModel.default().effects, float(shrinkage(SPREAD))
    row = next(row for row in cards["default"].rows if row.field == "self_rating")
    weight = effects.weight[CATALOGUE.ids.index("self_rating")]
    alone = [shrink * weight * (answer - 3.5) / UNIT for answer in range(1, 6)]
    ratio = np.array(row.points(UNIT)) / alone
    assert ((ratio > 0.6) & (ratio < 1.4)).all()
    assert ratio[0] < ratio[-1]


def test_a_card_filled_in_by_hand(models, cards):
    """Self rating very well, timeline specific, engaged a little, a final interview: 3 answers, column A."""
    answers = {"self_rating": 5, "timeline_given": "specific", "candidate_engaged": 2, "stage": "final"}
    card = cards["default"]
    column = card.columns[0]
    words = {"self_rating": "very well", "timeline_given": "specific", "candidate_engaged": "a little"}
    points = {row.field: dict(zip(row.answers, row.points(UNIT), strict=True)) for row in card.rows}
    total = sum(points[field][answer] for field, answer in words.items())
    stage = next(row for row in card.situation if row.field == "stage")
    total += dict(zip(stage.answers, stage.points(column.unit), strict=True))["final"]
    below = [percent for percent, sum_ in zip(CHANCES, card.totals(column), strict=True) if sum_ <= total]
    shown = float(card.chance(observe(CATALOGUE, answers))[0])
    assert round(100 * shown) in (below[-1], CHANCES[len(below)])
    assert shown == pytest.approx(models["default"].predict(answers).probability, abs=0.03)
    page = Card(page_of(card, models["default"]))
    asked = {
        "How well did you do": "very well",
        "Did they say when": "specific",
        "How engaged were you": "a little",
    }
    assert page.fill(asked, {"Which stage": "final"}) == round(100 * shown)


def _in_words(card, seen, i):
    """Word a form as a person reads the page: words of levels, and numbers as they are."""
    found = dict(zip(card.catalogue.ids, measurements(seen)[i], strict=True))
    answers = {}
    for row in card.rows:
        signal, value = card.catalogue[row.field], float(found[row.field])
        if not math.isnan(value) and signal.kind in ("yes_no", "scale", "choice"):
            answers[row.question] = row.answers[row.values.index(value)].replace("_", " ")
        elif not math.isnan(value):
            answers[row.question] = math.exp(value) if signal.kind == "ratio" else value
    return answers


@pytest.mark.parametrize("kind", [*KINDS, "every kind"])
def test_adding_up_the_page_gives_the_result_of_the_card(models, cards, kind):
    if kind == "every kind":  # a ratio and a rate too
        model = models["trained on many"]
        card = scorecard(model, ["duration", "questions_asked", "rapport", "met_team", "timeline_given"])
    else:
        model, card = models[kind], cards[kind]
    page = Card(page_of(card, model))
    seen = simulate_forms(model.catalogue, card.rows, 150, FRESH)
    chances = card.chance(seen)
    days, promised = seen["days_since_interview"], seen["promised_days"]
    for i in range(seen.n):
        others = seen["other_candidates"][i]
        situation = (
            {"Which stage": seen.answer_text("stage", i).replace("_", " ")}
            if math.isnan(others)
            else {"Or, if you know it": float(others)}
        )
        if not math.isnan(days[i]):
            situation["No answer yet?"] = days[i] / (10 if math.isnan(promised[i]) else promised[i])
        assert page.fill(_in_words(card, seen, i), situation) == round(100 * chances[i]), i


def test_other_candidates_replace_the_stage(models, cards):
    rows = Card(page_of(cards["default"], models["default"])).situation
    others = next(answers for heading, answers in rows.items() if heading.startswith("Or, if"))
    assert others["0"]["A"] > others["1"]["A"] > 0 > others["5"]["A"] > others["15"]["A"]
    for number in (0, 1, 3, 7):
        shown = float(
            cards["default"].chance(observe(CATALOGUE, {"other_candidates": number, "stage": "final"}))[0]
        )
        expected = models["default"].predict({"other_candidates": number}).base_rate
        assert shown == pytest.approx(expected, abs=0.0151)


@pytest.mark.parametrize("law", [Silence(), Silence(median_days=4.5, sigma=0.6, never_answered=0.7)])
def test_the_wait_is_that_of_bayes_rule(law):
    catalogue = replace(Catalogue.built_in(), silence=law)
    row = situation_rows(OfferModel.default(catalogue=catalogue), 0.8)[-1]
    exact = silence_log_odds(law.median_days * np.array(row.values), np.full(len(row.values), np.nan), law)
    np.testing.assert_allclose(row.log_odds, exact)
    assert row.points_of(np.array([np.nan, 0.0]), UNIT).tolist() == [0, 0]
    assert f"(or {law.median_days:g} if none)" in row.question


def test_an_answer_between_two_of_the_list_counts_as_the_nearest(models):
    row = question_row(models["own"].catalogue["calls"], 0.4)
    assert row.answers == ["0", "3", "6", "9"]
    low, high = row.points(UNIT)[:2]
    assert row.points_of(np.array([0.0, 1.0, 1.5, 2.0, 4.0]), UNIT).tolist() == [low, low, low, high, high]
    assert row.question == "How many calls? (nearest)"
    ratio = question_row(CATALOGUE["duration"], 0.4)
    assert ratio.answers == ["55%", "75%", "100%", "135%", "180%"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_is_complete_escaped_and_deterministic(models, cards, kind):
    page = page_of(cards[kind], models[kind])
    assert page == page_of(scorecard(models[kind]), models[kind])
    names = set(Card(page).names)
    assert not names & {"script", "link", "img", "iframe"}
    assert not re.search(r"https?:|url\(|@import|20\d\d-\d\d", page)
    if kind == "own":
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "Did they &lt;b&gt;praise&lt;/b&gt; it &amp; you?" in page
    assert "not for deciding whom to hire" in page
    assert models[kind].fingerprint[:12] in page


def test_a_card_prints_on_one_page(models, cards, browser):
    """Also the longest one that can be asked for."""
    longest = sorted(CATALOGUE.signals, key=lambda signal: -len(signal.question))[:MOST]
    model = models["default"]
    pages = {kind: page_of(cards[kind], models[kind]) for kind in KINDS}
    pages["longest"] = page_of(scorecard(model, [signal.id for signal in longest]), model)
    for code in ("de", "es"):
        with use_language(code):
            pages[code] = page_of(scorecard(model, [signal.id for signal in longest]), model)
    sheets = {}
    for kind, page in pages.items():
        window = browser.new_page()
        window.set_content(page)
        sheets[kind] = [window.pdf(format=paper).count(b"/Type /Page\n") for paper in ("A4", "Letter")]
        for width in (390, 1280):
            window.set_viewport_size({"width": width, "height": 900})
            assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert window.evaluate(
            "[...document.querySelectorAll('table')].every(table =>"
            " table.getBoundingClientRect().right <= document.body.getBoundingClientRect().right)"
        ), kind
    assert sheets == {kind: [1, 1] for kind in pages}


def test_a_card_has_only_the_requested_questions(models):
    card = scorecard(models["default"], ["self_rating", "Rapport"])
    assert [row.field for row in card.rows] == ["rapport", "self_rating"]
    with_more = observe(CATALOGUE, {"self_rating": 5, "timeline_given": "refused"})
    assert card.chance(with_more) == card.chance(observe(CATALOGUE, {"self_rating": 5}))
    with pytest.raises(AnswerError, match="did you mean `rapport`") as caught:
        scorecard(models["default"], ["raport", "stage", "selfrating"])
    assert len(caught.value.faults) == 3
    for wrong in ([], CATALOGUE.ids[: MOST + 1]):
        with pytest.raises(AnswerError, match="1 to 12"):
            scorecard(models["default"], wrong)


def test_signs_without_effect_make_a_card():
    unknown = {"id": "dog", "question": "A dog?", "kind": "yes_no"}
    catalogue = Catalogue.from_dict(Catalogue.built_in().to_dict() | {"signals": [unknown]})
    model = OfferModel.default(catalogue=catalogue)
    card = scorecard(model)
    assert float(card.chance(observe(catalogue, {"dog": "yes"}))[0]) == pytest.approx(0.3, abs=0.02)
    assert Card(page_of(card, model)).questions == {"A dog?": {"no": 0, "yes": 0}}


def test_a_card_that_is_too_far_off_has_a_warning():
    near = Agreement(10_000, 0.01, 0.05, 0.99996)
    assert "99.9% within 5." in agreement_text(near)
    assert "too far" not in agreement_text(near)
    assert "too far to rely on" in agreement_text(near._replace(high=0.051))


def test_the_command_writes_the_page_and_prints_how_close_it_is(offerodds, tmp_path):
    target = tmp_path / "card.html"
    ran = offerodds("scorecard", "--out", target)
    assert ran.code == 0, ran.err
    assert "On 10,000 simulated forms, half of the results" in ran.err
    page = target.read_text(encoding="utf-8")
    assert offerodds("scorecard").out == page
    assert len(Card(page).questions) == 10
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["card.html"]
    two = Card(offerodds("scorecard", "--signals", "rapport, self_rating").out)
    assert list(two.questions) == ["How easy and warm was the conversation?", "How well did you do?"]


def test_the_command_uses_the_trained_model(offerodds, models, tmp_path):
    models["trained"].save(tmp_path / "home" / "model.json")
    ran = offerodds("scorecard")
    assert "and 60 outcomes" in ran.out
    assert str(tmp_path) not in ran.out
    models["trained"].save(tmp_path / "theirs.json")
    given = offerodds("scorecard", "--model", tmp_path / "theirs.json").out
    assert ", according to theirs.json. For candidates" in given


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--out", "card.pdf"], "expected .html"),
        (["--out", "card"], "not a web page"),
        (["--signals", "raport"], "did you mean `rapport`"),
        (["--signals", ""], "no such sign"),
        (["--signals", ",".join(CATALOGUE.ids)], "1 to 12"),
        (["--model", "missing.json"], "no such file"),
    ],
)
def test_bad_input_is_refused_and_nothing_written(offerodds, tmp_path, monkeypatch, arguments, expected):
    monkeypatch.chdir(tmp_path)
    ran = offerodds("scorecard", *arguments)
    assert ran.code == 2
    assert expected in ran.err
    assert not ran.out
    assert not [path for path in tmp_path.iterdir() if path.name != "home"]


def test_a_page_goes_to_a_pipe_and_no_terminal(offerodds, tmp_path, monkeypatch):
    assert offerodds("scorecard").out.startswith("<!doctype html>")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ran = offerodds("scorecard")
    assert ran.code == 2
    assert ran.err == "offerodds: the scorecard is a web page; save it with --out card.html\n"
    assert not ran.out
    assert offerodds("scorecard", "--out", tmp_path / "card.html").code == 0


def test_a_failed_write_leaves_the_previous_page(offerodds, tmp_path):
    (tmp_path / "card.html").mkdir()
    ran = offerodds("scorecard", "--out", tmp_path / "card.html")
    assert ran.code == 2
    assert "is a directory" in ran.err
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["card.html"]
