"""Every odds ratio names its answer: the favourable one, also of an unfavourable sign."""

import re

import pytest

from helpers import CATALOGUE
from offerodds import Catalogue, CatalogueError, OfferModel, simulate, train
from offerodds.data.catalogue.findings import findings
from offerodds.docs.hooks.signals import signals_page
from offerodds.reporting.evaluation import largest_changes
from offerodds.reporting.signals import (
    correlation,
    describe_answers,
    describe_finding,
    disagreement,
    published_odds,
)

UNFAVOURABLE = [signal for signal in CATALOGUE.signals if signal.direction == "unfavourable"]
USER_CATALOGUE = """
extends = "built-in"

[[signals]]
id = "dog"
question = "Was there a dog?"
kind = "yes_no"
direction = "unfavourable"

[[signals]]
id = "noise"
question = "How noisy was it?"
kind = "scale"
direction = "unfavourable"

[[signals]]
id = "queue"
question = "Did you queue?"
kind = "yes_no"
direction = "unfavourable"
favourable = "no queue"
"""


@pytest.fixture(scope="module")
def user_catalogue(tmp_path_factory):
    path = tmp_path_factory.mktemp("user") / "catalogue.toml"
    path.write_text(USER_CATALOGUE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def trained():
    result = train(simulate(60, seed=5))
    result.validate(bootstraps=5)
    return result


def test_unfavourable_signs_have_a_name_for_the_favourable_answer():
    assert {signal.id: signal.favourable_answer for signal in UNFAVOURABLE} == {
        "interviewer_late": "interviewer on time",
        "interviewer_distracted": "interviewer not distracted",
        "negative_tone": "no negative tone",
        "difficulty": "easier interview",
    }


def test_signs_of_a_user_get_a_default_name(user_catalogue):
    catalogue = Catalogue.load(user_catalogue)
    names = [catalogue[name].favourable_answer for name in ("dog", "noise", "queue", "met_team")]
    assert names == ["dog: no", "noise: less", "no queue", "met team"]


@pytest.mark.parametrize("direction", ["favourable", "unknown"])
def test_other_signs_may_not_have_that_name(direction):
    content = CATALOGUE.to_dict()
    signal = content["signals"][0] | {"direction": direction, "favourable": "no dog"}
    with pytest.raises(CatalogueError, match='only a signal with direction = "unfavourable"'):
        Catalogue.from_dict(content | {"signals": [signal]})


def test_a_model_names_the_answers_of_its_odds_ratios(trained):
    for model in (OfferModel.default(), trained.model):
        names = model.weights().set_index("signal")["favourable_answer"]
        assert names["interviewer_distracted"] == "interviewer not distracted"
        assert names["timeline_given"] == "timeline given"


def _rows(text):
    """Select the lines with an odds ratio of an unfavourable sign or of its favourable answer."""
    names = [
        name
        for signal in UNFAVOURABLE
        for name in (signal.id, signal.id.replace("_", " "), signal.favourable_answer)
    ]
    return [
        line
        for line in text.splitlines()
        if any(name in line for name in names) and re.search(r"\d\.\d\d", line)
    ]


def test_all_lists_of_odds_ratios_name_the_favourable_answer(offerodds, user_catalogue, trained):
    lists = [
        offerodds("weights").out,
        trained.report(),
        signals_page(CATALOGUE).partition("\n## ")[0],
        re.sub(r"</tr>", "\n", OfferModel.default()._repr_html_()),
    ]
    for text in lists:
        rows = _rows(text)
        for signal in UNFAVOURABLE:
            assert sum(signal.favourable_answer in row for row in rows) == 1
        assert len(rows) == len(UNFAVOURABLE)
    shown = offerodds("weights", "--catalogue", user_catalogue).out
    assert re.search(r"^dog: no +1\.\d\d", shown, re.MULTILINE)
    assert re.search(r"^no queue +1\.\d\d", shown, re.MULTILINE)


def test_remarks_on_training_name_the_favourable_answer(trained):
    remark = disagreement({"interviewer_distracted": 2.5}, CATALOGUE)
    assert "interviewer not distracted (stronger)" in remark
    for signal in UNFAVOURABLE:
        assert f"{signal.id.replace('_', ' ')} " not in largest_changes(trained)


@pytest.mark.parametrize("signal", UNFAVOURABLE, ids=lambda signal: signal.id)
def test_the_lines_on_an_unfavourable_sign_agree(signal, offerodds):
    direction = '"Yes" is a bad sign.' if signal.kind == "yes_no" else "Lower is better."
    assert describe_answers(signal).startswith(direction)
    assert f'The figures are for the good answer, "{signal.favourable_answer}".' in describe_answers(signal)
    assert correlation(signal).startswith(f'Correlation of "{signal.favourable_answer}" with an offer: 0.')
    odds = published_odds(CATALOGUE, signal)
    assert odds.startswith(f'Odds ratio of "{signal.favourable_answer}", ')
    assert float(re.search(r": (\d+\.\d\d)", odds)[1]) > 1
    finding = findings()[signal.citations[0]]
    inverse = re.search(
        rf"which is ([\d.]+) \(([\d.]+) to ([\d.]+)\) for \"{signal.favourable_answer}\"",
        describe_finding(finding, signal),
    )
    assert float(inverse[1]) == pytest.approx(1 / float(finding.value), rel=0.01)
    assert float(inverse[2]) < float(inverse[1]) < float(inverse[3])
    shown = " ".join(offerodds("signals", signal.id).out.split())
    for line in (describe_answers(signal), correlation(signal), odds, describe_finding(finding, signal)):
        assert " ".join(line.split()) in shown


def test_the_lines_on_a_favourable_sign_mention_no_inverse():
    rapport = CATALOGUE["rapport"]
    assert correlation(rapport).startswith("Correlation with an offer: 0.")
    for key in rapport.citations:
        assert "which is" not in describe_finding(findings()[key], rapport)
