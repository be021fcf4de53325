from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from inventory.files import load_accounts, load_chain
from inventory.model import DeviceId, FunctionName, StoreId
from inventory.yaml_file import ContentError
from tests.inventory.chain_content import HOSTS, write_content


def problems(folder: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load_chain(folder)
    return [str(p).replace(f"{folder}/inventory/", "") for p in caught.value.problems]


def test_a_chain_is_loaded(tmp_path: Path) -> None:
    chain = load_chain(write_content(tmp_path))
    store = chain.stores[StoreId("s001")]
    assert store.trading_hours["fri"] == (time(8), time(20))
    assert "sun" not in store.trading_hours
    assert store.is_trading(datetime(2026, 3, 7, 23, 59, 59, tzinfo=UTC))
    switch = chain.devices[DeviceId("s001-sw1")]
    assert (switch.address, switch.port, switch.session) == ("127.20.1.2", 2222, "held")
    assert switch.ports["GigabitEthernet1/0/5"].mac == "02:53:00:01:05:0a"
    assert not chain.devices[DeviceId("s001-ap1")].has_session
    assert chain.functions[FunctionName("pos")].requirement.dns_probe == 11
    assert [p.to for p in chain.endpoints_behind(DeviceId("s001-edge"), "GigabitEthernet0/1")] == [
        "s001-ap1",
        "s001-till1",
    ]


def test_accounts_hold_references_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORENET_READ_PASSWORD", "p4ssw0rd")
    accounts = load_accounts(write_content(tmp_path))
    assert accounts.read.password.resolve() == "p4ssw0rd"
    assert "p4ssw0rd" not in repr(accounts)
    assert accounts.write.enable is not None


def test_values_are_inherited_from_groups_and_defaults(tmp_path: Path) -> None:
    folder = write_content(
        tmp_path,
        ("hosts", "  port: 2222\n  platform: cisco_ios\n", ""),
        ("groups", "{data: {session: held}}", "{platform: cisco_ios, data: {session: per_poll}}"),
        ("defaults", "data:\n", "port: 2200\ndata:\n"),
    )
    edge = load_chain(folder).devices[DeviceId("s001-edge")]
    assert (edge.port, edge.platform, edge.session) == (2200, "cisco_ios", "per_poll")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            ("hosts", "store: s001", "store: s01"),
            "hosts.yaml:7: s001-edge.data.store: store 's01' is not in stores.yaml",
        ),
        (("hosts", "platform: cisco_ios", "platform: cisco_io"), "platform 'cisco_io' is not known; did you mean"),
        (("hosts", "  platform: cisco_ios\n", ""), "a device with role edge needs one (allowed: arista_eos, "),
        (("hosts", "role: edge", "role: switch"), "stores.yaml:2: stores.s001: has no device with role edge"),
        (("hosts", "role: edge", "role: egde"), "did you mean 'edge'? (allowed: edge, switch, access_point)"),
        (("hosts", "to: s001-sw1", "to: s001-sw9"), "'s001-sw9' is not in hosts.yaml; did you mean 's001-sw1'?"),
        (("hosts", "to_port: GigabitEthernet1/0/1", "to_port: GigabitEthernet1/0/9"), "s001-sw1 has no port"),
        (
            ("hosts", "to_port: GigabitEthernet1/0/1", "to_port: GigabitEthernet1/0/2"),
            "does not lead back to s001-edge",
        ),
        (("hosts", "vlans: [10, 20, 30, 99]", "vlans: [10, 20, 30]"), "differ from the other end (s001-sw1"),
        (("hosts", "vlans: [10]", "vlans: [4095]"), "s001-sw1.data.ports.GigabitEthernet1/0/5.vlans[0]"),
        (("hosts", "vlans: [10]", "vlans: [10, 10]"), "the same VLAN is listed twice"),
        (("hosts", "carrier: northtel", "carrier: nortel"), "'nortel' is not among the store's carriers"),
        (("hosts", "to: s001-ap1", "to: s001-edge"), "'s001-edge' has role edge, not access_point"),
        (("hosts", "to: s001-till1", "to: s001-ap1"), "'s001-ap1' is a device in hosts.yaml, not a till"),
        (("hosts", "127.20.1.2", "127.20.1.1"), "127.20.1.1 is also the address of s001-edge"),
        (("hosts", "127.20.1.2", "127.20. 1.2"), "is not an address or a host name"),
        (("hosts", "port: 2222", "port: 70000"), "less than or equal to 65535"),
        (("hosts", "GigabitEthernet1/0/5:", "Gi1/0/5:"), "write the port's full name, GigabitEthernet1/0/5"),
        (("hosts", "probe: 101", "probe: 10"), "probe 10 is already used by function pos"),
        (
            ("hosts", "    ports:\n      GigabitEthernet0/0", "    port:\n      GigabitEthernet0/0"),
            "unknown key 'port'",
        ),
        (("hosts", '"02:53:00:01:05:0A"', '"02:53:00:01:05"'), "a MAC address is written"),
        (("hosts", "[cisco_ios]", "[cisco_xr]"), "group 'cisco_xr' is not in groups.yaml (allowed: cisco_ios)"),
        (("hosts", "  hostname: 10.1.99.21\n", ""), "hosts.yaml:25: s001-ap1.hostname: is missing"),
        (("groups", "held", "hold"), "groups.yaml:1: cisco_ios.data.session: 'hold' is not one of the allowed words"),
        (("stores", "Europe/London", "Europe/Londn"), "time zone 'Europe/Londn' is not known"),
        (("stores", '"08:00-20:00"', "8-20"), "'8-20' is not trading hours"),
        (("stores", '"08:00-20:00"', '"20:00-08:00"'), "opening before closing"),
        (("stores", "mon-fri", "mon-fry"), "'mon-fry' is not a weekday or a range like mon-fri"),
        (("stores", "mon-fri", "mon-sat"), "sat has its hours in 'mon-sat' already"),
        (
            ("stores", "[pos, guest_wifi]", "[pos, gest_wifi]"),
            "function 'gest_wifi' is not in functions.yaml; did you mean",
        ),
        (("stores", "[pos, guest_wifi]", "[pos, pos]"), "function 'pos' is listed twice"),
        (("functions", "dns_probe: 11", "dns_probe: 10"), "probe 10 is already used by function pos"),
        (("functions", "served_by: till", "served_by: tills"), "'tills' is not one of the allowed words"),
        (("defaults", "env:STORENET_READ_PASSWORD", "hunter2"), "never as the secret itself"),
        (("defaults", "username: storenet-ro, ", ""), "defaults.yaml:3: data.accounts.read.username: is missing"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, spoil: tuple[str, str, str], told: str) -> None:
    found = problems(write_content(tmp_path, spoil))
    assert any(told in line for line in found), found
    assert not any("hunter2" in line for line in found)


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    folder = write_content(
        tmp_path,
        ("stores", "Europe/London", "Mars/Base"),
        ("functions", "vlan: 10", "vlan: 0"),
        ("hosts", "127.20.1.2", "127.20.1.1"),
        ("hosts", "    role: edge", "    role: edge\n\n    prot: {}"),
    )
    (folder / "inventory" / "host_keys" / "s001-sw1").unlink()
    found = problems(folder)
    assert len(found) == 5
    assert [line.split(":")[0] for line in found] == [
        "functions.yaml",
        "hosts.yaml",
        "hosts.yaml",
        "hosts.yaml",
        "stores.yaml",
    ]
    assert any("no pinned host key" in line and "host_keys/s001-sw1 is missing" in line for line in found)


