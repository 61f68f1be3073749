"""Outcome words: what each means, which are asked back, and that no hint leads to the opposite."""

import math
import re
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import offerodds
from offerodds import train
from offerodds.data.answers.outcomes import (
    AMBIGUOUS_OUTCOMES,
    OUTCOME_LABELS,
    OUTCOME_WORDS,
    proves_interview,
    read_outcome,
    read_outcomes,
)
from offerodds.data.errors import AnswerError
from offerodds.data.name_matching import fold

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
        *("Zusage", "Angebot", "offre", "Embauché", "embauche\u0301", "oferta", "Contratada", "proposta"),
        *("teklif", "TEKLİF ALDIM", "录用", "收到Offer", "Zusage abgelehnt", "offre refusée", "rechacé"),
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
        *("Rejected after interview", "Rejected after final round", "Not selected by employer"),
        *(
            "Abgelehnt",
            "ABSAGE",
            "refusé",
            "Refusée",
            "refus",
            "rechazado",
            "Descartada",
            "recusado",
            "reprovada",
        ),
        *("reddedildi", "REDDEDİLDİ", "olumsuz", "拒绝", "被拒", "未通过", "non_retenu", "nao selecionado"),
        *("❌", "✗", "✘", "✘️", "☒", "👎", "👎🏿", "❌ Rejected"),
    ],
    "ghosted": [
        "nie gemeldet",
        "jamais répondu",
        "石沉大海",
        "Ghosted",
        "Never heard back",
        "They ghosted me",
        "Never got a reply",
        "nie was gehört",
        "nunca respondió",
        "I was ghosted",
        "ghosted ❌",
    ],
    "withdrew": [
        *("zurückgezogen", "ZURUECKGEZOGEN", "Candidature retirée", "me retiré", "desisti", "geri çekildim"),
        "Withdrawn",
        "I withdrew",
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
        *("On Hold", "No response yet", "Phone screen", "Interview", "Onsite", "Final round", "n/a"),
        *(
            "Ausstehend",
            "en attente",
            "En proceso",
            "aguardando",
            "Beklemede",
            "等待中",
            "Vorstellungsgespräch",
        ),
        *("-", "–", "—", "?", ".", "…", "\u200b"),
    ],
    "no-interview": [
        *("Applied", "Interview scheduled"),
        *("Rejected before interview", "No interview", "Beworben", "Candidature envoyée", "Postulado"),
        *("candidatura enviada", "Başvuruldu", "已投递"),
    ],
    "not-applied": [
        *("Wishlist", "Saved", "Bookmarked", "Ready to apply", "To Apply", "Not applied yet", "Applying"),
        *("noch nicht beworben", "À postuler", "Por aplicar", "Para aplicar", "başvurulacak", "待投递"),
    ],
    "next-round": [
        *("nächste Runde", "tour suivant", "Siguiente ronda", "próxima fase", "sonraki tur", "进入下一轮"),
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
    "no news": ("ghosted", "pending"),
    "nicht gemeldet": ("ghosted", "pending"),
    "no me respondieron": ("ghosted", "pending"),
    "eingestellt": ("offer", "rejected"),
    "bestanden": ("offer", "next_round"),
    "Abgesagt": ("rejected", "withdrew"),
    "keine Antwort": ("ghosted", "pending"),
    "sans réponse": ("ghosted", "pending"),
    "cancelado": ("rejected", "withdrew"),
    "Cancelled": ("rejected", "withdrew"),
    "canceled": ("rejected", "withdrew"),
    "décliné": ("declined_by_me", "rejected"),
    "已拒绝": ("declined_by_me", "rejected"),
    "Closed": ("rejected", "ghosted"),
    "Planned": ("not_applied", "interview_scheduled"),
    "Geplant": ("not_applied", "interview_scheduled"),
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


def test_words_of_the_file_are_folded_and_have_one_meaning_each():
    meanings = tomllib.loads(
        Path(offerodds.__file__).with_name("data").joinpath("outcomes.toml").read_text("utf-8")
    )
    groups = [*({f"choices {i}": each} for i, each in enumerate(meanings.pop("ambiguous")))]
    found = {}
    for kind, languages in [*meanings.items(), *((k, v) for group in groups for k, v in group.items())]:
        for language, words in languages.items():
            for word in words.split() if language != "choices" else ():
                assert fold(word) == word
                assert found.setdefault(word, kind) == kind
    assert {*meanings["offer"]} == {"en", "de", "fr", "es", "pt", "tr", "zh"}


@pytest.mark.parametrize(
    "word", ["Interview", "Phone screen", "Entretien", "Absage nach Gespräch", "offer", "二面"]
)
def test_words_that_prove_an_interview(word):
    assert proves_interview(word)


@pytest.mark.parametrize(
    "word", ["Applied", "Rejected", "Rejected before interview", "pending", "Withdrew", "", None, 1]
)
def test_words_that_prove_no_interview(word):
    assert not proves_interview(word)


@pytest.mark.parametrize("slip", ["sejected", "relected", "zbsage", "sent_", "rpplied", "lent", "revet"])
def test_a_slip_of_the_first_letter_is_led_nowhere_else(slip):
    """`sejected` is one letter from `selected`, and from `rejected`."""
    assert hint_of(slip) is None


def test_every_outcome_suggested_for_an_ambiguous_one_is_valid():
    offered = {choice for asked in AMBIGUOUS_OUTCOMES.values() for choice in re.findall("`(.+?)`", asked)}
    assert offered <= {*OUTCOME_WORDS} - {*AMBIGUOUS_OUTCOMES}
    assert not OUTCOME_WORDS.keys() & AMBIGUOUS_OUTCOMES.keys()


@pytest.mark.parametrize(
    "guess",
    [
        *("maybe", "off", 2, -1, "-1", 0.5, "none", [1], "offer rejected?", "Offer?", math.inf),
        *("offer/rejected", "offer or rejected", "offer -> rejected", "rejected, offer"),
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
    "word",
    [
        "unselected",
        "deselected",
        "unaccepted",
        "now hired",
        "insuccessful",
        "irejected",
        "replaced",
        "envoyer",
    ],
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


@pytest.mark.parametrize(
    "column",
    [
        *("rejected", "Absage?", "Declined", "Did they reject me? (yes/no)"),
        *("Passed?", "Progressed?", "Closed?", "Next round", "Withdrew", "Interviewed?", "Applied"),
        *("Outcome (0 = yes)", "result 1=no"),
    ],
)
@pytest.mark.parametrize("cells", [["yes", "no"], [True, False], np.array([1.0, 0.0])])
def test_yes_is_no_offer_in_a_column_named_as_a_rejection(column, cells):
    with pytest.raises(AnswerError) as caught:
        read_outcomes(cells, column)
    assert [(fault.row, fault.problem) for fault in caught.value.faults] == [
        (1, "ambiguous outcome"),
        (2, "ambiguous outcome"),
    ]
    assert read_outcomes(["rejected", "offer"], column).tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    "column", ["outcome", "Offer (yes/no)", "hired or not", "Successful?", "final_outcome", "Offer (1 = yes)"]
)
def test_yes_is_an_offer_in_any_other_column(column):
    assert read_outcomes(["yes", "no"], column).tolist() == [1.0, 0.0]


@pytest.mark.parametrize("cells", [["1", "0", "2"], [1, 0, 3], np.array([1.0, 0.0, 2.0]), [1.0, False, 2.0]])
def test_1_need_not_mean_an_offer_beside_other_numbers(cells):
    with pytest.raises(AnswerError) as caught:
        read_outcomes(cells)
    assert {fault.row for fault in caught.value.faults} >= {1, 3}
    assert read_outcomes(["1", "0", "", "rejected", None]).tolist()[:2] == [1.0, 0.0]
