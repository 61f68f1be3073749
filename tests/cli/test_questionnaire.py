"""The questionnaire in a real terminal."""

import sqlite3
import tomllib
from contextlib import closing
from datetime import date

import pytest

from helpers import CATALOGUE
from offerodds import Journal, OfferModel
from offerodds.data.answers.forms import full_form, short_form

ENTER = "\r"


def _skip(child, question):
    child.expect_exact(question.question[:40])
    _press(child, ENTER)


def _choose(child, text, key):
    child.expect_exact(text)
    _press(child, key)


def _press(child, key):
    """Wait until the prompt is complete: the last thing it does is to let long lines wrap again."""
    child.expect_exact("\x1b[?7h")
    child.send(key)


def _control(letter):
    return chr(ord(letter) - 96)


def _draft(tmp_path):
    return tomllib.loads((tmp_path / "home" / "draft.toml").read_text(encoding="utf-8"))


def test_enter_skips_every_question_and_saves_nothing(terminal, tmp_path):
    child = terminal("predict")
    for number, question in enumerate(short_form(CATALOGUE), 1):
        child.expect_exact(f"Question {number} of 10")
        _skip(child, question)
    child.expect(r"Chance of an offer: about 3 in 10 \(30%\)")
    assert child.finish() == 0
    assert list(tmp_path.iterdir()) == []


def test_a_digit_answers_and_the_form_can_be_saved(terminal, tmp_path):
    child = terminal("predict", "--days-since", "3")
    _choose(child, "Which stage was it", "5" + ENTER)
    _choose(child, "How well did you do", "5" + ENTER)
    for question in short_form(CATALOGUE)[2:]:
        if question.id != "days_since_interview":
            _skip(child, question)
    child.expect("Chance of an offer")  # the estimate comes first
    _choose(child, "Save to your journal?", "f" + ENTER)
    _choose(child, "File name", "mine.toml" + ENTER)
    child.expect("Saved to mine.toml. To add it to your journal: offerodds journal add mine.toml")
    assert child.finish() == 0
    assert (tmp_path / "mine.toml").stat().st_mode & 0o777 == 0o600
    saved = tomllib.loads((tmp_path / "mine.toml").read_text(encoding="utf-8"))
    assert saved == {"stage": "final", "self_rating": "very well", "days_since_interview": 3.0}
    OfferModel.default().predict(saved)


def test_b_goes_back_and_an_answer_can_be_changed_or_removed(terminal, tmp_path):
    child = terminal("predict")
    _choose(child, "Question 1 of 10", "b" + ENTER)  # there is nothing before it
    _choose(child, "Question 1 of 10", "4" + ENTER)
    _choose(child, "Question 2 of 10", "5" + ENTER)
    _choose(child, "Question 3 of 10", "b" + ENTER)
    child.expect_exact("Your answer: very well. Enter keeps it, - removes it.")
    _press(child, "b" + ENTER)
    child.expect_exact("Your answer: onsite.")
    _press(child, "5" + ENTER)
    _choose(child, "Question 2 of 10", "-" + ENTER)
    _choose(child, "Question 3 of 10", "2" + ENTER)
    child.expect_exact("Question 4 of 10")
    _press(child, _control("c"))
    assert child.finish() == 130
    assert _draft(tmp_path) == {"stage": "final", "interviewer_distracted": False}


def test_a_choice_may_be_typed_as_a_word(terminal, tmp_path):
    child = terminal("predict")
    _choose(child, "Which stage was it", "Final" + ENTER)
    _choose(child, "How well did you do", "meh" + ENTER)
    child.expect_exact("Enter 1 to 5 or the word, or press Enter to skip.")
    _press(child, "badly" + ENTER)
    _choose(child, "Question 3 of 10", "perhaps" + ENTER)
    child.expect_exact("Enter 1, 2 or the word, or press Enter to skip.")
    _press(child, _control("c"))
    assert child.finish() == 130
    assert _draft(tmp_path) == {"stage": "final", "self_rating": "badly"}


def test_invalid_number_is_asked_again(terminal):
    child = terminal("predict")
    for question in short_form(CATALOGUE)[:-1]:
        _skip(child, question)
    _choose(child, "what percentage", "?" + ENTER)
    child.expect("a percentage such as 30%, or press Enter to skip")
    _press(child, "many" + ENTER)
    child.expect("a percentage such as 30%, or press Enter to skip")
    _press(child, _control("c"))
    assert child.finish() == 130


@pytest.mark.parametrize("key", ["c", "d"])
def test_an_interruption_loses_no_answer(terminal, tmp_path, key):
    child = terminal("predict")
    _choose(child, "Which stage was it", "2" + ENTER)
    child.expect("How well did you do")
    _press(child, _control(key))
    child.expect("Your 1 answer is kept. To continue, run the command again.")
    assert child.finish() == 130
    assert (tmp_path / "home" / "draft.toml").stat().st_mode & 0o777 == 0o600
    child = terminal("predict")
    _choose(child, "You stopped after 1 answer. Continue?", ENTER)
    child.expect_exact("Question 2 of 10")
    _press(child, _control("c"))
    assert child.finish() == 130
    child = terminal("predict")
    _choose(child, "You stopped after 1 answer. Continue?", "n" + ENTER)
    for question in short_form(CATALOGUE):
        _skip(child, question)
    child.expect("Chance of an offer")
    assert child.finish() == 0
    assert not (tmp_path / "home" / "draft.toml").exists()


