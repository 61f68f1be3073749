"""Training on tables that are never whole in memory."""

import subprocess
import sys

import pandas as pd
import pytest

from helpers import SKIP_BAD_HINT, assert_same_training
from offerodds import InputError, OfferModel, read_table, simulate, train
from offerodds.training import train as training
from offerodds.training.fitting import dataset as here
from offerodds.training.fitting import fit as fitting
from offerodds.training.streaming.train_tables import Examples, examples_of

START = OfferModel.default()
N = 700
SUFFIXES = ("csv", "parquet", "jsonl", "json")


@pytest.fixture
def many(monkeypatch):
    """Let two hundred interviews be many, of which two hundred stay in memory."""
    for module in (fitting, training):
        monkeypatch.setattr(module, "MANY", 200)
    monkeypatch.setattr(here, "_PART", 100)
    monkeypatch.setattr(here, "_IN_MEMORY", 2)


@pytest.fixture
def frame():
    """Return interviews, of which a third have no outcome and some columns are none of ours."""
    made = simulate(N, seed=6, answered=0.6).assign(id=range(N), note='said "yes", and\nleft')
    made.loc[::3, "outcome"] = "pending"
    return made


def _written(frame, path):
    match path.suffix:
        case ".csv":
            frame.to_csv(path, index=False)
        case ".parquet":
            frame.to_parquet(path)
        case ".jsonl":
            frame.to_json(path, orient="records", lines=True)
        case ".json":
            frame.to_json(path, orient="records")
    return path


def _learned(paths, size, outcome="outcome"):
    examples = Examples(outcome, START)
    for path in paths:
        examples.read(path, size=size)
    examples.check()
    return examples.learn()


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_batches_teach_what_the_table_in_memory_teaches(frame, tmp_path, suffix, size):
    path = _written(frame.head(90), tmp_path / f"t.{suffix}")
    assert_same_training(_learned([path], size), train(read_table(path)))


@pytest.mark.parametrize("size", [64, 1000])
def test_very_many_teach_the_same_from_a_temporary_file(many, frame, tmp_path, size):
    path = _written(frame, tmp_path / "t.csv")
    found = _learned([path], size)
    assert_same_training(found, train(read_table(path)))
    assert found.validate(bootstraps=1).n == found.n_offer + found.n_no_offer == 466


def test_several_tables_of_any_format_are_one(frame, tmp_path):
    first = frame.head(40).drop(columns="rapport").rename(columns={"outcome": "Outcome"})
    paths = [_written(first, tmp_path / "a.parquet"), _written(frame.iloc[40:99], tmp_path / "b.csv")]
    assert_same_training(
        _learned(paths, 16), train(frame.head(99).assign(rapport=frame["rapport"].where(frame.index >= 40)))
    )


def test_faults_are_counted_in_all_batches_and_tables_and_stand_in_their_rows(frame, tmp_path):
    frame = frame.astype({"rapport": object})
    frame.loc[[3, 500], "rapport"] = "warmish"
    frame.loc[500, "outcome"] = "perhaps"
    good, bad = _written(simulate(30), tmp_path / "a.csv"), _written(frame, tmp_path / "b.csv")
    with bad.open("a", encoding="utf-8") as file:
        file.write("1,2\n")
    with pytest.raises(InputError) as caught:
        _learned([good, bad, tmp_path / "lost.csv"], 16)
    assert [(fault.row, fault.field) for fault in caught.value.faults] == [
        (4, "rapport"),
        (501, "outcome"),
        (501, "rapport"),
        (701, ""),
        (None, ""),
    ]
    assert str(caught.value).startswith("5 faults")
    assert "no such file" in str(caught.value)


def test_of_many_faults_twenty_are_shown_and_all_counted(frame, tmp_path):
    path = _written(frame.assign(rapport="warmish"), tmp_path / "t.parquet")
    with pytest.raises(InputError) as caught:
        _learned([path], 64)
    lines = str(caught.value).splitlines()
    assert (lines[0], len(lines), lines[-2].strip()) == ("700 faults", 23, "… and 680 more")
    assert 'skip_bad="bad.csv"' in lines[-1]


def test_what_is_wrong_with_a_column_is_said_once_with_the_faults_of_the_first_rows(frame, tmp_path):
    path = _written(frame.rename(columns={"rapport": "raport"}).assign(met_team="so-so"), tmp_path / "t.csv")
    with pytest.raises(InputError) as caught:
        _learned([path], 10)
    assert caught.value.count == 11
    assert caught.value.faults[0].field == "raport"


def test_no_outcome_column_is_said(frame, tmp_path):
    path = _written(frame.drop(columns="outcome"), tmp_path / "t.csv")
    with pytest.raises(InputError, match="outcome: no outcome column"):
        _learned([path], 10)


def test_progress_tells_rows_and_the_share_of_all_tables(frame, tmp_path):
    paths = [_written(frame.head(100), tmp_path / name) for name in ("a.parquet", "b.csv")]
    told = []
    examples_of(paths, "outcome", START, progress=lambda *of: told.append(of)).close()
    assert told == [(100, 0.5), (200, 1.0)]


