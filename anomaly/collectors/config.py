"""The whole configuration of devices where that is a cheap look: only that it was read.

In: ``running_config``. Out: nothing of its own. ``controller.drifting`` compares what was read with what is intended
and adds the observation ``config_drift``; the room that detects does not know how configurations are made.
"""

from datetime import datetime

from anomaly.answers import Answers
from anomaly.model import Observation
from inventory.model import Chain, Device, Role

GETTERS = frozenset({"running_config"})
ROLES: frozenset[Role] = frozenset({"edge", "switch"})
OBSERVES: frozenset[str] = frozenset()


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Nothing."""
    del device, chain, answers, now
    return ()