def test_an_interruption_before_any_answer_saves_nothing(terminal, tmp_path):
    child = terminal("predict")
    child.expect("Which stage was it")
    _press(child, _control("c"))
    child.expect("Stopped. Nothing was saved.")
    assert child.finish() == 130
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def at_save_prompt(terminal):
    """Answer one question, skip the others, and stop at the prompt to save."""

    def start():
        child = terminal("predict")
        _choose(child, "Which stage was it", "2" + ENTER)
        for question in short_form(CATALOGUE)[1:]:
            _skip(child, question)
        child.expect("probably between")
        child.expect_exact("Save to your journal?")
        return child

    return start


@pytest.mark.parametrize("key", ["c", "d"])
def test_interrupt_at_the_save_prompt_keeps_the_answers(at_save_prompt, tmp_path, key):
    child = at_save_prompt()
    _press(child, _control(key))
    child.expect("Your 1 answer is kept")
    assert child.finish() == 130
    assert _draft(tmp_path) == {"stage": "first"}


@pytest.mark.parametrize("reply", ["", "n"])
def test_answers_need_not_be_saved(at_save_prompt, tmp_path, reply):
    child = at_save_prompt()
    child.send(reply + ENTER)
    assert child.finish() == 0
    assert not (tmp_path / "home" / "draft.toml").exists()


def test_the_answers_go_straight_to_the_journal(at_save_prompt, tmp_path):
    child = at_save_prompt()
    child.send("y" + ENTER)
    _choose(child, "Company?", "Acme" + ENTER)
    _choose(child, "Role?", "Engineer" + ENTER)
    _choose(child, "When was the interview?", "yesterday" + ENTER)
    child.expect_exact("Saved as interview 1: Acme, Engineer")
    assert child.finish() == 0
    with Journal(tmp_path / "home" / "journal.db") as journal:
        interview = journal.interview(1)
    assert (interview.company, interview.role, dict(interview.answers)) == (
        "Acme",
        "Engineer",
        {"stage": "first"},
    )
    assert len(interview.predictions) == 1
    assert not (tmp_path / "home" / "draft.toml").exists()


@pytest.mark.parametrize(
    ("name", "saved"), [("mine", "mine.toml"), ("round 2.1", "round 2.1.toml"), ("x.json", "x.json.toml")]
)
def test_saved_form_can_be_read_whatever_its_name(at_save_prompt, tmp_path, offerodds, name, saved):
    child = at_save_prompt()
    child.send("f" + ENTER)
    _choose(child, "File name", name + ENTER)
    child.expect(f"Saved to {saved}")
    assert child.finish() == 0
    assert offerodds("predict", tmp_path / saved).code == 0


def test_failed_save_asks_for_the_name_again(at_save_prompt, tmp_path):
    (tmp_path / "mine.toml").write_text("earlier", encoding="utf-8")
    child = at_save_prompt()
    child.send("f" + ENTER)
    _choose(child, "File name", "mine" + ENTER)
    child.expect("mine.toml: exists already")
    _choose(child, "File name", "mine.toml/other" + ENTER)
    child.expect("cannot be written")
    _choose(child, "File name", "x" * 300 + ENTER)
    child.expect("cannot be written")
    _choose(child, "File name", ENTER)
    _choose(child, "Save to your journal?", "f" + ENTER)
    _choose(child, "File name", "new" + ENTER)
    child.expect("Saved to new.toml")
    assert child.finish() == 0
    assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == "earlier"


@pytest.mark.parametrize(
    ("typed", "days"), [("", 0), ("yesterday", 1), ("2026-01-20", None), ("today", 0), ("  ", 0)]
)
def test_add_asks_for_the_day(terminal, tmp_path, typed, days):
    child = terminal("journal", "add", "--company", "A", "--role", "B")
    _choose(child, "When was the interview", "tomorrow" + ENTER)
    child.expect("such as yesterday or")
    _choose(child, "Enter for today", typed + ENTER)
    _choose(child, "Which stage was it", "2" + ENTER)
    for question in short_form(CATALOGUE)[1:]:
        if question.id != "days_since_interview":
            _skip(child, question)
    child.expect("Saved as interview 1")
    assert child.finish() == 0
    with Journal(tmp_path / "home" / "journal.db") as journal:
        day = journal.interview(1).date
    assert day == date(2026, 1, 20) if days is None else abs((date.today() - day).days - days) <= 1


def test_add_does_not_ask_for_a_given_day(terminal):
    child = terminal("journal", "add", "--company", "A", "--role", "B", "--date", "2026-01-20")
    assert child.expect(["When was the interview", "Which stage"]) == 1
    _press(child, _control("c"))
    assert child.finish() == 130


def test_answers_are_kept_if_the_journal_fails(terminal, tmp_path):
    child = terminal("journal", "add", "--company", "A", "--role", "B", "--date", "2026-01-20")
    child.expect("Which stage was it")
    with closing(sqlite3.connect(tmp_path / "home" / "journal.db")) as other:
        other.execute("DROP TABLE predictions")
    _press(child, "2" + ENTER)
    for question in short_form(CATALOGUE)[1:]:
        if question.id != "days_since_interview":
            _skip(child, question)
    child.expect("Your 1 answer is kept")
    child.expect("the journal cannot be used")
    assert child.finish() == 2
    assert _draft(tmp_path) == {"stage": "first"}


def test_contradicting_answer_is_asked_again(terminal):
    child = terminal("predict", "--full", "--days-since", "3")
    for question in full_form(CATALOGUE):
        if question.id == "days_since_interview":
            continue
        if question.id == "prompt_response":
            _choose(child, question.question[:40], "1" + ENTER)
            child.expect_exact("contradicts days_since_interview")
        _skip(child, question)
    child.expect_exact("Chance of an offer")
    assert child.finish() == 0
