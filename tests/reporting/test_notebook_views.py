"""HTML views of notebooks: complete, escaped, self-contained and cheap."""

import html
import json
import math
import re
import subprocess
import sys
from dataclasses import fields, replace
from html.parser import HTMLParser

import pytest

from helpers import CATALOGUE
from offerodds import Catalogue, OfferModel, Prediction, evaluate, train
from offerodds.model.prediction import Contribution
from offerodds.reporting.prediction import range_sentences, remarks, sign_name
from offerodds.training.simulation.simulate import simulate

OWN = """
[[groups]]
id = "odd"
title = "<script>alert(1)</script>"
[[signals]]
id = "praised"
name = "their praise"
group = "odd"
question = "Praised?"
kind = "scale"
levels = ["<script>alert(2)</script>", "b & c", "c", "\\"d\\"", "e"]
direction = "favourable"
[[signals]]
id = "dog"
name = "office dog"
question = "A dog?"
kind = "yes_no"
"""
ANSWERS = {
    "rapport": 4,
    "timeline_given": "specific",
    "self_rating": 5,
    "interviewer_distracted": "yes",
    "met_team": "yes",
    "difficulty": 3,
    "feedback_given": "no",
    "stage": "final",
    "days_since_interview": 9,
}


class Page(HTMLParser):
    """The cells of a fragment, and whether every element is closed in its turn."""

    def __init__(self, markup):
        super().__init__()
        self.open, self.names, self.rows, self.attributes = [], [], [], []
        self.feed(markup)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.names.append(tag)
        self.attributes.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_startendtag(self, tag, _):
        self.names.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    own = tmp_path_factory.mktemp("own") / "own.toml"
    own.write_text(OWN, encoding="utf-8")
    model = OfferModel.default()
    result = train(simulate(40, model, seed=3))
    of_own = OfferModel.default(catalogue=Catalogue.load(own))
    return {
        "prediction": model.predict(ANSWERS),
        "nothing answered": model.predict({}),
        "model": model,
        "trained model": result.model,
        "training": result,
        "evaluation": evaluate(result.model, simulate(60, model, seed=5), bootstraps=100),
        "too few": evaluate(model, simulate(3, model, seed=5)),
        "own model": of_own,
        "own prediction": of_own.predict({"praised": 1, "dog": "no"}),
    }


KINDS = (
    "prediction",
    "nothing answered",
    "model",
    "trained model",
    "training",
    "evaluation",
    "too few",
    "own model",
    "own prediction",
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_view_is_complete_and_self_contained(shown, kind):
    markup = shown[kind]._repr_html_()
    page = Page(markup)
    assert not {"script", "link", "img", "iframe", "object"} & set(page.names)
    assert not re.search(r"https?:|url\(|@import|\son\w+=", markup)
    assert markup == shown[kind]._repr_html_()


@pytest.mark.parametrize("kind", KINDS)
def test_the_style_leaves_colours_to_the_notebook(shown, kind):
    style = re.search(r"<style>(.*?)</style>", shown[kind]._repr_html_(), re.DOTALL)[1]
    assert not re.search(r"#[0-9a-f]{3}|rgb|:(white|black)", style)
    assert all(rule.startswith(".offerodds") for rule in re.split(r"}\n?", style.strip()) if rule)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "too few"])
