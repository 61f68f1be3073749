"""A real browser before a real server, for the tests of the page."""

import os
import shutil
import threading
import time
from contextlib import contextmanager

import pytest
import uvicorn

from offerodds.web.app import create_app
from offerodds.web.server import listen
from offerodds.web.settings import Settings

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def chromium():
    """Return where the browser is; without one the test fails in CI and is skipped elsewhere."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium in CI")
        pytest.skip("no Chromium on this machine")
    return found


@contextmanager
def served(folder):
    """Serve the page from a folder of its own, on a free port."""
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    app = create_app(Settings(port=port, journal=folder / "journal.db"))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


class Visit:
    """One browser window that keeps count of what must not happen."""

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
        """Close the window; nothing bad may have happened."""
        self.context.close()
        assert not self.bad
