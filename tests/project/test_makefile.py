"""The Makefile passes names to the commands unchanged."""

import os
import shutil
import subprocess
import sys

import pytest

from helpers import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
ECHO = f"#!{sys.executable}\nimport sys\nprint(sys.argv[1:])\n"


@pytest.fixture
def make(tmp_path):
    """Run make with a command that prints its arguments, and nothing to install."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "offerodds"
    command.write_text(ECHO, encoding="utf-8")
    command.chmod(0o755)
    for name in ("python", "installed"):
        (tmp_path / name).touch()

    def run(*arguments, **environment):
        # as from a shell, even if `make test` runs this
        clean = {name: value for name, value in os.environ.items() if "MAKE" not in name and name != "MFLAGS"}
        ran = subprocess.run(
            ["make", *arguments, f"VENV={tmp_path}", f"BIN={tmp_path}/bin"],
            cwd=ROOT,
            env=clean | environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return ran.stdout

    return run


@pytest.mark.parametrize(
    "name", ["mine.toml", "my form.toml", "it's.toml", "a$b.toml", 'say "no".toml', "a;b&c.toml"]
)
@pytest.mark.parametrize(("command", "variable"), [("predict", "FORM"), ("train", "TABLE")])
def test_file_names_may_contain_spaces_quotes_and_dollars(make, command, variable, name):
    assert make(command, f"{variable}={name}") == f"{[command, name]}\n"
    assert make(command, **{variable: name}) == f"{[command, name]}\n"


def test_example_ends_with_a_hint(make, tmp_path):
    example, _, hint = make("predict").splitlines()
    assert example == "['predict', 'data/examples/interview.toml']"
    assert f"{tmp_path}/bin/offerodds predict" in hint


def test_form_writes_to_a_name_of_its_own_unless_told(make):
    written, then = make("form").splitlines()
    assert written == "['form', '--out', 'mine.toml']"
    assert then == 'Or: make predict FORM="mine.toml"'
    assert make("form", "FORM=my form.toml").splitlines()[0] == "['form', '--out', 'my form.toml']"


def test_train_without_table_uses_the_journal(make):
    assert make("train") == "['train']\n"


def test_the_numeric_tests_are_there(make):
    """A list of files with a name that is gone runs no test at all."""
    command = next(line for line in make("--dry-run", "test-numeric").splitlines() if "-m pytest" in line)
    paths = [word for word in command.split() if word.startswith("tests/")]
    assert len(paths) > 5
    assert [path for path in paths if not (ROOT / path).exists()] == []
