"""The page as the NOC has it open all night: it changes by itself, and nothing that a device says can act on it."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from controller.events import Joined, Opened
from controller.rollout import TargetPlan
from controller.rollout_events import Aim, RolloutAsked, TargetEnded, WaveBegun

KNOWN = re.compile(
    r"/|/(incidents|stores|rollouts)(/[\w.-]+)?(/halt|/review)?|/api/v1/events(\?after=\d+)?|/static/(style\.css|live\.js|icon\.svg|vendor/[\w.-]+\.js)"
)
HOSTILE = (
    '<script>fetch("/stolen")</script><img src=/stolen onerror=alert(1)> hx-get="/stolen" '
    '<a href="javascript:alert(2)" hx-get="/stolen" hx-trigger="load">x</a> \x1b[31m \u202e {{7*7}} ' + "A" * 3000
)


def asked_only_for_our_own(page):
    ours = page.evaluate("location.origin")
    strange = [url for url in page.asked if not KNOWN.fullmatch(url.removeprefix(ours))]
    assert not strange, strange


def incidents(page):
    return page.locator("#now .incidents > li")


def test_an_incident_appears_is_healed_and_explained_without_reload(page, noc, healed):
    page.goto(noc.url)
    page.evaluate("window.sameDocument = true")
    expect(page.locator("h1")).to_have_text("All 3 stores are trading normally.")
    story = healed()
    noc.see("s001", "degraded", pos=("down", "no answer from the bank"))
    noc.ledger.append(*story[:1])
    expect(incidents(page)).to_have_count(1)
    expect(page.locator("h1")).to_have_text("2 of 3 stores are trading normally.")
    noc.ledger.append(*story[1:6])
    expect(incidents(page).first).to_contain_text("Healing")
    noc.see("s001", "trading")
    noc.ledger.append(*story[6:])
    expect(incidents(page)).to_have_count(0)
    expect(page.locator("#over")).to_contain_text("Healed")
    expect(page.locator("h1")).to_have_text("All 3 stores are trading normally.")
    assert page.evaluate("window.sameDocument") is True
    page.locator("#row-s001-0001").click()
    for words in ("What was seen", "refused", "allowed", "renew dhcp", "Proof that the store works", "passed"):
        expect(page.locator("main")).to_contain_text(words)
    assert page.said == []
    asked_only_for_our_own(page)


def test_a_story_grows_while_it_is_read_and_what_was_opened_stays_open(page, noc, healed):
    story = healed()
    noc.ledger.append(*story[:6])
    page.goto(f"{noc.url}/incidents/s001-0001")
    page.locator("#paragraph summary").click()
    noc.ledger.append(*story[6:])
    expect(page.locator("#truth")).to_contain_text("Healed")
    assert page.locator("#paragraph").get_attribute("open") is not None
    assert page.title().endswith("storenet")


def test_one_cause_is_one_row(page, noc):
    at = datetime.now(UTC)
    opened = Opened(
        incident="chain-0001", store="", at=at, signature="fleet_common_cause", fault_class="E",
        title="A carrier fails under 2 stores", device="", subject="carrier northtel", confidence=1.0, evidence=(),
    )  # fmt: skip
    noc.ledger.append(opened)
    for store in ("s001", "s002"):
        child = replace(
            opened, incident=f"{store}-0001", store=store, signature="wan_carrier_down", device=f"{store}-edge"
        )
        noc.ledger.append(
            child, Joined(incident=child.incident, store=store, at=at, parent="chain-0001", reason="same carrier")
        )
    page.goto(noc.url)
    expect(incidents(page)).to_have_count(1)
    expect(incidents(page)).to_contain_text("2 stores share this cause")
    page.locator("#children-chain-0001 summary").click()
    expect(page.locator("#row-s002-0001")).to_be_visible()


def push_under_way(noc, reason="r", diff=""):
    at = datetime.now(UTC)
    stores = list(noc.chain.stores)
    aims = tuple(Aim(device=f"{s}-edge", store=s, wave=min(n, 1), added=2, removed=1) for n, s in enumerate(stores))
    event = RolloutAsked(rollout="push_0001", at=at, by="jane", title="new ntp", aims=aims, revert_in_seconds=60)
    plans = [
        TargetPlan(
            device=a.device, store=a.store, platform="cisco_ios", intended="x", fingerprint="f", remedy=("x",), undo=(),
            diff="",
        )
        for a in aims
    ]  # fmt: skip
    noc.ledger.ask_rollout(event, plans)
    noc.ledger.append(
        WaveBegun(rollout="push_0001", at=at, wave=0, stores=(stores[0],)),
        TargetEnded(
            rollout="push_0001",
            store=stores[0],
            at=at,
            device=aims[0].device,
            state="changed",
            reason=reason,
            diff=diff,
        ),
    )


def test_a_push_is_seen_and_halted_without_reload(page, noc):
    page.goto(noc.url)
    push_under_way(noc)
    page.locator("#push-push_0001").click()
    page.evaluate("window.sameDocument = true")
    expect(page.locator("#truth")).to_contain_text("1 changed and proven")
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#reason").fill("tills are slow")
    page.get_by_role("button", name="Halt this push").click(no_wait_after=True)
    expect(page.locator("#truth")).to_contain_text("Halting")
    expect(page.locator("#truth")).to_contain_text("tills are slow")
    expect(page.locator("#halt")).to_have_count(0)
    assert noc.ledger.switch("halt/push_0001") == "tills are slow"
    assert page.evaluate("window.sameDocument") is True
    assert page.said == []
    asked_only_for_our_own(page)


def test_words_typed_are_kept_while_the_page_changes(page, noc):
    push_under_way(noc)
    page.goto(f"{noc.url}/rollouts/push_0001")
    page.locator("#reason").fill("half a sent")
    at = datetime.now(UTC)
    noc.ledger.append(WaveBegun(rollout="push_0001", at=at, wave=1, stores=("s002", "s003")))
    expect(page.locator("#truth")).to_contain_text("wave 1")
    assert page.locator("#reason").input_value() == "half a sent"


def test_the_page_goes_on_after_the_controller_was_restarted(page, noc, healed):
    page.goto(noc.url)
    noc.ledger.append(*healed()[:1])
    expect(incidents(page)).to_have_count(1)
    noc.server.stop()
    expect(page.locator("#stale")).to_be_visible(timeout=15_000)
    expect(page.locator("#stale")).to_contain_text("does not answer")
    noc.ledger.append(*healed("s002-0001", "s002")[:1])
    noc.start(int(noc.url.rpartition(":")[2]))
    expect(incidents(page)).to_have_count(2, timeout=25_000)
    expect(page.locator("#stale")).to_be_hidden()


@pytest.mark.parametrize("where", ["/", "/incidents/s001-0001", "/stores/s001", "/rollouts/push_0001"])
def test_nothing_a_device_says_ever_acts(page, noc, healed, where):
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    first, *rest = healed()
    evidence = tuple(replace(e, value=HOSTILE, subject=HOSTILE) for e in first.evidence)
    first = replace(first, title=HOSTILE, subject=HOSTILE, runner_up=HOSTILE, evidence=evidence)
    story = [first] + [
        replace(e, **{k: HOSTILE for k in ("read_back", "diff", "summary", "reason", "gear", "by") if hasattr(e, k)})
        for e in rest
    ]
    noc.see_all("degraded", pos=("down", HOSTILE))
    noc.ledger.append(*story)
    push_under_way(noc, reason=HOSTILE, diff=f"+{HOSTILE}\n-{HOSTILE}")
    page.goto(noc.url + where)
    expect(page.locator("main")).to_contain_text("fetch(")
    noc.see_all("degraded", pos=("down", HOSTILE + "again"))
    noc.ledger.append(replace(first, incident="s001-0002"))
    page.wait_for_timeout(1500)
    assert dialogs == []
    assert page.said == []
    asked_only_for_our_own(page)
    assert page.evaluate("document.querySelectorAll('main script, main img, main [onerror]').length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("where", ["/", "/incidents/s001-0001", "/stores/s001", "/rollouts", "/rollouts/push_0001"])
def test_it_fits_a_telephone(chromium, noc, healed, where, scheme):
    noc.ledger.append(*healed())
    push_under_way(noc)
    context = chromium.new_context(viewport={"width": 375, "height": 700}, color_scheme=scheme)
    page = context.new_page()
    page.goto(noc.url + where)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    context.close()


def test_everything_is_reached_by_keyboard(page, noc, healed):
    noc.ledger.append(*healed()[:1])
    page.goto(noc.url)
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "row-s001-0001":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#truth")).to_contain_text("s001-0001")
