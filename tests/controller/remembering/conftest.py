"""Events of one made-up incident, a ledger on a temporary file and a clock that stands still."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from controller.events import (
    Check,
    Closed,
    Confirmed,
    Escalated,
    Event,
    Evidence,
    Guessed,
    Healed,
    Held,
    Intended,
    Joined,
    Judged,
    Looked,
    Mitigated,
    Opened,
    Proved,
    Quieted,
    Reviewed,
    SeenWord,
    Suggested,
    Verdict,
    WriteEnded,
)
from controller.ledgers.sqlite import SqliteLedger
from controller.ports import Intent

START = datetime(2026, 11, 20, 14, 3, 7, tzinfo=UTC)


class Happenings:
    """Makes events of incident ``s001-0001``, one second apart, in the order they are asked for."""

    def __init__(self, incident: str = "s001-0001", store: str = "s001", start: datetime = START) -> None:
        self.incident, self.store, self.now = incident, store, start
        self.evidence = Evidence(
            symptom="wan_no_address", device=f"{store}-edge", subject="GigabitEthernet0/0", value=True, since=start
        )
        self.checks = (Check(function="pos", name="till_mac_seen", ok=True, value="02:53:00:01:05:01"),)

    def _stamp(self):
        self.now += timedelta(seconds=1)
        return {"incident": self.incident, "store": self.store, "at": self.now}

    def opened(self, **changed) -> Opened:
        made = {
            "signature": "wan_no_lease",
            "fault_class": "A",
            "title": "The carrier's DHCP lease is lost",
            "device": f"{self.store}-edge",
            "subject": "GigabitEthernet0/0",
            "confidence": 0.93,
            "evidence": (self.evidence,),
            "functions": ("pos", "guest_wifi"),
            "runner_up": "wan_carrier_down",
        }
        return Opened(**self._stamp(), **made | changed)

    def confirmed(self, evidence=None) -> Confirmed:
        return Confirmed(**self._stamp(), evidence=(self.evidence,) if evidence is None else evidence)

    def judged(self, decision="act", rung=0, *, allowed=True) -> Judged:
        verdict = Verdict(rule="kill_switch", allowed=allowed, reason="writes are not stopped" if allowed else "drill")
        return Judged(
            **self._stamp(),
            rung=rung,
            action="renew_lease",
            decision=decision,
            reason="every guardrail allows it",
            verdicts=(verdict,),
        )

    def intended(self, intent="i.1", rung=0, token=1, **changed) -> Intended:
        made = {
            "action": "renew_lease",
            "device": f"{self.store}-edge",
            "port": "GigabitEthernet0/0",
            "summary": "renew the lease of GigabitEthernet0/0",
            "lines": ("renew dhcp GigabitEthernet0/0",),
            "undo": (),
        }
        return Intended(**self._stamp(), intent=intent, rung=rung, token=token, **made | changed)

    def ended(self, intent="i.1", outcome="ran", diff="") -> WriteEnded:
        return WriteEnded(**self._stamp(), intent=intent, outcome=outcome, read_back="read back: in effect", diff=diff)

    def proved(self, rung=0, *, passed=True) -> Proved:
        return Proved(**self._stamp(), rung=rung, passed=passed, checks=self.checks)

    def mitigated(self) -> Mitigated:
        return Mitigated(**self._stamp(), by="Cellular0/2/0", checks=self.checks)

    def held(self, reason="kill_switch: drill", again_at=None) -> Held:
        return Held(**self._stamp(), rules=("kill_switch",), reason=reason, again_at=again_at)

    def escalated(self) -> Escalated:
        return Escalated(**self._stamp(), reason="every rung was tried", advice="Call the carrier.")

    def healed(self) -> Healed:
        return Healed(**self._stamp(), by="renew the DHCP lease")

    def joined(self) -> Joined:
        return Joined(**self._stamp(), parent="chain-0001", reason="carrier northtel fails under 3 stores")

    def closed(self, how="cleared") -> Closed:
        return Closed(**self._stamp(), how=how, reason="it is no longer seen")

    def suggested(self, **changed) -> Suggested:
        made = {
            "learned": "seen_s002_0007",
            "confidence": 0.94,
            "device": f"{self.store}-edge",
            "subject": "pos",
            "evidence": (self.evidence,),
            "examples": (
                Looked(incident="s002-0007", store="s002", at=START, fixed_by="restarted the resolver", likeness=1.0),
            ),
            "fix": "restarted the resolver",
            "quiet": False,
            "arithmetic": "33% beforehand (-0.7), wan_no_address +3.4",
        }
        return Suggested(**self._stamp(), **made | changed)

    def guessed(self) -> Guessed:
        return Guessed(
            **self._stamp(),
            model="naming-0001",
            names="wan_no_lease",
            probability=0.91,
            likeness=0.8,
            nearest=("s002-0007",),
            caution="the model is on trial in a tenth of the stores",
        )

    def quieted(self) -> Quieted:
        return Quieted(**self._stamp(), reason="It looks like s002-0007")

    def reviewed(self, code="another", **changed) -> Reviewed:
        made = {
            "by": "jane",
            "fixed_by": "restarted the resolver",
            "playbook": "",
            "device": f"{self.store}-edge",
            "subject": "pos",
            "root_kind": "function",
            "signature": "unknown",
            "names": "",
            "learned": "seen_s001_0001",
            "words": (SeenWord(symptom="dns_probe_failing", relation="self"),),
            "functions": ("pos",),
        }
        return Reviewed(**self._stamp(), code=code, **made | changed)

    def intent(self, event: Intended, change=None) -> Intent:
        return Intent(
            id=event.intent,
            incident=event.incident,
            store=event.store,
            device=event.device,
            token=event.token,
            change=change or {"action": event.action},
            created_at=event.at,
        )

    def healing(self) -> tuple[Event, ...]:
        """A whole incident that goes well."""
        return (
            self.opened(),
            self.confirmed(),
            self.judged(),
            self.intended(),
            self.ended(),
            self.proved(),
            self.healed(),
            self.closed("healed"),
        )


class StandingClock:
    def __init__(self, now: datetime = START) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def happen() -> Happenings:
    return Happenings()


@pytest.fixture
def another():
    """Makes the happenings of another incident: ``another("s002-0001", "s002")``."""
    return Happenings


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def ledger_path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ledger.sqlite"


@pytest.fixture
def ledger(ledger_path: Path) -> Iterator[SqliteLedger]:
    opened = SqliteLedger.open(ledger_path)
    yield opened
    opened.close()
