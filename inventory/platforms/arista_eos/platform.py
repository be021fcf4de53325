"""Arista EOS: one record that says how to reach it, what to ask and how to read the answers."""

from inventory.platforms import Getter, Platform
from inventory.platforms.arista_eos import health_reader, port_reader, readers, text_readers
from inventory.platforms.arista_eos.candidate import lend
from inventory.platforms.arista_eos.dialect import DIALECT
from inventory.platforms.arista_eos.driver import TunedAristaEos
from inventory.platforms.arista_eos.names import full_port
from inventory.platforms.arista_eos.napalm_eos import over_ssh

PLATFORM = Platform(
    name="arista_eos",
    netmiko="arista_eos",
    napalm="eos",
    driver=TunedAristaEos,
    dialect=DIALECT,
    port_name=full_port,
    free_lines=text_readers.free_lines,
    vty_lines=text_readers.SESSIONS,
    commit_confirm=True,
    min_revert_seconds=60,
    getters={
        "interfaces": Getter(command=readers.INTERFACES, parse=readers.interfaces),
        "ports": Getter(command=readers.PORTS, parse=readers.ports),
        "errdisabled": Getter(command=readers.ERRDISABLED, parse=readers.errdisabled),
        "trunks": Getter(command=readers.SWITCHPORTS, parse=readers.trunks),
        "poe": Getter(command=text_readers.POE, parse=text_readers.poe),
        "neighbors": Getter(command=readers.NEIGHBORS, parse=readers.neighbors),
        "macs": Getter(command=readers.MACS, parse=readers.macs),
        "arp": Getter(command=readers.ARP, parse=readers.arp),
        "default_route": Getter(command=readers.DEFAULT_ROUTE, parse=readers.default_route),
        "ping": Getter(
            command="ping {destination} source {source} repeat {count} timeout 1",
            parse=text_readers.ping,
            seconds_arg="count",
        ),
        "running_config": Getter(command="show running-config", parse=text_readers.running_config, privileged=True),
        "port_config": Getter(
            command="show running-config interfaces {port}", parse=text_readers.port_config, privileged=True
        ),
        "log": Getter(command="show logging | include {text}", parse=text_readers.text),
        "people": Getter(command="show users", parse=text_readers.people),
        "users": Getter(command="show users", parse=text_readers.text),
        **health_reader.GETTERS,
        **port_reader.GETTERS,
    },
    candidate=lend,
    napalm_driver=over_ssh,
)
