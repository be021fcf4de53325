"""How much each sender may say: one token bucket a sender, and only so many senders remembered.

In: a sender and the time (monotonic seconds). Out: whether there is a token. Called by ``sieve`` and ``hints``.
"""

from collections import OrderedDict

RATE = 50.0
BURST = 200.0
MOST_SENDERS = 4096


class Buckets:
    """``rate`` tokens a second, ``burst`` at most. The sender unheard for longest is forgotten when there are many."""

    def __init__(self, rate: float = RATE, burst: float = BURST, most: int = MOST_SENDERS) -> None:
        self._rate = rate
        self._burst = burst
        self._most = most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, sender: str, now: float) -> bool:
        """Take a token, if there is one."""
        left, at = self._left.pop(sender, (self._burst, now))
        left = min(self._burst, left + max(0.0, now - at) * self._rate)
        has = left >= 1.0
        self._left[sender] = (left - 1.0 if has else left, now)
        while len(self._left) > self._most:
            self._left.popitem(last=False)
        return has

    def __len__(self) -> int:
        """How many senders are remembered."""
        return len(self._left)
