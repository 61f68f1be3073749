import math
from decimal import Decimal
from unicodedata import normalize

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import CATALOGUE
from offerodds import Catalogue, train
from offerodds.data.answers.fields import unknown_field_fault
from offerodds.data.answers.observations import observe, observe_table, read_column, valid_answer_mask
from offerodds.data.answers.parsing import (
    BLANK_MARKS,
    InvalidAnswerError,
    answer_text,
    canonical,
    expected_answer,
    read_answer,
)
from offerodds.data.errors import AnswerError
from offerodds.data.language import use_language

Q = CATALOGUE.questions


@pytest.mark.parametrize(
    "blank",
    [
        *("", "  ", "unknown", "Unknown", None, math.nan, pd.NA, np.nan, "n/a", "#N/A", "Don't know"),
        *("-", "--", "–", "—", "?", ".", "…", "/", "_", "\u200b", "\ufeff"),
    ],
)
@pytest.mark.parametrize("field", list(Q))
def test_blank_unknown_and_nan_are_unanswered_for_every_field(field, blank):
    assert math.isnan(read_answer(Q[field], blank))


@pytest.mark.parametrize("field", [name for name, q in Q.items() if q.common_answers])
def test_an_answer_that_is_looked_up_reads_as_another_spelling_of_it(field):
    for answer, value in Q[field].common_answers.items():
        assert read_answer(Q[field], answer) == read_answer(Q[field], f" {answer} ") == value


@pytest.mark.parametrize("field", [name for name, q in Q.items() if q.levels])
def test_every_level_is_read_in_any_case(field):
    for level, value in zip(Q[field].levels, Q[field].values, strict=True):
        for spelling in (
            level,
            level.upper(),
            f" {level.replace('_', ' ').title()} ",
            level.replace(" ", "-"),
        ):
            assert read_answer(Q[field], spelling) == value


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        ("rapport", 4, 4),
        ("rapport", "4", 4),
        ("rapport", 4.0, 4),
        ("rapport", np.int64(4), 4),
        ("rapport", Decimal(4), 4),
        ("met_team", True, 1),
        ("met_team", "TRUE", 1),
        ("met_team", "0", 0),
        ("met_team", np.bool_(False), 0),
        ("met_team", 1.0, 1),
        ("actual_minutes", "37.5", 37.5),
        ("questions_asked", 0, 0),
        ("difficulty", "average", 3),
        ("timeline_given", "Specific", 1),
    ],
)
def test_answers_are_read_as_people_write_them(field, given, value):
    assert read_answer(Q[field], given) == value


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("rapport", 0),
        ("rapport", 6),
        ("rapport", 3.5),
        ("rapport", True),
        ("rapport", "warmish"),
        ("rapport", [4]),
        ("rapport", b"4"),
        ("met_team", 2),
        ("met_team", -1),
        ("met_team", "-1"),
        ("met_team", "maybe"),
        ("timeline_given", 2),
        ("actual_minutes", -1),
        ("actual_minutes", math.inf),
        ("actual_minutes", "1_0"),
        ("questions_asked", 2.5),
        ("base_rate", 0),
        ("base_rate", 1),  # 1% or 100%?
        ("base_rate", "1"),
        ("base_rate", 100),
        ("base_rate", "100%"),
        ("base_rate", "0%"),
        ("base_rate", "30%%"),
        ("base_rate", "%"),
        ("actual_minutes", "30%"),
        ("days_since_interview", "yesterday"),
    ],
)
def test_an_invalid_answer_is_refused_with_the_expected_ones(field, given):
    with pytest.raises(InvalidAnswerError) as no:
        read_answer(Q[field], given)
    assert no.value.expected.startswith(expected_answer(Q[field]))


@pytest.mark.parametrize("field", list(Q))
def test_the_text_of_an_answer_reads_back_as_the_same_answer(field):
    question = Q[field]
    examples = {"probability": (0.3,), "proportion": (read_answer(Q["employer_rate"], "20/100"),)}
    values = question.values or examples.get(question.kind, (0.0, 1.0, 3.0))
    for value in values:
        if question.minimum <= value <= question.maximum:
            assert read_answer(question, answer_text(question, value).split(" or ")[0]) == value


def test_zero_planned_minutes_are_a_fault():
    observe(CATALOGUE, {"scheduled_minutes": 1, "actual_minutes": 0})
    with pytest.raises(AnswerError, match=r"scheduled_minutes: .* expected a number of minutes, 1 or more"):
        observe(CATALOGUE, {"scheduled_minutes": 0, "actual_minutes": 45})


