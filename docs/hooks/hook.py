"""MkDocs hooks: pages generated from the code, links between documents, and the place of the package."""

import atexit
import re
import shutil
import tempfile
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from offerodds.data.catalogue.catalogue import Catalogue
from offerodds.docs.hooks.commands import commands_page
from offerodds.docs.hooks.findings import findings_page
from offerodds.docs.hooks.links import COPIES, PAGES, ROOT, in_the_site
from offerodds.docs.hooks.metrics import metrics_page
from offerodds.docs.hooks.notebooks import notebook_page
from offerodds.docs.hooks.signals import signals_page

_BLANK = re.compile(r'\s*–\s*<div class="doc-md-description">\s*</div>')
# copied without change
_SOURCES = {PAGES[name]: name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")}
_NOTEBOOKS = {page: name for name, page in PAGES.items() if name.endswith(".ipynb")}
_GENERATED_FROM = ("data/signals.toml", "data/evidence.csv", "training/evaluation/metrics.py")


@event_priority(100)  # before mkdocstrings looks for the package
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Set the path of the package."""
    mkdocstrings: Any = config.plugins["mkdocstrings"]
    mkdocstrings.config.handlers["python"]["paths"] = [str(_package())]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages generated from the code, and those of the repository."""
    pages = {"signals.md": signals_page(Catalogue.built_in()), "commands.md": commands_page()}
    pages |= {"evidence.md": findings_page(), "metrics.md": metrics_page()}
    pages |= {page: (ROOT / name).read_text(encoding="utf-8") for page, name in _SOURCES.items()}
    for place, name in _NOTEBOOKS.items():
        pages[place], pictures = notebook_page(ROOT / name)
        for picture, drawn in pictures.items():
            files.append(File.generated(config, f"notebooks/{picture}", content=drawn))
    for place, content in pages.items():
        files.append(File.generated(config, place, content=content))
    copies = {"icon.svg": "web/static/icon.svg"}
    copies |= {f"{COPIES}/{name}": name for name in _GENERATED_FROM}
    for place, name in copies.items():
        files.append(File.generated(config, place, abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Point links to pages and copies in the site."""

    def copy(place: str) -> None:
        if f"{COPIES}/{place}" not in files.src_uris:
            files.append(File.generated(config, f"{COPIES}/{place}", abs_src_path=str(ROOT / place)))

    place = page.file.src_uri
    source = (_SOURCES | _NOTEBOOKS).get(place, f"docs/{place}")
    return in_the_site(markdown, source, place, PAGES, copy)


def on_page_content(html: str, **_: Any) -> str:
    """Remove the dashes that mkdocstrings writes before blank descriptions."""
    return _BLANK.sub("", html)


@cache
def _package() -> Path:
    """Return a folder with the package only, without the rest of the clone.

    The root of the package is the clone, where ``.venv`` has a link back to it: a search for modules there
    would never end.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = (name.split(".") for name in project["tool"]["setuptools"]["packages"])
    folder = Path(tempfile.mkdtemp(prefix="offerodds-docs-"))
    atexit.register(shutil.rmtree, folder)
    package = folder / "offerodds"
    package.mkdir()
    for name in ["__init__.py", *(parts[1] for parts in packages if len(parts) == 2)]:
        (package / name).symlink_to(ROOT / name)
    return folder
