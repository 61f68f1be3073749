"""The prediction after days without an answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offerodds import InputError, OfferModel
from offerodds.model.silence_curve import predict_silence

MODEL = OfferModel.default()


@given(
    answers=st.fixed_dictionaries(
        {},
        optional={
            "rapport": st.integers(1, 5),
            "stage": st.sampled_from(["final", "phone_screen"]),
            "promised_days": st.integers(0, 60),
            "self_rating": st.integers(1, 5),
        },
    ),
    days=st.lists(st.integers(0, 400), min_size=1, max_size=5),
)
@settings(max_examples=50)
def test_a_point_is_the_prediction_of_a_form_with_those_days(answers, days):
    for point in predict_silence(MODEL, answers, days, 0.8):
        single = MODEL.predict(answers | {"days_since_interview": point.days}, 0.8)
        assert (point.probability, point.low, point.high) == pytest.approx(
            (single.probability, single.low, single.high), abs=1e-12
        )


def test_an_unknown_field_is_refused():
    with pytest.raises(InputError, match="did you mean `rapport`"):
        predict_silence(MODEL, {"raport": 3}, [1])
