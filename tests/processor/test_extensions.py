from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from lms.tables import element, element_file, element_link, extension_instance, file_use, lti_configuration
from tests.processor.conftest import Outcome, Platform
from tests.processor.messages import CREATE, DELETE, UPDATE, USER, WHERE, message
from tests.processor.peers import Lane
from tests.processor.world import OTHER_SITE

pytestmark = pytest.mark.usefixtures("assessment_world")

WEB = "<FileLinkContent><Description>Atlas</Description><HideLink>1</HideLink><Link>https://a.example/</Link></FileLinkContent>"
LTI_URL = "<XmlConfiguration><Url>https://tool.example/cartridge.xml</Url></XmlConfiguration>"


def create(
    content: str, extension: int = 5000, *, where: str = WHERE, location: str = "Course", more: str = "", **rest: object
) -> str:
    body = (
        f"<Location>{location}</Location><ExtensionId>{extension}</ExtensionId>{where}<Title>Atlas</Title>"
        f"<Content>{content}</Content>{more}"
    )
    return message(CREATE, body, **rest)  # type: ignore[arg-type]


def change(body: str, name: str = "ext-1", **rest: object) -> str:
    return message(UPDATE, f"<ContentSyncKey>{name}</ContentSyncKey>{USER}{body}", **rest)  # type: ignore[arg-type]


def lti(inner: str) -> str:
    return f"<LtiContent>{inner}</LtiContent>"


def stored_file(name: str, file_id: str) -> str:
    return f"<FileContent><FileLocation>{file_id}</FileLocation><FileName>{name}</FileName></FileContent>"


async def made(platform: Platform, document: str) -> Outcome:
    outcome = await platform.send(CREATE, document)
    assert (outcome.status, outcome.texts) == ("Finished", ["Extension instance created"])
    return outcome


async def test_a_library_element_keeps_metadata_and_sharing(platform: Platform) -> None:
    more = (
        "<Metadata><Description>Maps</Description><Language>en-GB</Language><Format>Any</Format><Keywords>"
        "<Keyword>map</Keyword><Keyword>world</Keyword></Keywords><IntendedEndUserRole>Learner Mentor"
        "</IntendedEndUserRole></Metadata><Sharing><Scope>Site</Scope></Sharing>"
        "<DisallowModification>1</DisallowModification>"
        "<ElementProperties><Active>0</Active><AssessmentScale>1</AssessmentScale></ElementProperties>"
    )
    where = f"<CourseSyncKey>passed over</CourseSyncKey>{USER}"
    document = create(WEB, where=where, location="Library", more=more, keys=["ext-1"], vendor="acme")
    await made(platform, document)
    row = platform.rows(select(element, extension_instance).join(extension_instance))[0]
    assert (row.kind, row.course_id, row.extension_id, row.vendor_id) == ("Extension", None, 5000, "acme")
    assert (row.active, row.description, row.sharing_scope) == (False, "Atlas", "Site")
    assert (row.disallow_modification, row.assessment_scale, row.location) == (True, 1, "Library")
    assert row.metadata == {
        "Description": "Maps",
        "Language": "en-GB",
        "Format": "Any",
        "Keywords": ["map", "world"],
        "IntendedEndUserRole": "Learner Mentor",
    }
    link = platform.rows(select(element_link))[0]
    assert (link.url, link.hide_link) == ("https://a.example/", True)


async def test_each_extension_takes_its_own_content(platform: Platform) -> None:
    file_id = platform.peers.files.add(5, "up.bin")
    await made(platform, create(stored_file("map.pdf", file_id), 5009))
    form = f"<FileLinkContent><FileLocation>{file_id}</FileLocation><FileName>b.txt</FileName></FileLinkContent>"
    await made(platform, create(form, 5000))
    await made(platform, create("<LinkContent><Link>a.example</Link></LinkContent>", 5010))
    await made(platform, create(lti(LTI_URL), 5003))
    await made(platform, create(lti("<XmlConfiguration><Xml><c:link xmlns:c='urn:c'/></Xml></XmlConfiguration>"), 5003))
    files = platform.rows(select(element_file).order_by(element_file.c.element_id))
    assert [(file.name, file.content_type) for file in files] == [
        ("map.pdf", "application/pdf"),
        ("b.txt", "text/plain"),
    ]
    assert platform.values(select(element_link.c.url)) == ["http://a.example"]
    tools = platform.rows(select(lti_configuration).order_by(lti_configuration.c.element_id))
    assert [(tool.configuration, tool.url) for tool in tools] == [
        ("XmlUrl", "https://tool.example/cartridge.xml"),
        ("Xml", None),
    ]
    assert tools[1].xml.startswith("<c:link")
    assert platform.peers.files.confirmed[11, 1] == [file_id]


