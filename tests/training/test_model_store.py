"""Keeping a trained model, and the way back to the one before it."""

import pytest

from offerodds import InputError, OfferModel
from offerodds.data.files import own_model_path
from offerodds.training.model_store import install_model, resolve_model, rollback_model


def rate_in_use():
    return resolve_model(None, None).model.base_rate


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("OFFERODDS_HOME", str(tmp_path / "home"))


def test_the_way_back_leads_to_the_model_before_and_forth_again():
    assert install_model(OfferModel.default(0.2)) is None
    assert install_model(OfferModel.default(0.4)) is not None
    assert rate_in_use() == 0.4
    for rate in (0.2, 0.4, 0.2):
        rollback_model()
        assert rate_in_use() == rate


def test_before_the_first_model_there_was_published_evidence():
    install_model(OfferModel.default(0.2))
    rollback_model()
    assert not own_model_path().exists()
    rollback_model()
    assert rate_in_use() == 0.2


def test_without_a_trained_model_there_is_no_way_back():
    with pytest.raises(InputError, match="no model was trained yet"):
        rollback_model()
