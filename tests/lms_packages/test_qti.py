from __future__ import annotations

import pytest

from lms.packages.archive import open_archive
from lms.packages.errors import PackageError, Remarks
from lms.packages.kinds import package_kind
from lms.packages.qti import PACKAGE_XML_BYTES, QtiReader, read_qti_package
from lms.packages.qti_items import read_item
from lms.packages.qti_model import QtiPackage
from tests.lms_packages.zips import SAMPLES, Raw, make_archive, manifest, opened, raw_zip

QTI = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'
KINDS = (
    "associate choice custom drawing endAttempt extendedText gapMatch graphicAssociate graphicGapMatch graphicOrder"
    " hotspot hottext inlineChoice match media order positionObject selectPoint slider textEntry upload"
)
ITEM_RESOURCE = '<resource identifier="{0}" type="imsqti_item_xmlv2p1" href="{0}.xml"/>'
TEST_RESOURCE = '<resource identifier="{0}" type="imsqti_test_xmlv2p1" href="{0}.xml"/>'


def item(body: str = "", declarations: str = "") -> str:
    return (
        f'<assessmentItem {QTI} identifier="i" title="Item">{declarations}<itemBody>{body}</itemBody></assessmentItem>'
    )


def assessment(*hrefs: str) -> str:
    refs = "".join(f'<assessmentItemRef identifier="r{n}" href="{href}"/>' for n, href in enumerate(hrefs))
    section = f'<assessmentSection identifier="s" title="Section">{refs}</assessmentSection>'
    part = f'<testPart identifier="p">{section}</testPart>'
    return f'<assessmentTest {QTI} identifier="t" title="Test">{part}</assessmentTest>'


def sample(name: str) -> QtiPackage:
    with open_archive(SAMPLES / "qti" / name) as archive:
        assert package_kind(archive) == "QTI"
        return read_qti_package(archive)


@pytest.mark.parametrize(
    ("name", "tests", "items"),
    [
        ("qtiworks-webdeveloper-test-9-items.zip", 1, 9),
        ("qtiworks-french-verbs-branching-20-items.zip", 1, 20),
        ("qtiworks-two-testparts.zip", 1, 2),
        ("qtiworks-many-tests-one-package.zip", 14, 4),
        ("qtiworks-upmc-math-item-bank-no-test.zip", 1, 21),
    ],
)
def test_the_samples_give_their_tests_and_items(name: str, tests: int, items: int) -> None:
    package = sample(name)
    assert (len(package.tests), len(package.items)) == (tests, items)
    assert all(one.interactions and one.xml and one.title for one in package.items)
    assert all(package.items_of(test) for test in package.tests)


def test_questions_come_with_choices_correct_answers_and_points() -> None:
    package = sample("qtiworks-webdeveloper-test-9-items.zip")
    (test,) = package.tests
    assert test.title == "Web Developer Website"
    assert [ref.href for ref in test.refs()] == [f"question{number}.xml" for number in range(1, 10)]
    assert sum(one.max_score or 0 for one in package.items) == 12
    eighth = package.items[7]
    assert [(one.kind, one.response_identifier) for one in eighth.interactions] == [
        ("inlineChoice", "RESPONSE1"),
        ("inlineChoice", "RESPONSE2"),
    ]
    assert [(one.identifier, one.text) for one in eighth.interactions[1].choices][1] == ("Choice1", "dash (-)")
    assert [response.correct for response in eighth.responses] == [("ChoiceB",), ("Choice2",)]
    assert eighth.text.startswith("Question 8 Identify the missing words in the following passage.")
    assert "dash" not in eighth.text


def test_accents_order_and_text_entries_are_read() -> None:
    package = sample("qtiworks-french-verbs-branching-20-items.zip")
    kinds = {interaction.kind for one in package.items for interaction in one.interactions}
    assert kinds == {"order", "choice", "textEntry"}
    assert any("être" in one.title for one in package.items)


def test_parts_keep_their_modes_and_their_items() -> None:
    package = sample("qtiworks-two-testparts.zip")
    first, second = package.tests[0].parts
    assert (first.identifier, first.navigation_mode, first.submission_mode) == ("P1", "nonlinear", "individual")
    assert len(list(package.tests[0].refs())) == 3
    assert second.sections