def test_all_faults_of_a_form_are_reported_at_once():
    with pytest.raises(AnswerError) as error:
        observe(
            CATALOGUE,
            {"raport": 3, "rapport": 9, "stage": "fnal", "duration": 3, "Met Team": "x", "met_team": 1},
        )
    message = str(error.value)
    assert len(error.value.faults) == 6
    assert "did you mean `rapport`?" in message
    assert "did you mean `final`?" in message
    assert "actual_minutes and scheduled_minutes" in message
    assert "given twice" in message


def test_table_columns_that_are_no_fields_are_left_alone_and_misspelt_ones_are_not():
    observations = observe_table(CATALOGUE, {"company": ["A"], "Rapport": ["warm"]}, 1)
    assert observations.ignored == ("company",)
    assert observations["rapport"].tolist() == [4.0]
    with pytest.raises(AnswerError, match="did you mean `rapport`"):
        observe_table(CATALOGUE, {"raport": [4]}, 1)


@pytest.mark.parametrize(
    "name", ["Rapport (/10)", "rapport 0-10", "Rapport von zehn", "Rapport (1-7)", "Rapport (%)"]
)
def test_a_name_with_another_scale_is_a_fault_in_tables_and_forms(name):
    """All answers may be up to 5 by chance."""
    columns = {name: np.array([3.0, 4.0]), "outcome": ["offer", "rejected"]}
    for read in (lambda: observe_table(CATALOGUE, columns, 2), lambda: observe(CATALOGUE, {name: 3})):
        with pytest.raises(AnswerError, match="another scale or unit"):
            read()
    with pytest.raises(AnswerError, match="another scale or unit"):
        train(columns)


@pytest.mark.parametrize("name", ["Interviewer not distracted", "Actual minutes (h)", "Self rating rank"])
def test_no_hint_changes_the_meaning_of_a_column(name):
    columns = {name: [1, 1], "outcome": ["offer", "rejected"]}
    for read in (lambda: observe_table(CATALOGUE, columns, 2), lambda: train(columns)):
        with pytest.raises(AnswerError, match=r"convert the answers, and rename") as error:
            read()
        assert "did you mean" not in str(error.value)


@pytest.mark.parametrize("field", Q)
def test_a_misspelt_field_is_suggested(field):
    assert unknown_field_fault(CATALOGUE, f"{field}x").nearest == field


@pytest.mark.parametrize("field", ["other_candidates", "questions_asked"])
def test_none_as_a_count_may_be_zero_or_no_answer_and_is_asked_about(field):
    with pytest.raises(AnswerError, match="seen 'None', expected a whole number, 0 or more"):
        observe_table(CATALOGUE, {field: ["3", "None"]}, 2)
    assert math.isnan(read_answer(Q[field], None))
    assert math.isnan(read_answer(Q["rapport"], "none"))


def test_a_name_may_have_the_scale_of_its_sign():
    for name in ("Rapport (1-5)", "rapport/5", "Rapport out of 5"):
        assert observe_table(CATALOGUE, {name: [4]}, 1)["rapport"].tolist() == [4.0]
    table = pd.DataFrame({"Rapport (1-5)": [4, 2], "outcome": ["offer", "rejected"]})
    assert train(table).model.training.answered["rapport"] == 2


def test_the_scale_of_an_own_sign_may_be_in_its_id():
    own = [{"id": name, "question": "?", "kind": "scale"} for name in ("focus_10", "talked_1_to_1")]
    catalogue = Catalogue.from_dict({"base_rate": 0.3, "signals": own})
    observations = observe_table(catalogue, {"Focus 10": [4], "Talked 1-to-1": [5]}, 1)
    assert (observations["focus_10"].tolist(), observations["talked_1_to_1"].tolist()) == ([4.0], [5.0])


def test_faults_of_a_table_name_row_and_field():
    with pytest.raises(AnswerError) as error:
        observe_table(CATALOGUE, {"rapport": [1, 9, 3, "x"], "met_team": ["yes", "", "oui", None]}, 4)
    assert [(fault.row, fault.field) for fault in error.value.faults] == [
        (2, "rapport"),
        (3, "met_team"),
        (4, "rapport"),
    ]


@pytest.mark.parametrize("mark", ["✅", "✓", "✔", "✔️", "☑", "☑️", "👍", "👍🏽", " ✅ ", "Yes ✅"])
def test_marks_for_yes_are_read(mark):
    assert read_answer(Q["met_team"], mark) == 1


