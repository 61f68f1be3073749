"""Run the notebooks from a clean kernel, and keep what they print: ``make notebooks`` writes them anew.

python tests/run_notebooks.py
"""

import os
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("*.ipynb"))
SECONDS = 120
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def run(path: Path, folder: Path) -> Any:
    """Return a notebook as it is after every cell has run, without what differs from machine to machine.

    Parameters
    ----------
    path : Path
        The notebook, which stays as it is.
    folder : Path
        Where its kernel works.
    """
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(
        notebook, kernel_name="python3", timeout=SECONDS, record_timing=False, resources=resources
    ).execute()
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
        for output in cell.get("outputs", []):
            output.pop("metadata", None) if output.output_type == "stream" else output.update(metadata={})
            if {"text/html", "image/png"} & set(output.get("data", {})):
                output.data.pop("text/plain", None)  # a value spelt out in full, or the size of a figure
    return notebook


def main() -> None:
    """Run every notebook and write what it gave."""
    for path in NOTEBOOKS:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["OFFERODDS_HOME"] = folder
            notebook = run(path, Path(folder))
        nbformat.write(notebook, path)
        print(f"{path.name}: {path.stat().st_size / 1e3:,.0f} kB")


if __name__ == "__main__":
    main()
