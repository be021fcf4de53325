"""The hand rules: which symptom opens which kind of incident, how long it waits for others, and for how long it is one.

In: nothing; tables. Called by ``incidents``. Why: every number of the replay's judgement stands in one place.
"""

from typing import Final

from anomaly.replay.records import UNKNOWN

# A change that says by itself what happened and where: told at once.
CERTAIN: Final = {
    "admin_down": "admin_shut",
    "admin_up": "admin_up",
    "bgp_collapse": "bgp_clear",
    "log_clear": "bgp_clear",
}
# A change that may be the consequence of another one: it waits a sample for its cause.
LINK: Final = frozenset({"oper_down", "oper_up", "carrier"})
BFD: Final = {"bfd_down": "bfd_break", "bfd_up": "bfd_restore"}
DOUBTFUL: Final = {
    **dict.fromkeys(LINK, "port_flap"),
    **BFD,
    "bgp_loss": UNKNOWN,
    "log_session_lost": UNKNOWN,
    "errors": UNKNOWN,
    "cpu_high": UNKNOWN,
    "memory_lost": UNKNOWN,
    "neighbours_changed": UNKNOWN,
    "silent": UNKNOWN,
    "fib_drops_stay": "blackhole",
    "out_moved": "ecmp_change",
    "traffic_fell": "blackhole",
    "traffic_moved": UNKNOWN,
    "in_moved": "ecmp_change",
    "leak_stays": "blackhole",
    "part_fell": "blackhole",
    "part_moved": "ecmp_change",
}
SILENT: Final = frozenset(
    {"out_moved", "in_moved", "traffic_fell", "traffic_moved", "leak_stays", "part_fell", "part_moved"}
)
STATES: Final = frozenset({*CERTAIN, *LINK, *BFD, "bgp_loss", "log_session_lost", "neighbours_changed"})
KINDS: Final = frozenset({*CERTAIN.values(), *DOUBTFUL.values()})

# A session loss above this share, with no cause on the line, is taken for a reset of the sessions.
RESET_SHARE: Final = 0.3
# Symptoms of the same kind and place within these seconds of the last one are one incident.
COOL_SECONDS: Final = {
    "bgp_clear": 20.0,
    "admin_shut": 30.0,
    "admin_up": 30.0,
    "port_flap": 90.0,
    "bfd_break": 30.0,
    "bfd_restore": 30.0,
    "ecmp_change": 120.0,
    "blackhole": 240.0,
    UNKNOWN: 240.0,
}
COOL_OTHERWISE: Final = 240.0
# How far back a cause may lie: on the same port, and on the device or a neighbour.
PORT_CAUSE_SECONDS: Final = 60.0
DEVICE_CAUSE_SECONDS: Final = 200.0
# Traffic re-converges so long after an incident; silent shifts are not looked for before, nor against older samples.
SETTLE_SECONDS: Final = {"bgp_clear": 120.0}
SETTLE_OTHERWISE: Final = 60.0
BEARING_KBPS: Final = 1000.0
# Traffic that falls, or comes in by other ports, on one device alone is somebody's business elsewhere.
FEWEST_DEVICES: Final = 2
# Series of the whole fleet that must leave their baselines together; on quiet days it was one in seventy at most.
FLEET_SHARE: Final = 0.03
# An incident that a change of state opened is told once more, with what all devices have said since.
CONFIRM_SECONDS: Final = 15.0
CONFIRMED: Final = frozenset({"bgp_clear", "admin_shut", "bfd_break"})
