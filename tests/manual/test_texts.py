"""Texts are read from code: constants, formats, branches, and what comes with a message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lms.lanes import Detail
from lms.packages.errors import PackageError
from manual.texts import Said, texts_of
from manual.values import CLOSE, OPEN
from services.processor.context import LINKS_REMOVED, Context, Step
from services.processor.handler import Handler

LIMIT = 9
PARTS = ("Name", "Type")


@dataclass(frozen=True)
class Words:
    missing: str = "Nothing there."


@dataclass(frozen=True)
class Item:
    number: int
    remark: str | None


@dataclass(frozen=True)
class Data:
    title: str = ""


def place(name: str) -> str:
    return f"{OPEN}{name}{CLOSE}"


def said_by(*functions: object) -> list[tuple[str, str]]:
    """What a handler says whose apply is the last function."""
    handler = Handler("Create.Nothing", "Nothing", Data, functions[-1])  # type: ignore[arg-type]  # only read
    return [(one.kind, one.text) for one in texts_of(handler)]


def refuse_both(context: Context, name: str) -> None:
    context.refuse(f"Both {name}Id and {name}SyncKey", Step.USERS)


def test_arguments_are_followed_into_functions_and_steps_order_the_texts() -> None:
    def apply(context: Context, data: Data) -> Sequence[Detail]:
        context.refuse("Too late.", Step.TITLES)
        refuse_both(context, "User")
        refuse_both(context, name="Course")
        return [context.info("Made", "")]

    handler = Handler("Create.Nothing", "Nothing", Data, apply)
    assert texts_of(handler) == [
        Said(Step.USERS, "Error", "Both UserId and UserSyncKey"),
        Said(Step.USERS, "Error", "Both CourseId and CourseSyncKey"),
        Said(Step.TITLES, "Error", "Too late."),
        Said(Step.CONTENT, "Info", "Made"),
    ]


def test_what_comes_with_a_message_stands_as_what_it_is() -> None:
    def apply(context: Context, data: Data) -> Sequence[Detail]:
        context.refuse(f"'{data.title}' is longer than {LIMIT}.")
        context.refuse("Part {} of {}.".format(data.title, PARTS[0]))  # noqa: UP032 (the form that is tested)
        context.refuse("Keys: " + ", ".join(sorted({data.title})))
        return []

    assert said_by(apply) == [
        ("Error", f"'{place('title')}' is longer than 9."),
        ("Error", f"Part {place('title')} of {place('PARTS')}."),
        ("Error", f"Keys: {place('items')}"),
    ]


def test_every_branch_counts_and_so_does_every_item_of_a_constant() -> None:
    def apply(context: Context, data: Data) -> Sequence[Detail]:
        word = "short" if len(data.title) < LIMIT else "long"
        if data.title:
            context.refuse(f"It is {word}.")
        for part in PARTS:
            context.refuse(f"{part} is missing.")
        return [context.warning(text) for text in ("One.", "Two.")]

    assert said_by(apply) == [
        ("Error", "It is short."),
        ("Error", "It is long."),
        ("Error", "Name is missing."),
        ("Error", "Type is missing."),
        ("Warning", "One."),
        ("Warning", "Two."),
    ]


def remark_for(number: int) -> str | None:
    return "Odd." if number % 2 else None


def items_of_list(numbers: Sequence[int]) -> Iterator[Item]:
    for number in numbers:
        yield Item(number, remark_for(number))


def test_texts_that_travel_in_members_and_collections_are_found() -> None:
    def apply(context: Context, data: Data) -> Sequence[Detail]:
        context.refuse(Words().missing)
        texts = [one.remark for one in items_of_list([1, 2])]
        first = next(filter(None, texts), None)
        return [context.warning(first or "", "")]

    assert said_by(apply) == [("Error", "Nothing there."), ("Warning", "Odd.")]


def read(data: Data) -> None:
    raise PackageError(f"The package holds no {data.title}.")


def test_what_is_wrong_with_a_package_is_found_where_it_is_caught() -> None:
    def apply(context: Context, data: Data) -> Sequence[Detail]:
        try:
            read(data)
        except PackageError as error:
            context.refuse(f"Invalid content: {error}")
        return [Detail("Nothing", "As a detail.", "", "Warning")]

    assert said_by(apply) == [
        ("Error", f"Invalid content: The package holds no {place('title')}."),
        ("Warning", "As a detail."),
    ]


def note_links(context: Context) -> None:
    context.dropped_links.append("x")


def test_a_remark_of_the_context_is_there_where_a_rule_makes_it() -> None:
    def plain(context: Context, data: Data) -> Sequence[Detail]:
        return [context.info("Made", "")]

    def linked(context: Context, data: Data) -> Sequence[Detail]:
        note_links(context)
        return [context.info("Made", "")]

    assert said_by(plain) == [("Info", "Made")]
    assert ("Info", "Made") in said_by(linked)
    assert ("Info", f"Made. {LINKS_REMOVED} {place('links')}") in said_by(linked)


def test_a_rule_that_calls_itself_ends() -> None:
    def apply(context: Context, data: Data) -> Sequence[Detail]:
        countdown(context, 3)
        return []

    assert said_by(apply) == [("Error", "Still counting.")]


def countdown(context: Context, number: int) -> None:
    context.refuse("Still counting.")
    if number:
        countdown(context, number - 1)