def test_tables_have_captions_and_scoped_headers(shown, kind):
    page = Page(shown[kind]._repr_html_())
    assert page.names.count("table") == page.names.count("caption") == 1
    assert all(attributes.get("scope") for tag, attributes in page.attributes if tag == "th")


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_repeat_their_row_or_describe_themselves(shown, kind):
    page = Page(shown[kind]._repr_html_())
    ids = [attributes["id"] for _, attributes in page.attributes if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.attributes:
        if tag == "svg" and attributes.get("aria-hidden") != "true":
            assert attributes["role"] == "img"
            assert {attributes["aria-labelledby"], attributes["aria-describedby"]} <= set(ids)


@pytest.mark.parametrize("kind", ["prediction", "nothing answered", "own prediction"])
def test_the_log_odds_of_the_rows_add_up(shown, kind):
    rows = Page(shown[kind]._repr_html_()).rows[1:]
    of = [float(row[-1].split(" (")[0]) for row in rows if row[-1]]  # those of the context have none
    assert sum(of[:-1]) == pytest.approx(of[-1], abs=0.005 * len(of))
    assert of[-1] == pytest.approx(
        math.log(shown[kind].probability / (1 - shown[kind].probability)), abs=0.006
    )


def test_a_sign_has_the_name_of_its_catalogue(shown):
    names = [row[:2] for row in Page(shown["own prediction"]._repr_html_()).rows]
    assert ["their praise", "<script>alert(2)</script>"] in names
    assert ["1 smaller sign", "office dog"] in names


def test_unmeasured_signs_are_named_as_in_the_terminal(shown):
    prediction = OfferModel.default().predict(
        {"rapport": 4, "thank_you_sent": "yes", "closing_enthusiasm": 2}
    )
    note = "No measured effect found for closing enthusiasm and thank you sent, so we assume a small one."
    assert note in remarks(prediction, [], CATALOGUE)
    assert note in prediction._repr_html_()
    assert "No measured effect" not in replace(prediction, catalogue=None)._repr_html_()
    for kind in ("prediction", "nothing answered", "own prediction"):
        assert "No measured effect" not in shown[kind]._repr_html_()


def test_the_catalogue_of_a_prediction_is_only_for_views(shown):
    prediction = shown["prediction"]
    bare = replace(prediction, catalogue=None)
    assert (bare, repr(bare)) == (prediction, repr(prediction))
    assert bare.to_dict() == prediction.to_dict()
    assert list(prediction.to_dict()) == [
        "probability",
        "low",
        "high",
        "level",
        "base_rate",
        "halo_discount",
        "contributions",
        "unanswered",
        "points",
        "parts",
        "context",
    ]
    assert prediction.catalogue is CATALOGUE


def test_every_answer_is_listed_or_named_among_the_smaller(shown):
    rows = Page(shown["prediction"]._repr_html_()).rows
    text = " ".join(" ".join(row) for row in rows)
    for contribution in shown["prediction"].contributions:
        assert sign_name(contribution.signal, CATALOGUE) in text
    assert any("smaller sign" in row[0] for row in rows)


def test_answers_that_set_the_average_come_before_it(shown):
    rows = Page(shown["prediction"]._repr_html_()).rows
    shown_points = f"{round(100 * shown['prediction'].points['stage']):+d}"
    assert rows[1] == ["stage", "final", "", shown_points, ""]
    assert rows[2][0] == "average for interviews like this"
    assert sum(row[0] == "stage" for row in rows) == 1


def test_the_range_is_in_the_sentences_of_the_terminal(shown):
    for kind in ("prediction", "nothing answered", "own prediction"):
        markup = html.unescape(shown[kind]._repr_html_())
        assert all(markup.count(line) == 1 for line in range_sentences(shown[kind]))


def test_a_model_shows_the_odds_ratios_of_its_weights(shown):
    for kind in ("model", "trained model", "own model"):
        rows = [row for row in Page(shown[kind]._repr_html_()).rows[1:] if len(row) > 1]
        found = {row[0]: [float(each) for each in re.findall(r"\d+\.\d+", " ".join(row[1:]))] for row in rows}
        for weight in shown[kind].weights().to_dict("records"):
            wanted = [weight["odds_ratio"], weight["low"], weight["high"]]
            if kind == "trained model":
                wanted.insert(0, weight["prior_odds_ratio"])
            assert found[weight["favourable_answer"]] == pytest.approx(wanted, abs=0.0051)
        assert len(rows) == len(shown[kind].catalogue.signals)


def test_texts_of_a_catalogue_are_escaped(shown):
    assert "&lt;script&gt;alert(1)" in shown["own model"]._repr_html_()
    assert "&lt;script&gt;alert(2)" in shown["own prediction"]._repr_html_()
    odd = Contribution("<b onload=x>", "\u202e<i>", None, 0.1, 0.1, 0.1)
    page = Page(Prediction(0.3, 0.1, 0.5, 0.9, 0.3, 1.0, (odd,), ())._repr_html_())
    assert not {"b", "i"} & set(page.names)


def test_showing_a_result_does_not_compute_the_verdict():
    result = train({"rapport": [5, 1] * 4, "outcome": ["offer", "rejected"] * 4})
    assert "not computed yet" in result._repr_html_()
    assert "validation" not in vars(result)
    word = result.verdict.word
    assert f"Verdict: {word}." in result._repr_html_()


def test_showing_a_prediction_or_a_model_loads_nothing_heavy():
    code = (
        "import offerodds, sys, json; m = offerodds.OfferModel.default(); m._repr_html_();"
        "m.predict({'rapport': 4})._repr_html_(); print(json.dumps([*sys.modules]))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(json.loads(run.stdout)) & {"pandas", "matplotlib", "sklearn", "scipy", "rich"}


def test_signs_are_under_the_headings_of_the_form(shown):
    page = Page(shown["model"]._repr_html_())
    headings = [row[0] for row in page.rows if len(row) == 1]
    asked = {signal.group for signal in CATALOGUE.signals}
    assert headings == [CATALOGUE.title(group) for group in CATALOGUE.group_order if group in asked]


def test_a_class_derived_from_ours_is_shown_as_ours():
    class Mine(OfferModel):
        pass

    mine = Mine(**{field.name: getattr(OfferModel.default(), field.name) for field in fields(OfferModel)})
    assert mine._repr_html_() == OfferModel.default()._repr_html_()


def test_without_a_notebook_an_object_is_described_in_one_line():
    rows = {"rapport": [5, 4, 2] * 6, "outcome": ["offer", "offer", "ghosted"] * 6}
    model, result = OfferModel.default(), train(rows)
    evaluation, prediction = evaluate(model, rows), model.predict({"rapport": 5})
    shown = [repr(each) for each in (model, result, evaluation, prediction, model.catalogue)]
    shown += [repr(result.validation), repr(replace(result.choose(), comparison=None))]
    assert max(map(len, shown)) < 200
    assert not [text for text in shown if "\n" in text]
    assert shown[0] == "OfferModel(published evidence, 36 signs, base rate 0.3)"
    assert shown[1].startswith(
        "TrainingResult(12 with an offer, 6 without, OfferModel(trained on 18 outcomes,"
    )
    loss = r"log loss 0\.\d{3}"
    assert re.fullmatch(rf"Evaluation\(.*, {loss} \(model\), {loss} \(base rate\)\)", shown[2])
    assert f"probability={prediction.probability:.3f}" in shown[3]
    too_few = {"rapport": [5, 2], "outcome": ["offer", "ghosted"]}
    assert repr(evaluate(model, too_few)) == "Evaluation(1 with an offer, 1 without)"
