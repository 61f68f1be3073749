"""The form asked in a real terminal."""

import os
import sys
import tomllib

import pytest

from helpers import CATALOGUE
from offerodds import OfferModel
from offerodds.data.forms import short_form

pexpect = pytest.importorskip("pexpect", reason="a pseudo-terminal needs pexpect, which Windows has not")
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
    child.expect("start at 30 %")
    assert _finish(child) == 0
    assert list(tmp_path.iterdir()) == []


def test_answers_count_and_can_be_saved_as_a_form(terminal, tmp_path):
    child = terminal("predict", "--days-since", "3")
    child.expect("Which interview was it")
    child.send(DOWN * 3 + ENTER)
    for question in ("other candidates", "share of such", "Within how many"):
        child.expect(question)
        child.send(ENTER)
    child.expect("How engaged was the interviewer")
    child.send(DOWN * 5 + ENTER)
    for question in short_form(CATALOGUE)[6:]:
        _skip(child, question)
    child.expect("Save your answers")
    child.send("mine.toml" + ENTER)
    child.expect("Saved to mine.toml")
    assert _finish(child) == 0
    assert (tmp_path / "mine.toml").stat().st_mode & 0o777 == 0o600
    saved = tomllib.loads((tmp_path / "mine.toml").read_text(encoding="utf-8"))
    assert saved == {"stage": "final", "interviewer_engaged": "very"}
    OfferModel.default().predict(saved)


def test_a_number_that_is_none_is_asked_again(terminal):
    child = terminal("predict")
    child.expect("Which interview")
    child.send(ENTER)
    child.expect("other candidates")
    child.send("many" + ENTER)
    child.expect("a whole number, 0 or more, or press Enter to skip")
    child.sendcontrol("c")
    assert _finish(child) == 130


def test_ctrl_c_leaves_nothing_behind(terminal, tmp_path):
    child = terminal("predict")
    child.expect("Which interview")
    child.send(DOWN + ENTER)
    child.expect("other candidates")
    child.sendcontrol("c")
    child.expect("nothing was saved")
    assert _finish(child) == 130
    assert list(tmp_path.iterdir()) == []
