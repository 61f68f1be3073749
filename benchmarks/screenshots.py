"""Screenshots of the web page for the README, with the example form and synthetic interviews.

    python benchmarks/screenshots.py

Needs Chromium. It writes docs/page.png and docs/interview.png.
"""

import os
import shutil
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from offerodds import Catalogue, Journal, OfferModel
from offerodds.data.answers.forms import read_form
from offerodds.data.answers.parsing import canonical
from offerodds.journal import clock
from offerodds.journal.status import Predictor
from offerodds.web.app import create_app, create_server, listen
from offerodds.web.settings import Settings

CATALOGUE = Catalogue.built_in()
ROOT = Path(__file__).parents[1]
FORM = read_form(ROOT / "data" / "examples" / "interview.toml")
_FIRMS = ("Acme", "Globex", "Initech", "Umbrella", "Hooli", "Wonka", "Aperture")
_ENDS = (None, None, None, None, "rejected", "ghosted", "offer")
_LEVELS = (("warm", "well"), ("very warm", "so-so"), ("polite", "well"), ("stiff", "badly"))


def fill(path: Path) -> None:
    """Fill a journal with synthetic interviews, four of them pending."""
    model, today = OfferModel.default(), clock.today()
    with Journal(path) as journal:
        for i, (firm, end) in enumerate(zip(_FIRMS, _ENDS, strict=True)):
            rapport, rating = _LEVELS[i % len(_LEVELS)]
            answers = {"stage": ("final", "first")[i % 2], "rapport": rapport, "self_rating": rating}
            answers |= {"timeline_given": ("specific", "vague")[i % 2]}
            day = today - timedelta(3 + 5 * i)
            interview = journal.add(
                answers, company=firm, role="Engineer", date=day, predict=Predictor(model)
            )
            if end:
                journal.record(interview.id, end, today - timedelta(1))


def show_form(page: Page, url: str) -> None:
    """Fill in the example form."""
    page.goto(url)
    page.evaluate("document.querySelectorAll('.group details').forEach((each) => each.open = true)")
    for field, value in FORM.items():
        control = page.locator(f'[name="{field}"]')
        if control.first.get_attribute("type") == "radio":
            word = canonical(CATALOGUE.questions[field], value)
            page.locator(f'[name="{field}"][value="{word}"]').check(force=True)
        else:
            control.fill(str(value))
    page.evaluate("document.querySelectorAll('.group details').forEach((each) => each.open = false)")
    page.wait_for_timeout(500)
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


def main() -> None:
    """Write the screenshots."""
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    with tempfile.TemporaryDirectory() as name:
        os.environ["OFFERODDS_HOME"] = name
        fill(Path(name) / "journal.db")
        app = create_app(Settings(port=port, journal=Path(name) / "journal.db"))
        server = create_server(app)
        threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
        while not server.started:
            time.sleep(0.05)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": 1120, "height": 760})
            show_form(page, f"http://127.0.0.1:{port}/")
            page.screenshot(path=ROOT / "docs" / "page.png")
            page.set_viewport_size({"width": 1120, "height": 620})
            page.goto(f"http://127.0.0.1:{port}/journal/1")
            page.screenshot(path=ROOT / "docs" / "interview.png")
            browser.close()
        server.should_exit = True


if __name__ == "__main__":
    main()
