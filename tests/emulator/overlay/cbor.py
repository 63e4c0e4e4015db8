"""Lets ministack's CloudWatch read what a current AWS SDK sends: Smithy RPC v2 in CBOR.

ministack imports ``cbor2`` for it but does not depend on it; without it every PutMetricData of a current SDK is
answered with success and stores nothing. This is the part of CBOR that the protocol uses, under that name: decoding
is botocore's own (it has no public encoder without a model, so encoding is here).
"""

import struct
import sys
from datetime import datetime
from types import ModuleType

from botocore.parsers import RpcV2CBORParser
from dateutil.tz import tzutc

_EPOCH_TAG = 1


class CBORTag:
    """A tagged value; the protocol knows tag 1, seconds since the epoch."""

    def __init__(self, tag: int, value: float) -> None:
        self.tag = tag
        self.value = value


def loads(data: bytes) -> object:
    """The one data item in ``data``; tag 1 becomes a ``datetime`` in UTC."""
    parser = RpcV2CBORParser(timestamp_parser=lambda seconds: datetime.fromtimestamp(seconds, tzutc()))
    return parser.parse_data_item(parser.get_peekable_stream_from_bytes(data))


def dumps(value: object) -> bytes:
    """``value`` as one data item; ``TypeError`` for a type that has no encoding here."""
    return b"".join(_encode(value))


def _encode(value: object):
    if value is None:
        yield b"\xf6"
    elif isinstance(value, bool):
        yield b"\xf5" if value else b"\xf4"
    elif isinstance(value, int):
        yield _head(0, value) if value >= 0 else _head(1, -1 - value)
    elif isinstance(value, float):
        yield b"\xfb" + struct.pack(">d", value)
    elif isinstance(value, str):
        text = value.encode()
        yield _head(3, len(text)) + text
    elif isinstance(value, bytes):
        yield _head(2, len(value)) + value
    elif isinstance(value, (list, tuple)):
        yield _head(4, len(value))
        for item in value:
            yield from _encode(item)
    elif isinstance(value, dict):
        yield _head(5, len(value))
        for key, item in value.items():
            yield from _encode(key)
            yield from _encode(item)
    elif isinstance(value, CBORTag):
        yield _head(6, value.tag)
        yield from _encode(value.value)
    elif isinstance(value, datetime):
        yield from _encode(CBORTag(_EPOCH_TAG, value.timestamp()))
    else:
        raise TypeError(f"no CBOR encoding for {type(value).__name__}")


def _head(major: int, argument: int) -> bytes:
    """The initial byte of a data item and its argument, in the shortest form."""
    if argument < 24:
        return bytes([major << 5 | argument])
    for extra, size in ((24, "B"), (25, "H"), (26, "I"), (27, "Q")):
        if argument < 1 << 8 * struct.calcsize(size):
            return bytes([major << 5 | extra]) + struct.pack(f">{size}", argument)
    raise TypeError(f"{argument} is too large for a CBOR integer")


def install() -> None:
    """Offer this module under the name ministack imports."""
    module = ModuleType("cbor2")
    module.loads, module.dumps, module.CBORTag = loads, dumps, CBORTag
    sys.modules["cbor2"] = module
