"""The form and its estimate, without a browser."""

import html
import json
import math
import re
import time

import pytest

from helpers import CATALOGUE, ROOT
from offerodds import Catalogue, OfferModel, train
from offerodds.data.answers.forms import read_form, short_form
from offerodds.data.files import user_model_path
from offerodds.reporting.number_format import percent, points
from offerodds.reporting.prediction import effect_text, range_sentences
from offerodds.training.model_store import ActiveModel
from offerodds.web.estimate import estimate

ANSWERS = {"rapport": "warm", "timeline_given": "specific", "stage": "final", "days_since_interview": "9"}


def shown_percent(text):
    """Return the probability that a page shows."""
    return re.search(r'<p class="number"><strong>([^<]+)</strong>', text)[1]


def test_every_question_is_asked_once_and_can_be_left_out(client):
    text = client.get("/").text
    for field, question in CATALOGUE.questions.items():
        assert text.count(f'id="q-{field}"') == 1, field
        assert html.escape(question.question, quote=False) in text.replace("&#39;", "'")
        blank = f'name="{field}" value=""'
        assert blank in text, field


def test_the_signs_of_an_own_catalogue_have_its_names_everywhere(client, tmp_path):
    path = tmp_path / "own.toml"
    named = '[[signals]]\nid = "{0}"\nname = "our {0}"\nquestion = "{0}?"\nkind = "scale"\nr_offer = 0.4\n'
    path.write_text("".join(map(named.format, ("mood", "noise", "tea"))), encoding="utf-8")
    OfferModel.default(catalogue=Catalogue.load(path)).save(user_model_path())
    panel = client.post("/estimate", data={"mood": "5", "noise": "loud"}).text
    assert 'href="#q-tea">our tea</a>' in panel
    assert '<a href="#q-noise">our noise</a>' in panel
    saved = client.post("/journal", data={"secret": "s", "company": "A", "noise": "loud"})
    assert saved.text.count("Our noise: enter 1 to 5 (you entered “loud”)") == 2  # also beside it
    answer = client.post("/api/predict", json={"answers": {"mood": 5}, "what_if": [{"tea": 1}]})
    assert answer.json()["what_if"][0]["if"] == "our tea = 1"


def asked_first(client):
    """Return the ids of the questions that are not folded, in order."""
    text = re.sub(r'<details id="more".*?</details>', "", client.get("/").text, flags=re.DOTALL)
    return re.findall(r'id="q-(\w+)"', text)


def test_the_short_form_comes_first_in_its_order_and_the_rest_one_click_away(client):
    assert asked_first(client) == [question.id for question in short_form(CATALOGUE)]


def test_a_trained_model_asks_first_what_changes_its_estimate_most(client):
    n = 120
    table = {"met_team": ["yes", "no"] * n, "outcome": ["offer", "rejected"] * n}
    model = train(table).model
    model.save(user_model_path())
    assert model.predict({}).unanswered[0].signal == "met_team"
    assert asked_first(client)[:2] == ["stage", "met_team"]


def test_the_other_questions_are_folded_until_one_is_answered(client):
    assert '<details id="more">' in client.get("/").text
    assert '<details id="more">' in client.post("/", data={"stage": "final"}).text
    assert '<details id="more" open>' in client.post("/", data={"met_team": "yes"}).text


def test_the_first_questions_that_are_answered_are_counted(client):
    def count(**answers):
        text = client.post("/", data=answers).text
        return re.search(r'<span id="answered">(\d+)</span> of (\d+) answered', text).groups()

    assert count() == ("0", "10")
    assert count(stage="final", base_rate="30%", met_team="yes") == ("2", "10")


def test_each_answer_has_its_effect_beside_the_question(client):
    text = client.post("/", data=ANSWERS | {"met_team": ""}).text
    effects = dict(re.findall(r'id="q-(\w+)".*?<span class="effect">([^<]*)</span>', text, re.DOTALL))
    assert effects.keys() == CATALOGUE.questions.keys()
    right = OfferModel.default().predict(ANSWERS).points
    assert {field: shown for field, shown in effects.items() if shown} == {
        field: effect_text(points) for field, points in right.items()
    }
    panel = client.post("/estimate", data=ANSWERS).text
    sent = html.unescape(re.search(r"data-effects='([^']*)'", panel)[1])
    assert json.loads(sent) == {field: effect_text(points) for field, points in right.items()}


