"""What normalisation puts right, and what it leaves to the schema."""

from __future__ import annotations

import re
import time

import pytest
from lxml import etree

from catalogue.document import MalformedData, parse_data
from catalogue.element import Element
from catalogue.gate import Gate
from catalogue.model import Catalogue, MessageType
from catalogue.normalise import bring_into_form, normalise
from catalogue.violation import line_of
from tests.catalogue.messages import FILE, NAMESPACE, WHO, accepted, body, folder, message, rejected, texts, type_of

FOLDER = "Create.Course.Element.Folder"
EXTENSION = "Create.Extension.Instance"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


@pytest.fixture
def folders(catalogue: Catalogue) -> MessageType:
    return type_of(catalogue, FOLDER)


@pytest.fixture
def extensions(catalogue: Catalogue) -> MessageType:
    return type_of(catalogue, EXTENSION)


def extension(*parts: str, content: str = "<LinkContent><Link>https://example.org/</Link></LinkContent>") -> str:
    common = "<Location>Library</Location><ExtensionId>5010</ExtensionId><UserId>5</UserId><Title>Atlas</Title>"
    return message(body(EXTENSION, common, *parts, f"<Content>{content}</Content>"))


def test_site_and_vendor_are_lifted_to_the_message_and_equal_ones_are_one(folders: MessageType, gate: Gate) -> None:
    root = accepted(gate, folders, folder("<SiteId>3</SiteId><VendorId>acme</VendorId>"))
    assert [etree.QName(child).localname for child in root] == ["SiteId", "VendorId", "CreateCourseElementFolder"]
    twice = message("<SiteId>3</SiteId>", body(FOLDER, WHO, "<Title>t</Title><SiteId> 03 </SiteId>"))
    assert texts(accepted(gate, folders, twice), "SiteId") == ["3"]


def test_different_vendors_are_refused(folders: MessageType, gate: Gate) -> None:
    data = message("<VendorId>acme</VendorId>", body(FOLDER, WHO, "<Title>t</Title><VendorId>other</VendorId>"))
    violations = rejected(gate, folders, data)
    assert [violation.path for violation in violations] == ["/Message/CreateCourseElementFolder/VendorId"]


def test_parts_of_the_message_come_in_any_order(catalogue: Catalogue, gate: Gate) -> None:
    files = f"<Files><File>{FILE}</File></Files>"
    parts = [files, body("Create.Course.Element.File", WHO), "<VendorId>a</VendorId>", "<SiteId>3</SiteId>"]
    data = message(*parts, "<SyncKeys><SyncKey>k</SyncKey></SyncKeys>")
    root = accepted(gate, type_of(catalogue, "Create.Course.Element.File"), data)
    names = ["SyncKeys", "SiteId", "VendorId", "CreateCourseElementFile", "Files"]
    assert [etree.QName(child).localname for child in root] == names


def test_members_of_the_body_come_in_any_order(folders: MessageType, gate: Gate) -> None:
    parts = ["<Security>Locked</Security>", "<Title>t</Title>", "<UserId>5</UserId>", "<CourseId>1</CourseId>"]
    accepted(gate, folders, message(body(FOLDER, *parts)))


def test_parent_id_in_its_other_spelling_is_parent_id(folders: MessageType, gate: Gate) -> None:
    assert texts(accepted(gate, folders, folder("<ParentID>77</ParentID>")), "ParentId") == ["77"]
    violations = rejected(gate, folders, folder("<ParentID>first</ParentID>"))
    assert violations[0].path == "/Message/CreateCourseElementFolder/ParentID"


def test_empty_optional_elements_are_absent(folders: MessageType, gate: Gate) -> None:
    empty = f"<Description/><Active> </Active><Security></Security><CourseId {XSI} xsi:nil='true'/>"
    root = accepted(gate, folders, folder(empty))
    names = [etree.QName(child).localname for child in root[0]]
    assert names == ["CourseSyncKey", "UserSyncKey", "Title"]


@pytest.mark.parametrize("content", ["FileContent", "FileLinkContent", "LtiContent"])
@pytest.mark.parametrize("members", ["", "<Description/>", " <Description></Description>\n"])
@pytest.mark.parametrize("namespace", ["", ' xmlns=""'])
def test_an_empty_content_element_says_which_content_is_meant(
    content: str, members: str, namespace: str, extensions: MessageType, gate: Gate
) -> None:
    root = accepted(gate, extensions, extension(content=f"<{content}{namespace}>{members}</{content}>"))
    assert [etree.QName(child).localname for child in next(root.iter(f"{NAMESPACE}Content"))] == [content]


