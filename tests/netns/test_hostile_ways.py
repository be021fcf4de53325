"""The device fault matrix in namespaces: ways to a real FRR router that refuse, lead nowhere or answer by ICMP.

Every cell ends in one named ending, and what it says is what the router holds; *unknown* only while it is cut off.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inventory.connection import SessionLimits, host_keys_of
from inventory.files import load_accounts, load_chain
from inventory.intent import load_intent
from inventory.looks import Look, TextRow
from inventory.model import DeviceId
from inventory.platforms import load_platforms
from inventory.session import Session
from inventory.writes import Write
from templates.rendering import render_all
from tests.matrix.cells import Row
from tests.matrix.endings import ENDINGS, Outcome, told
from tests.netns.frr_world import EDGE_ADDRESS, PASSWORDS, World, until, why_not
from tests.templates.frr_content import write_frr_content

pytestmark = [pytest.mark.netns, pytest.mark.netns_long, pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")]
EDGE = DeviceId("s001-edge")
MARK = "203.0.113.0/24"
LINES = (f"ip route {MARK} Null0",)
LIMITS = SessionLimits(connect_seconds=2, read_seconds=2, write_seconds=4, turn_seconds=2, most_seconds=6)
TIMER_SECONDS = 120
RESULTS = os.environ.get("STORENET_LAB_RESULTS")


class Permit:
    intent = "i1"

    def assert_live(self) -> None:
        """Always."""


class Ground:
    """A router, a session of the product, and ways to spoil what is between them."""

    def __init__(self, world: World, session: Session) -> None:
        self.world, self.session = world, session

    def ours(self, words: str) -> None:
        self.world._ip(words)

    def edge(self, *words: str, check: bool = True) -> str:
        return self.world.edge.run(*words, check=check)

    def reject(self, verdict: str, match: str = "") -> None:
        """Have the router's own filter meet whatever comes for its SSH."""
        rule = f"tcp dport 22 {match} {verdict}"
        chain = f"chain in {{\ntype filter hook input priority 0;\n{rule}\n}}"
        self.edge("sh", "-c", f"nft -f - <<'E'\ntable inet hostile {{\n{chain}\n}}\nE\n")

    def clean(self) -> None:
        self.edge("sh", "-c", "nft delete table inet hostile 2>/dev/null; true")
        for kind in ("unreachable", "prohibit"):
            self.world._ip(f"route flush type {kind} {EDGE_ADDRESS}/32")
        self.edge("sh", "-c", "pgrep -x sshd >/dev/null || /usr/sbin/sshd -f /etc/ssh/here")

    def holds(self) -> bool:
        return MARK in self.world.edge.running()

    def is_pending(self) -> bool:
        return self.edge("storenet-frr", "pending").startswith("pending")


def _stop_sshd(ground: Ground) -> None:
    """Nobody listens any more, and who is logged in is thrown out: the kernel answers with resets."""
    ground.edge("sh", "-c", "pkill -KILL sshd; true")


WAYS: dict[str, Callable[[Ground], None]] = {
    "refused": _stop_sshd,
    "no route": lambda ground: ground.ours(f"route add unreachable {EDGE_ADDRESS}/32"),
    "prohibited here": lambda ground: ground.ours(f"route add prohibit {EDGE_ADDRESS}/32"),
    "icmp admin prohibited": lambda ground: ground.reject("reject with icmp type admin-prohibited"),
    "icmp host unreachable": lambda ground: ground.reject("reject with icmp type host-unreachable"),
    "icmp port unreachable": lambda ground: ground.reject("reject with icmp type port-unreachable"),
    "tcp reset": lambda ground: ground.reject("reject with tcp reset"),
    "black hole": lambda ground: ground.reject("drop"),
    "large packets lost": lambda ground: ground.reject("drop", "meta length > 300"),
}
LOOKS = ("login", "look", "pending")


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    content = write_frr_content(tmp_path_factory.mktemp("content"))
    chain = load_chain(content)
    edge = chain.devices[EDGE]
    (rendering,) = render_all(content, chain, load_intent(content, chain), [edge])
    world = World(tmp_path_factory.mktemp("world"), rendering.text)
    patch = pytest.MonkeyPatch()
    try:
        patch.setenv("STORENET_READ_PASSWORD", PASSWORDS["storenet-ro"])
        patch.setenv("STORENET_WRITE_PASSWORD", PASSWORDS["storenet-rw"])
        (host_keys_of(content) / EDGE).write_text(f"{EDGE} {(world.edge.etc / 'ssh/key.pub').read_text()}")
        accounts, keys, platform = load_accounts(content), host_keys_of(content), load_platforms()["frr"]
        reached = replace(edge, address=EDGE_ADDRESS)
        with world.entered():
            session = Session(reached, platform, accounts, keys, lambda: datetime.now(UTC), limits=LIMITS)
            yield Ground(world, session)
            session.close()
    finally:
        patch.undo()
        world.close()


