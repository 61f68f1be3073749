"""What is said of the start of an estimate, and when nothing is answered."""

import json

import pytest

from offerodds import OfferModel
from offerodds.data.answers.observations import observe
from offerodds.reporting.prediction import input_remarks

MODEL = OfferModel.default()
AVERAGE = "the average of all interviews"


def _remarks(answers, source=""):
    return input_remarks(MODEL, observe(MODEL.catalogue, answers), MODEL.predict(answers), source)


@pytest.mark.parametrize("answers", [{}, {"rapport": None}, {"rapport": "", "stage": " "}])
def test_without_an_answer_it_is_said_that_this_is_the_average(answers):
    assert _remarks(answers) == [f"Nothing is answered; this is {AVERAGE}."]


def test_answers_about_the_interview_are_answers_and_it_is_said_what_they_moved():
    assert _remarks({"stage": "final", "other_candidates": 3}) == [
        "No sign is answered.",
        "The start of 25% comes from other candidates (3), which counts instead of stage (final); "
        f"{AVERAGE} is 30%.",
    ]
    assert _remarks({"promised_days": 7}) == ["No sign is answered."]


def test_silence_alone_is_named_since_it_moves_the_estimate():
    assert _remarks({"days_since_interview": 9}) == [
        f"Nothing is answered; this is {AVERAGE} after 9 days without an answer."
    ]


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
def test_the_answer_that_is_named_is_the_one_that_moved_the_start(answers):
    (remark,) = _remarks(answers | {"rapport": 4})
    named = remark.split(" comes from ")[1].split(" (")[0].replace(" ", "_")
    alone = MODEL.predict({named: answers[named]}).base_rate
    assert MODEL.predict(answers).base_rate == pytest.approx(alone)


def test_with_signs_alone_nothing_is_said():
    assert _remarks({"rapport": 4}) == []


def test_a_form_whose_lines_all_keep_their_mark_says_so(offerodds, tmp_path):
    form = tmp_path / "mine.toml"
    assert offerodds("form", "--out", form).code == 0
    said = (
        f"Nothing is answered in mine.toml (lines that still begin with # do not count); this is {AVERAGE}."
    )
    ran = offerodds("predict", form)
    assert said in " ".join(ran.out.split())
    assert json.loads(offerodds("predict", form, "--json").out)["remarks"] == [said]
    added = offerodds("journal", "add", form)
    assert said in " ".join(added.out.split())
    assert json.loads(offerodds("journal", "add", form, "--json").out)["remarks"] == [said]
    assert f"Nothing is answered; this is {AVERAGE}." in " ".join(offerodds("journal", "show", 1).out.split())


def test_a_form_of_blanks_in_json_says_so_without_the_mark(offerodds, tmp_path):
    form = tmp_path / "mine.json"
    assert offerodds("form", "--out", form).code == 0
    ran = offerodds("predict", form)
    assert f"Nothing is answered in mine.json; this is {AVERAGE}." in " ".join(ran.out.split())
