"""The fuzzing targets without atheris: their corpus, inputs by Hypothesis made of it, and what they leave in memory."""

import gc
import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.intake import hints as hints_taken
from controller.intake import words
from controller.intake.buckets import Buckets
from tests.fuzz import hints, told
from tests.fuzz.corpus import seeds

TARGETS = {**hints.TARGETS, **told.TARGETS}
INPUTS, GROWN_KB = 150, 24
SENTENCE = b"GigabitEthernet0/0 is up, 10.0.0.1 %LINK-3-UPDOWN: -1 99999999999999999999 31:99:99 \xff"


def spoilt(raw, dice):
    """A good input with pieces turned, cut out, doubled, or put in."""
    made = bytearray(raw)
    for _ in range(dice.randrange(1, 6)):
        at = dice.randrange(len(made) + 1)
        until = min(len(made), at + dice.randrange(1, 40))
        match dice.randrange(4):
            case 0:
                made[at:until] = dice.randbytes(until - at)
            case 1:
                del made[at:until]
            case 2:
                made[at:at] = made[at:until] * dice.randrange(1, 4)
            case _:
                made[at:at] = bytes(dice.sample(SENTENCE, 12))
    return bytes(made[:4096])


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_takes_its_corpus(name):
    for raw in seeds(name):
        TARGETS[name](raw)


@pytest.mark.parametrize("name", TARGETS)
def test_no_bytes_upset_a_target(name):
    @given(st.binary(max_size=600))
    @settings(max_examples=25, deadline=None, database=None)
    def ask(raw):
        TARGETS[name](raw)

    ask()


@pytest.mark.parametrize("name", TARGETS)
def test_no_good_input_made_bad_upsets_a_target(name):
    good = seeds(name)

    @given(st.sampled_from(good), st.randoms(use_true_random=False))
    @settings(max_examples=40, deadline=None, database=None)
    def ask(raw, dice):
        TARGETS[name](spoilt(raw, dice))

    ask()


@pytest.fixture
def stranger(monkeypatch):
    """An intake whose tables are soon full, so that what grows beyond them shows."""
    monkeypatch.setattr(words, "MOST_REMEMBERED", 32)
    monkeypatch.setattr(hints_taken, "REMEMBERED", 32)
    fresh = hints.Stranger()
    fresh.sieve._buckets = Buckets(most=32)
    monkeypatch.setattr(hints, "STRANGER", fresh)


@pytest.mark.scenario
@pytest.mark.parametrize("name", ["message", "stream", "trap", "proven_trap", "alerts", "webhook", "heartbeats"])
def test_nothing_grows(name, stranger):
    dice, good = random.Random(11), seeds(name)
    tracemalloc.start()
    try:
        held = [_held_after(name, good, dice) for _ in range(3)]
    finally:
        tracemalloc.stop()
    assert held[2] - held[1] < GROWN_KB * 1024


def _held_after(name, good, dice):
    for _ in range(INPUTS):
        TARGETS[name](spoilt(dice.choice(good), dice))
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
