"""What a push has at hand: its collaborators, wired once by ``controller.running``."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

from controller.eyes import Eyes
from controller.facts import Guardrail
from controller.hands import Hands
from controller.ports import Clock, RolloutStore
from controller.timing import Timing
from inventory.model import Chain, StoreId


@dataclass(frozen=True, slots=True, kw_only=True)
class Pusher:
    """Everything a push needs.

    ``turn`` gives the lock that a store's healing and its push take in turns; ``workers`` push to stores side by side.
    """

    chain: Chain
    eyes: Eyes
    hands: Hands
    ledger: RolloutStore
    clock: Clock
    timing: Timing
    guardrails: Mapping[str, Guardrail]
    turn: Callable[[StoreId], threading.Lock]
    workers: Executor
