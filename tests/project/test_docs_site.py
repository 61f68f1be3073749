"""The documentation site builds strictly, its links resolve, and it loads nothing from other hosts."""

import html
import os
import re
import subprocess
import sys
import threading
from functools import cached_property, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from types import FunctionType

import markdown
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import Visit
from pages import broken_links, loaded_from_other_hosts, read

import offerodds
from helpers import CATALOGUE, ROOT
from offerodds.data.catalogue.findings import findings
from offerodds.docs.hooks.commands import command_paths, commands_page, help_of
from offerodds.docs.hooks.findings import findings_page
from offerodds.docs.hooks.literal import literal
from offerodds.docs.hooks.signals import signals_page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
# pages to check with axe, which is slow
SAMPLE = {
    "index.html",
    "method.html",
    "rest.html",
    "sklearn.html",
    "quality.html",
    "errors.html",
    "02_retrain.html",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site").resolve()
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    ran = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False, env=quiet)
    assert ran.returncode == 0, ran.stderr
    return folder


def test_links_resolve(site):
    assert not broken_links(site)


def test_nothing_is_loaded_from_other_hosts(site):
    assert not loaded_from_other_hosts(site)


def test_formulas_become_mathml_and_commands_stay_unchanged(site):
    method, start = ((site / name).read_text(encoding="utf-8") for name in ("method.html", "index.html"))
    assert '<math display="block"' in method
    assert "$" not in re.sub("<code.*?</code>|<script.*?</script>", "", method, flags=re.DOTALL)
    assert '<span class="gp">$ </span>offerodds' in start
    assert "<math" not in start


def test_notebooks_are_pages_with_their_output(site):
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        page = (site / "notebooks" / f"{path.stem}.html").read_text(encoding="utf-8")
        stored = path.read_text(encoding="utf-8")
        assert page.count('<img alt="Picture: ') == stored.count('"image/png"') > 0
        assert page.count('<div class="output"') == stored.count('"text/html"') > 0
        blocks = stored.count('"cell_type": "code"') + stored.count('"output_type": "stream"')
        assert page.count('<div class="highlight">') == blocks
        assert 'class="dataframe"' not in page


def test_broken_links_and_foreign_fonts_are_found(tmp_path):
    (tmp_path / "one.html").write_text(
        '<a href="two.html#no">x</a><a href="three.html">x</a>', encoding="utf-8"
    )
    (tmp_path / "two.html").write_text('<p id="yes"></p><img src="//else.where/x.png">', encoding="utf-8")
    (tmp_path / "a.css").write_text("@font-face { src: url('https://else.where/f.woff') }", encoding="utf-8")
    assert broken_links(tmp_path) == [("one.html", "two.html#no"), ("one.html", "three.html")]
    assert len(loaded_from_other_hosts(tmp_path)) == 2


def test_every_public_name_is_on_one_api_page(site):
    pages = [path.read_text(encoding="utf-8") for path in (site / "api").glob("*.html")]
    headings = re.findall(r'<h2[^>]* id="offerodds\.([^"]+)"', "".join(pages))
    assert sorted(headings) == offerodds.__all__


def test_every_public_method_is_on_the_page_of_its_class(site):
    described = {anchor for found in read(site / "api").values() for anchor in found.anchors}
    for name in offerodds.__all__:
        given = getattr(offerodds, name)
        if isinstance(given, type):
            missing = {f"offerodds.{name}.{member}" for member in _members(given)} - described
            assert not missing


def test_blank_descriptions_have_no_dash(site):
    for path in (site / "api").glob("*.html"):
        assert not re.search(r'doc-md-description">\s*</div>', path.read_text(encoding="utf-8"))


def _members(given):
    """Collect our public methods and properties of a class; of an error, only its own."""
    ours = [base for base in given.__mro__ if base.__module__.startswith("offerodds.")]
    kinds = (FunctionType, classmethod, staticmethod, property, cached_property)
    return {
        name
        for base in (ours[:1] if issubclass(given, Exception) else ours)
        for name, member in vars(base).items()
        if isinstance(member, kinds) and not name.startswith("_")
    }


def test_every_sign_has_a_section_with_its_findings(site):
    page = (site / "signals.html").read_text(encoding="utf-8")
    assert page.count("<table") == 1
    sections = dict(re.findall(r'<h3 id="(\w+)">.*?</h3>(.*?)(?=<h[23]|</article>)', page, re.DOTALL))
    entries = (*CATALOGUE.fields, *CATALOGUE.signals)
    assert sections.keys() == {entry.id for entry in entries}
    for entry in entries:
        text = html.unescape(re.sub(r"<[^>]+>", "", sections[entry.id]))
        assert entry.question in text
        assert entry.note in text
        assert text.count("Note: ") == sum(bool(findings()[key].note) for key in entry.citations)
        for key in entry.citations:
            assert findings()[key].citation in text
            assert findings()[key].figure in text


def test_odds_ratios_match_the_prior():
    page = signals_page(CATALOGUE)
    for row in offerodds.OfferModel.default().weights().itertuples():
        assert (
            f"| [{row.signal}](#{row.signal}) | {row.odds_ratio:.2f} | {row.low:.2f} to {row.high:.2f} |"
            in page
        )


def test_every_finding_is_listed_once():
    page = findings_page()
    assert page.count("\n- ") == len(findings())
    for finding in findings().values():
        assert literal(finding.citation) in page


def test_commands_page_shows_the_help_of_every_command():
    page = commands_page()
    for path in command_paths():
        assert f"\n## {' '.join(('offerodds', *path))}\n\n```text\n{help_of(path)}\n```\n" in page
        assert help_of(path).startswith(f"Usage: {' '.join(('offerodds', *path))} ")
    assert len(command_paths()) == page.count("Usage: ")


@pytest.mark.parametrize(
    "text", ["*a* _b_ `c` [d](e)", "<script>&amp;</script>", "1. a\\b", "| x | ~y~ ^z^ $w$"]
)
def test_literal_text_stays_unchanged(text):
    shown = markdown.markdown(f"x {literal(text)}", extensions=["tables"])
    assert re.sub("</?p>", "", shown) == f"x {literal(text)}"  # no markup was interpreted
    assert html.unescape(shown) == f"<p>x {text}</p>"


class Quiet(SimpleHTTPRequestHandler):
    """A file server without a log on stderr."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(site):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_pages_are_responsive_and_accessible_and_load_nothing_foreign(site, address, browser):
    visit = Visit(browser, address)
    faults = []
    for path in sorted(site.rglob("*.html")):
        visit.page.set_viewport_size({"width": 1280, "height": 800})
        page = visit.go(f"/{path.relative_to(site)}")
        for scheme in ("light", "dark") if path.name in SAMPLE else ():
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
            faults += [(path.name, scheme, each["id"], each["nodes"][0]["target"]) for each in found]
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append((path.name, width, "wider than the window"))
    visit.close()
    assert not faults
