"""Cisco IOS: one record that says how to reach it, what to ask and how to read the answers."""

import re

from inventory.platforms import Dialect, Getter, Platform
from inventory.platforms.cisco_ios import fallback, readers, switch_readers
from inventory.platforms.cisco_ios.driver import LOG_LINE, TunedCiscoIos
from inventory.platforms.cisco_ios.names import full_port

REFUSED = re.compile(
    r"(?im)^\s*%(?!\s*(?:Warning|Please wait)\b)[^\n]*\S"
    r"|^[^\n]*\b(?:Incomplete command|Ambiguous command|Command rejected|"
    r"overlaps with|Error opening|Rollback aborted|Invalid input detected|authorization failed|"
    r"does not have a DHCP originated address)[^\n]*"
)
UNKNOWN = re.compile(
    r"(?im)^\s*%\s*(?:Invalid input|Incomplete command|Ambiguous command|Unknown command|Bad IP address|"
    r"Unrecognized|Authorization failed|Command authorization failed|Invalid command)[^\n]*"
    r"|^Command authorization failed[^\n]*"
)

PLATFORM = Platform(
    name="cisco_ios",
    netmiko="cisco_ios",
    napalm="ios",
    driver=TunedCiscoIos,
    dialect=Dialect(
        enter_config="configure terminal",
        leave_config="end",
        users="show users all",
        pending="show archive config rollback timer",
        none_pending="No Rollback Confirmed Change pending",
        is_pending="Timer type",
        delete_file="delete /force {file}",
        show_file_system="dir",
        refused=REFUSED,
        unknown=UNKNOWN,
        log_line=LOG_LINE,
    ),
    port_name=full_port,
    free_lines=readers.free_lines,
    vty_lines=5,
    commit_confirm=True,
    min_revert_seconds=60,
    revert_step_seconds=60,
    getters={
        "interfaces": Getter(
            command="show ip interface brief", parse=readers.interfaces, fallback=fallback.interfaces
        ),
        "ports": Getter(command="show interfaces status", parse=switch_readers.ports, fallback=fallback.ports),
        "trunks": Getter(command="show interfaces trunk", parse=switch_readers.trunks),
        "poe": Getter(command="show power inline", parse=switch_readers.poe, fallback=fallback.poe),
        "neighbors": Getter(
            command="show cdp neighbors", parse=switch_readers.neighbors, fallback=fallback.neighbors
        ),
        "macs": Getter(command="show mac address-table", parse=switch_readers.macs, fallback=fallback.macs),
        "arp": Getter(command="show ip arp", parse=readers.arp, fallback=fallback.arp),
        "probes": Getter(command="show ip sla summary", parse=readers.probes),
        "default_route": Getter(command="show ip route 0.0.0.0", parse=readers.default_route),
        "leases": Getter(command="show ip dhcp binding", parse=readers.leases, fallback=fallback.leases),
        "ping": Getter(
            command="ping {destination} source {source} repeat {count} timeout 1", parse=readers.ping,
            seconds_arg="count",
        ),
        "running_config": Getter(command="show running-config", parse=readers.running_config, privileged=True),
        "port_config": Getter(
            command="show running-config interface {port}", parse=readers.port_config, privileged=True
        ),
        "log": Getter(command="show logging | include {text}", parse=readers.text),
        "users": Getter(command="show users all", parse=readers.text),
    },
)
