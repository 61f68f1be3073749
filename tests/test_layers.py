"""Imports go one way: data < model < training < journal < reporting < plotting < web < cli.

And one prediction loads nothing heavy.
"""

import ast
import json
import subprocess
import sys

import pytest

from helpers import LAYERS, ROOT

# what training makes (to_sklearn) and how a notebook shows a value (_repr_html_), loaded only then
UPWARDS = {
    "model/offer_model.py": {"training", "reporting"},
    "model/prediction.py": {"reporting"},
    "training/evaluation/evaluation_result.py": {"reporting"},
    "training/result.py": {"reporting"},
}
MODULES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))


def _imports(path):
    """Return the layers a module imports from, and the third-party modules it imports when it loads."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    within, outside = set(), set()
    depth = len(path.relative_to(ROOT).parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            within |= {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and not node.level and node.module.startswith("offerodds"):
            within.add("not by its full name")
    for node in tree.body:
        if isinstance(node, ast.Import):
            outside |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            outside.add(node.module.split(".")[0])
    return within, outside


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_layers_below_its_own(path):
    place = str(path.relative_to(ROOT))
    own = LAYERS.index(path.relative_to(ROOT).parts[0])
    within, _ = _imports(path)
    assert within <= {*LAYERS[:own], *UPWARDS.get(place, ()), "__version__"}


@pytest.mark.parametrize("place", UPWARDS)
def test_a_look_upwards_waits_until_it_is_asked_for(place):
    for node in ast.parse((ROOT / place).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.level == 2:
            assert node.module.split(".")[0] not in UPWARDS[place]


@pytest.mark.parametrize(
    "path", [*MODULES, *(ROOT / "docs").rglob("*.py")], ids=lambda p: str(p.relative_to(ROOT))
)
def test_a_module_is_one_idea_long(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 400


def test_the_mathematics_is_numpy_alone():
    for path in (ROOT / "model").glob("*.py"):
        _, outside = _imports(path)
        allowed = {
            "numpy",
            "collections",
            "dataclasses",
            "datetime",
            "functools",
            "itertools",
            "json",
            "math",
            "pathlib",
            "statistics",
            "typing",
        }
        assert outside <= (allowed | {"pydantic", "hashlib"} if path.name == "model_file.py" else allowed), (
            path.name
        )


def test_no_module_imports_itself_in_a_circle():
    graph = {}
    for path in MODULES:
        parts = path.relative_to(ROOT).with_suffix("").parts
        targets = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and 1 <= node.level < len(parts) and node.module:
                targets.add(".".join((*parts[: -node.level], node.module)))
        graph[".".join(parts)] = targets
    done = set()

    def visit(name, trail):
        assert name not in trail, f"circle: {' → '.join([*trail, name])}"
        if name not in done:
            for target in graph.get(name, ()):
                visit(target, [*trail, name])
            done.add(name)

    for name in graph:
        visit(name, [])


HEAVY = {"sklearn", "pandas", "matplotlib", "scipy", "joblib", "pyarrow", "questionary"}
TABLES = {
    "offerodds.data.tables.in_memory",
    "offerodds.training.streaming.score_tables",
    "offerodds.reporting.days",
}


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        ("import offerodds", HEAVY | {"numpy", "pydantic", "typer"}),
        (
            "from offerodds.cli.main import app; app(['--help'], standalone_mode=False)",
            HEAVY | {"numpy", "rich"},
        ),
        ("from offerodds.cli.main import app; app(['signals', '--json'], standalone_mode=False)", HEAVY),
        ("from offerodds.cli.main import app; app(['form'], standalone_mode=False)", HEAVY),
        ("from offerodds.cli.main import app; app(['predict', FORM], standalone_mode=False)", HEAVY | TABLES),
        (
            "from offerodds.cli.main import app; app(['predict', FORM, '--json'], standalone_mode=False)",
            HEAVY | {"rich"},
        ),
        (
            "from offerodds.cli.main import app; app(['journal', '--help'], standalone_mode=False)",
            HEAVY | {"sqlite3"},
        ),
        ("from offerodds.cli.main import app; app(['journal', 'list'], standalone_mode=False)", HEAVY),
        ("from offerodds.cli.main import app; app(['journal', 'outlook'], standalone_mode=False)", HEAVY),
        ("from offerodds.cli.main import app; app(['journal', 'export'], standalone_mode=False)", HEAVY),
        (
            "import offerodds; offerodds.OfferModel.default().predict({'rapport': 4})",
            HEAVY | {"typer", "rich"},
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
