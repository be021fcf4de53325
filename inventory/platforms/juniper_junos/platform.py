"""Juniper Junos switches (EX with ELS): how to reach one, what to ask and how to read the answers."""

from inventory.platforms import Getter, Platform
from inventory.platforms.juniper_junos import log_reader, port_reader, readers, text_readers
from inventory.platforms.juniper_junos.candidate import lend
from inventory.platforms.juniper_junos.driver import TunedJuniperJunos
from inventory.platforms.juniper_junos.names import full_port
from inventory.platforms.juniper_junos.words import DIALECT

PLATFORM = Platform(
    name="juniper_junos",
    netmiko="juniper_junos",
    napalm="",
    driver=TunedJuniperJunos,
    dialect=DIALECT,
    port_name=full_port,
    free_lines=text_readers.free_lines,
    vty_lines=text_readers.SESSIONS,
    commit_confirm=True,
    min_revert_seconds=60,
    revert_step_seconds=60,
    enables=False,
    getters={
        "interfaces": Getter(command=readers.INTERFACES, parse=readers.interfaces),
        "ports": Getter(command=text_readers.PORTS, parse=text_readers.ports),
        "errdisabled": Getter(command=text_readers.PORTS, parse=text_readers.errdisabled),
        "trunks": Getter(command=text_readers.MEMBERS, parse=text_readers.trunks),
        "poe": Getter(command=text_readers.POE, parse=text_readers.poe),
        "neighbors": Getter(command=readers.NEIGHBORS, parse=readers.neighbors),
        "macs": Getter(command=readers.MACS, parse=readers.macs),
        "arp": Getter(command=readers.ARP, parse=readers.arp),
        "default_route": Getter(command=readers.DEFAULT_ROUTE, parse=readers.default_route),
        "ping": Getter(
            command="ping {destination} source {source} count {count} wait 1",
            parse=text_readers.ping,
            seconds_arg="count",
        ),
        "running_config": Getter(command="show configuration | display set", parse=text_readers.running_config),
        "port_config": Getter(
            command='show configuration | display set | match "{port}([ .]|$)"', parse=text_readers.port_config
        ),
        "log": Getter(command='show log messages | match "{text}"', parse=text_readers.text),
        "people": Getter(command=text_readers.USERS, parse=text_readers.people),
        "users": Getter(command=text_readers.USERS, parse=text_readers.text),
        **log_reader.GETTERS,
        **port_reader.GETTERS,
    },
    candidate=lend,
    cheap_config=True,
)
