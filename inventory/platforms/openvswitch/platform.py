"""Open vSwitch with our agent: one record that says how to reach it, what to ask and how to read the answers."""

import re

from inventory.platforms import Dialect, Getter, Platform
from inventory.platforms.openvswitch import readers
from inventory.platforms.openvswitch.candidate import lend
from inventory.platforms.openvswitch.driver import TunedOpenvswitch
from inventory.platforms.openvswitch.pack import pack

REFUSED = re.compile(r"(?m)^% [^\n]*\S")
NOT_GIVEN = "-"

PLATFORM = Platform(
    name="openvswitch",
    netmiko="linux",
    napalm="",
    driver=TunedOpenvswitch,
    dialect=Dialect(
        enter_config="configure",
        leave_config="end",
        users="users",
        pending="pending",
        none_pending='"pending":false',
        is_pending='"pending":true',
        delete_file="",
        show_file_system="",
        refused=REFUSED,
        unknown=REFUSED,
        log_line=re.compile(r"(?!)"),
    ),
    port_name=str,
    free_lines=readers.free_lines,
    vty_lines=readers.MOST_SESSIONS,
    commit_confirm=True,
    min_revert_seconds=10,
    getters={
        "interfaces": Getter(command="interfaces", parse=readers.interfaces),
        "ports": Getter(command="ports", parse=readers.ports),
        "errdisabled": Getter(command="errdisabled", parse=readers.errdisabled),
        "trunks": Getter(command="trunks", parse=readers.trunks),
        "macs": Getter(command="macs", parse=readers.macs),
        "arp": Getter(command="arp", parse=readers.arp),
        "leases": Getter(command="leases", parse=readers.leases),
        "pools": Getter(command="pools", parse=readers.pools),
        "services": Getter(command="services", parse=readers.services),
        "claims": Getter(command="claims {address}", parse=readers.claims, defaults={"address": NOT_GIVEN}),
        "ping": Getter(
            command="ping {destination} {source} {count}",
            parse=readers.ping,
            seconds_arg="count",
            defaults={"source": NOT_GIVEN},
        ),
        "service_probe": Getter(
            command="service-probe {source} {target} {count} {bytes} {url}",
            parse=readers.service_probe,
            defaults={"bytes": NOT_GIVEN, "url": NOT_GIVEN},
        ),
        "running_config": Getter(command="running-config", parse=readers.text),
        "port_config": Getter(command="port-config {port}", parse=readers.text),
        "log": Getter(command="log {text}", parse=readers.text),
        "people": Getter(command="users", parse=readers.people),
        "users": Getter(command="users", parse=readers.users),
    },
    candidate=lend,
    pack=pack,
    cheap_config=True,
)
