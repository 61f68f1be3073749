import json
import re
import subprocess
import sys

import pandas as pd
import pytest
from typer.main import get_command

from helpers import CATALOGUE, ROOT
from offerodds.cli.main import app

EXAMPLE = ROOT / "data" / "examples" / "interview.toml"
GOLDEN = ROOT / "tests" / "cli" / "golden"
COMMANDS = ["predict", "form", "train", "evaluate", "simulate", "weights", "signals", "scorecard", "status"]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "mine.csv"
    rows = [("5", "yes", "offer")] * 6 + [("2", "no", "rejected")] * 9 + [("3", "", "pending")]
    lines = [",".join(("A & B", *row)) for row in rows]
    path.write_text("\n".join(["company,rapport,met_team,outcome", *lines]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "width", "arguments"),
    [
        ("predict", 80, ["predict", EXAMPLE]),
        ("predict_narrow", 48, ["predict", EXAMPLE]),
        (
            "predict_what_if",
            80,
            ["predict", EXAMPLE, "--what-if", "timeline_given=vague", "--what-if", "rapport=5"],
        ),
        ("predict_nothing", 80, ["predict", "EMPTY"]),
        ("weights", 80, ["weights"]),
        ("weights_narrow", 48, ["weights"]),
        ("train_narrow", 48, ["train", "TABLE", "--details"]),
        ("signals_narrow", 48, ["signals"]),
        ("signal", 80, ["signals", "followup_questions"]),
        ("form", 80, ["form"]),
        ("train", 80, ["train", "TABLE"]),
        ("train_details", 80, ["train", "TABLE", "--details"]),
        ("evaluate", 80, ["evaluate", "TABLE"]),
        ("evaluate_details", 80, ["evaluate", "TABLE", "--details"]),
        ("evaluate_narrow", 48, ["evaluate", "TABLE", "--details"]),
        ("study", 80, ["simulate", "--study"]),
    ],
)
def test_output_matches_golden_file(name, width, arguments, offerodds, table, tmp_path, monkeypatch, request):
    """After an intended change, run ``pytest --golden`` and check the difference."""
    (tmp_path / "empty.toml").write_text("# nothing\n", encoding="utf-8")
    places = {"EMPTY": tmp_path / "empty.toml", "TABLE": table}
    monkeypatch.setenv("COLUMNS", str(width))
    ran = offerodds(*[places.get(argument, argument) for argument in arguments])
    assert ran.code == 0, ran.err
    printed = re.sub(r"[ \t]+$", "", ran.out.replace(str(tmp_path), "FOLDER"), flags=re.MULTILINE)
    golden = GOLDEN / f"{name}.txt"
    if request.config.getoption("--golden"):
        golden.write_text(printed, encoding="utf-8")
    assert printed == golden.read_text(encoding="utf-8")
    assert max(map(len, printed.splitlines())) <= width


def test_help_lists_options_of_spark_apart(offerodds):
    shown = offerodds("predict", "--help").out
    heads = [shown.index(head) for head in ("\nOptions:", "\nFor tables:", "\nFor tables on Spark:")]
    places = [shown.index(name) for name in ("--what-if SIGN", "--out", "--engine")]
    assert sorted([*heads, *places]) == [x for pair in zip(heads, places, strict=True) for x in pair]
    assert shown.index("--master") > places[2]
    assert "[default: your trained model, if any]" in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= 80
    assert len(shown.splitlines()) <= 48


def test_every_command_has_help_with_an_example(offerodds):
    for command in COMMANDS:
        ran = offerodds(command, "--help")
        assert ran.code == 0
        assert "Example: offerodds" in ran.out.replace("\n  ", " ")


