"""A large chain on one wall, hands on the keyboard only, hostile names, and pages that nobody looks at."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from controller.events import Escalated, Joined, Opened
from inventory.model import StoreId
from tests.browser.conftest import Noc
from tests.browser.test_live_page import HOSTILE, asked_only_for_our_own, incidents, push_under_way
from tests.controller.reading.conftest import small_chain

MARK_ALL = "document.querySelectorAll('.cells li').forEach((cell) => { cell.mark = true; })"
UNMARKED = "[...document.querySelectorAll('.cells li')].filter((cell) => !cell.mark).length"
MOVED = """
(cells) => { window.moved = 0; new MutationObserver((all) => { window.moved += all.length; })
  .observe(document.querySelector(cells), {subtree: true, childList: true, attributes: true, characterData: true}); }
"""
WORST = HOSTILE.replace("A" * 3000, "W" * 100_000)


def large_chain(stores):
    """So many stores in five regions; the first three have devices."""
    small = small_chain()
    pattern = small.stores[StoreId("s001")]
    made = {
        StoreId(f"s{n:03d}"): replace(pattern, id=StoreId(f"s{n:03d}"), name=f"Store {n}", region=f"region {n % 5}")
        for n in range(1, stores + 1)
    }
    return replace(small, stores=made)


@pytest.fixture
def wall(tmp_path):
    made = Noc(tmp_path / "wall", large_chain(300))
    yield made
    made.stop()


@pytest.fixture
def hostile(tmp_path):
    """Even what people of the chain have named tries to act."""
    small = small_chain()
    stores = {name: replace(s, name=HOSTILE, region=HOSTILE) for name, s in small.stores.items()}
    functions = {name: replace(f, title=HOSTILE) for name, f in small.functions.items()}
    made = Noc(tmp_path / "hostile", replace(small, stores=stores, functions=functions))
    yield made
    made.stop()


def test_only_what_changed_is_touched_on_the_wall(page, wall):
    page.goto(wall.url)
    expect(page.locator(".cells li")).to_have_count(300)
    page.evaluate(MARK_ALL)
    page.evaluate(MOVED, "#region-3 .cells")
    wall.see("s005", "stopped", pos=("down", "no answer"))
    expect(page.locator("#cell-s005")).to_have_class("bad")
    expect(page.locator("#region-4")).to_contain_text("59 of 60 trading normally")
    expect(page.locator("#tile-s005")).to_contain_text("no answer")
    assert page.evaluate(UNMARKED) == 0
    assert page.evaluate("window.moved") == 0
    page.locator("#cell-s005 a").click()
    expect(page.locator("h1")).to_have_text("Store 5")


def test_a_fault_of_its_own_is_not_lost_among_many_with_one_cause(page, wall):
    at = datetime.now(UTC)
    parent = Opened(
        incident="chain-0001", store="", at=at, signature="fleet_common_cause", fault_class="E", title="One cause",
        device="", subject="carrier northtel", confidence=1.0, evidence=(),
    )  # fmt: skip
    wall.ledger.append(parent, Escalated(incident="chain-0001", store="", at=at, reason="many", advice="Call northtel"))
    page.goto(wall.url)
    expect(incidents(page)).to_have_count(1)
    for n in range(1, 31):
        name = f"s{n:03d}"
        child = replace(parent, incident=f"{name}-0001", store=name, signature="wan_carrier_down")
        calls = Escalated(incident=child.incident, store=name, at=at, reason="cut", advice="Call")
        joins = Joined(incident=child.incident, store=name, at=at, parent="chain-0001", reason="same carrier")
        wall.ledger.append(child, calls, joins)
        wall.see(name, "degraded", pos=("degraded", "runs over LTE"))
    wall.ledger.append(replace(parent, incident="s200-0001", store="s200", title="Its own fault"))
    wall.see("s200", "degraded", pos=("degraded", "its own"))
    expect(incidents(page)).to_have_count(2)
    expect(page.locator("#row-chain-0001")).to_contain_text("30 stores")
    expect(page.locator(".counts")).to_contain_text("waiting for a person1")
    expect(page.locator(".tiles .tile")).to_have_count(1)
    expect(page.locator(".tiles .tile")).to_have_id("tile-s200")
    expect(page.locator("#wall")).to_contain_text("30 more are not as they should be")
    page.locator("#row-chain-0001").click()
    expect(page.locator("#sharing")).to_have_text("30 stores share this cause")
    assert page.said == []


def test_a_push_is_halted_without_a_mouse(page, noc):
    push_under_way(noc)
    page.goto(f"{noc.url}/rollouts/push_0001")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept() if asked[1:] else dialog.dismiss()))
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "reason":
            break
    page.keyboard.press("Enter")
    assert asked == []  # a reason is required
    page.keyboard.type("tills are slow")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert (len(asked), noc.ledger.switch("halt/push_0001")) == (1, None)  # not confirmed
    page.keyboard.press("Enter")
    expect(page.locator("#truth")).to_contain_text("Halting")
    assert "No further device is begun" in asked[1]
    assert noc.ledger.switch("halt/push_0001") == "tills are slow"


def test_focus_and_place_stay_while_the_page_changes(page, noc, healed):
    noc.ledger.append(*healed()[:1])
    page.goto(noc.url)
    page.locator("#row-s001-0001").focus()
    noc.ledger.append(*healed("s002-0001", "s002")[:1])
    expect(incidents(page)).to_have_count(2)
    assert page.evaluate("document.activeElement.id") == "row-s001-0001"


def test_a_hidden_page_listens_to_nothing_and_catches_up(page, noc, healed):
    page.goto(noc.url)
    expect(incidents(page)).to_have_count(0)
    hide = "(to) => { Object.defineProperty(document, 'hidden', {configurable: true, value: to}); \
        document.dispatchEvent(new Event('visibilitychange')); }"
    listeners = noc.server._app.state.feed
    page.evaluate(hide, True)
    for _ in range(100):
        if listeners.listeners == 0:
            break
        page.wait_for_timeout(50)
    assert listeners.listeners == 0
    noc.ledger.append(*healed()[:1])
    page.evaluate(hide, False)
    expect(incidents(page)).to_have_count(1)
    expect(page.locator("#stale")).to_be_hidden()


def test_who_is_turned_away_from_the_stream_asks_now_and_then(page, noc, healed):
    noc.server._app.state.feed._most = 0
    page.goto(noc.url)
    noc.ledger.append(*healed()[:1])
    expect(incidents(page)).to_have_count(1)
    expect(page.locator("#stale")).to_be_hidden()


@pytest.mark.parametrize("where", ["/", "/incidents/s001-0001", "/stores/s001", "/rollouts", "/rollouts/push_0001"])
def test_names_never_act_and_never_break_the_page(page, hostile, healed, where):
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.set_viewport_size({"width": 375, "height": 700})
    first, *rest = healed()
    hostile.see_all("degraded", pos=("down", WORST))
    named = [replace(e, device=HOSTILE) if hasattr(e, "device") else e for e in (replace(first, title=WORST), *rest)]
    hostile.ledger.append(*named)
    push_under_way(hostile, reason=WORST, diff=f"+{WORST}\n-{WORST}")
    page.goto(hostile.url + where)
    expect(page.locator("#view")).to_be_visible()
    hostile.ledger.append(replace(named[0], incident="s001-0002", title=WORST[::-1]))
    page.wait_for_timeout(1200)
    assert (dialogs, page.said) == ([], [])
    asked_only_for_our_own(page)
    assert (
        page.evaluate("document.querySelectorAll('main script, main img, main [onerror], #view [hx-get]').length") == 0
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_a_halt_waits_for_a_question_under_way_and_is_not_lost(page, noc):
    push_under_way(noc)
    page.goto(f"{noc.url}/rollouts/push_0001")
    held = []
    page.route("**/rollouts/push_0001", lambda route: route.continue_() if held else held.append(route))
    page.evaluate("htmx.trigger(document.getElementById('main'), 'news')")
    for _ in range(100):
        if held:
            break
        page.wait_for_timeout(20)
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#reason").fill("tills are slow")
    page.keyboard.press("Enter")
    held[0].continue_()
    expect(page.locator("#truth")).to_contain_text("Halting")
    assert noc.ledger.switch("halt/push_0001") == "tills are slow"
    assert page.said == []