@pytest.mark.parametrize("mark", ["❌", "✗", "✘", "✘️", "☒", "👎", "👎🏿", "no ❌"])
def test_marks_for_no_are_read(mark):
    assert read_answer(Q["met_team"], mark) == 0


@pytest.mark.parametrize(
    ("stars", "value"),
    [("★★★☆☆", 3), ("⭐⭐⭐", 3), ("⭐️⭐️⭐️⭐️⭐️", 5), ("★", 1), ("★☆☆☆☆", 1), ("★ ★ ★ ★", 4), (" ★★★★★ ", 5)],
)
def test_stars_are_counted_out_of_five(stars, value):
    assert read_answer(Q["rapport"], stars) == value
    assert canonical(Q["rapport"], stars) == Q["rapport"].levels[value - 1]


UNREADABLE = [
    *(
        "☐",
        "🙂",
        "✅❌",
        "✅✅",
        "☆☆☆☆☆",
        "★★★☆",
        "★★★★★★",
        "★★★☆☆☆",
        "☆★★★★",
        "★★★½",
        "4 ★",
        "★★★ good?",
        "!",
        "!!",
        "*",
        "•",
        "→",
    ),
    *("- -", "()", "€", "☺", "🔥", "½", "x"),
]


@pytest.mark.parametrize("rate", ["5/1000000", "1000000/1000000", "20/100"])
def test_a_proportion_reads_back_as_it_was_written(rate):
    assert canonical(Q["employer_rate"], rate) == rate


@pytest.mark.parametrize("cell", UNREADABLE)
def test_what_cannot_be_read_is_a_fault_and_never_a_blank(cell):
    for field in Q:
        with pytest.raises(InvalidAnswerError):
            read_answer(Q[field], cell)


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ("rapport", "✅"),
        ("stage", "❌"),
        ("met_team", "★★★"),
        ("actual_minutes", "★★★"),
        ("met_team", "yes ❌"),
        ("met_team", "✅ no"),
    ],
)
def test_a_mark_that_does_not_answer_the_question_is_a_fault(field, cell):
    with pytest.raises(InvalidAnswerError):
        read_answer(Q[field], cell)


@given(st.text(st.characters(categories=["S", "P"]), min_size=1, max_size=4))
def test_a_cell_of_symbols_is_never_blank_by_accident(cell):
    for field in ("rapport", "met_team", "stage", "actual_minutes"):
        try:
            number = read_answer(Q[field], cell)
        except InvalidAnswerError:
            continue
        mark = normalize("NFC", cell)  # some symbols have two code points
        assert not math.isnan(number) or mark in BLANK_MARKS or not mark.strip("'’")


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("actual_minutes", "37,5", 37.5),
        ("base_rate", "0,3", 0.3),
        ("base_rate", " 0,300 ", 0.3),
        ("questions_asked", "7,0", 7),
    ],
)
def test_a_number_may_have_a_decimal_comma(field, cell, value):
    assert read_answer(Q[field], cell) == value


@pytest.mark.parametrize(
    ("cell", "share"),
    [
        *[("30", 0.3), ("30%", 0.3), ("30 %", 0.3), (30, 0.3), (0.3, 0.3), (".3", 0.3)],
        *[("12,5%", 0.125), ("1%", 0.01), ("0.5%", 0.005), (99, 0.99), (2.5, 0.025)],
    ],
)
def test_a_probability_may_be_a_percentage(cell, share):
    assert read_answer(Q["base_rate"], cell) == pytest.approx(share)
    assert read_answer(Q["base_rate"], answer_text(Q["base_rate"], share)) == pytest.approx(share)
    for cells in ([cell, ""], np.array([cell, np.nan]) if isinstance(cell, float) else [cell]):
        values, faults = read_column(Q["base_rate"], cells)
        assert not faults
        assert values[0] == pytest.approx(share)


def test_a_column_of_percentages_keeps_its_faults():
    given = np.array([30.0, 0.3, 1.0, 1.5, 100.0])
    values, faults = read_column(Q["base_rate"], given)
    assert values[:2].tolist() == [0.3, 0.3]
    assert [(fault.row, fault.seen) for fault in faults] == [(3, "1.0"), (4, "1.5"), (5, "100.0")]
    assert given[0] == 30  # the table of the caller is not changed


