"""The WSDL of a service, as WCF exports it (contract section 2)."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from edge.contract import Operation, Service
from edge.elements import Element
from edge.namespaces import SOAP_HTTP, SP, TEMPURI, WSAW, WSDL, WSDL_SOAP, WSOMA, WSP, WSU, XSD

TOKEN_INCLUSION = f"{SP}/IncludeToken/AlwaysToRecipient"
NAMESPACES = {
    "wsdl": WSDL,
    "xsd": XSD,
    "soap": WSDL_SOAP,
    "wsaw": WSAW,
    "wsp": WSP,
    "wsu": WSU,
    "tns": TEMPURI,
}


def build_wsdl(service: Service, address: str, imports: Mapping[str, str], *, with_policy: bool) -> Element:
    """Returns the definitions of a service at an address.

    imports: where the schema of each namespace is; without any, wsdl:types is left empty.
    """
    definitions = etree.Element(f"{{{WSDL}}}definitions", nsmap=dict(NAMESPACES))
    definitions.set("name", service.name)
    definitions.set("targetNamespace", TEMPURI)
    binding_name = f"BasicHttpBinding_I{service.name}"
    if with_policy:
        definitions.append(policy(f"{binding_name}_policy", optimized=service.takes_uploads))
    definitions.append(types(imports))
    for operation in service.operations:
        add_messages(definitions, service, operation)
    add_port_type(definitions, service)
    add_binding(definitions, service, binding_name, with_policy=with_policy)
    element = add(definitions, "service", name=service.name)
    port = add(element, "port", name=binding_name, binding=f"tns:{binding_name}")
    etree.SubElement(port, f"{{{WSDL_SOAP}}}address", location=address)
    return definitions


def types(imports: Mapping[str, str]) -> Element:
    element = etree.Element(f"{{{WSDL}}}types")
    if imports:
        schema = etree.SubElement(element, f"{{{XSD}}}schema", nsmap={"xsd": XSD})
        schema.set("targetNamespace", f"{TEMPURI}Imports")
        for namespace, location in imports.items():
            etree.SubElement(schema, f"{{{XSD}}}import", schemaLocation=location, namespace=namespace)
    return element


def add_messages(definitions: Element, service: Service, operation: Operation) -> None:
    for suffix, wrapper in (("InputMessage", operation.name), ("OutputMessage", f"{operation.name}Response")):
        message = add(definitions, "message", name=f"I{service.name}_{operation.name}_{suffix}")
        add(message, "part", name="parameters", element=f"tns:{wrapper}")


def add_port_type(definitions: Element, service: Service) -> None:
    port_type = add(definitions, "portType", name=f"I{service.name}")
    for operation in service.operations:
        element = add(port_type, "operation", name=operation.name)
        for tag, suffix, answer in (("input", "InputMessage", ""), ("output", "OutputMessage", "Response")):
            message = add(element, tag)
            message.set(f"{{{WSAW}}}Action", service.soap_action(operation.name) + answer)
            message.set("message", f"tns:I{service.name}_{operation.name}_{suffix}")


def add_binding(definitions: Element, service: Service, name: str, *, with_policy: bool) -> None:
    binding = add(definitions, "binding", name=name, type=f"tns:I{service.name}")
    if with_policy:
        etree.SubElement(binding, f"{{{WSP}}}PolicyReference", URI=f"#{name}_policy")
    etree.SubElement(binding, f"{{{WSDL_SOAP}}}binding", transport=SOAP_HTTP)
    for operation in service.operations:
        element = add(binding, "operation", name=operation.name)
        action = service.soap_action(operation.name)
        etree.SubElement(element, f"{{{WSDL_SOAP}}}operation", soapAction=action, style="document")
        for tag in ("input", "output"):
            etree.SubElement(add(element, tag), f"{{{WSDL_SOAP}}}body", use="literal")


def policy(name: str, *, optimized: bool) -> Element:
    """Returns the policy of BasicHttpBinding with TransportWithMessageCredential; optimized: with MTOM."""
    root = etree.Element(f"{{{WSP}}}Policy", nsmap={"wsp": WSP, "wsu": WSU})
    root.set(f"{{{WSU}}}Id", name)
    everything = etree.SubElement(etree.SubElement(root, f"{{{WSP}}}ExactlyOne"), f"{{{WSP}}}All")
    if optimized:
        etree.SubElement(everything, f"{{{WSOMA}}}OptimizedMimeSerialization", nsmap={"wsoma": WSOMA})
    transport = nested(everything, "TransportBinding")
    https = etree.SubElement(nested(transport, "TransportToken"), f"{{{SP}}}HttpsToken")
    https.set("RequireClientCertificate", "false")
    etree.SubElement(nested(transport, "AlgorithmSuite"), f"{{{SP}}}Basic256")
    etree.SubElement(nested(transport, "Layout"), f"{{{SP}}}Lax")
    etree.SubElement(transport, f"{{{SP}}}IncludeTimestamp")
    token = nested(nested(everything, "SignedSupportingTokens"), "UsernameToken")
    token_element = token.getparent()
    if token_element is not None:
        token_element.set(f"{{{SP}}}IncludeToken", TOKEN_INCLUSION)
    etree.SubElement(token, f"{{{SP}}}WssUsernameToken10")
    nested(everything, "Wss10")
    return root


def nested(parent: Element, name: str) -> Element:
    """Adds an assertion and returns the policy inside it."""
    assertion = etree.SubElement(parent, f"{{{SP}}}{name}", nsmap={"sp": SP})
    return etree.SubElement(assertion, f"{{{WSP}}}Policy")


def add(parent: Element, tag: str, /, **attributes: str) -> Element:
    return etree.SubElement(parent, f"{{{WSDL}}}{tag}", attributes)
