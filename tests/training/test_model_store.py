"""Installing a trained model, and rolling back to the previous one."""

import pytest

from offerodds import InputError, OfferModel
from offerodds.data.files import user_model_path
from offerodds.training.model_store import install_model, resolve_model, undo_training


def _active_rate():
    return resolve_model(None, None).model.base_rate


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("OFFERODDS_HOME", str(tmp_path / "home"))


def test_a_rollback_restores_the_previous_model_and_a_second_one_undoes_it():
    assert install_model(OfferModel.default(0.2)) is None
    assert install_model(OfferModel.default(0.4)) is not None
    assert _active_rate() == 0.4
    for rate in (0.2, 0.4, 0.2):
        undo_training()
        assert _active_rate() == rate


def test_a_rollback_of_the_first_model_leaves_published_evidence():
    install_model(OfferModel.default(0.2))
    undo_training()
    assert not user_model_path().exists()
    undo_training()
    assert _active_rate() == 0.2


def test_a_rollback_without_a_trained_model_is_a_fault():
    with pytest.raises(InputError, match="no model was trained yet"):
        undo_training()
