import csv
import json
import math
import re
from dataclasses import replace

import pytest

from helpers import ROOT
from offerodds import OfferModel
from offerodds.benchmarks.evidence import derive, rows
from offerodds.data.answers.parsing import (
    InvalidAnswerError,
    canonical,
    expected_answer,
    read_answer,
    translated_answer,
)
from offerodds.data.catalogue.catalogue import BUILT_IN, Catalogue
from offerodds.data.catalogue.findings import KIND_WORDS, findings
from offerodds.data.catalogue.question_schema import Question
from offerodds.data.errors import CatalogueError
from offerodds.data.files import read_toml
from offerodds.data.language import ENGLISH, current_language, languages, use_language
from offerodds.model.features import Effects
from offerodds.reporting.number_format import percent

CATALOGUE = Catalogue.built_in()
SIGNALS = CATALOGUE.signals

# The design's list: if a signal goes or a name changes, saved forms and tables break.
IDS = [
    "referred",
    "duration",
    "questions_asked",
    "followup_questions",
    "asked_background",
    "interviewer_late",
    "interviewer_engaged",
    "rapport",
    "feedback_given",
    "candidate_engaged",
    "interviewer_eye_contact",
    "interviewer_smiling",
    "interviewer_posture",
    "interviewer_distracted",
    "negative_tone",
    "candidate_body_language",
    "candidate_composure",
    "role_clarity",
    "questions_answered",
    "candidate_transparency",
    "values_alignment",
    "background_linked",
    "candidate_alignment",
    "closing_enthusiasm",
    "said_would_follow_up",
    "next_steps_outlined",
    "timeline_given",
    "salary_or_start_discussed",
    "references_requested",
    "met_team",
    "candidate_closing",
    "thank_you_sent",
    "prompt_response",
    "overall_impression",
    "self_rating",
    "difficulty",
]


def test_the_built_in_catalogue_passes_the_checks_of_a_users_own():
    checked = Catalogue.from_dict(read_toml(BUILT_IN))
    assert checked == CATALOGUE
    assert [*map(repr, checked.signals)] == [*map(repr, SIGNALS)]  # also of the same types


def test_all_36_signals_are_there_under_their_names():
    assert list(CATALOGUE.ids) == IDS


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda s: s.id)
class TestEverySignal:
    def test_states_its_evidence(self, signal):
        if signal.basis == ("sign",):
            assert signal.evidence == "no measured effect found"

    def test_cites_only_findings_that_exist(self, signal):
        assert [key for key in signal.citations if key not in findings()] == []

    def test_with_a_measured_effect_cites_a_measurement_of_its_kind(self, signal):
        kinds = {findings()[key].kind for key in signal.citations if findings()[key].value}
        for word in {*signal.basis} - {"sign", "null"}:
            assert {"or": "review", "against": "review"}.get(word, word) in kinds

    def test_a_signal_with_a_direction_only_has_a_small_effect(self, signal):
        if signal.basis == ("sign",):
            assert abs(signal.r_offer) == 0.05
            assert signal.r_sd >= 0.05

    def test_direction_effect_and_halo_agree(self, signal):
        if signal.id != "next_steps_outlined":  # the reviews point the other way, within error
            assert signal.turn * signal.r_offer >= 0
        assert signal.turn * signal.halo_loading >= 0

    def test_a_sign_that_means_nothing_does_not_follow_the_general_impression(self, signal):
        nothing = signal.basis == ("null",) or signal.id == "next_steps_outlined"
        assert (signal.halo_loading == 0) == nothing

    def test_effect_follows_from_the_findings(self, signal):
        """By the rules of docs/method.md; the findings are rounded to three digits."""
        r, sd = derive(signal)
        assert r == pytest.approx(signal.r_offer, abs=0.0015)
        assert sd == pytest.approx(signal.r_sd, abs=0.0015)

    def test_belongs_to_a_group_with_a_heading(self, signal):
        assert signal.group in {group.id for group in CATALOGUE.groups}


def test_every_finding_has_a_citation_and_a_known_kind():
    assert len(findings()) > 150
    for finding in findings().values():
        assert finding.citation.strip()
        assert finding.kind in KIND_WORDS
        if finding.value:
            float(finding.value)


def test_a_finding_without_a_figure_does_not_pretend_to_one():
    for finding in findings().values():
        assert finding.value or finding.effect in ("direction only", "range"), finding.key


