"""Docstrings run, links resolve, lists are complete."""

import doctest
import importlib
import pkgutil
import re
import tomllib
from datetime import date
from itertools import chain

import pytest

import offerodds
from documents import DOCUMENTS, headings, name_of, prose
from helpers import CATALOGUE, LAYERS, ROOT
from offerodds.data.catalogue.findings import findings
from offerodds.journal.next_step import next_step
from offerodds.journal.records import Interview

MODULES = sorted(
    name
    for _, name, _ in pkgutil.walk_packages(offerodds.__path__, "offerodds.")
    if name.split(".")[1] in LAYERS and not name.startswith("offerodds.tests")
)

MODULES += [f"offerodds.docs.hooks.{path.stem}" for path in sorted((ROOT / "docs" / "hooks").glob("*.py"))]


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_internal_links_resolve(path):
    for target, anchor in re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", prose(path)):
        if "://" not in target:
            place = path.parent / target if target else path
            assert place.exists(), target
            assert not anchor or anchor in headings(place), (target, anchor)


@pytest.mark.parametrize("name", ["method.md", "calibration.md"])
def test_cited_authors_are_listed_in_sources(name):
    sources = prose(ROOT / "docs" / "method.md").partition("## Sources")[2].split("\n- ")[1:]
    text = " ".join(prose(ROOT / "docs" / name).partition("## Sources")[0].split())
    cited = re.findall(
        r"\b([A-Z]\w+(?: Calster)?)(?:, [A-Z]\w+)*(?: & [A-Z]\w+| et al\.)? ((?:19|20)\d\d)\b", text
    )
    assert cited
    for author, year in cited:
        known = author == "Lever"  # a study of offers, among the findings
        assert known or any(re.match(rf"{author}\b.* {year},", " ".join(each.split())) for each in sources), (
            author
        )


@pytest.mark.parametrize("name", ["offerodds", *MODULES])
def test_doctests_pass(name, folder):
    result = doctest.testmod(importlib.import_module(name), verbose=False)
    assert result.failed == 0


def test_public_names_are_sorted_and_have_a_module():
    assert sorted(offerodds.__all__) == offerodds.__all__
    assert set(offerodds.__all__) == set(offerodds._HOME)


def test_readme_names_every_command_and_changelog_the_version():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in (
        "predict",
        "form",
        "train",
        "evaluate",
        "simulate",
        "weights",
        "signals",
        "scorecard",
        "journal",
        "serve",
        "status",
    ):
        assert f"offerodds {command}" in readme
    assert f"## {offerodds.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_constraints_have_no_urls_and_cover_all_dependencies():
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in pins
    assert "@" not in pins
    pinned = {line.split("==")[0] for line in pins.splitlines()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    assert pinned.issuperset(re.match(r"[a-z0-9-]+", each)[0] for each in wanted)


def test_the_days_of_the_next_step_are_those_of_the_law():
    interview = Interview(1, "", "", "Acme", "", date(2026, 11, 2), {})
    step = next_step(interview, date(2026, 11, 5), CATALOGUE)
    wait, close = ((day - interview.date).days for day in (step.follow_up_day, step.close_day))
    text = (ROOT / "docs" / "journal.md").read_text(encoding="utf-8")
    assert re.findall(r"\(day (\d+)", text) == [str(wait), str(close)]


def test_trust_counts_the_signs_by_their_evidence():
    evidence = [signal.evidence_short for signal in CATALOGUE.signals]
    text = " ".join((ROOT / "docs" / "trust.md").read_text(encoding="utf-8").split())
    assert f"Of the {len(evidence)} signs, {evidence.count('none found')} have **no measured effect**" in text
    assert evidence.count("no effect") == 2
    assert "Two were measured and had no effect" in text


def test_readme_and_changelog_give_the_numbers_of_the_catalogue():
    assert f"{len(CATALOGUE.signals)} signs" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"{len(findings())} cited findings" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_promise_of_security_names_a_test_that_exists():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("## What it promises")[2]
    rows = re.findall(r"^\| (.+) \| (.+) \|$", text.partition("\n## ")[0], re.MULTILINE)[2:]
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) > 10
    for promise, tests in rows:
        files = re.findall(r"\]\((tests/[^)]+)\)|`(benchmarks/[^`]+)`", tests)
        commands = re.findall(r"`make ([a-z-]+)`", tests)
        assert files or commands, promise
        assert all((ROOT / (test or script)).is_file() for test, script in files), promise
        assert {*commands} <= {*targets}, promise
