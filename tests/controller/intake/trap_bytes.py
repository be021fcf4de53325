"""Traps as bytes, built piece by piece."""


def tlv(tag, *contents):
    body = b"".join(contents)
    size = len(body)
    head = bytes([size]) if size < 128 else bytes([0x82, size >> 8, size & 255])
    return bytes([tag]) + head + body


def integer(value, tag=0x02):
    size = max(1, (value.bit_length() + 8) // 8)
    return tlv(tag, value.to_bytes(size, "big", signed=True))


def oid(text):
    parts = [int(p) for p in text.split(".")]
    out = bytearray()
    for part in (parts[0] * 40 + parts[1], *parts[2:]):
        chunk = [part & 127]
        while part := part >> 7:
            chunk.append(part & 127 | 128)
        out += bytes(reversed(chunk))
    return tlv(0x06, bytes(out))


def octets(text):
    return tlv(0x04, text.encode())


def binding(name, value):
    return tlv(0x30, oid(name), value)


def trap_v2(trap, *bindings, tag=0xA7, version=1):
    bound = (
        binding("1.3.6.1.2.1.1.3.0", integer(4711, 0x43)),
        binding("1.3.6.1.6.3.1.1.4.1.0", oid(trap)),
        *bindings,
    )
    pdu = tlv(tag, integer(1), integer(0), integer(0), tlv(0x30, *bound))
    return tlv(0x30, integer(version), octets("public"), pdu)


def trap_v1(enterprise, address, generic, specific, *bindings):
    parts = (oid(enterprise), tlv(0x40, bytes(map(int, address.split(".")))), integer(generic), integer(specific))
    pdu = tlv(0xA4, *parts, integer(4711, 0x43), tlv(0x30, *bindings))
    return tlv(0x30, integer(0), octets("public"), pdu)


LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