def test_json_of_a_prediction_equals_to_dict(offerodds):
    from offerodds import OfferModel
    from offerodds.data.answers.forms import read_form

    ran = offerodds("predict", EXAMPLE, "--json", "--level", "0.5")
    content = json.loads(ran.out)
    assert content.pop("model") == "published evidence, no outcomes of your own"
    assert content.pop("remarks") == [
        "The average of 32% comes from stage (final); over all interviews it is 30%."
    ]
    expected = OfferModel.default().predict(read_form(EXAMPLE), 0.5).to_dict()
    assert content == json.loads(json.dumps(expected))


@pytest.mark.parametrize("option", ["--base-rate", "--level"])
@pytest.mark.parametrize("share", ["40%", "40", "40 %", ".4", "0.4"])
def test_an_option_takes_a_percentage_in_any_spelling(offerodds, option, share):
    printed = json.loads(offerodds("predict", EXAMPLE, "--json", option, share).out)
    expected = json.loads(offerodds("predict", EXAMPLE, "--json", option, "0.40").out)
    assert printed == expected
    assert printed != json.loads(offerodds("predict", EXAMPLE, "--json").out)


def test_an_option_that_is_not_a_percentage_is_named(offerodds):
    ran = offerodds("predict", EXAMPLE, "--base-rate", "x")
    assert ran.code == 2
    assert "Invalid value for '--base-rate' / '-b': seen 'x', expected a percentage such as 30%" in ran.err


@pytest.mark.parametrize("option", ["--base-rate", "--level", "--days-since"])
@pytest.mark.parametrize("text", ["", "1_0", "1,000"])
def test_an_option_takes_the_numbers_of_a_form(offerodds, option, text):
    ran = offerodds("predict", EXAMPLE, option, text)
    assert ran.code == 2
    assert f"seen {text!r}, expected a" in ran.err
    assert offerodds("predict", EXAMPLE, option, "0,5").code == 0


def test_short_options_mean_the_long_ones(offerodds, tmp_path):
    short = ("-m", "default", "-b", "40%", "-l", "80%", "-d", "3", "-w", "rapport=5", "-j")
    long = ("--model", "default", "--base-rate", "40%", "--level", "80%", "--days-since", "3")
    printed = offerodds("predict", EXAMPLE, *long, "--what-if", "rapport=5", "--json").out
    assert offerodds("predict", EXAMPLE, *short).out == printed
    assert offerodds("form", "-o", tmp_path / "f.toml").code == 0
    assert offerodds("form", "-o", tmp_path / "f.toml").code == 2
    assert offerodds("form", "-o", tmp_path / "f.toml", "-f").code == 0


def _options(command):
    """Collect short and long spellings of every option of the commands below."""
    found = {}
    for each in getattr(command, "commands", {}).values():
        for long, short in _options(each).items():
            found.setdefault(long, set()).update(short)
    for option in command.params:
        if option.opts[0].startswith("--"):
            found.setdefault(option.opts[0], set()).add(tuple(option.opts[1:]))
    return found


def test_an_option_has_the_same_short_form_in_every_command():
    found = _options(get_command(app))
    assert {long: short for long, short in found.items() if len(short) > 1} == {}
    letters = [spelling for short in found.values() for (*spellings,) in short for spelling in spellings]
    assert len(letters) == len(set(letters)) > 10


