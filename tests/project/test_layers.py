"""Imports go one way without cycles: data < model < training < journal < reporting < plotting < web < cli.

Light commands load no heavy package.
"""

import ast
import json
import subprocess
import sys

import pytest

from helpers import LAYERS, ROOT

MODULES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))


def _name(path):
    """Return the dotted name of a module within the package; a package goes by its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {_name(path) for path in MODULES}


def _imports(path):
    """Collect our modules that a file imports anywhere, and the external packages imported at its top."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parts = path.relative_to(ROOT).with_suffix("").parts
    ours, outside = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            assert node.level <= len(parts), "beyond the package"
            start = [*parts[: len(parts) - node.level], *(node.module or "").split(".")]
            for alias in node.names:
                found = ".".join(filter(None, [*start, alias.name]))
                ours.add(found if found in NAMES else found.rpartition(".")[0] or found)
        elif isinstance(node, ast.ImportFrom) and node.module.startswith("offerodds"):
            ours.add("not by its full name")
    for node in tree.body:
        if isinstance(node, ast.Import):
            outside |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            outside.add(node.module.split(".")[0])
    return ours, outside


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_modules_import_only_lower_layers(path):
    ours, _ = _imports(path)
    own = LAYERS.index(path.relative_to(ROOT).parts[0])
    found = {name.split(".")[0] for name in ours}
    assert found <= {*LAYERS[: own + 1], "__version__"}


def test_no_module_hides_one_of_python():
    """A Python that is started in its folder would import it in the place of the standard one."""
    assert not sys.stdlib_module_names.intersection(path.stem for path in MODULES)


def find_cycle(graph):
    """Find a cycle of imports; None if there is none."""
    done = set()

    def visit(name, trail):
        if name in trail:
            return [*trail, name]
        if name not in done:
            for target in graph.get(name, ()):
                if found := visit(target, [*trail, name]):
                    return found
            done.add(name)
        return None

    return next(filter(None, (visit(name, []) for name in graph)), None)


def test_imports_have_no_cycles():
    assert find_cycle({_name(path): _imports(path)[0] for path in MODULES}) is None


def test_lazy_imports_and_cycles_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    (tmp_path / "model").mkdir()
    module = tmp_path / "model" / "prediction.py"
    module.write_text("def show():\n    from ..reporting import prediction\n    from .. import OfferModel\n")
    found, _ = _imports(module)
    assert found == {"reporting.prediction", "OfferModel"}
    assert find_cycle({"model.prediction": found, "reporting.prediction": {"model.prediction"}})
    assert find_cycle({"model.prediction": found, "reporting.prediction": set()}) is None


ALLOWED = {"numpy", "collections", "dataclasses", "datetime", "functools", "itertools", "json", "math"}
ALLOWED |= {"statistics", "typing"}
ALLOWED_THERE = {"html_repr.py": {"importlib"}, "model_file.py": {"pydantic"}, "offer_model.py": {"pathlib"}}


def test_model_imports_only_numpy():
    for path in (ROOT / "model").glob("*.py"):
        _, outside = _imports(path)
        assert outside <= ALLOWED | ALLOWED_THERE.get(path.name, set()), path.name


def test_only_save_and_load_open_files_in_model():
    found = {}
    for path in (ROOT / "model").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        taken = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        names = {alias.name for node in taken if node.module == "data.files" for alias in node.names}
        if opens := names - {"decode_text", "parse_json"}:
            found[path.name] = opens
        called = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert "open" not in called, path.name
    assert found == {"offer_model.py": {"read_bytes", "write_atomic"}}


HEAVY = {"sklearn", "pandas", "matplotlib", "scipy", "joblib", "pyarrow", "prompt_toolkit", "mcp", "fastapi"}
HEAVY |= {"babel"}  # needed for other languages than English
TABLES = {
    "offerodds.data.tables.formats",
    "offerodds.training.streaming.score_tables",
    "offerodds.reporting.labels",
}
LIGHT = HEAVY | {"pydantic"}
OTHERS = {f"offerodds.cli.{name}" for name in ("form", "train", "evaluate", "serve", "journal.app")}
ONLY = LIGHT | TABLES | OTHERS | {"sqlite3", "offerodds.journal.store"}  # what one prediction does without


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        ("import offerodds", HEAVY | {"numpy", "pydantic", "typer"}),
        (
            "from offerodds.cli.main import app; app(['--help'], standalone_mode=False)",
            HEAVY | {"numpy", "pydantic", "rich"},
        ),
        ("from offerodds.cli.main import app; app(['signals', '--json'], standalone_mode=False)", LIGHT),
        ("from offerodds.cli.main import app; app(['form'], standalone_mode=False)", LIGHT),
        ("from offerodds.cli.main import app; app(['predict', FORM], standalone_mode=False)", ONLY),
        (
            "from offerodds.cli.main import app; app(['predict', FORM, '--json'], standalone_mode=False)",
            LIGHT | {"rich"},
        ),
        (
            "from offerodds.cli.main import app; app(['journal', '--help'], standalone_mode=False)",
            LIGHT | {"sqlite3"},
        ),
        ("from offerodds.cli.main import app; app(['journal', 'list'], standalone_mode=False)", LIGHT),
        ("from offerodds.cli.main import app; app(['journal', 'outlook'], standalone_mode=False)", LIGHT),
        ("from offerodds.cli.main import app; app(['status'], standalone_mode=False)", LIGHT | {"rich"}),
        (
            "from offerodds.cli.main import app; app(['journal', 'export', 'a.csv'], standalone_mode=False)",
            LIGHT | TABLES | {"rich", "numpy"},
        ),
        (
            "import offerodds; offerodds.OfferModel.default().predict({'rapport': 4})",
            LIGHT | {"typer", "rich"},
        ),
        (
            "import offerodds; offerodds.train({'rapport': [5, 1], 'outcome': ['offer', 'no offer']})",
            {"sklearn", "scipy.stats", "matplotlib"},
        ),
    ],
)
def test_light_commands_load_nothing_heavy(code, unwanted, tmp_path):
    form = repr(str(ROOT / "data" / "examples" / "interview.toml"))
    report = (
        "import sys, json; tops = {m.split('.')[0] for m in sys.modules}; print(); "
        "print(json.dumps(sorted(tops.union(sys.modules))))"
    )
    run = subprocess.run(
        [sys.executable, "-c", f"{code.replace('FORM', form)}\n{report}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    loaded = set(json.loads(run.stdout.splitlines()[-1]))
    assert not loaded & unwanted