@pytest.mark.parametrize("typed", ["30", "30%", "0.3", "30 %"])
def test_a_base_rate_is_a_percentage(client, typed):
    text = client.post("/", data={"base_rate": typed}).text
    assert shown_percent(text) == percent(OfferModel.default().predict({"base_rate": 0.3}).probability)
    assert "Ignored" not in text
    assert f'value="{typed}"' in text


def test_the_waterfall_adds_up(client):
    answers = read_form(ROOT / "data" / "examples" / "interview.toml") | {"overall_impression": "positive"}
    text = client.post("/estimate", data=answers).text
    table = re.search(r'<table class="signs">(.*?)</table>', text, re.DOTALL)[1]
    figures = [int(each.rstrip("%")) for each in re.findall(r'<td class="num">([^<]*)</td>', table)]
    assert len(figures) > 6
    assert sum(figures[:-1]) == figures[-1] == int(shown_percent(text).rstrip("%"))
    assert "overlap" in table


def test_a_hundred_people_and_three_reasons_stand_beside_the_number(client):
    text = client.post("/estimate", data=ANSWERS).text
    n = int(shown_percent(text).rstrip("%"))
    assert f"Of 100 interviews like this one, about {n} end in an offer and {100 - n} do not." in text
    reasons = re.findall(r"<li><span>([^<]*)</span> <b>([^<]*)</b></li>", text)
    right = OfferModel.default().predict(ANSWERS)
    (_, waited), *others = reasons
    before = round(n - 100 * right.points["days_since_interview"])
    assert waited == f"{before}% → {n}%"
    largest = sorted(right.points.values(), key=abs, reverse=True)[1:3]
    assert [effect for _, effect in others] == [effect_text(points) for points in largest]
    assert "Did they say when you would hear? Specific" in [html.unescape(reason) for reason, _ in reasons]
    assert "How to read this" in text


def test_other_answers_cannot_be_tried_before_the_first(client):
    assert "Answer a question first." in client.get("/").text
    assert "Answer a question first." not in client.post("/", data={"rapport": "4"}).text


def test_an_example_can_be_tried_and_is_never_saved(client):
    assert 'href="/?example=1"' in client.get("/").text
    assert 'href="/?example=1"' not in client.post("/", data=ANSWERS).text
    example = client.get("/?example=1").text
    right = OfferModel.default().predict(read_form(ROOT / "data" / "examples" / "interview.toml"))
    assert shown_percent(example) == percent(right.probability)
    assert "This is an example, which is not saved." in example
    again = client.post("/?example=1", data={"rapport": "cold"}).text  # *Estimate* without scripts
    assert 'action="/?example=1"' in again
    for page in (example, again):
        assert "Save interview" not in page
        assert "data-draft" not in page
    assert "data-draft" in client.get("/").text


def test_only_the_form_of_a_new_interview_keeps_a_draft(client):
    client.post("/journal", data={"secret": "s", "company": "Acme", "rapport": "warm"})
    for path in ("/journal/1/edit", "/journal/1/next-round"):
        page = client.get(path)
        assert page.status_code == 200
        assert "data-draft" not in page.text
        assert "Start again" not in page.text
    future = client.post("/journal", data={"secret": "s", "date": "2999-01-01"})
    assert future.status_code == 422
    assert "data-draft" in future.text


@pytest.mark.parametrize("path", ["/", "/estimate"])
def test_the_estimate_equals_that_of_the_model(client, path):
    text = client.post(path, data=ANSWERS).text
    right = OfferModel.default().predict(ANSWERS)
    assert shown_percent(text) == percent(right.probability)
    assert f"{percent(right.low)} to {percent(right.high)} (90% interval)" in text
    for line in range_sentences(right):
        assert text.count(f"<p>{line}</p>") == 1
    assert [answered.signal for answered in right.context] == ["stage"]
    for answered in (*right.contributions, *right.context):
        row = re.findall(
            rf'<tr>\s*<th scope="row"><details id="e-{answered.signal}">(.*?)</tr>', text, re.DOTALL
        )
        assert len(row) == (abs(answered.points) >= 0.005)
        assert all(f'<td class="num">{points(answered.points)}</td>' in each for each in row)


