"""A small correct content directory, and words to spoil it with."""

from pathlib import Path

HOSTS = """\
s001-edge:
  hostname: 127.20.1.1
  port: 2222
  platform: cisco_ios
  groups: [cisco_ios]
  data:
    store: s001
    role: edge
    ports:
      GigabitEthernet0/0: {use: wan, carrier: northtel}
      Cellular0/2/0: {use: backup_wan, carrier: mobilco}
      GigabitEthernet0/1: {use: trunk, to: s001-sw1, to_port: GigabitEthernet1/0/1, vlans: [10, 20, 30, 99]}
s001-sw1:
  hostname: 127.20.1.2
  port: 2222
  platform: cisco_ios
  groups: [cisco_ios]
  data:
    store: s001
    role: switch
    ports:
      GigabitEthernet1/0/1: {use: trunk, to: s001-edge, to_port: GigabitEthernet0/1, vlans: [10, 20, 30, 99]}
      GigabitEthernet1/0/2: {use: access_point, to: s001-ap1, vlans: [20, 30, 99], poe: true}
      GigabitEthernet1/0/5: {use: till, to: s001-till1, vlans: [10], mac: "02:53:00:01:05:0A", address: 10.1.10.11}
s001-ap1:
  hostname: 10.1.99.21
  data: {store: s001, role: access_point, probe: 101}
"""
GROUPS = "cisco_ios: {data: {session: held}}\n"
DEFAULTS = """\
data:
  accounts:
    read: {username: storenet-ro, password: "env:STORENET_READ_PASSWORD"}
    write: {username: storenet-rw, password: "env:STORENET_WRITE_PASSWORD", enable: "env:STORENET_ENABLE_SECRET"}
"""
STORES = """\
stores:
  s001:
    name: Harbour Street
    region: north
    time_zone: Europe/London
    trading_hours: {mon-fri: "08:00-20:00", sat: "09:00-24:00", sun: closed}
    takings_per_hour: 900
    carriers: [northtel, mobilco]
    functions: [pos, guest_wifi]
"""
FUNCTIONS = """\
functions:
  pos: {title: Tills, criticality: 1, served_by: till, requirement: {vlan: 10, dhcp: true, target: 198.51.100.10, max_latency_ms: 250, max_loss_pct: 20, probe: 10, dns_probe: 11, on_backup: true}}
  guest_wifi: {title: Guest Wi-Fi, criticality: 3, served_by: access_point, requirement: {vlan: 30, dhcp: true, target: 203.0.113.30, max_latency_ms: 600, max_loss_pct: 40, probe: 30, on_backup: false}}
"""  # noqa: E501
FILES = {"hosts": HOSTS, "groups": GROUPS, "defaults": DEFAULTS, "stores": STORES, "functions": FUNCTIONS}


def write_content(folder: Path, *spoil: tuple[str, str, str]) -> Path:
    """Write the directory; each ``spoil`` is (file, text, other text) and must change something."""
    inventory = folder / "inventory"
    (inventory / "host_keys").mkdir(parents=True)
    for device in ("s001-edge", "s001-sw1"):
        (inventory / "host_keys" / device).write_text("127.20.1.1 ssh-ed25519 AAAA\n", encoding="utf-8")
    texts = dict(FILES)
    for file, old, new in spoil:
        assert old in texts[file]
        texts[file] = texts[file].replace(old, new, 1)
    for name, text in texts.items():
        (inventory / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder
