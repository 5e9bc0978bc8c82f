"""The SOAP shape of the services: what WCF calls service, operation and data contracts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from google.protobuf.message import Message

from edge.namespaces import ARRAYS, TEMPURI


@dataclass(frozen=True)
class Primitive:
    """A simple type of XML Schema, by its local name; value types have no null in .NET."""

    name: str
    is_value: bool


@dataclass(frozen=True)
class XmlContent:
    """Content of any kind, carried as text of XML; xs:anyType in the schema."""

    known: tuple[Struct, ...] = ()
    """Contracts that it may have as i:type; they are published beside it."""


@dataclass(frozen=True)
class EnumValue:
    """One value: its spelling, its number in the proto, and its number in .NET where the schema publishes it."""

    name: str
    number: int
    published: int | None


@dataclass(frozen=True)
class Enumeration:
    """An enum contract."""

    name: str
    namespace: str
    values: tuple[EnumValue, ...]


@dataclass(eq=False)
class Struct:
    """A data contract. Its members follow those of its base class; both are sorted by name, as .NET sorts them."""

    name: str
    namespace: str
    message_class: type[Message]
    base: Struct | None = None
    base_field: str = ""
    members: tuple[Member, ...] = ()

    def lineage(self) -> Iterator[tuple[tuple[str, ...], Struct]]:
        """Yields each class of the inheritance, base first, with the path of proto fields that leads to it."""
        if self.base is not None:
            for path, ancestor in self.base.lineage():
                yield (self.base_field, *path), ancestor
        yield (), self


@dataclass(frozen=True)
class ListOf:
    """An array; its element is named after the type of its items."""

    item: Primitive | Enumeration | Struct

    @property
    def item_name(self) -> str:
        return self.item.name

    @property
    def namespace(self) -> str:
        return ARRAYS if isinstance(self.item, Primitive) else self.item.namespace

    @property
    def name(self) -> str:
        return "ArrayOf" + self.item_name


DataType: TypeAlias = Primitive | XmlContent | Enumeration | Struct | ListOf


@dataclass(frozen=True, eq=False)
class Member:
    """An element of a contract or of an operation's wrapper, and the proto field that holds its value."""

    name: str
    namespace: str
    data_type: DataType
    field: str
    nillable: bool
    has_presence: bool = False
    empty_is_nil: bool = False
    also_read: tuple[str, ...] = ()
    """Further names that requests may use."""
    is_stream: bool = False
    """Bytes that the intake takes from the request; the codecs never see them."""


@dataclass(frozen=True, eq=False)
class Batch:
    """The rpc that takes many requests of an operation at once; fields by their names in the proto."""

    method: str
    response_class: type[Message]
    outcomes: str
    """Of its response: as many as there are requests, in the same order.

    Each has the field of the single response's result, so that it can stand for it, or a Refusal in `refusal`.
    """
    item: str
    """Of the single request: the message that is repeated."""
    key: str
    """Of that message: only those with the same value go together; "" for any."""


@dataclass(frozen=True, eq=False)
class Operation:
    """A SOAP operation and the rpc that answers it."""

    name: str
    method: str
    """Path of the rpc: "/organisation.v1.DataService/AddMessage"."""
    service: str
    """Its proto service, such as "organisation.v1.DataService"."""
    request: Struct
    response_class: type[Message]
    parameter: Member | None
    """The wrapper's only child; None: the members of the request are the wrapper's children."""
    result: Member
    """Element of the result. Its field is "" where the whole response is the result."""
    streams: bool
    """The rpc takes a stream: the operation is an upload."""
    message_type: str
    """Dotted name of the message type that grants it; "" for none."""
    batch: Batch | None = None
    element: str = ""
    """Name of the request's element in the body; "": the operation's own."""
    answer_element: str = ""
    """Name of the answer's element; "": the operation's own with Response after it."""
    headers: tuple[Member, ...] = ()
    """Members of the request that come as SOAP headers, in tempuri."""

    @property
    def tag(self) -> str:
        return f"{{{TEMPURI}}}{self.element or self.name}"

    @property
    def answer_name(self) -> str:
        return self.answer_element or f"{self.name}Response"

    @property
    def header_tags(self) -> frozenset[str]:
        return frozenset(f"{{{member.namespace}}}{member.name}" for member in self.headers)

    @property
    def children(self) -> tuple[Member, ...]:
        """Children of the request's wrapper."""
        return self.request.members if self.parameter is None else (self.parameter,)

    @property
    def stream_name(self) -> str:
        """Local name of the member that streams; "" for none."""
        return next((member.name for member in self.request.members if member.is_stream), "")


@dataclass(frozen=True, eq=False)
class Service:
    """A .svc endpoint."""

    path: str
    full_name: str
    operations: tuple[Operation, ...] = field(default=())

    @property
    def name(self) -> str:
        return self.path.removesuffix(".svc")

    @cached_property
    def by_tag(self) -> dict[str, Operation]:
        """The operations by the tags of their wrappers."""
        return {operation.tag: operation for operation in self.operations}

    @property
    def takes_uploads(self) -> bool:
        return any(operation.streams for operation in self.operations)

    @property
    def is_message_contract(self) -> bool:
        """Its requests have headers of their own, as WCF's message contracts have."""
        return any(operation.headers for operation in self.operations)

    def soap_action(self, operation: str) -> str:
        """Returns the action of an operation, or of any name that stands in its place."""
        return f"{TEMPURI}I{self.name}/{operation}"
