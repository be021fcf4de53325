"""A content directory of one store whose edge is an FRR router, numbered as the lab's real stores are."""

from pathlib import Path

from lab.netns.addresses import BACKUP, PRIMARY, VLANS, at, edge, loopback, switch
from lab.numbering import CARRIER_ASNS, asn, backup_address, backup_gateway, lan, wan_address, wan_gateway

STORE = "s001"
HOSTS = """
{edge}:
  hostname: {loopback}
  platform: frr
  groups: []
  data:
    store: s001
    role: edge
    ports:
      wan0: {{use: wan, carrier: {primary}}}
      lte0: {{use: backup_wan, carrier: {backup}}}
      lan0: {{use: trunk, to: {switch}, to_port: uplink, vlans: [10, 20, 99]}}
{switch}:
  hostname: {switch_address}
  platform: cisco_ios
  data:
    store: s001
    role: switch
    ports:
      uplink: {{use: trunk, to: {edge}, to_port: lan0, vlans: [10, 20, 99]}}
"""
DEFAULTS = """
data:
  accounts:
    read: {username: storenet-ro, password: "env:STORENET_READ_PASSWORD"}
    write: {username: storenet-rw, password: "env:STORENET_WRITE_PASSWORD"}
"""
STORES = """
stores:
  s001:
    name: Harbour Street
    region: north
    time_zone: Europe/London
    trading_hours: {mon-sun: "08:00-20:00"}
    takings_per_hour: 900
    carriers: [%s, %s]
    functions: [pos]
"""
FUNCTIONS = """
functions:
  pos:
    title: Tills
    criticality: 1
    served_by: till
    requirement: {vlan: 10, dhcp: true, target: 198.51.100.10, max_latency_ms: 250, max_loss_pct: 20, probe: 10}
"""
INTENT = """
standards:
  contact: Store networks
  domain: stores.example
  banner: Authorised use only.
  ntp_servers: [198.51.100.123]
  dns_servers: [198.51.100.53]
  syslog_servers: [198.51.100.40]
  syslog_level: informational
  syslog_facility: local7
  log_buffer_bytes: 16384
  management_networks: [192.0.2.0/24]
  snmp_networks: [192.0.2.0/26]
  idle_minutes: 15
  lease_hours: 8
  first_lease: 11
  probe_name: pay.stores.example
  probe_seconds: 30
  probe_timeout_ms: 1000
  cdp_seconds: 60
  cdp_hold_seconds: 180
  mac_aging_seconds: 300
  errdisable_seconds: 300
  storm_percent: 2
  archived_configs: 10
vlans:
  10: {name: TILLS, purpose: tills}
  20: {name: CAMERAS, purpose: cameras}
  99: {name: MANAGEMENT, purpose: management, dhcp: false}
"""


def write_frr_content(folder: Path, host_key: str = "ssh-ed25519 AAAA") -> Path:
    """Write it; return the folder. ``host_key``: the edge's, as ``ssh-keygen`` prints it."""
    place = folder / "inventory"
    (place / "host_keys").mkdir(parents=True)
    words = {"edge": edge(1), "switch": switch(1), "primary": PRIMARY, "backup": BACKUP}
    (place / "hosts.yaml").write_text(HOSTS.format(**words, loopback=loopback(1), switch_address=at(1, 99, 2).ip))
    (place / "groups.yaml").write_text("{}\n")
    (place / "defaults.yaml").write_text(DEFAULTS)
    (place / "stores.yaml").write_text(STORES % (PRIMARY, BACKUP))
    (place / "functions.yaml").write_text(FUNCTIONS)
    (place / "intent.yaml").write_text(INTENT + _rest())
    for device in (edge(1), switch(1)):
        (place / "host_keys" / device).write_text(f"{device} {host_key}\n")
    return folder


def _rest() -> str:
    carriers = "\n".join(f"  {n}: {{asn: {CARRIER_ASNS[n]}, upload_kbps: 50000}}" for n in (PRIMARY, BACKUP))
    networks = ", ".join(f"{vlan}: {lan(1, vlan)}" for vlan in VLANS)
    return f"""
carriers:
{carriers}
hardware:
  ovs: {{ports: "Port1/1-4"}}
stores:
  s001:
    location: comms cupboard
    asn: {asn(1)}
    loopback: {loopback(1)}
    networks: {{{networks}}}
    wan:
      wan0: {{address: {wan_address(1)}, neighbour: {wan_gateway(1)}, distance: 10}}
      lte0: {{address: {backup_address(1)}, neighbour: {backup_gateway(1)}, distance: 200}}
    switches:
      {switch(1)}: {{address: {at(1, 99, 2).ip}, hardware: ovs}}
"""
