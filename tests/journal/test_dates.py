"""Dates as people write them: the year is never guessed, and an invalid date is a fault."""

import math
import re
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from helpers import CATALOGUE
from offerodds.data.errors import AnswerError, Remedy
from offerodds.journal.dates import check_pattern, read_date
from offerodds.journal.entry import check_entry

# as of a user whose own fields state no maximum
OWN = replace(CATALOGUE, fields=tuple(replace(field, maximum=1e9) for field in CATALOGUE.fields))
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("pattern", ["%d/%m", "%d-%b", "%d.%m.", "%B %d", "%a %d %b", "%%Y %d.%m", "%j"])
def test_a_date_format_without_a_year_is_refused_with_the_remedy(pattern):
    with pytest.raises(AnswerError) as error:
        check_pattern(pattern)
    (fault,) = error.value.faults
    assert (fault.problem, fault.field) == ("a date format without a year", "date_format")
    assert "%Y" in fault.expected
    assert fault.remedy is Remedy.ADD_YEAR_TOO


@pytest.mark.parametrize(
    "pattern", ["day", "%d.%Y", "%Y-%m", "%Y", "%q %Y", "(%Y", "%d.%m.%Y %", "yyyy", "mm/yyyy"]
)
def test_an_invalid_date_format_is_refused_with_a_valid_one(pattern):
    with pytest.raises(AnswerError) as error:
        check_pattern(pattern)
    assert error.value.faults[0].problem == "not a date format"
    assert "dd.mm.yyyy or %d.%m.%Y" in error.value.faults[0].expected


@pytest.mark.parametrize(
    ("letters", "pattern"),
    [
        ("dd/mm/yyyy", "%d/%m/%Y"),
        ("DD.MM.YYYY", "%d.%m.%Y"),
        ("d-mmm-yy", "%d-%b-%y"),
        ("m/d/yyyy", "%m/%d/%Y"),
    ],
)
def test_the_letters_of_a_spreadsheet_are_a_date_format(letters, pattern):
    assert check_pattern(letters) == pattern


@pytest.mark.parametrize(
    "written",
    [
        *(
            "2026-06-05",
            "2026-06-05T14:00:00Z",
            "2026-06-05 14:00:00+02:00",
            "2026/06/05",
            "2026.6.5",
            "20260605",
        ),
        *(
            "05.06.2026",
            "5.6.2026",
            "5.6.26",
            "05.06.2026 14:30",
            "5.6.2026, 14:30 Uhr",
            "5.6.2026, 15 Uhr",
            "Fr, 05.06.2026",
        ),
        *(
            "June 5 2026",
            "June 5, 2026",
            "Jun 5, 2026",
            "5 Jun 2026",
            "5-Jun-2026",
            "5-Jun-26",
            "5th June 2026",
        ),
        *(
            "Friday, June 5, 2026",
            "Fri, 5 Jun 2026 14:00:00 GMT",
            "June 5, 2026 2:00 PM (GMT+2)",
            "Fri Jun 5 2026",
        ),
        *(
            "June 5, 2026 2:00 PM → 3:00 PM",
            "June 5, 2026 at 2:00 PM",
            "June 5, 2026 3pm",
            "5 June 2026 at 3 p.m.",
            "2026 June 5",
            "Fri 5 June 2026",
        ),
        *("5. Juni 2026", "5 juin 2026", "5 de junio de 2026", "5 de junho de 2026", "5 Haziran 2026"),
        *(
            "2026年6月5日",
            "46178",
            "46178.58",
            46178,
            46178.58,
            date(2026, 6, 5),
            pd.Timestamp("2026-06-05 14:00"),
        ),
    ],
)
def test_a_date_is_read_in_any_usual_form(written):
    assert read_date(written, TODAY) == date(2026, 6, 5)


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("form", ["%d %B %Y", "%b %d, %Y", "%d-%b-%y", "%A, %d %B %Y", "%B %d, %Y %I:%M %p"])
def test_every_month_is_read_in_words(month, form):
    day = date(2026, month, 20) if month < 12 else date(2025, month, 20)
    assert read_date(day.strftime(form), TODAY) == day


