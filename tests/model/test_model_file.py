import json
import stat
import sys

import pytest

from offerodds import Catalogue, ModelFileError, OfferModel, train
from offerodds.model.model_file import dumps, loads

MODEL = train({"rapport": [5, 1, 3], "outcome": ["offer", "rejected", "pending"]}).model


def _changed(**changes):
    content = json.loads(dumps(vars(MODEL)))
    for path, value in changes.items():
        *parents, last = path.split("__")
        section = content
        for parent in parents:
            section = section[parent]
        section[last] = value
    return json.dumps(content)


def test_a_saved_model_predicts_the_same_to_the_last_bit(tmp_path):
    MODEL.save(tmp_path / "m.json")
    loaded = OfferModel.load(tmp_path / "m.json")
    form = {"rapport": 4, "stage": "final"}
    assert loaded.predict(form) == MODEL.predict(form)
    assert loaded.training == MODEL.training
    assert dumps(vars(loaded)) == dumps(vars(MODEL))


def test_the_file_contains_the_catalogue():
    catalogue = Catalogue.from_dict(
        {
            "base_rate": 0.4,
            "fields": Catalogue.built_in().to_dict()["fields"],
            "signals": [{"id": "a", "question": "?", "kind": "yes_no"}],
        }
    )
    model = OfferModel.default(catalogue=catalogue)
    assert loads(dumps(vars(model)))["catalogue"] == catalogue


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_only_the_user_can_read_it(tmp_path):
    MODEL.save(tmp_path / "m.json")
    assert stat.S_IMODE((tmp_path / "m.json").stat().st_mode) == 0o600


def test_it_is_readable_and_summarises_the_training_data():
    content = json.loads(dumps(vars(MODEL)))
    assert content["format"] == "offerodds model"
    assert content["schema"] == 2
    assert content["training"]["n_offer"] == 1
    assert content["training"]["n_ignored"] == 1
    assert content["training"]["answered"]["rapport"] == 2
    assert len(content["training"]["fingerprint"]) == 64
    assert max(map(len, dumps(vars(MODEL)).splitlines())) < 1200


def test_different_data_have_different_fingerprints():
    other = train({"rapport": [4, 1], "outcome": ["offer", "rejected"]}).model
    assert other.training.fingerprint != MODEL.training.fingerprint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_changed(schema=3), "upgrade offerodds"),
        (dumps(vars(MODEL))[:2000], "not JSON"),
        (_changed(schema=1), "train the model again"),
        (_changed(format="other"), "not an offerodds model file"),
        ("[]", "not an offerodds model file"),
        (_changed(colour="red"), "colour: unknown key"),
        (_changed(base_rate=1.5), "base_rate"),
        (_changed(mean=[0.0]), "mean: does not fit the catalogue"),
        (_changed(covariance=[[1.0, 2.0], [3.0]]), "covariance"),
        (_changed(covariance=[[0.0] * 37] * 37), "not symmetric and positive definite"),
        (_changed(coefficients=["intercept"]), "coefficients"),
        (_changed(training__n_offer=-1), "n_offer"),
        (_changed(training__n_offer=10**400), "n_offer"),
        (_changed(training__answered={"\x1b": 1}), "training: no such sign"),
        (_changed(training__disagreement={"dog": 3.0}), "training: no such sign"),
        (_changed(employers__names=["acme"]), "employers.mean: does not fit the names"),
        (_changed(employers__sd=-1.0), "employers.sd"),
        (_changed(catalogue__signals=[]), "at least one signal"),
        (dumps(vars(MODEL)).replace('\n "mean": [', '\n "mean": ["a", '), "mean"),
    ],
)
def test_an_invalid_file_is_refused_with_the_reason(tmp_path, text, message):
    (tmp_path / "m.json").write_text(text, encoding="utf-8")
    with pytest.raises(ModelFileError, match=message) as error:
        OfferModel.load(tmp_path / "m.json")
    assert "m.json" in str(error.value)
    assert all(fault.remedy for fault in error.value.faults)
