"""The commands about services, family by family.

Called by ``exec_commands``. Why: services grow; the list of what a device knows of them has one place.
"""

from lab.devices.cisco_ios.shows_cellular import TABLE as CELLULAR
from lab.devices.cisco_ios.shows_crypto import TABLE as CRYPTO
from lab.devices.cisco_ios.shows_dhcp import TABLE as DHCP
from lab.devices.cisco_ios.shows_memory import TABLE as MEMORY
from lab.devices.cisco_ios.shows_outside import TABLE as OUTSIDE
from lab.devices.cisco_ios.shows_people import TABLE as PEOPLE
from lab.devices.cisco_ios.shows_standby import TABLE as STANDBY
from lab.devices.cisco_ios.shows_time import TABLE as TIME
from lab.devices.cisco_ios.shows_track import TABLE as TRACK
from lab.devices.cisco_ios.tables import Table

TABLE: Table = [*CELLULAR, *CRYPTO, *DHCP, *MEMORY, *OUTSIDE, *PEOPLE, *STANDBY, *TIME, *TRACK]
