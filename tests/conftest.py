"""Settings and fixtures of all tests: an empty data folder, example files, the command in process."""

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import HealthCheck, settings

from helpers import ROOT, set_day

settings.register_profile("repo", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repo")
os.environ.setdefault("MPLBACKEND", "agg")  # no test opens a window
signal.signal(signal.SIGINT, signal.default_int_handler)  # shells ignore this and SIGQUIT in the background
if sys.platform != "win32":
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup ignores it
os.environ["LANGUAGE"] = "en"  # whatever the developer's language
os.environ["SPARK_CONF_DIR"] = str(ROOT / "tests" / "support" / "spark")
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_JAVA += " -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"  # of Spark's own classes
for _name in ("SPARK_SUBMIT_OPTS", "SPARK_DAEMON_JAVA_OPTS"):  # the driver; the master and its workers
    os.environ[_name] = _JAVA


TABLE = (
    "rapport,self_rating,timeline_given,outcome\n"
    + "5,4,specific,offer\n2,3,vague,rejected\n4,4,,ghosted\n" * 4
)


@dataclass(frozen=True)
class CommandResult:
    """Exit code and output of a command."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use an empty data folder, so that tests never touch the developer's models or journal."""
    path = tmp_path / "home"
    monkeypatch.setenv("OFFERODDS_HOME", str(path))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    return path


@pytest.fixture
def today(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it the day that the test module calls TODAY."""
    set_day(monkeypatch, request.module.TODAY)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a form, tables and an own catalogue, as documents and docstrings assume."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # examples in docstrings create temporary folders
    examples = Path("data", "examples")
    shutil.copytree(ROOT / examples, tmp_path / examples)
    shutil.copy(examples / "interview.toml", "mine.toml")
    for name in ("mine.csv", "later.csv"):
        (tmp_path / name).write_text(TABLE, encoding="utf-8")
    own = 'extends = "built-in"\n[[signals]]\nid = "dog"\nquestion = "A dog?"\nkind = "yes_no"\n'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    return tmp_path


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Any]:
    """Open an empty journal."""
    from offerodds import Journal

    with Journal(tmp_path / "journal.db") as journal:
        yield journal


@pytest.fixture
def load(journal: Any, tmp_path: Path) -> Callable[..., Any]:
    """Import a table given as text into the journal."""
    from offerodds.journal.importing import import_into

    def loaded(text: str, suffix: str = ".csv", **options: Any) -> Any:
        path = tmp_path / f"sheet{suffix}"
        path.write_text(text, encoding="utf-8", newline="")
        return import_into(journal, path, **options)

    return loaded


@pytest.fixture
def client(tmp_path: Path) -> Any:
    """Send requests to the page and the REST API, with the same journal."""
    from starlette.testclient import TestClient

    from offerodds.web.app import create_app
    from offerodds.web.settings import Settings

    app = create_app(Settings(journal=tmp_path / "journal.db", secret="s"))
    return TestClient(app, base_url="http://127.0.0.1:8765", follow_redirects=False)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Chromium once for a file of tests."""
    from browser import chromium

    with chromium() as started:
        yield started


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    """Close all figures after a test: pyplot keeps them open."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


_build_parser = typer.main.get_command


@cache
def _parser(app: typer.Typer, _formats: tuple[str, ...]) -> object:
    """Build the parser of the command; its help lists the formats of tables."""
    return _build_parser(app)


@pytest.fixture
def offerodds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., CommandResult]:
    """Run the command line in this process; its parser, which takes 20 ms to build, is built once."""
    from offerodds.cli.main import run
    from offerodds.data.language import use_language
    from offerodds.data.tables import formats

    monkeypatch.setattr(
        typer.main, "get_command", lambda app: _parser(app, tuple(each.name for each in formats.FORMATS))
    )

    def command(*arguments: object) -> CommandResult:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["offerodds", *map(str, arguments)])
        with use_language("en"), pytest.raises(SystemExit) as stop:  # afterwards it is English again
            run()
        printed = capsys.readouterr()
        return CommandResult(int(stop.value.code or 0), printed.out, printed.err)

    return command


_SLOW_FILES = (
    *("spark_cluster", "browser", "spark", "notebooks", "displays", "stream", "stream_train", "wheel"),
    *("validate", "web_journal", "docs_site", "api", "journal_commands", "journal_files", "output"),
    *("large_data", "form_file", "stream_ends", "simulate", "docs_blocks", "serve"),
    *("questionnaire", "estimator", "model_comparison", "places", "bounded_requests", "web_train"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the slowest files first, so that no worker is left with one of them at the end."""
    order = {f"test_{name}": i for i, name in enumerate(_SLOW_FILES)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


def pytest_collection() -> None:
    """Collect no garbage while tests and imports, which all stay, are collected."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over all that was collected: thousands of tests, and every import."""
    gc.freeze()
    gc.enable()


class PlainRoot:
    """Collects the repository's folder as a plain one.

    It is the package itself, so pytest would import it under the name of the clone, which may be no name for
    a package, such as ``offerodds-main``. A conftest is not asked about its parent, so this is a plugin.
    """

    @staticmethod
    def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Collect the folder; others are left to pytest."""
        return pytest.Dir.from_parent(parent, path=path) if path == ROOT else None


def pytest_configure(config: pytest.Config) -> None:
    """Register `PlainRoot`."""
    config.pluginmanager.register(PlainRoot())


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Give each worker one thread: there is already one worker per core."""
    for name in ("LOKY_MAX_CPU_COUNT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # the workers inherit it


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="rewrite the golden outputs of the terminal")
