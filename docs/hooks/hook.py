"""What MkDocs is told beside ``mkdocs.yml``: pages made from the code, links, and where the code is."""

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
from offerodds.docs.hooks.api import THEMES, api_pages, sources
from offerodds.docs.hooks.commands import commands_page
from offerodds.docs.hooks.findings import findings_page
from offerodds.docs.hooks.links import COPIES, PAGES, ROOT, in_the_site
from offerodds.docs.hooks.metrics import metrics_page
from offerodds.docs.hooks.signals import signals_page

API = "Python API"
_TOLD = ("CHANGELOG.md", "CONTRIBUTING.md")  # documents of the repository that are pages as they stand
_BLANK = re.compile(r'\s*–\s*<div class="doc-md-description">\s*</div>')
_SOURCES = {PAGES[name]: name for name in _TOLD}
_SHOWN = ("data/signals.toml", "data/evidence.csv", "training/evaluation/metrics.py")  # made into pages


@event_priority(100)  # before mkdocstrings looks for the package
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Say where the package is, and which pages its API has."""
    mkdocstrings: Any = config.plugins["mkdocstrings"]
    mkdocstrings.config.handlers["python"]["paths"] = [str(_package())]
    _fill(config.nav, [{THEMES[name].title: f"api/{name}.md"} for name in api_pages()])
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made from the code, and those of the repository."""
    catalogue = Catalogue.built_in()
    pages = {"signals.md": signals_page(catalogue), "commands.md": commands_page()}
    pages |= {"evidence.md": findings_page(), "metrics.md": metrics_page()}
    pages |= {f"api/{name}.md": text for name, text in api_pages().items()}
    pages |= {page: (ROOT / name).read_text(encoding="utf-8") for page, name in _SOURCES.items()}
    for place, content in pages.items():
        files.append(File.generated(config, place, content=content))
    copies = {"icon.svg": "web/static/icon.svg"}
    copies |= {f"{COPIES}/{name}": name for name in _SHOWN}
    for place, name in copies.items():
        files.append(File.generated(config, place, abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead links to where they lead in the site."""

    def copy(place: str) -> None:
        if f"{COPIES}/{place}" not in files.src_uris:
            files.append(File.generated(config, f"{COPIES}/{place}", abs_src_path=str(ROOT / place)))

    place = page.file.src_uri
    return in_the_site(markdown, _SOURCES.get(place, f"docs/{place}"), place, PAGES | sources(), copy)


def on_page_content(html: str, **_: Any) -> str:
    """Take away the dashes that mkdocstrings writes before descriptions that are blank."""
    return _BLANK.sub("", html)


@cache
def _package() -> Path:
    """Return a folder that holds the package, and nothing else that lies in the clone.

    The package's root is the clone's, where ``.venv`` holds a link back to it: to look for modules there
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


def _fill(entries: Any, pages: list[dict[str, str]]) -> None:
    """Set the pages of the API in the navigation, which lists them by no name."""
    for entry in entries:
        for title, inner in entry.items():
            if title == API:
                entry[title] = pages
            elif isinstance(inner, list):
                _fill(inner, pages)
