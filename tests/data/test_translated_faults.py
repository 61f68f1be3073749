"""Faults in German and Spanish: place, row, what was seen and expected, and what to do."""

import tomllib

import pytest

from offerodds import Catalogue, OfferModel, read_table, train
from offerodds.data.answers.forms import blank_form, full_form, read_form
from offerodds.data.answers.outcomes import read_outcome
from offerodds.data.errors import AnswerError, Fault, InputError, Remedy
from offerodds.data.language import ENGLISH, current_language, languages, use_language
from offerodds.data.parallel import parallel_map

CODES = [code for code in languages() if code != ENGLISH]
LISTED = {
    "de": """\
2 Fehler
  Zeile 2, outcome: kein Ergebnis; gefunden: 'offr', erwartet: {outcomes}; meintest du `offer`?
  Zeile 1, rapport: keine gültige Antwort; gefunden: '9', erwartet: {levels}
""",
    "es": """\
2 errores
  fila 2, outcome: no es un resultado; encontrado: 'offr', se espera: {outcomes}; ¿querías decir `offer`?
  fila 1, rapport: no es una respuesta válida; encontrado: '9', se espera: {levels}
""",
}


def worded(code, call):
    """Return the message of the error that a call raises."""
    with use_language(code), pytest.raises(InputError) as raised:
        call()
    with use_language(code):
        return str(raised.value)


@pytest.mark.parametrize("code", CODES)
def test_faults_of_a_table_name_row_column_and_what_to_write(code, tmp_path):
    (tmp_path / "mine.csv").write_text("rapport,outcome\n9,offer\nwarm,offr\n")
    message = worded(code, lambda: train(read_table(tmp_path / "mine.csv")))
    lines = message.splitlines()
    outcomes = lines[1].partition("offr', ")[2].partition(": ")[2].rpartition("; ")[0]
    levels = lines[2].rpartition(": ")[2]
    assert message + "\n" == LISTED[code].format(outcomes=outcomes, levels=levels)
    assert all(word in outcomes for word in ("offer (", "rejected (", "next_round ("))
    rapport = Catalogue.built_in()["rapport"]
    with use_language(code):
        assert all(f"{level} ({rapport.word(level)})" in levels for level in rapport.levels)


ANSWERS = {
    "employer_rate": (
        {"employer_rate": "20/10"},
        "keine gültige Antwort; gefunden: '20/10', erwartet: wie viele Personen von wie vielen, etwa 20/100; "
        "20 ist mehr als 10",
        "no es una respuesta válida; encontrado: '20/10', se espera: cuántas personas de cuántas, por "
        "ejemplo 20/100; 20 es más que 10",
    ),
    "promised_days": (
        {"promised_days": "2e9"},
        "keine gültige Antwort; gefunden: '2e9', erwartet: eine Anzahl von Tagen, mindestens 0; höchstens "
        "36.500",
        "no es una respuesta válida; encontrado: '2e9', se espera: un número de días, 0 o más; 36.500 como "
        "máximo",
    ),
    "prompt_response": (
        {"prompt_response": "yes", "days_since_interview": 20},
        "widerspricht days_since_interview; gefunden: yes und 20; lass prompt_response weg, wenn du nichts "
        "gehört hast, und days_since_interview, wenn sie geantwortet haben",
        "contradice a days_since_interview; encontrado: yes y 20; quita prompt_response si no has sabido "
        "nada, y days_since_interview si ya han respondido",
    ),
}


@pytest.mark.parametrize("field", ANSWERS)
def test_a_fault_of_an_answer_is_one_sentence(field):
    answers, german, spanish = ANSWERS[field]
    model = OfferModel.default()
    assert worded("de", lambda: model.predict(answers)) == f"{field}: {german}"
    assert worded("es", lambda: model.predict(answers)) == f"{field}: {spanish}"


def test_faults_of_files_and_words_are_translated(tmp_path):
    lost, form = tmp_path / "lost.csv", tmp_path / "mine.toml"
    assert worded("de", lambda: read_table(lost)) == f"{lost}: Datei nicht gefunden"
    assert worded("es", lambda: read_table(lost)) == f"{lost}: no existe el archivo"
    form.write_text("met_team = True\n")
    assert worded("de", lambda: read_form(form)).endswith(
        "kein TOML; gefunden: met_team = True; schreib met_team = true"
    )
    assert "`declined_by_me` (du hast ihre Zusage abgelehnt)" in worded(
        "de", lambda: read_outcome("declined")
    )


def test_a_fault_speaks_the_language_of_its_reader_not_that_of_its_finder():
    fault = Fault("not an outcome", row=3, seen="'Hm'", rows=1200, remedy=Remedy.OTHER_NAME)
    assert str(fault) == "row 3: not an outcome, in 1,200 rows; seen 'Hm'; choose another name"
    with use_language("de"):
        assert (
            str(fault) == "Zeile 3: kein Ergebnis, in 1.200 Zeilen; gefunden: 'Hm'; nimm einen anderen Namen"
        )
    assert fault.problem == "not an outcome"


def test_a_limit_of_a_catalogue_is_translated():
    content = Catalogue.built_in().to_dict() | {"base_rate": 2}
    assert worded("de", lambda: Catalogue.from_dict(content)) == (
        "base_rate: nicht verstanden; gefunden: 2, erwartet: höchstens 0,999999999"
    )


@pytest.mark.parametrize("code", CODES)
def test_a_blank_form_has_translated_comments_and_the_same_keys(code):
    catalogue = Catalogue.built_in()
    english = blank_form(catalogue, full_form(catalogue))
    with use_language(code):
        translated = blank_form(catalogue, full_form(catalogue))

    def answered(form):
        """Read the examples of a form."""
        lines = [line.removeprefix("# ") for line in form.splitlines()]
        return tomllib.loads(
            "\n".join(line for line in lines if line.partition(" = ")[0] in catalogue.questions)
        )

    assert answered(translated) == answered(english)
    with use_language(code):
        assert all(f"# {question.text}" in translated for question in catalogue.questions.values())


def test_a_thread_has_the_language_of_its_caller(monkeypatch):
    monkeypatch.setattr("offerodds.data.parallel._blas_threads", lambda _controller: 2)
    with use_language("es"):
        assert [*parallel_map(lambda _block: current_language(), range(3))] == ["es"] * 3


def test_an_answer_error_in_another_language_keeps_its_fields():
    with use_language("de"), pytest.raises(AnswerError) as raised:
        OfferModel.default().predict({"raport": 4})
    (fault,) = raised.value.faults
    assert (fault.problem, fault.field, fault.nearest) == ("unknown field", "raport", "rapport")
