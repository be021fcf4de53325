"""A small chain of lab stores, a ledger on a temporary file, and models that learned made-up words."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from anomaly.learn.features import Example
from anomaly.learn.naming import train
from controller.events import Evidence, Opened
from controller.learning.registry import Registry
from controller.ledgers.sqlite import SqliteLedger
from controller.model_rows import Replayed
from lab.chain import make_chain

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
KINDS = {
    "wan_no_lease": ("wan_no_address@edge:wan/top", "default_route_gone@edge:wan/top"),
    "switch_silent": ("device_silent@switch:device/top", "till_unseen@switch:endpoint/below"),
    "ap_hung": ("ap_silent@access_point:device/top", "ap_no_clients@access_point:device/top"),
}


def taught(incidents=6, kinds=KINDS):
    examples = [
        Example(label=kind, words=frozenset((*words, "function_down@edge:function/top")), source=f"{kind}-{n}")
        for kind, words in kinds.items()
        for n in range(incidents)
    ]
    return train(examples)


def judged(right=20, wrong=0, library="rules of today"):
    beats = right >= 5 and right >= 9 * wrong
    return Replayed(
        library=library,
        cases=100,
        right=60,
        wrong=2,
        unknown=38,
        silent=0,
        named_right=right,
        named_wrong=wrong,
        doubtful=5,
        novel=5,
        beats_rules=beats,
    )


@pytest.fixture(scope="session")
def model():
    return taught()


@pytest.fixture
def ledger(tmp_path):
    file = SqliteLedger.open(tmp_path / "ledger.sqlite")
    yield file
    file.close()


@pytest.fixture
def registry(tmp_path, ledger):
    return Registry(tmp_path, ledger)


@pytest.fixture
def add(registry, model):
    """Add a model; ``right`` and ``wrong``: what it names on the replay set."""

    def added(**figures):
        return registry.add(model, now=NOW, data="d" * 64, incidents=("s001-0001",), replay=judged(**figures))

    return added


@pytest.fixture(scope="session")
def chain():
    return make_chain(7, 60).chain


@pytest.fixture
def clock():
    held = SimpleNamespace(at=NOW)
    held.now = lambda: held.at
    return held


@pytest.fixture
def open_incident(ledger, chain):
    """Open an incident in a store; ``seen``: (symptom, device, subject) of its evidence."""

    def opened(store="s001", signature="unknown", seen=(), at=NOW):
        incident = ledger.next_incident(store)
        edge = chain.edge_of(store).id
        evidence = tuple(
            Evidence(
                symptom=name, device=device, subject=subject or device, value=True, since=at - timedelta(seconds=9)
            )
            for name, device, subject in seen
        )
        ledger.append(
            Opened(
                incident=incident,
                store=store,
                at=at,
                signature=signature,
                fault_class="E",
                title="A fault",
                device=edge,
                subject=edge,
                confidence=0.0,
                evidence=evidence,
            )
        )
        return incident

    return opened
