"""Any invalid input gives one message with all faults, and changes no file."""

import io
import json
import math
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpers import CATALOGUE, SKIP_BAD_HINT, answers_to, forms
from offerodds import Catalogue, FileError, OfferModel, OfferOddsError, read_table, train
from offerodds.data.answers.forms import read_form
from offerodds.data.answers.outcomes import OUTCOME_WORDS
from offerodds.data.files import write_atomic
from offerodds.model.model_file import dumps
from offerodds.model.offer_model import TrainingSummary

Content = str | bytes | None  # of a file; None for a missing one; a name ending in / is a folder

IMAGE, BOM = b"\x89PNG\r\n\x1a\n\x00\x00", b"\xef\xbb\xbf"
DIGITS = "9" * 5000  # more digits than Python converts to or from an integer
SIGNAL = '[[signals]]\nid = "a"\nquestion = "?"\nkind = "choice"\nlevels = ["x", "y"]\n'
MODEL = replace(OfferModel.default(), training=TrainingSummary(1, 2, 3, {"rapport": 3}, "0" * 64))
TEXT = dumps(vars(MODEL))
TREE = json.loads(TEXT)
ANSWERS = {"rapport": 3, "stage": "final", "questions_asked": 4, "days_since_interview": 3}
OPEN = Path.open  # the original, which one test replaces


def write_file(folder: Path, name: str, content: Content) -> Path:
    path = folder / name
    if name.endswith("/"):
        path.mkdir()
    elif content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def snapshot(folder: Path) -> dict[Path, bytes | None]:
    readable = {path: path.is_file() and os.access(path, os.R_OK) for path in folder.rglob("*")}
    return {path: content(path) if ours else None for path, ours in readable.items()}


def content(path: Path) -> bytes:
    with OPEN(path, "rb") as file:
        return file.read()


def compress(method: str) -> bytes:
    buffer = io.BytesIO()
    joblib.dump({"mean": [0.0]}, buffer, compress=(method, 3))
    return buffer.getvalue()


def invalid(field: str, seen: str, expected: str) -> str:
    return f", {field}: not an answer; seen {seen}, expected {expected}"


def unreadable_files(suffix: str) -> list[tuple[str, Content, list[str]]]:
    return [
        (f"empty{suffix}", " \n", [": the file is empty"]),
        (f"mark{suffix}", BOM, [": the file is empty"]),
        (f"binary{suffix}", b"rapport\x00 = 3", [": binary, not text"]),
        (f"latin{suffix}", b"# gr\xc3\xb6\xdfe", [": not UTF-8 text (line 1); save it as UTF-8"]),
        (f"missing{suffix}", None, [": no such file"]),
        (f"folder{suffix}/", None, [": a directory, not a file"]),
    ]


