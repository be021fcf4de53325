"""Access points and the switched power strip by SNMP: bytes as a real client sends them, over UDP on loopback."""

import asyncio
import os
import socket
import sys
import time

import pytest

from lab.addresses import choose
from lab.agents import CLIENTS, CURRENT_FREQUENCY, OUTLET_CONTROL, OUTLET_STATUS, SIGNAL, agents
from lab.callers import COMMUNITIES
from lab.client import LabClient
from lab.devices.ber import MalformedError, Message, Value, decode, encode
from lab.devices.snmp import Agents
from lab.numbering import agent_address
from lab.processes import Child
from lab.server import SECRETS

READ, WRITE = "look", "touch"
AP, PDU = "s001-ap1", "s001-pdu"
DESCRIPTION = (1, 3, 6, 1, 2, 1, 1, 1, 0)
RADIO_STATE = (1, 3, 6, 1, 2, 1, 2, 2, 1, 8, 2)
CHANNEL = (*CURRENT_FREQUENCY, 2)
JOINED = (*CLIENTS, 2)
OUTLET = (*OUTLET_CONTROL, 4, 2)
# What pysnmp 7.1 puts on the wire for get (sysDescr.0), set (an outlet, reboot) and bulk (dot11PhyOFDMTable).
GET = bytes.fromhex("302602010104046c6f6f6ba01b0203382c35020100020100300e300c06082b060102010101000500")
SET = bytes.fromhex(
    "30300201010405746f756368a3240203382c360201000201003017301506102b06010401823e01010c030301010402020103"
)
BULK = bytes.fromhex("302502010104046c6f6f6ba51a0203382c3702010002010a300d300b06072a8648ce34040b0500")


@pytest.fixture
def strip(bench):
    return agents(bench.world, 16100)


def ask(strip, name, pdu, *rows, community=READ, status=0, index=0):
    request = Message(community=community.encode(), pdu=pdu, request=7, status=status, index=index, rows=rows)
    answer = Agents({}, READ, WRITE).answer(strip[name][0], encode(request))
    return None if answer is None else decode(answer)


def value(strip, name, oid):
    answer = ask(strip, name, "get", (oid, Value("null")))
    return None if answer is None else answer.rows[0][1].content


def walk(strip, name, root):
    found, at = [], root
    for _ in range(100):
        ((at, got),) = ask(strip, name, "next", (at, Value("null"))).rows
        if got.kind == "end" or at[: len(root)] != root:
            return found
        found.append((at, got))
    raise AssertionError("a walk without an end")


def put(bench, name, device, variant=None):
    return bench.breakages.put_in(name, bench.breakages.find(name, device=device, variant=variant))


def test_the_bytes_of_another_client_are_understood_and_answered_in_kind(bench, strip):
    server = Agents({}, READ, WRITE)
    answer = server.answer(strip[AP][0], GET)
    assert answer[2:12] == bytes.fromhex("020101 0404 6c6f6f6b a2")
    assert bytes.fromhex("0203382c35020100020100") in answer
    assert b"Cisco AP Software, AIR-AP1815W-E-K9 Version 8.10.196.0" in answer
    assert server.answer(strip[PDU][0], SET) == SET.replace(b"\xa3\x24", b"\xa2\x24")
    assert bench.world.shops["s001"].outlets["s001-sw1"] is False
    bench.forward(12)
    told = decode(server.answer(strip[AP][0], BULK))
    assert told.rows[0] == (CHANNEL, Value("integer", 100))
    assert encode(decode(GET)) == GET
    assert encode(decode(BULK)) == BULK


@pytest.mark.parametrize(
    "wire", [b"", b"\x30", b"\x30\x05\x02\x01\x00\x04\x00", GET[:-3], GET.replace(b"look", b"lurk"), b"\xff" * 60]
)
def test_nonsense_and_a_wrong_community_meet_silence(strip, wire):
    assert Agents({}, READ, WRITE).answer(strip[AP][0], wire) is None


