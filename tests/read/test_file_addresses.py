"""The addresses that reads give for stored files."""

from __future__ import annotations

import re
import time

import jwt
from organisation.v1 import read_course_elements_pb2 as elements

from lms import tables
from runtime.downloads import Download, DownloadKey, DownloadSigner
from tests.files.peers import KEY
from tests.read.conftest import Running

EDGE = "https://school.example/ContentImport"
LINK = re.compile(f"{EDGE}/files/([A-Za-z0-9._-]+)")


def led_to(text: str) -> list[Download | None]:
    """Returns what the addresses in a text lead to."""
    return [DownloadKey(KEY).verify(token) for token in LINK.findall(text)]


async def listed(running: Running, course_id: int, public_url: str) -> list[elements.CourseElement]:
    request = elements.ReadCourseElementsRequest(course_id=course_id, include_content=True)
    metadata = (*running.bound.metadata(), ("x-public-url", public_url))
    return list((await running.stub.ReadCourseElements(request, metadata=metadata)).course_elements)


async def test_every_stored_file_has_an_address_of_its_site_and_under_its_name(running: Running) -> None:
    content = running.content
    course_id = content.course(3, "bio")
    own = content.file(content.element(3, course_id, "File", position=1), "Ærlig & <ærlig>.pdf")
    library = content.element(3, None, "Extension", extension_id=5009)
    content.extension(library, "Library")
    shared = content.file(library, "map.pdf")
    shown = content.element(3, course_id, "Extension", extension_id=5009, position=2)
    content.extension(shown, "Course")
    content.insert(tables.element_instance, element_id=shown, content_id=library)
    page = content.element(3, course_id, "Page", position=3)
    content.page(page, {"kind": "Text", "title": "", "text": "x"})
    content.page_file(page, 0, 1, "a.png")
    embedded = "11111111-2222-3333-4444-555555555555"
    assignment = content.element(3, course_id, "Assignment", position=4)
    content.insert(
        tables.element_assignment,
        element_id=assignment,
        mandatory=False,
        use_groups="false",
        plagiarism=False,
        anonymous=False,
    )
    content.insert(
        tables.assignment_file,
        element_id=assignment,
        position=1,
        file_id=own,
        name="task.txt",
        content_type="text/plain",
        size=5,
    )
    link = content.element(3, course_id, "Link", position=5)
    content.link(link, "https://example.org/")
    expected = [
        Download(own, 3, "Ærlig & <ærlig>.pdf"),
        Download(shared, 3, "map.pdf"),
        Download(embedded, 3, "a.png"),
        Download(own, 3, "task.txt"),
    ]
    for spelling in (EDGE, f"{EDGE}/"):
        found = await listed(running, course_id, spelling)
        assert [led_to(one.content) for one in found] == [*([each] for each in expected), []]
        assert [led_to(one.url) for one in found] == [[expected[0]], [expected[1]], [], [], []]
        assert found[4].url == "https://example.org/"
    for nowhere in (
        "",
        "javascript:alert(1)",
        "https://a b/",
        "https://e.example/?x",
        "//e.example",
        "https://" + 2000 * "e",
    ):
        found = await listed(running, course_id, nowhere)
        assert [one.url for one in found] == ["", "", "", "", "https://example.org/"]
        assert all("/files/" not in one.content for one in found)


def test_an_address_ends_and_is_below_the_configured_url_where_the_caller_came_past_the_edge() -> None:
    signer = DownloadSigner(KEY, "https://configured.example/", 3600)
    for came_by, base in (
        ("", "https://configured.example"),
        ("http://h:8080", "http://h:8080"),
        ("nonsense", "https://configured.example"),
    ):
        address = signer.addresses(came_by).of(Download("f", 3, "n"))
        assert address.startswith(f"{base}/files/")
        claims = jwt.decode(address.rpartition("/")[2], options={"verify_signature": False})
        assert 3590 <= claims["exp"] - time.time() <= 3600
