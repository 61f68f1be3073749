"""Training on tables that are never whole in memory."""

import subprocess
import sys
from contextlib import closing

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow.parquet import ParquetWriter

from helpers import SKIP_BAD_HINT, assert_same_training
from offerodds import InputError, OfferModel, read_table, simulate, train
from offerodds.training import train as training
from offerodds.training.fitting import dataset as datasets
from offerodds.training.fitting import fit as fitting
from offerodds.training.labelled_data import read_examples
from offerodds.training.streaming.train_tables import TableTrainer, read_training_tables

PRIOR_MODEL = OfferModel.default()
N = 700
SUFFIXES = ("csv", "parquet", "jsonl", "json")


@pytest.fixture
def large_from_200(monkeypatch):
    """Treat 200 interviews as many, of which 200 stay in memory."""
    for module in (fitting, training):
        monkeypatch.setattr(module, "QUADRATIC_FROM", 200)
    monkeypatch.setattr(datasets, "_BLOCK_ROWS", 100)
    monkeypatch.setattr(datasets, "_BLOCKS_IN_MEMORY", 2)


@pytest.fixture
def frame():
    """Return interviews; a third have no outcome, and some columns are not in the catalogue."""
    interviews = simulate(N, seed=6, answered=0.6).assign(id=range(N), note='said "yes", and\nleft')
    interviews.loc[::3, "outcome"] = "pending"
    return interviews


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


def _trained(paths, size, outcome="outcome"):
    trainer = TableTrainer(outcome, PRIOR_MODEL)
    for path in paths:
        trainer.read(path, size=size)
    trainer.check()
    return trainer.train()


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_training_in_batches_is_training_on_the_table_in_memory(frame, tmp_path, suffix, size):
    path = _written(frame.head(90), tmp_path / f"t.{suffix}")
    assert_same_training(_trained([path], size), train(read_table(path)))


@pytest.mark.parametrize("size", [64, 1000])
def test_training_from_a_temporary_file_is_training_in_memory(large_from_200, frame, tmp_path, size):
    path = _written(frame, tmp_path / "t.csv")
    assert_same_training(_trained([path], size), train(read_table(path)))


@pytest.mark.parametrize(("n", "precision"), [(N, np.float32), (250, np.float64)])
def test_many_interviews_have_the_same_features_in_single_precision_everywhere(
    large_from_200, frame, tmp_path, n, precision
):
    """The first blocks of many, too, which are added before it is known that they are many."""
    frame = frame[:n]
    with closing(TableTrainer("outcome", PRIOR_MODEL)) as trainer:
        trainer.read(_written(frame, tmp_path / "t.parquet"), size=64)
        streamed = trainer._dataset.collect().X
    observations, outcomes = read_examples(frame, "outcome", PRIOR_MODEL.catalogue)
    known = ~np.isnan(outcomes)
    data, _ = training.extract_features(observations, known, outcomes[known], PRIOR_MODEL, precision)
    assert streamed.dtype == data.X.dtype == precision
    np.testing.assert_array_equal(streamed, data.X)


def test_employers_from_a_temporary_file_are_those_in_memory(large_from_200, frame, tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.LocalDataset, "block_rows", 100)
    names = [["Acme", "Byte", None, "Byte"][i % 4] for i in range(N)]
    rates = ["20 of 100" if i % 2 else None for i in range(N)]
    frame = frame.assign(employer=names, employer_rate=rates, days_since_interview=None, prompt_response=None)
    frame.loc[::5, ["outcome", "days_since_interview"]] = ["pending", 20]
    frame.loc[0, "employer"] = "Zeta"  # has no outcome
    path = _written(frame, tmp_path / "t.csv")
    trainer = read_training_tables([path], "outcome", PRIOR_MODEL, group="employer")
    streamed, alone = trainer.train(), train(read_table(path), group="employer")
    assert_same_training(streamed, alone)
    np.testing.assert_allclose(streamed.model.employers.mean, alone.model.employers.mean, rtol=1e-6)
    assert streamed.model.employers.names == alone.model.employers.names == ("byte", "acme")


def test_training_from_a_temporary_file_is_validated_on_all_its_rows(large_from_200, frame, tmp_path):
    found = _trained([_written(frame, tmp_path / "t.csv")], 64)
    assert found.validate(bootstraps=1).n == found.n_offer + found.n_no_offer == 466


