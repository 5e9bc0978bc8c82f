"""The keys of a planner, its topics and its lessons (Create and Update.Course.Planner)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from lms.planners import StoredPlanner
from services.processor.context import Context
from services.processor.rules.planner_parts import Lesson, Planner, Topic
from services.processor.rules.sync_keys import check_keys, new_key

P = TypeVar("P", Topic, Lesson)


@dataclass(slots=True)
class KnownParts:
    """Takes the topics and lessons that have a key of their own, in the order of the message."""

    keys: set[str] = field(default_factory=set)
    topics_left_out: int = 0
    lessons_left_out: int = 0

    def planner(self, sent: Planner) -> Planner:
        """Returns the planner without the parts that no key of their own tells apart from others.

        What a topic holds is left out with it.
        """
        topics = tuple(replace(topic, lessons=self.lessons(topic.lessons)) for topic in sent.topics if self.take(topic))
        self.topics_left_out = len(sent.topics) - len(topics)
        known = replace(sent, topics=topics, lessons=self.lessons(sent.lessons))
        self.lessons_left_out = len(sent.all_lessons()) - len(known.all_lessons())
        return known

    def lessons(self, lessons: Sequence[Lesson]) -> tuple[Lesson, ...]:
        return tuple(lesson for lesson in lessons if self.take(lesson))

    def take(self, part: Topic | Lesson) -> bool:
        """Whether the part has a key that no part before it has."""
        key = own_key(part)
        if key is None or key in self.keys:
            return False
        self.keys.add(key)
        return True

    def remark(self) -> str:
        """Returns what is worth telling, after the text that the planner was replaced."""
        left_out = [
            f"{count} {name}{'' if count == 1 else 's'}"
            for count, name in ((self.topics_left_out, "topic"), (self.lessons_left_out, "lesson"))
            if count
        ]
        return f". Left out for want of a SyncKey of their own: {', '.join(left_out)}" if left_out else ""


def own_key(part: Topic | Lesson) -> str | None:
    """Returns the key of a topic or lesson; a blank one is as if it had not been sent."""
    return part.sync_key if part.sync_key and part.sync_key.strip() else None


def keyed(sent: Planner) -> Planner:
    """Returns the planner of new topics and lessons: those without a key get one."""
    topics = tuple(replace(keyed_part(topic), lessons=keyed_parts(topic.lessons)) for topic in sent.topics)
    return replace(sent, topics=topics, lessons=keyed_parts(sent.lessons))


def keyed_parts(parts: Sequence[P]) -> tuple[P, ...]:
    return tuple(keyed_part(part) for part in parts)


def keyed_part(part: P) -> P:
    return replace(part, sync_key=own_key(part) or new_key())


def check_planner_key(context: Context, planner: Planner, stored: StoredPlanner | None) -> str:
    """Returns the key that the planner is to have; refuses keys of the message that other content has.

    stored: the planner to be replaced, whose topics and lessons keep their keys.
    """
    topics = tuple(topic.sync_key or "" for topic in planner.topics)
    lessons = tuple(lesson.sync_key or "" for lesson in planner.all_lessons())
    if stored is None:
        keys = check_keys(context, topics + lessons)
        return keys[0] if keys else new_key()
    own = {key for key in topics if key in stored.topics} | {key for key in lessons if key in stored.lessons}
    if any(key.value == stored.sync_key for key in context.message.sync_keys):
        own.add(stored.sync_key)
    keys = check_keys(context, topics + lessons, frozenset(own))
    return keys[0] if keys else stored.sync_key
