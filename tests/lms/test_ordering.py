"""The order of elements, against a model of lists."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select

from lms.elements import NewElement, Origin, add_element, change_element
from lms.ordering import move_into, reorder
from lms.planner_plan import Cells, Plan, PlannedLesson, PlannedTopic
from lms.planners import PlannerMark
from lms.references import ElementReference
from lms.tables import element
from lms.topic_folders import gather_elements
from lms.unit_of_work import UnitOfWork
from tests.lms.test_unit_of_work import work_on

ORIGIN = Origin(11, 1, None)
FOLDERS = (None, "first", "second")

numbers = st.integers(0, 30)
steps = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(FOLDERS), st.just(0)),
    st.tuples(st.just("reorder"), numbers, st.integers(-2, 12)),
    st.tuples(st.just("move"), numbers, st.sampled_from(FOLDERS)),
    st.tuples(st.just("delete"), numbers, st.just(0)),
)


class Model:
    """Elements by the key of their folder, in order."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.numbers: dict[str | None, int | None] = {None: None}
        self.order: dict[str | None, list[int]] = defaultdict(list)
        self.made = 0
        for key in FOLDERS[1:]:
            self.numbers[key] = self.add(None, str(key), "Folder")

    def add(self, folder: str | None, key: str = "", kind: str = "Page") -> int:
        self.made += 1
        parent = self.numbers[folder]
        number = add_element(self.work, NewElement(kind, 7, parent, key or f"e{self.made}", "t", 3, ORIGIN))
        self.order[folder].append(number)
        return number

    def pages(self) -> list[tuple[str | None, int]]:
        folders = set(self.numbers.values())
        return [(folder, one) for folder in FOLDERS for one in self.order[folder] if one not in folders]

    def any_of(self, choice: int) -> tuple[str | None, int]:
        """An element, and the folder that it is in; the two folders are elements, too."""
        everything = [(folder, one) for folder in FOLDERS for one in self.order[folder]]
        return everything[choice % len(everything)]

    def reorder(self, choice: int, place: int) -> None:
        folder, number = self.any_of(choice)
        reorder(self.work, number, place)
        self.order[folder].remove(number)
        self.order[folder].insert(max(place, 1) - 1, number)
        self.numbered_without_gaps(folder)

    def move(self, choice: int, target: str | None) -> None:
        pages = self.pages()
        if not pages:
            return
        folder, number = pages[choice % len(pages)]
        move_into(self.work, number, self.numbers[target])
        if folder != target:
            self.order[folder].remove(number)
            self.order[target].append(number)
            self.numbered_without_gaps(folder)
            self.numbered_without_gaps(target)

    def delete(self, choice: int) -> None:
        pages = self.pages()
        if pages:
            folder, number = pages[choice % len(pages)]
            change_element(self.work, number, {"deleted_at": self.work.now})
            self.work.directory.delete_element(ElementReference(number, str(number), 7, "Page", False, 3))
            self.order[folder].remove(number)

    def stored(self, folder: str | None) -> list[tuple[int, int]]:
        """Places and numbers in a folder, in the order that reads show."""
        query = (
            select(element.c.position, element.c.id)
            .where(element.c.parent_id == self.numbers[folder], element.c.deleted_at.is_(None))
            .order_by(element.c.position, element.c.id)
        )
        return [(row.position, row.id) for row in self.work.execute(query)]

    def numbered_without_gaps(self, folder: str | None) -> None:
        """What was ordered has the places from 1, each once."""
        assert self.stored(folder) == list(enumerate(self.order[folder], 1))

    def check(self) -> None:
        for folder in FOLDERS:
            assert [number for _, number in self.stored(folder)] == self.order[folder]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=25), st.sets(numbers))
def test_elements_keep_the_order_that_they_are_given(
    engine: Engine, todo: list[tuple[str, int | str | None, int | str | None]], ends: set[int]
) -> None:
    """ends: after which steps a message ends, and after which of them another transaction would look anew."""
    with engine.connect() as connection:
        run(connection, todo, ends)
        connection.rollback()


def run(connection: Connection, todo: list[tuple[str, int | str | None, int | str | None]], ends: set[int]) -> None:
    model = Model(work_on(connection))
    for number, (step, *operands) in enumerate(todo):
        getattr(model, step)(*operands[: 1 if step in {"add", "delete"} else 2])
        model.check()
        if number in ends:
            model.work.complete()
            model.work.flush()
            if number % 2:
                model.work.directory.forget_content()
    model.check()


def test_a_gap_of_this_transaction_closes_with_the_next_reordering(engine: Engine) -> None:
    """Whether there are gaps is looked for once a transaction, and again after a deletion."""
    with engine.connect() as connection:
        todo = [("add", None, 0), ("add", None, 0), ("add", None, 0), ("reorder", 4, 3), ("delete", 0, 0)]
        run(connection, [*todo, ("reorder", 3, 1), ("add", None, 0), ("reorder", 4, 12)], set())
        connection.rollback()


def test_a_gap_that_a_planner_leaves_closes_with_the_next_reordering(engine: Engine) -> None:
    with engine.connect() as connection:
        model = Model(work_on(connection))
        first, second = model.add(None), model.add(None)
        model.reorder(0, 2)
        nothing = Cells({}, {})
        lesson = PlannedLesson("l", "l", "", None, None, "", True, nothing, {"Resource": (first,)})
        plan = Plan((), (PlannedTopic("t", "t", nothing, (lesson,)),), ())
        gather_elements(model.work, PlannerMark(7, "p", 3, ORIGIN), plan, lambda: "topic")
        reorder(model.work, second, 3)
        assert [place for place, _ in model.stored(None)] == [1, 2, 3, 4]
        connection.rollback()
