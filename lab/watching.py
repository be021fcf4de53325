"""What the controller says while a demo runs, seen through its public API only.

In: the controller's base URL. Out: readiness, timing profile, incidents as sentences. Called by ``lab.demo``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import httpx

TIMEOUT_SECONDS = 5.0
OPEN = frozenset({"open", "healing", "held", "mitigated", "escalated"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One incident as the API tells it."""

    id: str
    store: str
    status: str
    sentence: str
    opened_at: str
    device: str
    signature: str


class Watching:
    """A polite reader: a request that fails means "not seen", never an error."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def alive(self) -> bool:
        """Whether the controller answers."""
        return self._get("/livez") is not None

    def all_seen(self, stores: int) -> bool:
        """Whether every store has been looked at and every function of it works."""
        rows = self._items("/api/v1/stores")
        return len(rows) >= stores and all(row.get("seen_at") for row in rows)

    def timing(self) -> tuple[str, dict[str, float]]:
        """The timing profile's name and its seconds."""
        found = self._get("/api/v1/timing")
        if not isinstance(found, dict):
            return "unknown", {}
        return str(found.get("profile")), {str(k): float(v) for k, v in dict(found.get("seconds") or {}).items()}

    def incidents(self) -> list[Said]:
        """Every incident, oldest first."""
        rows = self._items("/api/v1/incidents?limit=1000")
        said = [
            Said(
                id=str(r.get("id")),
                store=str(r.get("store")),
                status=str(r.get("status")),
                sentence=str(r.get("sentence") or r.get("title")),
                opened_at=str(r.get("opened_at")),
                device=str(r.get("device") or ""),
                signature=str(r.get("signature")),
            )
            for r in rows
        ]
        return sorted(said, key=lambda row: row.opened_at)

    def lasting(self) -> int:
        """How many incidents are not closed yet."""
        return len(self._items("/api/v1/incidents?open=true"))

    def _items(self, path: str) -> Sequence[dict[str, object]]:
        found = self._get(path)
        items = found.get("items") if isinstance(found, dict) else None
        return items if isinstance(items, list) else []

    def _get(self, path: str) -> object:
        try:
            answer = self._client.get(path)
            return answer.json() if answer.is_success else None
        except (httpx.HTTPError, ValueError):
            return None
