"""The questionnaire in a real terminal."""

import os
import sqlite3
import sys
import tomllib
from contextlib import closing
from datetime import date

import pytest

from helpers import CATALOGUE
from offerodds import Journal, OfferModel
from offerodds.data.answers.forms import short_form

pexpect = pytest.importorskip("pexpect", reason="Windows has no pseudo-terminals, which pexpect needs")
DOWN, ENTER = "\x1b[B", "\r"


@pytest.fixture
def terminal(tmp_path):
    """Start the command in a terminal of 100 columns, in an empty folder."""
    started = []

    def start(*arguments):
        environment = os.environ | {
            "TERM": "xterm",
            "OFFERODDS_HOME": str(tmp_path / "home"),
            "COLUMNS": "100",
            "PROMPT_TOOLKIT_NO_CPR": "1",
        }
        child = pexpect.spawn(
            sys.executable,
            ["-m", "offerodds", *arguments],
            cwd=tmp_path,
            env=environment,
            encoding="utf-8",
            dimensions=(40, 100),
            timeout=20,
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.close(force=True)


def _finish(child):
    child.expect(pexpect.EOF)
    child.wait()
    return child.exitstatus


def _skip(child, question):
    child.expect_exact(question.question[:40])
    child.send(ENTER)


def test_enter_skips_every_question_and_saves_nothing(terminal, tmp_path):
    child = terminal("predict")
    for question in short_form(CATALOGUE):
        _skip(child, question)
    child.expect(r"Chance of an offer: about 3 in 10 \(30%\)")
    assert _finish(child) == 0
    assert list(tmp_path.iterdir()) == []


def test_answers_are_used_and_can_be_saved(terminal, tmp_path):
    child = terminal("predict", "--days-since", "3")
    child.expect("Which stage was it")
    child.send(DOWN * 5 + ENTER)
    child.expect("How well did you do")
    child.send(DOWN * 5 + ENTER)
    for question in short_form(CATALOGUE)[2:]:
        if question.id != "days_since_interview":
            _skip(child, question)
    child.expect("Chance of an offer")  # the estimate comes first
    child.expect("Save your answers")
    child.send("mine.toml" + ENTER)
    child.expect("Saved to mine.toml. To add it to your journal: offerodds journal add mine.toml")
    assert _finish(child) == 0
    assert (tmp_path / "mine.toml").stat().st_mode & 0o777 == 0o600
    saved = tomllib.loads((tmp_path / "mine.toml").read_text(encoding="utf-8"))
    assert saved == {"stage": "final", "self_rating": "very well"}
    OfferModel.default().predict(saved)


def test_invalid_number_is_asked_again(terminal):
    child = terminal("predict")
    for question in short_form(CATALOGUE)[:-1]:
        _skip(child, question)
    child.expect("what percentage")
    child.send("many" + ENTER)
    child.expect("a percentage such as 30%, or a share such as 0.3, or press Enter to skip")
    child.sendcontrol("c")
    assert _finish(child) == 130


def test_ctrl_c_saves_nothing(terminal, tmp_path):
    child = terminal("predict")
    child.expect("Which stage was it")
    child.send(DOWN + ENTER)
    child.expect("How well did you do")
    child.sendcontrol("c")
    child.expect("Nothing was saved")
    assert _finish(child) == 130
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def at_save_prompt(terminal):
    """Answer one question, skip the others, and stop at the prompt to save."""

    def start():
        child = terminal("predict")
        child.expect("Which stage was it")
        child.send(DOWN + ENTER)
        for question in short_form(CATALOGUE)[1:]:
            _skip(child, question)
        child.expect("probably between")
        child.expect("Save your answers")
        return child

    return start


@pytest.mark.parametrize("key", ["c", "d"])
def test_interrupt_at_the_save_prompt_keeps_the_estimate(at_save_prompt, tmp_path, key):
    child = at_save_prompt()
    child.sendcontrol(key)
    child.expect("Your answers were not saved")
    assert _finish(child) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "saved"), [("mine", "mine.toml"), ("round 2.1", "round 2.1.toml"), ("x.json", "x.json.toml")]
)
def test_saved_form_can_be_read_whatever_its_name(at_save_prompt, tmp_path, offerodds, name, saved):
    child = at_save_prompt()
    child.send(name + ENTER)
    child.expect(f"Saved to {saved}")
    assert _finish(child) == 0
    assert offerodds("predict", tmp_path / saved).code == 0


