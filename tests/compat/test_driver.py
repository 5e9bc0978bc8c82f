"""A toolkit that is not there is not run, and a program that says nothing good has failed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from lxml import etree

from tests.compat.__main__ import ROOT, state
from tests.compat.installing import NotToBeHadError, install
from tests.compat.page import BEGIN, END, write
from tests.compat.running import outcomes
from tests.compat.toolkits import CELLS, TOOLKITS, Toolkit
from tests.support.embedded import EmbeddedSystem

CONTRACT = "http://schemas.datacontract.org/"


def test_a_toolkit_without_its_packages_is_not_to_be_had(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    php = next(toolkit for toolkit in TOOLKITS if toolkit.folder == "php")
    with pytest.raises(NotToBeHadError, match="apt-get"):
        install(php, tmp_path)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo out of luck >&2; exit 3", "fail: sh ended with 3: out of luck"),
        ("echo no JSON", "fail: "),
        ("echo '[]'", "fail: the program printed no object"),
    ],
)
def test_a_program_that_breaks_has_failed_in_every_cell(script: str, reason: str, tmp_path: Path) -> None:
    system = EmbeddedSystem(tmp_path)
    system.ready = {"edge": "http://127.0.0.1:1"}
    people = {"courses": [{"sync_key": "c"}], "users": [{"sync_key": "u"}]}
    (tmp_path / "demo.json").write_text(json.dumps({"username": "ana", "password": "secret", **people}))
    cells = outcomes(Toolkit("broken", ".", ("sh", "-c", script)), tmp_path, system)
    assert list(cells) == list(CELLS)
    assert all(said.startswith(reason) for said in cells.values())


@pytest.mark.parametrize(
    ("said", "expected"),
    [("pass", "pass"), ("fail: why", "fail"), ("not run: why", "not run"), ("passed", "fail"), ("", "fail")],
)
def test_only_pass_is_a_pass(said: str, expected: str) -> None:
    assert state(said) == expected


def test_the_page_keeps_what_stands_around_its_table(tmp_path: Path) -> None:
    page = tmp_path / "clients.md"
    page.write_text(f"before\n{BEGIN}old\n{END}after\n")
    write(page, {toolkit.name: dict.fromkeys(CELLS, "pass") for toolkit in TOOLKITS})
    text = page.read_text()
    assert text.startswith(f"before\n{BEGIN}| toolkit |")
    assert text.endswith(f"{END}after\n")
    assert "old" not in text


def test_each_namespace_of_reads_has_a_java_package_of_its_own() -> None:
    """JAXB leaves out what stands behind a namespace's last dot; types of one name would collide."""
    published = {
        namespace
        for document in (ROOT / "edge/golden/ReadDataService").glob("xsd*.xml")
        if str(namespace := etree.parse(document).getroot().get("targetNamespace")).startswith(CONTRACT)
    }
    bindings = etree.parse(ROOT / "tests/compat/jaxws/reads.xml").getroot()
    packages = {one.nsmap["tns"]: one[0][0].get("name") for one in bindings if "tns" in one.nsmap}
    assert packages.keys() == published
    assert len(set(packages.values())) == len(packages)