@pytest.fixture
def folder(tmp_path: Path, data_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a valid form, a valid table and the models of earlier trainings."""
    monkeypatch.chdir(tmp_path)
    write_file(tmp_path, "form.toml", "rapport = 3\n")
    write_file(tmp_path, "table.csv", "rapport,outcome\n4,offer\n2,rejected\n")
    data_home.mkdir()
    write_file(data_home, "model.json", TEXT)
    write_file(data_home, "model.previous.json", "the one before")
    return tmp_path


@pytest.fixture
def assert_refused(offerodds: Any, folder: Path) -> Callable[..., str]:
    """Run a command that must report exactly these faults of a file, and change no file."""

    def command(path: Path | str, faults: list[str], *arguments: object) -> str:
        before = snapshot(folder)
        ran = offerodds(*arguments)
        assert snapshot(folder) == before
        assert (ran.code, ran.out) == (2, ""), ran
        assert "Traceback" not in ran.err
        head, *rest = ran.err.removesuffix("\n").split("\n")
        if offers_skip_bad := rest[-1:] == [SKIP_BAD_HINT]:
            rest.pop()
        lines = [line.removeprefix("  ") for line in rest] or [head.removeprefix("offerodds: ")]
        assert [fault for fault in faults if not any(fault in line for line in lines)] == [], ran.err
        assert len(lines) == len(faults), ran.err
        assert all(line.startswith(str(path)) and line.isprintable() for line in lines), ran.err
        of_cells = ("not an answer", "not an outcome", "wrong number of cells")
        of_rows = all(", row " in line and any(what in line for what in of_cells) for line in lines)
        assert offers_skip_bad == (of_rows and arguments[0] in ("predict", "train")), ran.err
        assert not rest or head == f"offerodds: {len(faults)} faults"
        return str(ran.err)

    return command


# fmt: off
TABLES = [
    *unreadable_files(".csv"),
    ("types.json", '[{"rapport": [3], "met_team": {"a": 1}, "stage": true, "outcome": "offer"}]',
     [invalid("rapport", "[3]", "1 to 5"), invalid("met_team", "{'a': 1}", "yes or no"),
      ", row 1" + invalid("stage", "True", "phone_screen, first, second, onsite, final or graduate")]),
    ("range.csv", "rapport,other_candidates,base_rate,outcome\n77,-1,150%,offer\n",
     [", row 1" + invalid("rapport", "'77'", "1 to 5"),
      invalid("other_candidates", "'-1'", "a whole number, 0 or more"),
      invalid("base_rate", "'150%'", "a percentage such as 30%")]),
    ("misspelt.csv", "raport,outcome\n4,offer\n", [", raport: unknown field; did you mean `rapport`?"]),
    ("negated.csv", "Interviewer late (no=1),outcome\n1,offer\n", [", Interviewer late (no=1): may mean"]),
    ("escape.csv", "\x1b[0mrapport,outcome\n4,offer\n", ["unknown field; did you mean `rapport`?"]),
    ("twice.csv", "rapport,rapport,outcome\n4,5,offer\n", ["'rapport': two columns share this name"]),
    ("folded.csv", "rapport,Rapport,outcome\n4,5,offer\n", [", rapport: given twice"]),
    ("twins.json", '[{"rapport": 4, "rapport": 5}]', ["not JSON; seen the key 'rapport' occurs twice"]),
    ("pipe.csv", "rapport|outcome\n4|offer\n", ["wrong delimiter; seen 'rapport|outcome', expected comma"]),
    ("ragged.csv", "rapport,outcome\n1\n4,offer\n1,2,3\n",
     [f", row {row}: wrong number of cells; seen {row}, expected 2" for row in (1, 3)]),
    ("cut.json", '[{"rapport": 4, "outc', [": not JSON; seen Unterminated string"]),
    ("items.json", "[1, {}]", [", row 1: not an object; seen 1, expected fields with answers"]),
    ("line.jsonl", '{"rapport": 4}\n{"rapp\n{"rapport": 5}\n', [", row 2: not JSON; seen Unterminated"]),
    ("image.parquet", IMAGE, [": not Parquet"]),
    ("sheet.xlsx", IMAGE, [": not a workbook, or damaged"]),
    ("sheet.numbers", IMAGE, [": unknown file type for a"]),
]
WITH_OUTCOMES = [
    ("object.json", '{"rapport": 4}', [": not a table; seen a dict, expected a list of objects"]),
    ("none.csv", "rapport,outcom\n4,offer\n", [", outcome: no outcome column; did you mean `outcom`?"]),
    ("two.csv", "rapport,outcome,Outcome\n4,offer,rejected\n", ["utcome: given twice"]),
    ("words.csv", "rapport,outcome\n4,maybe\n4,offer\n4,ofer\n",
     [", row 1, outcome: not an outcome; seen 'maybe', expected offer (also accepted, declined_by_me)",
      ", row 3, outcome: not an outcome; seen 'ofer', expected offer (also accepted, declined_by_me)"]),
]
FORMS = [
    *unreadable_files(".toml"),
    ("types.toml", 'rapport = [1]\nmet_team = "often"\nstage = true\nself_rating = 2024-01-01\n',
     [invalid("rapport", "[1]", "1 to 5"), invalid("met_team", "'often'", "yes or no"),
      invalid("stage", "True", "phone_screen"), invalid("self_rating", "2024-01-01", "1 to 5")]),
    ("range.json", '{"rapport": 0, "met_team": 2, "questions_asked": 0.5, "promised_days": -1}',
     [invalid("rapport", "0", "1 to 5"), invalid("met_team", "2", "yes or no"),
      invalid("promised_days", "-1", "a number"),
      invalid("questions_asked", "0.5", "a whole number, 0 or more")]),
    ("unknown.toml", "raport = 3\nzzz = 1\nduration = 30\n",
     [", raport: unknown field; did you mean `rapport`?", ", zzz: unknown field; `offerodds signals` lists",
      ", duration: computed from other answers; expected actual_minutes and scheduled_minutes"]),
    ("twice.toml", "rapport = 3\nrapport = 4\n", [", line 2: not TOML; seen rapport = 4; the name has a"]),
    ("folded.toml", "rapport = 3\nRapport = 4\n", [", rapport: given twice"]),
    ("escape.toml", '"\\u001b[0mrapport" = 3\n', ["unknown field; did you mean `rapport`?"]),
    ("cut.toml", "rapport = [", [": not TOML; seen Invalid value (at end of document)"]),
    ("cut.json", '{"rapport": ', [": not JSON; seen Expecting value"]),
    ("long.toml", f"rapport = {DIGITS}\n", [": not "]),
]
MODELS = [
    *unreadable_files(""),
    ("pickle", pickle.dumps({"mean": [0.0]}), [": a pickle, which offerodds never loads; a pickle could"]),
    *((method, compress(method), [": a pickle"]) for method in ("zlib", "gzip", "bz2", "xz", "lzma")),
    ("cut", TEXT[:3000], [": not JSON"]),
    ("form", '{"rapport": 3}', [": not an offerodds model file; `offerodds train` writes model files"]),
    *((f"{name}", json.dumps(TREE | changes), faults) for name, changes, faults in (
        ("newer", {"schema": 3}, [", schema: unknown schema version; seen 3, expected 2; upgrade offerodds"]),
        ("indefinite", {"covariance": (-np.eye(37)).tolist()}, [", covariance: not symmetric and positive"]),
        ("extra", {"prior_meen": 1}, [", prior_meen: unknown key; did you mean `prior_mean`?"]),
        ("several", {"extra": 1, "base_rate": 2.0, "mean": "x"},
         [", extra: unknown key", ", base_rate: not understood; seen 2.0, expected less than", ", mean: "]),
    )),
]
CATALOGUES = [
    *unreadable_files(".toml"),
    ("several.toml", "oops = 1\n" + SIGNAL.replace("choice", "scale") + SIGNAL.replace('a"', 'b"').replace(
        "choice", "selection") + 2 * SIGNAL.replace('"a"', '"c"') + "r_offer = 2\nspraed = 1\n",
     [", oops: unknown key", ", signals.a: a scale needs five levels", "c: used twice",
      ", signals.c.spraed: unknown key; did you mean `spread`?", ", signals.c.r_offer: not understood",
      ", signals.b.kind: not understood; seen 'selection', expected 'scale', 'yes_no', 'choice'"]),
    ("kind.toml", SIGNAL.replace('"choice"', "[1]"), [", signals.a.kind: not understood; seen [1]"]),
    ("direction.toml", SIGNAL + "direction = [1]\n", [", signals.a.direction: not understood; seen [1]"]),
    ("id.toml", SIGNAL.replace('"a"', "[1]"), ["id: not understood; seen [1]"]),
    ("typical.toml", SIGNAL.replace("choice", "yes_no") + f"typical = {DIGITS[:400]}\n", [", signals.a"]),
    ("long.toml", SIGNAL + f"typical = {DIGITS}\n", [": not "]),
    ("schema.toml", "schema = 2\n" + SIGNAL, [", schema: unknown schema version; seen 2, expected 1"]),
    ("cut.toml", SIGNAL + "typical =", [": not TOML; seen Invalid value (at end of document)"]),
]
OPTIONS = [
    ("predict form.toml --level 0", ["--level: out of range; seen 0.0, expected a number between 0 and 1"]),
    ("predict form.toml --level 100%", ["--level: out of range; seen 1.0, expected a number between 0 and"]),
    ("predict form.toml --base-rate 0", ["--base-rate: not an answer; seen 0.0, expected a percentage such"]),
    ("predict form.toml --what-if base_rate=0", ["base_rate: not an answer; seen '0', expected a percent"]),
    ("predict form.toml --days-since -1", ["days_since_interview: not an answer; seen -1.0, expected a n"]),
    ("predict form.toml --what-if x", ["--what-if: not understood; seen x, expected SIGN=ANSWER"]),
    ("predict form.toml --days-since nan", ["days_since_interview: not a number; seen nan"]),
    ("predict form.toml --base-rate nan", ["--base-rate: not a number; seen nan"]),
    (
        "predict form.toml --what-if rapport=5 --what-if rapport=1",
        ["--what-if: tried more than once; seen rapport"],
    ),
    ("predict form.toml --what-if raport=3 --what-if stage=moon", ["raport: unknown", "stage: not an ans"]),
    ("predict table.csv --out table.txt", ["table.txt: cannot write this format; seen .txt, expected .csv"]),
    ("train table.csv --level 0", ["--level: out of range; seen 0.0, expected a number between 0 and 1"]),
    ("train table.csv --base-rate 1", ["--base-rate: out of range; seen 1.0, expected a number between 0"]),
    ("train table.csv --out home", ["home: cannot be written; seen is a directory"]),
]
COMMANDS = {
    "predict {}": [*TABLES, *FORMS], "train {}": [*TABLES, *WITH_OUTCOMES],
    "predict form.toml --model {}": MODELS, "predict form.toml --catalogue {}": CATALOGUES,
    "train table.csv --catalogue {}": CATALOGUES,
}
FAULTY = [pytest.param(how, *it, id=how.format(it[0])) for how, cases in COMMANDS.items() for it in cases]
ODD = {
    "long": 10**5000, "large": 10**400, "infinite": -math.inf, "smallest": 5e-324, "nearly 1": 1 - 2**-53,
    "largest": 1e308, "digits": DIGITS, "decimal": Decimal("1e400"), "signalling": Decimal("sNaN"),
    "fraction": Fraction(10**400), "int64": np.int64(3), "float32": np.float32(3), "bool_": np.bool_(True),
    "str_": np.str_("warm"), "complex": 1j, "NA": pd.NA, "NaT": pd.NaT, "no date": np.datetime64("NaT"),
    "days": np.timedelta64(3, "D"), "date": pd.Timestamp(0), "array": np.array([1, 2]), "scalar": np.array(3),
    "bytes": b"3", "list": [3], "dict": {"a": 1}, "set": {3}, "series": pd.Series([3]), "object": object(),
}
FRAGMENTS = [
    BOM, b"PAR1", b"\x80\x04", b"rapport,outcome\n", b'[{"rapport":', b'{"rapport": 4}\n', SIGNAL.encode(),
    b"rapport = ", b'"', b"]", b"}", b"\n", b"[" * 9999, DIGITS.encode(),
]
PARTS = ["removed", None, True, 0, -1, 2, 0.5, 1e308, 5e-324, 10**400, "", "x", [], {}, [1], {"a": 1}, [[]]]
# fmt: on


@pytest.mark.parametrize(("command", "name", "content", "faults"), FAULTY)
def test_invalid_file_is_rejected(
    assert_refused: Any, folder: Path, command: str, name: str, content: Content, faults: list[str]
) -> None:
    path = write_file(folder, name, content)
    assert_refused(path, faults, *command.format(path).split())


@pytest.mark.parametrize(("command", "faults"), OPTIONS)
def test_invalid_option_is_rejected_without_naming_a_file(
    assert_refused: Any, command: str, faults: list[str]
) -> None:
    message = assert_refused("", faults, *command.split())
    assert "form.toml" not in message
    assert "table.csv" not in message


@pytest.mark.parametrize("command", ["predict {}", "train {}", "predict form.toml --model {}"])
@pytest.mark.parametrize("real", [False, True])
def test_file_without_read_permission_is_rejected(
    assert_refused: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, command: str, real: bool
) -> None:
    def opened(asked: Path, *arguments: Any, **named: Any) -> Any:
        if asked == path:
            raise PermissionError(13, "Permission denied", str(asked))
        return OPEN(asked, *arguments, **named)

    path = write_file(folder, "locked.csv", "rapport,outcome\n4,offer\n")
    if real:
        path.chmod(0)
        if os.access(path, os.R_OK):
            pytest.skip("root can read every file, and so can Windows")
    else:
        monkeypatch.setattr(Path, "open", opened)
    assert_refused(path, [": no permission to read it"], *command.format(path).split())


@pytest.mark.parametrize(("command", "faults"), [("predict", 2), ("train", 3)])
def test_installed_command_prints_no_traceback(folder: Path, command: str, faults: int) -> None:
    path = write_file(folder, "faulty.csv", "raport,met_team,outcome\n3,often,maybe\n")
    before = snapshot(folder)
    call = [sys.executable, "-m", "offerodds", command, str(path)]
    ran = subprocess.run(call, capture_output=True, encoding="utf-8", check=False)
    assert (ran.returncode, ran.stdout, snapshot(folder)) == (2, "", before)
    assert ran.stderr.startswith(f"offerodds: {faults} faults\n  {path}, ")
    assert ran.stderr.count("\n") == faults + 1


def test_one_message_lists_the_faults_of_all_rows_columns_and_tables(
    assert_refused: Any, folder: Path
) -> None:
    one = write_file(
        folder, "one.csv", "raport,rapport,met_team,outcome\n1,99,often,offer\n1,3,y,maybe\n1,88,no,no\n"
    )
    two = write_file(
        folder, "two.jsonl", '{"rapport": 1, "outcome": "no"}\n{"stage": "moon", "outcome": "offer"}\n'
    )
    faults = [f"{one}, row {row}, rapport: not an answer; seen '{seen}'" for row, seen in ((1, 99), (3, 88))]
    faults += [f"{one}, row 1, met_team: not", f"{one}, row 2, outcome: not", f"{one}, raport: unknown field"]
    faults += [f"{two}, row 2, stage: not an answer; seen 'moon'", f"{folder / 'three.csv'}: no such file"]
    assert_refused(folder, faults, "train", one, two, folder / "three.csv")


@pytest.mark.parametrize("n", [20, 21, 25])
def test_twenty_faults_are_shown_and_the_rest_counted(offerodds: Any, folder: Path, n: int) -> None:
    path = write_file(folder, "many.csv", "rapport,outcome\n" + "99,offer\n" * n)
    head, *lines = offerodds("train", path).err.splitlines()
    assert head == f"offerodds: {n} faults"
    assert lines[20:] == [*([f"  … and {n - 20} more"] if n > 20 else []), SKIP_BAD_HINT]
    assert all(line.startswith(f"  {path}, row {i}, rapport: ") for i, line in enumerate(lines[:20], start=1))


@pytest.mark.parametrize("names", ["rapport,Outcome", "Rapport,outcome"])
def test_tables_may_spell_a_column_differently(offerodds: Any, folder: Path, names: str) -> None:
    ran = offerodds("train", write_file(folder, "one.csv", f"{names}\n4,offer\n"), "table.csv", "--json")
    assert ran.code == 0, ran.err
    learned = json.loads(ran.out)
    assert (learned["n_offer"], learned["n_no_offer"], learned["answered"]["rapport"]) == (2, 1, 3)


@pytest.mark.parametrize("suffix", [".csv", ".json", ".jsonl", ".parquet"])
@pytest.mark.parametrize("cells", ['1}, {"rapport": "warm"', '"\\ud800"', '1, "\\ud800": 1', "9" * 99])
def test_scored_table_is_written_or_rejected(offerodds: Any, folder: Path, suffix: str, cells: str) -> None:
    table, out = (
        write_file(folder, "in.json", f'[{{"rapport": 3, "more": {cells}}}]'),
        folder / f"out{suffix}",
    )
    before = snapshot(folder)
    ran = offerodds("predict", table, "--out", out)
    assert (ran.code, snapshot(folder).keys() - before.keys()) in [(0, {out}), (2, set())], ran


def result_or_none(action: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function; None if it raises one of our errors, with a message."""
    try:
        return action(*arguments)
    except OfferOddsError as error:
        if not str(error).strip():
            raise
        return None


def gives_valid_probability(model: OfferModel | None, answers: Mapping[Any, Any]) -> bool:
    p = model and result_or_none(model.predict, answers)
    return p is None or 0 < p.low <= p.probability <= p.high < 1


def gives_finite_predictions(frame: pd.DataFrame) -> bool:
    result = result_or_none(train, frame)
    if result is None:
        return True
    found = np.hstack([result.model.predict_proba(frame), result.model.predict_frame(frame)])
    return found.shape == (len(frame), 5) and bool(((found >= 0) & (found <= 1)).all())


@pytest.mark.parametrize("name", ODD)
def test_odd_value_is_accepted_or_rejected(name: str) -> None:
    fields = {question.kind: field for field, question in CATALOGUE.questions.items()}
    assert [
        field for field in fields.values() if not gives_valid_probability(MODEL, {field: ODD[name]})
    ] == []


@pytest.mark.parametrize("read", [read_table, read_form, OfferModel.load, Catalogue.load], ids=range(4))
@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".toml", ".parquet"])
@example(BOM)
@example(b"rapport = " + DIGITS.encode())
@settings(max_examples=40)
@given(st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=20), max_size=6).map(b"".join))
def test_any_bytes_are_read_or_rejected(
    tmp_path_factory: Any, suffix: str, read: Any, content: bytes
) -> None:
    result_or_none(read, write_file(tmp_path_factory.getbasetemp(), f"any{suffix}", content))


