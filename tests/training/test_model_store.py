"""Installing a trained model, and rolling back to the previous one."""

import subprocess
import sys
from dataclasses import replace

import pytest

from offerodds import Catalogue, InputError, OfferModel, read_table, train
from offerodds.data.errors import Fault, FileError
from offerodds.data.files import user_model_path
from offerodds.training.model_store import install_model, previous_model_path, resolve_model, undo_training


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


def test_a_file_of_somebody_else_is_named_as_the_source(tmp_path):
    """It can give any chance, whatever it calls its evidence."""
    model, catalogue = tmp_path / "theirs.json", tmp_path / "theirs\x1b.toml"
    OfferModel.default(0.9).save(model)
    catalogue.write_text('extends = "built-in"\nbase_rate = 0.9\n', encoding="utf-8")
    assert "according to theirs.json" in resolve_model(str(model), None).description
    assert "the evidence in theirs?.toml" in resolve_model(None, catalogue).description
    assert "theirs" not in resolve_model("default", None).description


@pytest.mark.parametrize("use", ["default", "level", "trained"])
def test_only_the_weights_of_the_package_are_called_published_evidence(folder, use):
    own = Catalogue.load("own.toml")
    model = train(read_table("mine.csv"), catalogue=own).model
    install_model(replace(model, training=replace(model.training, use=use)))
    assert resolve_model(None, None).description.startswith("the evidence in its catalogue")
    learned = replace(Catalogue.built_in(), silence=replace(Catalogue.built_in().silence, median_days=20.0))
    assert learned.source == "published evidence"
    assert repr(OfferModel.default(catalogue=own)).startswith("OfferModel(the evidence in its catalogue, 37")


def test_a_rollback_without_a_trained_model_is_a_fault():
    with pytest.raises(InputError, match="no model was trained yet"):
        undo_training()


KILLED_AT_A_RENAME = """
import os, pathlib, sys
from offerodds.training.model_store import undo_training
rename, before, left = pathlib.Path.replace, sys.argv[2] == "before", int(sys.argv[1])
def killed(self, target):
    global left
    left -= 1
    if left or not before:
        rename(self, target)
    if not left:
        os._exit(9)
pathlib.Path.replace = killed
undo_training()
"""


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("renames", [1, 2, 3])
def test_a_killed_rollback_loses_no_model(renames, moment):
    install_model(OfferModel.default(0.2))
    install_model(OfferModel.default(0.4))
    command = [sys.executable, "-c", KILLED_AT_A_RENAME, str(renames), moment]
    assert subprocess.run(command, check=False).returncode == 9
    first = _active_rate()  # some model is installed at any time
    undo_training()
    assert {first, _active_rate()} <= {0.2, 0.4}
    rates = {OfferModel.load(path).base_rate for path in (user_model_path(), previous_model_path())}
    assert rates == {0.2, 0.4}


def test_a_failed_installation_keeps_the_previous_models(monkeypatch):
    install_model(OfferModel.default(0.2))
    install_model(OfferModel.default(0.4))

    def fail(*_):
        raise FileError([Fault("cannot be written")])

    with monkeypatch.context() as patched:
        patched.setattr(OfferModel, "save", fail)
        with pytest.raises(FileError):
            install_model(OfferModel.default(0.3))
    assert _active_rate() == 0.4
    assert OfferModel.load(previous_model_path()).base_rate == 0.2


def test_processes_that_roll_back_at_once_lose_no_model():
    install_model(OfferModel.default(0.2))
    install_model(OfferModel.default(0.4))
    script = "from offerodds.training.model_store import undo_training\nfor _ in range(40): undo_training()"
    running = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(2)]
    while any(process.poll() is None for process in running):
        assert user_model_path().exists()
    assert [process.returncode for process in running] == [0, 0]
    rates = [OfferModel.load(path).base_rate for path in (user_model_path(), previous_model_path())]
    assert rates == [0.4, 0.2]  # 80 rollbacks