def test_context_sets_published_base_rates():
    stage = CATALOGUE.questions["stage"]
    assert dict(zip(stage.levels, stage.values, strict=True)) == {
        "phone_screen": 0.10,
        "first": 0.30,
        "second": 0.305,
        "onsite": 0.31,
        "final": 0.32,
        "graduate": 0.45,
    }


def test_a_sign_of_a_user_has_no_derivation(own):
    signal = own('[[signals]]\nid = "dog"\nquestion = "Was there a dog?"\nkind = "yes_no"\n')["dog"]
    with pytest.raises(ValueError, match="dog: the effect is assumed"):
        derive(signal)


def test_a_sign_without_its_finding_has_no_derivation():
    signal = replace(CATALOGUE["rapport"], citations=("barrick2010_offer",))
    with pytest.raises(ValueError, match="rapport: cites no figure of kind review"):
        derive(signal)


def test_use_of_a_finding_is_known():
    assert {finding.use for finding in findings().values()} == {"", "opposite", "own view", "shown"}


def test_the_benchmark_prints_every_sign():
    assert [row[0] for row in rows()] == IDS


def test_review_effects_are_the_share_of_the_reviews_that_the_documents_name():
    """A weight, as log odds ratio between yes and no, is .59 of the reviews' own."""
    effects = Effects.from_catalogue(CATALOGUE)
    for signal, weight in zip(SIGNALS, effects.weight, strict=True):
        if signal.basis == ("review",) and signal.kind == "yes_no":
            reviewed = abs(math.log(float(findings()[f"reviews_{signal.id}"].value)))
            assert weight / signal.spread / reviewed == pytest.approx(0.59, abs=0.02), signal.id
    for name in ("docs/method.md", "docs/trust.md", "data/signals.toml"):
        assert ".59" in (ROOT / name).read_text(encoding="utf-8"), name


@pytest.fixture
def own(tmp_path):
    def write(text):
        path = tmp_path / "own.toml"
        path.write_text(text, encoding="utf-8")
        return Catalogue.load(path)

    return write


def test_the_effect_of_a_sign_is_assumed_where_the_catalogue_gives_only_a_direction(own):
    sign = '[[signals]]\nid = "dog"\nquestion = "Was there a dog?"\nkind = "yes_no"\n'
    for more, assumed in (("", True), ('direction = "favourable"\n', True), ("r_offer = 0.2\n", False)):
        catalogue = own(sign + more)
        assert catalogue["dog"].is_assumed == assumed
        assert Effects.from_catalogue(catalogue).measured != assumed


def test_id_question_and_kind_are_enough_for_a_custom_signal(own):
    signal = own('[[signals]]\nid = "dog"\nquestion = "Was there a dog?"\nkind = "yes_no"\n')["dog"]
    assert (signal.r_offer, signal.r_sd, signal.evidence) == (0.0, 0.15, "your own sign, assumed")


@pytest.mark.parametrize(("direction", "r"), [("favourable", 0.10), ("unfavourable", -0.10)])
def test_a_stated_direction_gives_a_small_effect_in_it(own, direction, r):
    text = f'[[signals]]\nid = "x"\nquestion = "?"\nkind = "scale"\ndirection = "{direction}"\n'
    signal = own(text)["x"]
    assert (signal.r_offer, signal.r_sd) == (r, 0.10)


def test_the_strongest_question_says_that_hindsight_colours_it():
    assert "hindsight colours most" in CATALOGUE["overall_impression"].note


def test_a_sign_whose_direction_is_disputed_counts_for_nothing_before_training():
    signal = CATALOGUE["said_would_follow_up"]
    assert (signal.direction, signal.r_offer, signal.r_sd) == ("unknown", 0.0, 0.1)
    assert (signal.evidence, signal.evidence_short) == ("articles and reviews disagree", "disagree")
    for words in ("Articles call it a good sign", "odds ratio .19, 68 mentions", "unknown"):
        assert words in signal.note
    model = OfferModel.default()
    both = [model.predict({signal.id: answer}).probability for answer in ("yes", "no")]
    assert both == pytest.approx([model.predict({}).probability] * 2, abs=0.01)


def test_a_custom_catalogue_is_used_alone_unless_it_extends(own):
    text = '[[signals]]\nid = "dog"\nquestion = "?"\nkind = "yes_no"\n'
    assert own(text).ids == ("dog",)
    assert own(f'extends = "built-in"\n{text}').ids == (*CATALOGUE.ids, "dog")