NEITHER = "<FileLinkContent><Description>a</Description></FileLinkContent>"
OWN_KEYS = (
    "Invalid content: ApplicationKey and SharedSecret must not be specified with LaunchCredentialManagement "
    "ToolConsumerWide"
)
CONTENTS = [
    (999, WEB, "Extension with specified ExtensionId is not valid."),
    (5009, WEB, "Invalid content: the content does not fit the extension"),
    (5003, stored_file("a.txt", "x"), "Invalid content: the content does not fit the extension"),
    (5009, stored_file(" ", str(uuid4())), "Invalid content: both file id and file name need to be specified"),
    (5009, stored_file("a.txt", ""), "Invalid content: both file id and file name need to be specified"),
    (5009, stored_file("", ""), "Invalid content: both file id and file name need to be specified"),
    (5009, "<FileContent/>", "Invalid content: both file id and file name need to be specified"),
    (5000, "<FileLinkContent/>", "Invalid content: either a link or a file needs to be specified"),
    (
        5009,
        stored_file("x" * 152 + ".txt", str(uuid4())),
        "Invalid content: the length of the file name is too long (the maximum length is 155 characters).",
    ),
    (5009, stored_file("a.EXE", "{file}"), "Files with extension '.exe' are not allowed."),
    (5000, stored_file("a.js", "{file}").replace("FileContent", "FileLinkContent"),
        "Files with extension '.js' are not allowed."),
    (5009, stored_file("a.txt", str(uuid4())), "Unable to find file matching the supplied GUID."),
    (5000, NEITHER, "Invalid content: either a link or a file needs to be specified"),
    (
        5003,
        lti("<XmlConfiguration><Url/></XmlConfiguration>"),
        "Invalid content: one of XmlConfiguration, ManualConfiguration and DeepLinkConfiguration needs to be specified",
    ),
    (
        5003,
        lti("<Description>a</Description>"),
        "Invalid content: one of XmlConfiguration, ManualConfiguration and DeepLinkConfiguration needs to be specified",
    ),
    (
        5003,
        lti(f"{LTI_URL}<SharedSecret>s</SharedSecret>"
            "<LaunchCredentialManagement>ToolConsumerWide</LaunchCredentialManagement>"),
        OWN_KEYS,
    ),
]  # fmt: skip


async def test_content_that_does_not_fit_is_refused(platform: Platform) -> None:
    lane = platform.lane
    lane.leased = True
    file_id = platform.peers.files.add(5, "a.txt")
    for extension, content, _ in CONTENTS:
        platform.peers.lanes.put(lane, CREATE, create(content.replace("{file}", file_id), extension, vendor="acme"))
    lane.leased = False
    outcomes = [await platform.outcome(lane, place) for place in range(1, len(CONTENTS) + 1)]
    assert [outcome.texts for outcome in outcomes] == [[text] for _, _, text in CONTENTS]
    assert platform.rows(select(element)) == []


async def test_a_tool_for_all_the_site_needs_a_vendor(platform: Platform) -> None:
    wide = lti(f"{LTI_URL}<LaunchCredentialManagement>ToolConsumerWide</LaunchCredentialManagement>")
    outcome = await platform.send(CREATE, create(wide, 5003))
    text = "Invalid content: VendorId needs to be specified with LaunchCredentialManagement ToolConsumerWide"
    assert outcome.texts == [text]
    await made(platform, create(wide, 5003, vendor="acme"))


async def test_an_update_changes_what_it_speaks_of_and_nothing_else(platform: Platform) -> None:
    more = "<Sharing><Scope>Site</Scope></Sharing><Metadata><Language>en-GB</Language></Metadata>"
    await made(platform, create(WEB, more=more, keys=["ext-1"]))
    outcome = await platform.send(UPDATE, change("<Title>Atlas 2</Title>"))
    assert outcome.details == [("ExtensionInstance", "Extension instance updated", "ext-1", "INFO")]
    row = platform.rows(select(element, extension_instance).join(extension_instance))[0]
    assert (row.title, row.editor_id, row.sharing_scope, row.metadata) == ("Atlas 2", 3, "Site", {"Language": "en-GB"})
    assert platform.values(select(element_link.c.url)) == ["https://a.example/"]
    changes = "<Metadata><Grade>7</Grade></Metadata><ElementProperties><Active>0</Active></ElementProperties>"
    await platform.send(UPDATE, change(changes))
    row = platform.rows(select(element, extension_instance).join(extension_instance))[0]
    assert (row.title, row.active, row.metadata) == ("Atlas 2", False, {"Grade": "7"})


