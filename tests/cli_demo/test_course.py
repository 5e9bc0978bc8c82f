from __future__ import annotations

from dataclasses import replace

import pytest

from cli.demo.course import FOLDER, Element, differences

PAGE = Element("Story", "Page", "k-story", holds=("Once", "upon"))
LINK = Element("Item", "Link")
COURSE = Element("Course", FOLDER, "k-course", children=(PAGE, LINK))


def read(element: Element) -> Element:
    """The element as a read gives it: all contents as one text, a key for each."""
    children = tuple(read(child) for child in element.children)
    return replace(element, key=element.key or "made", holds=(" ".join(element.holds),), children=children)


def test_a_course_that_came_back_as_it_was_sent_has_no_differences() -> None:
    assert list(differences(COURSE, read(COURSE))) == []


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (replace(PAGE, title="Tale"), "/Course/Story: title is 'Tale', not 'Story'"),
        (replace(PAGE, kind="File"), "/Course/Story: kind is 'File', not 'Page'"),
        (replace(PAGE, active=False), "/Course/Story: active is False, not True"),
        (replace(PAGE, holds=("Once",)), "/Course/Story: its content lacks 'upon'"),
        (replace(PAGE, children=(LINK,)), "/Course/Story/Item: nobody sent it"),
    ],
)
def test_each_difference_is_told(found: Element, told: str) -> None:
    assert list(differences(COURSE, read(replace(COURSE, children=(found, LINK))))) == [told]


def test_what_is_missing_is_told() -> None:
    assert list(differences(COURSE, read(replace(COURSE, children=(LINK,))))) == ["/Course/Story: it is missing"]


def test_another_order_is_told() -> None:
    found = read(replace(COURSE, children=(LINK, PAGE)))
    assert list(differences(COURSE, found)) == ["/Course: the order is Item, Story"]


def test_an_element_that_lies_elsewhere_is_told_twice() -> None:
    folder = Element("Shelf", FOLDER, "k-shelf")
    sent = replace(COURSE, children=(folder, PAGE))
    found = read(replace(COURSE, children=(replace(folder, children=(PAGE,)),)))
    assert list(differences(sent, found)) == ["/Course/Shelf/Story: nobody sent it", "/Course/Story: it is missing"]
