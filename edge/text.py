"""Values of simple types as XML Schema writes them, and the ranges that .NET gives them."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MARKUP = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
DATE_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,20}))?(Z|[+-]\d\d:\d\d)?", re.ASCII | re.IGNORECASE
)
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?|-?INF|NaN", re.ASCII)
SECONDS_A_DAY = 86_400
EPOCH = date(1970, 1, 1).toordinal()
SPECIAL_NUMBERS = {"INF": math.inf, "-INF": -math.inf, "NaN": math.nan}
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
RANGES = {
    "int": (-(2**31), 2**31 - 1),
    "long": (-(2**63), 2**63 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedLong": (0, 2**64 - 1),
}


def read_integer(text: str, lowest: int, highest: int) -> int:
    """Reads an integer of a range; raises ValueError."""
    stripped = text.strip()
    if INTEGER.fullmatch(stripped) is None:
        raise ValueError("is not an integer")
    value = int(stripped)
    if not lowest <= value <= highest:
        raise ValueError(f"is not between {lowest} and {highest}")
    return value


def read_boolean(text: str) -> bool:
    """Reads true, false, 1 or 0, and .NET's True and False; raises ValueError."""
    value = BOOLEANS.get(text.strip().lower())
    if value is None:
        raise ValueError("is not a boolean")
    return value


def read_number(text: str) -> float:
    """Reads a float or double; raises ValueError."""
    stripped = text.strip()
    if NUMBER.fullmatch(stripped) is None:
        raise ValueError("is not a number")
    special = SPECIAL_NUMBERS.get(stripped)
    return float(stripped) if special is None else special


def read_bytes(text: str) -> bytes:
    """Reads base64 with any white space in it; raises ValueError."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("is not base64") from error


def read_date_time(text: str) -> Timestamp:
    """Reads an xs:dateTime of the years 1 to 9999; without an offset it is UTC. Raises ValueError."""
    moment, nanoseconds = split_date_time(text)
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return Timestamp(seconds=delta.days * SECONDS_A_DAY + delta.seconds, nanos=nanoseconds)


def split_date_time(text: str) -> tuple[datetime, int]:
    """Returns the moment in UTC, in whole seconds, and its nanoseconds; digits beyond those are cut off."""
    match = DATE_TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError("is not a dateTime")
    year, month, day, hour, minute, second = (int(group) for group in match.groups()[:6])
    zone = match[8]
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=read_offset(zone or "Z"))
        return moment.astimezone(UTC), int(((match[7] or "") + "0" * 9)[:9])
    except (ValueError, OverflowError) as error:
        raise ValueError("is not a dateTime") from error


def read_offset(text: str) -> timezone:
    if text in {"Z", "z"}:
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def write_text(value: str) -> str:
    """Escapes text. What XML cannot carry becomes U+FFFD; a carriage return would come back as a line feed."""
    if MARKUP.search(value) is None:
        return value
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")
    return ILLEGAL.sub("\ufffd", escaped)


def write_attribute(value: str) -> str:
    """Escapes text for a double-quoted attribute."""
    return write_text(value).replace('"', "&quot;").replace("\n", "&#xA;").replace("\t", "&#x9;")


def write_boolean(value: bool) -> str:
    return "true" if value else "false"


def write_number(value: float) -> str:
    if math.isfinite(value):
        return repr(value).replace("e", "E")
    return "NaN" if math.isnan(value) else "INF" if value > 0 else "-INF"


def write_bytes(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def write_date_time(value: Timestamp) -> str:
    """Writes a moment as .NET writes a UTC DateTime: up to seven digits of a second, no trailing zeros."""
    days, seconds = divmod(value.seconds, SECONDS_A_DAY)
    text = f"{write_day(days)}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if value.nanos:
        digits = f"{value.nanos // 100:07d}".rstrip("0")
        return f"{text}.{digits}Z" if digits else f"{text}Z"
    return text + "Z"


@lru_cache(maxsize=4096)
def write_day(days: int) -> str:
    """Writes a day by its distance from 1970-01-01."""
    return date.fromordinal(EPOCH + days).isoformat()


def integer_reader(name: str) -> Callable[[str], int]:
    lowest, highest = RANGES[name]
    return lambda text: read_integer(text, lowest, highest)


def readers() -> Mapping[str, Callable[[str], Any]]:
    """Returns a reader for each simple type, by its XML Schema name; they raise ValueError."""
    return {
        **{name: integer_reader(name) for name in RANGES},
        "string": str,
        "boolean": read_boolean,
        "float": read_number,
        "double": read_number,
        "base64Binary": read_bytes,
        "dateTime": read_date_time,
    }


def writers() -> Mapping[str, Callable[[Any], str]]:
    """Returns a writer for each simple type, by its XML Schema name."""
    return {
        **dict.fromkeys(RANGES, str),
        "string": write_text,
        "boolean": write_boolean,
        "float": write_number,
        "double": write_number,
        "base64Binary": write_bytes,
        "dateTime": write_date_time,
    }
