"""The controller looks after real stores: it heals what it may, and packets from the till are the only judge.

Each fault is put in by the lab, behind the controller's back. A repaired one counts when the till pays again and the
incident is healed; a store that is not to blame, or that mends itself, is not written to. Figures (seconds of trade
lost, seconds to the end) go to the file named by ``STORENET_LAB_RESULTS``.
"""

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.netns.baseline import wait_until_well
from lab.netns.box import until
from lab.netns.fault import real_faults
from lab.netns.lab import Controller, RealLab
from lab.netns.truth import seconds_lost, trading
from lab.netns.world import why_not
from lab.numbering import asn, wan_gateway

pytestmark = [pytest.mark.netns, pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")]
FAULTS = real_faults()
QUICK = {"vlan_missing", "dnsmasq_killed", "payment_dead"}
HEALED_SECONDS = 120.0
LEFT_ALONE_SECONDS = 30.0
FELT_SECONDS = 12.0
SETTLED_SECONDS = 20.0
STORES = 4  # a fault of one kind is repaired twice a day in one place: they are dealt out


class Watched:
    """Stores, the controller that looks after them, and its ledger as anybody may read it."""

    def __init__(self, home: Path) -> None:
        self.lab = RealLab(home, STORES)
        self.stores = self.lab.stores
        try:
            for number in range(1, STORES + 1):
                wait_until_well(self.stores, number)
            self.controller = Controller(self.lab, home / "state")
            until(lambda: len(self.settled()) == 2 * STORES, "every device was seen as intended", 60)
        except BaseException:
            self.lab.close()
            raise

    def rows(self, words: str, *values: object) -> list[tuple[str, ...]]:
        if not self.controller.ledger.exists():
            return []
        with sqlite3.connect(f"file:{self.controller.ledger}?mode=ro", uri=True) as database:
            return database.execute(words, values).fetchall()

    def settled(self) -> list[tuple[str, ...]]:
        try:
            return self.rows("select name from switches where name like 'intended/%'")
        except sqlite3.OperationalError:
            return []

    def mark(self) -> int:
        return max((int(row[0]) for row in self.rows("select max(seq) from events") if row[0]), default=0)

    def told(self, store: str, since: int) -> list[dict[str, object]]:
        found = self.rows("select kind, body from events where seq > ? and store = ? order by seq", since, store)
        return [{**json.loads(body), "kind": kind} for kind, body in found]

    def close(self) -> None:
        self.controller.end()
        self.lab.close()


@pytest.fixture(scope="module")
def watched(tmp_path_factory) -> Iterator[Watched]:
    found = Watched(tmp_path_factory.mktemp("healing"))
    try:
        yield found
    finally:
        found.close()


def keep(row: dict[str, object]) -> None:
    """Add a row of figures to the results, where they are wanted."""
    if path := os.environ.get("STORENET_LAB_RESULTS"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def cases() -> Iterator[object]:
    for index, name in enumerate(FAULTS):
        yield pytest.param(name, 1 + index % STORES, marks=() if name in QUICK else pytest.mark.netns_long, id=name)


@pytest.mark.parametrize(("name", "number"), [*cases()])
def test_a_real_store_ends_as_it_should(watched, name, number):
    fault, stores, store = FAULTS[name], watched.stores, f"s{number:03d}"
    for one in range(1, STORES + 1):
        wait_until_well(stores, one)
    mark, put_in = watched.mark(), time.time()
    fault.put_in(stores, number)
    felt = time.time()

    def kinds() -> list[object]:
        return [event["kind"] for event in watched.told(store, mark)]

    try:
        if fault.ends == "repaired":
            until(lambda: "healed" in kinds() and trading(stores, number, felt), f"{name} is healed", HEALED_SECONDS)
        elif fault.ends == "by_itself":
            until(lambda: time.time() > felt + FELT_SECONDS, "it has been felt", HEALED_SECONDS)
            until(lambda: trading(stores, number, felt + FELT_SECONDS), f"{name} mends itself", HEALED_SECONDS)
        else:
            time.sleep(LEFT_ALONE_SECONDS)  # nothing is to happen: there is nothing to wait for
        written = [e for e in watched.told(store, mark) if e["kind"] == "intended"]
        assert bool(written) == (fault.ends == "repaired"), written
        lost = seconds_lost(stores, number, put_in)
        keep(
            {
                "fault": name,
                "ends": fault.ends,
                "seconds_lost": round(lost, 1),
                "ended_after": round(time.time() - put_in, 1),
            }
        )
    finally:
        fault.take_out(stores, number)
        restore(watched, number)


def restore(watched: Watched, number: int) -> None:
    """As an admin would after the carrier's call: what the controller steered or shut on purpose is as before again."""
    bgp = ("configure", f"router bgp {asn(number)}", f"no neighbor {wan_gateway(number)} shutdown")
    watched.stores.store(number, "edge").run("vtysh", *(w for line in bgp for w in ("-c", line)), check=False)
    opened = "printf 'configure\\ninterface spare1\\nno shutdown\\nend\\nexit\\n' | storenet-ovs shell"
    watched.stores.store(number, "sw1").sh(opened, check=False)
    wait_until_well(watched.stores, number)
    until(lambda: not open_in(watched, f"s{number:03d}"), "no incident is open", 60)


def open_in(watched: Watched, store: str) -> list[tuple[str, ...]]:
    """Incidents of a store that are still open."""
    return watched.rows("select id from incidents where store = ? and closed_at is null", store)
