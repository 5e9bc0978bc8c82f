"""Whatever a package holds, its readers give a package or a PackageError, and nothing else."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.packages.archive import Archive
from lms.packages.errors import PackageError
from lms.packages.ims import read_ims_package
from lms.packages.kinds import package_kind
from lms.packages.qti import read_qti_package
from tests.lms_packages.zips import SAMPLES, make_archive, make_zip, opened

FUZZ = settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
GOOD = (SAMPLES / "qti" / "qtiworks-two-testparts.zip").read_bytes()
HREFS = (
    "a.html",
    "a",
    "b.xml",
    "B.XML",
    "..",
    "../a",
    "http://x",
    "file:///",
    "?",
    "#",
    "%",
    "%2e%2e",
    "//",
    "c:",
    "\\",
    "",
)
TYPES = ("imsqti_item_xmlv2p1", "imsqti_test_xmlv2p1", "webcontent", "associatedcontent/x")
OTHERS = ("sco", "asset", "1e999", "nan", "-1", "false", "R", "single")
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters='<&"'), max_size=8)
PLAIN = TEXT.filter(lambda text: not {"\ufffe", "\uffff"} & set(text))
VALUES = st.one_of(st.sampled_from(HREFS), st.sampled_from(TYPES), st.sampled_from(OTHERS), PLAIN)
NAMES = {
    "manifest": ("identifier", "xml:base", "version"),
    "package": ("identifierref", "identifier", "href", "type", "parameters", "isvisible", "xml:base", "scormtype"),
    "question": ("identifier", "title", "href", "responseIdentifier", "cardinality", "normalMaximum", "mappedValue"),
}


def element(name: str, attributes: dict[str, str], inside: list[str]) -> str:
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{written}>{''.join(inside)}</{name}>"


def elements(family: str, names: str, inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    attributes = st.dictionaries(st.sampled_from(NAMES[family]), VALUES, max_size=5)
    return st.builds(element, st.sampled_from(names.split()), attributes, st.lists(inner, max_size=4))


ITEMS = st.recursive(PLAIN, lambda inner: elements("package", "item item title metadata", inner), max_leaves=12)
ORGANIZATIONS = elements("package", "organizations", elements("package", "organization", ITEMS))
RESOURCE = elements("package", "resource", elements("package", "file file dependency metadata", PLAIN))
RESOURCES = elements("package", "resources", RESOURCE)
METADATA = elements("manifest", "metadata", elements("manifest", "schema lom general title", PLAIN))
MANIFEST = elements("manifest", "manifest", st.one_of(ORGANIZATIONS, RESOURCES, METADATA))
BODY = "itemBody choiceInteraction simpleMatchSet simpleChoice prompt img p feedbackBlock"
DECLARATIONS = "responseDeclaration correctResponse value mapping mapEntry areaMapping outcomeDeclaration defaultValue"
TEST = "testPart assessmentSection assessmentItemRef assessmentSectionRef"
PARTS = st.recursive(PLAIN, lambda inner: elements("question", f"{BODY} {DECLARATIONS} {TEST}", inner), max_leaves=12)
QUESTION = elements("question", "assessmentItem assessmentTest", PARTS)


def read_every_way(archive: Archive) -> None:
    for read in (package_kind, read_ims_package, read_qti_package):
        with suppress(PackageError):
            read(archive)


@FUZZ
@given(MANIFEST, QUESTION)
def test_manifests_and_questions_of_any_shape(text: str, other: str) -> None:
    with make_archive({"imsmanifest.xml": text, "a.html": "", "a": other, "b.xml": other}) as archive:
        read_every_way(archive)


@FUZZ
@given(st.binary(max_size=300))
def test_manifests_of_any_bytes(data: bytes) -> None:
    with make_archive({"imsmanifest.xml": data, "a.html": ""}) as archive:
        read_every_way(archive)


@FUZZ
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_packages_with_changed_bytes(changes: list[tuple[int, int]]) -> None:
    data = bytearray(GOOD)
    for place, value in changes:
        data[place] = value
    with suppress(PackageError), opened(bytes(data)) as archive:
        read_every_way(archive)


@FUZZ
@given(st.binary(max_size=200), st.integers(0, 250))
def test_archives_of_any_bytes(noise: bytes, place: int) -> None:
    data = make_zip({"imsmanifest.xml": "<manifest/>"}).getvalue()
    with suppress(PackageError), opened(data[:place] + noise + data[place + len(noise) :]) as archive:
        read_every_way(archive)
