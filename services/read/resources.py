"""The members of each kind of content, in wire order; read_course_contents.proto publishes their types.

ResourceFileContent and ResourceLinkContent are the original's; of ResourcePageContent its members are, and the name is
inferred. ResourceLtiContent is our own, since nothing is known of the original's: a tool's keys and secrets are left
out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.read.content_xml import Members
from services.read.rows import AnyRow
from services.read.scope import Scope


def file_resource(row: AnyRow, url: str) -> Members:
    """A file of a course is described by the comment that it came with."""
    return (
        ("Description", row.description or row.file_comment),
        ("FileContentType", row.file_content_type),
        ("FileLink", url),
        ("FileName", row.file_name),
    )


def link_resource(row: AnyRow) -> Members:
    return (
        ("Description", row.description),
        ("EmbedLinkTarget", row.embed_link_target),
        ("Link", row.link_url),
    )


def lti_resource(row: AnyRow) -> Members:
    return (
        ("Description", row.description),
        ("HashAlgorithm", row.hash_algorithm),
        ("LaunchCredentialManagement", row.launch_credential_management),
        ("OpenIn", row.lti_open_in),
        ("Url", row.lti_url),
    )


def page_resource(blocks: Sequence[dict[str, Any]], files: Sequence[AnyRow], scope: Scope) -> Members:
    """One ContentBlockSet a block, from top to bottom."""
    sets = [
        ("ContentBlockSet", block_set(block, [file for file in files if file.block == place], scope))
        for place, block in enumerate(blocks)
    ]
    return [("ContentBlockSets", sets)]


def block_set(block: dict[str, Any], files: Sequence[AnyRow], scope: Scope) -> Members:
    return (
        ("ContentBlockFiles", None),
        ("ContentBlockImages", None),
        ("ContentBlockRss", None),
        ("ContentBlockText", (("Text", block["text"]), ("Title", block["title"]))),
        ("ContentBlockVote", None),
        ("FileContents", [("FileContent", page_file_resource(file, scope)) for file in files]),
    )


def page_file_resource(file: AnyRow, scope: Scope) -> Members:
    """Location is the file's id, as it was sent."""
    return (
        ("ContentType", file.content_type),
        ("FileId", str(file.number)),
        ("FileLink", scope.file_url(file.file_id, file.name)),
        ("Location", file.file_id),
        ("Name", file.name),
    )
