"""The documents that describe a service (?wsdl, ?singleWsdl, ?xsd=xsd0…), made at start but for their addresses."""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import partial

from lxml import etree

from edge.contract import Service
from edge.file_stream_documents import FileStreamSchemas, build_file_stream_wsdl
from edge.wsdl import build_wsdl
from edge.xsd import SchemaSet

PLACEHOLDER = "http://address.invalid/service"
DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'


def build_documents(service: Service, address: str, *, with_policy: bool) -> Mapping[str, bytes]:
    """Returns the documents of a service at an address, by the query that asks for each, in small letters."""
    schemas: SchemaSet | FileStreamSchemas
    if service.is_message_contract:
        schemas, build = FileStreamSchemas(), build_file_stream_wsdl
    else:
        schemas, build = SchemaSet(service), partial(build_wsdl, service)
    locations = {namespace: f"{address}?xsd=xsd{number}" for number, namespace in enumerate(schemas.namespaces)}
    inline = b"".join(etree.tostring(schemas.build(namespace, {})) for namespace in schemas.namespaces)
    flat = build(address, locations, with_policy=with_policy)
    single = build(address, {}, with_policy=with_policy)
    # Spliced as text: put into one tree, lxml would drop prefixes that only attribute values use.
    whole = etree.tostring(single).replace(b"<wsdl:types/>", b"<wsdl:types>" + inline + b"</wsdl:types>")
    return {
        "wsdl": DECLARATION + etree.tostring(flat),
        "singlewsdl": DECLARATION + whole,
        **{
            f"xsd=xsd{number}": DECLARATION + etree.tostring(schemas.build(namespace, locations))
            for number, namespace in enumerate(schemas.namespaces)
        },
    }


class Metadata:
    """Documents of one service, at whatever address it is asked for."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._documents = {flag: build_documents(service, PLACEHOLDER, with_policy=flag) for flag in (False, True)}

    def document(self, query: str, address: str, *, with_policy: bool) -> bytes | None:
        """Returns the document that a query string asks for; None where it asks for none that there is."""
        document = self._documents[with_policy].get(query.strip("&").lower())
        return None if document is None else document.replace(PLACEHOLDER.encode(), html.escape(address).encode())

    def help_page(self, address: str) -> bytes:
        """Returns what a person who opens the address sees."""
        service, where = self._service, html.escape(address)
        rows = "".join(
            f"<tr><td>{html.escape(o.name)}</td><td>{html.escape(o.message_type) or '&#8211;'}</td></tr>"
            for o in service.operations
        )
        return (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{service.name} Service</title></head>'
            f"<body><h1>{service.name} Service</h1><p>This is a SOAP 1.1 service. Its description, for a client's "
            f'toolkit:</p><ul><li><a href="{where}?wsdl">{where}?wsdl</a></li><li><a href="{where}?singleWsdl">'
            f"{where}?singleWsdl</a>, in one file</li></ul><table><thead><tr><th>Operation</th><th>Granted by message "
            f"type</th></tr></thead><tbody>{rows}</tbody></table></body></html>"
        ).encode()
