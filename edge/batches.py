"""Finds the rpc that takes many requests of an operation at once (annotations.proto, batch_rpc)."""

from __future__ import annotations

from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.message_factory import GetMessageClass
from organisation.soap.v1 import annotations_pb2 as soap

from edge.contract import Batch
from edge.contract_error import ContractError


def read_batch(method: MethodDescriptor, contract: soap.OperationContract) -> Batch:
    """Returns the batch of an operation; raises ContractError where the two rpcs do not fit together."""
    many = method.containing_service.methods_by_name.get(contract.batch_rpc)
    if many is None:
        raise ContractError(f"{method.full_name}: there is no rpc {contract.batch_rpc}")
    item, sent = only_field(method.input_type)
    items, repeated = only_field(many.input_type)
    outcomes, outcome = only_field(many.output_type)
    result = method.output_type.fields_by_name.get(contract.result_field)
    told = outcome.fields_by_name.get(contract.result_field)
    fits = (
        items.is_repeated
        and outcomes.is_repeated
        and repeated is sent
        and items.number == item.number
        and "request_id" in sent.fields_by_name
        and (not contract.batch_key or contract.batch_key in sent.fields_by_name)
        and "refusal" in outcome.fields_by_name
        and result is not None
        and told is not None
        and told.message_type is result.message_type
    )
    if not fits:
        raise ContractError(f"{method.full_name}: {many.name} does not take many of its requests")
    return Batch(
        method=f"/{many.containing_service.full_name}/{many.name}",
        response_class=GetMessageClass(many.output_type),
        outcomes=outcomes.name,
        item=item.name,
        key=contract.batch_key,
    )


def only_field(descriptor: Descriptor) -> tuple[FieldDescriptor, Descriptor]:
    """Returns the one field of a message, and the message that the field is of."""
    field = descriptor.fields[0] if len(descriptor.fields) == 1 else None
    if field is None or field.message_type is None:
        raise ContractError(f"{descriptor.full_name}: a batch needs exactly one field here, of messages")
    return field, field.message_type
