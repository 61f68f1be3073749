import csv
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pandas as pd
import pytest

from helpers import CATALOGUE
from offerodds import FileError, OfferModel, read_table
from offerodds.data.answers.forms import blank_form, full_form, read_form, short_form
from offerodds.data.answers.observations import observe
from offerodds.data.catalogue.catalogue import Catalogue
from offerodds.data.tables.csv_table import _long_cells
from offerodds.data.tables.formats import write_table

ROWS = [{"rapport": "4", "outcome": "offer"}, {"rapport": "", "outcome": "rejected"}]


def _as_text(frame):
    return frame.fillna("").astype(str).to_dict("records")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", b"rapport,outcome\n4,offer\n,rejected\n"),
        ("bom.csv", b"\xef\xbb\xbfrapport,outcome\r\n4,offer\r\n,rejected\r\n"),
        ("semicolon.csv", b"rapport;outcome\n4;offer\n;rejected"),
        ("quoted.csv", b'"rapport","outcome"\n"4","offer"\n\n"","rejected"\n'),
        ("t.tsv", b"rapport\toutcome\n4\toffer\n\trejected\n"),
        ("t.json", json.dumps(ROWS).encode()),
        ("t.jsonl", b'{"rapport": "4", "outcome": "offer"}\n\n{"outcome": "rejected"}\n'),
        ("t.CSV", b"rapport, outcome\n4,offer\n,rejected\n"),
    ],
)
def test_the_same_table_in_every_format(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    assert _as_text(read_table(path)) == ROWS


@pytest.mark.parametrize("suffix", [".csv", ".json", ".jsonl", ".parquet"])
def test_a_table_written_reads_back_unchanged(tmp_path, suffix):
    frame = pd.DataFrame({"company": ['Ä, B; "C"', "=1+1"], "probability": [0.1 + 0.2, 1 / 3]})
    write_table(frame, tmp_path / f"t{suffix}")
    back = read_table(tmp_path / f"t{suffix}")
    assert back["company"].tolist() == frame["company"].tolist()
    assert back["probability"].astype(float).tolist() == pytest.approx(
        frame["probability"].tolist(), rel=1e-14
    )


def test_parquet_keeps_its_types(tmp_path):
    frame = pd.DataFrame({"rapport": [4.0, None], "met_team": [True, None], "stage": ["final", None]})
    frame.to_parquet(tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet").shape == (2, 3)


def test_cells_are_read_exactly_with_any_delimiter(tmp_path):
    (tmp_path / "t.csv").write_text("actual_minutes;role;pay\n37,5;chef, sous;65,000\n", encoding="utf-8")
    assert read_table(tmp_path / "t.csv").iloc[0].tolist() == ["37,5", "chef, sous", "65,000"]


def test_every_ragged_row_is_named(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n1\n1,2,3\n", encoding="utf-8")
    with pytest.raises(FileError) as error:
        read_table(tmp_path / "t.csv")
    assert [(fault.row, fault.seen, fault.expected) for fault in error.value.faults] == [
        (2, "1", "2"),
        (3, "3", "2"),
    ]


@pytest.mark.parametrize("questions", [short_form, full_form])
def test_a_blank_form_is_an_empty_form_until_it_is_filled_in(tmp_path, questions):
    asked = questions(CATALOGUE)
    (tmp_path / "f.toml").write_text(blank_form(CATALOGUE, asked), encoding="utf-8")
    (tmp_path / "f.json").write_text(blank_form(CATALOGUE, asked, "json"), encoding="utf-8")
    assert read_form(tmp_path / "f.toml") == {}
    assert set(read_form(tmp_path / "f.json")) == {question.id for question in asked}
    observe(CATALOGUE, read_form(tmp_path / "f.json"))


def test_every_example_answer_of_the_blank_form_is_an_answer(tmp_path):
    text = blank_form(CATALOGUE, full_form(CATALOGUE))
    lines = [line.lstrip("# ") for line in text.splitlines() if " = " in line]
    (tmp_path / "f.toml").write_text("\n".join(lines), encoding="utf-8")
    given = read_form(tmp_path / "f.toml")
    assert set(given) == set(CATALOGUE.questions)
    for field, example in given.items():  # one by one, since some contradict each other
        observe(CATALOGUE, {field: example})


def test_the_short_form_asks_the_stage_then_the_most_telling_signals_and_last_the_base_rate():
    asked = [question.id for question in short_form(CATALOGUE)]
    assert len(asked) == 10
    assert (asked[0], asked[-2:]) == ("stage", ["days_since_interview", "base_rate"])
    telling = [unanswered.signal for unanswered in OfferModel.default().predict({}).unanswered]
    assert asked[1:-2] == [name for name in telling if name in CATALOGUE.questions][:7]


def test_a_model_can_choose_the_signals_of_the_short_form():
    asked = [question.id for question in short_form(CATALOGUE, ["duration", "rapport", "role_clarity"])]
    assert asked[:4] == ["stage", "rapport", "role_clarity", "self_rating"]  # a duration is not asked
    assert len(asked) == len(set(asked)) == 10


def test_an_own_catalogue_without_context_has_a_short_form_of_its_signals():
    signals = [{"id": f"s{i:02}", "question": f"Number {i}?", "kind": "yes_no"} for i in range(12)]
    asked = short_form(Catalogue.from_dict({"base_rate": 0.3, "signals": signals}))
    assert [question.id for question in asked] == [f"s{i:02}" for i in range(10)]


def test_a_blank_form_has_headings_only_where_its_questions_are_in_groups():
    assert "# --- " not in blank_form(CATALOGUE, short_form(CATALOGUE))
    headings = [line for line in blank_form(CATALOGUE, full_form(CATALOGUE)).splitlines() if "# --- " in line]
    assert len(headings) == len(set(headings)) == len({q.group for q in CATALOGUE.questions.values()})


def test_the_blank_table_has_a_column_a_question_and_one_for_the_outcome(tmp_path):
    text = blank_form(CATALOGUE, full_form(CATALOGUE), "csv")
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    assert [*read_table(tmp_path / "t.csv").columns] == [*CATALOGUE.questions, "outcome"]


def test_two_threads_do_not_shorten_the_cells_of_each_other():
    entered, left = Event(), Event()

    def read():
        with _long_cells():
            entered.set()
            left.wait(5)
            return [len(cell) for (cell,) in csv.reader(["x" * 200_000])]

    with ThreadPoolExecutor(1) as pool:
        with _long_cells():
            other = pool.submit(read)
            entered.wait(0.5)
        left.set()
        assert other.result() == [200_000]


FORMULAS = [
    "=1+1",
    "+1-2",
    "-cmd|' /C calc'!A0",
    "@SUM(A1)",
    "＝1+1",
    "\tx",
    "Acme;=1+1",
    "a\n=1",
    "'=x",
    "''-x",
]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".xlsx"])
def test_no_table_has_a_formula_and_text_is_read_back_unchanged(tmp_path, suffix):
    lone_return = [] if suffix == ".xlsx" else ["\r=x", "a\rb"]
    frame = pd.DataFrame({"company": [*FORMULAS, *lone_return, "-5.2", "it's", None], "=id": "x"})
    write_table(frame, tmp_path / f"t{suffix}")
    back = read_table(tmp_path / f"t{suffix}", known=["=id"])
    assert back["company"].tolist()[:-1] == frame["company"].tolist()[:-1]
    assert [*back.columns] == ["company", "=id"]
    if suffix != ".xlsx":
        text = (tmp_path / f"t{suffix}").read_text(encoding="utf-8")
        assert not re.search(r"""(?m)(^|[;,\t"])[=+@＝]""", text)
    else:
        import openpyxl

        cells = [cell for row in openpyxl.load_workbook(tmp_path / "t.xlsx").active for cell in row]
        assert all(cell.data_type != "f" for cell in cells)
        assert not any(str(cell.value).startswith(("=", "+", "@", "＝")) for cell in cells)


def test_scored_simulated_and_rejected_rows_have_no_formula(tmp_path, offerodds, monkeypatch):
    monkeypatch.chdir(tmp_path)
    level = "=cmd|' /C calc'!A0"
    own = f'[[signals]]\nid = "s"\nquestion = "q"\nkind = "choice"\nlevels = ["{level}", "b"]\n'
    Path("own.toml").write_text(own, encoding="utf-8")
    Path("t.csv").write_text(f'company,s,outcome\n@x,"{level}",offer\n@x,zz,offer\n', encoding="utf-8")
    written = [
        offerodds("simulate", "50", "--catalogue", "own.toml").out,
        offerodds("predict", "t.csv", "--catalogue", "own.toml", "--out", "o.csv", "--skip-bad", "b.csv").out,
        *(Path(name).read_text(encoding="utf-8") for name in ("o.csv", "b.csv")),
    ]
    assert sum(text.count("'=cmd") for text in written) > 2
    assert not any(re.search(r"(?m)(^|,)\"?[=@]", text) for text in written)
    assert offerodds("train", "o.csv", "--catalogue", "own.toml", "--no-validate").code == 0
