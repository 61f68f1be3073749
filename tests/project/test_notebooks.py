"""The notebooks run in a clean kernel and reproduce their stored output."""

import ast
import re

import nbformat
import pytest
from run_notebooks import METADATA, NOTEBOOKS, run

from helpers import ROOT

MAX_BYTES = 1_000_000
MAX_FUNCTION_LINES = 5  # longer functions belong in the package


def _code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def rendered(output):
    """Extract the text or the table of an output, or a placeholder for a picture."""
    data = output.get("data", {})
    if "image/png" in data:
        return "picture"
    return output.get("text") or data.get("text/html") or data.get("text/plain")


def test_notebook_names():
    assert [path.name for path in NOTEBOOKS] == [
        "01_weights.ipynb",
        "02_retrain.ipynb",
        "03_calibration.ipynb",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_fresh_run_reproduces_the_stored_output(path, tmp_path):
    kept = nbformat.read(path, as_version=4)
    fresh = run(path, tmp_path)
    for old, new in zip(_code(kept), _code(fresh), strict=True):
        assert [rendered(output) for output in old.outputs] == [rendered(output) for output in new.outputs], (
            old.source
        )
    assert "picture" in [rendered(output) for cell in _code(fresh) for output in cell.outputs]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_notebook_is_clean(path):
    kept = nbformat.read(path, as_version=4)
    code = _code(kept)
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert {output.output_type for cell in code for output in cell.outputs} <= {
        "stream",
        "display_data",
        "execute_result",
    }
    assert not [output for cell in code for output in cell.outputs if output.get("name") == "stderr"]
    assert kept.metadata == METADATA
    assert not [cell for cell in kept.cells if cell.metadata]
    assert path.stat().st_size < MAX_BYTES
    assert not re.search(re.escape(str(ROOT)) + r"|/home/|/tmp/|/root/", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_define_no_long_functions(path):
    for cell in _code(nbformat.read(path, as_version=4)):
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.ClassDef)
            if isinstance(node, ast.FunctionDef):
                assert len(ast.unparse(node).splitlines()) <= MAX_FUNCTION_LINES