def test_the_shell_completes_commands(offerodds, monkeypatch):
    monkeypatch.setenv("_OFFERODDS_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "offerodds pre")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert offerodds().out.split() == ["predict"]
    monkeypatch.delenv("_OFFERODDS_COMPLETE")
    shown = offerodds("--help").out
    assert "--install-completion" in shown
    assert "..." not in shown.partition("Commands")[2]  # no summary of a command is cut


def test_forms_and_tables_take_percentages(offerodds, tmp_path):
    chances = []
    for name, text in {
        "share.toml": "base_rate = 0.3",
        "text.toml": 'base_rate = "30%"',
        "number.toml": "base_rate = 30",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        chances.append(json.loads(offerodds("predict", tmp_path / name, "--json").out)["probability"])
    table = tmp_path / "rates.csv"
    table.write_text("base_rate\n0.3\n30%\n30\n", encoding="utf-8")
    rows = json.loads(offerodds("predict", table, "--json").out)
    chances += [row["probability"] for row in rows]
    assert chances == pytest.approx([chances[0]] * 6)


def test_options_override_the_form(offerodds):
    ran = offerodds("predict", EXAMPLE, "--json", "--days-since", "0", "--base-rate", "0.5")
    content = json.loads(ran.out)
    assert content["base_rate"] == pytest.approx(0.5)
    assert content["contributions"][-1]["log_odds"] == pytest.approx(0, abs=1e-12)


def test_what_if_equals_the_prediction_of_the_changed_form(offerodds, tmp_path):
    changed = tmp_path / "changed.toml"
    changed.write_text(EXAMPLE.read_text(encoding="utf-8").replace('"specific"', '"vague"'), encoding="utf-8")
    after = json.loads(offerodds("predict", changed, "--json").out)
    ran = json.loads(offerodds("predict", EXAMPLE, "--json", "--what-if", "timeline_given=vague").out)
    assert ran["what_if"][0]["if"] == "timeline given = vague"
    assert ran["what_if"][0]["probability"] == after["probability"] < ran["probability"]


def test_options_match_fields_in_any_spelling(offerodds, tmp_path):
    plain = json.loads(offerodds("predict", EXAMPLE, "--json", "--what-if", "self_rating=5").out)
    spelt = json.loads(offerodds("predict", EXAMPLE, "--json", "--what-if", "Self rating=5").out)
    assert spelt == plain
    table = tmp_path / "t.csv"
    table.write_text("Rapport,Days since interview\n4,1\n", encoding="utf-8")
    ran = offerodds("predict", table, "--days-since", "9")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("Rapport,Days since interview,probability")
    assert ran.out.splitlines()[1].startswith("4,9.0,")


def test_table_without_signs_trains_only_the_base_rate(offerodds, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("Company,Outcome\nA,offer\nB,no\nC,waiting\n", encoding="utf-8")
    ran = offerodds("train", table)
    assert ran.code == 0
    printed = ran.out.replace("\n", " ")
    assert (
        "only the average chance was learned. To add answers: offerodds journal edit ID FORM; for a"
        in printed
    )


def test_predict_uses_and_names_the_trained_model(offerodds, table, data_home):
    trained = offerodds("train", table, "--no-validate")
    assert trained.code == 0
    assert "6 with an offer, 9 without" in trained.out
    assert "company" in trained.out
    assert (data_home / "model.json").exists()
    assert "15 outcomes" in offerodds("predict", EXAMPLE).out.replace("\n", " ")
    assert "no outcomes of your own" in offerodds("predict", EXAMPLE, "--model", "default").out
    again = offerodds("train", table, "--no-validate")
    assert "To use the previous model again: offerodds train --undo" in again.out
    assert (data_home / "model.previous.json").read_bytes() == (data_home / "model.json").read_bytes()


def test_damaged_trained_model_is_rejected_with_a_remedy(offerodds, data_home):
    data_home.mkdir()
    (data_home / "model.json").write_text("{", encoding="utf-8")
    ran = offerodds("predict", EXAMPLE)
    assert ran.code == 2
    assert "--model default" in ran.err
    assert offerodds("predict", EXAMPLE, "--model", "default").code == 0


def test_train_reads_several_tables_and_writes_to_out(offerodds, table, tmp_path, data_home):
    ran = offerodds("train", table, table, "--out", tmp_path / "m.json", "--json", "--no-validate")
    summary = json.loads(ran.out)
    assert (summary["n_offer"], summary["n_no_offer"], summary["n_ignored"]) == (12, 18, 2)
    assert summary["answered"]["rapport"] == 30
    assert not data_home.exists()
    assert (
        json.loads(offerodds("weights", "--model", tmp_path / "m.json", "--json").out) == summary["weights"]
    )


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".json", ".jsonl"])
def test_predict_adds_probabilities_to_a_table(offerodds, table, tmp_path, suffix):
    from offerodds import OfferModel, read_table

    ran = offerodds("predict", table, "--out", tmp_path / f"scored{suffix}")
    assert ran.code == 0, ran.err
    scored = read_table(tmp_path / f"scored{suffix}")
    assert list(scored.columns) == ["company", "rapport", "met_team", "outcome", "probability", "low", "high"]
    expected = OfferModel.default().predict_proba(read_table(table))[:, 1]
    assert scored["probability"].astype(float).tolist() == pytest.approx(expected.tolist(), rel=1e-12)


@pytest.mark.parametrize(
    ("header", "options", "hint"),
    [
        ("Date,rapport", [], True),
        ("Date,rapport,days since interview", [], False),
        ("Date,rapport", ["--days-since", "9"], False),
        ("rapport", [], False),
    ],
)
def test_predict_says_that_a_day_does_not_count_as_silence(offerodds, tmp_path, header, options, hint):
    table = tmp_path / "t.csv"
    table.write_text(f"{header}\n{'4,' * header.count(',')}4\n", encoding="utf-8")
    ran = offerodds("predict", table, *options)
    assert ran.code == 0
    said = "Date is not used: the days without an answer belong in a column days_since_interview"
    assert (said in ran.err) == hint


@pytest.mark.parametrize(
    "content", ["actual_minutes\n9000\n", "scheduled_minutes\n1500\n", "days_since_interview\n40000\n"]
)
def test_predict_and_import_refuse_the_same_numbers(offerodds, tmp_path, content):
    table = tmp_path / "t.csv"
    table.write_text(content, encoding="utf-8")
    runs = offerodds("predict", table), offerodds("journal", "import", table)
    assert [ran.code for ran in runs] == [2, 2]
    assert all("; at most " in ran.err for ran in runs)


def test_scored_table_is_printed_as_csv_without_out(offerodds, table):
    from io import StringIO

    printed = pd.read_csv(StringIO(offerodds("predict", table).out))
    assert len(printed) == 16
    assert printed["low"].lt(printed["high"]).all()


def _plain_lines(text):
    return re.sub(r"\x1b\[\d*m", "", text).splitlines()


def _pretend_terminal(monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)


def test_scored_table_on_a_terminal_is_aligned_with_percentages(offerodds, tmp_path, monkeypatch):
    _pretend_terminal(monkeypatch)
    table = tmp_path / "t.csv"
    table.write_text(
        "company,rapport,met_team\nA & B [x],5,yes\n,,\nByte,unknown,-\n" + "C,3,\n" * 120, encoding="utf-8"
    )
    lines = _plain_lines(offerodds("predict", table).out)
    chances = [row["probability"] for row in json.loads(offerodds("predict", table, "--json").out)]
    assert lines[0].split() == ["row", "company", "chance", "range", "answers"]
    assert re.fullmatch(r"  1  A & B \[x\] +\d\d%  \d+% to \d\d% +2", lines[1].rstrip())
    assert f"{100 * chances[0]:.0f}%" in lines[1]
    assert [line.split()[-1] for line in lines[2:5]] == ["none", "none", "1"]
    assert len({line.index("%") for line in lines[1:101]}) == 1
    assert lines[101:] == [
        "2 rows have no answer: the chance is the average.",
        "… and 23 more rows.",
        "All columns and digits: --csv, or --out scored.csv",
    ]


def test_scored_table_on_a_narrow_terminal_fits(offerodds, table, monkeypatch):
    _pretend_terminal(monkeypatch)
    monkeypatch.setenv("COLUMNS", "48")
    lines = _plain_lines(offerodds("predict", table).out)
    assert lines[0].split() == ["row", "company", "chance", "range", "answers"]
    assert max(map(len, lines)) <= 50


def test_csv_is_printed_on_a_terminal_if_asked_for(offerodds, table, monkeypatch):
    _pretend_terminal(monkeypatch)
    printed = offerodds("predict", table, "--csv").out
    assert printed.startswith("company,rapport,met_team,outcome,probability,low,high\n")
    assert "--csv cannot be used with one form" in offerodds("predict", EXAMPLE, "--csv").err


def test_own_catalogue_works_in_every_command(offerodds, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('[[signals]]\nid = "dog"\nquestion = "A dog?"\nkind = "yes_no"\n', encoding="utf-8")
    form = tmp_path / "f.toml"
    form.write_text("dog = true\n", encoding="utf-8")
    table = tmp_path / "t.csv"
    table.write_text("dog,outcome\nyes,offer\nyes,offer\nno,rejected\n", encoding="utf-8")
    model = tmp_path / "m.json"
    assert "dog" in offerodds("signals", "--catalogue", own).out
    assert '# dog = "no"' in offerodds("form", "--catalogue", own).out
    assert "your own" in offerodds("weights", "--catalogue", own).out
    before = json.loads(offerodds("predict", form, "--catalogue", own, "--json").out)
    assert offerodds("train", table, "--catalogue", own, "--no-validate").code == 0
    assert '# dog = "no"' in offerodds("form").out  # the signs of the trained model
    assert "dog" in offerodds("signals").out
    assert "self_rating" in offerodds("form", "--model", "default").out
    assert offerodds("train", table, "--catalogue", own, "--out", model, "--no-validate").code == 0
    after = json.loads(offerodds("predict", form, "--model", model, "--json").out)
    assert after["probability"] > before["probability"]


def test_form_writes_every_format_and_overwrites_nothing(offerodds, tmp_path):
    target = tmp_path / "mine.toml"
    assert offerodds("form", "--full", "--out", target).code == 0
    assert target.read_text(encoding="utf-8").count(" = ") == len(CATALOGUE.questions)
    target.write_text("rapport = 5\n", encoding="utf-8")
    refused = offerodds("form", "--out", target)
    assert (refused.code, target.read_text(encoding="utf-8")) == (2, "rapport = 5\n")
    assert offerodds("form", "--format", "csv", "--full").out.startswith("stage,")
    assert offerodds("form", "--out", tmp_path / "t.csv").code == 0
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").startswith("stage,")
    assert offerodds("form", "--format", "json", "--out", tmp_path / "b.toml").code == 2
    assert offerodds("form", "--out", tmp_path / "b.xlsx").code == 2
    assert not (tmp_path / "b.toml").exists()
    assert json.loads(offerodds("form", "--format", "json").out)["stage"] is None


def test_predict_without_form_and_terminal_explains_the_remedy(offerodds):
    ran = offerodds("predict")
    assert ran.code == 2
    assert "offerodds form --out mine.toml" in ran.err


def test_colour_follows_the_environment(offerodds, monkeypatch):
    assert "\x1b[" not in offerodds("predict", EXAMPLE).out
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[32m" in offerodds("predict", EXAMPLE).out


def test_terminal_without_unicode_gets_ascii_bars(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "offerodds", "predict", str(EXAMPLE), "--what-if", "rapport=5"],
        capture_output=True,
        check=True,
        env={"PYTHONIOENCODING": "ascii", "OFFERODDS_HOME": str(tmp_path), "PATH": ""},
    )
    assert b"####|" in run.stdout


def test_exit_codes_of_the_installed_command(tmp_path):
    command = [sys.executable, "-m", "offerodds"]
    assert subprocess.run([*command, "--version"], capture_output=True, check=True).stdout.startswith(
        b"offerodds "
    )
    bad = subprocess.run([*command, "predict", str(tmp_path / "none.toml")], capture_output=True, check=False)
    assert (bad.returncode, bad.stdout) == (2, b"")
    assert b"no such file" in bad.stderr
    assert b"Traceback" not in bad.stderr