def test_an_extending_catalogue_replaces_a_signal_of_the_same_id(own):
    text = 'extends = "built-in"\n[[signals]]\nid = "rapport"\nquestion = "Fun?"\nkind = "yes_no"\n'
    catalogue = own(text)
    assert len(catalogue.signals) == 36
    assert catalogue["rapport"].question == "Fun?"


def test_a_catalogue_survives_being_written_as_plain_data():
    assert Catalogue.from_dict(CATALOGUE.to_dict()) == CATALOGUE


def test_every_fault_of_a_catalogue_is_named_with_its_signal(own):
    text = """
        [[signals]]
        id = "a"
        question = "?"
        kind = "scale"
        spreads = 3
        r_offer = 2.0
        [[signals]]
        id = "b"
        question = ""
        kind = "colour"
    """
    with pytest.raises(CatalogueError) as error:
        own(text)
    places = {fault.field for fault in error.value.faults}
    assert places == {"signals.a.spreads", "signals.a.r_offer", "signals.b.question", "signals.b.kind"}
    assert "did you mean `spread`?" in str(error.value)


def test_evidence_is_plain_csv_with_one_row_a_key():
    from offerodds.data.catalogue.findings import EVIDENCE

    with EVIDENCE.open(encoding="utf-8", newline="") as file:
        keys = [row["key"] for row in csv.DictReader(file)]
    assert len(keys) == len(set(keys)) == len(findings())


@pytest.mark.parametrize("name", ["role", "outcome", "recorded", "secret"])
def test_a_name_that_the_journal_or_the_page_needs_is_refused(tmp_path, name):
    path = tmp_path / "own.toml"
    path.write_text(f'[[signals]]\nid = "{name}"\nquestion = "?"\nkind = "yes_no"\n', encoding="utf-8")
    with pytest.raises(CatalogueError, match=f"{name}: reserved for the journal or the page"):
        Catalogue.load(path)


@pytest.mark.parametrize(
    ("field", "given", "level"),
    [
        *(
            ("stage", word, "second")
            for word in ("2nd", "Second", "second round", "2nd Interview", "Round 2")
        ),
        *(("stage", word, "onsite") for word in ("onsite", "On-site", "on site", "Onsite interview")),
        *(("stage", word, "final") for word in ("Final Round", "final interview", "last round")),
        *(("stage", word, "first") for word in ("1st", "First round")),
        *(
            ("stage", word, "phone_screen")
            for word in ("Phone screen", "phone", "Phone Interview", "screening")
        ),
        *(
            ("timeline_given", word, "not_mentioned")
            for word in ("no", "No", "did not come up", "It didn’t come up")
        ),
        ("timeline_given", "would not say", "refused"),
    ],
)
def test_a_level_is_understood_as_people_write_it(field, given, level):
    assert canonical(CATALOGUE.questions[field], given) == level


@pytest.mark.parametrize(
    ("field", "given"),
    [("stage", "technical"), ("stage", "panel"), ("stage", "3rd"), ("timeline_given", "yes")],
)
def test_a_word_that_may_mean_several_levels_is_refused(field, given):
    with pytest.raises(InvalidAnswerError):
        read_answer(CATALOGUE.questions[field], given)


def test_a_timeline_that_was_not_mentioned_does_not_change_the_chance():
    model = OfferModel.default()
    chance = {
        answer: model.predict({"timeline_given": answer}).probability
        for answer in ("vague", "no", "specific")
    }
    assert chance["no"] == pytest.approx(model.predict({}).probability)
    assert chance["vague"] < chance["no"] < chance["specific"]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ('kind = "choice"\nlevels = ["x", "X"]', "'x' and 'X' are read as the same word"),
        ('kind = "choice"\nlevels = ["a b", "a_b"]', "'a b' and 'a_b' are read as the same word"),
        ('kind = "choice"\nlevels = ["ß", "ss"]', "'ß' and 'ss' are read as the same word"),
        ('kind = "choice"\nlevels = ["x", " "]', "a level or one of its spellings is blank"),
        ('kind = "choice"\nlevels = ["x", "\u200b"]', "a level or one of its spellings is blank"),
        (
            'kind = "choice"\nlevels = ["x", "y"]\nspellings = { x = ["Y"] }',
            "'y' and 'Y' are read as the same word",
        ),
        (
            'kind = "choice"\nlevels = ["x", "y"]\nspellings = { z = ["q"] }',
            "spellings need a level, and z is not a level",
        ),
        (
            'kind = "choice"\nlevels = ["x", "y"]\nspellings = { x = [""] }',
            "a level or one of its spellings is blank",
        ),
        (
            'kind = "scale"\nlevels = ["a", "b", "c", "d", "e"]\nvalues = [1, 2, 4, 3, 5]',
            "the values of a scale must rise from the lowest level to the highest",
        ),
    ],
)
def test_levels_that_cannot_be_distinguished_are_a_fault(tmp_path, lines, fault):
    own = tmp_path / "own.toml"
    own.write_text(f'[[signals]]\nid = "own"\nquestion = "Q?"\n{lines}\n', encoding="utf-8")
    with pytest.raises(CatalogueError, match=re.escape(fault)):
        Catalogue.load(own)


