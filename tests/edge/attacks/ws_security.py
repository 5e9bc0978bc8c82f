"""Attacks on WS-Security. What we do not use, such as signatures, must be passed over without harm."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from edge.namespaces import SOAP11, WSSE, WSU
from tests.edge.attacks.attack import Make, Sent, Table, Target, Verdict, attacks, envelope_of, request, with_header
from tests.edge.client import security

PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
XENC = "http://www.w3.org/2001/04/xmlenc#"
TOKEN = security().partition(f'xmlns:wsu="{WSU}">')[2].removesuffix("</wsse:Security>")
BODY = "<soap:Body>{}</soap:Body>"
NUMBERS = itertools.count()
ENCRYPTED = (
    f'<x:EncryptedData xmlns:x="{XENC}"><x:CipherData><x:CipherReference URI="TRAP/c"/></x:CipherData>'
    "</x:EncryptedData>"
)
ENCRYPTED_KEY = ENCRYPTED.replace("EncryptedData", "EncryptedKey")


def at(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def nonce(created: str, value: str = "") -> str:
    """A nonce that none of the attacks before has used."""
    return f"<wsse:Nonce>{value or f'attack-{next(NUMBERS)}'}</wsse:Nonce><wsu:Created>{created}</wsu:Created>"


def timestamp(created: float, expires: float) -> str:
    times = f"<wsu:Created>{at(created)}</wsu:Created><wsu:Expires>{at(expires)}</wsu:Expires>"
    return f"<wsu:Timestamp>{times}</wsu:Timestamp>"


def late(header: Callable[[], str]) -> Make:
    """A header made when it is sent, since there is a time in it."""
    return lambda target: Sent(request(target, header=header()))


def typed(kind: str, password: str = "right password") -> str:
    return security(password=password).replace("<wsse:Password>", f'<wsse:Password Type="{kind}">')


def reused(header: Callable[[], str]) -> Make:
    def make(target: Target) -> Sent:
        data = request(target, header=header())
        return Sent(data, before=(data,))

    return make


def digest() -> str:
    created = at(0)
    made = base64.b64encode(hashlib.sha1(b"nonce" + created.encode() + b"right password").digest()).decode()
    return typed(f"{PROFILE}PasswordDigest", made).replace(
        "</wsse:UsernameToken>", f"{nonce(created, 'bm9uY2U=')}</wsse:UsernameToken>"
    )


def signature(reference: str) -> str:
    return (
        f'<d:Signature xmlns:d="{DSIG}"><d:SignedInfo><d:Reference URI="{reference}"><d:Transforms><d:Transform '
        'Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/></d:Transforms></d:Reference></d:SignedInfo>'
        "<d:SignatureValue>AA==</d:SignatureValue></d:Signature>"
    )


def signed(content: str, reference: str = "#id-1") -> Make:
    """{s} in the content is the Security header with a signature in it."""
    header = security(more=signature(reference))
    return envelope_of(content.replace("{s}", header))


REFUSED = attacks(
    Verdict.SECURITY,
    {
        "no header": with_header(""),
        "no header element": envelope_of(BODY),
        "empty header": with_header(f'<o:Security xmlns:o="{WSSE}"/>'),
        "two usernametokens": with_header(security(more=TOKEN)),
        "two usernametokens, the first of a stranger": with_header(security(more=TOKEN.replace(">ana<", ">bo<"))),
        "two security headers": with_header(security() * 2),
        "token outside security": with_header(security().replace("wsse:Security", "wsse:Other")),
        "token alone": with_header(f'<w xmlns:wsse="{WSSE}">{TOKEN}</w>'),
        "token in the body": envelope_of(f"<soap:Header/><soap:Body>{security()}</soap:Body>"),
        "token deeper in security": with_header(security().replace(TOKEN, f"<wrapper>{TOKEN}</wrapper>")),
        "two user names": with_header(security(extra="<wsse:Username>bo</wsse:Username>")),
        "two passwords": with_header(security(password="wrong", extra="<wsse:Password>right password</wsse:Password>")),
        "digest": late(digest),
        "digest with reused nonce": reused(digest),
        "reused nonce": reused(lambda: security(extra=nonce(at(0)))),
        "nonce of 2 kB": late(lambda: security(extra=nonce(at(0), "n" * 2048))),
        "nonce with an element": late(lambda: security(extra=nonce(at(0), "<n/>"))),
        "stale created": late(lambda: security(extra=nonce(at(-3600)))),
        "future created": late(lambda: security(extra=nonce(at(3600)))),
        "created of the year 0": late(lambda: security(extra=nonce("0000-01-01T00:00:00Z"))),
        "created of the year 9999": late(lambda: security(extra=nonce("9999-12-31T23:59:59-14:00"))),
        "created of the first hour": late(lambda: security(extra=nonce("0001-01-01T00:00:00+14:00"))),
        "created that is no time": late(lambda: security(extra=nonce("now"))),
        "stale timestamp": late(lambda: security(more=timestamp(-3600, -3000))),
        "expired timestamp": late(lambda: security(more=timestamp(-10, -400))),
        "timestamp that expires in the year 9999": with_header(
            security(
                password="wrong", more="<wsu:Timestamp><wsu:Expires>9999-12-31T23:59:59Z</wsu:Expires></wsu:Timestamp>"
            )
        ),
        "timestamp that expired in the year 1": with_header(
            security(more="<wsu:Timestamp><wsu:Expires>0001-01-01T00:00:00Z</wsu:Expires></wsu:Timestamp>")
        ),
        "future timestamp": late(lambda: security(more=timestamp(3600, 4000))),
        "password type confusion: digest of the right text": with_header(typed(f"{PROFILE}PasswordDigest")),
        "password type confusion: unknown": with_header(typed("PasswordNone")),
        "password type confusion: none at all": with_header(typed("")),
        "password type confusion: text after digest": with_header(typed("PasswordText#PasswordDigest")),
        "no password": with_header(security().replace("<wsse:Password>right password</wsse:Password>", "")),
        "empty password": with_header(security(password="")),
        "password of another": with_header(security(password="other")),
        "password of 2 kB": with_header(security(password="x" * 2048)),
        "password with an entity of markup": with_header(security(password="<b>right password</b>")),
        "user name in capitals": with_header(security("ANA")),
        "user name with a capital": with_header(security("Ana")),
        "user name in full width": with_header(security("\uff41\uff4e\uff41")),
        "user name in cyrillic": with_header(security("\u0430n\u0430")),
        "user name with a combining mark": with_header(security("ana\u0301")),
        "user name with a joiner": with_header(security("an\u200da")),
        "user name with an override": with_header(security("\u202eana")),
        "user name with a soft hyphen": with_header(security("an\u00ada")),
        "user name with a space": with_header(security("ana ")),
        "user name with a line end": with_header(security("ana&#10;")),
        "user name of sql": with_header(security("ana' OR '1'='1")),
        "user name of ldap": with_header(security("*)(uid=*))(|(uid=*")),
        "unknown user": with_header(security("nobody")),
        "encrypteddata in the place of the token": with_header(
            f'<o:Security xmlns:o="{WSSE}">{ENCRYPTED}</o:Security>'
        ),
        "binary token in the place of the token": with_header(
            f'<o:Security xmlns:o="{WSSE}"><o:BinarySecurityToken>QQ==</o:BinarySecurityToken></o:Security>'
        ),
        "token by reference": with_header(
            f'<o:Security xmlns:o="{WSSE}"><o:SecurityTokenReference><o:Reference URI="TRAP/t"/>'
            "</o:SecurityTokenReference></o:Security>"
        ),
        "signature wrapping: token in another header": signed(
            f'<soap:Header><o:Security xmlns:o="{WSSE}">{signature("#id-1")}</o:Security><wrapper>{security()}'
            f"</wrapper></soap:Header>{BODY}"
        ),
    },
)
IGNORED = attacks(
    Verdict.ANSWER,
    {
        "missing created": late(lambda: security(extra=nonce("").partition("<wsu:Created>")[0])),
        "missing nonce": with_header(security(extra="<wsu:Created>2001-01-01T00:00:00Z</wsu:Created>")),
        "password type text": with_header(typed(f"{PROFILE}PasswordText")),
        "signature wrapping: simple ancestry": signed(
            f'<soap:Header>{{s}}<wrapper><soap:Body xmlns:u="{WSU}" u:Id="id-1"><Other/></soap:Body></wrapper>'
            f'</soap:Header><soap:Body xmlns:u="{WSU}" u:Id="id-2">{{}}</soap:Body>'
        ),
        "signature wrapping: optional element": signed(
            f'<soap:Header>{{s}}<r:ReplyTo xmlns:r="http://www.w3.org/2005/08/addressing" xmlns:u="{WSU}" '
            f'u:Id="id-1"><r:Address>TRAP/r</r:Address></r:ReplyTo></soap:Header>{BODY}'
        ),
        "signature wrapping: sibling value": signed(
            f'<soap:Header>{{s}}</soap:Header>{BODY}<wrapper><Signed xmlns:u="{WSU}" u:Id="id-1"/></wrapper>'
        ),
        "signature wrapping: sibling order": signed(
            f'<soap:Header><first xmlns:u="{WSU}" u:Id="id-1"/>{{s}}<second xmlns:u="{WSU}" u:Id="id-1"/>'
            f"</soap:Header>{BODY}"
        ),
        "signature wrapping: namespace injection": signed(
            f"<soap:Header>{{s}}</soap:Header>{BODY}",
            f"#xpointer(//*[namespace-uri()='{SOAP11}' and local-name()='Body'])",
        ),
        "signature with a transform of the web": signed(f"<soap:Header>{{s}}</soap:Header>{BODY}", "TRAP/x"),
        "encrypteddata present": with_header(security(more=ENCRYPTED)),
        "encryptedkey flood": with_header(security(more=ENCRYPTED_KEY * 200)),
        "id duplication": signed(
            f'<soap:Header>{{s}}</soap:Header><soap:Body xmlns:u="{WSU}" u:Id="id-1" id="id-1" xml:id="b">{{}}'
            '</soap:Body><x xml:id="c" id="id-1"/>'
        ),
    },
)
EITHER = attacks(
    Verdict.HARMLESS,
    {
        "id duplication of xml:id": signed(
            '<soap:Header xml:id="a">{s}</soap:Header><soap:Body xml:id="a">{}</soap:Body>'
        ),
        "created far in the future without nonce": late(
            lambda: security(extra=f"<wsu:Created>{at(1e8)}</wsu:Created>")
        ),
    },
)
ENCRYPTED_BODY = attacks(
    Verdict.FAULT,
    {
        "encrypteddata in the place of the operation": lambda target: Sent(
            request(target).replace(target.endpoint.body().encode(), ENCRYPTED.replace("TRAP", target.trap).encode())
        )
    },
)
WS_SECURITY_ATTACKS: Table = MappingProxyType({**REFUSED, **IGNORED, **EITHER, **ENCRYPTED_BODY})
