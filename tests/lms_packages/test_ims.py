from __future__ import annotations

import pytest

from lms.packages.archive import open_archive
from lms.packages.errors import PackageError
from lms.packages.ims import ImsPackage, read_ims_package
from lms.packages.kinds import package_kind
from tests.lms_packages.zips import SAMPLES, make_archive, manifest

RESOURCE = '<resource identifier="R" type="webcontent" href="a.html"><file href="a.html"/></resource>'
ITEM = '<item identifier="I" identifierref="R"><title>One</title></item>'


def read(
    resources: str = RESOURCE, organizations: str = f"<organization>{ITEM}</organization>", **rest: str
) -> ImsPackage:
    with make_archive(
        {"imsmanifest.xml": manifest(resources, organizations, **rest), "a.html": "A", "b/c d.html": "B"}
    ) as a:
        return read_ims_package(a)


def sample(name: str) -> ImsPackage:
    with open_archive(SAMPLES / "ims" / name) as archive:
        package = read_ims_package(archive)
        assert package_kind(archive) == package.kind
        assert all(archive.find(item.href) == item.href for item in package.walk() if item.href)
        return package


@pytest.mark.parametrize(
    ("name", "version", "items", "leaves"),
    [
        ("rustici-golf-scorm2004-3rd-nested-22-items.zip", "2004 3rd Edition", 22, 18),
        ("rustici-golf-scorm12-nested-22-items-derived.zip", "1.2", 22, 18),
        ("adl-scorm2004-4th-T-01a-nested-42-items.zip", "2004 4th Edition", 42, 29),
        ("adl-scorm2004-4th-DMB-9-scos.zip", "2004 4th Edition", 9, 9),
        ("adl-scorm2004-4th-CM-07b-declares-missing-jar.zip", "2004 4th Edition", 21, 13),
    ],
)
def test_scorm_packages_of_every_edition_give_their_tree(name: str, version: str, items: int, leaves: int) -> None:
    package = sample(name)
    assert (package.kind, package.version) == ("SCORM", version)
    assert (len(list(package.walk())), len(package.leaves), len(package.pages)) == (items, leaves, leaves)
    assert {item.scorm_type for item in package.pages} == {"sco"}
    missing = ("The file 'common/LMSTest.jar' is declared but is not in the package.",) if "missing" in name else ()
    assert package.warnings == missing


def test_items_keep_titles_order_and_launch_parameters() -> None:
    package = sample("rustici-golf-scorm2004-3rd-nested-22-items.zip")
    assert package.title == "Golf Explained - Minimum Run-time Calls"
    assert [item.title for item in package.items] == [
        "Playing the Game",
        "Etiquette",
        "Handicapping",
        "Having Fun",
    ]
    quiz = package.items[0].children[-1]
    assert (quiz.title, quiz.href) == ("Playing Golf Quiz", "shared/assessmenttemplate.html")
    assert quiz.launch_url == "shared/assessmenttemplate.html?questions=Playing"
    assert (package.items[0].href, package.items[0].launch_url) == (None, None)


def test_an_xml_base_is_part_of_the_path() -> None:
    package = sample("adl-scorm2004-4th-T-01a-nested-42-items.zip")
    assert package.pages[0].launch_url == "resources/SequencingTest.htm?tc=T-01a&act=1"


def test_an_imperfect_common_cartridge_is_read_with_warnings() -> None:
    package = sample("instructure-common-cartridge-1.3-course-1.imscc")
    assert (package.kind, package.version, package.title) == ("IMS", "1.3.0", "COURSE-for-modules-testing")
    assert (len(list(package.walk())), len(package.leaves), len(package.pages)) == (13, 10, 4)
    text = "\n".join(package.warnings)
    assert "'i2a43afb3f81390abba3db9c894444d1d', which does not exist" in text
    assert "'publisheddocument' is declared twice" in text
    for name in ("sample.mp3", "published-document.pdf", "unpublished-document.pdf"):
        assert f"web_resources/{name}' is declared but is not in the package" in text


def test_the_default_organization_is_read() -> None:
    second = f'<organization identifier="B"><title>Second</title>{ITEM}</organization>'
    with make_archive(
        {
            "imsmanifest.xml": manifest(RESOURCE, f'<organization identifier="A"/>{second}').replace(
                "<organizations>", '<organizations default="B">'
            ),
            "a.html": "",
        }
    ) as archive:
        package = read_ims_package(archive)
    assert package.title == "Second"
    assert package.warnings == ("The package holds 2 organizations; only the default one is read.",)


def test_a_default_that_does_not_exist_gives_the_first_organization_with_a_warning() -> None:
    text = manifest(RESOURCE, f"<organization>{ITEM}</organization>")
    with make_archive(
        {"imsmanifest.xml": text.replace("<organizations>", '<organizations default="X">'), "a.html": ""}
    ) as a:
        package = read_ims_package(a)
    assert len(package.pages) == 1
    assert "'X' does not exist" in package.warnings[0]


def test_a_package_without_an_organization_makes_an_item_of_each_page() -> None:
    needed = '<resource identifier="D" type="webcontent" href="b/c%20d.html"/>'
    whole = RESOURCE.replace("</resource>", '<dependency identifierref="D"/></resource>')
    package = read(whole + needed, "")
    assert [(item.title, item.href) for item in package.items] == [("a.html", "a.html")]
    assert "no organization" in package.warnings[0]


