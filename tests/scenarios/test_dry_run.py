"""Dry runs on emulated stores: the real looks, plans and guardrails, and never a write."""

import pytest

from anomaly.topology import Place
from anomaly.watch import Watch
from controller.cli.playbook_text import dry_run_record, dry_run_text
from controller.dry_run import Rehearsal
from controller.eyes import Eyes
from controller.fleet_watch import FleetWatch
from controller.ledgers.sqlite import SqliteLedger
from inventory.discover import discover
from inventory.errors import UnreachableError
from playbooks.library import load_library
from tests.anomaly.lab_bench import SECONDS
from tests.scenarios.stage import World


@pytest.fixture
def world():
    return World()


@pytest.fixture
def ledger(tmp_path):
    ledger = SqliteLedger.open(tmp_path / "ledger.sqlite")
    yield ledger
    ledger.close()


def rehearse(world, name, place, ledger=None, sessions=None):
    signatures = world.bench.watch.library
    recipes = load_library(None, signatures.signature_names)
    watch = Watch(signatures, world.chain, SECONDS)
    eyes = Eyes(chain=world.chain, sessions=sessions or world, watch=watch, clock=world.bench.clock)
    now = world.bench.clock.now()
    fleet = FleetWatch(world.chain, ledger, now, together_seconds=60, quiet_seconds=8) if ledger else None
    told = Rehearsal(
        eyes=eyes,
        signatures=signatures,
        actions=recipes.actions,
        guardrails=discover("controller.guardrails"),
        ledger=ledger,
        fleet=fleet,
        at_most=3,
    ).run(recipes.playbooks[name], place)
    assert world.writes == []
    return told


def edge_port(world):
    edge = world.chain.edge_of(world.store)
    return Place(edge.id, next(port.name for port in edge.ports.values() if port.use == "wan"))


def test_a_lost_lease_shows_and_its_two_rungs_are_planned(world, ledger):
    world.put_in("wan_no_lease")
    world.bench.forward(10)
    place = edge_port(world)
    told = rehearse(world, "wan_no_lease", place, ledger)
    assert told.shows is True
    assert [one.rung.action for one in told.tries] == ["renew_lease", "bounce_port"]
    renewal, bounce = told.tries
    assert renewal.changes[0].write.lines == ("send log 6 dry-run", f"renew dhcp {place.subject}")
    assert [change.write.lines[-1] for change in bounce.changes] == [" shutdown", " no shutdown"]
    assert all(verdict.allowed for verdict in renewal.verdicts)
    assert {"kill_switch", "attempt_budget", "last_path", "storm_brake"} <= {v.rule for v in renewal.verdicts}
    assert renewal.decision.do == "act"
    text = dry_run_text(told)
    assert "The fault shows there now." in text
    assert f"sends    renew dhcp {place.subject}" in text
    assert "undo     nothing to take back" in text
    assert dry_run_record(told)["rungs"][1]["changes"][0]["undo"][-1] == " no shutdown"


def test_without_a_ledger_the_guards_that_need_it_refuse(world):
    told = rehearse(world, "wan_no_lease", edge_port(world))
    assert told.shows is False
    refused = {verdict.rule for verdict in told.tries[0].verdicts if not verdict.allowed}
    assert {"kill_switch", "attempt_budget", "one_per_store", "last_path", "storm_brake"} <= refused
    assert told.tries[0].decision.do == "hold"
    assert "The fault does not show there now (wan_no_address not seen (wan address: present))." in dry_run_text(told)


def test_the_kill_switch_is_seen(world, ledger):
    ledger.throw("kill", "carrier works tonight")
    told = rehearse(world, "wan_no_lease", edge_port(world), ledger)
    assert "carrier works tonight" in dry_run_text(told)


def test_a_class_that_is_not_ours_is_a_person_s(world, ledger):
    told = rehearse(world, "wan_carrier_down", edge_port(world), ledger)
    assert told.tries == ()
    assert "a person is called" in dry_run_text(told)


def test_a_rung_that_is_already_right_changes_nothing(world, ledger):
    switch = next(d for d in world.chain.devices_of(world.store) if d.role == "switch")
    port = next(port.name for port in switch.ports.values() if port.use == "trunk")
    told = rehearse(world, "vlan_missing", Place(switch.id, port), ledger)
    assert told.tries[0].changes == ()
    assert told.tries[0].decision is None
    assert "changes nothing" in dry_run_text(told)


class Deaf:
    """Sessions of which one device does not answer."""

    def __init__(self, world, silent):
        self.world, self.silent = world, silent

    def __getitem__(self, device):
        session = self.world[device]
        if device == self.silent:
            session.read = self._fail
            session.read_many = lambda looks: tuple(UnreachableError(device, "no answer") for _ in looks)
        return session

    def _fail(self, look):
        raise UnreachableError(self.silent, f"no answer to {look.getter}")


def test_a_silent_device_is_told_and_nothing_is_concluded(world, ledger):
    place = edge_port(world)
    told = rehearse(world, "wan_no_lease", place, ledger, Deaf(world, place.device))
    assert told.shows is None
    assert told.unseen == {place.device: "no answer"}
    assert told.tries[1].problem == f"{place.device}: no answer to port_config"
    text = dry_run_text(told)
    assert f"{place.device} was not seen: no answer." in text
    assert "cannot be planned" in text
