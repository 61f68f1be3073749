"""Tables of any size are scored as in memory, and every fault has its row."""

import datetime
import json
import os
import re
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from helpers import CATALOGUE, SKIP_BAD_HINT, forms
from offerodds import FileError, InputError, OfferModel, read_table
from offerodds.benchmarks.processes import measure
from offerodds.data.tables.formats import open_table, write_table
from offerodds.training.streaming import score_tables as module
from offerodds.training.streaming.score_tables import ScoringSummary, score_table

MODEL = OfferModel.default()
SCORES = ["probability", "low", "high"]
ROWS = [
    {"company": 'Ä, B; "C"', "rapport": "4", "base_rate": "0.25", "stage": "final"},
    {"company": "two\nlines", "rapport": "", "base_rate": "", "stage": ""},
    {"company": "", "rapport": "warm", "base_rate": "0.4", "stage": "first"},
] * 5


@pytest.fixture
def batches_of(monkeypatch):
    """Return a function that sets the batch size of tables."""
    return lambda size: monkeypatch.setattr(module, "open_table", partial(open_table, size=size))


def _with_commas(frame):
    return frame.assign(base_rate=frame["base_rate"].str.replace(".", ",")).to_csv(sep=";", index=False)


def _typed(frame):
    return frame.assign(base_rate=pd.to_numeric(frame["base_rate"]))


WRITE = {
    "t.csv": lambda frame, path: frame.to_csv(path, index=False),
    "semicolon.csv": lambda frame, path: path.write_text(_with_commas(frame), encoding="utf-8"),
    "t.parquet": lambda frame, path: _typed(frame).to_parquet(path, index=False),
    "t.jsonl": lambda frame, path: frame.to_json(path, orient="records", lines=True),
    "t.json": lambda frame, path: frame.to_json(path, orient="records"),
}


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("name", WRITE)
def test_streaming_gives_the_scores_of_the_table_in_memory(tmp_path, batches_of, name, size):
    table, out = tmp_path / name, tmp_path / f"out-{name}"
    WRITE[name](pd.DataFrame(ROWS), table)
    batches_of(size)
    assert score_table(MODEL, table, out, level=0.8) == ScoringSummary(15, 0)
    whole = read_table(table)
    wanted = whole.assign(**MODEL.predict_frame(whole, level=0.8))
    write_table(wanted, tmp_path / f"wanted-{name}")
    found, wanted = read_table(out), read_table(tmp_path / f"wanted-{name}")
    pd.testing.assert_frame_equal(found.drop(columns=SCORES), wanted.drop(columns=SCORES))
    np.testing.assert_allclose(found[SCORES].astype(float), wanted[SCORES].astype(float), rtol=1e-14)