@pytest.mark.parametrize(
    "written", ["05/06/2026", "5/6/2026", "05-06-2026", "5/6/26", "05/06/2026 14:30", "5/6/2026 2:30 PM"]
)
def test_an_ambiguous_order_of_day_and_month_is_asked_back(written):
    with pytest.raises(AnswerError) as error:
        read_date(written, TODAY)
    (fault,) = error.value.faults
    assert (fault.problem, fault.expected) == ("day or month first?", "2026-06-05 or 2026-05-06")
    assert read_date(written, TODAY, day_first=True) == date(2026, 6, 5)
    assert read_date(written, TODAY, day_first=False) == date(2026, 5, 6)


@pytest.mark.parametrize("written", ["13/06/2026", "06/13/2026", "06/06/2026"])
def test_an_order_that_is_clear_is_not_asked(written):
    assert read_date(written, TODAY).month == 6


@pytest.mark.parametrize("written", ["8-Jul", "Jul 8", "8. Juli"])
def test_a_date_without_a_year_is_refused_with_the_remedy(written):
    with pytest.raises(AnswerError) as error:
        read_date(written, TODAY)
    assert error.value.faults[0].remedy is Remedy.ADD_YEAR


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2026",
        "2026",
        "June 2026",
        "7",
        "12345",
        "99999",
        "5/6",
        "5/6/7",
        "05/06/99",
        "Foo 5 2026",
        "5 6",
        3,
        True,
        float("inf"),
        float("-inf"),
    ],
)
def test_what_is_not_a_date_is_refused(text):
    with pytest.raises(AnswerError):
        read_date(text, TODAY)


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
    with pytest.raises(AnswerError, match="at most 36,500"):
        check_entry(CATALOGUE, TODAY, answers={"days_since_interview": 46129})
    with pytest.raises(
        AnswerError, match="days_since_interview: too long ago; seen 46129 days, expected at most 9,824"
    ):
        check_entry(OWN, TODAY, answers={"days_since_interview": 46129})


@pytest.mark.parametrize(
    ("pattern", "day"),
    [("%d/%m/%Y", date(2026, 5, 6)), ("%d.%m.%y", date(2026, 5, 6)), ("%Y-%d-%m", date(2026, 6, 5))],
)
def test_iso_dates_are_read_beside_a_format_that_does_not_begin_with_the_year(pattern, day):
    assert read_date("2026-05-06", TODAY, pattern) == day


def test_a_format_that_begins_with_the_year_is_the_only_one():
    with pytest.raises(AnswerError, match="not a date"):
        read_date("2026-05-13", TODAY, "%Y-%d-%m")


@pytest.mark.parametrize(
    ("day", "pattern", "problem"),
    [
        ("31/02/2026", None, "date: no such day; seen '31/02/2026'"),
        ("31/02/2026", "%d/%m/%Y", "date: no such day; seen '31/02/2026'"),
        ("soon", "%d/%m/%Y", "date: not a date; seen 'soon', expected a date written as dd/mm/yyyy"),
        ("12.25.2026", "%d.%m.%Y", "not a date; seen '12.25.2026', expected a date written as dd.mm.yyyy"),
    ],
)
def test_a_fault_says_if_there_is_no_such_day_or_how_to_write_one(day, pattern, problem):
    with pytest.raises(AnswerError, match=re.escape(problem)):
        read_date(day, TODAY, pattern)


def test_a_planned_day_may_have_a_year_of_two_digits():
    today, latest = date(2026, 11, 24), date(2027, 11, 25)
    assert read_date("15.1.27", today, latest=latest) == date(2027, 1, 15)
    with pytest.raises(AnswerError, match="in the future"):
        read_date("15.1.27", today)
    with pytest.raises(AnswerError, match="not a date"):
        read_date("15.1.28", today, latest=latest)
