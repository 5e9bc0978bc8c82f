"""Attacks on the envelope, on dispatch, and on what headers ask for."""

from __future__ import annotations

from types import MappingProxyType

from edge.namespaces import ORGANISATION, SOAP11, SOAP12, TEMPURI, XSI
from tests.edge.attacks.attack import (
    Make,
    Sent,
    Table,
    Verdict,
    attacks,
    beside_security,
    changed,
    envelope_of,
    request,
    whole,
    with_inner,
)
from tests.edge.client import security

BODY = "<soap:Body>{}</soap:Body>"
HEADER = f"<soap:Header>{security()}</soap:Header>"
ADDRESSING = (
    '<w:{} xmlns:w="http://www.w3.org/2005/08/addressing" soap:mustUnderstand="1"><w:Address>TRAP/r</w:Address></w:{}>'
)
OLD_ADDRESSING = ADDRESSING.replace(
    "http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing"
)
UNKNOWN = '<x:h xmlns:x="urn:x" soap:mustUnderstand="{}"{}/>'
ARRAY = (
    f'<e:a xmlns:i="{XSI}" xmlns:c="http://schemas.xmlsoap.org/soap/encoding/" i:type="c:Array" '
    'c:arrayType="e:x[1000000000]"/>'
)
MULTI_REFERENCES = "".join(f'<e:a id="r{n}"><e:b href="#r{n + 1}"/></e:a>' for n in range(20)) + '<e:a href="#r0"/>'


def soap_action(value: str) -> Make:
    return lambda target: Sent(request(target), headers={"SOAPAction": value})


def addressed(name: str, form: str = ADDRESSING) -> Make:
    return beside_security(form.replace("{}", name))