@st.composite
def tables(draw: st.DrawFn) -> str:
    """Draw a CSV of interviews, with or without junk."""
    text = st.text(st.characters(codec="utf-8"), max_size=8)
    junk = draw(st.sampled_from([st.just(""), text]))
    fields = draw(st.lists(st.sampled_from(sorted(CATALOGUE.questions)), max_size=5, unique=True))
    names = [*fields, *draw(st.lists(text, max_size=1) if junk is text else st.just([])), "outcome"]
    known = {field: answers_to(CATALOGUE.questions[field]) for field in fields}
    known["outcome"] = st.sampled_from(sorted(OUTCOME_WORDS))
    cells = [known.get(name, text) | junk for name in names]
    return pd.DataFrame(draw(st.lists(st.tuples(*cells), max_size=5)), columns=names).to_csv(index=False)


@example("base_rate,outcome\n5e-324,offer\n0.9999999999999999,offer\n0.5,rejected\n")
@example("questions_asked,outcome\n1e308,offer\n1,rejected\n")
@example("promised_days,days_since_interview,other_candidates,outcome\n0,1e308,1e308,offer\n1,1,1,rejected\n")
@settings(max_examples=30)
@given(tables())
def test_any_table_is_trained_on_or_rejected(tmp_path_factory: Any, text: str) -> None:
    frame = result_or_none(read_table, write_file(tmp_path_factory.getbasetemp(), "any.csv", text))
    assert frame is None or gives_finite_predictions(frame)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.decimals()
