"""Tags of an answer's elements, with the prefixes that WCF gives to namespaces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from edge.contract import DataType, ListOf, Member, Primitive, Struct
from edge.namespaces import TEMPURI, XSI

Scope: TypeAlias = tuple[tuple[str, str], ...]
"""Namespaces in scope and their prefixes."""

PREFIXES = "abcdefghjklmnopqrtvwxyz"  # i is the schema instance's, s and u the envelope's


@dataclass(frozen=True, slots=True)
class Tags:
    """An element's tags, and the namespaces that its content finds in scope."""

    start: str
    end: str
    empty: str
    nil: str
    scope: Scope


def make_tags(member: Member, scope: Scope, *, is_result: bool) -> Tags:
    """A result declares the prefix of i:nil for all in it; a result of simple type only where it is nil."""
    prefixes = dict(scope)
    prefix = prefixes.get(member.namespace)
    name = f"{prefix}:{member.name}" if prefix else member.name
    declarations = "" if prefix is not None else f' xmlns="{member.namespace}"'
    content = content_namespace(member.data_type)
    if content is not None and content not in prefixes:
        letter = next(letter for letter in PREFIXES if letter not in prefixes.values())
        declarations += f' xmlns:{letter}="{content}"'
        prefixes[content] = letter
    declares_nil = f' xmlns:i="{XSI}"' if is_result else ""
    if not isinstance(member.data_type, Primitive):
        declarations, declares_nil = declarations + declares_nil, ""
    # Below an element with a default namespace of its own, tempuri needs to be declared anew.
    if prefix is None:
        prefixes.pop(TEMPURI, None)
    start = f"<{name}{declarations}"
    nil = f'{start} i:nil="true"{declares_nil}/>'
    return Tags(start + ">", f"</{name}>", start + "/>", nil, tuple(prefixes.items()))


def content_namespace(data_type: DataType) -> str | None:
    return data_type.namespace if isinstance(data_type, Struct | ListOf) else None
