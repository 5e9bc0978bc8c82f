"""Reads the SOAP shape of the services from descriptors and their options; nothing else reads the options."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from importlib import import_module

import organisation.v1
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.message_factory import GetMessageClass
from organisation.soap.v1 import annotations_pb2 as soap

from edge.batches import read_batch
from edge.contract import DataType, Enumeration, EnumValue, ListOf, Member, Operation, Primitive, Service, Struct
from edge.contract import XmlContent as XmlType
from edge.contract_error import ContractError
from edge.file_stream import file_stream_service
from edge.namespaces import DATA_CONTRACT, TEMPURI
from edge.naming import pascal_case, snake_case

VALUE_TYPES = {
    "boolean": (FieldDescriptor.TYPE_BOOL,),
    "int": (FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_SINT32),
    "long": (FieldDescriptor.TYPE_INT64, FieldDescriptor.TYPE_SINT64),
    "unsignedInt": (FieldDescriptor.TYPE_UINT32,),
    "unsignedLong": (FieldDescriptor.TYPE_UINT64,),
    "float": (FieldDescriptor.TYPE_FLOAT,),
    "double": (FieldDescriptor.TYPE_DOUBLE,),
}
PRIMITIVES = {
    FieldDescriptor.TYPE_STRING: Primitive("string", is_value=False),
    FieldDescriptor.TYPE_BYTES: Primitive("base64Binary", is_value=False),
    **{kind: Primitive(name, is_value=True) for name, kinds in VALUE_TYPES.items() for kind in kinds},
}
TIMESTAMP = "google.protobuf.Timestamp"
DATE_TIME = Primitive("dateTime", is_value=True)
HIDDEN = soap.DataMember.ROLE_HIDDEN
BASE = soap.DataMember.ROLE_BASE
XML = soap.DataMember.ROLE_XML
STREAM = soap.DataMember.ROLE_STREAM


def load_services() -> tuple[Service, ...]:
    """Returns every service: those of organisation.v1 that have a service_contract, and FileStreamService; by path."""
    found: list[ServiceDescriptor] = []
    for module in pkgutil.iter_modules(organisation.v1.__path__):
        if module.name.endswith("_pb2"):
            descriptor = import_module(f"organisation.v1.{module.name}").DESCRIPTOR
            found += descriptor.services_by_name.values()
    return tuple(sorted((*read_services(found), file_stream_service()), key=lambda service: service.path))


def read_services(descriptors: Iterable[ServiceDescriptor]) -> tuple[Service, ...]:
    """Returns the SOAP shape of those services that have one; raises ContractError."""
    reader = ContractReader()
    offered = [d for d in descriptors if d.GetOptions().HasExtension(soap.service_contract)]
    services = [reader.read_service(descriptor) for descriptor in offered]
    return tuple(sorted(services, key=lambda service: service.path))


class ContractReader:
    """Makes each data contract once, however many operations use it."""

    def __init__(self) -> None:
        self._structs: dict[str, Struct] = {}
        self._enumerations: dict[str, Enumeration] = {}

    def read_service(self, descriptor: ServiceDescriptor) -> Service:
        contract = descriptor.GetOptions().Extensions[soap.service_contract]
        if not contract.path.endswith(".svc"):
            raise ContractError(f"{descriptor.full_name}: path {contract.path!r} does not end in .svc")
        offered = [m for m in descriptor.methods if not m.GetOptions().Extensions[soap.operation_contract].hidden]
        operations = tuple(self._operation(method, contract.parameter) for method in offered)
        return Service(contract.path, descriptor.full_name, operations)

    def _operation(self, method: MethodDescriptor, default_parameter: str) -> Operation:
        contract = method.GetOptions().Extensions[soap.operation_contract]
        if method.server_streaming:
            raise ContractError(f"{method.full_name}: an answer that streams has no SOAP shape")
        name = contract.name or method.name
        parameter_name = contract.parameter or default_parameter
        request = self._request(method.input_type, is_wrapper=not parameter_name)
        parameter = Member(parameter_name, TEMPURI, request, "", nillable=True) if parameter_name else None
        operation = Operation(
            name=name,
            method=f"/{method.containing_service.full_name}/{method.name}",
            service=method.containing_service.full_name,
            request=request,
            response_class=GetMessageClass(method.output_type),
            parameter=parameter,
            result=self._result(method, name, contract.result_field),
            streams=method.client_streaming,
            message_type=contract.message_type,
            batch=read_batch(method, contract) if contract.batch_rpc else None,
        )
        if operation.streams != bool(operation.stream_name):
            raise ContractError(f"{method.full_name}: a stream of requests needs a ROLE_STREAM member, and only it")
        return operation

    def _request(self, descriptor: Descriptor, *, is_wrapper: bool) -> Struct:
        """A wrapper is no data contract: its children are in tempuri and keep the proto's order."""
        if not is_wrapper:
            return self._struct(descriptor)
        members = [self._member(f, TEMPURI) for f in descriptor.fields if options_of(f).role != HIDDEN]
        if any(options_of(f).role == BASE for f in descriptor.fields):
            raise ContractError(f"{descriptor.full_name}: a wrapper has no base class")
        return Struct(descriptor.name, TEMPURI, GetMessageClass(descriptor), members=tuple(members))

    def _result(self, method: MethodDescriptor, operation: str, result_field: str) -> Member:
        name = f"{operation}Result"
        if not result_field:
            return Member(name, TEMPURI, self._struct(method.output_type), "", nillable=True, has_presence=True)
        descriptor = method.output_type.fields_by_name[result_field]
        member = self._member(descriptor, TEMPURI)
        return Member(
            name, TEMPURI, member.data_type, result_field, member.nillable, member.has_presence, member.empty_is_nil
        )

    def _struct(self, descriptor: Descriptor) -> Struct:
        known = self._structs.get(descriptor.full_name)
        if known is not None:
            return known
        options = descriptor.GetOptions().Extensions[soap.data_contract]
        namespace = namespace_of(descriptor, options)
        struct = Struct(options.name or descriptor.name, namespace, GetMessageClass(descriptor))
        self._structs[descriptor.full_name] = struct
        bases = [f for f in descriptor.fields if options_of(f).role == BASE]
        if bases:
            struct.base, struct.base_field = self._base(descriptor, bases), bases[0].name
        shown = [f for f in descriptor.fields if options_of(f).role not in (HIDDEN, BASE)]
        struct.members = tuple(sorted((self._member(f, namespace) for f in shown), key=lambda member: member.name))
        refuse_doubles(struct)
        return struct

    def _base(self, descriptor: Descriptor, bases: list[FieldDescriptor]) -> Struct:
        if len(bases) > 1 or bases[0].message_type is None:
            raise ContractError(f"{descriptor.full_name}: one message may be its base class")
        base = self._struct(bases[0].message_type)
        if any(ancestor is self._structs[descriptor.full_name] for _, ancestor in base.lineage()):
            raise ContractError(f"{descriptor.full_name}: it is its own base class")
        return base

    def _member(self, descriptor: FieldDescriptor, namespace: str) -> Member:
        options = options_of(descriptor)
        if descriptor.containing_oneof is not None and descriptor.has_presence and not is_optional(descriptor):
            raise ContractError(f"{descriptor.full_name}: a oneof loses what a partner may send twice; use optional")
        if options.HasField("clr_namespace"):
            namespace = DATA_CONTRACT + options.clr_namespace if options.clr_namespace else TEMPURI
        data_type = self._type(descriptor, options.role)
        is_value = isinstance(data_type, Enumeration) or (isinstance(data_type, Primitive) and data_type.is_value)
        nillable = options.nillable if options.HasField("nillable") else not is_value or descriptor.has_presence
        return Member(
            name=options.name or pascal_case(descriptor.name),
            namespace=namespace,
            data_type=data_type,
            field=descriptor.name,
            nillable=nillable,
            has_presence=descriptor.has_presence,
            empty_is_nil=options.empty_is_nil,
            also_read=tuple(options.also_read),
            is_stream=options.role == STREAM,
        )

    def _type(self, descriptor: FieldDescriptor, role: soap.DataMember.Role.ValueType) -> DataType:
        if role == XML:
            return XmlType(tuple(self._known_type(descriptor, name) for name in options_of(descriptor).known_types))
        item = self._item(descriptor)
        return ListOf(item) if descriptor.is_repeated else item

    def _known_type(self, descriptor: FieldDescriptor, name: str) -> Struct:
        parent = descriptor.containing_type
        assert parent is not None  # noqa: S101 (it is a field of a message)
        file = parent.file
        try:
            return self._struct(file.pool.FindMessageTypeByName(f"{file.package}.{name}"))
        except KeyError:
            raise ContractError(f"{descriptor.full_name}: there is no message {name}") from None

    def _item(self, descriptor: FieldDescriptor) -> Primitive | Enumeration | Struct:
        if descriptor.message_type is not None:
            if descriptor.message_type.full_name == TIMESTAMP:
                return DATE_TIME
            return self._struct(descriptor.message_type)
        if descriptor.enum_type is not None:
            return self._enumeration(descriptor.enum_type)
        if descriptor.type not in PRIMITIVES:
            raise ContractError(f"{descriptor.full_name}: its type has no SOAP shape")
        return PRIMITIVES[descriptor.type]

    def _enumeration(self, descriptor: EnumDescriptor) -> Enumeration:
        known = self._enumerations.get(descriptor.full_name)
        if known is not None:
            return known
        options = descriptor.GetOptions().Extensions[soap.enum_contract]
        prefix = snake_case(descriptor.name).upper() + "_"
        values: list[EnumValue] = []
        for value in descriptor.values:
            contract = value.GetOptions().Extensions[soap.enum_member]
            if not contract.name and value.name.endswith("_UNSPECIFIED"):
                continue
            published = contract.value if contract.HasField("value") and contract.value != len(values) else None
            name = contract.name or pascal_case(value.name.removeprefix(prefix).lower())
            values.append(EnumValue(name, value.number, published))
        made = Enumeration(options.name or descriptor.name, namespace_of(descriptor, options), tuple(values))
        self._enumerations[descriptor.full_name] = made
        return made


