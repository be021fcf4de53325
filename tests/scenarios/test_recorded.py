"""A whole story in virtual time is recorded, and watched again: every round shows the same findings."""

from contextlib import contextmanager
from datetime import timedelta

import pytest

from anomaly.library import load_library
from anomaly.recordings.reading import read_rounds
from anomaly.recordings.rounds import Round, Session
from anomaly.recordings.writing import Writer
from anomaly.rewatch import rewatch
from tests.scenarios.stage import Controller, World


@contextmanager
def recorded(controller, folder, name="host:1:1"):
    """Have a controller's rounds recorded; also its sights, as they were."""
    session = Session(id=name, profile="short", seconds=controller.timing.seconds)
    writer = Writer(folder, session, keep=timedelta(days=1), most_bytes=1 << 30)
    sights = []
    observe = controller.watch.observe

    def note(store, observations, at, hinted):
        told = Round(store=store, at=at, observations=observations, session=session, hinted=dict(hinted))
        writer.write([told])

    def observed(*given):
        sights.append(observe(*given))
        return sights[-1]

    controller.watch._heard = note
    controller.watch.observe = observed
    try:
        yield sights
    finally:
        writer.close()
        controller.close()


@pytest.fixture(scope="module")
def world():
    return World(seed=7, stores=2)


def test_every_round_shows_the_same_again(tmp_path, world):
    folder = tmp_path / "recordings"
    controller = Controller(world, tmp_path / "ledger.sqlite")
    with recorded(controller, folder) as sights:
        controller.play(10)
        world.put_in("ap_hung")
        controller.play(60)
        world.put_in("wan_carrier_down")
        controller.play(30)
    again = Controller(world, tmp_path / "ledger.sqlite", name="host:2:2")
    with recorded(again, folder, "host:2:2") as more:
        again.told = lambda store, now: {(f"{store}-edge", "bgp"): now - timedelta(seconds=1)}
        again.play(30)
    sights += more
    library = load_library()
    assert {f.signature for sight in sights for f in sight.findings} >= {"ap_hung", "wan_carrier_down"}
    troubles = []
    back = list(rewatch(library, world.chain, read_rounds(folder, troubles=troubles)))
    assert not troubles
    assert len(back) == len(sights)
    for one, other in zip(sights, back, strict=True):
        assert one == other
    size = sum(path.stat().st_size for path in folder.iterdir())
    assert size < 600 * len(sights)


def test_part_of_the_stores_is_watched_alike(tmp_path, world):
    folder = tmp_path / "recordings"
    controller = Controller(world, tmp_path / "ledger.sqlite")
    with recorded(controller, folder) as sights:
        controller.play(20)
    back = list(rewatch(load_library(), world.chain, read_rounds(folder, stores=["s002"])))
    assert back == [sight for sight in sights if sight.store == "s002"]
