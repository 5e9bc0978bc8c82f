from __future__ import annotations

import pytest

from lms.packages.errors import PackageError
from lms.packages.names import entry_name, resolve_href
from tests.lms_packages.zips import Raw, opened, raw_zip

OUTSIDE = [
    "../evil.txt",
    "a/../../evil.txt",
    "a/..",
    "/etc/passwd",
    "//server/share/x",
    "C:/windows/x",
    "c:evil.txt",
    r"..\evil.txt",
    r"a\..\..\evil.txt",
    r"\evil.txt",
    r"\\server\share\x",
    "nul\0.txt",
    "a\nb.txt",
    "bell\x07",
    "\x7f",
    "a/\u2025/b",
    "\uff0e\uff0e/evil",
    "\u2024\u2024/evil",
    "a\uff0f..\uff0fb",
    "a\u2215b",
    "a\u2044b",
    "a\uff3cb",
    "invoice\u202egpj.exe",
    ".../x",
    "a/ /b",
    "folder./x",
    "file.txt.",
    "file.txt ",
    "CON",
    "con.txt",
    "a/NUL/b",
    "aux.tar.gz",
    "com1.html",
    "LPT\u00b9",
    "conin$",
    "x" * 256,
    "\u00e9" * 128,
    "/".join(["d" * 200] * 21),
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_that_could_lead_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(PackageError):
        entry_name(name)


@pytest.mark.parametrize("name", [name for name in OUTSIDE if len(name.encode()) < 60_000])
def test_a_package_with_such_a_name_is_refused_whole(name: str) -> None:
    with pytest.raises(PackageError):
        opened(raw_zip([Raw(name=b"imsmanifest.xml"), Raw(name=name.encode())]))


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        ("a/b.html", "a/b.html"),
        ("./a//b.html", "a/b.html"),
        (r"a\b.html", "a/b.html"),
        ("..a/b..c", "..a/b..c"),
        ("Größe ½.html", "Größe ½.html"),
        ("console.js", "console.js"),
        ("common/nullable.js", "common/nullable.js"),
        ("x" * 255, "x" * 255),
        (".hidden", ".hidden"),
    ],
)
def test_ordinary_names_are_kept(stored: str, name: str) -> None:
    assert entry_name(stored) == name


@pytest.mark.parametrize(
    "href",
    [
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org/x",
        "jar:file:x",
        "../evil.html",
        "a/../../evil.html",
        "%2e%2e/evil.html",
        "..%2fevil.html",
        "%2Fetc/passwd",
        r"..\evil.html",
        "..%5cevil.html",
        "/etc/passwd",
        r"\\server\share",
        "C:/evil.html",
        "java\tscript:alert(1)",
        "a\0b",
        "x" * 5000,
    ],
)
def test_an_href_that_leaves_the_package_is_refused(href: str) -> None:
    with pytest.raises(PackageError):
        resolve_href("", href)


@pytest.mark.parametrize("href", ["http://example.org/a", "HTTPS://example.org", "//example.org/a"])
def test_an_address_on_the_web_is_told_apart(href: str) -> None:
    assert resolve_href("folder", href).external


def test_an_href_below_an_outside_base_is_outside() -> None:
    assert resolve_href("http://example.org/", "a.html").external


@pytest.mark.parametrize(
    ("folder", "href", "raw", "decoded", "suffix"),
    [
        ("", "a.html", "a.html", "a.html", ""),
        ("resources/", "../common/a.js", "common/a.js", "common/a.js", ""),
        ("x", "my%20page.html?a=1#top", "x/my%20page.html", "x/my page.html", "?a=1#top"),
        ("", "a.html#b?c", "a.html", "a.html", "#b?c"),
        ("", r"images\a.png", "images/a.png", "images/a.png", ""),
        ("", " a.html ", "a.html", "a.html", ""),
        ("", "o\u0308.html", "\u00f6.html", "\u00f6.html", ""),
        ("", "%252e%252e/a", "%252e%252e/a", "%2e%2e/a", ""),
    ],
)
def test_an_href_is_resolved_below_its_folder(folder: str, href: str, raw: str, decoded: str, suffix: str) -> None:
    target = resolve_href(folder, href)
    assert (target.raw, target.decoded, target.suffix, target.external) == (raw, decoded, suffix, False)
