"""The documents tell the truth: code runs, commands print what is shown, links lead somewhere."""

import doctest
import importlib
import pkgutil
import re
import shlex
import tomllib
from itertools import chain

import pytest

import offerodds
from helpers import CATALOGUE, ROOT
from offerodds.data.evidence import findings

DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
DOCUMENTS += sorted((ROOT / "docs").glob("*.md"))
MODULES = sorted(
    name
    for _, name, _ in pkgutil.walk_packages(offerodds.__path__, "offerodds.")
    if name.split(".")[1] in ("data", "model", "training", "words", "web", "cli")
    and not name.startswith("offerodds.tests")
)
TABLE = (
    "rapport,self_rating,timeline_given,outcome\n"
    + "5,4,specific,offer\n2,3,vague,rejected\n4,4,,ghosted\n" * 4
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a form, a table and a catalogue of one's own, as the documents assume."""
    monkeypatch.chdir(tmp_path)
    example = ROOT / "data" / "examples" / "interview.toml"
    (tmp_path / "mine.toml").write_text(example.read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("mine.csv", "later.csv"):
        (tmp_path / name).write_text(TABLE, encoding="utf-8")
    own = 'extends = "built-in"\n[[signals]]\nid = "dog"\nquestion = "A dog?"\nkind = "yes_no"\n'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    return tmp_path


def _blocks(path, language):
    return re.findall(
        rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_python_in_a_document_runs_from_top_to_bottom(path, folder):
    scope: dict[str, object] = {}
    for block in _blocks(path, "python"):
        exec(compile(block, str(path), "exec"), scope)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_catalogues_in_a_document_load(path, folder):
    for block in _blocks(path, "toml"):
        (folder / "shown.toml").write_text(block, encoding="utf-8")
        offerodds.Catalogue.load(folder / "shown.toml")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_commands_in_a_document_print_what_it_shows(path, folder, offerodds):
    for block in _blocks(path, "console"):
        for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            program, *arguments = shlex.split(command, comments=True)
            if program == "offerodds" and arguments[0] == "serve":
                assert offerodds("serve", "--help").code == 0  # it would not end; test_serve starts it
            elif program == "offerodds":
                ran = offerodds(*arguments)
                assert ran.code == 0, ran.err
                printed = "\n".join(line.rstrip() for line in ran.out.splitlines())
                assert printed.strip().startswith(shown.strip().removesuffix("…").strip())
            elif program == "make":
                assert f"\n{arguments[0]}:" in (ROOT / "Makefile").read_text(encoding="utf-8")
            elif program == "python" and arguments[0] != "-m":
                assert (ROOT / arguments[0]).exists()
            else:
                assert program in (
                    "python",
                    "pip",
                    ".venv/bin/pip",
                    ".venv/bin/offerodds",
                    ".venv/bin/pytest",
                    "git",
                    "cd",
                    "curl",
                )


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_links_within_the_project_lead_somewhere(path):
    for target, anchor in re.findall(r"\]\(([^)#]+)(?:#([^)]*))?\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target
        if anchor:
            headings = re.findall(
                r"^#+ (.*)", (path.parent / target).read_text(encoding="utf-8"), re.MULTILINE
            )
            assert anchor in {heading.lower().replace(" ", "-") for heading in headings}, anchor


@pytest.mark.parametrize("name", ["offerodds", *MODULES])
def test_examples_in_docstrings_print_what_they_show(name, folder):
    result = doctest.testmod(importlib.import_module(name), verbose=False)
    assert result.failed == 0


def test_public_names_are_in_order_and_have_a_home():
    assert sorted(offerodds.__all__) == offerodds.__all__
    assert set(offerodds.__all__) == set(offerodds._HOME)


def test_the_readme_names_every_command_and_the_version_is_in_the_changelog():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in (
        "predict",
        "form",
        "train",
        "evaluate",
        "simulate",
        "weights",
        "signals",
        "journal",
        "serve",
    ):
        assert f"offerodds {command}" in readme
    assert f"## {offerodds.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_pins_name_no_address_and_cover_what_is_needed():
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in pins
    assert "@" not in pins
    pinned = {line.split("==")[0] for line in pins.splitlines()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    assert pinned.issuperset(re.match(r"[a-z0-9-]+", each)[0] for each in wanted)


def test_the_number_of_signals_in_the_readme_is_that_of_the_catalogue():
    assert f"{len(CATALOGUE.signals)} signs" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"{len(findings())} cited findings" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
