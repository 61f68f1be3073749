"""The fingerprint of interviews depends on their answers and outcomes, and on nothing else."""

import numpy as np
import pandas as pd
import pytest

from offerodds import evaluate, simulate, train
from offerodds.data.catalogue.catalogue import Catalogue
from offerodds.training.fitting.fingerprint import Fingerprint, fingerprint
from offerodds.training.labelled_data import read_examples

CATALOGUE = Catalogue.built_in()
FRAME = simulate(700, seed=3)


def _fingerprint(frame):
    observations, outcomes = read_examples(frame, "outcome", CATALOGUE)
    has_outcome = ~np.isnan(outcomes)
    return fingerprint(observations, has_outcome, outcomes[has_outcome])


@pytest.mark.parametrize("size", [1, 7, 16, 64, 100, 699])
def test_batches_add_up(size):
    frame = FRAME.head(100 * size)
    parts = [frame.iloc[first : first + size] for first in range(0, len(frame), size)]
    assert sum(map(_fingerprint, parts), Fingerprint()) == _fingerprint(frame)


def test_neither_order_nor_columns_nor_spelling_matter():
    shuffled = FRAME.sample(frac=1, random_state=1)[FRAME.columns[::-1]]
    assert _fingerprint(shuffled) == _fingerprint(FRAME)
    assert _fingerprint(FRAME.assign(notes="of the person", other_candidates=None)) == _fingerprint(FRAME)
    words = {"rapport": ["warm", "5", None], "outcome": ["hired", "no", "1"]}
    numbers = {"outcome": [1, 0, 1], "rapport": [4.0, 5.0, np.nan]}
    assert _fingerprint(words) == _fingerprint(numbers)


def test_interviews_and_fields_that_training_does_not_use_do_not_matter():
    table = pd.DataFrame({"rapport": [4, 5], "outcome": ["offer", "no"]})
    pending = pd.DataFrame({"rapport": [1], "outcome": ["pending"]})
    assert _fingerprint(pd.concat([table, pending])) == _fingerprint(table)
    assert _fingerprint(table.assign(days_since_interview=[3, None], promised_days=7)) == _fingerprint(table)


def test_every_answer_every_outcome_and_every_row_matters():
    table = pd.DataFrame({"rapport": [4, 5], "self_rating": [4, 2], "outcome": ["offer", "no"]})
    others = [
        table.assign(rapport=[5, 4]),  # the same answers, of other interviews
        table.assign(rapport=[4, 4]),
        table.assign(rapport=[4, None]),
        table.rename(columns={"rapport": "candidate_closing"}),
        table.rename(columns={"rapport": "self_rating", "self_rating": "rapport"}),
        table.assign(outcome=["no", "offer"]),
        table.iloc[:1],
        pd.concat([table, table]),
        pd.concat([table, table.iloc[:1]]),
    ]
    fingerprints = [_fingerprint(frame) for frame in (table, *others)]
    assert len({*map(str, fingerprints)}) == len(fingerprints)


def test_no_is_an_answer():
    table = pd.DataFrame({"met_team": ["yes", "no"], "outcome": ["offer", "no"]})
    assert _fingerprint(table) != _fingerprint(table.assign(met_team=["yes", None]))
    assert _fingerprint(table) == _fingerprint(table.assign(met_team=[1.0, -0.0]))


def test_answers_that_differ_in_several_fields_have_different_fingerprints():
    fingerprints = [
        _fingerprint({"rapport": [a], "self_rating": [b], "followup_questions": [c], "outcome": [o]})
        for a in range(1, 6)
        for b in range(1, 6)
        for c in (1, 3, 5)
        for o in (0, 1)
    ]
    assert all(len({one.sums[i] for one in fingerprints}) == len(fingerprints) for i in range(4))


def test_evaluation_recognises_the_interviews_that_a_model_was_trained_on():
    model = train(FRAME).model
    assert evaluate(model, FRAME.sample(frac=1, random_state=0), bootstraps=100).trained_on_these
    assert not evaluate(model, FRAME.iloc[1:], bootstraps=100).trained_on_these
