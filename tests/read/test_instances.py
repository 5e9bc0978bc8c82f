from __future__ import annotations

from sqlalchemy import update

from lms import tables
from tests.read.conftest import Running
from tests.read.elements import content_of


async def test_instances_show_what_elements_of_the_library_hold(running: Running) -> None:
    content = running.content
    course_id = content.course(3, "bio")
    held = {}
    for extension_id, title in ((5009, "File"), (5010, "Link"), (5011, "Page")):
        number = content.element(3, None, "Extension", title, extension_id=extension_id, description=f"The {title}")
        content.extension(number, "Library")
        held[title] = number
    content.file(held["File"], "map.pdf")
    content.link(held["Link"], "https://example.org/")
    content.page(held["Page"], {"kind": "Text", "title": "One", "text": "x"})
    content.page_file(held["Page"], 0, 1, "a.png")
    for position, (title, number) in enumerate(held.items(), 1):
        shown = content.element(3, course_id, "Extension", f"My {title}", extension_id=1, position=position)
        content.extension(shown, "Course")
        content.insert(tables.element_instance, element_id=shown, content_id=number)
    own = content.element(3, course_id, "Extension", "Own", extension_id=5010, position=4, description="Mine")
    content.link(own, "https://own.example/")
    listed = (await running.elements(course_id=course_id, include_content=True)).course_elements
    assert [(one.title, one.type, one.url) for one in listed] == [
        ("My File", "File", ""),
        ("My Link", "Link", "https://example.org/"),
        ("My Page", "Extension", ""),
        ("Own", "Link", "https://own.example/"),
    ]
    shown_contents = [content_of(one) for one in listed]
    assert [(kind, members[0]) for kind, members in shown_contents[:2]] == [
        ("a:ResourceFileContent", ("Description", "The File")),
        ("a:ResourceLinkContent", ("Description", "The Link")),
    ]
    assert shown_contents[2][0] == "a:ResourcePageContent"
    assert "a.png" in listed[2].content
    assert shown_contents[3][1][0] == ("Description", "Mine")
    for one in listed:
        assert await running.element(course_id=course_id, element_id=one.element_id, include_content=True) == one
    without = (await running.elements(course_id=course_id)).course_elements
    assert [(one.type, one.content) for one in without] == [(one.type, "") for one in listed]


async def test_a_deleted_element_of_the_library_is_shown_where_it_was_put(running: Running) -> None:
    content = running.content
    course_id = content.course(3, "bio")
    library = content.element(3, None, "Extension", "Link", extension_id=5010, deleted=True)
    content.extension(library, "Library")
    content.link(library, "https://example.org/")
    shown = content.element(3, course_id, "Extension", "Mine", extension_id=5010)
    content.extension(shown, "Course")
    content.insert(tables.element_instance, element_id=shown, content_id=library)
    element = await running.element(course_id=course_id, element_id=shown, include_content=True)
    assert (element.title, element.url) == ("Mine", "https://example.org/")
    with content.engine.begin() as connection:
        connection.execute(update(tables.element_link).values(url="https://new.example/"))
    assert (await running.element(course_id=course_id, element_id=shown)).url == "https://new.example/"
