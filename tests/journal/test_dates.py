"""Dates as people write them: the year is never guessed, and an invalid date is a fault."""

import math
from datetime import date, timedelta

import pandas as pd
import pytest

from helpers import CATALOGUE
from offerodds.data.errors import AnswerError, Remedy
from offerodds.journal.dates import check_pattern, read_date
from offerodds.journal.entry import check_entry

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("pattern", ["%d/%m", "%d-%b", "%d.%m.", "%B %d", "%a %d %b", "%%Y %d.%m", "%j"])
def test_a_date_format_without_a_year_is_refused_with_the_remedy(pattern):
    with pytest.raises(AnswerError) as error:
        check_pattern(pattern)
    (fault,) = error.value.faults
    assert (fault.problem, fault.field) == ("a date format without a year", "date_format")
    assert "%Y" in fault.expected
    assert fault.remedy is Remedy.ADD_YEAR


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("dd/mm/yyyy", "%d/%m/%Y"),
        ("DD.MM.YYYY", "%d.%m.%Y"),
        ("d-mmm-yy", "%d-%b-%y"),
        ("dd/mm", "%d for the day, %m for the month, %Y for the year, as %d.%m.%Y"),
        *(
            (pattern, "%d for the day")
            for pattern in ("day", "%d.%Y", "%Y-%m", "%Y", "%q %Y", "(%Y", "%d.%m.%Y %")
        ),
    ],
)
def test_an_invalid_date_format_is_refused_with_a_valid_one(written, expected):
    with pytest.raises(AnswerError) as error:
        check_pattern(written)
    assert error.value.faults[0].problem == "not a date format"
    assert error.value.faults[0].expected.startswith(expected)


@pytest.mark.parametrize(
    ("written", "pattern"),
    [
        ("08/07/26", "%d/%m/%y"),
        ("8-Jul-2026", "%d-%b-%Y"),
        ("2026 189", "%Y %j"),
        ("08.07.2026 14:30", "%d.%m.%Y %H:%M"),
    ],
)
def test_a_date_format_with_a_year_of_two_or_four_digits_is_read(written, pattern):
    check_pattern(pattern)
    assert read_date(written, TODAY, pattern) == date(2026, 7, 8)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        *(("08/07/99", "%d/%m/%y"), ("08/07/26", "%d/%m/%Y"), ("08/07/2026", "%d/%m/%y"), ("8-Jul", None)),
        *(
            ("1999-12-31", None),
            ("0026-07-08", None),
            (date(1999, 12, 31), None),
            ("☐", None),
            ("soon", None),
        ),
    ],
)
def test_a_value_that_is_not_a_date_since_2000_is_a_fault(text, pattern):
    with pytest.raises(AnswerError):
        read_date(text, TODAY, pattern)


@pytest.mark.parametrize("blank", ["", " ", None, math.nan, pd.NaT, "-", "–", "?", "n/a", "unknown"])
def test_an_unknown_date_stays_unknown(blank):
    assert read_date(blank, TODAY) is None


def test_words_for_dates_are_read_with_any_date_format():
    assert read_date("Today", TODAY, "%d.%m.%Y") == TODAY
    assert read_date(" yesterday ", TODAY, "%d.%m.%Y") == TODAY - timedelta(1)


def test_a_wait_since_before_2000_is_a_fault():
    with pytest.raises(
        AnswerError, match="days_since_interview: too long ago; seen 46129 days, expected at most 9,824"
    ):
        check_entry(CATALOGUE, TODAY, answers={"days_since_interview": 46129})
