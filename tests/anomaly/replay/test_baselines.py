import numpy as np

from anomaly.learn.baselines import FleetBaselines


def fed(eyes, level, polls, seed=3):
    noise = np.random.default_rng(seed)
    raised = 0
    for _ in range(polls):
        raised += int(eyes.poll((level * noise.normal(1, 0.01, level.shape)).astype(np.float32)).sum())
    return raised


def test_far_twice_in_a_row_is_told_and_once_is_not():
    level = np.full((40, 3), 100.0)
    eyes = FleetBaselines(np.zeros(40, dtype=np.int64), 3)
    assert fed(eyes, level, 30) == 0
    spike = level.astype(np.float32)
    spike[7, 1] = 500
    assert not eyes.poll(spike).any()
    assert np.argwhere(eyes.poll(spike)).tolist() == [[7, 1]]


def test_a_missing_value_is_never_far_and_leaves_the_level_alone():
    level = np.full((2, 1), 50.0)
    eyes = FleetBaselines(np.zeros(2, dtype=np.int64), 1)
    fed(eyes, level, 30)
    for _ in range(50):
        assert not eyes.poll(np.full((2, 1), np.nan, dtype=np.float32)).any()
    far = np.full((2, 1), 90, dtype=np.float32)
    eyes.poll(far)
    assert eyes.poll(far).all()


def test_a_new_device_starts_with_its_groups_spread():
    groups = np.array([0] * 20 + [1] * 20 + [0, 1])
    level = np.full((42, 1), 100.0)
    level[-2:] = np.nan  # not there yet
    noise = np.random.default_rng(1)
    eyes = FleetBaselines(groups, 1)
    for _ in range(200):
        wide = np.where(groups == 1, 0.2, 0.005)[:, None]
        eyes.poll((level * noise.normal(1, wide)).astype(np.float32))
    level[-2:] = 100
    eyes.poll(level.astype(np.float32))
    level[-2:] = 120
    eyes.poll(level.astype(np.float32))
    alarms = eyes.poll(level.astype(np.float32))
    assert alarms[-2, 0]  # a quiet group: a fifth is far
    assert not alarms[-1, 0]  # a noisy one: it is not


def test_one_by_one_gives_the_same_answers():
    groups = np.zeros(10, dtype=np.int64)
    together = FleetBaselines(groups, 2)
    alone = [FleetBaselines(groups[:1], 2) for _ in groups]
    noise = np.random.default_rng(5)
    for poll in range(40):
        values = noise.normal(100, 1, (10, 2)).astype(np.float32)
        values[3, 0] += 80 * (poll > 30)
        said = together.poll(values)
        assert (said == np.concatenate([each.poll(values[n : n + 1]) for n, each in enumerate(alone)])).all()
