"""What stands in the pages of a built site: what each links to, loads and names."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "srcset", "link": "href"}
_IN_SHEETS = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


@dataclass
class Found(HTMLParser):
    """What one page links to, what it loads by itself, and the anchors it has."""

    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if _LOADS.get(tag) in given:
            self.loaded.append(given[_LOADS[tag]])
        self.loaded += _in_sheet(given.get("style", ""))


def read(site: Path) -> dict[Path, Found]:
    """Return what is found in every page."""
    pages = {}
    for path in sorted(site.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        pages[path] = Found()
        pages[path].feed(text)
        for sheet in re.findall(r"<style[^>]*>(.*?)</style>", text, re.DOTALL):
            pages[path].loaded += _in_sheet(sheet)
    return pages


def broken_links(site: Path) -> list[tuple[str, str]]:
    """Return every link within a site that leads nowhere, with its page."""
    pages = read(site)
    return [
        (str(path.relative_to(site)), link)
        for path, found in pages.items()
        for link in (*found.links, *found.loaded)
        if not _leads_somewhere(site, path, link, pages)
    ]


def from_elsewhere(site: Path) -> list[tuple[str, str]]:
    """Return everything that a page or style sheet loads from another host, with where it stands."""
    loaded = [(path, each) for path, found in read(site).items() for each in found.loaded]
    for path in site.rglob("*.css"):
        loaded += [(path, each) for each in _in_sheet(path.read_text(encoding="utf-8"))]
    return [
        (str(path.relative_to(site)), each)
        for path, each in loaded
        if urlsplit(each).netloc and not each.startswith("data:")
    ]


def _in_sheet(text: str) -> list[str]:
    return [url or imported for url, imported in _IN_SHEETS.findall(text)]


def _leads_somewhere(site: Path, page: Path, link: str, pages: dict[Path, Found]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True  # elsewhere, which only a reader may ask for
    path = unquote(parts.path)
    target = (site / path.lstrip("/") if path.startswith("/") else page.parent / path) if path else page
    target = (target / "index.html" if target.is_dir() else target).resolve()
    anchor = unquote(parts.fragment)
    if not target.exists():
        return False
    return not anchor or target not in pages or anchor in pages[target].anchors