@given(rows=st.lists(forms(), min_size=1, max_size=9), size=st.integers(1, 9))
def test_a_row_of_a_table_is_scored_like_a_single_form(tmp_path_factory, rows, size):
    folder = tmp_path_factory.getbasetemp()
    pd.DataFrame(rows, columns=[*CATALOGUE.questions], dtype=object).to_csv(folder / "any.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "open_table", partial(open_table, size=size))
        score_table(MODEL, folder / "any.csv", folder / "any-out.csv")
    found = pd.read_csv(folder / "any-out.csv")
    for row, form in enumerate(rows):
        alone = MODEL.predict(form)
        wanted = [alone.probability, alone.low, alone.high]
        assert found.loc[row, SCORES].tolist() == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("size", [1, None])
def test_an_empty_table_keeps_its_columns(tmp_path, batches_of, suffix, size):
    write_table(pd.DataFrame({"rapport": pd.Series(dtype=object)}), tmp_path / f"t{suffix}")
    batches_of(size)
    assert score_table(MODEL, tmp_path / f"t{suffix}", tmp_path / f"out{suffix}") == ScoringSummary(
        0, 0, ("the table has no interviews, only column names",)
    )
    assert [*read_table(tmp_path / f"out{suffix}").columns] == ["rapport", *SCORES]


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_faults_on_both_sides_of_a_batch_boundary_have_their_rows(tmp_path, batches_of, size):
    lines = ["4,x"] * 200
    for row in (7, 8, 14, 15, 64, 65, 199, 200):
        lines[row - 1] = "9,x"
    lines[99] = "4"
    (tmp_path / "t.csv").write_text("\n".join(["rapport,note", *lines, ""]), encoding="utf-8")
    batches_of(size)
    with pytest.raises(InputError) as error:
        score_table(MODEL, tmp_path / "t.csv", tmp_path / "out.csv")
    found = [(fault.row, fault.field or fault.problem) for fault in error.value.faults]
    wanted = [(row, "rapport") for row in (7, 8, 14, 15, 64, 65, 199, 200)]
    assert found == [*wanted[:6], (100, "wrong number of cells"), *wanted[6:]]
    assert {fault.source for fault in error.value.faults} == {str(tmp_path / "t.csv")}
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["t.csv"]


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_a_bad_cell_in_a_late_row_is_shown_and_of_many_the_rest_counted(offerodds, folder, name):
    rapport = np.full(150_000, 4)
    rapport[149_999] = 99
    write_table(pd.DataFrame({"rapport": rapport}), folder / name)
    ran = offerodds("predict", name, "--out", "out.csv")
    assert (ran.code, ran.out) == (2, "")
    assert f"{name}, row 150000, rapport: not an answer; seen" in ran.err
    rapport[70_000:] = 99
    write_table(pd.DataFrame({"rapport": rapport}), folder / name)
    head, *lines = offerodds("predict", name).err.splitlines()
    found = int(re.fullmatch(r"offerodds: ([\d,]+) faults", head)[1].replace(",", ""))
    assert 20_000 < found < 80_000  # the rest was not read
    assert lines[0] == "  more than 20,000 faults; the rest was not read"
    assert [line.split(",")[1] for line in lines[1:-2]] == [f" row {row}" for row in range(70_001, 70_020)]
    assert lines[-2:] == [f"  … and {found - 20:,} more", SKIP_BAD_HINT]
    assert not Path("out.csv").exists()


def test_faults_of_columns_are_reported_at_once_with_those_of_the_first_rows(tmp_path, batches_of):
    (tmp_path / "t.csv").write_text("raport,rapport,low\n4,9,1\n4,8\n4,7,1\n", encoding="utf-8")
    batches_of(2)
    with pytest.raises(InputError) as error:
        score_table(MODEL, tmp_path / "t.csv", tmp_path / "out.csv", skip_bad=tmp_path / "bad.csv")
    assert [(fault.row, fault.field) for fault in error.value.faults] == [
        (None, "raport"),
        (None, "low"),
        (1, "rapport"),
        (2, ""),
    ]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["t.csv"]


def test_a_damaged_file_is_reported_with_the_faults_before(tmp_path, batches_of):
    (tmp_path / "t.csv").write_bytes(b"rapport\n9\n" + b"4\n" * 10_000 + b'"4"5\n')
    batches_of(100)
    with pytest.raises(InputError) as error:
        score_table(MODEL, tmp_path / "t.csv", tmp_path / "out.csv")
    assert [fault.problem for fault in error.value.faults] == ["not an answer", "not CSV"]
    (tmp_path / "t.csv").write_bytes("rapport,ä\n".encode() + 10_000 * b"4,\n" + b"4,\xff\n")
    with pytest.raises(FileError, match=r"t\.csv: not UTF-8 text \(line 10002\)"):
        score_table(MODEL, tmp_path / "t.csv", tmp_path / "out.csv")


# torn lines, a bad cell, and a column with the name of an added one
BAD = 'rapport,row,note\n4,a,"x, y"\n99,b,z\n5\n3,c,d,e,f\n1,d,\n'


@pytest.mark.parametrize("size", [1, 2, None])
@pytest.mark.parametrize("suffix", [".csv", ".json", ".jsonl", ".parquet"])
def test_bad_rows_go_complete_to_another_table_with_the_reason(tmp_path, batches_of, suffix, size):
    (tmp_path / "t.csv").write_text(BAD, encoding="utf-8")
    bad = tmp_path / f"bad{suffix}"
    batches_of(size)
    found = score_table(MODEL, tmp_path / "t.csv", tmp_path / "out.csv", skip_bad=bad)
    assert found == ScoringSummary(2, 3)
    assert read_table(tmp_path / "out.csv")["note"].tolist() == ["x, y", ""]
    rejected = read_table(bad).fillna("")
    assert [*rejected.columns] == ["source", "row_", "fault", "rapport", "row", "note"]
    assert rejected["source"].eq(str(tmp_path / "t.csv")).all()
    assert rejected["row_"].astype(int).tolist() == [2, 3, 4]
    assert [reason.split(";")[0] for reason in rejected["fault"]] == [
        "rapport: not an answer",
        "wrong number of cells",
        "wrong number of cells",
    ]
    assert rejected[["rapport", "row", "note"]].to_numpy().tolist() == [
        ["99", "b", "z"],
        ["5", "", ""],
        ["3", "c", "d,e,f"],
    ]


@pytest.mark.parametrize("suffix", [".csv", ".json", ".jsonl", ".parquet"])
def test_without_bad_rows_their_table_is_empty(tmp_path, suffix):
    (tmp_path / "t.csv").write_text("rapport,row,row_\n4,1,2\n", encoding="utf-8")
    bad = tmp_path / f"bad{suffix}"
    assert score_table(MODEL, tmp_path / "t.csv", tmp_path / "out.csv", skip_bad=bad) == ScoringSummary(1, 0)
    if suffix == ".csv":
        assert bad.read_text() == "source,row__,fault,rapport,row,row_\n"
    elif suffix == ".parquet":
        types = {"source": "string", "row__": "int64", "fault": "string"}
        assert {field.name: str(field.type) for field in parquet.read_schema(bad)} == types | dict.fromkeys(
            ["rapport", "row", "row_"], "string"
        )
    else:
        assert bad.read_text() == ("[]\n" if suffix == ".json" else "")


@pytest.mark.parametrize("size", [1, None])
@pytest.mark.parametrize("rating", ["8", "7.5", "10"])
def test_no_row_is_skipped_if_the_ratings_may_be_of_ten(tmp_path, batches_of, size, rating):
    names = [tmp_path / name for name in ("t.csv", "out.csv", "bad.csv")]
    names[0].write_text(f"rapport\n4\n{rating}\nwarmish\n", encoding="utf-8")
    batches_of(size)
    with pytest.raises(InputError, match=f"write each as {rating} of 10") as error:
        score_table(MODEL, *names[:2], skip_bad=names[2])
    assert "To skip" not in str(error.value)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["t.csv"]
    names[0].write_text("rapport\n4 of 10\n7.5 of 10\n3\nwarmish\n", encoding="utf-8")
    assert score_table(MODEL, *names[:2], skip_bad=names[2]) == ScoringSummary(3, 1)


def test_bad_rows_of_parquet_keep_their_types(tmp_path):
    table = pa.table({"rapport": pa.array([4, 99, None], pa.int8()), "day": [datetime.date(2026, 1, 2)] * 3})
    parquet.write_table(table, tmp_path / "t.parquet")
    places = [tmp_path / name for name in ("t.parquet", "out.parquet", "bad.parquet")]
    assert score_table(MODEL, *places[:2], skip_bad=places[2]) == ScoringSummary(2, 1)
    rejected = parquet.read_table(places[2])
    assert rejected.drop(["source", "row", "fault"]) == table.slice(1, 1)
    assert rejected["fault"][0].as_py().startswith("rapport: not an answer; seen 99, expected 1 to 5")


def test_types_of_parquet_are_unchanged(tmp_path):
    columns = {
        "rapport": pa.array([4, None, 2], pa.int16()),
        "met_team": pa.array([True, None, False]),
        "stage": pa.array(["final", None, "first"]).dictionary_encode(),
        "day": pa.array([datetime.date(2026, 1, 2), None, None]),
        "at": pa.array([datetime.datetime(2026, 1, 2, 3), None, None], pa.timestamp("ms", "Europe/Vienna")),
        "pay": pa.array([None, None, 12], pa.decimal128(9, 2)),
        "tags": pa.array([["a"], [], None]),
        "id": pa.array([2**60 + 1, None, 3]),
        "nothing": pa.nulls(3),
        "__index_level_0__": pa.array([7, 8, 9]),
    }
    parquet.write_table(pa.table(columns), tmp_path / "t.parquet")
    table = parquet.read_table(tmp_path / "t.parquet")
    score_table(MODEL, tmp_path / "t.parquet", tmp_path / "out.parquet")
    found = parquet.read_table(tmp_path / "out.parquet")
    unscored = found.drop(SCORES)
    assert unscored.schema.equals(table.schema)
    assert unscored.equals(table)
    whole = table.select(["rapport", "met_team", "stage"]).to_pylist()
    assert found["probability"].to_pylist() == pytest.approx(
        [MODEL.predict(form).probability for form in whole]
    )


@pytest.mark.parametrize("groups", [5, 1], ids=["joined by the reader", "joined by the writer"])
@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize(("index", "n"), [(pa.int8(), 100), (pa.uint8(), 200)], ids=str)
def test_categories_of_each_row_group_are_unchanged(tmp_path, batches_of, index, n, ordered, groups):
    """The index has room for the names of one row group, but not for those of all."""
    path, out = tmp_path / "t.parquet", tmp_path / "out.parquet"
    schema = pa.schema({"company": pa.dictionary(index, pa.string(), ordered), "rapport": pa.int64()})
    codes = pa.array([None, *range(1, n)], index)
    with parquet.ParquetWriter(path, schema) as writer:
        for first in (0, 1000, 2000, 2000, 2000):
            names = pa.array([f"Firm {first + i}" for i in range(n)])
            company = pa.DictionaryArray.from_arrays(codes, names, ordered=ordered)
            writer.write_table(pa.table([company, pa.array([4] * n)], schema))
    batches_of(groups * n)
    score_table(MODEL, path, out)
    found = parquet.read_table(out, columns=schema.names)
    assert found.schema.equals(schema)
    assert found.to_pylist() == parquet.read_table(path).to_pylist()
    assert parquet.read_metadata(out).num_row_groups == 3
    for frame in (read_table(path), pd.read_parquet(out)):
        assert frame["company"].cat.ordered == ordered
        assert frame["company"].isna().sum() == 5


def test_text_in_the_type_of_polars_is_read_as_text(tmp_path, batches_of):
    stage = pa.array(["final", None, "moon"], pa.string_view())
    parquet.write_table(pa.table({"stage": stage}), tmp_path / "t.parquet")
    batches_of(2)
    places = [tmp_path / name for name in ("t.parquet", "out.parquet", "bad.parquet")]
    assert score_table(MODEL, *places[:2], skip_bad=places[2]) == ScoringSummary(2, 1)
    assert parquet.read_table(places[1])["stage"].to_pylist() == ["final", None]
    assert parquet.read_table(places[2])["stage"].to_pylist() == ["moon"]


@pytest.mark.parametrize("options", [["--out", "./t.csv"], ["--out", "o.csv", "--skip-bad", "t.csv"]])
def test_a_table_is_not_written_over_itself(offerodds, folder, options):
    Path("t.csv").write_text("rapport\n4\n", encoding="utf-8")
    ran = offerodds("predict", "t.csv", *options)
    assert (ran.code, Path("t.csv").read_text()) == (2, "rapport\n4\n")
    assert "would overwrite the table; seen t.csv; choose another file" in ran.err
    ran = offerodds("predict", "t.csv", "--out", "o.csv", "--skip-bad", folder / "o.csv")
    assert "would overwrite the scored table" in ran.err
    assert not Path("o.csv").exists()


def test_the_command_reports_where_rows_were_written(offerodds, folder):
    Path("t.csv").write_text(BAD, encoding="utf-8")
    ran = offerodds("predict", "t.csv", "--out", "o.parquet", "--skip-bad", "b.csv", "--days-since", "9")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "Written to o.parquet: 2 interviews with probability, low and high.\n"
        "Skipped 3 rows; see b.csv for the reasons.\n"
    )
    assert read_table("o.parquet")["days_since_interview"].tolist() == [9.0, 9.0]
    assert [*read_table("b.csv").columns] == ["source", "row_", "fault", "rapport", "row", "note"]
    ran = offerodds("predict", "t.csv", "--json", "--skip-bad", "b.csv", "--force")
    assert [row["note"] for row in json.loads(ran.out)] == ["x, y", ""]
    assert ran.err == "Skipped 3 rows; see b.csv for the reasons.\n"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_bad_rows_of_a_file_whose_name_is_not_utf8(offerodds, folder):
    name = os.fsdecode(b"p\xff.csv")
    Path(name).write_text(BAD, encoding="utf-8")
    assert offerodds("predict", name, "--out", "o.csv", "--skip-bad", "b.csv").code == 0
    assert {*read_table("b.csv")["source"]} == {r"p\udcff.csv"}


