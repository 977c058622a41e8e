"""Random time tokens (S8) for mutations.py: right ones, and ones spoilt in their elements or in their bytes. All are
synthetic: nobody signs them."""

import base64
import datetime
import hashlib

SIGNED_DATA, TST_INFO = "2a864886f70d010702", "2a864886f70d0109100104"
SHA_256 = "0609608648016503040201"


def length_of(n):
    if n < 0x80:
        return bytes([n])
    return bytes([0x81, n]) if n < 0x100 else b"\x82" + n.to_bytes(2, "big")


class Der:
    """Makes elements; a few of them wrongly, with this chance for each."""

    def __init__(self, rng, evil):
        self.rng, self.evil = rng, evil

    def __call__(self, first, content):
        length = length_of(len(content))
        if self.rng.random() < self.evil:
            n = len(content)
            way = self.rng.randrange(9)
            if way == 0:
                first = self.rng.choice([first ^ 0x20, first ^ 0x80, 0x30, 0x04, 0x02, 0xA0, 0x31, self.rng.randrange(256)])
            elif way == 1:
                length, content = b"\x80", content + b"\0\0"
            elif way == 2:
                length = self.rng.choice([b"\x82" + n.to_bytes(2, "big"), b"\x83" + n.to_bytes(3, "big"),
                                          b"\x81" + bytes([n & 255]), b"\x84" + n.to_bytes(4, "big")])
            elif way == 3:
                length = length_of(max(0, n + self.rng.choice([-1, 1, 2, 60])))
            elif way == 4:
                content += self.rng.choice([b"\0", b"\x05\0", b"\x30"])
                length = length_of(len(content))
            elif way == 5:
                content = content[:-1]
                length = length_of(len(content))
            elif way == 6:
                return b""
            elif way == 7:
                content = b""
                length = b"\0"
            else:
                content = self.rng.choice([content + content, b"\0" + content, content[:1], bytes(130), bytes(300)])
                length = length_of(len(content))
        return bytes([first]) + length + content


def gen_time(rng, time, evil):
    """`genTime` with fractions now and then; some of no date, or another form."""
    text = (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=time)).strftime("%Y%m%d%H%M%S")
    if len(text) < 14:
        text = text.rjust(14, "0")
    fraction = rng.choice(["", "", "", ".5", ".000000001", ".25"])
    if rng.random() < evil:
        fraction = rng.choice([".0", ".", ".50", ".0000000001", ",5", ".-1", ".１", ". 1"])
    zone = rng.choice(["", "+0000", "z", "ZZ", " Z"]) if rng.random() < evil else "Z"
    if rng.random() < evil:
        at = rng.randrange(14)
        text = text[:at] + rng.choice("0123456789 -+Z٣") + text[at + 1:]
    if rng.random() < evil:
        text = rng.choice(["20240229120000", "20230229120000", "20261332000000", "21000101000000", "19691231235959",
                           "20991231235959", "20261231235960", "20260431000000", "20261231240000", "19700101000000",
                           "20260100000000", "20260010000000", "20261231", "202612310000"])
    return (text + fraction + zone).encode("utf-8")


def der(rng, body, time, evil):
    e, little = Der(rng, evil), evil / 2
    algorithm = bytes.fromhex(SHA_256 + rng.choice(["", "0500"]))
    if rng.random() < little:
        algorithm = bytes.fromhex(rng.choice(["0609608648016503040203", "06052b0e03021a0500", SHA_256 + "0501", SHA_256 + "3000", ""]))
    imprint = e(0x30, algorithm) + e(0x04, hashlib.sha256(body.encode("utf-8")).digest())
    serial = rng.randbytes(rng.choice([1, 1, 8, 20, 32]))
    if rng.random() < little:
        serial = bytes(rng.choice([0, 33, 200]))
    info = (e(0x02, b"\2" if rng.random() < little else b"\1") + e(0x06, bytes.fromhex("2a030401")) + e(0x30, imprint)
            + e(0x02, serial) + e(0x18, gen_time(rng, time, evil))
            + rng.choice([b"", b"", bytes.fromhex("3003020101"), rng.randbytes(5), bytes(rng.choice([40, 200]))]))
    inner = (e(0x06, bytes.fromhex(SIGNED_DATA if rng.random() < little else TST_INFO))
             + e(0xA0, e(0x04, e(0x30, info))))
    signed = (e(0x02, bytes([rng.choice([1, 3, 3])])) + e(0x31, e(0x30, bytes.fromhex(SHA_256))) + e(0x30, inner)
              + rng.choice([b"", rng.randbytes(7), e(0x31, bytes(rng.choice([3, 130, 300, 700])))]))
    return e(0x30, e(0x06, bytes.fromhex(TST_INFO if rng.random() < little else SIGNED_DATA)) + e(0xA0, e(0x30, signed)))


def spoil(rng, data):
    """Some bytes of a token changed, mostly of those that are read."""
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        if not data:
            break
        at = rng.randrange(len(data) if rng.random() < 0.2 else min(len(data), 170))
        way = rng.randrange(5)
        if way < 2:
            data[at] ^= 1 << rng.randrange(8)
        elif way == 2:
            data[at] = rng.choice([0, 1, 0x7F, 0x80, 0x81, 0x82, 0x83, 0xFF, 0x30, 0x04, 0x02, 0xA0])
        elif way == 3:
            del data[at]
        else:
            data = data[:at] if rng.random() < 0.3 else data[:at] + rng.randbytes(1) + data[at:]
    return bytes(data)


def spoil_text(rng, text):
    """The same of a token in a line; now and then its base64."""
    try:
        data = base64.b64decode(text)
    except ValueError:
        return text[:-1]
    if rng.random() < 0.1:
        return rng.choice([text[:-1], text + "=", text.replace("=", ""), text.replace("A", "-", 1), text + "\n", "",
                           text[:-4] + "AB==", text.swapcase()])
    return base64.b64encode(spoil(rng, data)).decode()


def token(rng, body, time, evil=0.0):
    data = der(rng, body, time, rng.choice([0, 0.03, 0.1]) if rng.random() < evil else 0)
    text = base64.b64encode(data).decode()
    return spoil_text(rng, text) if rng.random() < evil / 2 else text


def moved(text, body):
    """The same token over this body, if its imprint is found."""
    data = base64.b64decode(text)
    at = data.find(b"\x04\x20")
    imprint = hashlib.sha256(body.encode("utf-8")).digest()
    if at < 0 or len(data) < at + 34:
        return text
    return base64.b64encode(data[:at + 2] + imprint + data[at + 34:]).decode()
