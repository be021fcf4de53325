"""How packets fare on their way and back.

In: what a line, a tunnel, an access point does to them. Out: how long each takes. Used wherever in the lab something is
sent: who knows the way sends any number of packets over it.
"""

from dataclasses import dataclass

ETHERNET = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """To and fro in ``ms`` at best and ``spread`` more at worst; ``loss`` 0-1; ``mtu``: larger packets vanish."""

    ms: float
    spread: float
    loss: float = 0.0
    mtu: int = ETHERNET

    def took(self, luck: float) -> float | None:
        """Round-trip milliseconds of one packet, None when it is lost; ``luck`` in [0, 1) decides."""
        if luck < self.loss:
            return None
        return self.ms + self.spread * (luck - self.loss) / (1 - self.loss)

    @property
    def worst_ms(self) -> float:
        """The longest a packet takes."""
        return self.ms + self.spread