@pytest.mark.parametrize("number", [0, 1, 127, 128, 255, 256, 2**31 - 1, -1, -128, -129])
def test_numbers_go_there_and_back(number):
    message = Message(
        community=b"c" * 200, pdu="get", request=number, rows=(((1, 3, 6, 1, 2**31), Value("integer", number)),)
    )
    assert decode(encode(message)) == message
    with pytest.raises(MalformedError):
        decode(encode(message)[:-1])


def test_walking_and_bulk_see_the_same(strip):
    one_by_one = walk(strip, AP, (1, 3))
    assert [oid for oid, _ in one_by_one] == sorted(oid for oid, _ in one_by_one)
    at, found = (1, 3), []
    for _ in range(20):
        rows = ask(strip, AP, "bulk", (at, Value("null")), index=10).rows
        found += [row for row in rows if row[1].kind != "end" and row[0][:2] == (1, 3)]
        at = rows[-1][0]
        if rows[-1][1].kind == "end":
            break
    assert found == one_by_one
    assert ask(strip, AP, "get", ((*DESCRIPTION[:-1], 9), Value("null"))).rows[0][1].kind == "no_instance"
    assert ask(strip, AP, "get", ((1, 3, 9, 9, 9), Value("null"))).rows[0][1].kind == "no_object"


def test_low_power_keeps_the_radios_down(bench, strip):
    assert (value(strip, AP, RADIO_STATE), value(strip, AP, JOINED)) == (1, 4)
    broken = put(bench, "ap_low_power", AP)
    assert (value(strip, AP, RADIO_STATE), value(strip, AP, JOINED)) == (2, 0)
    bench.breakages.take_out(broken)
    assert (value(strip, AP, RADIO_STATE), value(strip, AP, JOINED)) == (1, 4)


def test_firmware_and_plate(bench, strip):
    before = value(strip, AP, (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 11, 1))
    put(bench, "ap_firmware_off", AP)
    assert b"8.5.140.0" in value(strip, AP, DESCRIPTION)
    bench.breakages.put_in("device_replaced", bench.breakages.faults["device_replaced"].targets(bench.chain, None)[0])
    bench.forward(4)
    assert value(strip, AP, (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 11, 1)) != before


def test_weak_clients_show_by_their_signal(bench, strip):
    assert {got.content for _, got in walk(strip, AP, SIGNAL)} == {-58}
    broken = put(bench, "wifi_coverage_low", AP)
    assert sorted(got.content for _, got in walk(strip, AP, SIGNAL)) == [-84, -84, -84, -58]
    bench.breakages.take_out(broken)
    assert len(walk(strip, AP, SIGNAL)) == 4


def test_radar_drives_an_access_point_about_until_it_is_put_where_radar_is_not(bench, strip):
    broken = put(bench, "ap_radar", AP)
    seen = set()
    for _ in range(30):
        bench.forward(5)
        seen.add((value(strip, AP, CHANNEL), value(strip, AP, RADIO_STATE)))
    assert len({channel for channel, _ in seen}) == 4
    assert {state for _, state in seen} == {1, 5}
    assert ask(strip, AP, "set", (CHANNEL, Value("integer", 36))).status == 6
    assert ask(strip, AP, "set", (CHANNEL, Value("integer", 37)), community=WRITE).status == 10
    assert ask(strip, AP, "set", (DESCRIPTION, Value("text", b"mine")), community=WRITE).status == 17
    answer = ask(strip, AP, "set", (CHANNEL, Value("integer", 36)), community=WRITE)
    assert (answer.status, answer.rows) == (0, ((CHANNEL, Value("integer", 36)),))
    assert broken.out_by == "repair"
    bench.forward(60)
    assert (value(strip, AP, CHANNEL), value(strip, AP, JOINED)) == (36, 4)
    assert bench.rows("write")[-1] | {"at": ""} == {
        "at": "", "kind": "write", "store": "s001", "device": AP, "user": WRITE, "section": "",
        "line": "dot11CurrentFrequency.2 = 36", "changed": True,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["ap_hung", "ap_no_power", "ap_dead"])
