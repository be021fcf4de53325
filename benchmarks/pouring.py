"""Sends syslog messages or traps over UDP on loopback until it is ended: ``pouring.py mix|traps PORT RATE``.

Rate 0 is as fast as it goes. Run by ``hints`` as a process of its own; it imports next to nothing, so that it begins
at once.
"""

import socket
import sys
import time

HERE, BATCH_SECONDS, DEVICES = "127.0.0.1", 0.002, 1000
CHATTER = "%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: ops] [Source: 192.0.2.9] [localport: 22]"
MATTERS = "%LINK-3-UPDOWN: Interface GigabitEthernet1/0/7, changed state to down"


def name_of(number: int) -> str:
    """Return a device's name."""
    return f"s{number:04d}-edge"


def lines() -> list[bytes]:
    """Return the mix."""
    texts = [(name_of(n), MATTERS if n % 10 == 0 else CHATTER) for n in range(DEVICES)]
    return [f"<189>Nov 21 08:00:00 {name} 7: {text}".encode() for name, text in texts]


def trap(name: str) -> bytes:
    """Return a linkDown of version 2c that names its sender."""

    def value(tag: int, *contents: bytes) -> bytes:
        body = b"".join(contents)
        return bytes([tag, len(body)]) + body

    down, trap_oid, sys_name = "2b06010603010105 03", "2b06010603010104 0100", "2b060102010105 00"
    bound = [
        value(0x30, value(6, bytes.fromhex(trap_oid)), value(6, bytes.fromhex(down))),
        value(0x30, value(6, bytes.fromhex(sys_name)), value(4, name.encode())),
    ]
    pdu = value(0xA7, value(2, b"\1"), value(2, b"\0"), value(2, b"\0"), value(0x30, *bound))
    return value(0x30, value(2, b"\1"), value(4, b"public"), pdu)


def pour(port: int, rate: float, messages: list[bytes]) -> None:
    """Send for ever; with a rate, in small batches."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect((HERE, port))
        start, sent = time.perf_counter(), 0
        while True:
            due = int((time.perf_counter() - start) * rate) if rate else sent + len(messages)
            for number in range(sent, due):
                sock.send(messages[number % len(messages)])
            sent = due
            if rate:
                time.sleep(BATCH_SECONDS)


if __name__ == "__main__":
    pour(int(sys.argv[2]), float(sys.argv[3]), lines() if sys.argv[1] == "mix" else [trap(name_of(1))])