def test_several_tests_are_all_kept_in_order_and_said() -> None:
    package = sample("qtiworks-many-tests-one-package.zip")
    assert package.tests[0].identifier == "degenerate-multiple-testParts"
    assert package.warnings == ("The package holds 14 tests; all of them are kept, in its order.",)


def test_items_without_a_test_become_one_in_manifest_order() -> None:
    package = sample("qtiworks-upmc-math-item-bank-no-test.zip")
    (test,) = package.tests
    assert [ref.href for ref in test.refs()] == [one.href for one in package.items]
    assert package.items[0].href == "addition.xml"
    assert package.warnings == ("The package has no test; its 21 questions become one.",)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("BadManifest", "'imsmanifest.xml' in the package is not well-formed"),
        ("MissingFile", "'missing.xml' is declared but is not in the package"),
        ("NotContentPackage", "not a content package"),
    ],
)
def test_the_invalid_samples_say_what_is_wrong(name: str, text: str) -> None:
    with (
        open_archive(SAMPLES / "qti" / "invalid" / f"qtiworks-{name}.zip") as archive,
        pytest.raises(PackageError, match=text),
    ):
        read_qti_package(archive)


def test_a_package_without_questions_is_refused() -> None:
    with (
        open_archive(SAMPLES / "ims" / "adl-scorm2004-4th-DMB-9-scos.zip") as archive,
        pytest.raises(PackageError, match=r"no QTI 2\.1 questions"),
    ):
        read_qti_package(archive)


def test_a_test_finds_its_items_from_its_own_folder_even_undeclared_ones() -> None:
    text = manifest('<resource identifier="t" type="imsqti_test_xmlv2p1" href="tests/t.xml"/>')
    files = {"imsmanifest.xml": text, "tests/t.xml": assessment("../items/a%20b.xml"), "items/a b.xml": item()}
    with make_archive(files) as archive:
        package = read_qti_package(archive)
    assert [one.href for one in package.items_of(package.tests[0])] == ["items/a b.xml"]
    assert package.warnings == ("The question 'items/a b.xml' is not declared in the manifest.",)


@pytest.mark.parametrize(
    ("files", "text"),
    [
        ({"t.xml": assessment("gone.xml")}, "'gone.xml', which is not in the package"),
        ({"t.xml": assessment("../../etc/passwd")}, "outside itself"),
        ({"t.xml": assessment("file:///etc/passwd")}, "outside itself"),
        ({"t.xml": assessment("")}, "which is not in the package"),
        ({"t.xml": assessment("t.xml")}, "not a QTI item"),
        ({"t.xml": "<assessmentItem/>"}, "not a QTI test"),
        ({"t.xml": "<assessmentTest>"}, "'t.xml' in the package is not well-formed"),
        ({"t.xml": "<!DOCTYPE assessmentTest><assessmentTest/>"}, "DTD"),
        ({}, "'t.xml' is declared but"),
    ],
)
def test_a_test_that_lacks_something_is_refused(files: dict[str, str], text: str) -> None:
    with (
        make_archive({"imsmanifest.xml": manifest(TEST_RESOURCE.format("t")), **files}) as archive,
        pytest.raises(PackageError, match=text),
    ):
        read_qti_package(archive)


def test_a_test_without_questions_beside_others_is_kept_with_a_warning() -> None:
    text = manifest(TEST_RESOURCE.format("t") + ITEM_RESOURCE.format("i"))
    with make_archive({"imsmanifest.xml": text, "t.xml": assessment(), "i.xml": item()}) as archive:
        package = read_qti_package(archive)
    assert package.warnings == ("The test 'Test' has no questions.",)
    assert package.items_of(package.tests[0]) == ()


def test_a_section_in_a_file_of_its_own_is_left_out_with_a_warning() -> None:
    test = assessment("i.xml").replace(
        "<assessmentItemRef", '<assessmentSectionRef identifier="x" href="x.xml"/><assessmentItemRef'
    )
    text = manifest(TEST_RESOURCE.format("t") + ITEM_RESOURCE.format("i"))
    with make_archive({"imsmanifest.xml": text, "t.xml": test, "i.xml": item()}) as archive:
        assert read_qti_package(archive).warnings == ("The section in the file 'x.xml' is left out.",)