def test_skip_bad_is_refused_for_one_form(offerodds, folder):
    ran = offerodds("predict", "mine.toml", "--skip-bad", "bad.csv")
    assert (ran.code, ran.out) == (2, "")
    assert "--skip-bad cannot be used with one form" in ran.err


@pytest.mark.parametrize(
    ("suffix", "few", "many"), [(".csv", 200_000, 800_000), (".parquet", 200_000, 1_400_000)]
)
def test_memory_does_not_grow_with_the_table(tmp_path, suffix, few, many):
    peaks = []
    for n in (few, many):
        rng = np.random.default_rng(0)
        columns = {name: rng.integers(1, 6, n).astype("int8") for name in ("rapport", "role_clarity")}
        pa_table = pa.table(columns | {"probability_given": rng.random(n), "id": np.arange(n)})
        if suffix == ".csv":
            pa.csv.write_csv(pa_table, tmp_path / "t.csv")
        else:
            parquet.write_table(pa_table, tmp_path / "t.parquet")
        call = ["-m", "offerodds", "predict", f"t{suffix}", "--force", "--out", f"out{suffix}"]
        peaks.append(measure(call, tmp_path).memory)
    megabytes = 42e-6 * (many - few)  # the size of the numbers and scores of these rows
    assert peaks[1] - peaks[0] < 0.6 * megabytes, peaks


