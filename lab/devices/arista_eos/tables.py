"""Every command of exec mode, gathered from the families; the command line is told of them here."""

from lab.devices.arista_eos import (
    counters,
    exec_commands,
    session_commands,
    shows_health,
    shows_ip,
    shows_layer2,
    shows_lldp,
    shows_ports,
    shows_system,
)
from lab.devices.arista_eos.cli import Cli

_FAMILIES = (
    exec_commands,
    session_commands,
    shows_system,
    shows_ports,
    counters,
    shows_layer2,
    shows_lldp,
    shows_ip,
    shows_health,
)
Cli.tables = tuple(family.TABLE for family in _FAMILIES)
