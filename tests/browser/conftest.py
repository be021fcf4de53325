"""A real browser in front of a real server on a real ledger; only the stores are made up."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import sync_playwright

from controller.api.app import build_app
from controller.api.server import serve
from controller.clock import SystemClock
from controller.ledgers.sqlite import SqliteLedger
from controller.timing import load_timing
from tests.controller.reading.conftest import healed_story, seen, small_chain

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items):
    missing = pytest.mark.skip(reason="no Chromium on this machine: apt-get install chromium")
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(missing)


@pytest.fixture(scope="module")  # while it lasts, its event loop is everybody's: other tests could not run theirs
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGS))
        yield browser
        browser.close()


class Noc:
    """The page's server, the ledger behind it, and what the browser asked for."""

    def __init__(self, folder, chain=None):
        self.path = folder / "ledger.sqlite"
        self.ledger = SqliteLedger.open(self.path)
        self.chain = chain or small_chain()
        self.clock = SystemClock()
        self.server = None
        self.see_all("trading")
        self.start()

    def start(self, port=0):
        app = build_app(
            self.ledger, self.chain, load_timing(None, "short"), self.clock, pulse=self.clock.now, stale_seconds=3600
        )
        self.server = serve(app, "127.0.0.1", port)
        self.server.start()
        self.url = self.server.url

    def restart(self):
        port = int(self.url.rpartition(":")[2])
        self.server.stop()
        self.start(port)

    def see_all(self, state, **functions):
        told = dict.fromkeys(self.chain.functions, ("working", "")) | functions
        self.ledger.save_stores([seen(self.chain, s, state, told, self.clock.now()) for s in self.chain.stores])

    def see(self, store, state, **functions):
        told = dict.fromkeys(self.chain.functions, ("working", "")) | functions
        self.ledger.save_stores([seen(self.chain, store, state, told, self.clock.now())])

    def stop(self):
        self.server.stop()
        self.ledger.close()


@pytest.fixture
def noc(tmp_path):
    made = Noc(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def page(chromium, noc):
    """A page whose every request and complaint is written down."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.asked, page.said, page.dialogs = [], [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.set_default_timeout(10_000)
    yield page
    context.close()


@pytest.fixture
def healed():
    """A whole story of a lost lease, told as of now, event by event."""

    def story(incident="s001-0001", store="s001"):
        return healed_story(incident, store, datetime.now(UTC) - timedelta(seconds=1))

    return story
