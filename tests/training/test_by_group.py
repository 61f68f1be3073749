"""Evaluation of each employer by itself."""

import json
import time

import numpy as np
import pandas as pd
import pytest

from offerodds import AnswerError, OfferModel, evaluate
from offerodds.data.answers.observations import Groups
from offerodds.training.evaluation.by_group import validate_by_group

MODEL = OfferModel.default()
FRAME = pd.DataFrame(
    {
        "rapport": [5, 4, 2, 1, 3, 4, 5, 2],
        "company": ["Acme", "acme ", "Byte", "Byte", "Byte", None, "", "Core"],
        "outcome": ["offer", "no", "no", "no", "pending", "offer", "no", "offer"],
    }
)


def grouped(names, chance, offers):
    ends = np.array([chance - 0.2, chance + 0.2])
    return validate_by_group(
        Groups.from_cells(names), chance, ends, np.asarray(offers, float), "company", 1.645
    )


def test_each_employer_is_evaluated_by_itself():
    found = evaluate(MODEL, FRAME, group="Company", bootstraps=100)
    by_group = found.by_group
    assert [(each.name, each.n, each.n_offer) for each in by_group.groups] == [
        ("acme", 2, 1),
        ("byte", 2, 0),
        ("core", 1, 1),
        ("", 2, 1),
    ]
    assert found.ignored_columns == ()
    predicted = MODEL.predict_frame(FRAME.drop(columns=["company", "outcome"]))
    byte = by_group.groups[1]
    assert byte.expected == pytest.approx(predicted["probability"][2:4].mean())
    assert byte.low == pytest.approx(predicted["low"][2:4].mean())
    assert byte.high == pytest.approx(predicted["high"][2:4].mean())
    assert byte.log_loss == pytest.approx(-np.log(1 - predicted["probability"][2:4]).mean())
    assert by_group.n_groups == 3
    assert by_group.n_covered == sum(each.covered for each in by_group.groups if each.name)


def test_the_spread_of_employers_is_that_of_dersimonian_and_laird():
    rng = np.random.default_rng(1)
    names = np.repeat([f"e{i}" for i in range(40)], 200)
    level = np.repeat(rng.normal(0.3, 0.7, 40), 200)
    chance = rng.uniform(0.2, 0.6, names.size)
    p = 1 / (1 + np.exp(-np.log(chance / (1 - chance)) - level))
    found = grouped(names.tolist(), chance, rng.random(names.size) < p)
    assert found.tau == pytest.approx(0.7, abs=0.15)
    assert found.intercept == pytest.approx(0.3, abs=0.25)
    assert found.low < found.intercept - 1.645 * found.tau < found.intercept + 1.645 * found.tau < found.high


def test_equal_employers_have_no_spread():
    found = grouped(["a"] * 4 + ["b"] * 4, np.full(8, 0.5), [1, 0, 1, 0] * 2)
    assert (found.intercept, found.tau) == (0, 0)


@pytest.mark.parametrize("names", [["Acme"] * 8, ["Acme"] * 7 + ["Byte"], [None] * 8, list("abcdefgh")])
@pytest.mark.parametrize("outcome", ["offer", "no"])
def test_few_employers_and_one_outcome_give_finite_figures(names, outcome):
    frame = FRAME.assign(company=names, outcome=outcome)
    found = evaluate(MODEL, frame, group="company", bootstraps=100)
    text = json.dumps(found.to_dict(), allow_nan=False)
    assert '"by_group"' in text
    by_group = found.by_group
    assert by_group.n_groups == len({name for name in names if name})
    assert (by_group.tau is None) == (by_group.n_groups < 2)
    assert (by_group.intercept is None) == (by_group.n_groups == 0)


def test_a_missing_column_is_a_fault_with_the_nearest_name():
    with pytest.raises(AnswerError) as caught:
        evaluate(MODEL, FRAME, group="compny", level=2)
    assert [fault.problem for fault in caught.value.faults][-1] == "no such column"
    assert caught.value.faults[-1].nearest == "company"
    assert len(caught.value.faults) == 2


def test_a_hundred_thousand_employers_take_seconds():
    n = 100_000
    began = time.process_time()
    found = grouped([f"e{i}" for i in range(n)], np.full(n, 0.4), np.arange(n) % 2)
    assert time.process_time() - began < 30
    assert found.n_groups == n
    assert np.isfinite(found.tau)


def test_the_command_lists_employers(offerodds, folder):
    FRAME.to_csv("groups.csv", index=False)
    text = " ".join(offerodds("evaluate", "groups.csv", "--by", "company", "--model", "default").out.split())
    assert "(no employer given) 2 50%" in text
    assert "of 3 employers." in text
    assert "at the next employer" in text
    found = json.loads(offerodds("evaluate", "groups.csv", "--by", "company", "--json").out)
    assert [each["name"] for each in found["by_group"]["groups"]] == ["acme", "byte", "core", ""]
    ran = offerodds("evaluate", "groups.csv", "--by", "rapor")
    assert ran.code == 2
    assert "no such column" in ran.err
    FRAME.assign(company="").to_csv("blank.csv", index=False)
    text = " ".join(offerodds("evaluate", "blank.csv", "--by", "company").out.split())
    assert "No interview names an employer in the column company." in text
    FRAME.assign(company="One").to_csv("one.csv", index=False)
    text = " ".join(offerodds("evaluate", "one.csv", "--by", "company").out.split())
    assert "One employer cannot show how far they differ." in text


def test_a_notebook_shows_employers():
    html = evaluate(MODEL, FRAME, group="company", bootstraps=100)._repr_html_()
    assert "acme" in html
    assert "at the next employer" in html
