"""A message that is wrong in several ways hears of all of them, in the order of the decisions, whatever its type."""

from __future__ import annotations

import pytest

from tests.processor.conftest import Platform
from tests.processor.messages import (
    CREATE,
    FILE,
    FOLDER,
    LINK,
    MY_FILE,
    PACKAGE,
    PAGE,
    TEST,
    UPDATE,
    USER,
    WHERE,
    file,
    message,
)

VENDOR = "Vendor with specified VendorId does not exist."
NO_USER = "User with specified UserId/UserSyncKey is not valid."
NO_COURSE = "Course with specified CourseId/CourseSyncKey is not valid."
NO_PARENT = "ParentSyncKey cannot be found in the identifier map or is invalid."
NO_FILE = "Unable to find file matching the supplied GUID."
NO_FILES = "Unable to find any files in the user's site."
NO_TITLE = "Title is blank or contains invalid characters."
NO_FOLDER_NAME = "Folder name is blank or contains invalid characters."
NO_LINK = "Link is blank or contains invalid characters."
NO_CREATOR = "User (creator) does not exist."
INCOMPLETE = "Invalid content: both file id and file name need to be specified"
TWICE = "Invalid content: FileId 1 is used twice in one block."
NO_ZIP = "Invalid content: The file is not a readable ZIP package."

NOWHERE = "<CourseSyncKey>none</CourseSyncKey><UserSyncKey>none</UserSyncKey>"
NO_FOLDER = f"<CourseSyncKey>crs-7</CourseSyncKey><ParentSyncKey>none</ParentSyncKey>{USER}"
BLANK = "<Title> </Title>"
STRANGE = "6f1c2b6e-0000-4000-8000-00000000000f"
INSTANCE = "<Location>Course</Location><ExtensionId>5009</ExtensionId>"


def embedded(*file_ids: str) -> str:
    files = "".join(
        f"<FileContent><FileId>1</FileId><Location>{file_id}</Location></FileContent>" for file_id in file_ids
    )
    block = f"<ContentBlockSet><FileContents>{files}</FileContents></ContentBlockSet>"
    return f"<Content><PageContent><ContentBlockSets>{block}</ContentBlockSets></PageContent></Content>"


def stored(file_id: str, name: str) -> str:
    content = f"<FileLocation>{file_id}</FileLocation><FileName>{name}</FileName>"
    return f"<Content><FileContent>{content}</FileContent></Content>"


CASES = [
    (FOLDER, NOWHERE + BLANK, "", [VENDOR, NO_CREATOR, NO_COURSE, NO_FOLDER_NAME]),
    (LINK, f"{NO_FOLDER}{BLANK}<Link> </Link>", "", [VENDOR, NO_PARENT, NO_TITLE, NO_LINK]),
    (FILE, NOWHERE, file(STRANGE), [VENDOR, NO_USER, NO_COURSE, NO_FILES]),
    (
        MY_FILE,
        "<UserSyncKey>none</UserSyncKey><Visibility>Public</Visibility>",
        file(STRANGE),
        [VENDOR, NO_USER, NO_FILES],
    ),
    (PAGE, WHERE + BLANK + embedded(STRANGE, "{file}"), "", [VENDOR, NO_FILE, NO_TITLE, TWICE]),
    (PACKAGE, NOWHERE + BLANK, file(STRANGE), [VENDOR, NO_USER, NO_COURSE, NO_FILE, NO_TITLE]),
    (PACKAGE, WHERE + BLANK, file("{file}"), [VENDOR, NO_TITLE, NO_ZIP]),
    (TEST, WHERE + BLANK, file(STRANGE), [VENDOR, NO_FILE, NO_TITLE]),
    (TEST, NO_FOLDER + BLANK, file("{file}"), [VENDOR, NO_PARENT, NO_TITLE, NO_ZIP]),
    (CREATE, INSTANCE + WHERE + BLANK + stored(STRANGE, "a.txt"), "", [VENDOR, NO_FILE, NO_TITLE]),
    (CREATE, INSTANCE + WHERE + BLANK + stored(STRANGE, ""), "", [VENDOR, NO_TITLE, INCOMPLETE]),
]


@pytest.mark.parametrize(("message_type", "body", "files", "texts"), CASES)
async def test_texts_come_in_one_order(
    platform: Platform, message_type: str, body: str, files: str, texts: list[str]
) -> None:
    file_id = platform.peers.files.add(5, "a.zip", b"no zip")
    document = message(message_type, body, vendor="nobody", files=files).replace("{file}", file_id)
    assert (await platform.send(message_type, document)).texts == texts


async def test_texts_of_an_update_come_in_the_same_order(platform: Platform) -> None:
    body = f"{INSTANCE}{WHERE}<Title>A</Title>{stored(platform.peers.files.add(5, 'a.txt'), 'a.txt')}"
    await platform.send(CREATE, message(CREATE, body, keys=["ext-1"]))
    changed = f"<ContentSyncKey>ext-1</ContentSyncKey><UserId>999</UserId>{BLANK}"
    contents = {stored(STRANGE, "a.txt"): [NO_FILE, NO_TITLE], stored("", "a.txt"): [NO_TITLE, INCOMPLETE]}
    for content, texts in contents.items():
        outcome = await platform.send(UPDATE, message(UPDATE, changed + content, vendor="nobody"))
        assert outcome.texts == [VENDOR, NO_USER, *texts]
