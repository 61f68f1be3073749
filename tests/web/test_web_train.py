"""Training from the page, without a browser."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from offerodds import InputError, Journal
from offerodds.data.files import user_model_path
from offerodds.training.model_store import previous_model_path, undo_training
from offerodds.web.state import TrainingWorker

TABLE = "rapport,outcome\n" + "5,offer\n1,rejected\n4,offer\n2,ghosted\n" * 2


@pytest.fixture
def journal_path(tmp_path):
    return tmp_path / "journal.db"


def trained(client):
    """Wait until the training is done, and return the page."""
    deadline = time.monotonic() + 60
    while "data-running" in client.get("/train/progress").text:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return client.get("/train").text


def test_training_on_a_table_can_be_undone(client):
    sent = {"table": ("mine.csv", TABLE, "text/csv")}
    assert client.post("/train", data={"secret": "s"}, files=sent).status_code == 303
    text = trained(client)
    assert "Last training: too early to say" in text
    assert "Learned from 8 interviews: 4 with an offer, 4 without." in text
    assert "8 outcomes" in client.get("/weights").text
    text = client.post("/train/undo", data={"secret": "s"}, follow_redirects=True).text
    assert "published evidence, no outcomes of your own" in text
    assert "Use the trained model again" in text
    text = client.post("/train/undo", data={"secret": "s"}, follow_redirects=True).text
    assert "8 outcomes" in text


def test_the_journal_trains(client, journal_path):
    with Journal(journal_path) as journal:
        for rapport, kind in ((5, "offer"), (1, "rejected"), (2, "ghosted"), (3, "withdrew")):
            journal.record(journal.add({"rapport": rapport}, date="2026-01-02").id, kind, "2026-02-01")
    assert "Your journal has 3 outcomes" in client.get("/train").text
    client.post("/train", data={"secret": "s"})
    assert "Learned from 3 interviews" in trained(client)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("mine.csv", "rapport,outcome\nicy,offer\n9,maybe\n", "row 1"),
        ("mine.csv", "rapport\n5\n", "outcome"),
        ("mine.xlsx", "x", "mine.xlsx"),
        ("", "", "Table: choose a file"),
        ("<b>.csv", "rapport,outcome\nicy,offer\n", "&lt;b&gt;.csv"),
    ],
)
def test_faults_of_a_table_are_reported_and_nothing_is_trained(client, name, content, expected):
    answer = client.post("/train", data={"secret": "s"}, files={"table": (name, content, "text/csv")})
    assert answer.status_code == 422
    assert expected in answer.text
    assert "<title>Error: " in answer.text
    words = answer.text.partition('<a href="#table">')[2].partition("</a>")[0]
    assert f'id="w-table"><span class="sr">Error: </span>{words}</span>' in answer.text
    assert "<b>" not in answer.text
    assert not user_model_path().exists()


@pytest.mark.parametrize("path", ["/train", "/train/undo"])
def test_training_and_undo_need_the_secret(client, path):
    assert client.post(path, files={"table": ("mine.csv", TABLE, "text/csv")}).status_code == 403
    assert not client.app.state.offerodds.training.progress.running
    assert not user_model_path().exists()


def test_undo_without_a_trained_model_is_refused(client):
    answer = client.post("/train/undo", data={"secret": "s"})
    assert answer.status_code == 409
    assert "no model was trained yet" in answer.text


def test_one_training_at_a_time_and_a_failed_one_leaves_room_for_the_next():
    training, running, installed = TrainingWorker(), [True], []

    def job():
        while running:
            time.sleep(0.01)
        raise InputError([])

    assert training.start(job, installed.append)
    assert not training.start(job, installed.append)
    running.clear()
    while training.progress.running:
        time.sleep(0.01)
    assert installed == []
    assert training.start(job, installed.append)


def test_simultaneous_undo_loses_no_model(client, monkeypatch):
    user_model_path().parent.mkdir(parents=True)
    user_model_path().write_text("one", encoding="utf-8")
    previous_model_path().write_text("other", encoding="utf-8")
    replace = Path.replace

    def slowly(source, target):
        time.sleep(0.005)
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", slowly)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: undo_training(), range(8)))
    assert user_model_path().read_text(encoding="utf-8") == "one"
    assert previous_model_path().read_text(encoding="utf-8") == "other"


def test_the_page_names_the_model_in_use_and_takes_a_choice(client):
    sent = {"table": ("mine.csv", TABLE, "text/csv")}
    text = client.get("/train").text
    assert "the best on unseen interviews" in text
    assert "Record an outcome first." in text
    assert text.count("<details>\n<summary>More options") == 2
    client.post("/train", data={"secret": "s"}, files=sent)
    text = trained(client)
    assert "In use: the default model. Fewer than 10 outcomes" in text
    assert "Log loss on unseen interviews: default model" in text
    client.post("/train", data={"secret": "s", "use": "level"}, files=sent)
    assert "In use: level and scale only, as you asked." in trained(client)
    assert "your level and scale from 8 outcomes" in client.get("/weights").text
    answer = client.post("/train", data={"secret": "s", "use": "best"}, files=sent)
    assert answer.status_code == 422
    assert "no such model" in answer.text
    assert answer.text.count("<details open>\n<summary>More options") == 2


def test_the_page_shows_remarks(client):
    rows = "\n".join(["yes,offer"] * 5 + [",rejected"] * 2)
    client.post("/train", data={"secret": "s"}, files={"table": ("m.csv", f"met_team,outcome\n{rows}\n")})
    assert "Only one answer was ever given to met_team" in trained(client)
