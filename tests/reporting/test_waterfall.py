"""The steps of a prediction add up."""

from hypothesis import given, settings

from helpers import forms
from offerodds import OfferModel
from offerodds.model.prediction import ContextAnswer
from offerodds.reporting.html.waterfall import waterfall
from offerodds.reporting.number_format import whole_percent
from offerodds.reporting.prediction import largest_answers

MODEL = OfferModel.default()
AVERAGE = MODEL.predict({}).probability


@given(forms())
@settings(max_examples=50, deadline=None)
def test_steps_lead_from_the_average_to_the_chance(form):
    prediction = MODEL.predict(form)
    listed, _ = largest_answers(prediction)
    found = waterfall(prediction, AVERAGE, listed)
    assert (found.average, found.chance) == (30, whole_percent(prediction.probability))
    places = [found.average, *(step.end for step in found.steps)]
    assert [step.start for step in found.steps] == places[:-1]
    assert places[-1] == found.chance
    low, high = found.ends
    assert all(low <= place <= high for place in places)
    assert low % 10 == high % 10 == 0
    answered = [step.answered for step in found.steps if step.answered is not None]
    assert sorted(each.signal for each in answered) == sorted(each.signal for each in listed)
    assert all(
        step.points == round(100 * step.answered.points) / 100 for step in found.steps if step.answered
    )
    kinds = [isinstance(each, ContextAnswer) for each in answered]
    assert kinds == sorted(kinds, reverse=True)  # the circumstances come first


def test_there_is_no_last_line_where_nothing_remains():
    prediction = MODEL.predict({"self_rating": 5})
    (step,) = waterfall(prediction, AVERAGE, prediction.contributions).steps
    assert step.answered is prediction.contributions[0]
    assert waterfall(MODEL.predict({}), AVERAGE, []).steps == ()
