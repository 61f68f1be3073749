"""Notebooks as pages of the site, with the output that is stored in them."""

import json
import re
from base64 import b64decode
from pathlib import Path
from typing import Any

_OF_PANDAS = re.compile(
    r'<style scoped>.*?</style>| border="1" class="dataframe"| style="text-align: right;"', re.DOTALL
)


def notebook_page(path: Path) -> tuple[str, dict[str, bytes]]:
    """Convert a notebook to Markdown and its pictures.

    Returns
    -------
    page : str
    pictures : dict of str to bytes
        By the name that the page uses.
    """
    parts: list[str] = []
    pictures: dict[str, bytes] = {}
    heading = ""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(source)
            heading = next((line.strip("# ") for line in source.splitlines() if line[:1] == "#"), heading)
            continue
        parts.append(f"```python\n{source}\n```")
        for output in cell["outputs"]:
            data: dict[str, Any] = output.get("data", {})
            if "image/png" in data:
                name = f"{path.stem}_{len(pictures) + 1}.png"
                pictures[name] = b64decode("".join(data["image/png"]))
                parts.append(f"![Picture: {heading}]({name})")
            elif "text/html" in data:
                shown = _OF_PANDAS.sub("", "".join(data["text/html"]))
                # wide tables scroll, and the keyboard must reach what scrolls
                parts.append(
                    f'<div class="output" tabindex="0" role="region" aria-label="Output">{shown}</div>'
                )
            else:
                text = "".join(output.get("text") or data["text/plain"])
                parts.append(f"```text\n{text.rstrip()}\n```")
    return "\n\n".join(parts), pictures
