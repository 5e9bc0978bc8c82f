"""The manual is whole: a page a type and a guide, every link leads somewhere, and nothing comes from elsewhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

from catalogue.example_world import read_example_world
from catalogue.examples import examples_of
from catalogue.loader import load_catalogue, paragraphs_of
from catalogue.outline import outline_of
from manual.site import DOCS
from tests.processor.added_type import NOTE, write_type

TYPES = load_catalogue().types


def page(path: Path) -> Any:
    return html.fromstring(path.read_text())


def text(node: Any) -> str:
    return " ".join(node.text_content().split())


def type_page(site: Path, name: str) -> Any:
    return page(site / "types" / f"{name}.html")


def test_there_is_a_page_for_every_type_and_guide_and_no_other(site: Path) -> None:
    expected = {"index.html", "world.html"}
    expected |= {f"types/{kind.name}.html" for kind in TYPES}
    expected |= {f"guides/{path.stem}.html" for path in DOCS.glob("*.md")}
    assert {str(path.relative_to(site)) for path in site.rglob("*.html")} == expected


def test_every_link_leads_to_a_page_of_the_manual_and_to_an_anchor_that_is_there(site: Path) -> None:
    pages = {path: page(path) for path in site.rglob("*.html")}
    anchors = {path: set(tree.xpath("//@id")) for path, tree in pages.items()}
    seen = 0
    for path, tree in pages.items():
        for link in tree.xpath("//a/@href"):
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target in pages, f"{path}: {link}"
            assert not parts.fragment or unquote(parts.fragment) in anchors[target], f"{path}: {link}"
            seen += 1
    assert seen > len(pages) ** 2  # each names every type


def test_a_page_loads_nothing_but_its_own_style_and_scripts(site: Path) -> None:
    for path in site.rglob("*.html"):
        tree = page(path)
        loaded = tree.xpath("//link/@href | //script/@src | //img/@src | //iframe/@src | //@srcset")
        assert len(loaded) == 3
        for one in loaded:
            assert (path.parent / one).resolve().is_relative_to(site)
            assert (path.parent / one).is_file()
    assert "url(" not in (site / "style.css").read_text()
    assert "@import" not in (site / "style.css").read_text()
    assert "fetch" not in (site / "search.js").read_text()


def test_every_page_can_be_reached_from_the_index(site: Path) -> None:
    links = set(page(site / "index.html").xpath("//main//a/@href"))
    pages = {str(path.relative_to(site)) for path in site.rglob("*.html")}
    assert pages - {"index.html"} <= links


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: str(kind.name))
def test_a_type_page_says_what_schema_and_examples_say(site: Path, kind: Any) -> None:
    tree = type_page(site, kind.name)
    shown = text(tree.xpath("//main")[0])
    for paragraph in paragraphs_of(kind.schema):
        assert paragraph in shown
    assert {str(kind.identifier)} <= set(text(tree.xpath("//dl[@class='facts']/dd[1]")[0]).replace(",", "").split())
    rows = tree.xpath("//table[@class='elements']/tbody/tr")
    parts = [part for _, part in outline_of(kind.schema).walk()]
    assert [row.xpath("string(td[1]/@title)") for row in rows] == [part.path for part in parts]
    assert [text(row.xpath("td[5]")[0]) for row in rows] == [part.documentation for part in parts]
    codes = [node.text_content() for node in tree.xpath("//pre/code")]
    assert codes == [*(example.data for example in examples_of(kind.folder)), kind.schema]
    for example in examples_of(kind.folder):
        for detail in example.details or ():
            assert " ".join(detail.message.split()) in shown


def test_a_page_gives_limits_defaults_and_values(site: Path) -> None:
    tree = type_page(site, "Create.Course.Element.Folder")
    row = tree.xpath("//tr[@id='Message.CreateCourseElementFolder.Security']")[0]
    assert [text(cell) for cell in row.xpath("td")[1:4]] == ["tokenInheritSecureLocked", "optional", "Inherit"]
    key = tree.xpath("//tr[@id='Message.SyncKeys.SyncKey']")[0]
    assert text(key.xpath("td")[1]) == "string, 1 to 128 characters"


def test_a_page_gives_the_errors_of_its_rules_in_their_order(site: Path) -> None:
    tree = type_page(site, "Create.Course.Element.Folder")
    titles = [text(node) for node in tree.xpath("//h4")]
    assert titles == ["Vendor", "Users", "Courses", "Parents", "Keys", "Titles", "Faults of ours"]
    errors = [text(node) for node in tree.xpath("//ul[@class='texts']/li")]
    assert "User (creator) does not exist." in errors
    assert "User with specified UserId/UserSyncKey is not valid." not in errors
    link = [text(node) for node in type_page(site, "Create.Course.Element.Link").xpath("//ul[@class='texts']/li")]
    assert "User with specified UserId/UserSyncKey is not valid." in link


def test_the_world_of_the_examples_has_a_page(site: Path) -> None:
    world = read_example_world()
    shown = text(page(site / "world.html"))
    named = [(one.id, one.sync_key) for one in world.people]
    named += [(one.id, one.sync_key) for one in world.organisations]
    named += [(one.id, one.sync_key) for one in world.courses]
    named += [(one.id, one.sync_key) for one in world.content]
    named += [(one.id, one.title) for one in world.warning_letters]
    for number, name in (*named, *((one.id, one.name) for one in world.files)):
        assert str(number) in shown
        assert name in shown


def test_guides_are_rendered_with_their_tables(site: Path) -> None:
    tree = page(site / "guides" / "configuration.html")
    assert tree.xpath("//main//table//code[text()='ORGAPI_DATABASE_URL']")
    assert text(tree.xpath("//main/h1")[0]) == "Configuration"


def test_without_scripts_the_search_is_not_shown(site: Path) -> None:
    form = page(site / "index.html").xpath("//form[@id='search']")[0]
    assert "hidden" in form.attrib


def test_a_type_that_the_deployment_adds_has_a_page(tmp_path: Path) -> None:
    types = write_type(tmp_path / "types")
    command = [sys.executable, "-m", "manual", str(tmp_path / "site"), "--catalogue", str(types)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert (tmp_path / "site" / "index.html").as_uri() in said
    assert text(type_page(tmp_path / "site", NOTE).xpath("//main/h1")[0]) == NOTE


def test_a_page_says_where_what_was_written_is_read(site: Path) -> None:
    table = type_page(site, "Create.Course.Element.Link").xpath("//h2[@id='read-back']/following-sibling::table[1]")[0]
    rows = [[text(cell) for cell in row.xpath("td")] for row in table.xpath("tbody/tr")]
    assert ["Link", "Read.Course.Element", "Content/Link"] in rows
    assert ["CourseId or CourseSyncKey", "Read.Course.Element", "CourseId of the request"] in rows
    assert ["LinkType", "", "ResourceLinkContent has no member for it."] in rows
    assert "No read lists what can be booked." in text(type_page(site, "Create.Resource"))
    assert not type_page(site, "Read.Courses").xpath("//*[@id='read-back']")
