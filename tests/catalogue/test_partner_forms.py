"""Messages as client programs in the field write them: each must be accepted as it is."""

from __future__ import annotations

import itertools

import pytest
from lxml import etree

from catalogue.gate import Gate
from catalogue.model import Catalogue
from tests.catalogue.messages import FILE, NAMESPACE, accepted, body, message, texts, type_of

KEYS = "<SyncKeys><SyncKey>key-1</SyncKey></SyncKeys>"
FILES = f"<Files><File>{FILE}</File><File>{FILE}</File></Files>"
NO_FILES = "<Files/>"
PLACE = "<CourseSyncKey>crs-7</CourseSyncKey><ParentSyncKey>folder-1</ParentSyncKey><UserSyncKey>usr-3</UserSyncKey>"
NUMBERS = "<CourseId>4120</CourseId><UserId>5</UserId>"
EMPTY = (
    "<CourseId></CourseId><CourseSyncKey>crs-7</CourseSyncKey><ParentSyncKey/><UserId/><UserSyncKey>usr-3</UserSyncKey>"
)
PLACES = (PLACE, NUMBERS, EMPTY)
METADATA = (
    "<Metadata><Description>Maps</Description><Language>en-GB</Language><Keywords><Keyword>map</Keyword>"
    "<Keyword>atlas</Keyword></Keywords><IntendedEndUserRole> Learner Mentor</IntendedEndUserRole></Metadata>"
)
EMPTY_METADATA = (
    "<Metadata><Description/><Language/><Keywords><Keyword/></Keywords><IntendedEndUserRole/></Metadata>"
    "<CourseSyncKey/>"
)
FILE_LINK = "<FileLinkContent{}><Description/><HideLink>0</HideLink><Link>https://example.org/</Link></FileLinkContent>"
LTI_ADDRESS = (
    "<LtiContent{}><XmlConfiguration><Url>https://tool.example.org/c.xml</Url></XmlConfiguration></LtiContent>"
)
LTI_XML = (
    "<LtiContent{}><XmlConfiguration><Xml><link xmlns='urn:lti'><title xmlns=''>x</title><Url/></link></Xml>"
    "</XmlConfiguration></LtiContent>"
)
LTI_TEXT = "<LtiContent{}><XmlConfiguration><Xml><![CDATA[<link/>]]></Xml></XmlConfiguration></LtiContent>"
CONTENTS = (FILE_LINK, LTI_ADDRESS, LTI_XML, LTI_TEXT)
NAMESPACES = ("", ' xmlns=""', ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="urn:x"')


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "rest", ["", "<Description/><Active>true</Active>", "<Description>d</Description><Active>false</Active>"]
)
@pytest.mark.parametrize(
    "security", ["", "<Security>Inherit</Security>", "<Security>Secure</Security>", "<Security>Locked</Security>"]
)
@pytest.mark.parametrize("keys", ["", KEYS])
def test_folders(place: str, rest: str, security: str, keys: str, catalogue: Catalogue, gate: Gate) -> None:
    name = "Create.Course.Element.Folder"
    data = message(keys, body(name, place, "<Title>Week 1</Title>", rest, security))
    root = accepted(gate, type_of(catalogue, name), data)
    assert len(texts(root, "SyncKey")) == (1 if keys else 0)


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("namespace", NAMESPACES)
@pytest.mark.parametrize("metadata", ["", METADATA, EMPTY_METADATA])
@pytest.mark.parametrize("site", ["", "<SiteId>3</SiteId><VendorId>acme</VendorId>", "<SiteId/><VendorId/>"])
def test_created_extension_instances(
    content: str, namespace: str, metadata: str, site: str, catalogue: Catalogue, gate: Gate
) -> None:
    name = "Create.Extension.Instance"
    parts = [
        site,
        "<Location>Library</Location><ExtensionId>5000</ExtensionId>",
        "<ParentSyncKey>folder-1</ParentSyncKey><UserSyncKey>usr-3</UserSyncKey><Title>Atlas</Title>",
        metadata,
        f"<Content>{content.format(namespace)}</Content>",
        "<DisallowModification>1</DisallowModification>",
    ]
    root = accepted(gate, type_of(catalogue, name), message(KEYS, body(name, *parts)))
    assert [etree.QName(child).localname for child in root] == (
        ["SyncKeys", "SiteId", "VendorId", "CreateExtensionInstance"]
        if "3" in site
        else ["SyncKeys", "CreateExtensionInstance"]
    )


