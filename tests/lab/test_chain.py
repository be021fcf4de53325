from collections import Counter

import asyncssh
import pytest
from nornir import InitNornir
from ruamel.yaml import YAML

from lab.chain import make_chain
from lab.content import known_hosts_line, write_content
from lab.layout import Stock
from lab.startup import startup


def test_the_same_seed_makes_the_same_chain():
    assert make_chain(7, 6) == make_chain(7, 6)
    assert make_chain(7, 6).host_keys != make_chain(8, 6).host_keys


def test_a_bigger_chain_begins_with_the_smaller_one():
    small, big = make_chain(7, 3).chain, make_chain(7, 9).chain
    assert all(big.devices[name] == device for name, device in small.devices.items())


@pytest.mark.parametrize("seed", range(8))
def test_some_trade_some_do_not_and_nobody_turns_for_an_hour(seed):
    chain = make_chain(seed, 6)
    stores = chain.chain.stores.values()
    assert {s.is_trading(chain.start) for s in stores} == {True, False}
    for minutes in range(0, 61, 5):
        later = chain.start.replace() + minutes * (chain.start.resolution * 60_000_000)
        assert [s.is_trading(later) for s in stores] == [s.is_trading(chain.start) for s in stores]


def test_one_port_per_device_stays_on_one_address():
    managed = make_chain(7, 4, port=30000, one_port_per_device=True).managed()
    assert {d.address for d in managed} == {"127.0.0.1"}
    assert sorted(d.port for d in managed) == list(range(30000, 30000 + len(managed)))


@pytest.mark.parametrize("stores", [0, 3001])
def test_a_chain_of_no_size_is_refused(stores):
    with pytest.raises(ValueError, match="1 to 3000"):
        make_chain(1, stores)


def test_the_content_is_read_by_plain_nornir(tmp_path):
    chain = make_chain(7, 2)
    write_content(chain, tmp_path)
    inventory = tmp_path / "inventory"
    nornir = InitNornir(
        inventory={
            "plugin": "SimpleInventory",
            "options": {
                "host_file": str(inventory / "hosts.yaml"),
                "group_file": str(inventory / "groups.yaml"),
                "defaults_file": str(inventory / "defaults.yaml"),
            },
        },
        logging={"enabled": False},
    )
    edge = nornir.inventory.hosts["s001-edge"]
    assert (edge.hostname, edge.port, edge.platform) == ("127.20.1.1", 2222, "cisco_ios")
    assert edge.data["ports"]["GigabitEthernet0/1"]["vlans"] == [10, 20, 30, 99]
    assert edge.get("session") == "held"


def test_opening_hours_stay_text(tmp_path):
    chain = make_chain(7, 6)
    write_content(chain, tmp_path)
    stores = YAML(typ="safe").load(tmp_path / "inventory" / "stores.yaml")["stores"]
    assert {name: dict(row["trading_hours"]) for name, row in stores.items()} == {
        str(k): dict(v) for k, v in chain.hours.items()
    }


def test_host_keys_are_pinned_per_device(tmp_path):
    chain = make_chain(7, 1)
    write_content(chain, tmp_path)
    edge = chain.managed()[0]
    line = (tmp_path / "inventory" / "host_keys" / edge.id).read_text()
    assert line == known_hosts_line(edge, chain.host_keys[edge.id])
    assert line.startswith("[127.20.1.1]:2222 ssh-ed25519 ")
    public = asyncssh.import_private_key(chain.host_keys[edge.id]).export_public_key().decode().split()[1]
    assert public in line


def test_gear_without_a_session_has_no_configuration():
    chain = make_chain(7, 1).chain
    with pytest.raises(ValueError, match="no configuration"):
        startup(chain, chain.devices["s001-ap1"])


@pytest.mark.parametrize("seed", range(6))
def test_stores_of_every_size_have_a_port_for_everything(seed):
    chain = make_chain(seed, 60, stock=Stock(sizes=("kiosk", "shop", "market"))).chain
    sizes = {len(chain.devices_of(store)) for store in chain.stores}
    assert (min(sizes), max(sizes) <= 20, max(sizes) >= 15) == (3, True, True)
    ports = [port for device in chain.devices.values() for port in device.ports.values()]
    access_points = {str(d.id) for d in chain.devices.values() if d.role == "access_point"}
    assert {port.to for port in ports if port.use == "access_point"} == access_points
    tills = Counter(port.to for port in ports if port.use == "till")
    assert set(tills.values()) == {1}
    assert len({port.mac for port in ports if port.mac}) == len(tills)


def test_a_vendor_builds_the_same_stores_with_other_ports():
    usual, other = make_chain(7, 6), make_chain(7, 6, stock=Stock(vendors=("arista_eos",)))
    assert set(usual.chain.devices) == set(other.chain.devices)
    switch = other.chain.devices["s001-sw1"]
    assert switch.platform == "arista_eos"
    assert "Ethernet1" in switch.ports
    mixed = make_chain(7, 20, stock=Stock(vendors=("cisco_ios", "arista_eos")))
    assert {d.platform for d in mixed.managed() if d.role == "switch"} == {"cisco_ios", "arista_eos"}


@pytest.mark.parametrize(
    ("stock", "said"),
    [({"vendors": ("acme",)}, "switches of cisco_ios, arista_eos, juniper_junos, not acme"), ({"sizes": ()}, "none")],
)
def test_what_the_lab_cannot_build_is_refused(stock, said):
    with pytest.raises(ValueError, match=said):
        Stock(**stock)
