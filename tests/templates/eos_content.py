"""A content directory of one store whose switch is an Arista, with every kind of port."""

from pathlib import Path

from lab.netns.addresses import switch
from tests.templates.frr_content import write_frr_content

HOSTS = """
{edge_part}
{switch}:
  hostname: {address}
  platform: arista_eos
  data:
    store: s001
    role: switch
    ports:
      Ethernet1: {{use: trunk, to: s001-edge, to_port: lan0, vlans: [10, 20, 99]}}
      Ethernet2: {{use: access_point, to: s001-ap1, vlans: [20, 99], poe: true}}
      Ethernet5: {{use: till, to: s001-till1, vlans: [10], mac: "02:53:00:01:05:01"}}
s001-ap1:
  hostname: 10.1.99.21
  data: {{store: s001, role: access_point}}
"""
SWITCH = switch(1)


def write_eos_content(folder: Path) -> Path:
    """Write it; return the folder."""
    write_frr_content(folder)
    hosts, intent = folder / "inventory" / "hosts.yaml", folder / "inventory" / "intent.yaml"
    edge_part, _, rest = hosts.read_text().partition(f"{SWITCH}:\n")
    address = rest.partition("hostname: ")[2].split("\n")[0]
    hosts.write_text(HOSTS.format(edge_part=edge_part.replace("uplink", "Ethernet1"), switch=SWITCH, address=address))
    intent.write_text(intent.read_text().replace("Port1/1-4", "Ethernet1-6"))
    return folder