def test_answers_stay_in_the_form(client):
    text = client.post("/", data=ANSWERS | {"company": '"><b>', "notes": "</textarea>"}).text
    assert 'name="rapport" value="warm" checked' in text
    assert 'value="&#34;&gt;&lt;b&gt;"' in text
    assert "&lt;/textarea&gt;" in text


def test_an_invalid_answer_stays_in_the_form_with_a_message(client):
    text = client.post("/", data={"days_since_interview": "soon", "rapport": "icy", "stage": "final"}).text
    assert 'value="soon"' in text
    assert re.search(r'name="days_since_interview"[^>]* aria-invalid="true"', text)
    assert "Enter: </span>a number of days, 0 or more" in text
    assert not re.search(r'name="promised_days"[^>]* aria-invalid', text)
    assert "Choose 1 to 5, or cold" in text
    assert shown_percent(text) == percent(OfferModel.default().predict({"stage": "final"}).probability)


@pytest.mark.parametrize("path", ["/", "/estimate"])
def test_the_estimate_names_the_answers_it_ignores(client, path):
    text = client.post(path, data={"days_since_interview": "soon", "rapport": "warm"}).text
    assert re.findall(r'data-wrong="([^"]*)"', text) == ["days_since_interview"]
    assert "Ignored, not a valid answer: days without an answer." in text
    assert "Ignored" not in client.post(path, data=ANSWERS).text


def test_other_answers_can_be_tried_and_undone_without_a_script(client):
    first = client.post("/", data=ANSWERS | {"do": "try"}).text
    pinned = html.unescape(re.search(r'name="pinned" value="([^"]*)"', first)[1])
    other = ANSWERS | {"rapport": "cold"}
    tried = client.post("/", data=other | {"pinned": pinned}).text
    model = OfferModel.default()
    assert shown_percent(tried) == percent(model.predict(other).probability)
    assert f"{percent(model.predict(ANSWERS).probability)} →" in tried
    undone = client.post("/", data=other | {"pinned": pinned, "do": "undo"}).text
    assert shown_percent(undone) == percent(model.predict(ANSWERS).probability)
    assert 'value="warm" checked' in undone
    assert 'name="pinned"' not in undone
    adopted = client.post("/", data=other | {"pinned": pinned, "do": "adopt"}).text
    assert 'value="cold" checked' in adopted
    assert 'name="pinned"' not in adopted


@pytest.mark.parametrize(
    "pinned",
    [
        *("", "{", "3", "[]", '{"rapport": 3}', '{"raport": "x"}', "null", "NaN"),
        "[" * 100_000,
        '{"rapport": "\\ud800 unknown"}',
    ],
    ids=range(10),
)
def test_invalid_pinned_answers_are_ignored(client, pinned):
    assert client.post("/", data=ANSWERS | {"pinned": pinned, "do": "undo"}).status_code == 200


@pytest.mark.parametrize("charset", ["unicode_escape", "punycode", "undefined", "utf-16"])
def test_a_form_in_another_encoding_than_utf8_is_refused(client, charset):
    part = '--x\r\nContent-Disposition: form-data; name="company"\r\n\r\n\\ud800\xff.a-\r\n--x--\r\n'
    headers = {"content-type": f'multipart/form-data; boundary=x; charset="{charset}"'}
    answer = client.post("/", content=part.encode("latin-1"), headers=headers)
    assert answer.status_code == 415
    assert "UTF-8" in answer.text
    headers["content-type"] = "multipart/form-data; boundary=x; charset=UTF-8"
    assert client.post("/", content=part.encode(), headers=headers).status_code == 200


def test_a_newly_trained_model_is_used_at_once(client):
    before = shown_percent(client.post("/estimate", data=ANSWERS).text)
    outcomes = {"rapport": [5] * 20, "outcome": ["offer"] * 20}
    train(outcomes).model.save(user_model_path())
    text = client.post("/estimate", data=ANSWERS).text
    assert shown_percent(text) != before
    assert "20 outcomes" in text