def test_failed_save_asks_for_the_name_again(at_save_prompt, tmp_path):
    (tmp_path / "mine.toml").write_text("earlier", encoding="utf-8")
    child = at_save_prompt()
    child.send("mine" + ENTER)
    child.expect("mine.toml: exists already")
    child.expect("Save your answers")
    child.send("mine.toml/other" + ENTER)
    child.expect("cannot be written")
    child.expect("Save your answers")
    child.send("x" * 300 + ENTER)
    child.expect("cannot be written")
    child.expect("Save your answers")
    child.send("new" + ENTER)
    child.expect("Saved to new.toml")
    assert _finish(child) == 0
    assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == "earlier"


def test_end_of_input_stops_like_ctrl_c(terminal, tmp_path):
    child = terminal("predict")
    for question in short_form(CATALOGUE)[:-1]:
        _skip(child, question)
    child.expect("what percentage")
    child.sendcontrol("d")
    child.expect("Nothing was saved")
    assert _finish(child) == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("typed", "days"), [("", 0), ("yesterday", 1), ("2026-01-20", None), ("today", 0), ("  ", 0)]
)
def test_add_asks_for_the_day(terminal, tmp_path, typed, days):
    child = terminal("journal", "add", "--company", "A", "--role", "B")
    child.expect("When was the interview")
    child.expect("Enter for today")
    child.send("tomorrow" + ENTER)
    child.expect("such as yesterday or")
    child.send("\x15" + typed + ENTER)
    child.expect("Which stage was it")
    child.send(DOWN + ENTER)
    for question in short_form(CATALOGUE)[1:]:
        if question.id != "days_since_interview":
            _skip(child, question)
    child.expect("Saved as interview 1")
    assert _finish(child) == 0
    with Journal(tmp_path / "home" / "journal.db") as journal:
        day = journal.interview(1).date
    assert day == date(2026, 1, 20) if days is None else abs((date.today() - day).days - days) <= 1


def test_add_does_not_ask_for_a_given_day(terminal):
    child = terminal("journal", "add", "--company", "A", "--role", "B", "--date", "2026-01-20")
    assert child.expect(["When was the interview", "Which stage"]) == 1
    child.sendcontrol("c")
    assert _finish(child) == 130


def test_answers_can_be_saved_if_the_journal_fails(terminal, tmp_path):
    child = terminal("journal", "add", "--company", "A", "--role", "B", "--date", "2026-01-20")
    child.expect("Which stage was it")
    with closing(sqlite3.connect(tmp_path / "home" / "journal.db")) as other:
        other.execute("DROP TABLE predictions")
    child.send(DOWN + ENTER)
    for question in short_form(CATALOGUE)[1:]:
        if question.id != "days_since_interview":
            _skip(child, question)
    child.expect("Save your answers")
    child.send("mine" + ENTER)
    child.expect("Saved to mine.toml")
    child.expect("the journal cannot be used")
    assert _finish(child) == 2


def test_contradicting_answer_is_asked_again(terminal):
    child = terminal("predict", "--days-since", "3")
    for question in short_form(CATALOGUE):
        if question.id == "days_since_interview":
            continue
        child.expect_exact(question.question[:40])
        if question.id == "prompt_response":
            child.send(DOWN + ENTER)
            child.expect_exact("contradicts days_since_interview")
            child.expect_exact(question.question[:40])
        child.send(ENTER)
    child.expect_exact("Chance of an offer")
    assert _finish(child) == 0
