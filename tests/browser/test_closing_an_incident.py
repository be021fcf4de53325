"""A person closes an unknown incident on the page; the next like it shows what it looks like."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from controller.events import Escalated, Looked
from tests.browser.test_live_page import HOSTILE, asked_only_for_our_own
from tests.controller.reading.test_api_reviews import dead_function, suggestion


def unknown(noc):
    at = datetime.now(UTC)
    call = Escalated(incident="s001-0009", store="s001", at=at, reason="no playbook answers this", advice="Look")
    noc.ledger.append(dead_function(at=at), call)


def alike(noc, fix="restarted the resolver"):
    at = datetime.now(UTC)
    opened, seen = suggestion()
    example = Looked(incident="s001-0009", store="s001", at=at, fixed_by=fix, likeness=1.0)
    noc.ledger.append(replace(opened, at=at), replace(seen, at=at, examples=(example,), fix=fix))


def test_an_unknown_incident_is_closed_and_learned_without_reload(page, noc):
    unknown(noc)
    page.goto(f"{noc.url}/incidents/s001-0009")
    page.evaluate("window.sameDocument = true")
    page.get_by_label("what it was").select_option("something else fixed it")
    page.get_by_role("button", name="Close it").click(no_wait_after=True)
    expect(page.get_by_role("alert").filter(has_text="must say what fixed it")).to_be_visible()
    page.get_by_label("fixed by").fill("restarted the resolver")
    page.get_by_label("your name").fill("jane")
    page.get_by_role("button", name="Close it").click(no_wait_after=True)
    expect(page.locator("#review")).to_contain_text("something else fixed it: restarted the resolver")
    expect(page.locator("#told ~ .story")).to_contain_text("It is kept as an example of seen_s001_0009")
    expect(page.locator("#review-form")).to_be_hidden()
    [review] = noc.ledger.reviews()
    assert (review.by, review.code, review.learned) == ("jane", "another", "seen_s001_0009")
    assert page.evaluate("window.sameDocument") is True
    assert page.said == []
    asked_only_for_our_own(page)


def test_the_next_like_it_comes_up_with_its_nearest_example(page, noc):
    unknown(noc)
    noc.ledger.append(replace(dead_function("s002-0009", "s002"), at=datetime.now(UTC)))
    page.goto(f"{noc.url}/incidents/s002-0009")
    expect(page.locator("#looks-like")).to_have_count(0)
    page.get_by_label("fixed by").fill("half a sent")
    page.get_by_label("what it was").select_option("known, and may be passed over")
    noc.ledger.append(suggestion()[1])
    expect(page.locator("#looks-like")).to_contain_text("94 % sure")
    assert page.get_by_label("fixed by").input_value() == "half a sent"
    assert page.get_by_label("what it was").input_value() == "ignorable"
    page.locator("#looks-like").get_by_role("link", name="s001-0009").click()
    expect(page.locator("#truth")).to_contain_text("s001-0009")
    assert page.said == []


def test_nothing_a_person_or_a_device_wrote_ever_acts(page, noc):
    unknown(noc)
    alike(noc, fix=HOSTILE[:250].replace("\x1b", "").replace("\u202e", ""))
    page.goto(f"{noc.url}/incidents/s002-0009")
    expect(page.locator("#looks-like")).to_contain_text("fetch(")
    page.wait_for_timeout(500)
    assert page.said == []
    assert page.evaluate("document.querySelectorAll('main script, main img, main [onerror]').length") == 0
    asked_only_for_our_own(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_telephone(chromium, noc, scheme):
    unknown(noc)
    alike(noc, fix="restarted " + "x" * 200)
    context = chromium.new_context(viewport={"width": 375, "height": 700}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{noc.url}/incidents/s002-0009")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    expect(page.locator("#looks-like")).to_be_visible()
    context.close()