def test_the_page_of_training_replaces_an_unreadable_model(client):
    train({"rapport": [5] * 20, "outcome": ["offer"] * 20}).model.save(user_model_path())
    user_model_path().write_text("{", encoding="utf-8")
    refused = client.get("/")
    assert refused.status_code == 422
    assert "train again, or use the previous model" in refused.text
    page = client.get("/train")
    assert page.status_code == 200
    assert "The model in use cannot be read" in page.text
    assert 'action="/train/undo"' in page.text
    assert client.post("/train/undo", data={"secret": "s"}, follow_redirects=True).status_code == 200
    assert client.get("/").status_code == 200


def test_training_lists_unused_columns(client):
    table = "rapport,Firm,outcome\nwarm,A,offer\ncold,B,no\nwarm,C,waiting\n"
    client.post("/train", data={"secret": "s"}, files={"table": ("mine.csv", table)})
    while client.app.state.offerodds.training.progress.running:
        time.sleep(0.05)
    text = client.get("/train").text
    assert "Learned from 2 interviews" in text
    assert "Columns not used: Firm." in text
    assert "Left out (pending, withdrawn or blank): 1 interview." in text


def test_the_first_page_is_small(client):
    parts = ["/", "/static/style.css", "/static/page.js", "/static/icon.svg"]
    assert sum(len(client.get(part).content) for part in parts) < 100_000


@pytest.mark.parametrize("order", ["topic", "name", "weight", "evidence"])
def test_weights_are_sorted_by_a_link(client, order):
    weights = OfferModel.default().weights().set_index("favourable_answer")
    link = re.search(rf'href="(/weights[^"]*)"[^>]*>{order}</a>', client.get("/weights").text)[1]
    text = client.get(link).text
    shown = re.findall(r'<th scope="row"><a href="/signals/[^"]*">([^<]*)</a>', text)
    assert sorted(shown) == sorted(weights.index)
    assert f'aria-current="true">{order}</a>' in text
    sizes = [round(abs(math.log(weights.odds_ratio[name])), 6) for name in shown]
    evidence = [OfferModel.default().catalogue[weights.signal[name]].evidence for name in shown]
    assert (shown == sorted(shown)) is (order == "name")
    assert (sizes == sorted(sizes, reverse=True)) is (order == "weight")
    assert (evidence == sorted(evidence)) is (order == "evidence")
    assert ("rowgroup" in text) is (order == "topic")


def test_an_unknown_order_of_weights_is_a_fault(client):
    assert client.get("/weights?sort=colour").status_code == 422


def test_weights_are_those_of_the_model_and_each_has_its_evidence(client):
    text = client.get("/weights").text
    for row in OfferModel.default().weights().to_dict("records"):
        assert f'href="/signals/{row["signal"]}"' in text
        assert f"{row['low']:.2f} to {row['high']:.2f}" in text
    assert "Barrick, Swider &amp; Stewart" in client.get("/signals/rapport").text
    missing = client.get("/signals/raport")
    assert missing.status_code == 404
    assert "did you mean `rapport`" in missing.text


def test_a_form_with_faults_is_still_the_page_of_the_estimate(client):
    back = client.post("/journal", data={"secret": "s", "date": "2999-01-01"})
    assert back.status_code == 422
    assert '<a href="/" aria-current="page">' in back.text
    assert back.text.count('aria-current="page"') == 1
    client.post("/journal", data={"secret": "s"})
    assert '<a href="/journal" aria-current="page">' in client.get("/journal/1/edit").text


def test_points_beside_a_question_are_those_of_its_step():
    form = ANSWERS | {"employer_rate": "60/100", "self_rating": "5"}
    found = estimate(ActiveModel(OfferModel.default(), None), form)
    steps = [step for step in found.waterfall.steps if step.answered]
    assert found.points["employer_rate"] != round(found.prediction.points["employer_rate"], 2)
    assert all(found.points[step.answered.signal] == step.points for step in steps)
    assert found.points.keys() == found.prediction.points.keys()
