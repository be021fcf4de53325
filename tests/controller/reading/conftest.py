"""A small chain with a ledger of its own, an application over it, and a browser without a browser."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI

from controller.api.app import build_app
from controller.events import (
    Check,
    Closed,
    Confirmed,
    Escalated,
    Event,
    Evidence,
    Healed,
    Held,
    Intended,
    Judged,
    Mitigated,
    Opened,
    Proved,
    Verdict,
    WriteEnded,
)
from controller.ledgers.sqlite import SqliteLedger
from controller.ports import FunctionView, StoreView
from controller.timing import Timing
from inventory.model import Chain, Device, DeviceId, Function, FunctionName, Port, Requirement, Store, StoreId

NOW = datetime(2026, 11, 20, 3, 12, 0, tzinfo=UTC)
NASTY = "<script>alert('x')</script>\x1b[31m\u202e"


class StillClock:
    """A clock that stands where the test puts it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Desk:
    """The application, what it reads, and ways to ask it."""

    app: FastAPI
    ledger: SqliteLedger
    chain: Chain
    clock: StillClock
    state: Path
    pulse: list[datetime | None] = field(default_factory=list)
    client: tuple[str, int] = ("127.0.0.1", 50000)

    def ask(self, method: str, path: str, **how: object) -> httpx.Response:
        """One request, as from a browser on this machine."""

        async def exchange() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, client=self.client, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as browser:
                return await browser.request(method, path, **how)

        return asyncio.run(exchange())

    def get(self, path: str, **how: object) -> httpx.Response:
        return self.ask("GET", path, **how)


def ago(**how: float) -> datetime:
    return NOW - timedelta(**how)


def small_chain() -> Chain:
    hours = {day: (time(8), time(20)) for day in ("mon", "tue", "wed", "thu", "fri")}
    functions = (FunctionName("pos"), FunctionName("guest_wifi"))
    stores = [
        Store(
            id=StoreId(f"s00{n}"),
            name=name,
            region=region,
            time_zone=ZoneInfo(zone),
            trading_hours=hours,
            takings_per_hour=900,
            carriers=("northtel", "mobilco"),
            functions=functions,
        )
        for n, name, region, zone in (
            (1, "Harbour Street", "north", "Europe/London"),
            (2, "Old Mill", "north", "Europe/London"),
            (3, "Palm Arcade", "south", "Australia/Sydney"),
        )
    ]
    devices = [
        device
        for s in stores
        for device in (
            Device(id=DeviceId(f"{s.id}-edge"), store=s.id, role="edge", address="127.20.1.1", platform="cisco_ios"),
            Device(
                id=DeviceId(f"{s.id}-sw1"),
                store=s.id,
                role="switch",
                address="127.20.1.2",
                platform="cisco_ios",
                ports={"Gi1/0/2": Port(name="Gi1/0/2", use="access_point", to=f"{s.id}-ap1", vlans=(20, 30, 99))},
            ),
            Device(id=DeviceId(f"{s.id}-ap1"), store=s.id, role="access_point", address="10.1.99.21", probe=101),
        )
    ]
    needs = Requirement(vlan=10, dhcp=True, target="198.51.100.10", max_latency_ms=250, max_loss_pct=20, probe=10)
    return Chain(
        stores={s.id: s for s in stores},
        devices={d.id: d for d in devices},
        functions={
            n: Function(name=n, title=t, criticality=c, served_by="till", requirement=needs)
            for n, t, c in ((functions[0], "Tills", 1), (functions[1], "Guest Wi-Fi", 3))
        },
    )


def seen(chain: Chain, store: str, state: str, functions: dict[str, tuple[str, str]], at: datetime) -> StoreView:
    views = tuple(FunctionView(name=n, state=s, why=w) for n, (s, w) in functions.items())
    return StoreView(store=store, name=chain.stores[StoreId(store)].name, state=state, functions=views, seen_at=at)


