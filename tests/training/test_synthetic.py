"""Training on no outcomes installs no model, and training on made-up interviews only on request."""

import json
import time

import numpy as np
import pandas as pd
import pytest

from offerodds import InputError, Journal, OfferModel, simulate, train
from offerodds.data.files import user_model_path
from offerodds.data.language import use_language
from offerodds.training.labelled_data import check_training_data, synthetic_rows
from offerodds.training.model_store import resolve_model

HEADER = "rapport,outcome\n"
NOTHING = HEADER + "5,pending\n4,\n"
MADE_UP = "rapport,outcome,Synthetic\n" + "5,offer,True\n1,rejected,True\n4,offer,False\n2,ghosted,\n"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["True", "true", "YES", "1", 1, True, 1.0], [True] * 7),
        (["False", "no", "", None, 0, False, "nylon"], [False] * 7),
        (np.array([1.0, np.nan, 0.0]), [True, False, False]),
        (pd.Series([True, False, None], dtype="boolean"), [True, False, False]),
    ],
)
def test_a_cell_that_means_yes_marks_a_made_up_interview(cells, expected):
    assert synthetic_rows(pd.DataFrame({"synthetic": cells})).tolist() == expected


def test_a_table_without_the_column_has_no_made_up_interviews():
    assert synthetic_rows({"rapport": [5, 4]}).tolist() == [False, False]


def test_the_model_and_its_file_record_made_up_interviews(tmp_path):
    model = train(simulate(30, seed=1)).model
    assert model.training.n_synthetic == 30
    model.save(tmp_path / "m.json")
    again = OfferModel.load(tmp_path / "m.json")
    assert again.training.n_synthetic == 30
    chosen = resolve_model(str(tmp_path / "m.json"), None)
    assert "published evidence and 30 outcomes, learned from made-up interviews" in chosen.description
    with use_language("de"):
        assert (
            chosen.description
            == "veröffentlichte Belege und 30 Ergebnisse, aus erfundenen Gesprächen gelernt, laut m.json"
        )
    with use_language("es"):
        assert (
            chosen.description
            == "evidencia publicada y 30 resultados, con lo aprendido de entrevistas inventadas, según m.json"
        )
    content = json.loads((tmp_path / "m.json").read_text())
    del content["training"]["n_synthetic"]  # as models saved before
    (tmp_path / "old.json").write_text(json.dumps(content))
    assert OfferModel.load(tmp_path / "old.json").training.n_synthetic == 0


def test_only_made_up_interviews_with_an_outcome_count():
    table = pd.DataFrame({"rapport": [5, 1, 3], "outcome": ["offer", "rejected", ""], "synthetic": [1, 0, 1]})
    result = train(table)
    assert (result.training.n_synthetic, result.n_offer + result.n_no_offer) == (1, 2)
    with use_language("de"):
        german = result.report()
    assert german == result.report()  # a model card is in English
    assert repr(result).startswith("TrainingResult(1 with an offer, 1 without, 1 made up, OfferModel(")
    assert "- Made up, and no evidence about real interviews: 1 of them" in result.report()


def test_train_without_outcomes_returns_published_evidence():
    result = train({"rapport": [5], "outcome": ["pending"]})
    assert result.model.weights().equals(OfferModel.default().weights())


@pytest.mark.parametrize("text", [HEADER, NOTHING])
@pytest.mark.parametrize("more", [[], ["--out", "m.json"]])
def test_the_command_saves_no_model_without_outcomes(offerodds, folder, text, more):
    folder.joinpath("empty.csv").write_text(text, encoding="utf-8")
    ran = offerodds("train", "empty.csv", *more)
    assert ran.code == 2
    assert "no outcome to learn from" in ran.err
    assert "now uses it" not in ran.out
    assert not user_model_path().exists()
    assert not folder.joinpath("m.json").exists()


def test_the_command_saves_no_model_of_a_journal_without_outcomes(offerodds, tmp_path):
    with Journal(tmp_path / "j.db") as journal:
        journal.add({"rapport": 4})
    ran = offerodds("train", "--journal", tmp_path / "j.db")
    assert ran.code == 2
    assert "no outcome to learn from" in ran.err
    assert not user_model_path().exists()


def test_the_command_uses_made_up_interviews_only_with_its_option(offerodds, folder):
    folder.joinpath("mixed.csv").write_text(MADE_UP, encoding="utf-8")
    ran = offerodds("train", "mixed.csv", "--no-validate")
    assert ran.code == 2
    errors = " ".join(ran.err.split())
    assert "synthetic: made-up interviews; seen 2 of 4 outcomes" in errors
    assert "add --synthetic" in errors
    assert not user_model_path().exists()
    ran = offerodds("train", "mixed.csv", "--no-validate", "--synthetic")
    assert ran.code == 0, ran.err
    assert "2 of them are made up." in " ".join(ran.out.split())
    ran = offerodds("predict", "mine.toml")
    assert "2 of them learned from made-up interviews" in " ".join(ran.out.split())


def test_the_installed_model_stays_when_there_are_no_outcomes(offerodds, folder):
    assert offerodds("train", "mine.csv", "--no-validate").code == 0
    before = user_model_path().read_text(encoding="utf-8")
    folder.joinpath("empty.csv").write_text(HEADER, encoding="utf-8")
    assert offerodds("train", "empty.csv").code == 2
    assert user_model_path().read_text(encoding="utf-8") == before


def test_check_training_data():
    check_training_data(1, 0, synthetic=False)
    check_training_data(1, 1, synthetic=True)
    with pytest.raises(InputError, match="no outcome to learn from"):
        check_training_data(0, 0, synthetic=True)


def _upload(text):
    return {"table": ("mine.csv", text, "text/csv")}


def _wait_until_finished(client):
    deadline = time.monotonic() + 60
    while (now := client.get("/api/train").json())["running"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return now


@pytest.mark.parametrize("files", [None, _upload(HEADER), _upload(NOTHING)])
def test_page_and_api_train_nothing_without_outcomes(client, files):
    answer = client.post("/train", data={"secret": "s"}, files=files)
    assert answer.status_code == 422
    assert "No outcome to learn from" in answer.text
    answer = client.post("/api/train", files=files, headers={"X-Offerodds-Secret": "s"})
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["problem"] == "no outcome to learn from"
    assert not user_model_path().exists()


def test_the_page_uses_made_up_interviews_only_if_ticked(client):
    answer = client.post("/train", data={"secret": "s"}, files=_upload(MADE_UP))
    assert answer.status_code == 422
    assert "made-up interviews" in answer.text
    assert "Include made-up interviews" in answer.text
    assert not user_model_path().exists()
    client.post("/train", data={"secret": "s", "synthetic": "yes"}, files=_upload(MADE_UP))
    assert _wait_until_finished(client)["result"]["n_synthetic"] == 2
    assert "2 of them learned from made-up interviews" in client.get("/train").text


def test_the_api_uses_made_up_interviews_only_on_request(client):
    headers = {"X-Offerodds-Secret": "s"}
    answer = client.post("/api/train", files=_upload(MADE_UP), headers=headers)
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["field"] == "synthetic"
    data = {"synthetic": "true"}
    assert client.post("/api/train", files=_upload(MADE_UP), data=data, headers=headers).status_code == 202
    assert _wait_until_finished(client)["result"]["n_synthetic"] == 2