def test_levels_of_symbols_differ(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        '[[signals]]\nid = "own"\nquestion = "Q?"\nkind = "choice"\nlevels = ["☹", "☺"]\n', encoding="utf-8"
    )
    question = Catalogue.load(own).questions["own"]
    assert [read_answer(question, level) for level in question.levels] == [0.0, 1.0]


def test_words_of_an_own_sign_are_not_those_of_the_program(own):
    sign = 'id = "door"\ngroup = "g"\nquestion = "yes"\nkind = "choice"\nlevels = ["open", "good", "well"]\n'
    catalogue = own(f'[[groups]]\nid = "g"\ntitle = "open"\n[[signals]]\n{sign}')
    for code in languages():
        with use_language(code):
            door = catalogue["door"]
            assert (door.text, door.short_name, catalogue.title("g")) == ("yes", "door", "open")
            assert [door.word(level) for level in door.levels] == ["open", "good", "well"]


TRANSLATED = """
[[groups]]
id = "team"
title = "The team"
translations = { de = "Das Team" }

[[signals]]
id = "dog"
group = "team"
question = "How was the dog?"
kind = "choice"
levels = ["very_calm", "loud"]
favourable = "quiet dog"
direction = "unfavourable"
note = "Only one dog."

[signals.translations.de]
question = "Wie war der Hund?"
name = "Hund"
levels = ["ganz ruhig", "laut"]
favourable = "stiller Hund"
note = "Nur ein Hund."

[signals.translations.es]
levels = ["tranquilo", "loud"]
"""


def test_a_sign_may_bring_its_translations(own, tmp_path):
    path = tmp_path / "model.json"
    OfferModel.default(catalogue=own(TRANSLATED)).save(path)
    catalogue = OfferModel.load(path).catalogue
    dog = catalogue["dog"]

    def shown():
        words = [dog.word(level) for level in dog.levels]
        return dog.text, dog.short_name, words, dog.favourable_answer, dog.note_text, catalogue.title("team")

    english = "How was the dog?", "dog", ["very calm", "loud"], "quiet dog", "Only one dog.", "The team"
    assert shown() == english
    with use_language("de"):
        words = ["ganz ruhig", "laut"]
        assert shown() == ("Wie war der Hund?", "Hund", words, "stiller Hund", "Nur ein Hund.", "Das Team")
        assert translated_answer(dog, "very_calm") == "ganz ruhig"
    with use_language("es"):
        assert dog.word("very_calm") == "tranquilo"
    assert shown() == english
    assert [read_answer(dog, word) for word in ("Ganz ruhig", "laut", "tranquilo", "loud")] == [0, 1, 0, 1]
    assert canonical(dog, "ganz ruhig") == "very_calm"


def test_every_fault_of_a_translation_is_reported(own):
    faulty = TRANSLATED.replace("de = ", "xx = ").replace('name = "Hund"', 'nam = "Hund"')
    faulty = faulty.replace("Nur ein Hund.", "x" * 2001).replace("stiller Hund", r"\u001b[0m")
    faulty += """
[[signals]]
id = "cat"
question = "Which cat?"
kind = "scale"
[signals.translations]
de = { levels = ["eins"] }
es = { levels = ["uno", "dos"] }
"""
    with pytest.raises(CatalogueError) as raised:
        own(faulty)
    listed = [str(fault).partition(", ")[2] for fault in raised.value.faults]
    dog, count = "signals.dog.translations.de", "each level needs one word; seen {}, expected 0"
    control = "line breaks and control characters are not allowed"
    assert listed == [
        "groups.team.translations: translations are into de, en, es, not into 'xx'",
        f"{dog}.favourable: not understood; seen '\\x1b[0m', expected {control}",
        f"{dog}.note: not understood; seen '{'x' * 38}…, expected at most 2000 characters",
        f"{dog}.nam: unknown key; did you mean `name`?",
        f"signals.cat: translations.de: {count.format(1)}; translations.es: {count.format(2)}",
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('["ganz ruhig", "laut"]', '["laut", "Laut"]', "'laut' and 'Laut' are read as the same word"),
        ('["ganz ruhig", "laut"]', '["loud", "laut"]', "'loud' and 'loud' are read as the same word"),
        ('["ganz ruhig", "laut"]', '["laut", " "]', "a level or one of its spellings is blank"),
        ('"unfavourable"', '"unknown"', "can name the good answer"),
    ],
)
def test_translated_words_must_be_distinguishable(own, old, new, fault):
    with pytest.raises(CatalogueError, match=fault):
        own(TRANSLATED.replace(old, new).replace('favourable = "quiet dog"', ""))


