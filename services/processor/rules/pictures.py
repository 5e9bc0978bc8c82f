"""Pictures of people (writes.yaml Update.Person.ProfilePicture)."""

from __future__ import annotations

from lms.pictures import Picture
from services.processor.context import Context, Step
from services.processor.rules.files import NO_MATCH

NO_PICTURE = "File matching the supplied GUID is not a picture (JPEG, PNG, GIF, BMP or WebP)."


def check_picture(context: Context, file_id: str) -> Picture | None:
    """Returns the picture that a message names by a file; what kind it is was found out in its preparation."""
    file = context.resources.files.get(file_id)
    if file is None:
        context.refuse(NO_MATCH, Step.FILES)
        return None
    content_type: str | None = context.resources.prepared[file_id]
    if content_type is None:
        context.refuse(NO_PICTURE, Step.FILES)
        return None
    return Picture(file, content_type)
