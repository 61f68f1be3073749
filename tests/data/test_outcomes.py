"""Outcome words: what each means, which are asked back, and that no hint leads to the opposite."""

import math
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offerodds import train
from offerodds.data.answers.outcomes import (
    AMBIGUOUS_OUTCOMES,
    OUTCOME_LABELS,
    OUTCOME_WORDS,
    read_outcome,
    read_outcomes,
)
from offerodds.data.errors import AnswerError

NEGATIONS = (
    "un",
    "non",
    "in",
    "not",
    "no",
    "dis",
    "never",
    "re",
    "de",
    "un_",
    "non_",
    "not_",
    "no_",
    "never_",
)

MEANS = {
    "offer": [
        *("offer", "Offer!", "ACCEPTED", "Got the job", 1, "1", 1.0, True, "yes", "🎉 Offer 🎉"),
        *("Hired", "Selected", "Success", "Successful", "Offer Accepted", "Offer Received", "Verbal offer"),
        *(
            "I declined",
            "declined by me",
            "Declined offer",
            "offer declined by me",
            "Offer declined",
            "I rejected",
        ),
        *("Declined (by me)", "I turned down the offer", "rejected the offer", "I refused", "offer/accepted"),
        *("✅", "✓", "✔", "✔️", "☑", "👍", "👍🏽", "✅ Offer", "Offer ✓"),
    ],
    "rejected": [
        *("no offer", "No-Offer", "REJECTED", 0, "0.0", False, "no", "Denied", "Not Selected", "not hired"),
        *(
            "declined by company",
            "They declined",
            "Declined by employer",
            "The company declined",
            "they rejected me",
        ),
        *("I was declined", "turned down by the employer", "They passed on me", "Unsuccessful", "Rejection"),
        *("application denied", "I was rejected", "Got rejected", "Didn’t get it", "Failed"),
        *("❌", "✗", "✘", "✘️", "☒", "👎", "👎🏿", "❌ Rejected"),
    ],
    "ghosted": ["Ghosted", "Never heard back", "They ghosted me", "I was ghosted", "ghosted ❌"],
    "withdrew": [
        "Withdrawn",
        "I withdrew",
        "cancelled",
        "Accepted another offer",
        "Pulled out",
        "I ghosted them",
    ],
    "pending": [
        *(
            "pending",
            "",
            "  ",
            None,
            math.nan,
            pd.NaT,
            "still waiting",
            "Interviewing",
            "In Review",
            "Under review",
        ),
        *("Applied", "Wishlist", "Saved", "Bookmarked", "On Hold", "No response yet", "Phone screen", "n/a"),
        *("-", "–", "—", "?", ".", "…", "\u200b"),
    ],
    "next-round": [
        "Passed",
        "Advanced",
        "Next Round",
        "Moved Forward",
        "passed to next round",
        "Invited back",
    ],
}
ASKED = {
    "declined": ("declined_by_me", "rejected"),
    "Decline": ("declined_by_me", "rejected"),
    "DECLINED!": ("declined_by_me", "rejected"),
    "Turned down": ("declined_by_me", "rejected"),
    "refused": ("declined_by_me", "rejected"),
    "passed on": ("declined_by_me", "rejected"),
    "Pass": ("next_round", "rejected"),
    "not moving forward": ("rejected", "withdrew"),
    "Candidate declined": ("declined_by_me", "withdrew"),
    "offer rescinded": ("offer", "rejected"),
    "No Response": ("ghosted", "pending"),
    "no reply": ("ghosted", "pending"),
    "Closed": ("rejected", "ghosted"),
}


@pytest.mark.parametrize(
    ("kind", "spelling"), [(kind, word) for kind, words in MEANS.items() for word in words]
)
def test_outcomes_are_read_in_any_spelling_a_person_would_use(kind, spelling):
    assert read_outcome(spelling) == kind