def test_an_empty_link_content_is_refused_for_the_link_that_it_lacks(extensions: MessageType, gate: Gate) -> None:
    violations = rejected(gate, extensions, extension(content="<LinkContent/>"))
    path = "/Message/CreateExtensionInstance/Content/LinkContent"
    assert [(one.path, one.expected, one.found) for one in violations] == [(path, "element Link", "none")]


@pytest.mark.parametrize("empty", ["<LtiContent/>", "<LtiContent><Description/></LtiContent>", "<FileContent/>"])
def test_an_empty_content_element_beside_another_is_one_too_many(
    empty: str, extensions: MessageType, gate: Gate
) -> None:
    content = f"<FileLinkContent><Link>example.org</Link></FileLinkContent>{empty}"
    violations = rejected(gate, extensions, extension(content=content))
    name = empty.strip("</>").partition(">")[0]
    assert [(violation.expected, violation.found) for violation in violations] == [
        ("no further element", f"element '{name}'")
    ]


@pytest.mark.parametrize(
    ("members", "kept"),
    [
        ("<Url>https://tool.example.org/</Url><Xml/>", ["Url"]),
        ("<Url/><Xml><c/></Xml>", ["Xml"]),
        ("<Url/>", ["Url"]),
        ("<Url/><Xml/>", ["Xml"]),
        ("", []),
    ],
)
@pytest.mark.parametrize("namespace", ["", ' xmlns=""'])
def test_an_empty_value_is_dropped_where_the_other_choice_remains(
    members: str, kept: list[str], namespace: str, extensions: MessageType, gate: Gate
) -> None:
    content = f"<LtiContent{namespace}><XmlConfiguration>{members}</XmlConfiguration></LtiContent>"
    root = accepted(gate, extensions, extension(content=content))
    assert [etree.QName(child).localname for child in root.iterfind(f".//{NAMESPACE}XmlConfiguration/*")] == kept


def test_a_string_of_white_space_is_no_empty_element(catalogue: Catalogue, gate: Gate) -> None:
    name = "Update.Extension.Instance"
    who = "<ContentSyncKey>ext-1</ContentSyncKey><UserSyncKey/><UserId> 5 </UserId>"
    root = accepted(gate, type_of(catalogue, name), message(body(name, who, "<Title> \n</Title>")))
    assert [(etree.QName(child).localname, child.text) for child in root[0]] == [
        ("ContentSyncKey", "ext-1"),
        ("UserId", "5"),
        ("Title", " \n"),
    ]


def test_an_empty_mandatory_element_stays(folders: MessageType, gate: Gate) -> None:
    assert texts(accepted(gate, folders, folder(title="")), "Title") == [""]


def test_an_empty_sync_key_is_no_sync_key(folders: MessageType, gate: Gate) -> None:
    data = message("<SyncKeys><SyncKey/></SyncKeys>", body(FOLDER, WHO, "<Title>t</Title>"))
    assert accepted(gate, folders, data).find(f"{NAMESPACE}SyncKeys") is None


def test_an_empty_file_keeps_its_place_among_the_files(catalogue: Catalogue, gate: Gate) -> None:
    data = message(body("Create.Course.Element.File", WHO), f"<Files><File/><File>\n {FILE} \n</File><File/></Files>")
    root = accepted(gate, type_of(catalogue, "Create.Course.Element.File"), data)
    assert texts(root, "File") == ["", FILE, ""]


ASSESSMENT = "Update.Course.Element.CustomActivity.Assessment"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (f"<Comment {XSI} xsi:nil='true'/>", ["Comment"]),
        (f"<Score {XSI} xsi:nil=' 1 '></Score><Assessment/>", ["Score"]),
        (f"<Comment {XSI} xsi:nil='false'/>", []),
        (f"<Comment {XSI} xsi:nil=''/><Score/><Assessment/>", []),
        (f"<Status {XSI} xsi:nil='true'/>", []),
    ],
)
def test_what_is_nillable_is_nil_or_absent(sent: str, kept: list[str], catalogue: Catalogue, gate: Gate) -> None:
    who = "<CourseId>7</CourseId><ElementId>3</ElementId><EvaluatorPersonId>3</EvaluatorPersonId>"
    results = f"<Results><Result><PersonId>8</PersonId>{sent}</Result></Results>"
    root = accepted(gate, type_of(catalogue, ASSESSMENT), message(body(ASSESSMENT, who, results)))
    result = next(root.iter(f"{NAMESPACE}Result"))
    assert [etree.QName(child).localname for child in result] == ["PersonId", *kept]


