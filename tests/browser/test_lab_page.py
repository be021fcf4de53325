"""The lab's page in a real browser, on a real lab: break, the truth beside the claim, mend; a lab that is gone."""

import os
import time

import httpx
import pytest
from playwright.sync_api import expect

from controller.api.app import build_app
from controller.api.lab_line import LabLine
from controller.api.server import serve
from controller.clock import SystemClock
from controller.ledgers.sqlite import SqliteLedger
from controller.timing import load_timing
from inventory.files import load_chain
from lab.addresses import choose
from lab.client import LabClient
from lab.processes import Child
from lab.server import SECRETS
from tests.controller.reading.conftest import seen


class Rehearsal:
    """A lab's page; the controller believes that everything works."""

    def __init__(self, folder):
        chain, clock = load_chain(folder), SystemClock()
        self.client = LabClient(folder)
        self.ledger = SqliteLedger.open(folder / "ledger.sqlite")
        working = dict.fromkeys(chain.functions, ("working", ""))
        self.ledger.save_stores([seen(chain, store, "trading", working, clock.now()) for store in chain.stores])
        timing = load_timing(None, "short")
        app = build_app(self.ledger, chain, timing, clock, pulse=clock.now, stale_seconds=3600, lab=LabLine(folder))
        self.server = serve(app, "127.0.0.1", 0)
        self.server.start()
        self.url = self.server.url

    def close(self):
        self.server.stop()
        self.ledger.close()


@pytest.fixture
def rehearsal(tmp_path):
    client, words = LabClient(tmp_path), dict.fromkeys(SECRETS, "a-word-3")
    arguments = ["--dir", str(tmp_path), "--stores", "2", "--parent-pipe", *choose(7, 2).arguments()]
    with Child("lab", "lab.server", arguments, {**os.environ, **words}, tmp_path / "output.txt") as child:
        until = time.monotonic() + 30
        while not client.up():
            child.check()
            assert time.monotonic() < until
            time.sleep(0.05)
        made = Rehearsal(tmp_path)
        yield made
        made.close()


def test_a_person_breaks_sees_and_mends(rehearsal, page):
    page.goto(f"{rehearsal.url}/")
    page.get_by_role("link", name="Lab").click()
    expect(page.get_by_role("heading", name="What is really so")).to_be_visible()
    page.get_by_label("Fault", exact=True).select_option("vlan_missing")
    page.get_by_label("in", exact=True).select_option("s002")
    page.get_by_role("button", name="Break it").click()
    row = page.locator("#fault-f001")
    expect(row).to_contain_text("is in")
    served = page.locator("#served tbody tr").first
    expect(served).to_contain_text("s002")
    expect(served).to_contain_text("pos 0%")
    expect(served).to_contain_text("Normal")
    page.get_by_role("button", name="Mend f001").click()
    expect(row).to_contain_text("taken out")
    expect(page.locator("#served")).not_to_contain_text("0%")
    assert rehearsal.client.ask("status")["faults"][0]["out_by"] == "lab"
    assert (page.said, page.dialogs) == ([], [])


def test_what_happens_elsewhere_appears_and_what_is_being_typed_stays(rehearsal, page):
    page.goto(f"{rehearsal.url}/lab")
    page.get_by_label("Fault", exact=True).select_option("ap_hung")
    page.get_by_label("passes by itself after").fill("77")
    rehearsal.client.ask("break", kind="vlan_missing")
    expect(page.locator("#fault-f001")).to_contain_text("is in")
    assert page.get_by_label("Fault", exact=True).input_value() == "ap_hung"
    assert page.get_by_label("passes by itself after").input_value() == "77"


def test_a_refusal_and_a_lab_that_is_gone_are_said(rehearsal, page):
    page.goto(f"{rehearsal.url}/lab")
    page.get_by_label("passes by itself after").fill("soon")
    page.get_by_role("button", name="Break it").click()
    expect(page.get_by_role("alert").filter(has_text="seconds: soon is not a number")).to_be_visible()
    rehearsal.client.ask("stop")
    expect(page.get_by_role("heading", name="no lab answers")).to_be_visible()


def test_only_this_machine_breaks_anything(rehearsal):
    order = {"kind": "vlan_missing"}
    with httpx.Client(base_url=rehearsal.url) as line:
        refused = line.post("/lab/break", data=order, headers={"x-forwarded-for": "203.0.113.9"})
        assert "own machine only" in refused.text
        assert rehearsal.client.ask("status")["faults"] == []
        assert line.post("/lab/break", data=order, headers={"origin": "http://evil.example"}).status_code == 403
        assert "f001" in line.post("/lab/break", data=order).text


def test_without_a_lab_there_is_no_such_page(noc, page):
    page.goto(noc.url)
    assert page.get_by_role("link", name="Lab").count() == 0
    assert httpx.get(f"{noc.url}/lab").status_code == 404
