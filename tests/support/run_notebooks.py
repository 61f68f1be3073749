"""Run the notebooks in a clean kernel and store their output.

    python tests/support/run_notebooks.py

rewrites them; the notebooks are never saved in any other way.
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
TIMEOUT = 600  # seconds per cell, on a busy machine
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def run(path: Path, folder: Path) -> Any:
    """Run all cells of a notebook, and remove everything that depends on the machine.

    The kernel is this interpreter, without the developer's settings and models.

    Parameters
    ----------
    path : Path
        The notebook; it is not changed.
    folder : Path
        Empty; the kernel works in it.
    """
    notebook = nbformat.read(path, as_version=4)
    work, jupyter = folder / "work", folder / "jupyter"
    work.mkdir()
    write_kernel_spec(str(jupyter / "kernels" / "python3"))
    clean = {
        "JUPYTER_PATH": jupyter,  # searched before the developer's own
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
            timeout=TIMEOUT,
            record_timing=False,
            coalesce_streams=True,  # the number of chunks depends on timing
            resources=resources,
        ).execute()
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
        for output in cell.get("outputs", []):
            output.pop("metadata", None) if output.output_type == "stream" else output.update(metadata={})
            if {"text/html", "image/png"} & set(output.get("data", {})):
                output.data.pop("text/plain", None)  # the repr beside a table or a figure
    return notebook


def main() -> None:
    """Run and rewrite every notebook."""
    for path in NOTEBOOKS:
        with tempfile.TemporaryDirectory() as folder:
            notebook = run(path, Path(folder))
        nbformat.write(notebook, path)
        print(f"{path.name}: {path.stat().st_size / 1e3:,.0f} kB")


if __name__ == "__main__":
    main()
