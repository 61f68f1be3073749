"""Remarks on training data: one-valued signs, rows entered twice, tables that overlap."""

import numpy as np
import pandas as pd
import pytest

from offerodds import Catalogue, Journal, OfferModel, simulate, train
from offerodds.data.answers.observations import observe_frame
from offerodds.journal.training import train_journal
from offerodds.training.labelled_data import AnswerRanges
from offerodds.training.streaming.train_tables import read_training_tables

CATALOGUE = Catalogue.built_in()
FULL = simulate(40, seed=3, answered=0.9).drop(columns="synthetic")


def remarks_of(frame):
    return " ".join(train(frame).remarks)


def test_varied_interviews_have_no_repeats():
    assert "count again" not in remarks_of(FULL)


def test_a_sign_with_one_answer_and_blanks_is_named():
    frame = FULL.assign(met_team=["yes"] * 5 + [None] * 35)
    assert "Only one answer was ever given to met_team" in remarks_of(frame)
    assert "rapport" not in remarks_of(FULL.assign(rapport=[5] * 5 + [None] * 35))  # no blank is a "no"
    for cells in (
        ["no"] * 5 + [None] * 35,
        ["yes"] * 40,
        ["yes"] * 5 + ["no"] + [None] * 34,
        ["yes"] * 4 + [None] * 36,
    ):
        assert "met_team" not in remarks_of(FULL.assign(met_team=cells))


def test_the_one_other_answer_may_come_late_in_a_large_table():
    cells, many = np.where(np.arange(20_000) % 2, np.nan, 1.0), np.ones(20_000, dtype=bool)
    for last in (1.0, 0.0):
        ranges = AnswerRanges(CATALOGUE)
        ranges.add(observe_frame(CATALOGUE, {"met_team": np.append(cells[1:], last)}), many)
        assert bool(ranges.one_valued()) == (last == 1.0)


def test_answers_to_pending_interviews_are_no_training_data():
    frame = FULL.assign(met_team=["yes"] * 5 + ["no"] + [None] * 34)
    frame.loc[5, "outcome"] = "pending"
    assert "met_team" in remarks_of(frame)


def test_jobs_with_several_outcomes_are_named(tmp_path):
    frame = FULL.assign(company=[f"C{i}" for i in range(40)], role="Dev")
    assert "one job" not in remarks_of(frame)
    frame.loc[1, ["company", "role"]] = "c0 ", "DEV"
    expected = "several outcomes of one job all count ('c0, dev'); a journal counts only its last round"
    assert expected in remarks_of(frame)
    path = tmp_path / "mine.csv"
    frame.to_csv(path, index=False)
    assert expected in " ".join(read_training_tables([path], "outcome", OfferModel.default()).train().remarks)
    assert "one job" not in remarks_of(frame.assign(client=[f"Ann {i}" for i in range(40)]))


def test_rows_entered_twice_are_counted():
    twice = pd.concat([FULL, FULL.head(10)])
    assert "10 rows are equal to an earlier one" in remarks_of(twice)
    other = FULL.head(10).assign(
        outcome=["no" if each == "offer" else "offer" for each in FULL["outcome"][:10]]
    )
    assert "equal" not in remarks_of(pd.concat([FULL, other]))


def test_short_rows_may_be_equal():
    assert remarks_of({"rapport": [5] * 3 + [4] * 3, "outcome": ["offer"] * 6}) == ""


def test_the_prior_must_not_be_trained_on_the_same_interviews():
    trained = train(FULL).model
    assert "trained on these same interviews" in " ".join(train(FULL, prior=trained).remarks)
    assert "same interviews" not in " ".join(train(FULL.head(39), prior=trained).remarks)
    unlearned = train(FULL).candidates["default"]
    assert "same interviews" not in " ".join(train(FULL, prior=unlearned).remarks)


def test_overlapping_tables_are_named(tmp_path):
    FULL.to_csv(tmp_path / "a.csv", index=False)
    FULL.tail(15).to_csv(tmp_path / "b.csv", index=False)
    examples = read_training_tables([tmp_path / "a.csv", tmp_path / "b.csv"], "outcome", OfferModel.default())
    found = " ".join(examples.train().remarks)
    assert "15 rows are in more than one table" in found
    assert "equal to an earlier one" not in found


@pytest.mark.parametrize("command", [["train"], ["train", "--journal", "j.db"]])
def test_the_command_prints_remarks(offerodds, folder, command):
    with Journal(folder / "j.db") as journal:
        for i in range(8):
            answers = {"met_team": "yes"} if i < 6 else {"rapport": 4}
            journal.record(journal.add(answers, date="2026-01-02").id, "rejected", "2026-02-01")
        assert "met_team" in " ".join(train_journal(journal).remarks)
    if len(command) == 1:
        FULL.assign(met_team=["yes"] * 5 + [None] * 35).to_csv("t.csv", index=False)
        command = [*command, "t.csv"]
    assert "Only one answer was ever given to met_team" in offerodds(*command, "--no-validate").err