def healed_story(incident: str, store: str, start: datetime) -> tuple[Event, ...]:
    """A lost lease: one guard refused at first, then a renew was written, read back and proven."""
    t = [start + timedelta(seconds=s) for s in (0, 2, 3, 33, 34, 36, 44, 45)]
    here = {"incident": incident, "store": store}
    lost = Evidence(
        symptom="wan_no_address", device=f"{store}-edge", subject="GigabitEthernet0/0", value=None, since=t[0]
    )
    busy = (
        Verdict(rule="kill_switch", allowed=True, reason="the kill switch is off"),
        Verdict(rule="one_at_a_time", allowed=False, reason="another change is under way in this store"),
    )
    fine = tuple(Verdict(rule=v.rule, allowed=True, reason="nothing speaks against it") for v in busy)
    act = {"rung": 0, "action": "renew_lease"}
    return (
        Opened(
            **here,
            at=t[0],
            signature="wan_lease_lost",
            fault_class="A",
            title="The WAN lost its address",
            device=f"{store}-edge",
            subject="GigabitEthernet0/0",
            confidence=0.97,
            evidence=(lost,),
            functions=("pos",),
            runner_up="wan_gateway_silent",
        ),
        Confirmed(**here, at=t[1], evidence=(lost,)),
        Judged(**here, at=t[2], decision="hold", reason="another change is under way", verdicts=busy, **act),
        Held(**here, at=t[2], rules=("one_at_a_time",), reason="another change is under way", again_at=t[3]),
        Judged(**here, at=t[3], decision="act", reason="every guard allows it", verdicts=fine, **act),
        Intended(
            **here,
            at=t[4],
            intent=f"{incident}.0",
            device=f"{store}-edge",
            port="GigabitEthernet0/0",
            summary="Renew the DHCP lease on the WAN port",
            lines=("renew dhcp GigabitEthernet0/0",),
            undo=(),
            token=7,
            **act,
        ),
        WriteEnded(
            **here,
            at=t[5],
            intent=f"{incident}.0",
            outcome="ran",
            read_back="address 100.64.7.2 by DHCP",
            diff="-no ip address\n+ip address dhcp",
        ),
        Proved(
            **here,
            at=t[6],
            rung=0,
            passed=True,
            checks=(
                Check(function="pos", name="payment_probe", ok=True, value="12 ms"),
                Check(function="pos", name="till_mac_seen", ok=True, value="02:53:00:01:05:01"),
            ),
        ),
        Healed(**here, at=t[7], by="renew_lease"),
        Closed(**here, at=t[7], how="healed", reason="the WAN has an address and the tills work"),
    )


def mitigated_story(incident: str, store: str, start: datetime) -> tuple[Event, ...]:
    """A cut line: the tills run over LTE, a person has to call the carrier."""
    here = {"incident": incident, "store": store}
    cut = Evidence(symptom="wan_down", device=f"{store}-edge", subject="GigabitEthernet0/0", value=NASTY, since=start)
    works = Check(function="pos", name="payment_probe", ok=True, value=f"48 ms {NASTY}")
    return (
        Opened(
            **here,
            at=start,
            signature="wan_down_hard",
            fault_class="E",
            title=f"The line is cut {NASTY}",
            device=f"{store}-edge",
            subject="GigabitEthernet0/0",
            confidence=0.99,
            evidence=(cut,),
            functions=("pos",),
        ),
        Mitigated(**here, at=start + timedelta(seconds=5), by="LTE", checks=(works,)),
        Escalated(
            **here,
            at=start + timedelta(seconds=6),
            reason="the carrier's line is down",
            advice="Call northtel and open a ticket",
        ),
    )


def fill(ledger: SqliteLedger, chain: Chain) -> None:
    good = {"pos": ("working", "12 ms to the payment gateway"), "guest_wifi": ("working", "fine")}
    cut = {"pos": ("degraded", "runs over LTE"), "guest_wifi": ("down", f"not let out over LTE {NASTY}")}
    ledger.save_stores(
        [
            seen(chain, "s001", "trading", good, ago(seconds=3)),
            seen(chain, "s002", "degraded", cut, ago(seconds=4)),
            seen(chain, "s003", "trading", good, ago(minutes=20)),
        ]
    )
    ledger.append(*healed_story("s001-0001", "s001", ago(minutes=50)))
    ledger.append(*mitigated_story("s002-0001", "s002", ago(minutes=12)))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from open_desk(tmp_path)


def open_desk(folder: Path) -> Iterator[Desk]:
    state = folder / "state"
    ledger = SqliteLedger.open(state / "ledger.sqlite")
    chain, clock, pulse = small_chain(), StillClock(NOW), [NOW]
    fill(ledger, chain)
    timing = Timing(name="demo", seconds={"poll_interval": 2.0, "proof": 8.0})
    app = build_app(ledger, chain, timing, clock, pulse=lambda: pulse[0])
    yield Desk(app=app, ledger=ledger, chain=chain, clock=clock, state=state, pulse=pulse)
    ledger.close()


@pytest.fixture
def broken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes one of the ledger's reads fail as a bug would."""

    def breaks(method: str) -> None:
        def fails(*_args: object, **_more: object) -> None:
            raise RuntimeError("secret inside")

        monkeypatch.setattr(desk.ledger, method, fails)

    return breaks


class Stories:
    """Makes more of what the ledger can hold."""

    def healed(self, incident: str, store: str, **how: float) -> tuple[Event, ...]:
        return healed_story(incident, store, ago(**(how or {"seconds": 40})))

    def seen(self, store: str, state: str) -> StoreView:
        functions = {"pos": ("working", "fine"), "guest_wifi": ("working", "fine")}
        return seen(small_chain(), store, state, functions, NOW)


@pytest.fixture
def stories() -> Stories:
    return Stories()
