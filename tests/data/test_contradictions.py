"""Answers that cannot both be true are faults, wherever they come from."""

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from helpers import CATALOGUE
from offerodds import AnswerError, OfferModel, evaluate, train
from offerodds.data.answers.fields import CONTRADICTIONS, valid_answers
from offerodds.data.errors import PYTHON
from offerodds.journal.status import answers_as_of, days_waited, interview_status, journal_outlook

MODEL = OfferModel.default()
SILENT = {"prompt_response": "yes", "days_since_interview": 30}
NO_TIMELINE = {"timeline_given": "refused", "promised_days": 3}
TODAY = date(2026, 11, 24)

pytestmark = pytest.mark.usefixtures("today")


@pytest.mark.parametrize(("answers", "fields"), [(SILENT, [*SILENT]), (NO_TIMELINE, [*NO_TIMELINE])])
def test_a_form_is_refused_with_both_fields_and_what_to_do(answers, fields):
    with pytest.raises(AnswerError) as error:
        MODEL.predict(answers)
    (fault,) = error.value.faults
    assert fault.field == fields[0]
    assert fields[1] in fault.problem
    assert fault.advice(PYTHON).startswith("leave out")


def test_all_contradictions_are_reported_with_the_other_faults():
    with pytest.raises(AnswerError) as error:
        MODEL.predict(SILENT | NO_TIMELINE | {"rapport": "icy"})
    assert {fault.field for fault in error.value.faults} == {"rapport", "prompt_response", "timeline_given"}


@pytest.mark.parametrize(
    "answers",
    [
        {"prompt_response": "no", "days_since_interview": 0},
        {"prompt_response": "unknown", "days_since_interview": 9},
        {"prompt_response": "yes"},
        {"timeline_given": "vague", "promised_days": 9},
        {"timeline_given": "refused", "promised_days": None},
    ],
)
def test_what_can_both_be_true_passes(answers):
    assert 0 < MODEL.predict(answers).probability < 1
    assert valid_answers(CATALOGUE, answers) == answers


@pytest.mark.parametrize("as_text", [True, False])
def test_a_table_names_every_row(as_text):
    table = pd.DataFrame(
        {
            "Prompt response": ["yes", "no", None, "yes", "no"],
            "days_since_interview": [30, 0, 30, None, 1],
            "timeline_given": ["Refused", "vague", "refused", "specific", "refused"],
            "promised_days": [3, 3, None, 3, 0],
        }
    )
    table = table.astype(object).where(table.notna(), None) if as_text else table
    with pytest.raises(AnswerError) as error:
        MODEL.predict_frame(table)
    found = {(fault.row, fault.field) for fault in error.value.faults}
    assert found == {(row, field) for row in (1, 5) for field in ("prompt_response", "timeline_given")}


def test_numbers_and_a_million_rows_are_checked_too():
    days = np.zeros(1_000_000)
    days[[7, 999_999]] = 2.0
    columns = {"prompt_response": np.ones(days.size), "days_since_interview": days}
    with pytest.raises(AnswerError) as error:
        MODEL.predict_proba(columns)
    assert [fault.row for fault in error.value.faults] == [8, 1_000_000]


def test_training_and_evaluation_refuse_the_rows_too():
    table = {
        "rapport": [5, 4, 2, 1],
        "timeline_given": ["refused", "vague", "specific", None],
        "promised_days": [2, 2, 2, 2],
        "outcome": ["offer", "offer", "rejected", "ghosted"],
    }
    for judge in (train, lambda frame: evaluate(MODEL, frame)):
        with pytest.raises(AnswerError, match="row 1, timeline_given: contradicts promised_days"):
            judge(table)


@pytest.mark.parametrize("rule", CONTRADICTIONS, ids=lambda rule: rule.field)
def test_a_contradiction_is_of_questions_of_the_catalogue(rule):
    assert {rule.field, rule.other} <= CATALOGUE.questions.keys()
    assert rule.other in rule.remedy.value
    assert rule.field in rule.remedy.value


def test_a_command_names_the_contradiction(offerodds, folder):
    folder.joinpath("form.toml").write_text('prompt_response = "yes"\n', encoding="utf-8")
    ran = offerodds("predict", "form.toml", "--days-since", 30)
    assert ran.code == 2
    assert "prompt_response: contradicts days_since_interview" in " ".join(ran.err.split())
    ran = offerodds("predict", "form.toml", "--what-if", "days_since_interview=9")
    assert ran.code == 2
    assert "contradicts days_since_interview" in " ".join(ran.err.split())


def test_the_journal_takes_no_contradiction_old_or_new(journal):
    for answers in (SILENT, NO_TIMELINE):
        with pytest.raises(AnswerError, match="contradicts"):
            journal.add(answers)
    number = journal.add({"promised_days": 3}).id
    with pytest.raises(AnswerError, match="timeline_given: contradicts promised_days"):
        journal.edit(number, answers={"timeline_given": "refused"})
    journal.edit(number, answers={"timeline_given": "refused", "promised_days": None})
    assert journal.interview(number).answers == {"timeline_given": "refused"}


def test_an_answer_of_theirs_ends_the_silence_until_an_event_dates_it(journal):
    number = journal.add({"prompt_response": "yes"}, date=TODAY - timedelta(30)).id
    one = journal.interview(number)
    assert days_waited(one, TODAY) is None
    assert interview_status(MODEL, one, TODAY).prediction == MODEL.predict({"prompt_response": "yes"})
    journal.record(number, "heard-back", TODAY - timedelta(12))
    one = journal.interview(number)
    assert days_waited(one, TODAY) == 12
    assert answers_as_of(one, TODAY, MODEL) == {"days_since_interview": 12}
    assert answers_as_of(one, TODAY - timedelta(12), MODEL)["prompt_response"] == "yes"


def test_the_outlook_reads_such_interviews_as_the_list_does(journal):
    first = journal.add({"prompt_response": "yes", "rapport": 5}, date=TODAY - timedelta(30)).id
    chances = [interview_status(MODEL, journal.interview(first), TODAY).prediction.probability]
    assert journal_outlook(journal, MODEL).outlook.expected == pytest.approx(chances[0], abs=0.005)
    journal.record(first, "heard-back", TODAY - timedelta(12))
    found = interview_status(MODEL, journal.interview(first), TODAY).prediction.probability
    assert journal_outlook(journal, MODEL).outlook.expected == pytest.approx(found, abs=0.005)
    assert found < chances[0]


def test_a_program_hears_of_every_form_of_a_what_if(client):
    asked = {"answers": {"days_since_interview": 30}, "what_if": [{"prompt_response": True}, {"rapport": 4}]}
    answer = client.post("/api/predict", json=asked)
    assert answer.status_code == 422
    (fault,) = json.loads(answer.text)["faults"]
    assert (fault["field"], fault["problem"]) == ("prompt_response", "contradicts days_since_interview")
    asked["what_if"] = [{"prompt_response": True, "days_since_interview": 0}]
    assert client.post("/api/predict", json=asked).status_code == 200


def test_the_page_goes_on_without_the_answer_that_contradicts(client):
    answer = client.post("/", data={name: str(given) for name, given in SILENT.items()})
    assert answer.status_code == 200
    assert 'data-wrong="prompt_response"' in answer.text
    assert "prompt_response" in client.post("/", data={"do": "try", **SILENT}).text
    answer = client.post("/journal", data={"secret": "s", "company": "Acme", **SILENT})
    assert answer.status_code == 422
    assert "contradicts days_since_interview" in answer.text
