"""The descriptions that partners have built on do not change by accident."""

from __future__ import annotations

import difflib
from typing import Any, cast

import pytest
from lxml import etree

from edge.contract import Service
from edge.metadata import build_documents
from edge.namespaces import TEMPURI, XSD
from tests.edge.golden import committed, current

SERVICES = ("DataService", "FileService", "FileStreamService", "ReadDataService")


def service_named(services: tuple[Service, ...], name: str) -> Service:
    return next(service for service in services if service.name == name)


def test_four_services_are_offered(services: tuple[Service, ...]) -> None:
    assert tuple(service.name for service in services) == SERVICES


@pytest.mark.parametrize("name", SERVICES)
def test_the_description_is_the_committed_one(services: tuple[Service, ...], name: str) -> None:
    service = service_named(services, name)
    before, now = committed(service), current(service)
    lines: list[str] = []
    for file in sorted(before.keys() | now.keys()):
        old, new = before.get(file, "").splitlines(), now.get(file, "").splitlines()
        lines += difflib.unified_diff(old, new, f"committed/{file}", f"now/{file}", lineterm="")
    assert not lines, "\n".join([*lines, "On purpose? python -m tests.edge.golden"])


@pytest.mark.parametrize("name", SERVICES)
def test_the_schemas_compile(services: tuple[Service, ...], name: str) -> None:
    documents = build_documents(service_named(services, name), "http://h/x.svc", with_policy=False)

    class FromMemory(etree.Resolver):
        def resolve(self, url: str, *rest: Any) -> Any:
            return cast("Any", self).resolve_string(documents[url.partition("?")[2]], rest[-1])

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(FromMemory())
    schemas = [query for query in documents if query.startswith("xsd=")]
    [wrappers] = [query for query in schemas if etree.fromstring(documents[query]).get("targetNamespace") == TEMPURI]
    schema = etree.fromstring(documents[wrappers], parser, base_url=f"http://h/x.svc?{wrappers}")
    assert etree.XMLSchema(schema) is not None


def test_the_file_message_has_its_members_in_order(services: tuple[Service, ...]) -> None:
    documents = build_documents(service_named(services, "FileService"), "http://h/x.svc", with_policy=True)
    schema = etree.fromstring(documents["xsd=xsd2"])
    found = [
        (e.get("name"), e.get("type"), e.get("nillable"))
        for e in schema.findall(f".//{{{XSD}}}sequence/{{{XSD}}}element")
    ]
    assert found == [
        ("Content", "xs:base64Binary", "true"),
        ("Name", "xs:string", "true"),
        ("SiteId", "xs:int", "true"),
    ]
    assert b"OptimizedMimeSerialization" in documents["wsdl"]


@pytest.mark.parametrize("query", ["wsdl", "singlewsdl", "xsd=xsd0"])
def test_only_addresses_depend_on_the_address(services: tuple[Service, ...], query: str) -> None:
    service = service_named(services, "ReadDataService")
    one = build_documents(service, "http://one/x.svc", with_policy=False)[query]
    two = build_documents(service, "https://two/ContentImport/x.svc", with_policy=False)[query]
    assert one != two
    assert one.replace(b"http://one/x.svc", b"https://two/ContentImport/x.svc") == two
