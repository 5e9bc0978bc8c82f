from __future__ import annotations

from collections import Counter

from catalogue.document import parse_data
from catalogue.gate import Accepted, Gate
from catalogue.loader import load_catalogue
from cli.demo.course import FOLDER, Element, Message, course_after


def root_of(messages: tuple[Message, ...]) -> Element:
    return course_after(messages[0].shows[0], messages)


def depth(element: Element) -> int:
    return 1 + max((depth(child) for child in element.children if child.kind == FOLDER), default=0)


def find(element: Element, title: str) -> Element:
    return next(child for child in element.walk() if child.title == title)


def test_the_course_is_built_of_at_least_a_hundred_messages_of_ten_types(messages: tuple[Message, ...]) -> None:
    writes = {entry.name for entry in load_catalogue().types if not entry.is_read}
    assert len(messages) >= 100
    used = {message.type_name for message in messages}
    assert used <= writes
    assert len(used) >= 10


def test_no_two_messages_make_the_same_key(messages: tuple[Message, ...]) -> None:
    made = [key for message in messages if message.type_name.startswith("Create.") for key in message.keys if key]
    assert [key for key, count in Counter(made).items() if count > 1] == []


def test_every_message_passes_the_gate_but_the_one_that_the_schema_must_refuse(messages: tuple[Message, ...]) -> None:
    catalogue = load_catalogue()
    gate = Gate(catalogue)
    refused = []
    for message in messages:
        message_type = catalogue.by_name(message.type_name)
        assert message_type is not None
        if not isinstance(gate.check(parse_data(message.document), message_type), Accepted):
            refused.append(message)
    assert [message.refusal[:14] for message in refused] == ["Invalid format"]


def test_three_messages_must_fail_for_three_reasons(messages: tuple[Message, ...]) -> None:
    reasons = [message.refusal for message in messages if message.refusal]
    assert len(reasons) == len(set(reasons)) == 3
    assert all(not message.shows for message in messages if message.refusal)


def test_each_parent_was_sent_before(messages: tuple[Message, ...]) -> None:
    sent = {""}
    for message in messages:
        assert message.parent in sent or message.refusal
        sent.update(message.keys)


def test_folders_are_nested_three_deep_below_the_folder_of_the_course(messages: tuple[Message, ...]) -> None:
    assert depth(root_of(messages)) >= 4


def test_the_golf_package_has_22_items_and_the_test_20_questions(messages: tuple[Message, ...]) -> None:
    golf = find(root_of(messages), "Golf Explained - Minimum Run-time Calls")
    items = list(golf.walk())
    assert (len(items), sum(item.kind != FOLDER for item in items)) == (22, 18)
    assert len(find(root_of(messages), "French verbs").holds) == 20


def test_the_change_and_the_deletion_are_expected_to_show(messages: tuple[Message, ...]) -> None:
    titles = {element.title for element in root_of(messages).walk()}
    assert "Map of the solar system" in titles
    assert not {"Map of the sky", "Draft"} & titles
