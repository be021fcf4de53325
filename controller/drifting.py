"""Whether devices still say what they should: their configuration against its rendering, whenever it has changed.

In: answers that hold a whole configuration, the content directory. Out: the observation ``config_drift`` per device,
and the intended text for the action that restores it. Called through ``anomaly.watch`` and ``eyes``.
A device counts as drifted only after it was seen as intended under the very intent that holds now: what was never
pushed is not "restored", and an intent just edited is pushed by people, not by a repair. A repair that deviates from
the intent on purpose (steering to the backup) is noted by ``deviate`` before it is made; once it was seen, the note is
lifted when the device is as intended again.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import structlog

from anomaly.answers import Answers
from anomaly.model import Observation
from controller.ports import Ledger
from inventory.errors import DeviceError
from inventory.intent import load_intent
from inventory.looks import Reading
from inventory.model import Chain, Device, DeviceId, StoreId
from inventory.platforms import load_platforms
from inventory.yaml_file import ContentError
from playbooks.model import CONFIG, text_of
from templates.drift import drift
from templates.rendering import RenderError, Rendering, render_all

SETTLED = "intended/"
DEVIATES = "deviation/"
SEEN = "seen, "
MARK = 16
Stamp = tuple[tuple[str, int, int], ...]
log = structlog.get_logger(__name__)


def deviate(ledger: Ledger, device: str, reason: str) -> None:
    """Note that a repair is about to make a device differ from the intent on purpose."""
    ledger.throw(f"{DEVIATES}{device}", reason)


def no_deviation(ledger: Ledger, device: str) -> None:
    """Take the note back: the repair was not made, or taken back."""
    ledger.throw(f"{DEVIATES}{device}", None)


class Drifting:
    """Knows what every device with a cheap configuration should say. ``refresh`` follows the content directory."""

    def __init__(self, content: Path, chain: Chain, ledger: Ledger | None, today: Callable[[], date]) -> None:
        cheap = {name for name, platform in load_platforms().items() if platform.cheap_config}
        self._content = content
        self._chain = chain
        self._ledger = ledger
        self._today = today
        self._devices = tuple(d for d in chain.devices.values() if d.platform in cheap)
        self._stamp: Stamp | None = None
        self._renderings: Mapping[DeviceId, Rendering] = {}
        self._seen: dict[DeviceId, tuple[str, str, bool]] = {}
        self._settled: dict[DeviceId, str] = {}
        self.refresh()

    def refresh(self) -> None:
        """Render anew when the intent or a template has changed. What cannot be rendered is not known any more."""
        if not self._devices or (stamp := self._files()) == self._stamp:
            return
        self._stamp = stamp
        try:
            self._renderings = {r.device: r for r in self._render()}
        except (ContentError, RenderError) as error:
            self._renderings = {}
            log.warning("drift.not_rendered", problems=[str(problem) for problem in error.problems][:5])

    def intended(self, device: DeviceId) -> str | None:
        """Return what the device should say; None when that is not known."""
        rendering = self._renderings.get(device)
        return None if rendering is None else rendering.text

    def observations(
        self, store: StoreId, answers: Mapping[DeviceId, Answers], now: datetime
    ) -> tuple[Observation, ...]:
        """``config_drift`` per device whose configuration is looked at; None where it is not known."""
        return tuple(
            Observation(
                store=store,
                device=device.id,
                subject=device.id,
                name="config_drift",
                at=now,
                value=self._drifted(device, answers.get(device.id, {}).get(CONFIG.key)),
            )
            for device in self._devices
            if device.store == store
        )

    def _drifted(self, device: Device, answer: Reading | DeviceError | None) -> bool | None:
        rendering = self._renderings.get(device.id)
        if rendering is None or not isinstance(answer, Reading) or not text_of(answer).strip():
            return None
        text, mark = text_of(answer), rendering.fingerprint[:MARK]
        known = self._seen.get(device.id)
        if known is None or known[:2] != (text, mark):
            known = text, mark, drift(rendering.platform, text, rendering.text).clean
            self._seen[device.id] = known
        if known[2]:
            self._settle(device.id, mark)
            return False
        if self._deviates(device.id):
            return None
        return True if self._settled_as(device.id) == mark else None

    def _deviates(self, device: DeviceId) -> bool:
        """Whether it differs on purpose; from now on the note says that it was seen to."""
        reason = self._ledger.switch(f"{DEVIATES}{device}") if self._ledger is not None else None
        if self._ledger is not None and reason is not None and not reason.startswith(SEEN):
            self._ledger.throw(f"{DEVIATES}{device}", f"{SEEN}{reason}")
        return reason is not None

    def _settle(self, device: DeviceId, mark: str) -> None:
        if self._ledger is None:
            self._settled[device] = mark
            return
        if self._ledger.switch(f"{SETTLED}{device}") != mark:
            self._ledger.throw(f"{SETTLED}{device}", mark)
        if (self._ledger.switch(f"{DEVIATES}{device}") or "").startswith(SEEN):
            self._ledger.throw(f"{DEVIATES}{device}", None)

    def _settled_as(self, device: DeviceId) -> str | None:
        return self._settled.get(device) if self._ledger is None else self._ledger.switch(f"{SETTLED}{device}")

    def _render(self) -> tuple[Rendering, ...]:
        if not self._intent_file.exists():
            return ()
        intent = load_intent(self._content, self._chain, self._today())
        return render_all(self._content, self._chain, intent, self._devices)

    def _files(self) -> Stamp:
        """What would be read, as it stands: path, time of change, size."""
        files = (self._intent_file, *sorted((self._content / "templates").rglob("*.*")))
        found = ((path, path.stat()) for path in files if path.exists())
        return tuple((str(path), at.st_mtime_ns, at.st_size) for path, at in found)

    @property
    def _intent_file(self) -> Path:
        return self._content / "inventory" / "intent.yaml"
