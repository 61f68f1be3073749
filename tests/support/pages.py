"""Links, loaded files and anchors in the pages of a built site."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "srcset", "link": "href"}
_IN_SHEETS = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


@dataclass
class PageLinks(HTMLParser):
    """Links, loaded files and anchors of one page."""

    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if _LOADS.get(tag) in values:
            self.loaded.append(values[_LOADS[tag]])
        self.loaded += _in_sheet(values.get("style", ""))


def read(site: Path) -> dict[Path, PageLinks]:
    """Parse every page of a site."""
    pages = {}
    for path in sorted(site.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        pages[path] = PageLinks()
        pages[path].feed(text)
        for sheet in re.findall(r"<style[^>]*>(.*?)</style>", text, re.DOTALL):
            pages[path].loaded += _in_sheet(sheet)
    return pages


def broken_links(site: Path) -> list[tuple[str, str]]:
    """List the broken internal links of a site, each with its page."""
    pages = read(site)
    return [
        (str(path.relative_to(site)), link)
        for path, found in pages.items()
        for link in (*found.links, *found.loaded)
        if not _resolves(site, path, link, pages)
    ]


def loaded_from_other_hosts(site: Path) -> list[tuple[str, str]]:
    """List the files that pages and style sheets load from other hosts, each with its page."""
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


def _resolves(site: Path, page: Path, link: str, pages: dict[Path, PageLinks]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True  # an external link, which is not requested in tests
    path = unquote(parts.path)
    target = (site / path.lstrip("/") if path.startswith("/") else page.parent / path) if path else page
    target = (target / "index.html" if target.is_dir() else target).resolve()
    anchor = unquote(parts.fragment)
    if not target.exists():
        return False
    return not anchor or target not in pages or anchor in pages[target].anchors
