"""Floods: what is remembered is bounded by the chain, and no device loses its only message."""

import random
from collections import Counter
from itertools import pairwise

import pytest

from controller.intake.buckets import BURST, RATE, Buckets
from controller.intake.hints import Hints
from controller.intake.sieve import SLOTS, Sieve
from controller.intake.whereabouts import whereabouts_of
from controller.intake.words_file import load_words
from tests.controller.intake.trap_bytes import LINK_DOWN, binding, octets, trap_v2

EVENTS = 100_000


@pytest.fixture
def sieve(chain):
    return Sieve(*load_words(None), whereabouts_of(chain))


def line(device, word="LINK-3-UPDOWN"):
    return f"<189>Nov 21 08:00:00 {device} 45: %{word}: Interface Gi0/0, changed state to down".encode()


def trap(device):
    return trap_v2(LINK_DOWN, binding("1.3.6.1.2.1.1.5.0", octets(device)))


def test_a_flood_of_strangers_and_new_words_leaves_memory_bounded(sieve, chain):
    dice = random.Random(5)
    for number in range(EVENTS):
        word = f"FLOOD-{number % 8}-W{number}" if number % 3 else "LINK-3-UPDOWN"
        sieve.take_syslog(
            line(f"h{dice.randrange(10**6)}", word), f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 0.0
        )
    sizes = sieve.sizes()
    assert sizes["waiting"] <= SLOTS * (len(chain.devices) + 1)
    assert sizes["given"] <= len(chain.devices) + 1
    assert sizes["senders"] <= 4096
    assert sizes["words"] <= 2 * 4096
    assert sieve.counts["syslog", "received"] == EVENTS


def test_every_device_keeps_one_message_in_any_flood(sieve, chain):
    for _ in range(20_000):
        sieve.take_syslog(line("s001-edge"), "127.0.0.1", 0.0)
    for device in chain.devices:
        sieve.take_syslog(line(device), "127.0.0.1", 0.0)
        sieve.take_trap(trap(device), "127.0.0.1", 0.0)
    for _ in range(20_000):
        sieve.take_syslog(line("s001-edge"), "127.0.0.1", 0.0)
    assert {told.device for told in sieve.ready(0.0, 1000)} == set(chain.devices)


def test_what_is_passed_on_rests_a_second_per_device(sieve):
    given = 0
    for tenth in range(100):
        for _ in range(100):
            sieve.take_syslog(line("s001-edge"), "127.0.0.1", tenth / 10)
        given += bool(sieve.ready(tenth / 10, 16))
    assert given == 10
    told = sieve.counts
    waiting = sieve.sizes()["waiting"]
    assert told["syslog", "received"] == told["syslog", "dropped"] + told["syslog", "kept"] + waiting == 10_000


def test_counts_tell_the_fates_apart(sieve):
    sieve.take_syslog(b"<13>Nov 21 08:00:00 h cron[1]: ran", "10.0.0.1", 0.0)
    sieve.take_syslog(line("s001-edge", "SEC_LOGIN-5-LOGIN_SUCCESS"), "10.0.0.1", 0.0)
    sieve.take_syslog(line("elsewhere"), "10.0.0.1", 0.0)
    sieve.take_trap(b"\x30", "10.0.0.1", 0.0)
    sieve.take_trap(trap_v2("1.3.6.1.4.1.1.1.1"), "10.0.0.1", 0.0)
    sieve.take_trap(trap("s001-edge"), "10.0.0.1", 0.0)
    sieve.ready(0.0, 10)
    assert sieve.counts == {
        ("syslog", "received"): 3,
        ("syslog", "unlisted"): 2,
        ("syslog", "unresolved"): 1,
        ("syslog", "kept"): 1,
        ("trap", "received"): 3,
        ("trap", "unreadable"): 1,
        ("trap", "unlisted"): 1,
        ("trap", "kept"): 1,
    }


def test_a_sender_gets_its_burst_and_then_its_rate():
    buckets = Buckets()
    assert sum(buckets.take("a", 0.0) for _ in range(1000)) == BURST
    assert sum(buckets.take("a", 1.0) for _ in range(1000)) == RATE
    assert buckets.take("b", 1.0)


def test_forged_events_raise_one_look_per_device_and_minute(chain, clock, looker):
    """An hour of virtual time; every event names a device of the chain and a word that matters."""
    dice = random.Random(7)
    hints = Hints(chain, looker.poller.hasten, clock.now)
    sieve = Sieve(*load_words(None), hints.whereabouts)
    devices = list(chain.devices)
    for second in range(3600):
        for _ in range(EVENTS // 3600 + 1):
            forged = dice.choice(devices)
            if dice.random() < 0.9:
                sieve.take_syslog(line(forged), f"10.0.0.{dice.randrange(256)}", second)
            else:
                sieve.take_trap(trap(forged), "10.0.0.1", second)
        for told in sieve.ready(second, 16):
            hints.take(told)
        clock.sleep(1)
    assert sieve.counts["syslog", "received"] + sieve.counts["trap", "received"] >= EVENTS
    looks = Counter(looker.looks)
    assert looks
    for device in {device for device, _ in looks}:
        times = sorted(at for of, at in looker.looks if of == device)
        assert all((later - before).total_seconds() >= 60 for before, later in pairwise(times))
        assert len(times) == 60