def test_other_users_data_is_let_be(tmp_path: Path) -> None:
    folder = write_content(tmp_path, ("hosts", "    role: edge", "    role: edge\n    rack: {row: 7}"))
    assert load_chain(folder).devices[DeviceId("s001-edge")].role == "edge"


def test_an_endpoint_is_given_once(tmp_path: Path) -> None:
    extra = '      GigabitEthernet1/0/6: {use: till, to: s001-till1, vlans: [10], mac: "02:53:00:01:05:0a"}\n'
    folder = write_content(tmp_path, ("hosts", "s001-ap1:\n  hostname", f"{extra}s001-ap1:\n  hostname"))
    found = problems(folder)
    assert len(found) == 2
    assert all("is also on s001-sw1 GigabitEthernet1/0/5" in line for line in found)


def test_a_chain_of_200_stores_is_read(tmp_path: Path) -> None:
    stores = "stores:\n"
    hosts = ""
    folder = write_content(tmp_path)
    one = (folder / "inventory" / "stores.yaml").read_text(encoding="utf-8").removeprefix("stores:\n")
    for number in range(1, 201):
        name = f"s{number:03d}"
        stores += one.replace("s001", name)
        text = HOSTS.replace("s001", name).replace("127.20.1.", f"127.20.{number}.").replace("10.1.", f"10.{number}.")
        hosts += text.replace("02:53:00:01", f"02:53:00:{number:02x}")
        for device in (f"{name}-edge", f"{name}-sw1"):
            (folder / "inventory" / "host_keys" / device).write_text("k\n", encoding="utf-8")
    (folder / "inventory" / "stores.yaml").write_text(stores, encoding="utf-8")
    (folder / "inventory" / "hosts.yaml").write_text(hosts, encoding="utf-8")
    assert len(load_chain(folder).devices) == 600
