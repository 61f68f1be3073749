"""The steps of a prediction add up."""

from hypothesis import given, settings

from helpers import forms
from offerodds import OfferModel
from offerodds.reporting.number_format import whole_percent
from offerodds.reporting.prediction import largest_answers, sets_average, waterfall

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
    of_average = [sets_average(each) for each in answered]
    assert of_average == sorted(of_average, reverse=True)  # they come first
    n = sum(of_average)
    if n:  # together they lead to the average that the signs start from
        assert found.steps[n - 1].end == whole_percent(prediction.base_rate)
    exact = [*found.steps[: max(n - 1, 0)], *found.steps[n:]]
    assert all(step.points == round(100 * step.answered.points) / 100 for step in exact if step.answered)


def test_there_is_no_last_line_where_nothing_remains():
    prediction = MODEL.predict({"self_rating": 5})
    (step,) = waterfall(prediction, AVERAGE, prediction.contributions).steps
    assert step.answered is prediction.contributions[0]
    assert waterfall(MODEL.predict({}), AVERAGE, []).steps == ()


def test_a_base_rate_that_is_used_instead_of_the_stage_takes_all_of_the_average():
    prediction = MODEL.predict({"stage": "phone_screen", "base_rate": 0.03})
    listed, _ = largest_answers(prediction)
    (step,) = waterfall(prediction, AVERAGE, listed).steps
    assert (step.answered.signal, step.start, step.end) == ("base_rate", 30, 3)
