"""What an EOS switch counts at its ports, in its own JSON; a spoilt answer is a doubt."""

import json

import pytest

from inventory.platforms import ParseDoubt
from inventory.platforms.arista_eos import port_reader as read
from inventory.port_rows import NegotiationRow, PortErrorsRow, PortTrafficRow

UP = {"linkStatus": "connected", "duplex": "duplexFull", "bandwidth": 1_000_000_000, "autoNegotiateActive": True}
STATUS = {
    "interfaceStatuses": {
        "Ethernet1": UP,
        "Ethernet2": {
            "linkStatus": "connected",
            "duplex": "duplexHalf",
            "bandwidth": 100_000_000,
            "autoNegotigateActive": False,
        },
        "Ethernet3": {**UP, "linkStatus": "notconnect", "bandwidth": 0},
        "Port-Channel1": {"linkStatus": "connected", "duplex": "duplexUnknown", "bandwidth": 0},
    }
}
ERRORS = {"interfaceErrorCounters": {"Ethernet1": {"fcsErrors": 25, "alignmentErrors": 7, "inErrors": 32}}}
COUNTS = {"interfaces": {"Ethernet1": {"inUcastPkts": 585, "inMulticastPkts": 3, "inBroadcastPkts": 1785714}}}


def test_ports_are_read():
    assert read.negotiation(json.dumps(STATUS), {}) == (
        NegotiationRow(port="Ethernet1", half_duplex=False, negotiates=True, speed_mbps=1000),
        NegotiationRow(port="Ethernet2", half_duplex=True, negotiates=False, speed_mbps=100),
        NegotiationRow(port="Port-Channel1", half_duplex=None, negotiates=None, speed_mbps=None),
    )
    assert read.errors(json.dumps(ERRORS), {}) == (PortErrorsRow(port="Ethernet1", broken=32, late_collisions=None),)
    assert read.traffic(json.dumps(COUNTS), {}) == (
        PortTrafficRow(port="Ethernet1", received=1786302, broadcasts=1785714),
    )


@pytest.mark.parametrize("getter", read.GETTERS.values())
@pytest.mark.parametrize(
    "told", ["", "{}", "[]", '{"interfaces": {"Ethernet1": {"inUcastPkts": "many"}}}', '{"errors": []}']
)
def test_a_spoilt_answer_is_a_doubt(getter, told):
    with pytest.raises(ParseDoubt):
        getter.parse(told, {})