def options_of(descriptor: FieldDescriptor) -> soap.DataMember:
    """Returns the field's option; all defaults where it has none."""
    return descriptor.GetOptions().Extensions[soap.data_member]


def is_optional(descriptor: FieldDescriptor) -> bool:
    """Whether the oneof of the field is only what `optional` makes."""
    oneof = descriptor.containing_oneof
    return oneof is not None and len(oneof.fields) == 1 and oneof.name == f"_{descriptor.name}"


def namespace_of(descriptor: Descriptor | EnumDescriptor, options: soap.DataContract) -> str:
    """Returns the namespace of a data contract: its own or its file's, where "" is the one of the operations."""
    file = descriptor.file.GetOptions()
    if options.clr_namespace:
        return DATA_CONTRACT + options.clr_namespace
    if not file.HasExtension(soap.clr_namespace):
        raise ContractError(f"{descriptor.full_name}: neither it nor its file has a clr_namespace")
    clr = file.Extensions[soap.clr_namespace]
    return DATA_CONTRACT + clr if clr else TEMPURI


def refuse_doubles(struct: Struct) -> None:
    """Two members of one local name could not be told apart in a request."""
    members = [member for _, ancestor in struct.lineage() for member in ancestor.members]
    names = [name for member in members for name in (member.name, *member.also_read)]
    doubles = {name for name in names if names.count(name) > 1}
    if doubles:
        raise ContractError(f"{struct.name}: {', '.join(sorted(doubles))} twice in it and its base classes")