def _frame_of(path):
    return pd.read_parquet(path) if path.suffix == ".parquet" else read_table(path)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("given", ["csv", "parquet"])
def test_bad_rows_are_put_aside_and_the_others_teach(frame, tmp_path, given, suffix):
    bad = frame.astype({"rapport": object, "outcome": object})
    bad["rapport"] = bad["rapport"].astype(str).replace("<NA>", "")
    bad.loc[[3, 500], "rapport"] = "warmish"
    bad.loc[[4, 500], "outcome"] = "perhaps"
    path, aside = _written(bad, tmp_path / f"t.{given}"), tmp_path / f"bad.{suffix}"
    if given == "csv":
        with path.open("a", encoding="utf-8") as file:
            file.write("1,2\n")
    examples = examples_of([path], "outcome", START, skip_bad=aside)
    rows = [4, 5, 501, 701] if given == "csv" else [4, 5, 501]
    assert examples.n_bad == len(rows)
    assert_same_training(examples.learn(), train(frame.drop([3, 4, 500])))
    told = _frame_of(aside)
    assert [int(row) for row in told["row"]] == rows
    assert list(told.columns) == ["source", "row", "fault", *frame.columns]
    assert told["fault"][0].startswith("rapport: not an answer; seen 'warmish'")
    assert "outcome: not an outcome" in told["fault"][2]
    assert "rapport: not an answer" in told["fault"][2]
    assert [str(cell) for cell in told["id"][:3]] == ["3", "4", "500"]


def test_without_bad_rows_an_empty_table_is_put_aside(frame, tmp_path):
    path, aside = _written(frame, tmp_path / "t.csv"), tmp_path / "bad.csv"
    aside.write_text("of before", encoding="utf-8")
    examples_of([path], "outcome", START, skip_bad=aside).close()
    assert len(read_table(aside)) == 0


def test_wrong_columns_are_an_error_even_where_bad_rows_are_put_aside(frame, tmp_path):
    path, aside = (
        _written(frame.rename(columns={"rapport": "raport"}), tmp_path / "t.csv"),
        tmp_path / "b.csv",
    )
    with pytest.raises(InputError, match="raport"):
        examples_of([path], "outcome", START, skip_bad=aside)
    assert not aside.exists()


def test_bad_rows_of_tables_with_different_columns_are_refused(frame, tmp_path):
    paths = [_written(frame, tmp_path / "a.csv"), _written(frame.drop(columns="id"), tmp_path / "b.csv")]
    with pytest.raises(InputError, match="different columns"):
        examples_of(paths, "outcome", START, skip_bad=tmp_path / "bad.csv")
    both = [paths[0], _written(frame.assign(outcome="perhaps"), tmp_path / "c.csv")]
    examples = examples_of(both, "outcome", START, skip_bad=tmp_path / "bad.csv")
    assert examples.n_bad == N
    assert set(read_table(tmp_path / "bad.csv")["source"]) == {str(both[1])}
    assert_same_training(examples.learn(), train(frame))


def test_the_command_says_how_many_rows_it_put_aside(frame, tmp_path, offerodds):
    path, aside = _written(frame.assign(rapport="warmish").head(3), tmp_path / "t.csv"), tmp_path / "bad.csv"
    ran = offerodds("train", path, "--skip-bad", aside, "--out", tmp_path / "m.json", "--no-validate")
    assert "Skipped 3 rows; see" in ran.err
    assert "would write over a table" in offerodds("train", path, "--skip-bad", path).err
    told = offerodds("train", path, "--out", tmp_path / "m.json").err
    assert told.endswith(f"{SKIP_BAD_HINT}\n")
    assert "To go on" not in offerodds("train", path, tmp_path / "lost.csv").err
    assert "--skip-bad works only with a table" in offerodds("train", "--skip-bad", aside).err


_PEAK = """
import sys
from pathlib import Path
from offerodds import OfferModel
from offerodds.training.fitting import dataset
from offerodds.training.streaming.train_tables import examples_of
dataset._IN_MEMORY = 1
examples_of([Path(sys.argv[1])], "outcome", OfferModel.default()).learn()
told = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
print(int(told) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the most memory one process held")
def test_memory_does_not_grow_with_the_table(tmp_path):
    part = simulate(60_000, seed=2, answered=0.5)
    peaks = []
    for times in (4, 12):
        path = tmp_path / f"{times}.parquet"
        pd.concat([part] * times).to_parquet(path, row_group_size=20_000)
        ran = subprocess.run(
            [sys.executable, "-c", _PEAK, str(path)], capture_output=True, text=True, check=True
        )
        peaks.append(int(ran.stdout))
    # the features of 480,000 interviews more would be 138 MB
    assert peaks[1] - peaks[0] < 60, peaks


def test_a_file_that_breaks_off_is_said_and_the_rest_still_read(frame, tmp_path):
    whole = _written(frame, tmp_path / "a.parquet")
    broken = tmp_path / "b.parquet"
    broken.write_bytes(whole.read_bytes()[:-10])
    with pytest.raises(InputError, match=r"b\.parquet: not Parquet"):
        _learned([broken, whole], 64)
