"""Run the notebooks from a clean kernel, and keep what they print.

    python tests/support/run_notebooks.py

writes them anew; there is no other way that they are written.
"""

import os
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import nbformat
from ipykernel.kernelspec import write_kernel_spec
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
SECONDS = 600  # for one cell, on a busy machine
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def run(path: Path, folder: Path) -> Any:
    """Return a notebook as it is after every cell has run, without what differs from machine to machine.

    Its kernel is this interpreter, with no settings or models of the person who runs it.

    Parameters
    ----------
    path : Path
        The notebook, which stays as it is.
    folder : Path
        Empty; its kernel works there.
    """
    notebook = nbformat.read(path, as_version=4)
    work, jupyter = folder / "work", folder / "jupyter"
    work.mkdir()
    write_kernel_spec(str(jupyter / "kernels" / "python3"))
    clean = {
        "JUPYTER_PATH": jupyter,  # looked through before the person's own
        "JUPYTER_CONFIG_DIR": folder / "config",
        "IPYTHONDIR": folder / "ipython",
        "OFFERODDS_HOME": folder / "home",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }
    with patch.dict(os.environ, {name: str(value) for name, value in clean.items()}):
        resources = {"metadata": {"path": str(work)}}
        NotebookClient(
            notebook,
            kernel_name="python3",
            timeout=SECONDS,
            record_timing=False,
            coalesce_streams=True,  # in how many pieces text arrives depends on how fast it is printed
            resources=resources,
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
            notebook = run(path, Path(folder))
        nbformat.write(notebook, path)
        print(f"{path.name}: {path.stat().st_size / 1e3:,.0f} kB")


if __name__ == "__main__":
    main()
