"""A third of a real-SSH fleet loses its carrier and the controller is killed meanwhile: one parent, no repair for it.

``CARRIER_STORES`` sets the size of the fleet (60); what is broken is three tenths of it.
"""

import json
import os
import sqlite3
from contextlib import closing

import pytest

from inventory.files import load_chain
from lab.client import LabClient
from tests.chaos.test_kill_nine import SECRETS, Stage, wait_for

STORES = int(os.environ.get("CARRIER_STORES", "60"))
PATIENCE = 60 + STORES


class Fleet(Stage):
    def __init__(self, folder, seed):
        self.folder = folder
        self.env = {**os.environ, **SECRETS}
        self.lab = self.start("lab.server", "--dir", folder, "--seed", seed, "--stores", STORES, "--port", 2321)
        self.client = LabClient(folder)
        wait_for(self.client.up, PATIENCE)
        self.offset = self.client.ask("status")["offset_seconds"]
        self.controller = None

    def asked(self, query):
        """Rows of the ledger; none before there is one."""
        path = self.folder / "state" / "ledger.sqlite"
        if not path.exists():
            return []
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as ledger:
            try:
                return ledger.execute(query).fetchall()
            except sqlite3.OperationalError:
                return []

    def incidents(self):
        return [json.loads(row[0]) for row in self.asked("select body from incidents order by number")]

    def parents(self):
        return [i for i in self.incidents() if i["signature"] == "fleet_common_cause"]

    def every_store_was_seen(self):
        return len(self.asked("select store from stores")) == STORES


@pytest.mark.chaos
@pytest.mark.ssh
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", ["wan_carrier_down", "wan_no_lease"])
def test_a_carrier_fails_under_a_third_of_the_fleet(tmp_path, kind):
    stage = Fleet(tmp_path, seed=11)
    try:
        stage.start_controller()
        wait_for(stage.every_store_was_seen, PATIENCE)
        shops = load_chain(tmp_path).stores
        sharing = [s for s, shop in shops.items() if shop.carriers[0] == "northtel"]
        hit, elsewhere = sharing[: STORES * 3 // 10], [s for s in shops if s not in sharing]
        broken = [stage.client.ask("break", kind=kind, store=store)["id"] for store in hit]
        for name, store in (("vlan_missing", hit[0]), ("vlan_missing", elsewhere[0]), ("wan_no_lease", elsewhere[1])):
            stage.client.ask("break", kind=name, store=store)
        wait_for(stage.parents, PATIENCE)
        stage.kill_controller()
        stage.start_controller()
        wait_for(lambda: settled(stage, hit), PATIENCE)
        (parent,) = stage.parents()
        assert parent["status"] == "escalated"
        children = [i for i in stage.incidents() if i["parent"] == parent["id"]]
        assert {c["store"] for c in children} == set(hit)
        assert {c["status"] for c in children} == ({"mitigated"} if kind == "wan_carrier_down" else {"held"})
        for fault in broken:
            stage.client.ask("mend", id=fault)
        wait_for(lambda: all(i["closed_at"] for i in stage.incidents()), PATIENCE)
        assert len(stage.parents()) == 1
        edges = {f"{store}-edge" for store in sharing}
        written = [row for row in stage.log("write") if row["user"].startswith("storenet") and row["device"] in edges]
        assert written == []
    finally:
        stage.stop()


def settled(stage, hit):
    """Every hit store's incident has joined and found its rest, and the three others are healed."""
    told = stage.incidents()
    joined = [i for i in told if i["parent"]]
    healed = [i for i in told if not i["parent"] and i["status"] == "healed"]
    rest = ("mitigated", "held")
    return {i["store"] for i in joined} == set(hit) and all(i["status"] in rest for i in joined) and len(healed) == 3
