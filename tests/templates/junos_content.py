"""A content directory of one store whose switch is a Junos switch, with every kind of port."""

from pathlib import Path

from tests.templates.eos_content import SWITCH, write_eos_content

PLACES = {"Ethernet1": "ge-0/0/0", "Ethernet2": "ge-0/0/1", "Ethernet5": "ge-0/0/4"}
__all__ = ["SWITCH", "write_junos_content"]


def write_junos_content(folder: Path) -> Path:
    """Write it; return the folder."""
    write_eos_content(folder)
    hosts, intent = folder / "inventory" / "hosts.yaml", folder / "inventory" / "intent.yaml"
    text = hosts.read_text().replace("platform: arista_eos", "platform: juniper_junos")
    for before, after in PLACES.items():
        text = text.replace(f"{before}:", f"{after}:").replace(f"to_port: {before},", f"to_port: {after},")
    hosts.write_text(text)
    intent.write_text(intent.read_text().replace("Ethernet1-6", "ge-0/0/0-5"))
    return folder
