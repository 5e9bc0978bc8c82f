"""File names that attack whoever uses them, and strings that attack whoever interprets them."""

from __future__ import annotations

from types import MappingProxyType

from tests.edge.attacks.attack import Table, Verdict, attacks, with_text
from tests.edge.attacks.mtom import parts
from tests.edge.uploads import attachment

FILE_NAMES = {
    "zip slip": "../../../../etc/passwd",
    "zip slip in windows": "..\\..\\windows\\win.ini",
    "zip slip by percent": "..%2f..%2fetc%2fpasswd",
    "absolute": "/etc/passwd",
    "drive letter": "C:\\boot.ini",
    "unc": "\\\\127.0.0.1\\share\\x",
    "url": "file:///etc/passwd",
    "device name": "CON.pdf",
    "device name of nt": "\\\\.\\PhysicalDrive0",
    "alternate stream": "a.pdf:evil.exe",
    "unicode look-alike of a slash": "..\u2215..\u2215etc",
    "unicode look-alike of a dot": "\u2024\u2024/x",
    "full width": "\uff0e\uff0e\uff0fx",
    "rtl override": "gpj.\u202eexe.pdf",
    "zero width": "a\u200b.pdf",
    "4 kb": "n" * 4096,
    "4 kb of wide letters": "\U0001f680" * 1024,
    "dots and spaces": ". . .",
    "line ends": "a&#13;&#10;Set-Cookie: b",
    "shell": "$(touch x);`id`|x",
    "option": "--help",
    "markup": "&lt;img src=x onerror=alert(1)&gt;",
}
INJECTIONS = {
    "xpath": "' or '1'='1' or //*[contains(.,'",
    "xpath union": "x']|//*|//*['",
    "sql": "'; DROP TABLE messages; --",
    "sql union": "1 UNION SELECT password FROM credentials",
    "sql by letters": "\u02bc OR 1=1--",
    "ldap": "*)(uid=*))(|(uid=*",
    "template": "{{7*7}}${7*7}<%= 7*7 %>#{7*7}",
    "python format": "{0.__class__.__mro__}%s%n%(password)s",
    "log4j": "${jndi:ldap://127.0.0.1:9/a}",
    "shell": "$(id)`id`;id|id",
    "crlf": "a\nSet-Cookie: b=c",
    "xml": "]]><!DOCTYPE x><Message>&lt;&amp;lt;",
    "javascript": "<script>alert(1)</script>",
    "json": '{"$gt": ""}',
    "spreadsheet": "=cmd|' /C calc'!A0",
    "null word": "null\\0\\x00%00",
    "unicode": "\u202e\u2028\u0085\ufeff\U0001f4a9e\u0301",
}
CONTENTS = {
    "polyglot of gif and jar": b"GIF89a;PK\x03\x04" + bytes(64) + b"PK\x05\x06" + bytes(18),
    "svg with script": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html upload": b"<html><script>alert(document.cookie)</script></html>",
    "zip bomb's head": b"PK\x03\x04" + b"\xff" * 40,
    "content of markup": b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
}
ANSWERED = attacks(Verdict.ANSWER, {f"name: {name}": with_text(text) for name, text in FILE_NAMES.items()})
NAMED = attacks(
    Verdict.FAULT,
    {
        "name: nul by reference": with_text("a.pdf&#0;.exe"),
        "name: escape by reference": with_text("a&#27;[2J"),
    },
)
UPLOADED = attacks(
    Verdict.ANSWER,
    {f"content: {name}": parts(attachment(data, Content_Type="image/gif")) for name, data in CONTENTS.items()},
    Verdict.UNSUPPORTED,
)
DISPOSED = attacks(
    Verdict.ANSWER,
    {
        f"disposition: {name}": parts(attachment(b"x", Content_Disposition=f'attachment; filename="{text}"'))
        for name, text in FILE_NAMES.items()
        if text.isascii() and "&" not in text
    },
    Verdict.UNSUPPORTED,
)
NAME_ATTACKS: Table = MappingProxyType({**ANSWERED, **NAMED, **UPLOADED, **DISPOSED})