def test_what_means_something_when_empty_stays(catalogue: Catalogue, gate: Gate) -> None:
    name = "Update.Course.Element"
    who = "<CourseId>7</CourseId><ElementId>3</ElementId><PersonId>3</PersonId><ElementNo/>"
    root = accepted(
        gate, type_of(catalogue, name), message(body(name, who, "<LearningObjectives> </LearningObjectives>"))
    )
    assert [etree.QName(child).localname for child in root[0]][3:] == ["LearningObjectives"]
    name = "Update.Course.Element.CustomActivity"
    who = "<CourseId>7</CourseId><ElementId>3</ElementId><UserId>3</UserId><ParentId/>"
    root = accepted(gate, type_of(catalogue, name), message(body(name, who, "<ParentSyncKey></ParentSyncKey>")))
    assert [etree.QName(child).localname for child in root[0]][3:] == ["ParentSyncKey"]


def test_empty_attributes_are_absent(catalogue: Catalogue, gate: Gate) -> None:
    files = f'<Files><File Name="" Comment="" SyncKeyRef="">{FILE}</File></Files>'
    root = accepted(
        gate, type_of(catalogue, "Create.Course.Element.File"), message(body("Create.Course.Element.File", WHO), files)
    )
    assert not next(root.iter(f"{NAMESPACE}File")).attrib


def test_attributes_of_xsi_are_ignored(folders: MessageType, gate: Gate) -> None:
    data = folder(f'<Active {XSI} xsi:type="boolean">1</Active>').replace(
        "<Message ", f'<Message {XSI} xsi:schemaLocation="urn:message-schema file:///etc/passwd" '
    )
    accepted(gate, folders, data)


def test_values_lose_the_white_space_around_them_but_strings_keep_it(folders: MessageType, gate: Gate) -> None:
    root = accepted(gate, folders, folder("<Active>\n1 </Active><Security>\tSecure </Security>", title=" Week 1 "))
    assert (texts(root, "Active"), texts(root, "Security"), texts(root, "Title")) == (["1"], ["Secure"], [" Week 1 "])


def test_lists_are_trimmed(extensions: MessageType, gate: Gate) -> None:
    roles = "<Metadata><IntendedEndUserRole>  Learner Mentor </IntendedEndUserRole></Metadata>"
    assert texts(accepted(gate, extensions, extension(roles)), "IntendedEndUserRole") == ["Learner Mentor"]


@pytest.mark.parametrize("separator", ["", "\n  ", "<!-- or -->"])
def test_a_list_of_words_that_comes_again_is_one_list(separator: str, catalogue: Catalogue, gate: Gate) -> None:
    name = "Create.Resource"
    words = ("Staff", " Learner ", "", "Guest")
    sent = separator.join(f"<AvailableFor>{one}</AvailableFor>" for one in words)
    document = message(body(name, "<UserId>5</UserId><Title>R</Title><ShortName>R</ShortName>", sent))
    (joined,) = texts(accepted(gate, type_of(catalogue, name), document), "AvailableFor")
    assert joined.split() == ["Staff", "Learner", "Guest"]


def test_a_list_of_words_with_something_else_in_it_is_refused(catalogue: Catalogue, gate: Gate) -> None:
    name = "Create.Resource"
    for second in ("<AvailableFor><Guest/></AvailableFor>", '<AvailableFor x="1">Guest</AvailableFor>'):
        document = message(body(name, "<Title>R</Title><AvailableFor>Staff</AvailableFor>", second))
        rejected(gate, type_of(catalogue, name), document)


def test_many_lists_of_words_take_no_longer_each(catalogue: Catalogue, gate: Gate) -> None:
    name = "Create.Resource"
    document = message(body(name, "<Title>R</Title>", "<AvailableFor>Staff</AvailableFor>" * 80_000))
    started = time.process_time()
    accepted(gate, type_of(catalogue, name), document)
    assert time.process_time() - started < 10


def test_content_of_no_namespace_takes_the_message_namespace(extensions: MessageType, gate: Gate) -> None:
    content = '<LinkContent xmlns=""><Description/><Link>https://example.org/</Link></LinkContent>'
    root = accepted(gate, extensions, extension(content=content))
    again = etree.fromstring(etree.tostring(root))
    assert texts(again, "Link") == ["https://example.org/"]
    assert texts(again, "Description") == []


@pytest.mark.parametrize("namespace", ["", ' xmlns=""'])
def test_foreign_xml_stays_as_it_is(namespace: str, extensions: MessageType, gate: Gate) -> None:
    foreign = (
        '<c xmlns="urn:lti"><SiteId>9</SiteId><Url/> <n xmlns="" a="">x<SiteId>8</SiteId></n>'
        f'<e {XSI} xsi:nil="true"/><Description> </Description></c>'
    )
    content = f"<LtiContent{namespace}><XmlConfiguration><Xml>{foreign}</Xml></XmlConfiguration></LtiContent>"
    root = accepted(gate, extensions, extension("<SiteId>3</SiteId>", content=content))
    kept = root.find(".//{urn:lti}c")
    assert kept is not None
    assert etree.tostring(kept, method="c14n", with_tail=False) == etree.tostring(
        etree.fromstring(foreign), method="c14n"
    )


