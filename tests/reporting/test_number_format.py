"""Numbers in words: one rounding, common frequencies, counts as counts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offerodds import OfferModel
from offerodds.model.prediction import Prediction
from offerodds.reporting.number_format import (
    format_frequency,
    format_interval,
    format_range,
    percent,
    share_of,
    whole_percent,
)
from offerodds.reporting.prediction import points_change, sentence

PROBABILITIES = st.floats(0, 1)


def _share(words):
    """Parse a frequency in words: the share in percent."""
    n, of = map(int, re.search(r"(\d+) in (\d+)$", words).groups())
    return 100 * n / of


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (1, "1 in 100"), (5, "1 in 20"), (10, "1 in 10"), (20, "1 in 5"), (25, "1 in 4"), (30, "3 in 10"),
        (33, "1 in 3"), (40, "4 in 10"), (45, "9 in 20"), (50, "1 in 2"), (55, "11 in 20"), (60, "6 in 10"),
        (65, "2 in 3"), (67, "2 in 3"), (70, "7 in 10"), (75, "3 in 4"), (90, "9 in 10"), (99, "99 in 100"),
    ],
)  # fmt: skip
def test_frequencies_are_those_that_people_use(shown, words):
    assert format_frequency(shown / 100) == f"About {words}"


@given(PROBABILITIES)
def test_the_frequency_follows_from_the_percentage_shown(p):
    assert format_frequency(p) == format_frequency(whole_percent(p) / 100)
    if percent(p) == "under 1%":
        assert format_frequency(p) == "Less than 1 in 100"
    elif percent(p) == "over 99%":
        assert format_frequency(p) == "More than 99 in 100"
    else:
        shown = int(percent(p).removesuffix("%"))
        assert abs(_share(format_frequency(p)) - shown) <= 3.5
        assert abs(_share(format_frequency(p)) - shown) <= 0.25 * shown
        assert abs(100 * p - shown) <= 0.5 + 1e-9


@pytest.mark.parametrize("shown", range(100))
def test_a_higher_percentage_never_gets_a_lower_frequency(shown):
    assert _share(format_frequency(shown / 100)) <= _share(format_frequency((shown + 1) / 100))


@given(PROBABILITIES, PROBABILITIES)
def test_a_difference_is_that_of_the_percentages_shown(first, second):
    before, after = (Prediction(p, p, p, 0.9, p, 1.0, (), ()) for p in (first, second))
    assert int(points_change(before, after)) == whole_percent(second) - whole_percent(first)


@given(st.integers(0, 2_000), st.integers(1, 2_000))
def test_a_count_is_never_shown_as_under_or_over_a_percentage(count, more):
    n = count + more
    for count_shown in (count, n - count, n):
        text = share_of(count_shown, n)
        assert re.fullmatch(r"[1-9]\d?%|[\d,]+ of [\d,]+", text)
        if "of" in text:
            assert text == f"{count_shown:,} of {n:,}"


@given(PROBABILITIES, PROBABILITIES)
def test_a_range_never_repeats_an_end(one, other):
    low, high = sorted((one, other))
    text = format_range(low, high)
    assert percent(low) != percent(high) or text.count("%") == 1
    assert not text.startswith("between under")
    assert "over" not in text or text in ("over 99%", "anywhere from under 1% to over 99%")


@pytest.mark.parametrize("level", [0.1, 0.5, 0.7])
def test_an_interval_with_low_coverage_is_not_called_probable(level):
    text = sentence(OfferModel.default().predict({"rapport": 4}, level))
    assert "probably" not in text
    assert f"with {100 * level:g}% probability between" in text


def test_after_a_year_of_silence_the_interval_is_one_phrase():
    p = OfferModel.default().predict({"days_since_interview": 365})
    assert format_interval(p.low, p.high, p.level) == "probably under 1% (90% interval)"