REFUSED = attacks(
    Verdict.FAULT,
    {
        "empty body": envelope_of(f"{HEADER}<soap:Body/>"),
        "text in the body": envelope_of(f"{HEADER}<soap:Body>hello</soap:Body>"),
        "no body": envelope_of(HEADER),
        "empty envelope": envelope_of(""),
        "two bodies": envelope_of(f"{HEADER}{BODY}{BODY}"),
        "empty body before the body": envelope_of(f"{HEADER}<soap:Body/>{BODY}"),
        "two headers": envelope_of(f"{HEADER}{HEADER}{BODY}"),
        "empty header before the header": envelope_of(f"<soap:Header/>{HEADER}{BODY}"),
        "header after body": envelope_of(f"{BODY}{HEADER}"),
        "header before and after body": envelope_of(f"{HEADER}{BODY}{HEADER}"),
        "operation in header": envelope_of(f"<soap:Header>{security()}{{}}</soap:Header><soap:Body/>"),
        "two operations": envelope_of(f"{HEADER}<soap:Body>{{}}{{}}</soap:Body>"),
        "fault as a request": envelope_of(f"{HEADER}<soap:Body><soap:Fault/></soap:Body>"),
        "envelope in the body": envelope_of(
            f'{HEADER}<soap:Body><soap:Envelope xmlns:soap="{SOAP11}">{HEADER}{BODY}</soap:Envelope></soap:Body>'
        ),
        "unknown mustUnderstand": beside_security(UNKNOWN.format("1", "")),
        "unknown mustUnderstand as a word": beside_security(UNKNOWN.format(" true ", "")),
        "unknown mustUnderstand for the next": beside_security(
            UNKNOWN.format("1", ' soap:actor="http://schemas.xmlsoap.org/soap/actor/next"')
        ),
        "envelope of soap 1.2": envelope_of(f"{HEADER}{BODY}", SOAP12),
        "envelope of no namespace": whole("<Envelope>{}</Envelope>"),
        "envelope of another namespace": envelope_of(f"{HEADER}{BODY}", "urn:soap"),
        "body of another namespace": envelope_of(f'{HEADER}<b:Body xmlns:b="{SOAP12}">{{}}</b:Body>'),
        "operation of another namespace": changed(f'xmlns="{TEMPURI}"', 'xmlns="urn:wrong"'),
        "operation of no namespace": changed(f'xmlns="{TEMPURI}"', 'xmlns=""'),
        "operation of another service": envelope_of(f'{HEADER}<soap:Body><Nope xmlns="{TEMPURI}"/></soap:Body>'),
        "name of a python attribute": envelope_of(f'{HEADER}<soap:Body><__class__ xmlns="{TEMPURI}"/></soap:Body>'),
        "href to nowhere": envelope_of(f'{HEADER}<soap:Body><x href="#nowhere" xmlns="urn:x"/></soap:Body>'),
        "another document": whole("<html/>"),
        "client key of two lines": beside_security(f'<o:RequestId xmlns:o="{ORGANISATION}">a&#10;b</o:RequestId>'),
        "client key without end": beside_security(f'<o:RequestId xmlns:o="{ORGANISATION}">{"k" * 9_999}</o:RequestId>'),
    },
)
IGNORED = attacks(
    Verdict.ANSWER,
    {
        "soapaction spoofing": soap_action(f'"{TEMPURI}IDataService/GetExtensions"'),
        "soapaction of nobody": soap_action("urn:nobody"),
        "soapaction of 8 kB": soap_action("x" * 8192),
        "soapaction with a template": soap_action("${jndi:ldap://127.0.0.1:9/a}{{7*7}}%n%s"),
        "header for another actor": beside_security(UNKNOWN.format("1", ' soap:actor="urn:else"')),
        "unknown header": beside_security(UNKNOWN.format("0", "")),
        "ws-addressing replyto spoofing": addressed("ReplyTo"),
        "ws-addressing faultto spoofing": addressed("FaultTo"),
        "ws-addressing to and from": beside_security(ADDRESSING.replace("{}", "To") + ADDRESSING.replace("{}", "From")),
        "old ws-addressing replyto spoofing": addressed("ReplyTo", OLD_ADDRESSING),
        "ws-addressing action spoofing": beside_security(
            f'<w:Action xmlns:w="http://www.w3.org/2005/08/addressing">{TEMPURI}IDataService/GetExtensions</w:Action>'
        ),
        "soap array attack": with_inner(ARRAY),
        "multi-reference graph": with_inner(MULTI_REFERENCES),
        "href to another member": with_inner('<e:a id="x">y</e:a>', ' href="#x"'),
        "xsi:type of another contract": with_inner("", f' xmlns:i="{XSI}" i:type="e:DataMessageResult"'),
        "xsi:type of nothing": with_inner("", f' xmlns:i="{XSI}" i:type="nobody:Nothing"'),
        "encodingStyle": with_inner("", ' soap:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'),
        "text beside the operation": envelope_of(f"{HEADER}<soap:Body>x{{}}y</soap:Body>"),
        "element after the body": envelope_of(f'{HEADER}{BODY}<x xmlns="urn:x"/>'),
        "attributes of the envelope": changed("<soap:Body>", '<soap:Body onload="alert(1)" id="b">'),
    },
)
REDIRECTED = attacks(
    Verdict.SECURITY,
    {
        "actor redirect of the security header": (
            lambda target: Sent(
                request(target, header=security().replace("<wsse:Security ", '<wsse:Security soap:actor="urn:else" '))
            )
        ),
        "operation without a header": envelope_of(BODY),
        "security in the body": envelope_of(f"<soap:Body>{security()}</soap:Body>"),
        "security after the operation": envelope_of(f"<soap:Header/>{BODY}{security()}"),
        "header of soap 1.2": envelope_of(f'<h:Header xmlns:h="{SOAP12}">{security()}</h:Header>{BODY}'),
    },
)
ROLES = attacks(
    Verdict.HARMLESS,
    {
        "role redirect": lambda target: Sent(
            request(
                target,
                header=security().replace(
                    "<wsse:Security ", f'<wsse:Security xmlns:t="{SOAP12}" t:role="{SOAP12}/role/none" '
                ),
            )
        ),
        "relay": beside_security(f'<x:h xmlns:x="urn:x" xmlns:t="{SOAP12}" t:relay="1" t:mustUnderstand="1"/>'),
    },
)
SOAP_ATTACKS: Table = MappingProxyType({**REFUSED, **IGNORED, **REDIRECTED, **ROLES})
