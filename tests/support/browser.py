"""A browser and a server for tests of the web page."""

import os
import shutil
import threading
import time
from contextlib import contextmanager

import pytest
import uvicorn
from playwright.sync_api import sync_playwright

from offerodds.web.app import create_app, listen
from offerodds.web.settings import Settings

# the shell has no windows, and takes a third of the processor time
_NAMES = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable", "chrome"),
)


@contextmanager
def chromium():
    """Start Chromium; without it the test fails in CI and is skipped elsewhere."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium in CI")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def served(folder):
    """Serve the page on a free port, with its journal in a folder."""
    socket = listen("127.0.0.1", 0)
    port = socket.getsockname()[1]
    app = create_app(Settings(port=port, journal=folder / "journal.db"))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
        socket.close()


def box(page, selector):
    """Measure an element in pixels of the window, in one step: an estimate may replace it between two."""
    return page.evaluate("(of) => document.querySelector(of).getBoundingClientRect().toJSON()", selector)


class Visit:
    """A browser window that records errors, warnings and requests to other hosts."""

    def __init__(self, browser, url, **settings):
        self.url, self.bad = url, []
        self.context = browser.new_context(**settings)
        self.context.set_default_timeout(10_000)
        self.page = self.tab()

    def tab(self):
        """Open another tab."""
        page = self.context.new_page()
        page.on("console", lambda message: self._note(message.type in ("error", "warning"), message.text))
        page.on("pageerror", lambda error: self._note(True, str(error)))
        page.on("request", lambda request: self._note(not request.url.startswith(self.url), request.url))
        return page

    def go(self, path):
        """Open a page."""
        self.page.goto(self.url + path)
        return self.page

    def _note(self, bad, text):
        if bad:
            self.bad.append(text)

    def close(self):
        """Close the window, and assert that nothing was recorded."""
        self.context.close()
        assert not self.bad