def test_several_tables_of_any_format_are_one(frame, tmp_path):
    first = frame.head(40).drop(columns="rapport").rename(columns={"outcome": "Outcome"})
    paths = [_written(first, tmp_path / "a.parquet"), _written(frame.iloc[40:99], tmp_path / "b.csv")]
    assert_same_training(
        _trained(paths, 16), train(frame.head(99).assign(rapport=frame["rapport"].where(frame.index >= 40)))
    )


def test_faults_of_all_batches_and_tables_are_counted_and_have_their_rows(frame, tmp_path):
    frame = frame.astype({"rapport": object})
    frame.loc[[3, 500], "rapport"] = "warmish"
    frame.loc[500, "outcome"] = "perhaps"
    good, bad = _written(simulate(30), tmp_path / "a.csv"), _written(frame, tmp_path / "b.csv")
    with bad.open("a", encoding="utf-8") as file:
        file.write("1,2\n")
    with pytest.raises(InputError) as caught:
        _trained([good, bad, tmp_path / "lost.csv"], 16)
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
        _trained([path], 64)
    lines = str(caught.value).splitlines()
    assert (lines[0], len(lines), lines[-2].strip()) == ("700 faults", 23, "… and 680 more")
    assert 'skip_bad="bad.csv"' in lines[-1]


def test_a_fault_of_a_column_is_reported_once_with_the_faults_of_the_first_rows(frame, tmp_path):
    path = _written(frame.rename(columns={"rapport": "raport"}).assign(met_team="so-so"), tmp_path / "t.csv")
    with pytest.raises(InputError) as caught:
        _trained([path], 10)
    assert caught.value.count == 11
    assert caught.value.faults[0].field == "raport"


def test_a_missing_outcome_column_is_a_fault(frame, tmp_path):
    path = _written(frame.drop(columns="outcome"), tmp_path / "t.csv")
    with pytest.raises(InputError, match="outcome: no outcome column"):
        _trained([path], 10)


def test_progress_reports_rows_and_the_share_of_all_tables(frame, tmp_path):
    paths = [_written(frame.head(100), tmp_path / name) for name in ("a.parquet", "b.csv")]
    reports = []
    read_training_tables(
        paths, "outcome", PRIOR_MODEL, progress=lambda *report: reports.append(report)
    ).close()
    assert reports == [(100, 0.5), (200, 1.0)]


def _frame_of(path):
    return pd.read_parquet(path) if path.suffix == ".parquet" else read_table(path)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("source", ["csv", "parquet"])
def test_bad_rows_go_to_another_table_and_training_uses_the_others(frame, tmp_path, source, suffix):
    bad = frame.astype({"rapport": object, "outcome": object})
    bad["rapport"] = bad["rapport"].astype(str).replace("<NA>", "")
    bad.loc[[3, 500], "rapport"] = "warmish"
    bad.loc[[4, 500], "outcome"] = "perhaps"
    path, rejected = _written(bad, tmp_path / f"t.{source}"), tmp_path / f"bad.{suffix}"
    if source == "csv":
        with path.open("a", encoding="utf-8") as file:
            file.write("1,2\n")
    trainer = read_training_tables([path], "outcome", PRIOR_MODEL, skip_bad=rejected)
    rows = [4, 5, 501, 701] if source == "csv" else [4, 5, 501]
    assert trainer.n_bad == len(rows)
    assert_same_training(trainer.train(), train(frame.drop([3, 4, 500])))
    written = _frame_of(rejected)
    assert [int(row) for row in written["row"]] == rows
    assert list(written.columns) == ["source", "row", "fault", *frame.columns]
    assert written["fault"][0].startswith("rapport: not an answer; seen 'warmish'")
    assert "outcome: not an outcome" in written["fault"][2]
    assert "rapport: not an answer" in written["fault"][2]
    assert [str(cell) for cell in written["id"][:3]] == ["3", "4", "500"]


@pytest.mark.parametrize(
    ("field", "usual", "other", "advice"),
    [
        ("rapport", 3, 8, "write each as 8 of 10"),
        ("met_team", 1, 2, "write yes and no"),
        ("actual_minutes", 45, 0.75, "as minutes"),
    ],
)
def test_no_row_is_skipped_if_its_number_changes_what_the_others_mean(
    frame, tmp_path, field, usual, other, advice
):
    cells = {field: [usual] * 699 + [other]}
    path, rejected = _written(frame.assign(**cells), tmp_path / "t.csv"), tmp_path / "bad.csv"
    with pytest.raises(InputError, match=advice) as error:
        read_training_tables([path], "outcome", PRIOR_MODEL, skip_bad=rejected)
    assert "cannot be skipped" in str(error.value)
    assert not rejected.exists()