@pytest.mark.parametrize("code", ["en", "de"])
@pytest.mark.parametrize(
    "cell",
    ["1,000", "65,000", "1,234,567", "1,", ",5", "1,5,5", "1.234,5", "1_0", "1.000", "1.200", "1.234.560"],
)
def test_a_mark_that_may_separate_thousands_is_never_guessed(cell, code):
    with use_language(code), pytest.raises(InvalidAnswerError):
        read_answer(Q["actual_minutes"], cell)


def test_the_fault_of_such_a_mark_shows_what_to_write():
    for cell in ("1,200", "1.200"):
        with pytest.raises(InvalidAnswerError) as error:
            read_answer(Q["actual_minutes"], cell)
        assert error.value.expected.endswith("; write 1200 for thousands")


@pytest.mark.parametrize(("cell", "days"), [("12.125", 12.125), ("0.500", 0.5), (1.2, 1.2), ("37.50", 37.5)])
def test_a_decimal_point_is_one(cell, days):
    assert read_answer(Q["promised_days"], cell) == days


def test_a_part_of_a_minute_is_a_fault_alone_and_in_a_column():
    """0.75 may be hours, and a spreadsheet has .03125 for 0:45."""
    question = Q["actual_minutes"]
    with pytest.raises(InvalidAnswerError):
        read_answer(question, ".03125")
    values, faults = read_column(question, np.array([45.0, 0.03125, 0.0]))
    assert ([fault.row for fault in faults], values[2]) == ([2], 0.0)
    assert valid_answer_mask(question, values).tolist() == [True, False, True]


def test_minutes_of_an_own_sign_may_be_less_than_one():
    own = [{"id": "small_talk", "question": "?", "kind": "minutes", "typical": 0.5, "spread": 0.5}]
    catalogue = Catalogue.from_dict({"base_rate": 0.3, "signals": own})
    assert observe_table(catalogue, {"small_talk": [0.5, "0.25"]}, 2)["small_talk"].tolist() == [0.5, 0.25]
    assert observe(catalogue, {"small_talk": 0.5})["small_talk"].tolist() == [0.5]


@pytest.mark.parametrize("word", ["not clearly", "unclearly", "inclearly"])
def test_no_hint_turns_an_answer_round(word):
    assert "did you mean" not in expected_answer(Q["role_clarity"], word)


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("20/10", "; 20 is more than 10"),
        ("0/0", "; of 0 people there is no share: leave it out"),
        ("20%", "; a percentage needs the number of people too, such as 20% of 100"),
        (0.2, "; a percentage needs the number of people too, such as 20% of 100"),
        ("120% of 10", "; 120% is more than all"),
        ("2.5/10", "; 2.5 is not a number of people"),
        ("1/2000000", "; at most 1,000,000 people"),
        ("some", ""),
    ],
)
def test_an_invalid_proportion_says_which_part_is_wrong(given, hint):
    with pytest.raises(InvalidAnswerError) as raised:
        read_answer(Q["employer_rate"], given)
    assert raised.value.expected == f"a number of people and of how many, such as 20/100{hint}"


@pytest.mark.parametrize("field", list(Q))
@pytest.mark.parametrize(
    "odd", [0.0, 0.5, 1.0, 1.5, 2.0, 30.0, -1.0, 6.0, 1e9, 1e300, np.inf, -np.inf, np.nan, -0.0]
)
def test_a_column_of_numbers_is_read_as_its_cells_are_one_by_one(field, odd):
    cells = np.full(20_000, np.nan)
    cells[17_000:] = odd
    values, faults = read_column(Q[field], cells)
    try:
        expected = read_answer(Q[field], odd)
    except InvalidAnswerError:
        assert [fault.row for fault in faults] == list(range(17_001, 20_001))
        assert not valid_answer_mask(Q[field], cells)[17_000:].any()
    else:
        assert not faults
        np.testing.assert_array_equal(values[17_000:], expected)
        assert np.isnan(values[:17_000]).all()


def test_a_large_table_has_the_faults_of_each_row_whatever_thread_reads_a_column():
    n = 100_001
    columns = {"rapport": np.full(n, 3.0), "met_team": np.array(["yes"] * n, dtype=object)}
    columns["rapport"][[5, 9_000]] = 7.0
    columns["met_team"][[2, 9_001]] = "perhaps"
    with pytest.raises(AnswerError) as caught:
        observe_table(CATALOGUE, columns, n)
    faults = [(fault.row, fault.field) for fault in caught.value.faults]
    assert faults == [(3, "met_team"), (6, "rapport"), (9_001, "rapport"), (9_002, "met_team")]
