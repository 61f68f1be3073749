"""Sentences in German and Spanish, in full with their numbers and plurals; nothing kept has a language."""

import re
from datetime import date
from html import unescape

import pytest

from languages import bracketed, not_translated
from offerodds import OfferModel, evaluate, simulate, train
from offerodds.data.language import use_language
from offerodds.journal.next_step import NextStep
from offerodds.journal.records import Interview
from offerodds.model.outlook import Outlook
from offerodds.model.silence_curve import predict_silence
from offerodds.reporting.evaluation import evaluated_on, trained_on
from offerodds.reporting.html.hundred_people import hundred_people
from offerodds.reporting.html.notebook import prediction_html, weights_html
from offerodds.reporting.html.notebook_results import evaluation_html, training_html
from offerodds.reporting.html.probability_scale import probability_scale
from offerodds.reporting.html.silence_curve import silence_curve
from offerodds.reporting.journal import expected_offers, outlook_headline
from offerodds.reporting.next_step import step_message, step_reason
from offerodds.reporting.number_format import format_interval, join_words, percent_range, qualified, share_of
from offerodds.reporting.prediction import effect_text, sentence
from offerodds.reporting.scorecard.card import Agreement, scorecard
from offerodds.reporting.scorecard.page import scorecard_page

MODEL = OfferModel.default()
ANSWERS = {"stage": "final", "self_rating": 5, "days_since_interview": 9, "promised_days": 14}
PREDICTION = MODEL.predict(ANSWERS)
DAY = date(2026, 11, 16)
INTERVIEW = Interview(1, "", "", "Acme", "Developer", DAY, {})


def _step(**values):
    return NextStep("follow-up", DAY, 8, DAY, 10, 36, 0.45, **values)


def _outlook(n):
    return Outlook(n, 0.64, 0.65, 1.8, 0, 2, 0.9, (), 0.9, 2)


def _both(make):
    """Call a function in German and in Spanish, and write no-break spaces as ~."""
    texts = []
    for code in ("de", "es"):
        with use_language(code):
            texts.append(make().replace("\xa0", "~"))
    return texts


@pytest.mark.parametrize(
    ("make", "german", "spanish"),
    [
        (lambda: share_of(3, 1_000), "3 von 1.000", "3 de 1.000"),
        (
            lambda: format_interval(0.08, 0.77, 0.9),
            "wahrscheinlich zwischen 8~% und 77~% (90-%-Intervall)",
            "probablemente entre el 8~% y el 77~% (intervalo del 90~%)",
        ),
        (
            lambda: format_interval(0.001, 0.12, 0.5),
            "mit 50~% Wahrscheinlichkeit 12~% oder weniger",
            "con una probabilidad del 50~%, el 12~% o menos",
        ),
        (lambda: percent_range(0.001, 0.125), "unter 1~% bis 13~%", "del 1~% o menos al 13~%"),
        (
            lambda: qualified("2", 0.9),
            "wahrscheinlich 2 (90-%-Intervall)",
            "probablemente 2 (intervalo del 90~%)",
        ),
        (lambda: effect_text(0.01), "+1 Punkt", "+1 punto"),
        (lambda: effect_text(-0.08), "-8 Punkte", "-8 puntos"),
        (lambda: join_words(["a", "b", "iris"]), "a, b und iris", "a, b e iris"),
        (lambda: join_words(["a", "hielo"]), "a und hielo", "a y hielo"),
    ],
)
def test_numbers_and_lists(make, german, spanish):
    assert _both(make) == [german, spanish]


def test_a_prediction():
    assert _both(lambda: sentence(PREDICTION)) == [
        "Chance auf eine Zusage: etwa 4 von 10 (41~%). Deine Anzeichen und die Funkstille bringen sie vom "
        "Durchschnitt (32~%) auf 41~%, plus/minus 13 Punkte. Bei diesem Arbeitgeber kann die Chance höher "
        "oder niedriger liegen: wahrscheinlich zwischen 11~% und 76~% (90-%-Intervall).",
        "Probabilidad de recibir una oferta: aproximadamente 4 de cada 10 (41~%). Tus señales y el silencio "
        "la llevan del promedio (32~%) al 41~%, con un margen de ±13 puntos. En esta empresa puede ser mayor "
        "o menor: probablemente entre el 11~% y el 76~% (intervalo del 90~%).",
    ]


