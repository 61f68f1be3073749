"""The scorecard: what it says is what the model says, to two points, for anyone who can add."""

import json
import math
import re
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from browser import chromium
from card_reader import Card
from playwright.sync_api import sync_playwright

from helpers import CATALOGUE, ROOT
from offerodds import AnswerError, Catalogue, OfferModel, train
from offerodds.data.answers.observations import Observations, observe
from offerodds.data.catalogue.catalogue import Silence
from offerodds.model.silence import silence_log_odds
from offerodds.reporting.scorecard.card import OTHERS, UNIT
from offerodds.reporting.scorecard.fidelity import Agreement, check
from offerodds.reporting.scorecard.fit import scorecard
from offerodds.reporting.scorecard.page import agreed, scorecard_page
from offerodds.reporting.scorecard.points import SilencePoints, row_of
from offerodds.training.simulation.answers import draw_answers
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


def made(model, full=True):
    return scorecard(model, model.catalogue.ids if full else None)


KINDS = ("default", "trained", "trained on many", "own")


@pytest.mark.parametrize("full", [False, True], ids=["short", "full"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_card_follows_its_model_over_ten_thousand_forms(models, kind, full):
    found = check(made(models[kind], full), models[kind])
    assert found.n == 10_000
    assert found.within >= 0.999
    assert found.rare <= 0.02
    assert found.largest <= 0.035
    assert found.mean <= 0.005
    assert found.interval <= 0.03


def test_the_short_card_of_published_evidence_is_never_more_than_two_points_off(models):
    card = made(models["default"], full=False)
    assert all(check(card, models["default"], seed=seed).largest <= 0.02 + 1e-9 for seed in range(3))


def test_the_document_tells_what_the_command_measures(models):
    document = " ".join((ROOT / "docs" / "method.md").read_text(encoding="utf-8").split())
    for full in (False, True):
        assert agreed(check(made(models["default"], full), models["default"])) in document


def test_the_check_compares_with_what_predict_says(models):
    """One form at a time, through words and `predict`, is what the check does with arrays."""
    model, card = models["trained"], made(models["trained"])
    table = simulate(200, model, seed=8).drop(columns=["outcome", "synthetic"])
    differences = []
    for record in table.to_dict("records"):
        answers = {name: given for name, given in record.items() if not pd.isna(given)}
        shown = float(card.fill(observe(model.catalogue, answers)).chance[0])
        differences.append(abs(shown - model.predict(answers).probability))
    assert max(differences) <= 0.035
    assert 0.0 < float(np.mean(differences)) <= 0.005


@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_card_gives_the_base_rate(models, kind):
    model = models[kind]
    card = made(model)
    for stage in ("phone_screen", "first", "final", "graduate"):
        shown = float(card.fill(observe(model.catalogue, {"stage": stage})).chance[0])
        assert shown == pytest.approx(model.predict({"stage": stage}).base_rate, abs=0.0101)


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_has_points_that_rise_with_its_weight(models, kind):
    model = models[kind]
    for row, weight in zip(made(model).rows, model.posterior.mean[1:], strict=True):
        turned = model.catalogue[row.signal].turn * weight
        assert len(row.answers) == len(row.points) == len(row.cuts) + 1 == len(row.strengths)
        assert len(set(row.answers)) == len(row.answers)
        assert list(row.points) == sorted(row.points, reverse=bool(turned < 0))
        assert row.weight in range(-9, 10)


@pytest.mark.parametrize("kind", KINDS)
def test_ranges_of_numbers_leave_no_gap_and_are_where_they_say(models, kind):
    for signal in models[kind].catalogue.signals:
        row = row_of(signal, 0.4, UNIT)
        if signal.kind not in ("count", "minutes", "days"):
            continue
        for number in range(200):
            words = row.answers[int(row.place_of(np.array([float(number)]))[0])]
            ends = [int(each) for each in re.findall(r"\d+", words)]
            assert ends[0] <= number
            assert words.endswith("or more") or number <= ends[-1]


@pytest.mark.parametrize("full", [False, True], ids=["short", "full"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_row_of_shares_is_for_a_sum_that_some_answers_have(models, kind, full):
    card = made(models[kind], full)
    weights = [row.weight for row in card.rows if row.weight]
    sums = {0}
    for weight in weights:
        sums |= {weight + each for each in sums}
    assert set(card.counting.cuts) <= sums
    assert list(card.counting.cuts) == sorted(set(card.counting.cuts) - {min(sums)})
    if weights:
        assert len(card.counting.cuts) > 1


def test_more_answers_of_the_short_card_never_count_for_more(models):
    shares = np.array(made(models["default"], full=False).counting.shares)
    assert np.all(np.diff(shares, axis=1) <= 0)


def test_points_are_the_weight_times_the_strength():
    card = made(OfferModel.default())
    effects, shrink = OfferModel.default().effects, 1 / math.sqrt(1 + math.pi * 1.1**2 / 8)
    row = card.rows[CATALOGUE.ids.index("self_rating")]
    weight = effects.weight[CATALOGUE.ids.index("self_rating")]
    assert row.points == tuple(round(shrink * weight * (answer - 3.5) / UNIT) for answer in range(1, 6))


def test_a_card_worked_by_hand(models):
    """Self rating very well, timeline specific, rapport stiff, a final interview, nothing waited for."""
    card = made(models["default"], full=False)
    answers = {"self_rating": 5, "timeline_given": "specific", "rapport": 2, "stage": "final"}
    filled = card.fill(observe(CATALOGUE, answers))
    b, halo = {"s": 0.44431, "t": 0.54879, "r": 0.14180}, {"s": 0.85, "t": 0.45, "r": 0.75}
    together = sum(b[i] * halo[i] for i in b) ** 2 + sum(b[i] ** 2 * (1 - halo[i] ** 2) for i in b)
    discount = sum(each**2 for each in b.values()) / together
    assert int(filled.points[0]) == 27 + 13 - 9
    assert int(filled.share[0]) / 1000 == pytest.approx(discount, abs=0.015)
    assert int(filled.start[0]) == round(math.log(0.32 / 0.68) / UNIT) == -38
    assert (int(filled.counted[0]), int(filled.kept[0]), int(filled.total[0])) == (19, 99, -19)
    assert float(filled.chance[0]) == round(1 / (1 + math.exp(0.02 * 19)), 2) == 0.41
    assert models["default"].predict(answers).probability == pytest.approx(0.41, abs=0.01)


def _page(model, full=True):
    card = made(model, full)
    return card, scorecard_page(card, model, check(card, model))


def _in_words(card, seen, i):
    """Return the answers of a form as the page words questions and answers."""
    from offerodds.model.features import quantities

    notes = {"rate": " (per half hour)", "ratio": " (of the time planned)"}
    found = dict(zip(card.catalogue.ids, quantities(seen)[i], strict=True))
    words = {}
    for row in card.rows:
        signal, value = card.catalogue[row.signal], found[row.signal]
        if not math.isnan(value):
            words[signal.question + notes.get(signal.kind, "")] = row.answers[int(row.place_of(value))]
    return words


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_reckons_with_the_page_gets_what_the_card_gives(models, kind):
    model = models[kind]
    card, page = _page(model)
    reader = Card(page)
    n = 150
    seen = draw_answers(n, model.catalogue, seed=3)
    rng = np.random.default_rng(1)
    days = np.where(rng.random(n) < 0.6, rng.integers(0, 60, n), np.nan)
    promised = np.where(rng.random(n) < 0.5, rng.integers(1, 20, n), np.nan)
    own = np.where(rng.random(n) < 0.3, rng.integers(1, 100, n) / 100, np.nan)
    more = {"days_since_interview": days, "promised_days": promised, "base_rate": own}
    seen = Observations(model.catalogue, {**seen.answers, **more}, n)
    chance = card.fill(seen).chance
    for i in range(n):
        by_hand = reader.reckon(
            _in_words(card, seen, i),
            start=seen.said("stage", i).replace("_", " "),
            days=None if math.isnan(days[i]) else days[i],
            promised=None if math.isnan(promised[i]) else promised[i],
            own=None if math.isnan(own[i]) else round(100 * own[i]),
        )
        assert by_hand == round(100 * chance[i]), i


def test_other_candidates_start_where_their_range_says(models):
    card, page = _page(models["default"], full=False)
    rows = {row[0]: row[1] for row in Card(page).tables["Start"]}
    assert rows["0 others"] == "+110"
    assert rows["1 other"] == "0"
    assert rows["10–11 others"] == "−118"
    for others in (0, 5, 11, OTHERS[-1]):
        shown = float(card.fill(observe(CATALOGUE, {"other_candidates": others})).chance[0])
        assert shown == pytest.approx(
            models["default"].predict({"other_candidates": others}).base_rate, abs=0.0101
        )


@pytest.mark.parametrize("law", [Silence(), Silence(median_days=4.5, sigma=0.6, never_answered=0.7)])
def test_silence_is_that_of_bayes_rule(law):
    table = SilencePoints.of(law, UNIT)
    days = np.arange(0.0, 60.0)
    for promised in (np.nan, 1.0, 7.0, 30.0):
        exact = silence_log_odds(days, np.full(days.shape, promised), law) / UNIT
        shown = table.points_of(days, np.full(days.shape, promised))
        told = exact > -150  # below, a chance is next to nothing
        assert np.max(np.abs(shown - exact)[told]) <= 4
    assert table.points_of(np.array([np.nan]), np.array([np.nan])).tolist() == [0]
    assert list(table.points) == sorted(table.points, reverse=True)


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_is_whole_escaped_and_the_same_every_time(models, kind):
    _, page = _page(models[kind])
    assert page == _page(models[kind])[1]
    names = set(Card(page).names)
    assert not names & {"script", "link", "img", "iframe"}
    assert not re.search(r"https?:|url\(|@import|20\d\d-\d\d", page)
    if kind == "own":
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "Did they &lt;b&gt;praise&lt;/b&gt; it &amp; you?" in page
    assert "not for deciding whom to hire" in page
    assert models[kind].fingerprint[:12] in page


@pytest.mark.parametrize("full", [False, True], ids=["short", "full"])
def test_a_card_prints_on_two_sheets(models, full, tmp_path):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        sheets = {}
        for kind, model in models.items():
            page = browser.new_page()
            page.set_content(_page(model, full)[1])
            wide = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            sheets[kind] = (page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n"), wide)
        browser.close()
    assert sheets == dict.fromkeys(models, (2, True))


def test_only_what_is_asked_for_is_on_the_card(models):
    card = scorecard(models["default"], ["self_rating", "Rapport"])
    assert [row.signal for row in card.rows] == ["rapport", "self_rating"]
    with_more = observe(CATALOGUE, {"self_rating": 5, "timeline_given": "refused"})
    assert card.fill(with_more).chance == card.fill(observe(CATALOGUE, {"self_rating": 5})).chance
    with pytest.raises(AnswerError, match="did you mean `rapport`") as caught:
        scorecard(models["default"], ["raport", "stage", "selfrating"])
    assert len(caught.value.faults) == 3
    with pytest.raises(AnswerError, match="no signal"):
        scorecard(models["default"], [])


def test_signs_that_tell_nothing_make_a_card_all_the_same():
    unknown = {"id": "dog", "question": "A dog?", "kind": "yes_no"}
    catalogue = Catalogue.from_dict(Catalogue.built_in().to_dict() | {"signals": [unknown]})
    model = OfferModel.default(catalogue=catalogue)
    card, page = _page(model)
    assert float(card.fill(observe(catalogue, {"dog": "yes"})).chance[0]) == 0.3
    assert "No points either way, so not asked: dog." in page


def test_a_sign_apart_from_the_general_impression_has_a_negative_weight(models):
    """It makes the others count for more, and a card says so."""
    weights = {row.signal: row.weight for row in made(models["own"]).rows}
    assert weights["luck"] < 0 < weights["ease"]


def test_a_card_that_is_too_far_off_says_so():
    far = Agreement(10_000, 0.101, 0.1, 0.01, 0.98996, 0.02)
    assert "98.99 %" in agreed(far)
    assert "ask the model itself" in agreed(far)
    assert "ask the model itself" in agreed(replace(far, within=0.99))
    assert "ask the model itself" in agreed(replace(far, largest=0.1))
    assert "ask the model" not in agreed(replace(far, within=0.99, largest=0.1))


def test_the_command_writes_the_page_and_says_how_close_it_is(offerodds, tmp_path):
    target = tmp_path / "card.html"
    ran = offerodds("scorecard", "--out", target)
    assert ran.code == 0, ran.err
    assert "On 10,000 made-up forms the card is within 2 points" in ran.err
    page = target.read_text(encoding="utf-8")
    assert offerodds("scorecard").out == page
    assert len(Card(page).tables["form"]) == 12
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["card.html"]
    data = json.loads(offerodds("scorecard", "--signals", "rapport, self_rating", "--json").out)
    assert [row["signal"] for row in data["questions"]] == ["rapport", "self_rating"]
    assert data["agreement"]["within"] > 0.999


def test_the_command_uses_the_trained_model(offerodds, models, tmp_path):
    models["trained"].save(tmp_path / "home" / "model.json")
    ran = offerodds("scorecard", "--full")
    assert "and 60 outcomes" in ran.out
    assert str(tmp_path) not in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "card.pdf"], "expected .html"),
        (["--out", "card"], "not a page by its name"),
        (["--signals", "raport"], "did you mean `rapport`"),
        (["--signals", ""], "no such signal"),
        (["--signals", "rapport", "--full"], "--signals and --full together"),
        (["--json", "--out", "card.html"], "--out writes a page"),
        (["--out", "card.pdf", "--full", "--signals", "x"], "2 faults"),
        (["--model", "missing.json"], "no such file"),
    ],
)
def test_bad_input_is_refused_and_nothing_written(offerodds, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    ran = offerodds("scorecard", *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert not ran.out
    assert not [path for path in tmp_path.iterdir() if path.name != "home"]


def test_a_page_goes_to_a_pipe_and_no_terminal(offerodds, tmp_path, monkeypatch):
    assert offerodds("scorecard").out.startswith("<!doctype html>")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ran = offerodds("scorecard")
    assert ran.code == 2
    assert "terminal" in ran.err
    assert "--out card.html" in ran.err
    assert not ran.out
    assert offerodds("scorecard", "--json").code == 0
    assert offerodds("scorecard", "--out", tmp_path / "card.html").code == 0


def test_a_page_that_cannot_be_written_leaves_the_one_before(offerodds, tmp_path):
    (tmp_path / "card.html").mkdir()
    ran = offerodds("scorecard", "--out", tmp_path / "card.html")
    assert ran.code == 2
    assert "is a directory" in ran.err
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["card.html"]
