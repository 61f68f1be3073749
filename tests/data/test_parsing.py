import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers import CATALOGUE
from offerodds import AnswerError, Catalogue, OfferModel
from offerodds.data.answers.observations import column_data, observe_frame, read_column, valid_answer_mask
from offerodds.data.answers.parsing import InvalidAnswerError, read_answer

OWN = Catalogue.from_dict(
    {
        "base_rate": 0.3,
        "signals": [
            {"id": "words", "question": "?", "kind": "scale", "levels": ["a", "b", "c", "d", "e"]},
            {"id": "salary", "question": "?", "kind": "number", "minimum": -2.5, "maximum": 7.5},
        ],
    }
)
QUESTIONS = [*CATALOGUE.questions.values(), *OWN.questions.values()]
EDGES = [0.5, 4.5, -0.0, 7.5, 1e9, 1e9 + 1, 1e-9, 1 - 1e-9, math.inf, -math.inf, math.nan]
EDGES += map(float, range(-2, 9))


def _read(question, cell):
    try:
        return read_answer(question, cell)
    except InvalidAnswerError:
        return None


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
@example(numbers=[])
@given(numbers=st.lists(st.floats() | st.floats(-3, 9), max_size=8).map(lambda found: [*EDGES, *found]))
def test_numbers_are_checked_all_at_once_as_they_are_one_by_one(question, numbers):
    one_by_one = [_read(question, number) for number in numbers]
    assert valid_answer_mask(question, np.array(numbers)).tolist() == [
        each is not None for each in one_by_one
    ]
    read, faults = read_column(question, np.array(numbers))
    assert sorted(fault.row for fault in faults) == [
        i for i, each in enumerate(one_by_one, 1) if each is None
    ]
    for number, alone in zip(read, one_by_one, strict=True):
        assert alone is None or number == alone or (math.isnan(number) and math.isnan(alone))


GIVEN = [5, 1, None, 1]
COLUMNS = {
    **{
        dtype: pd.Series(GIVEN, dtype=dtype)
        for dtype in ("float32", "float64", "Int64", "Float64", "int8[pyarrow]")
    },
    **{
        dtype: pd.Series([None if each is None else str(each) for each in GIVEN], dtype=dtype)
        for dtype in ("object", "str", "string", "category")
    },
    "dictionary": pd.Series(
        ["5", "1", None, "1"], dtype=pd.ArrowDtype(pa.dictionary(pa.uint8(), pa.string()))
    ),
    **{dtype: pd.Series([5, 1, 2, 1], dtype=dtype) for dtype in ("int8", "uint64")},
    "mixed": pd.Series([5, "1", pd.NA, 1.0], dtype=object),
}


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_a_column_of_any_type_reads_as_its_cells_do_and_its_faults_have_their_rows(column):
    rapport, met_team = (CATALOGUE.questions[field] for field in ("rapport", "met_team"))
    numbers, faults = read_column(rapport, column_data(column))
    np.testing.assert_array_equal(numbers, [_read(rapport, cell) for cell in column])
    assert not faults
    numbers, faults = read_column(met_team, column_data(column))
    wrong = [(row, str(cell)) for row, cell in enumerate(column, start=1) if _read(met_team, cell) is None]
    assert sorted((fault.row, fault.seen.strip("'")) for fault in faults) == wrong
    assert wrong[0][0] == 1
    assert numbers[[1, 3]].tolist() == [1, 1]


def test_true_and_false_are_no_numbers_in_a_column_either():
    for column in (
        pd.Series([True, False]),
        pd.Series([True, None], dtype="boolean"),
        pd.Series([1, True], dtype=object),
    ):
        assert read_column(CATALOGUE.questions["met_team"], column_data(column))[0][0] == 1
        assert read_column(CATALOGUE.questions["rapport"], column_data(column))[1]


def test_words_that_a_categorical_column_could_hold_and_does_not_are_no_faults():
    column = pd.Series(["warm", None], dtype=pd.CategoricalDtype(["warm", "tepid"]))
    numbers, faults = read_column(CATALOGUE.questions["rapport"], column_data(column))
    assert not faults
    np.testing.assert_array_equal(numbers, [4.0, np.nan])


def test_each_row_of_a_large_table_is_scored_as_it_is_alone():
    model, rng = OfferModel.default(), np.random.default_rng(0)
    n = 20_000
    table = pd.DataFrame(
        {field: rng.integers(0, 2, n).astype(float) for field in ("met_team", "thank_you_sent")}
    )
    table["rapport"] = rng.integers(1, 6, n)
    table["days_since_interview"] = rng.choice([np.nan, 3, 20], n)
    table = table.mask(rng.random(table.shape) < 0.3)
    scores, shares = model.predict_frame(table).to_numpy(), model.predict_proba(table)
    for row in (0, 8191, 8192, 16_384, n - 1):
        alone = model.predict(table.iloc[row].to_dict())
        assert scores[row] == pytest.approx([alone.probability, alone.low, alone.high], abs=1e-12)
        assert shares[row, 1] == scores[row, 0]
    assert len(model.predict_frame(table[:0])) == len(model.predict_proba(table[:0])) == 0


def test_a_fault_in_a_late_row_of_a_numeric_column_names_the_row():
    met_team = np.zeros(50_000)
    met_team[[20_000, 49_999]] = 0.5, np.inf
    with pytest.raises(AnswerError) as error:
        observe_frame(CATALOGUE, pd.DataFrame({"met_team": met_team}))
    assert [(fault.row, fault.seen) for fault in error.value.faults] == [(20_001, "0.5"), (50_000, "inf")]


@pytest.mark.parametrize(
    ("rating", "number"),
    [
        ("4/5", 4),
        ("4 / 5", 4),
        ("4 out of 5", 4),
        ("1/10", 1),
        ("2/10", 1),
        ("7/10", 4),
        ("8/10", 4),
        ("10/10", 5),
    ],
)
def test_ratings_out_of_five_and_ten_are_read(rating, number):
    assert read_answer(CATALOGUE.questions["rapport"], rating) == number


@pytest.mark.parametrize("rating", ["6/5", "0/5", "11/10", "0/10", "4/7", "4.5/5", "4/5/2026", "5/"])
def test_other_ratings_are_refused(rating):
    with pytest.raises(InvalidAnswerError):
        read_answer(CATALOGUE.questions["rapport"], rating)
