"""Where a message comes from: names and addresses of the chain's devices, looked up.

In: a chain. Out: the device a name or an address stands for. Called by ``sieve`` (in the listening process, which is
handed the two tables) and by ``hints``. An address that several devices share stands for none of them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from inventory.model import Chain

MOST_NAME = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """``names``: lower-case device names; ``addresses``: those that are one device's alone. Both lead to its id."""

    names: Mapping[str, str]
    addresses: Mapping[str, str]

    def device(self, name: str, *addresses: str) -> str:
        """Return the device: by its name (whole, or before its domain), else by the first address known, else ""."""
        if name and len(name) <= MOST_NAME:
            low = name.lower()
            found = self.names.get(low) or self.names.get(low.partition(".")[0]) or self.addresses.get(low)
            if found:
                return found
        return next((self.addresses[a] for a in addresses if a in self.addresses), "")


def whereabouts_of(chain: Chain) -> Whereabouts:
    """Return the tables of a chain: where devices are dialled, and their own addresses on their ports."""
    names = {str(d.id).lower(): str(d.id) for d in chain.devices.values()}
    pairs = {(d.address, str(d.id)) for d in chain.devices.values() if d.address}
    pairs |= {
        (p.address.partition("/")[0], str(d.id))
        for d in chain.devices.values()
        for p in d.ports.values()
        if p.use == "probe" and p.address
    }
    shared = Counter(address for address, _ in pairs)
    return Whereabouts(names=names, addresses={a: device for a, device in pairs if shared[a] == 1})