@pytest.mark.parametrize("content", ["", *(f"<Content>{content}</Content>" for content in CONTENTS)])
@pytest.mark.parametrize("namespace", NAMESPACES)
@pytest.mark.parametrize("location", ["", "<Location>Course</Location>"])
def test_updated_extension_instances(
    content: str, namespace: str, location: str, catalogue: Catalogue, gate: Gate
) -> None:
    name = "Update.Extension.Instance"
    parts = [
        f"<SiteId>3</SiteId><VendorId>acme</VendorId>{location}<ContentSyncKey>ext-1</ContentSyncKey>",
        f"<UserId>5</UserId><Title>Atlas 2</Title>{METADATA}{content.format(namespace)}",
        "<DisallowModification>0</DisallowModification>",
    ]
    accepted(gate, type_of(catalogue, name), message(body(name, *parts)))


@pytest.mark.parametrize("namespace", NAMESPACES)
@pytest.mark.parametrize("files", ["", "<FileContents/>", f"<FileContents>{'{}' * 2}</FileContents>"])
def test_pages_with_one_wrapper_for_each_block_set(
    namespace: str, files: str, catalogue: Catalogue, gate: Gate
) -> None:
    name = "Create.Course.Element.Page"
    embedded = [
        f"<FileContent><FileId>{number}</FileId><Location>{FILE}</Location><Name>a.png</Name>"
        "<ContentType>image/png</ContentType></FileContent>"
        for number in (1, 2)
    ]
    blocks = [
        f"<ContentBlockSets><ContentBlockSet><ContentBlockText><Title>{number}</Title><Text>&lt;p&gt;{number}&lt;/p&gt;"
        f"</Text></ContentBlockText>{files.format(*embedded)}</ContentBlockSet></ContentBlockSets>"
        for number in (1, 2, 3)
    ]
    content = f"<Content><PageContent{namespace}>{''.join(blocks)}</PageContent></Content>"
    root = accepted(gate, type_of(catalogue, name), message(body(name, PLACE, "<Title>Intro</Title>", content)))
    assert texts(root, "Text") == ["<p>1</p>", "<p>2</p>", "<p>3</p>"]
    assert len(list(root.iter(f"{NAMESPACE}ContentBlockSets"))) == 1