def test_an_outlook_of_one_and_of_several_interviews():
    assert _both(lambda: f"{outlook_headline(_outlook(1))} {expected_offers(_outlook(1))}") == [
        "Chance auf mindestens eine Zusage aus 1 offenen Gespräch: etwa 2 von 3 (64~%). "
        "Zu erwarten: 1,8 Zusagen, wahrscheinlich 0 bis 2 (90-%-Intervall).",
        "Probabilidad de recibir al menos una oferta con 1 entrevista pendiente: aproximadamente 2 de cada 3 "
        "(64~%). Se esperan 1,8 ofertas, probablemente de 0 a 2 (intervalo del 90~%).",
    ]
    german, spanish = _both(lambda: outlook_headline(_outlook(1_200)))
    assert "aus 1.200 offenen Gesprächen:" in german
    assert "con 1.200 entrevistas pendientes:" in spanish


def test_a_next_step_with_its_message():
    assert _both(lambda: step_reason(_step(promised_days=7))) == [
        "Tag 8 der Funkstille. Versprochen war eine Antwort bis Tag 7; die Hälfte der Antworten kommt bis "
        "Tag 10. Eine kurze Nachfrage ist angemessen.",
        "Día 8 de silencio. Prometieron responder para el día 7; para el día 10 ha llegado la mitad de las "
        "respuestas. Es razonable enviar un breve mensaje de seguimiento.",
    ]
    assert _both(lambda: step_message(_step(promised_day=date(2026, 11, 23)), INTERVIEW)) == [
        "Guten Tag,\n\nnochmals vielen Dank für das Vorstellungsgespräch am 16. November für die Stelle als "
        "Developer bei Acme. Sie hatten erwähnt, dass ich bis zum 23. November von Ihnen höre. Mein "
        "Interesse ist unverändert groß. Könnten Sie mir sagen, wie der Stand der Dinge ist? Wenn Sie noch "
        "etwas von mir brauchen, schicke ich es Ihnen gern.\n\nMit freundlichen Grüßen",
        "Buenos días:\n\nGracias de nuevo por la entrevista del 16 de noviembre para el puesto de Developer "
        "en Acme. Me comentaron que tendría noticias suyas a más tardar el 23 de noviembre. Sigo teniendo "
        "un gran interés en el puesto. ¿Podrían decirme en qué punto está el proceso? Si necesitan algo "
        "más de mi parte, se lo enviaré con mucho gusto.\n\nUn cordial saludo,",
    ]


@pytest.fixture(scope="module")
def evaluated():
    return evaluate(MODEL, simulate(60, seed=1).drop(columns="synthetic"), bootstraps=100)


@pytest.fixture(scope="module")
def trained():
    return train({"rapport": [5, 4, 2], "outcome": ["offer", "offer", "rejected"]})


def test_an_evaluation_and_a_training(evaluated, trained):
    assert _both(lambda: evaluated_on(evaluated)) == [
        "Geprüft an 60 Gesprächen: 21 mit Zusage, 39 ohne.",
        "Comprobado con 60 entrevistas: 21 con oferta, 39 sin ella.",
    ]
    assert _both(lambda: trained_on(trained)) == [
        "Gelernt aus 3 Gesprächen: 2 mit Zusage, 1 ohne.",
        "Aprendido de 3 entrevistas: 2 con oferta, 1 sin ella.",
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda: hundred_people(0.36),
        lambda: silence_curve(predict_silence(MODEL, ANSWERS, range(43)), waited=9, promised=14),
        lambda: probability_scale(PREDICTION),
        lambda: prediction_html(PREDICTION),
        lambda: weights_html(MODEL),
    ],
)
def test_what_is_kept_has_no_language(make):
    """A second reader gets the own language, and the first the same as before."""
    english = make()
    german, spanish = _both(make)
    assert make() == english
    assert len({english, german, spanish}) == 3


def test_the_space_before_a_percent_sign_is_kept():
    german, spanish = _both(lambda: probability_scale(PREDICTION))
    assert ">41~%<" in german
    assert ">41~%<" in spanish


def test_every_word_of_notebooks_and_scorecards_is_translated(evaluated, trained):
    with use_language("de"), bracketed():
        pages = {
            "prediction": prediction_html(PREDICTION),
            "weights": weights_html(MODEL),
            "training": training_html(trained),
            "evaluation": evaluation_html(evaluated),
            "scorecard": scorecard_page(scorecard(MODEL), MODEL, Agreement(10, 0.1, 0.1, 0.9)),
        }
    for name, page in pages.items():
        texts = re.split("<[^>]*>", re.sub("<style>.*?</style>", "", page, flags=re.DOTALL))
        rest = unescape(" ".join(map(not_translated, texts))).replace(MODEL.fingerprint[:12], "")
        assert re.findall(r"[^\W\d_]{2,}", rest) == [], name
