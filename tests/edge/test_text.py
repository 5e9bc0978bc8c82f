"""Simple values as XML Schema and .NET write them."""

from __future__ import annotations

import math
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from edge.text import read_date_time, readers, write_attribute, write_date_time, write_text, writers


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", " +7 ", 7),
        ("int", "-2147483648", -(2**31)),
        ("int", "0007", 7),
        ("long", "9223372036854775807", 2**63 - 1),
        ("unsignedInt", "4294967295", 2**32 - 1),
        ("boolean", "1", True),
        ("boolean", "False", False),
        ("double", "INF", math.inf),
        ("double", "1.5E3", 1500.0),
        ("double", "-.5", -0.5),
        ("base64Binary", "QU\nI=", b"AB"),
        ("string", " as is ", " as is "),
    ],
)
def test_values_are_read(kind: str, text: str, value: object) -> None:
    assert readers()[kind](text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("int", "2147483648"),
        ("int", "1.0"),
        ("int", "1_000"),
        ("int", "0x10"),
        ("int", "१२"),
        ("int", "- 1"),
        ("int", "9" * 100),
        ("unsignedInt", "-1"),
        ("boolean", "yes"),
        ("boolean", "2"),
        ("double", "inf"),
        ("double", "1e99999"),
        ("double", "1_0"),
        ("base64Binary", "QUI"),
        ("base64Binary", "æ==="),
        ("dateTime", "2026-02-30T00:00:00Z"),
        ("dateTime", "2026-01-01"),
        ("dateTime", "2026-01-01T24:00:01Z"),
        ("dateTime", "0001-01-01T00:00:00+14:00"),
        ("dateTime", "2026-01-01T00:00:00+99:00"),
        ("dateTime", "٢٠٢٦-01-01T00:00:00Z"),
        ("dateTime", "now"),
    ],
)
def test_what_is_no_value_is_refused(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        readers()[kind](text)


@pytest.mark.parametrize(
    ("text", "seconds", "nanos", "again"),
    [
        ("1970-01-01T00:00:00Z", 0, 0, "1970-01-01T00:00:00Z"),
        ("2026-01-02T03:04:05+01:00", 1767319445, 0, "2026-01-02T02:04:05Z"),
        ("2026-01-02T03:04:05", 1767323045, 0, "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05.1234567-00:30", 1767324845, 123456700, "2026-01-02T03:34:05.1234567Z"),
        ("2026-01-02T03:04:05.5000000Z", 1767323045, 500000000, "2026-01-02T03:04:05.5Z"),
        ("1969-12-31T23:59:59.25z", -1, 250000000, "1969-12-31T23:59:59.25Z"),
        ("0001-01-01T00:00:00Z", -62135596800, 0, "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", 253402300799, 0, "9999-12-31T23:59:59Z"),
    ],
)
def test_moments_go_there_and_back(text: str, seconds: int, nanos: int, again: str) -> None:
    stamp = read_date_time(text)
    assert (stamp.seconds, stamp.nanos) == (seconds, nanos)
    assert write_date_time(stamp) == again


@given(st.integers(-62135596800, 253402300799), st.integers(0, 9_999_999))
def test_every_moment_of_dotnet_survives(seconds: int, ticks: int) -> None:
    stamp = Timestamp(seconds=seconds, nanos=ticks * 100)
    assert read_date_time(write_date_time(stamp)) == stamp


@given(st.text())
def test_every_text_makes_well_formed_xml(value: str) -> None:
    element = etree.fromstring(f'<a b="{write_attribute(value)}">{write_text(value)}</a>'.encode())
    text = element.text or ""
    assert element.get("b") == text
    assert len(text) == len(value)
    assert all(theirs in {mine, "\ufffd"} for mine, theirs in zip(value, text, strict=True))


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("boolean", True, "true"),
        ("double", math.nan, "NaN"),
        ("double", -math.inf, "-INF"),
        ("double", 1e300, "1E+300"),
        ("base64Binary", b"\xff\xfe", "//4="),
        ("unsignedLong", 2**64 - 1, "18446744073709551615"),
    ],
)
def test_values_are_written(kind: str, value: Any, text: str) -> None:
    assert writers()[kind](value) == text