@contextmanager
def put(ground: Ground, way: str) -> Iterator[Callable[[], None]]:
    """Give the act that spoils the way; it is whole again afterwards, and so is the router."""
    try:
        yield lambda: WAYS[way](ground)
    finally:
        ground.clean()
        ground.session.close()
        if ground.is_pending():
            ground.edge("storenet-frr", "rollback")
        if ground.holds():
            ground.world.edge.configure(f"no ip route {MARK} Null0")


def looked(ground: Ground) -> Outcome:
    rows = ground.session.read(Look(getter="interfaces")).rows
    return Outcome(ending="success", wrong="" if rows else "no rows")


def applied(ground: Ground) -> Outcome:
    write = Write(kind="commit_confirm", lines=LINES, revert_in_seconds=TIMER_SECONDS)
    return Outcome(ending="success", words=ground.session.apply(write, Permit()).diff)


def acted(ground: Ground, phase: str) -> Outcome:
    """One phase: how it ends."""
    if phase in ("login", "look"):
        return looked(ground)
    if phase == "pending":
        return Outcome(ending="success", wrong="a change is told that is not there" if ground.session.pending() else "")
    if phase == "apply":
        return applied(ground)
    getattr(ground.session, phase)(Permit())
    return Outcome(ending="success" if phase == "confirm" else "taken back")


def prepared(ground: Ground, phase: str) -> None:
    """Bring the router to where the phase begins."""
    if phase == "look":
        looked(ground)
    if phase in ("confirm", "undo"):
        applied(ground)


def judged(ground: Ground, phase: str, ended: Outcome) -> str:
    """What is wrong with an ending, once the way is whole again; empty when nothing is."""
    if ended.ending not in ENDINGS:
        return f"unnamed: {ended.ending}"
    if ended.wrong:
        return f"false success: {ended.wrong}"
    if phase in LOOKS or ended.ending == "unknown":
        return ""
    held, pending = ground.holds(), ground.is_pending()
    truths = {
        "apply": {"success": held and pending},
        "confirm": {"success": held and not pending},
        "undo": {"taken back": not held and not pending},
    }[phase]
    refused = not held if phase == "apply" else held and pending
    so = truths.get(ended.ending, refused)
    return "" if so else f"false {'success' if ended.ending in truths else 'refusal'}: {ended.ending}"


def settled(ground: Ground) -> bool:
    """What could not be told while it was cut off can be read now."""
    (row,) = ground.session.read(Look(getter="running_config")).rows
    return isinstance(row, TextRow) and (MARK in row.text) == ground.holds()


def keep(way: str, phase: str, ended: Outcome, wrong: str) -> None:
    if RESULTS is None:
        return
    row = Row(
        mode=f"namespace: {way}", dialect="frr", phase=phase, ending=ended.ending, words=ended.words[:120],
        held="-", wrong=wrong, seconds=0.0,
    )  # fmt: skip
    with Path(RESULTS).with_name("real-ways.jsonl").open("a") as kept:
        kept.write(json.dumps(asdict(row)) + "\n")


@pytest.mark.parametrize("phase", ["login", "look", "pending", "apply", "confirm", "undo"])
@pytest.mark.parametrize("way", WAYS)
def test_a_way_that_is_gone_before_it_begins(ground, way, phase):
    with put(ground, way) as spoil:
        prepared(ground, phase)
        spoil()
        ended = told(lambda: acted(ground, phase))
        ground.clean()
        wrong = judged(ground, phase, ended)
        keep(way, phase, ended, wrong)
        assert wrong == "", ended
        assert ended.ending != "success" or way == "large packets lost", ended
        until(lambda: told(lambda: looked(ground)).ending == "success", "it can be read again", 20)
        assert settled(ground)


@pytest.mark.parametrize("way", ["refused", "icmp admin prohibited", "tcp reset", "black hole"])
def test_a_way_that_goes_while_the_router_takes_the_change(ground, way):
    """The change is under the router's timer, and its answer does not come back."""
    with put(ground, way) as spoil:

        def as_it_takes_it() -> None:
            until(ground.holds, "the router takes the change", 20)
            spoil()

        watcher = threading.Thread(target=as_it_takes_it)
        watcher.start()
        ended = told(lambda: applied(ground))
        watcher.join(30)
        keep(f"{way}, while it is taken", "apply", ended, "")
        assert ended.ending in ("success", "unknown"), ended
        ground.clean()
        until(lambda: told(lambda: looked(ground)).ending == "success", "it can be read again", 20)
        assert settled(ground)
        until(ground.is_pending, "the router's timer runs", 20)
        ground.session.undo(Permit())
        assert not ground.holds()
