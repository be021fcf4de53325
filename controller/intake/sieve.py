"""The flood made small: every message is counted, few are read, and what waits is bounded by the number of devices.

In: datagrams and frames with their sender and the time (monotonic seconds). Out: at most a few messages per device and
second. Called by ``ear``. Why this way: a forged flood may cost this process its time, never a device its only message.

A message whose word is not listed costs one search and one lookup. Of the others a sender may say so many a second;
beyond that its message still counts when nothing of that device waits. Per device the newest ``SLOTS`` wait.
"""

from collections import Counter, OrderedDict, deque
from collections.abc import Mapping
from typing import Literal

from controller.intake import syslog, traps
from controller.intake.ber import UnreadableError
from controller.intake.buckets import Buckets
from controller.intake.model import LONGEST_TEXT, LONGEST_WORD, Source, Told
from controller.intake.whereabouts import Whereabouts
from controller.intake.words import Words

SLOTS = 4
APART_SECONDS = 1.0
NOWHERE = ""
Count = Literal["received", "unlisted", "unreadable", "refused", "unresolved", "dropped", "kept"]


class Sieve:
    """What the listening process knows between two messages."""

    def __init__(
        self, spoken: Words, trapped: Words, whereabouts: Whereabouts, opens: traps.Opens = traps.open_none
    ) -> None:
        self._opens = opens
        self._spoken = spoken
        self._trapped = trapped
        self._whereabouts = whereabouts
        self._buckets = Buckets()
        self._waiting: OrderedDict[str, deque[Told]] = OrderedDict()
        self._given: dict[str, float] = {}
        self.counts: Counter[tuple[Source, Count]] = Counter()

    def take_syslog(self, raw: bytes, sender: str, now: float) -> None:
        """Take one message."""
        self.counts["syslog", "received"] += 1
        word = syslog.mnemonic_of(raw)
        kind = self._spoken.kind(word) if word else None
        if kind is None:
            self.counts["syslog", "unlisted"] += 1
            return
        message = syslog.parse(raw)
        device = self._whereabouts.device(message.host, sender)
        self._keep("syslog", sender, kind, message.mnemonic, device, message.text, now)

    def take_trap(self, raw: bytes, sender: str, now: float) -> None:
        """Take one notification."""
        self.counts["trap", "received"] += 1
        try:
            trap = traps.parse(raw, now, self._opens)
        except UnreadableError:
            self.counts["trap", "unreadable"] += 1
            return
        except traps.RefusedTrapError:
            self.counts["trap", "refused"] += 1
            return
        kind = self._trapped.kind(trap.trap.encode())
        if kind is None:
            self.counts["trap", "unlisted"] += 1
            return
        device = self._whereabouts.device(trap.name, trap.address, sender)
        self._keep("trap", sender, kind, trap.trap, device, trap.text, now)

    def ready(self, now: float, most: int) -> list[Told]:
        """Return what may be passed on now, the newest of each device that has rested, oldest devices first."""
        due = [d for d in self._waiting if now - self._given.get(d, -APART_SECONDS) >= APART_SECONDS][:most]
        for device in due:
            self._given[device] = now
        given = [told for device in due for told in self._waiting.pop(device)]
        self.counts.update((told.source, "kept") for told in given)
        return given

    def idle(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting

    def sizes(self) -> Mapping[str, int]:
        """How many entries each memory has."""
        return {
            "waiting": sum(map(len, self._waiting.values())),
            "given": len(self._given),
            "senders": len(self._buckets),
            "words": self._spoken.remembered() + self._trapped.remembered(),
        }

    def _keep(self, source: Source, sender: str, kind: str, word: str, device: str, text: str, now: float) -> None:
        if device == NOWHERE:
            self.counts[source, "unresolved"] += 1
        waiting = self._waiting.get(device)
        if not self._buckets.take(sender, now) and waiting is not None:
            self.counts[source, "dropped"] += 1
            return
        if waiting is None:
            waiting = self._waiting[device] = deque(maxlen=SLOTS)
        elif len(waiting) == SLOTS:
            self.counts[waiting[0].source, "dropped"] += 1
        told = Told(
            source=source,
            sender=sender,
            mnemonic=word[:LONGEST_WORD],
            kind=kind,
            device=device,
            text=text[:LONGEST_TEXT],
        )
        waiting.append(told)
