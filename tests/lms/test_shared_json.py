from __future__ import annotations

from typing import Any

from lms.tables.base import LONGEST_ENCODED, MOST_ENCODED, encode_once


def test_a_value_is_encoded_once_and_equal_ones_each() -> None:
    seen: list[Any] = []

    def encode(value: Any) -> str:
        seen.append(value)
        return f"{value}"

    encoded = encode_once(encode)
    one, other, large = [1], [1], "x" * (LONGEST_ENCODED + 1)
    assert [encoded(value) for value in (one, one, other, large, large)] == ["[1]", "[1]", "[1]", large, large]
    assert [id(value) for value in seen] == [id(value) for value in (one, other, large, large)]
    many = [[number] for number in range(MOST_ENCODED)]
    assert [encoded(value) for value in many] == [f"[{number}]" for number in range(MOST_ENCODED)]
    assert encoded(one) == "[1]"
    assert seen[-1] is one
