"""Watches again what was recorded: rounds in, the sights a library would have had of them out.

In: a library, the chain, recorded rounds. Out: one ``StoreSight`` per round. Called by the backtest and by tests.
Memory is kept per store as it was then: it is empty when a controller begins.
"""

from collections.abc import Iterable, Iterator

from anomaly.library import Library
from anomaly.recordings.rounds import Round
from anomaly.watch import Recollection, StoreSight, by_store, look
from inventory.model import Chain, StoreId


class Rewatch:
    """One library's eyes on a recording."""

    def __init__(self, library: Library, chain: Chain) -> None:
        self._library = library
        self._chains = by_store(chain)
        self._before: dict[StoreId, tuple[str, Recollection]] = {}

    def see(self, told: Round) -> StoreSight | None:
        """Return what the library makes of a round; None for a store the chain no longer has.

        Devices the chain no longer has are left out.
        """
        chain = self._chains.get(told.store)
        if chain is None:
            return None
        seen = told.observations
        if not all(o.device in chain.devices for o in seen):
            seen = tuple(o for o in seen if o.device in chain.devices)
        session, before = self._before.get(told.store, ("", Recollection()))
        if session != told.session.id:
            before = Recollection()
        sight, after = look(self._library, chain, told.store, seen, before, told.at, told.session.seconds, told.hinted)
        self._before[told.store] = told.session.id, after
        return sight


def rewatch(library: Library, chain: Chain, rounds: Iterable[Round]) -> Iterator[StoreSight]:
    """Yield what ``library`` makes of each round of a store that ``chain`` has."""
    eyes = Rewatch(library, chain)
    yield from (sight for told in rounds if (sight := eyes.see(told)) is not None)