def test_small_row_groups_of_parquet_become_one(tmp_path, monkeypatch):
    path, out = tmp_path / "t.parquet", tmp_path / "out.parquet"
    table = pa.table({"id": [f"id {i // 2}" for i in range(1000)], "rapport": [1, 3, None, 5] * 250})
    parquet.write_table(table, path, row_group_size=10)

    def groups_written():
        score_table(MODEL, path, out)
        assert parquet.read_table(out, columns=table.column_names).equals(table)
        return parquet.read_metadata(out)

    assert groups_written().num_row_groups == 1
    assert "RLE_DICTIONARY" in groups_written().row_group(0).column(0).encodings
    monkeypatch.setattr("offerodds.data.tables.parquet.BATCH_BYTES", 2_000)  # a group is never larger
    assert 3 < groups_written().num_row_groups < 50
    with open_table(path) as batches:
        assert 3 < len([*batches]) < 50


def test_memory_of_parquet_batches_is_freed(tmp_path):
    numbers = np.random.default_rng(0).random((40, 50_000))
    table = pa.table({"rapport": pa.chunked_array([*numbers])})
    parquet.write_table(table, tmp_path / "t.parquet", row_group_size=50_000)
    whole = table.nbytes
    del table, numbers
    before, allocated = pa.total_allocated_bytes(), []
    with open_table(tmp_path / "t.parquet") as batches:
        for batch in batches:
            allocated.append(pa.total_allocated_bytes() - before)
            del batch
    assert max(allocated) < whole / 4
