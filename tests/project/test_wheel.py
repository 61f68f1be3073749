"""The package is built, installed into an empty environment, and used from another folder."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from email import message_from_bytes
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from helpers import LAYERS, ROOT

SKIPPED = shutil.ignore_patterns(
    ".git", ".venv*", "build", "dist", "*.egg-info", ".*_cache", "__pycache__", ".hypothesis"
)


def _run(*command, cwd, **environment):
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "OFFERODDS"))
    }
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=clean | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A copy in a folder whose name is no name for a package, as that of a clone may be."""
    source = tmp_path_factory.mktemp("clone") / "a-clone-0.1"
    shutil.copytree(ROOT, source, ignore=SKIPPED)
    return source


def test_the_tests_run_in_a_clone_of_any_name(clone):
    ran = _run(sys.executable, "-m", "pytest", "-q", "tests/reporting/test_number_format.py", cwd=clone)
    assert re.search(r"^\d\d+ passed", ran, re.MULTILINE)


@pytest.fixture(scope="module")
def wheel(clone, tmp_path_factory):
    """A wheel built from the copy."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(
        sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, clone, cwd=folder
    )
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_contains_only_the_package_and_its_data(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "__init__.py",
        "py.typed",
        "data/signals.toml",
        "data/outcomes.toml",
        "data/columns.toml",
        "data/evidence.csv",
        "data/examples/interview.toml",
    ):
        assert f"offerodds/{name}" in names
    folders = {"/".join(Path(name).parts[:2]) for name in names if name.count("/") > 1}
    packages = {f"offerodds/{layer}" for layer in LAYERS}
    assert {name for name in folders if name.startswith("offerodds/")} == packages
    assert any(name.endswith("LICENSE") for name in names)


def _declared(requirements):
    """Find the installed distributions that requirements name, and those that these require."""
    found, waiting = {}, [*requirements]
    while waiting:
        wanted = Requirement(waiting.pop())
        if wanted.name not in found and (not wanted.marker or wanted.marker.evaluate({"extra": ""})):
            found[wanted.name] = distribution(wanted.name)
            waiting += found[wanted.name].requires or ()
    return found.values()


def test_wheel_works_in_an_environment_of_what_it_declares(wheel, tmp_path):
    """What it declares, and nothing else, is linked from here: pip checks it, and need not unpack it."""
    environment, elsewhere = tmp_path / "env", tmp_path / "elsewhere"
    elsewhere.mkdir()
    _run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=tmp_path)
    scripts, site = (
        Path(sysconfig.get_path(place, "venv", vars={"base": str(environment)}))
        for place in ("scripts", "purelib")
    )
    with zipfile.ZipFile(wheel) as built:
        (metadata,) = (name for name in built.namelist() if name.endswith(".dist-info/METADATA"))
        required = message_from_bytes(built.read(metadata)).get_all("Requires-Dist")
    for each in _declared(required):
        for top in {file.parts[0] for file in each.files} - {"..", "__pycache__"}:
            if not (site / top).exists():
                (site / top).symlink_to(each.locate_file(top))
    pip = [sys.executable, "-m", "pip", "--python", environment, "--quiet", "--disable-pip-version-check"]
    _run(*pip, "install", "--no-compile", "--no-index", wheel, cwd=elsewhere)
    command = scripts / "offerodds"
    home = {"OFFERODDS_HOME": str(tmp_path / "home")}
    _run(command, "form", "--out", "mine.toml", cwd=elsewhere, **home)
    assert "about 3 in 10 (30%)" in _run(command, "predict", "mine.toml", cwd=elsewhere, **home)
    (elsewhere / "t.csv").write_text("rapport,outcome\n5,offer\n1,rejected\n", encoding="utf-8")
    assert "1 with an offer" in _run(command, "train", "t.csv", cwd=elsewhere, **home)
    where = _run(scripts / "python", "-c", "import offerodds; print(offerodds.__file__)", cwd=elsewhere)
    assert Path(where.strip()).is_relative_to(environment)