async def test_new_content_replaces_the_old_and_lets_its_file_go(platform: Platform) -> None:
    files = platform.peers.files
    old, new = files.add(5, "a.txt"), files.add(5, "b.txt")
    await made(platform, create(stored_file("a.txt", old), 5009, keys=["ext-1"]))
    outcome = await platform.send(UPDATE, change(f"<Content>{stored_file('b.txt', new)}</Content>"))
    assert outcome.status == "Finished"
    assert platform.values(select(element_file.c.file_id)) == [new]
    assert platform.values(select(file_use.c.file_id)) == [new]
    assert files.confirmed[11, 2] == [new]
    assert files.released == [(11, 1, old)]


async def test_create_update_and_delete_work_in_one_batch(platform: Platform) -> None:
    lane = platform.lane
    lane.leased = True
    platform.peers.lanes.put(lane, CREATE, create(WEB, keys=["ext-1"]))
    platform.peers.lanes.put(lane, UPDATE, change("<Title>B</Title>"))
    platform.peers.lanes.put(lane, DELETE, change("<Reason>old</Reason>").replace("Update", "Delete"))
    platform.peers.lanes.put(lane, UPDATE, change("<Title>C</Title>"))
    lane.leased = False
    outcomes = [await platform.outcome(lane, place) for place in range(1, 5)]
    assert [outcome.status for outcome in outcomes] == ["Finished", "Finished", "Finished", "Errors"]
    assert outcomes[2].texts == ["Extension instance deleted"]
    assert outcomes[3].texts == ["Content with specified ContentId/ContentSyncKey is deleted."]
    row = platform.rows(select(element))[0]
    assert (row.title, row.delete_reason, row.deleted_at is None) == ("B", "old", False)


async def test_launch_keys_stay_through_an_update_and_the_vendor_cannot_change(platform: Platform) -> None:
    keys = "<ApplicationKey>k</ApplicationKey><SharedSecret>s</SharedSecret>"
    await made(platform, create(lti(LTI_URL + keys), 5003, keys=["ext-1"], vendor="acme"))
    platform.peers.access.vendors["other"] = True
    changed = lti(f"{LTI_URL.replace('cartridge', 'second')}<OpenIn>NewWindow</OpenIn>")
    outcome = await platform.send(UPDATE, change(f"<Content>{changed}</Content>", vendor="other"))
    assert outcome.texts == ["VendorId cannot be added, changed or removed by an update."]
    assert (await platform.send(UPDATE, change(f"<Content>{changed}</Content>"))).status == "Finished"
    row = platform.rows(select(lti_configuration))[0]
    assert (row.url, row.application_key, row.shared_secret) == ("https://tool.example/second.xml", "k", "s")


@pytest.mark.parametrize("message_type", [UPDATE, DELETE])
async def test_content_of_another_site_does_not_exist(platform: Platform, message_type: str) -> None:
    await made(platform, create(WEB, keys=["ext-1"]))
    number = platform.values(select(element.c.id))[0]
    other = Lane(2, 12, OTHER_SITE)
    user = "<UserId>9</UserId>"
    refusals = [
        await platform.send(message_type, message(message_type, name + user), other)
        for name in (
            "<ContentSyncKey>ext-1</ContentSyncKey>",
            "<ContentSyncKey>none</ContentSyncKey>",
            f"<ContentId>{number}</ContentId>",
            "<ContentId>999</ContentId>",
        )
    ]
    assert refusals == [refusals[0]] * 4
    assert refusals[0].texts == ["Content with specified ContentId/ContentSyncKey is not valid."]
    both = f"<ContentId>{number}</ContentId><ContentSyncKey>ext-1</ContentSyncKey>{USER}"
    outcome = await platform.send(message_type, message(message_type, both))
    assert outcome.texts == ["You are not allowed to enter both ContentId and ContentSyncKey"]