def test_a_message_of_no_namespace_is_refused(folders: MessageType, gate: Gate) -> None:
    violations = rejected(gate, folders, folder().replace(' xmlns="urn:message-schema"', ""))
    assert violations[0].expected == "element Message in namespace 'urn:message-schema'"


def test_text_between_elements_is_refused_even_where_elements_are_dropped(folders: MessageType, gate: Gate) -> None:
    violations = rejected(gate, folders, folder("<Description/>stray"))
    assert (violations[0].expected, violations[0].found) == ("elements only", "'stray'")


@pytest.mark.parametrize(
    "name", ["/Message/CreateCourseElementFolder[2]", "/Message/CreateCourseElementFolder/Title[2]"]
)
def test_what_comes_twice_but_is_no_list_is_refused(name: str, folders: MessageType, gate: Gate) -> None:
    once = body(FOLDER, WHO, "<Title>t</Title>")
    data = message(once, once) if name.startswith("/Message/CreateCourseElementFolder[") else folder("<Title>u</Title>")
    assert [violation.path for violation in rejected(gate, folders, data)] == [name]


def facts(root: Element) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """All that a message says, without its prefixes."""
    return [
        (item.tag, (item.text or "").strip(), sorted((str(key), str(value)) for key, value in item.attrib.items()))
        for item in root.iter()
    ]


def test_normalising_twice_changes_nothing(catalogue: Catalogue) -> None:
    for message_type in catalogue.types:
        for path in sorted((message_type.folder / "examples").glob("*.xml")):
            document = parse_data(path.read_text())
            once = facts(normalise(document, message_type))
            text = etree.tostring(document.root, encoding="unicode")
            assert facts(normalise(document, message_type)) == once
            assert facts(normalise(parse_data(text), message_type)) == once


DISTORTIONS: dict[str, tuple[str, str]] = {
    "as it is": ("", ""),
    "without a namespace": (r"<(Title|UserId)>", r'<\1 xmlns="">'),
    "with spaces": (r"(<\w+>)([^<\s][^<]*)(?=</)", r"\1 \2 "),
    "with an attribute that says nothing": (r"<(Title|UserId)>", r'<\1 a="">'),
    "of another type": (r"<(Title|UserId)>", r'<\1 xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:type="t">'),
    "with empty members": (r"</(\w+)></Message>", r"<VendorId></VendorId><Description/></\1></Message>"),
    "with the site inside": (r"(<SiteId>\d+</SiteId>)(.*<\w+>)(?=<UserId>|<CourseId>)", r"\2\1"),
    "backwards": (r"(<Message[^>]*>)(<SiteId>.*?</SiteId>)(.*)(</Message>)", r"\1\3\2\4"),
    "with lists one by one": (r"</(\w+)><(\w+)>(?=.*</\2></\1>)", r"</\1></\2><\2><\1>"),
}


def exactly(root: Element) -> list[tuple[str, str, list[tuple[str, str]]]]:
    return [
        (item.tag, item.text or "", sorted((str(key), str(value)) for key, value in item.attrib.items()))
        for item in root.iter()
    ]


@pytest.mark.parametrize("distortion", DISTORTIONS)
def test_it_is_known_whether_normalising_changed_anything(catalogue: Catalogue, distortion: str) -> None:
    pattern, text = DISTORTIONS[distortion]
    told = set()
    for message_type in catalogue.types:
        for path in sorted((message_type.folder / "examples").glob("*.xml")):
            source = re.sub(r">\s+<", "><", path.read_text())
            try:
                document = parse_data(re.sub(pattern, text, source, flags=re.DOTALL))
            except MalformedData:
                continue
            before = exactly(document.root)
            changed = bring_into_form(document, message_type)
            assert changed == (exactly(document.root) != before), f"{message_type.name}, {path.name}"
            assert not bring_into_form(document, message_type)
            told.add(changed)
    assert (distortion != "as it is") in told


def test_every_element_keeps_its_line(extensions: MessageType) -> None:
    data = extension("<SiteId>3</SiteId>", content='<LinkContent xmlns=""><Link>x</Link></LinkContent>')
    document = parse_data(re.sub("(?<!^)<(?!/)", "\n<", data))
    elements = list(document.root.iter())
    lines = [line_of(element) for element in elements]
    normalise(document, extensions)
    assert [line_of(element) for element in elements] == lines == list(range(1, len(lines) + 1))
