"""The benchmark of coherence finds reversals where there are any, and wrong points."""

from dataclasses import replace

import numpy as np
import pytest

from helpers import CATALOGUE
from offerodds import OfferModel
from offerodds.benchmarks import coherence
from offerodds.data.answers.forms import short_form
from offerodds.data.answers.observations import observe
from offerodds.model.posterior import Posterior

MODEL = OfferModel.default()
LOWERED = {"stage": "final", "references_requested": "yes", "self_rating": 5}  # by interviewer_engaged = 5


@pytest.mark.parametrize("short", [True, False])
@pytest.mark.parametrize("equally_likely", [True, False])
@pytest.mark.parametrize("best", [True, False])
def test_good_news_seldom_lowers_the_chance(short, equally_likely, best):
    observed = coherence.random_answers(1000, CATALOGUE, short=short, equally_likely=equally_likely, seed=3)
    found = coherence.reversals(MODEL, observed, coherence.tried_signals(MODEL, short=short), best=best)
    assert found.of_answers < 0.001
    assert found.most < 0.002


def test_a_best_answer_that_lowers_the_chance_is_found(monkeypatch):
    too_much = 6 * MODEL.effects.overlap_by_side
    monkeypatch.setitem(vars(MODEL.effects), "overlap_by_side", too_much)
    observed = observe(CATALOGUE, LOWERED)
    found = coherence.reversals(MODEL, observed, [CATALOGUE["interviewer_engaged"]], best=True)
    before, after = (
        MODEL.predict(form).probability for form in (LOWERED, LOWERED | {"interviewer_engaged": 5})
    )
    assert found == pytest.approx(
        (1.0, 1.0, before - after, abs(np.log(after / (1 - after)) - np.log(before / (1 - before))))
    )
    assert coherence.reversals(MODEL, observed, [CATALOGUE["rapport"]], best=False) == (0.0, 0.0, 0.0, 0.0)


def test_answers_that_are_given_already_are_not_tried():
    observed = coherence.random_answers(50, CATALOGUE, short=False, seed=2)
    complete = observe(CATALOGUE, {"rapport": 4})
    assert np.isnan(observed["rapport"]).any()
    with pytest.raises(ZeroDivisionError):
        coherence.reversals(MODEL, complete, [CATALOGUE["rapport"]], best=True)


def test_the_best_answer_follows_the_weight():
    """A weight of the other sign makes the lowest answer the best, so nothing is reversed."""
    mean = MODEL.posterior.mean.copy()
    mean[1:] *= -1
    turned = replace(MODEL, posterior=Posterior(mean, MODEL.posterior.covariance))
    signals = coherence.tried_signals(turned, short=True)
    blank = observe(CATALOGUE, {"stage": "final"})
    for best in (True, False):
        assert coherence.reversals(turned, blank, signals, best=best).of_answers == 0


@pytest.mark.parametrize("equally_likely", [False, True])
def test_short_forms_have_only_the_questions_of_the_short_form(equally_likely):
    observed = coherence.random_answers(300, CATALOGUE, short=True, equally_likely=equally_likely)
    asked = {question.id for question in coherence.asked_questions(CATALOGUE, short=True)}
    assert {question.id for question in short_form(CATALOGUE)} <= asked
    assert observed.answers.keys() <= asked
    for form in coherence.forms_of(observed):
        assert 0 < MODEL.predict(form).probability < 1


def test_points_with_a_wrong_sign_are_found(monkeypatch):
    observed = coherence.random_answers(20, CATALOGUE, short=True)
    assert coherence.points_with_right_sign(MODEL, observed).all()
    monkeypatch.setattr(coherence, "points", lambda share: "-1" if share > 0 else "+1")
    assert not coherence.points_with_right_sign(MODEL, observed).any()