def test_without_bad_rows_their_table_is_empty(frame, tmp_path):
    path, rejected = _written(frame, tmp_path / "t.csv"), tmp_path / "bad.csv"
    rejected.write_text("of before", encoding="utf-8")
    read_training_tables([path], "outcome", PRIOR_MODEL, skip_bad=rejected).close()
    assert len(read_table(rejected)) == 0


def test_wrong_columns_are_an_error_even_if_bad_rows_are_skipped(frame, tmp_path):
    path, rejected = (
        _written(frame.rename(columns={"rapport": "raport"}), tmp_path / "t.csv"),
        tmp_path / "b.csv",
    )
    with pytest.raises(InputError, match="raport"):
        read_training_tables([path], "outcome", PRIOR_MODEL, skip_bad=rejected)
    assert not rejected.exists()


def test_bad_rows_of_tables_with_different_columns_are_refused(frame, tmp_path):
    paths = [_written(frame, tmp_path / "a.csv"), _written(frame.drop(columns="id"), tmp_path / "b.csv")]
    with pytest.raises(InputError, match="different columns"):
        read_training_tables(paths, "outcome", PRIOR_MODEL, skip_bad=tmp_path / "bad.csv")
    both = [paths[0], _written(frame.assign(outcome="perhaps"), tmp_path / "c.csv")]
    trainer = read_training_tables(both, "outcome", PRIOR_MODEL, skip_bad=tmp_path / "bad.csv")
    assert trainer.n_bad == N
    assert set(read_table(tmp_path / "bad.csv")["source"]) == {str(both[1])}
    assert_same_training(trainer.train(), train(frame))


def test_the_command_reports_how_many_rows_it_skipped(frame, tmp_path, offerodds):
    path, rejected = (
        _written(frame.assign(rapport="warmish").head(3), tmp_path / "t.csv"),
        tmp_path / "bad.csv",
    )
    ran = offerodds("train", path, "--skip-bad", rejected, "--out", tmp_path / "m.json", "--no-validate")
    assert "Skipped 3 rows; see" in ran.err
    assert "would overwrite a table" in offerodds("train", path, "--skip-bad", path).err
    errors = offerodds("train", path, "--out", tmp_path / "m.json", "--force").err
    assert errors.endswith(f"{SKIP_BAD_HINT}\n")
    assert SKIP_BAD_HINT not in offerodds("train", path, tmp_path / "lost.csv").err
    assert (
        "--skip-bad works only with a table" in offerodds("train", "--skip-bad", tmp_path / "other.csv").err
    )


_PEAK = """
import sys
from pathlib import Path
from offerodds import OfferModel
from offerodds.training.fitting import dataset
from offerodds.training.streaming.train_tables import read_training_tables
dataset._BLOCKS_IN_MEMORY = 1
read_training_tables([Path(sys.argv[1])], "outcome", OfferModel.default()).train()
peak = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
print(int(peak) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux reports the peak memory of a process")
def test_memory_does_not_grow_with_the_table(tmp_path):
    part = pa.Table.from_pandas(simulate(20_000, seed=2, answered=0.5))
    peaks = []
    for times in (6, 24):
        path = tmp_path / f"{times}.parquet"
        with ParquetWriter(path, part.schema) as file:
            for _ in range(times):
                file.write_table(part)
        ran = subprocess.run(
            [sys.executable, "-c", _PEAK, str(path)], capture_output=True, text=True, check=True
        )
        peaks.append(int(ran.stdout))
    # the features of 360,000 interviews more would be 104 MB
    assert peaks[1] - peaks[0] < 60, peaks


def test_a_truncated_file_is_a_fault_and_the_other_tables_are_still_read(frame, tmp_path):
    whole = _written(frame, tmp_path / "a.parquet")
    broken = tmp_path / "b.parquet"
    broken.write_bytes(whole.read_bytes()[:-10])
    with pytest.raises(InputError, match=r"b\.parquet: not Parquet"):
        _trained([broken, whole], 64)
