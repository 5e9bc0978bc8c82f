"""Places in courses at which every type that makes an element must refuse to make one."""

from __future__ import annotations

from tests.processor.conftest import Platform
from tests.processor.messages import COURSE, FOLDER, LINK, USER, WHERE, folder, message

NO_USER = "User with specified UserId/UserSyncKey is not valid."
NO_COURSE = "Course with specified CourseId/CourseSyncKey is not valid."
NO_PARENT = "ParentSyncKey cannot be found in the identifier map or is invalid."
DUPLICATE = "Message contains duplicates for syncKeys: link. Make sure your syncKeys are globally unique."
REFUSED = {
    COURSE: NO_USER,
    f"{COURSE}<UserId>9</UserId>": NO_USER,
    f"{COURSE}<UserSyncKey>usr-9</UserSyncKey>": NO_USER,
    f"{COURSE}<UserId>4</UserId>": "User with specified UserId/UserSyncKey is deleted.",
    f"{COURSE}<UserId>5</UserId>": "User with specified UserId/UserSyncKey is external.",
    f"{WHERE}<UserId>3</UserId>": "You are not allowed to enter both UserId and UserSyncKey",
    USER: NO_COURSE,
    f"{USER}<CourseId>19</CourseId>": NO_COURSE,
    f"{USER}<CourseSyncKey>crs-19</CourseSyncKey>": NO_COURSE,
    f"{USER}<CourseId>10</CourseId>": "Course with specified CourseId/CourseSyncKey is deleted.",
    f"{USER}<CourseId>11</CourseId>": "Course with specified CourseId/CourseSyncKey is external.",
    f"{USER}<CourseId>12</CourseId>": "Course with specified CourseId/CourseSyncKey is archived.",
    f"{WHERE}<CourseId>7</CourseId>": "You are not allowed to enter both CourseId and CourseSyncKey",
    f"{WHERE}<ParentSyncKey>link</ParentSyncKey>": NO_PARENT,
    f"{WHERE}<ParentSyncKey>elsewhere</ParentSyncKey>": NO_PARENT,
    f"{WHERE}<ParentSyncKey>link</ParentSyncKey><ParentId>1</ParentId>": (
        "You are not allowed to enter both ParentId and ParentSyncKey"
    ),
}
VENDORS = {
    "nobody": "Vendor with specified VendorId does not exist.",
    "printer": "Vendor with specified VendorId is not a content vendor.",
}


async def add_neighbours(platform: Platform) -> None:
    """Makes a link in the course and a folder in another one, which are no parents."""
    await platform.send(LINK, message(LINK, f"{WHERE}<Title>A</Title><Link>a.example</Link>", keys=["link"]))
    await platform.send(FOLDER, folder(key="elsewhere", where=f"<CourseSyncKey>crs-8</CourseSyncKey>{USER}"))
