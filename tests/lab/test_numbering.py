from ipaddress import ip_address

import pytest

from lab.chain import make_chain
from lab.numbering import (
    MOST_STORES,
    asn,
    backup_address,
    carrier_mac,
    endpoint_mac,
    gear_mac,
    host,
    lan,
    session_address,
    store_id,
    store_number,
    wan_address,
    wan_gateway,
)

EVERY_STORE = range(1, MOST_STORES + 1)


def test_a_small_chain_keeps_its_plain_numbers():
    assert (session_address(7, 2), host(7, 99, 2), str(lan(255, 30))) == ("127.20.7.2", "10.7.99.2", "10.255.30.0/24")
    assert (str(wan_address(7)), str(wan_gateway(7)), str(backup_address(7))) == (
        "198.18.7.2/30",
        "198.18.7.1",
        "100.72.7.2/30",
    )
    assert (endpoint_mac(7, 0x05, 1), gear_mac(7, 1, 2), carrier_mac(7)) == (
        "02:53:00:07:05:01",
        "02:53:01:07:01:02",
        "02:53:ff:07:00:01",
    )


@pytest.mark.parametrize(
    "of",
    [
        lambda n: [session_address(n, d) for d in (1, 2, 3)],
        lambda n: [lan(n, vlan) for vlan in (10, 20, 30, 99)],
        lambda n: [wan_address(n).network],
        lambda n: [backup_address(n).network],
        lambda n: [endpoint_mac(n, 0x05, 1), gear_mac(n, 0, 0), gear_mac(n, 1, 0), carrier_mac(n)],
        lambda n: [asn(n)],
        lambda n: [store_id(n)],
    ],
)
def test_no_two_stores_share_anything(of):
    every = [one for number in EVERY_STORE for one in of(number)]
    assert len(every) == len(set(every))


def test_beyond_255_the_octet_beside_moves():
    assert (session_address(1000, 1), str(lan(1000, 99))) == ("127.23.232.1", "10.232.102.0/24")
    assert str(wan_address(1000)) == "198.18.232.14/30"
    assert endpoint_mac(1000, 0x05, 1) == "02:56:00:e8:05:01"
    assert store_number(store_id(1000)) == 1000


def test_a_chain_of_every_store_dials_only_loopback_and_never_twice():
    chain = make_chain(11, MOST_STORES)
    addresses = [device.address for device in chain.chain.devices.values()]
    assert len(set(addresses)) == len(addresses)
    assert all(ip_address(device.address).is_loopback for device in chain.managed())
    assert len(chain.chain.devices_of(store_id(1000))) == sum(d.store == "s1000" for d in chain.chain.devices.values())