def test_what_is_dead_is_silent(bench, strip, name):
    broken = put(bench, name, AP)
    assert value(strip, AP, DESCRIPTION) is None
    bench.breakages.take_out(broken)
    bench.forward(5)
    assert value(strip, AP, DESCRIPTION) is not None


def test_the_outlet_of_a_hung_switch_brings_it_back(bench, strip):
    assert value(strip, PDU, (*OUTLET_STATUS, 2, 2)) == b"s001-sw1"
    broken = put(bench, "switch_silent", "s001-sw1", "hung")
    assert value(strip, AP, DESCRIPTION) is None
    assert value(strip, PDU, (*OUTLET_STATUS, 4, 2)) == 1
    assert ask(strip, PDU, "set", (OUTLET, Value("integer", 4)), community=WRITE).status == 10
    assert ask(strip, PDU, "set", (OUTLET, Value("integer", 3)), community=WRITE).status == 0
    assert (value(strip, PDU, (*OUTLET_STATUS, 4, 2)), value(strip, PDU, (*OUTLET_STATUS, 7, 2))) == (2, 0)
    bench.forward(12)
    assert broken.out_by == "repair"
    assert value(strip, PDU, (*OUTLET_STATUS, 4, 2)) == 1
    assert bench.views["s001-sw1"].reachable()
    assert value(strip, AP, DESCRIPTION) is not None


def test_a_dead_switch_draws_nothing_and_stays_dead(bench, strip):
    broken = put(bench, "switch_silent", "s001-sw1", "dead")
    ask(strip, PDU, "set", (OUTLET, Value("integer", 3)), community=WRITE)
    bench.forward(12)
    assert (value(strip, PDU, (*OUTLET_STATUS, 4, 2)), value(strip, PDU, (*OUTLET_STATUS, 7, 2))) == (1, 0)
    assert broken.out_by is None


def test_the_strip_can_take_the_edge_down_and_then_nobody_hears_it(bench, strip):
    ask(strip, PDU, "set", ((*OUTLET_CONTROL, 4, 1), Value("integer", 3)), community=WRITE)
    assert value(strip, PDU, DESCRIPTION) is None
    assert bench.world.functions("s001")["pos"] == 0.0
    bench.forward(15)
    assert value(strip, PDU, DESCRIPTION) is not None
    assert set(bench.world.functions("s001").values()) == {1.0}


def test_over_udp_on_loopback(strip):
    async def talk() -> bytes:
        served = Agents({AP: (strip[AP][0], "127.77.1.1", 16161)}, READ, WRITE)
        await served.start()
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.setblocking(False)
                client.connect(("127.77.1.1", 16161))
                client.send(b"nonsense")
                client.send(GET)
                return await asyncio.wait_for(asyncio.get_running_loop().sock_recv(client, 2000), 5)
        finally:
            await served.stop()

    assert b"8.10.196.0" in asyncio.run(talk())


def test_only_loopback_is_served(strip):
    with pytest.raises(ValueError, match="not a loopback address"):
        asyncio.run(Agents({AP: (strip[AP][0], "192.0.2.1", 161)}, READ, WRITE).start())


@pytest.mark.skipif(sys.platform == "darwin", reason="127.20.x.y cannot be bound there")
def test_a_lab_serves_them_when_asked(tmp_path):
    listening = choose(7, 1)
    arguments = ["--dir", str(tmp_path), "--stores", "1", "--parent-pipe", "--snmp", *listening.arguments()]
    words = dict(zip((*SECRETS, *COMMUNITIES), ("r", "w", "e", READ, WRITE), strict=True))
    with Child("lab", "lab.server", arguments, {**os.environ, **words}, tmp_path / "output.txt") as child:
        for _ in range(400):
            child.check()
            if LabClient(tmp_path).up():
                break
            time.sleep(0.05)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
            door.settimeout(5)
            door.sendto(GET, (agent_address(1, 1), listening.port))
            assert b"8.10.196.0" in door.recv(2000)