def test_the_xml_of_one_package_is_bounded_in_all() -> None:
    comment = b"<!--" + b"x" * (PACKAGE_XML_BYTES // 10) + b"-->"
    items = [Raw(name=b"%d.xml" % n, data=comment + item().encode()) for n in range(11)]
    text = manifest("".join(ITEM_RESOURCE.format(n) for n in range(11)))
    with (
        opened(raw_zip([Raw(name=b"imsmanifest.xml", data=text.encode()), *items])) as archive,
        pytest.raises(PackageError, match="too large"),
    ):
        read_qti_package(archive)


def test_the_tags_of_one_package_are_bounded_in_all() -> None:
    with make_archive({"a.xml": item(), "b.xml": item()}) as archive:
        reader = QtiReader(archive, Remarks())
        reader.tags_left = 5
        reader.add_item("a.xml")
        with pytest.raises(PackageError, match="questions of the package are too large"):
            reader.add_item("b.xml")


def test_every_kind_of_interaction_is_read() -> None:
    body = "".join(f'<{kind}Interaction responseIdentifier="R"/>' for kind in KINDS.split())
    assert " ".join(one.kind for one in read_item(item(body).encode(), "i.xml").interactions) == KINDS


def test_match_sets_gaps_and_pictures_are_told_apart() -> None:
    body = (
        '<matchInteraction responseIdentifier="M"><prompt>Match <b>these</b></prompt>'
        '<simpleMatchSet><simpleAssociableChoice identifier="A">a</simpleAssociableChoice></simpleMatchSet>'
        '<simpleMatchSet><simpleAssociableChoice identifier="B"><img alt="bee"/></simpleAssociableChoice>'
        '</simpleMatchSet></matchInteraction><gapMatchInteraction><gapText identifier="T">t</gapText>'
        '<p>before <gap identifier="H"/> after</p></gapMatchInteraction>'
    )
    match, gap = read_item(item(body).encode(), "i.xml").interactions
    assert match.prompt == "Match these"
    assert [(one.identifier, one.text, one.match_set) for one in match.choices] == [("A", "a", 0), ("B", "bee", 1)]
    assert [(one.identifier, one.role) for one in gap.choices] == [("T", "gapText"), ("H", "gap")]


def response(cardinality: str, inner: str) -> str:
    return f'<responseDeclaration identifier="R" cardinality="{cardinality}">{inner}</responseDeclaration>'


def declared(points: str) -> str:
    value = f"<defaultValue><value>{points}</value></defaultValue>"
    return f'<outcomeDeclaration identifier="MAXSCORE">{value}</outcomeDeclaration>'


CORRECT = "<correctResponse><value>A</value></correctResponse>"
POINTS = "".join(
    f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in (("A", 2), ("B", 1.5), ("C", -1))
)
MAPPING = "<mapping {}>" + POINTS + "</mapping>"
AREAS = '<areaMapping><areaMapEntry shape="circle" coords="1,2,3" mappedValue="4"/></areaMapping>'


@pytest.mark.parametrize(
    ("declarations", "points"),
    [
        ("", None),
        (response("single", CORRECT), 1),
        (response("single", CORRECT) * 2, 2),
        (response("single", CORRECT + MAPPING.format("")), 2),
        (response("multiple", MAPPING.format("")), 3.5),
        (response("multiple", MAPPING.format('upperBound="3"')), 3),
        (response("single", AREAS), 4),
        (response("single", CORRECT) + '<outcomeDeclaration identifier="SCORE" normalMaximum="7"/>', 7),
        (response("single", CORRECT) + '<outcomeDeclaration identifier="SCORE" normalMaximum="NaN"/>', 1),
        (declared("5"), 5),
        (declared("x"), None),
    ],
)
def test_the_highest_score_is_declared_or_derived(declarations: str, points: float | None) -> None:
    assert read_item(item("", declarations).encode(), "i.xml").max_score == points


def test_mappings_are_kept_by_key() -> None:
    one = read_item(item("", response("single", MAPPING.format("") + AREAS)).encode(), "i.xml")
    assert one.responses[0].mapping == (("A", 2.0), ("B", 1.5), ("C", -1.0), ("circle 1,2,3", 4.0))
