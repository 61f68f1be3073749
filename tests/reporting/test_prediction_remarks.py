"""Remarks about the average, and about forms without an answer."""

import json

import pytest

from offerodds import Catalogue, OfferModel, train
from offerodds.data.answers.observations import observe
from offerodds.model.offer_model import observe_for
from offerodds.reporting.prediction import input_remarks, largest_answers, narrowing_note, remarks

MODEL = OfferModel.default()
AVERAGE = "the average of all interviews"


def _remarks(answers, source=""):
    return input_remarks(MODEL, observe(MODEL.catalogue, answers), MODEL.predict(answers), source)


@pytest.mark.parametrize("answers", [{}, {"rapport": None}, {"rapport": "", "stage": " "}])
def test_without_an_answer_the_estimate_is_called_the_average(answers):
    assert _remarks(answers) == [f"Nothing is answered; this is {AVERAGE}."]


def test_answers_about_the_interview_name_the_average_they_change():
    assert _remarks({"stage": "final", "other_candidates": 3}) == [
        "No sign is answered.",
        "The average of 25% comes from other candidates (3), used instead of stage (final); "
        "over all interviews it is 30%.",
    ]
    assert _remarks({"promised_days": 7}) == ["No sign is answered."]


def test_silence_alone_is_named_since_it_changes_the_estimate():
    assert _remarks({"days_since_interview": 9}) == [
        f"Nothing is answered; this is {AVERAGE} after 9 days without an answer."
    ]


@pytest.mark.parametrize(
    "answers", [{}, {"days_since_interview": 0}, {"days_since_interview": 0, "stage": "final"}]
)
def test_a_form_without_a_sign_has_no_remark_on_signs(answers):
    prediction = MODEL.predict(answers)
    assert not remarks(prediction, largest_answers(prediction)[1], MODEL.catalogue)


def test_a_silence_of_no_days_is_not_counted_among_the_answers():
    prediction = MODEL.predict(
        {"days_since_interview": 0, "overall_impression": "positive", "self_rating": 3}
    )
    found = " ".join(remarks(prediction, largest_answers(prediction)[1], MODEL.catalogue))
    assert "days since interview" not in found


@pytest.mark.parametrize(
    "answers",
    [
        {"stage": "final"},
        {"other_candidates": 3},
        {"base_rate": 0.4},
        {"base_rate": 0.4, "stage": "final"},
        {"base_rate": 0.2, "other_candidates": 0, "stage": "graduate"},
    ],
)
def test_the_answer_named_is_the_one_that_sets_the_average(answers):
    (remark,) = _remarks(answers | {"rapport": 4})
    named = remark.split(" comes from ")[1].split(" (")[0].replace(" ", "_")
    alone = MODEL.predict({named: answers[named]}).base_rate
    assert MODEL.predict(answers).base_rate == pytest.approx(alone)


def test_with_signs_alone_there_is_no_remark():
    assert _remarks({"rapport": 4}) == []


def test_a_form_with_every_line_commented_out_gets_a_remark(offerodds, tmp_path):
    form = tmp_path / "mine.toml"
    assert offerodds("form", "--out", form).code == 0
    expected = (
        f"Nothing is answered in mine.toml (lines that still begin with # do not count); this is {AVERAGE}."
    )
    ran = offerodds("predict", form)
    assert expected in " ".join(ran.out.split())
    assert json.loads(offerodds("predict", form, "--json").out)["remarks"] == [expected]
    assert "(lines that still begin with # do not count)" in offerodds("journal", "add", form).err
    added = offerodds("journal", "add", form, "--yes")
    assert expected in " ".join(added.out.split())
    assert json.loads(offerodds("journal", "add", form, "--yes", "--json").out)["remarks"] == [expected]
    assert f"Nothing is answered; this is {AVERAGE}." in " ".join(offerodds("journal", "show", 1).out.split())


def test_a_blank_json_form_gets_a_remark_without_comments(offerodds, tmp_path):
    form = tmp_path / "mine.json"
    assert offerodds("form", "--out", form).code == 0
    ran = offerodds("predict", form)
    assert f"Nothing is answered in mine.json; this is {AVERAGE}." in " ".join(ran.out.split())


def test_the_advice_on_the_range_asks_only_what_can_be_answered():
    asked = "how many people this employer interviewed"
    assert asked in narrowing_note(MODEL.predict({"rapport": 4}))
    assert asked not in narrowing_note(MODEL.predict({"employer_rate": "20/100"}))
    own = Catalogue.from_dict(
        {"base_rate": 0.3, "signals": [{"id": "dog", "question": "A dog?", "kind": "yes_no"}]}
    )
    assert asked not in narrowing_note(OfferModel.default(catalogue=own).predict({"dog": "yes"}))


def test_what_is_known_of_the_employer_is_named():
    assert _remarks({"employer_rate": "20/100", "stage": "final"}) == [
        "No sign is answered.",
        "The average of 21% comes from stage (final) and employer rate (20 of 100); "
        "over all interviews it is 30%.",
    ]
    assert _remarks({"employer_rate": "20/100"})[1].startswith("The average of 21% comes from employer rate")
    table = {"company": ["Acme"] * 6 + ["Byte"] * 6, "outcome": ["offer"] * 6 + ["rejected"] * 6}
    model = train(table, group="company").model
    answers = {"company": "acme", "rapport": 4}
    (remark,) = input_remarks(model, observe_for(model, answers), model.predict(answers))
    assert "comes from your earlier outcomes at this employer; over all interviews it is" in remark
