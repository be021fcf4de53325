"""The primary's default route, hung on an operation that asks the carrier's router; and as it stands by the standard.

In: the port and the carrier's router. Out: lines to type in. Called by faults of edges whose route is tracked.
"""

from lab.standards import DISTANCES

OBJECT = 90
DEFAULT = "ip route 0.0.0.0 0.0.0.0"
UNTRACKED = (f"{DEFAULT} dhcp {DISTANCES['wan']}", f"no track {OBJECT}", f"no ip sla {OBJECT}", "end")


def tracked(port: str, gateway: str) -> tuple[str, ...]:
    """What makes the primary's route hang on an operation that asks the carrier's router."""
    return (
        f"ip sla {OBJECT}",
        f"icmp-echo {gateway} source-interface {port}",
        "timeout 1000",
        "frequency 2",
        f"ip sla schedule {OBJECT} life forever start-time now",
        f"track {OBJECT} ip sla {OBJECT} reachability",
        f"{DEFAULT} dhcp {DISTANCES['wan']} track {OBJECT}",
        "end",
    )
