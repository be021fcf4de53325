"""The page: true, escaped, and readable without colour or script."""

import hashlib
import json
import re
from datetime import timedelta

from controller.api.page import _HERE
from controller.api.signs import age, span


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def fragment(desk, path):
    """What htmx fetches to bring the page up to date."""
    return desk.get(path, headers={"hx-request": "true"}).text


SCRIPTS = [
    "/static/vendor/htmx.min.js",
    "/static/vendor/idiomorph-ext.min.js",
    "/static/live.js",
]


def test_the_truth_line_counts_what_is_so(desk):
    text = text_of(desk.get("/"))
    assert "1 of 3 stores is trading normally." in text
    for count in ("degraded 1", "stopped 0", "not seen 1", "waiting for a person 1", "healed today 1"):
        assert count in text
    assert "Last look 3 s ago" in text


def test_all_is_well_is_said_only_when_it_is(desk, stories):
    desk.ledger.save_stores([stories.seen(s, "trading") for s in desk.chain.stores])
    assert "All 3 stores are trading normally." in desk.get("/").text
    desk.clock.at += timedelta(minutes=5)
    assert "No store has been seen lately." in desk.get("/").text


def test_healed_today_is_today_in_the_store(desk, stories):
    desk.ledger.append(*stories.healed("s003-0001", "s003", hours=15))  # 23:12 yesterday in Sydney
    assert "healed today 1" in text_of(desk.get("/"))
    desk.ledger.append(*stories.healed("s003-0002", "s003", hours=14))  # 00:12 today in Sydney
    desk.clock.at += timedelta(seconds=2)
    assert "healed today 2" in text_of(desk.get("/"))


def test_states_have_words_and_symbols_besides_colour(desk):
    text = text_of(desk.get("/"))
    assert "▲ degraded runs over LTE" in text
    assert "✕ down" in text
    assert "✓ working" in text
    assert "? not seen" in text


def test_what_needs_eyes_comes_first(desk):
    names = re.findall(r"<h3><a[^>]*>(.*?)</a></h3>", desk.get("/").text)
    assert names == ["Old Mill", "Palm Arcade", "Harbour Street"]


def test_text_from_devices_is_text(desk):
    for path in ("/", "/incidents/s002-0001", "/stores/s002"):
        page = desk.get(path).text + fragment(desk, path)
        assert "alert(&#39;x&#39;)" in page
        assert "<script>alert" not in page
        assert "\x1b" not in page
        assert "\u202e" not in page


def test_no_script_or_style_is_inline_and_nothing_comes_from_elsewhere(desk):
    for path in ("/", "/incidents/s001-0001", "/incidents/none"):
        page = desk.get(path).text
        assert re.findall(r'<script src="(/static/[^"]*)" defer></script>', page) == SCRIPTS
        assert page.count("<script") == len(SCRIPTS)
        assert not re.search(r"<style| style=| on\w+=|https?://|hx-on|hx-vals", page)
        assert '<meta http-equiv="refresh"' in page


def test_static_files_are_there(desk):
    for name in ("style.css", "live.js", "icon.svg"):
        answer = desk.get(f"/static/{name}")
        assert answer.status_code == 200
        assert "http://" not in answer.text.replace("http://www.w3.org/2000/svg", "")
    assert desk.get("/static/../app.py").status_code == 404
    assert "prefers-color-scheme: dark" in (_HERE / "static" / "style.css").read_text()


def test_the_fragment_is_what_the_page_shows(desk):
    for path in ("/", "/incidents/s001-0001", "/stores/s001", "/rollouts"):
        assert fragment(desk, path).strip() in desk.get(path).text
        assert "<html" not in fragment(desk, path)


def test_the_vendored_scripts_are_the_ones_recorded():
    folder = _HERE / "static" / "vendor"
    recorded = dict(line.split()[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.glob("*.js")} == recorded
    assert {p.stem for p in folder.glob("*.LICENSE")} == {name.split(".")[0].removesuffix("-ext") for name in recorded}
    lock = json.loads((_HERE.parents[1] / "package-lock.json").read_text())
    assert not any("resolved" in package for package in lock["packages"].values())


def test_an_incident_page_tells_all(desk):
    text = text_of(desk.get("/incidents/s001-0001"))
    for words in (
        "lasted 45 s", "+34 s", "wan no address", "✓ allowed kill switch", "✕ refused one at a time",
        "renew dhcp GigabitEthernet0/0", "+ip address dhcp", "✓ ran, read back from the device", "✓ passed Tills",
    ):  # fmt: skip
        assert words in text, words


def test_a_person_is_told_what_to_do(desk):
    assert "For you to do: the carrier&#39;s line is down. Call northtel" in text_of(desk.get("/incidents/s002-0001"))


def test_no_such_incident_is_a_page_too(desk):
    answer = desk.get("/incidents/none")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_many_lookers_cost_one_look_a_second(desk, monkeypatch):
    looks = []
    stores = desk.ledger.stores
    monkeypatch.setattr(desk.ledger, "stores", lambda: looks.append(1) or stores())
    for _ in range(5):
        fragment(desk, "/")
    assert len(looks) == 1
    desk.clock.at += timedelta(seconds=1)
    fragment(desk, "/")
    assert len(looks) == 2


def test_ages_and_spans_in_words(desk):
    now = desk.clock.now()
    told = [age(now - timedelta(seconds=s), now) for s in (0, 2, 59, 60, 3599, 3600, 86400 * 3)]
    assert told == ["just now", "2 s ago", "59 s ago", "1 min ago", "59 min ago", "1 h ago", "3 d ago"]
    assert age(None, now) == "never"
    spans = [span(now, now + timedelta(seconds=s)) for s in (0, 59, 185, 7800, -5)]
    assert spans == ["+0 s", "+59 s", "+3:05 min", "+2:10 h", "-5 s"]
