"""The commands about services, family by family.

Called by ``exec_commands``. Why: services grow; the list of what a device knows of them has one place.
"""

from lab.devices.cisco_ios.shows_crypto import TABLE as CRYPTO
from lab.devices.cisco_ios.shows_dhcp import TABLE as DHCP
from lab.devices.cisco_ios.shows_memory import TABLE as MEMORY
from lab.devices.cisco_ios.shows_outside import TABLE as OUTSIDE
from lab.devices.cisco_ios.shows_people import TABLE as PEOPLE
from lab.devices.cisco_ios.shows_time import TABLE as TIME
from lab.devices.cisco_ios.tables import Table

TABLE: Table = [*CRYPTO, *DHCP, *MEMORY, *OUTSIDE, *PEOPLE, *TIME]