@pytest.mark.parametrize("word", ASKED)
def test_an_ambiguous_outcome_is_refused_with_the_clear_ones(word):
    with pytest.raises(AnswerError) as error:
        read_outcome(word)
    assert error.value.faults[0].problem == "ambiguous outcome"
    for choice in ASKED[word]:
        assert f"`{choice}`" in error.value.faults[0].expected
    assert "did you mean" not in str(error.value)


def test_every_outcome_suggested_for_an_ambiguous_one_is_valid():
    offered = {choice for asked in AMBIGUOUS_OUTCOMES.values() for choice in re.findall("`(.+?)`", asked)}
    assert offered <= {*OUTCOME_WORDS} - {*AMBIGUOUS_OUTCOMES}
    assert not OUTCOME_WORDS.keys() & AMBIGUOUS_OUTCOMES.keys()


@pytest.mark.parametrize(
    "guess",
    [
        *("maybe", "off", 2, -1, "-1", 0.5, "none", [1], "offer rejected?", "Offer?", math.inf),
        *(
            "offer/rejected",
            "offer or rejected",
            "Rejected after interview",
            "offer -> rejected",
            "rejected, offer",
        ),
        *("❌ Offer", "Offer ❌", "✅ Rejected", "✅❌", "☐", "🤷", "★★★", "x"),
    ],
)
def test_an_outcome_is_never_guessed(guess):
    with pytest.raises(AnswerError):
        read_outcome(guess)


def test_a_fault_names_what_is_accepted():
    with pytest.raises(AnswerError) as error:
        read_outcome("perhaps")
    for word in ("offer", "declined_by_me", "rejected", "ghosted", "withdrew", "pending", "next_round"):
        assert word in error.value.faults[0].expected
        read_outcome(word)


def test_all_faulty_outcomes_are_named_by_row():
    with pytest.raises(AnswerError) as error:
        read_outcomes(["offer", "perhaps", "no offer", "ofer"], "result")
    assert [(fault.row, fault.field) for fault in error.value.faults] == [(2, "result"), (4, "result")]
    assert "did you mean `offer`?" in str(error.value)


def test_the_label_of_an_outcome_follows_from_its_kind():
    labels = read_outcomes([words[0] for words in MEANS.values()])
    for kind, number in zip(MEANS, labels, strict=True):
        assert math.isnan(number) if kind not in OUTCOME_LABELS else number == OUTCOME_LABELS[kind]


def test_training_asks_who_declined():
    with pytest.raises(AnswerError, match="row 2, outcome: ambiguous outcome; seen 'Declined'"):
        train({"outcome": ["declined by me", "Declined", "They declined"]})


def hint_of(word):
    """Find the word that the fault suggests; None without a suggestion."""
    try:
        read_outcome(word)
    except AnswerError as error:
        return error.faults[0].nearest
    return None


@pytest.mark.parametrize("prefix", NEGATIONS)
def test_no_hint_takes_a_negation_away(prefix):
    for word in [*OUTCOME_WORDS, *AMBIGUOUS_OUTCOMES]:
        hint = hint_of(prefix + word)
        assert hint is None or OUTCOME_WORDS[hint] != OUTCOME_WORDS.get(word) or hint.startswith(prefix[:2])


@pytest.mark.parametrize(
    "word", ["unselected", "deselected", "unaccepted", "now hired", "insuccessful", "irejected", "replaced"]
)
def test_a_word_that_may_mean_the_opposite_gets_no_hint(word):
    assert hint_of(word) is None


@given(st.sampled_from(sorted({*OUTCOME_WORDS} | {*AMBIGUOUS_OUTCOMES})), st.data())
def test_no_slip_of_a_word_is_led_to_one_of_another_meaning(word, data):
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz_ "))
    kind = data.draw(st.sampled_from(["left out", "put in", "other", "swapped"]))
    end = word[place + 1 :]
    slip = {
        "left out": word[:place] + end,
        "put in": word[:place] + letter + word[place:],
        "other": word[:place] + letter + end,
        "swapped": word[:place] + end[:1] + word[place] + end[1:],
    }[kind]
    hint = hint_of(slip)
    assert hint is None or OUTCOME_WORDS[hint] == OUTCOME_WORDS.get(word)
