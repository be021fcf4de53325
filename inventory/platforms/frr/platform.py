"""FRR: one record that says how to reach it, what to ask and how to read the answers."""

import re

from inventory.platforms import Dialect, Getter, Platform
from inventory.platforms.frr import readers
from inventory.platforms.frr.candidate import lend
from inventory.platforms.frr.driver import TunedFrr
from inventory.platforms.frr.napalm_frr import FRRDriver
from inventory.platforms.frr.pack import pack

REFUSED = re.compile(
    r"(?im)^\s*%(?!\s*(?:Warning|Note)\b)[^\n]*\S"
    r"|^[^\n]*(?:is already running; AS is|instance name and AS number mismatch|Error type:|Error description:|"
    r"Failure to communicate|is not running|VTY configuration is locked)[^\n]*"
)
UNKNOWN = re.compile(
    r"(?im)^\s*%\s*(?:\[[A-Z]+\]\s*)?(?:Unknown command|Command incomplete|Ambiguous command|No such)[^\n]*"
)

PLATFORM = Platform(
    name="frr",
    netmiko="cisco_ios",
    napalm="frr",
    driver=TunedFrr,
    dialect=Dialect(
        enter_config="configure terminal",
        leave_config="end",
        users="show version",
        pending="",
        none_pending="",
        is_pending="",
        delete_file="",
        show_file_system="",
        refused=REFUSED,
        unknown=UNKNOWN,
        log_line=TunedFrr.log_line,
    ),
    port_name=str.strip,
    free_lines=readers.free_logins,
    vty_lines=readers.SPARE_LOGINS,
    commit_confirm=True,
    min_revert_seconds=10,
    revert_step_seconds=1,
    getters={
        "interfaces": Getter(command="show interface json", parse=readers.interfaces),
        "default_route": Getter(command="show ip route 0.0.0.0/0 json", parse=readers.default_route),
        "bgp": Getter(command="show ip bgp summary json", parse=readers.bgp),
        "running_config": Getter(command="show running-config", parse=readers.running_config),
    },
    candidate=lend,
    napalm_driver=FRRDriver,
    pack=pack,
    cheap_config=True,
)
