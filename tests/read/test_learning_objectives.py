"""Read.LearningObjectives."""

from __future__ import annotations

from sqlalchemy import update

from lms.tables import learning_objective
from tests.files.peers import Credential
from tests.read.conftest import Running, not_valid
from tests.read.content import NOW

NO_FOLDER = not_valid("Folder with specified FolderId")


async def level(running: Running, key: str = "", credential: Credential | None = None) -> list[tuple[str, bool]]:
    """Returns the keys of a level, and whether there is something below each."""
    answer = await running.objectives(credential, folder_id=key)
    return [(one.element_id, one.contains_sub_elements) for one in answer.learning_objectives]


async def test_the_repository_is_read_level_by_level_as_far_as_it_is_published(running: Running) -> None:
    content = running.content
    subject = content.objective(3, "biology", kind="Subject", description="Life")
    cells = content.objective(3, "cells", subject, kind="Category")
    content.objective(3, "parts", cells)
    content.objective(3, "gone", cells, deleted=True)
    secret = content.objective(3, "secret", subject, kind="Folder", published=False)
    content.objective(3, "hidden", secret)
    below = content.objective(3, "hidden folder", secret, kind="Folder")
    content.objective(3, "deep", below)
    content.objective(3, "draft", published=False)
    lone = content.objective(3, "lone", kind="Folder")
    content.objective(3, "draft below", lone, published=False)
    content.objective(4, "theirs", content.objective(4, "their folder", kind="Folder"))
    assert await level(running) == [("biology", True), ("lone", False)]
    assert await level(running, "biology") == [("cells", True)]
    assert await level(running, "cells") == [("parts", False)]
    assert await level(running, "parts") == []
    assert await level(running, "lone") == []
    for key in ("secret", "hidden", "hidden folder", "deep", "draft", "gone", "theirs", "their folder", "no", "\0"):
        assert await running.refused("objectives", folder_id=key) == NO_FOLDER
    one = (await running.objectives()).learning_objectives[0]
    assert (one.title, one.type, one.description) == ("The biology", 2, "Life")
    assert one.created.ToSeconds() == one.updated_date.ToSeconds() == NOW.timestamp()
    types = [(await running.objectives(folder_id=key)).learning_objectives[0].type for key in ("biology", "cells")]
    assert types == [3, 4]
    assert (await running.objectives()).learning_objectives[1].type == 1


async def test_what_stands_in_a_ring_has_no_top_and_is_not_shown(running: Running) -> None:
    first = running.content.objective(3, "a", kind="Folder")
    second = running.content.objective(3, "b", first, kind="Folder")
    with running.content.engine.begin() as connection:
        connection.execute(update(learning_objective).where(learning_objective.c.id == first).values(parent_id=second))
    assert await level(running) == []
    assert await running.refused("objectives", folder_id="a") == NO_FOLDER


async def test_the_repository_is_the_sites(running: Running) -> None:
    running.content.objective(3, "a")
    narrowed = running.peers.access.add(Credential(8, 3, organisations=("school",)))
    elsewhere = running.peers.access.add(Credential(9, 4))
    ungranted = running.peers.access.add(Credential(10, 3, types=("Read.Courses",)))
    assert await level(running, credential=narrowed) == [("a", False)]
    assert await level(running, credential=elsewhere) == []
    assert await running.refused("objectives", elsewhere, folder_id="a") == NO_FOLDER
    assert (await running.refused("objectives", ungranted))[1] == "TYPE_NOT_GRANTED"
