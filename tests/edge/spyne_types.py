"""The contract once more, as stock Spyne types: another reading and writing that the codecs are compared with."""

from __future__ import annotations

from typing import Any

import edge.spyne_compat  # noqa: F401 isort: skip (before spyne)
from spyne.model.binary import ByteArray
from spyne.model.complex import Array, ComplexModel, ComplexModelMeta
from spyne.model.enum import Enum
from spyne.model.primitive import AnyXml, Boolean, DateTime, Double, Integer, Unicode

from edge.contract import DataType, Enumeration, ListOf, Primitive, Struct, XmlContent

SIMPLE = {
    "string": Unicode,
    "int": Integer,  # Integer32 refuses -2147483648 for its eleven characters
    "long": Integer,
    "boolean": Boolean,
    "double": Double,
    "dateTime": DateTime,
    "base64Binary": ByteArray,
}


class SpyneTypes:
    """Makes each type once."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], Any] = {}

    def of(self, data_type: DataType) -> Any:
        if isinstance(data_type, Primitive):
            return SIMPLE[data_type.name]
        if isinstance(data_type, XmlContent):
            return AnyXml
        if isinstance(data_type, ListOf):
            return Array(self.of(data_type.item), member_name=data_type.item_name)
        key = (data_type.namespace, data_type.name)
        if key not in self._made:
            self._made[key] = self._make(data_type)
        return self._made[key]

    def _make(self, data_type: Enumeration | Struct) -> Any:
        if isinstance(data_type, Enumeration):
            names = dict.fromkeys(value.name for value in data_type.values)
            return Enum(*names, type_name=data_type.name)
        base = ComplexModel if data_type.base is None else self.of(data_type.base)
        members = [(member.name, self.of(member.data_type)) for member in data_type.members]
        body = {"__namespace__": data_type.namespace, "__type_name__": data_type.name, "_type_info": members}
        return ComplexModelMeta(data_type.name, (base,), body)
