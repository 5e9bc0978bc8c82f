"""The compiled codecs against stock Spyne, over data that is made and made smaller: equal infosets, equal refusals."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from edge.contract import Member, Operation, Struct
from edge.decode import NIL
from edge.elements import Element, local_name
from edge.encode import compile_encoder
from edge.text import readers
from tests.edge.spyne_types import SIMPLE, SpyneTypes
from tests.edge.test_differential import OPERATIONS, fill, fill_member, plain, plain_member, to_spyne

from spyne.model.fault import Fault  # isort: skip (after what makes Spyne importable)
from spyne.util.xml import get_object_as_xml, get_xml_as_object  # isort: skip

SETTINGS = settings(
    max_examples=25, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
READERS = readers()
BY_NAME: dict[str, Operation] = {operation.name: operation for operation in OPERATIONS}


def infoset(element: Element) -> tuple[str, Any]:
    """Local names and text; what WCF writes as nil and Spyne omits is left out, and what is empty is no text."""
    children = [child for child in element if child.get(NIL) is None]
    if children:
        return local_name(element), [infoset(child) for child in children]
    return local_name(element), value_of(element.text or "")


def value_of(text: str) -> Any:
    """Numbers and moments by their value: both have several spellings."""
    for name in ("long", "double", "dateTime"):
        try:
            value = READERS[name](text)
        except ValueError:
            continue
        return str(value)
    return text


@pytest.mark.parametrize("name", BY_NAME)
@given(seed=st.integers(0, 2**32))
@SETTINGS
def test_the_encoder_writes_what_spyne_writes(name: str, seed: int) -> None:
    operation = BY_NAME[name]
    chance = random.Random(seed)
    types, result, response = SpyneTypes(), operation.result, operation.response_class()
    if result.field:
        fill_member(Member("", "", result.data_type, result.field, nillable=True), response, chance)
        data = plain_member(result, response)
    else:
        assert isinstance(result.data_type, Struct)
        fill(result.data_type, response, chance)
        data = plain(result.data_type, response)
    ours = etree.fromstring(compile_encoder(operation)(response).encode())[0]
    if data is None:
        return
    theirs = get_object_as_xml(to_spyne(types, result.data_type, data), types.of(result.data_type))
    assert without_empty(infoset(ours)[1]) == without_empty(infoset(theirs)[1])


def without_empty(value: Any) -> Any:
    """Empty strings and lists are elements here and absent there, since a proto has no null for them."""
    if isinstance(value, list):
        found = [(name, without_empty(inner)) for name, inner in value]
        return [(name, inner) for name, inner in found if inner != ""] or ""
    return value


TEXTS = st.one_of(
    st.text("0123456789+-. eEtrufalsINTZ:xX_,", max_size=24),
    st.integers(-(2**70), 2**70).map(str),
    st.floats().map(repr),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.sampled_from(("1e5", "0x10", "1_000", "\u0661", "1.0", "--1", "2026-02-30T00:00:00Z", "2026-01-01", "24:00:00")),
)


@pytest.mark.parametrize("name", ["int", "long", "boolean", "double", "dateTime"])
@given(text=TEXTS)
@SETTINGS
def test_what_spyne_refuses_is_refused(name: str, text: str) -> None:
    element = etree.Element("x")
    element.text = text
    try:
        get_xml_as_object(element, SIMPLE[name])
    except (Fault, ValueError, OverflowError):
        with pytest.raises(ValueError, match="is not"):
            READERS[name](text)