SCALARS |= st.binary(max_size=9) | st.fractions() | st.complex_numbers() | st.datetimes() | st.timedeltas()
VALUES = st.recursive(SCALARS, lambda some: st.lists(some) | st.dictionaries(st.text(), some), max_leaves=3)
NAMES = st.sampled_from(sorted(CATALOGUE.questions)) | st.text(max_size=9) | st.integers() | st.none()


@settings(max_examples=150)
@given(forms(), st.dictionaries(NAMES, VALUES, max_size=3))
def test_any_mapping_gives_a_probability_or_is_rejected(form: dict[str, Any], odd: dict[Any, Any]) -> None:
    assert gives_valid_probability(MODEL, form | odd)


@settings(max_examples=100)
@given(st.integers(0, len(TEXT) - 1), st.sampled_from(["", *'0123456789-+.eE"{}[],:ax \\\n', "é", "\x00"]))
def test_model_file_with_one_character_changed(tmp_path_factory: Any, at: int, new: str) -> None:
    path = write_file(tmp_path_factory.getbasetemp(), "any.json", TEXT[:at] + new + TEXT[at + 1 :])
    assert gives_valid_probability(result_or_none(OfferModel.load, path), ANSWERS)


def paths_in(tree: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    branches = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, branch in branches:
        yield (*above, key)
        yield from paths_in(branch, (*above, key))


@example(("catalogue", "signals", 0, "kind"), [])
@example(("catalogue", "signals", 5, "r_sd"), 1e308)
@example(("catalogue", "signals", 5, "spread"), 5e-324)
@example(("catalogue", "signals", 5, "direction"), {})
@example(("catalogue", "fields", 2, "values", 2), 2)
@example(("mean", 0), 1e308)
@example(("base_rate",), 5e-324)
@settings(max_examples=150)
@given(st.sampled_from(list(paths_in(TREE | {"covariance": TREE["covariance"][:1]}))), st.sampled_from(PARTS))
def test_model_file_with_one_part_changed(tmp_path_factory: Any, place: tuple[Any, ...], part: Any) -> None:
    tree = branch = json.loads(TEXT)
    for step in place[:-1]:
        branch = branch[step]
    if part == "removed":
        del branch[place[-1]]
    else:
        branch[place[-1]] = part
    path = write_file(tmp_path_factory.getbasetemp(), "any.json", json.dumps(tree))
    assert gives_valid_probability(result_or_none(OfferModel.load, path), ANSWERS)


@pytest.mark.parametrize("old", [None, "old"])
def test_failed_write_changes_nothing(tmp_path: Path, monkeypatch: Any, old: Content) -> None:
    def fsync(handle: int) -> None:
        assert len(snapshot(tmp_path)) == len(before) + 1
        raise OSError(28, "No space left on device")

    target = write_file(tmp_path, "target", old)
    before = snapshot(tmp_path)
    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(FileError, match="target: cannot be written; seen no space left on device"):
        write_atomic(target, "new")
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(("number", "hint"), [("99999999999", True), ("1e400", True), ("-1", False)])
def test_a_number_that_is_too_large_is_refused_with_the_limit(number: str, hint: bool) -> None:
    with pytest.raises(OfferOddsError) as error:
        OfferModel.default().predict({"promised_days": number})
    assert ("at most 36,500" in str(error.value)) == hint


def test_nan_in_a_form_is_no_blank(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("rapport = nan\nstage = 'final'\n", encoding="utf-8")
    with pytest.raises(FileError, match="rapport: not an answer; seen nan"):
        read_form(path)


def test_a_table_without_rows_is_remarked_on(offerodds: Any, tmp_path: Path) -> None:
    path = tmp_path / "header.csv"
    path.write_text("rapport,stage\n", encoding="utf-8")
    assert "the table has no interviews" in offerodds("predict", path).err


@pytest.mark.parametrize("command", [("signals",), ("predict", "mine.toml", "--what-if")])
def test_a_long_text_is_cut_in_a_message(offerodds: Any, folder: Path, command: tuple[str, ...]) -> None:
    for text in ("x" * 10_000, "x" * 10_000 + "=3", "rapport=" + "x" * 10_000):
        ran = offerodds(*command, text)
        assert (ran.code, len(ran.err) < 1_000) == (2, True)