def test_words_may_be_typed_without_accents():
    assert read_answer(CATALOGUE.questions["met_team"], "Si") == 1
    assert canonical(CATALOGUE.questions["rapport"], "fria") == "cold"
    with pytest.raises(InvalidAnswerError):
        read_answer(CATALOGUE.questions["met_team"], "\u2717 si")


@pytest.mark.parametrize("code", languages())
def test_the_examples_of_an_answer_are_written_as_numbers_are_and_accepted(code):
    base_rate = CATALOGUE.questions["base_rate"]
    with use_language(code):
        text = expected_answer(base_rate)
        examples = re.findall(r"\d[\d.,]*(?:\s?%)?", text)
        assert [read_answer(base_rate, example) for example in examples] == [0.3]
        assert examples == [percent(0.3)]


def test_a_word_that_means_two_levels_in_two_languages_is_refused(monkeypatch):
    question = replace(CATALOGUE.questions["rapport"])
    words = {
        "en": question.levels,
        "de": ("eis", "fad", "so", "lau", "warm!"),
        "es": ("x", "y", "z", "eis", "w"),
    }
    monkeypatch.setattr(
        Question, "word", lambda each, level: words[current_language()][each.levels.index(level)]
    )
    with pytest.raises(InvalidAnswerError):
        read_answer(question, "eis")
    assert [read_answer(question, word) for word in ("lau", "z", "cold")] == [4, 3, 1]


@pytest.mark.parametrize("code", [code for code in languages() if code != ENGLISH])
@pytest.mark.parametrize("system", languages())
def test_built_in_words_are_read_in_any_language(code, system):
    for question in CATALOGUE.questions.values():
        with use_language(code):
            words = {level: question.word(level) for level in question.levels}
            for level, word in words.items():
                if list(words.values()).count(word) == 1:
                    with use_language(system):
                        assert canonical(question, word) == level
    yes_no = CATALOGUE.questions["met_team"]
    with use_language(code):
        words = [translated_answer(yes_no, word) for word in ("yes", "no")]
    with use_language(system):
        assert [read_answer(yes_no, word) for word in words] == [1, 0]


def test_a_proportion_has_no_weight(own):
    with pytest.raises(CatalogueError, match="use the kind probability"):
        own('[[signals]]\nid = "x"\nquestion = "?"\nkind = "proportion"\n')


@pytest.mark.parametrize("character", ["\n", "\r", "\x1b", "\x9b", "\u2028", "\u202e", "\u2066"])
@pytest.mark.parametrize("field", ["title", "question", "note", "favourable", "levels", "spellings"])
def test_texts_that_would_write_into_a_form_or_a_terminal_are_a_fault(tmp_path, character, field):
    entry = {"id": "own", "title": "Own"} if field == "title" else {"id": "own", "question": "Q?"}
    if field != "title":
        entry |= {"kind": "choice", "direction": "unfavourable", "levels": ["a", "b"]}
    text = f'Is it?{character}rapport = "very warm"'
    entry[field] = {"levels": [text, "b"], "spellings": {"a": [text]}}.get(field, text)
    own = tmp_path / "own.toml"
    table, other = ("groups", "signals = []\n") if field == "title" else ("signals", "")
    lines = [f"{name} = {_toml(value)}" for name, value in entry.items()]
    own.write_text("\n".join(['extends = "built-in"', other, f"[[{table}]]", *lines]), encoding="utf-8")
    with pytest.raises(CatalogueError, match="line breaks and control characters are not allowed"):
        Catalogue.load(own)


def _toml(value):
    """Write a text, a list or a table of lists as TOML, whose strings are those of JSON."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {json.dumps(each)}" for name, each in value.items()) + "}"
    return json.dumps(value)
