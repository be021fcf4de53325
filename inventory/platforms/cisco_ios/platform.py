"""Cisco IOS: one record that says how to reach it, what to ask and how to read the answers."""

import re

from inventory.platforms import Dialect, Fallback, Getter, Parse, Platform
from inventory.platforms.cisco_ios import (
    bgp_reader,
    fallback,
    line_reader,
    port_reader,
    readers,
    service_reader,
    switch_readers,
)
from inventory.platforms.cisco_ios.cellular_reader import cellular
from inventory.platforms.cisco_ios.driver import LOG_LINE, TunedCiscoIos
from inventory.platforms.cisco_ios.names import full_port
from inventory.platforms.cisco_ios.tunnel_reader import edge_log, standby, tunnels

REFUSED = re.compile(
    r"(?im)^\s*%(?!\s*(?:Warning|Please wait)\b)[^\n]*\S"
    r"|^[^\n]*\b(?:Incomplete command|Ambiguous command|Command rejected|"
    r"overlaps with|Error opening|Rollback aborted|Invalid input detected|authorization failed|"
    r"does not have a DHCP originated address|Configuration mode (?:is )?locked)[^\n]*"
)
UNKNOWN = re.compile(
    r"(?im)^\s*%\s*(?:Invalid input|Incomplete command|Ambiguous command|Unknown command|Bad IP address|"
    r"Unrecognized|Authorization failed|Command authorization failed|Invalid command)[^\n]*"
    r"|^Command authorization failed[^\n]*"
)


def _table(command: str, parse: Parse, fall_back: Fallback, template: str = "") -> Getter:
    """Return a getter whose command has a template in ntc-templates."""
    name = template or command.replace(" ", "_")
    return Getter(command=command, parse=parse, fallback=fall_back, template=f"cisco_ios_{name}.textfsm")


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
        "interfaces": _table("show ip interface brief", readers.interfaces, fallback.interfaces),
        "ports": _table("show interfaces status", switch_readers.ports, fallback.ports),
        "errdisabled": _table("show interfaces status err-disabled", switch_readers.errdisabled, fallback.errdisabled),
        "trunks": Getter(command="show interfaces trunk", parse=switch_readers.trunks),
        "poe": _table("show power inline", switch_readers.poe, fallback.poe),
        "neighbors": _table("show cdp neighbors", switch_readers.neighbors, fallback.neighbors),
        "macs": _table("show mac address-table", switch_readers.macs, fallback.macs, "show_mac-address-table"),
        "arp": _table("show ip arp", readers.arp, fallback.arp),
        "probes": Getter(command="show ip sla summary", parse=readers.probes),
        "default_route": Getter(command="show ip route 0.0.0.0", parse=readers.default_route),
        "bgp": _table("show ip bgp summary", bgp_reader.bgp, fallback.bgp),
        "cellular": Getter(command="show cellular {slot} all", parse=cellular),
        "tunnels": Getter(command="show crypto session detail", parse=tunnels),
        "standby": Getter(command="show standby brief", parse=standby),
        "edge_log": Getter(command="show logging | include CRYPTO-|Interface Tunnel|HSRP-", parse=edge_log),
        "leases": Getter(command="show ip dhcp binding", parse=readers.leases),
        "ping": Getter(
            command="ping {destination} source {source} repeat {count} timeout 1",
            parse=readers.ping,
            seconds_arg="count",
        ),
        "running_config": Getter(command="show running-config", parse=readers.running_config, privileged=True),
        "port_config": Getter(
            command="show running-config interface {port}", parse=readers.port_config, privileged=True
        ),
        "log": Getter(command="show logging | include {text}", parse=readers.text),
        "people": Getter(command="show users", parse=readers.people),
        "users": Getter(command="show users all", parse=readers.text),
        **line_reader.GETTERS,
        **port_reader.GETTERS,
        **service_reader.GETTERS,
    },
)