def test_percent_encoded_and_wrongly_cased_names_are_found() -> None:
    for href in ("b/c%20d.html", "b/c d.html", "B/C%20D.HTML", r"b\c d.html"):
        package = read(f'<resource identifier="R" type="webcontent" href="{href}"/>')
        assert [(page.href, page.launch_url) for page in package.pages] == [("b/c d.html", "b/c%20d.html")]


@pytest.mark.parametrize(
    ("href", "parameters", "url"),
    [
        ("a.html", "", "a.html"),
        ("a.html", "x=1", "a.html?x=1"),
        ("a.html", "?x=1", "a.html?x=1"),
        ("a.html", "&amp;?x=1", "a.html?x=1"),
        ("a.html?y=2", "x=1", "a.html?y=2&x=1"),
        ("a.html?y=2#f", "x=1", "a.html?y=2&x=1#f"),
        ("a.html", "#f", "a.html#f"),
        ("a.html#g", "#f", "a.html#g"),
        ("a.html", 'x="&gt;&lt;b>', "a.html?x=%22%3E%3Cb%3E"),
    ],
)
def test_parameters_are_joined_as_scorm_says(href: str, parameters: str, url: str) -> None:
    quoted = parameters.replace('"', "&quot;")
    item = f'<item identifier="I" identifierref="R" parameters="{quoted}"/>'
    package = read(
        f'<resource identifier="R" type="webcontent" href="{href}"/>', f"<organization>{item}</organization>"
    )
    assert package.pages[0].launch_url == url


def test_invisible_items_and_both_spellings_of_the_scorm_type_are_told() -> None:
    for spelling, kind in (("adlcp:scormtype", "sco"), ("adlcp:scormType", "asset")):
        item = '<item identifier="I" identifierref="R" isvisible="false"/>'
        package = read(RESOURCE.replace("type=", f'{spelling}="{kind}" type='), f"<organization>{item}</organization>")
        assert (package.kind, package.pages[0].scorm_type, package.pages[0].is_visible) == ("SCORM", kind, False)
        assert package.pages[0].title == "I"


def test_an_address_on_the_web_is_left_out_with_a_warning() -> None:
    outside = '<resource identifier="W" type="webcontent" href="http://example.org/x"><file href="a.html"/></resource>'
    package = read(RESOURCE + outside, f'<organization>{ITEM}<item identifier="J" identifierref="W"/></organization>')
    assert [item.href for item in package.walk()] == ["a.html", None]
    assert package.warnings == ("The address 'http://example.org/x' lies outside the package and is left out.",)


def test_items_of_one_identifier_are_both_kept() -> None:
    package = read(organizations=f"<organization>{ITEM}{ITEM}</organization>")
    assert len(package.pages) == 2
    assert "declared twice" in package.warnings[0]


def test_a_web_page_without_an_href_opens_its_first_file() -> None:
    package = read('<resource identifier="R" type="webcontent"><file href="a.html"/></resource>')
    assert package.pages[0].href == "a.html"


@pytest.mark.parametrize("attribute", ["xml:base='../'", "xml:base='file:///'", "xml:base='/etc'"])
def test_an_xml_base_that_leaves_the_package_is_refused(attribute: str) -> None:
    with pytest.raises(PackageError):
        read(attributes=attribute)


def test_a_metadata_title_is_used_where_the_organization_has_none() -> None:
    strings = "<langstring>Meta</langstring><langstring>2</langstring>"
    lom = f"<metadata><lom><general><title>{strings}</title></general></lom></metadata>"
    assert read(metadata=lom).title == "Meta"
    assert read().title == "M"


def test_a_package_with_nothing_to_show_is_refused() -> None:
    for resources in (
        "",
        '<resource identifier="R" type="webcontent" href="gone.html"/>',
        RESOURCE.replace("webcontent", "imsdt"),
    ):
        with pytest.raises(PackageError, match="no page"):
            read(resources)


@pytest.mark.parametrize(
    ("files", "text"),
    [
        ({"a.html": ""}, "it has no 'imsmanifest.xml'"),
        ({"course/imsmanifest.xml": "<manifest/>"}, "at the top of the package"),
        ({"imsmanifest.xml": "<html/>"}, "not the manifest"),
        ({"imsmanifest.xml": ""}, "not well-formed"),
        ({"imsmanifest.xml": "<manifest>"}, "not well-formed"),
    ],
)
def test_a_package_without_a_usable_manifest_is_refused(files: dict[str, str], text: str) -> None:
    with make_archive(files) as archive, pytest.raises(PackageError, match=text):
        read_ims_package(archive)


def test_nested_manifests_are_left_out_with_a_warning() -> None:
    text = manifest(RESOURCE, f"<organization>{ITEM}</organization>").replace("</manifest>", "<manifest/></manifest>")
    with make_archive({"imsmanifest.xml": text, "a.html": ""}) as archive:
        assert "further manifests" in read_ims_package(archive).warnings[0]


def test_warnings_are_counted_after_the_first_hundred() -> None:
    gone = "".join(f'<file href="{number}.html"/>' for number in range(150))
    package = read(RESOURCE.replace("</resource>", f"{gone}</resource>"))
    assert len(package.warnings) == 101
    assert package.warnings[-1] == "50 further remarks are left out."


def test_two_packages_share_nothing() -> None:
    """One partner's package never shows in what another's import reads, warnings included."""
    first = read(RESOURCE.replace("</resource>", '<file href="secret-of-one.html"/></resource>'))
    second = read()
    assert first.warnings
    assert second.warnings == ()