OPTIONS = {
    "Description": "&lt;p&gt;d&lt;/p&gt;",
    "Deadline": "2026-01-02T03:04:05+01:00",
    "Assessment": "2",
    "UseScore": "1",
    "Mandatory": "0",
    "ScoringMethod": "1",
    "CompletionCriteria": "60",
    "Order": "0",
    "MaxTime": "45",
    "ShowResults": "AfterAll",
    "ShowFeedback": "Nofeedback",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("files", [FILES, NO_FILES])
@pytest.mark.parametrize("filled", [True, False])
def test_tests(place: str, files: str, filled: bool, catalogue: Catalogue, gate: Gate) -> None:
    name = "Create.Course.Element.Test"
    options = "".join(f"<{option}>{value if filled else ''}</{option}>" for option, value in OPTIONS.items())
    data = message(KEYS, body(name, "<Active>1</Active>", place, "<Title>Quiz</Title>", options), files)
    root = accepted(gate, type_of(catalogue, name), data)
    assert all(bool(texts(root, option)) is filled for option in OPTIONS)


SUBMISSION = {
    "Description": "&lt;p&gt;d&lt;/p&gt;",
    "Deadline": "2026-01-02T03:04:05+01:00",
    "Mandatory": "0",
    "Assessment": "2",
    "MaxScore": "20",
    "UseGroups": "1",
    "Plagiarism": "0",
    "UseAnonymousSubmission": "1",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("files", ["", FILES, NO_FILES, "<Files><File/></Files>"])
@pytest.mark.parametrize("filled", [True, False])
@pytest.mark.parametrize("keys", ["", KEYS])
def test_assignments(place: str, files: str, filled: bool, keys: str, catalogue: Catalogue, gate: Gate) -> None:
    name = "Create.Course.Element.Assignment"
    options = "".join(f"<{option}>{value if filled else ''}</{option}>" for option, value in SUBMISSION.items())
    data = message(keys, body(name, place, "<Title>Essay</Title>", options), files)
    root = accepted(gate, type_of(catalogue, name), data)
    assert all(bool(texts(root, option)) is filled for option in SUBMISSION)
    assert len(texts(root, "File")) == (2 if files is FILES else 0)


@pytest.mark.parametrize(
    ("sent", "results", "feedback"),
    [
        ("1", "AfterAll", "OnQuestions"),
        (" true ", "AfterAll", "OnQuestions"),
        ("0", "Never", "Nofeedback"),
        ("false", "Never", "Nofeedback"),
    ],
)
def test_what_a_test_shows_may_be_said_as_a_boolean(
    sent: str, results: str, feedback: str, catalogue: Catalogue, gate: Gate
) -> None:
    name = "Create.Course.Element.Test"
    options = f"<ShowResults>{sent}</ShowResults><ShowFeedback>{sent}</ShowFeedback>"
    data = message(body(name, PLACE, "<Title>Quiz</Title>", options), FILES)
    root = accepted(gate, type_of(catalogue, name), data)
    assert (texts(root, "ShowResults"), texts(root, "ShowFeedback")) == ([results], [feedback])


@pytest.mark.parametrize(
    ("who", "visibility"), list(itertools.product(["UserId", "UserSyncKey"], ["Public", "Private"]))
)
def test_files_of_a_person(who: str, visibility: str, catalogue: Catalogue, gate: Gate) -> None:
    name = "Create.MyFiles.File"
    data = message(body(name, f"<{who}>5</{who}><Visibility>{visibility}</Visibility>"), FILES)
    assert len(texts(accepted(gate, type_of(catalogue, name), data), "File")) == 2


@pytest.mark.parametrize("kind", ["Create.Calendar.Event", "Update.Calendar.Event"])
@pytest.mark.parametrize("place", ["", "<CourseId>5</CourseId>", "<CourseSyncKey>crs-7</CourseSyncKey>"])
@pytest.mark.parametrize("group", ["", "<GroupHierarchyId>5</GroupHierarchyId>", "<GroupHierarchySyncKey/>"])
@pytest.mark.parametrize("site", ["", "<SiteId>3</SiteId><VendorId>acme</VendorId>"])
def test_events(kind: str, place: str, group: str, site: str, catalogue: Catalogue, gate: Gate) -> None:
    keys = "".join(f'<SyncKey ID="ID{number}">ev-{number}</SyncKey>' for number in (1, 2))
    events = "".join(
        f"<Event>{site}<StartDateTime>2026-01-02T03:04:05+01:00</StartDateTime>"
        "<EndDateTime>2026-01-02T04:04:05+01:00</EndDateTime><Description>d</Description>"
        f"<SyncKeyRef>ID{number}</SyncKeyRef><IsLesson>1</IsLesson><UserSyncKey>usr-3</UserSyncKey>{place}{group}</Event>"
        for number in (1, 2)
    )
    data = message(f"<SyncKeys>{keys}</SyncKeys>", f"<Events>{events}</Events>")
    root = accepted(gate, type_of(catalogue, kind), data)
    assert texts(root, "SyncKeyRef") == ["ID1", "ID2"]
    assert texts(root, "SiteId") == (["3"] if site else [])


def test_deletions_of_events(catalogue: Catalogue, gate: Gate) -> None:
    keys = "<SyncKeys><SyncKey>ev-1</SyncKey><SyncKey>ev-1</SyncKey></SyncKeys>"
    root = accepted(gate, type_of(catalogue, "Delete.Calendar.Event"), message(keys))
    assert texts(root, "SyncKey") == ["ev-1", "ev-1"]


@pytest.mark.parametrize(
    "padding",
    [
        "{}",
        "\n   {}\n",
        "\ufeff{}",
        '<?xml version="1.0" encoding="UTF-8"?>\n{}\n',
        '  <?xml version="1.0" encoding="utf-16"?>{}',
    ],
)
def test_data_is_padded_and_declared_in_many_ways(padding: str, catalogue: Catalogue, gate: Gate) -> None:
    name = "Create.Course.Element.Folder"
    data = padding.format(message(body(name, NUMBERS, "<Title>Zoölogie, 動物学</Title>")))
    assert texts(accepted(gate, type_of(catalogue, name), data), "Title") == ["Zoölogie, 動物学"]
