"""Puts content into a store, row by row."""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine, Table, insert

from lms import tables
from lms.tallies import recount
from runtime.database import writing

TALLIED = (tables.person_organisation, tables.summary_record, tables.behaviour_remark)
NOW = datetime(2031, 2, 3, 8, 0, 0, tzinfo=UTC)


class Content:
    """Rows of the content store; each method returns the number of its row."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.persons: dict[int, int] = {}
        self.numbers = itertools.count(1)

    def insert(self, table: Table, **values: Any) -> None:
        """Counts anew what is tallied, as those do who write these tables."""
        with writing(self.engine) as connection:
            connection.execute(insert(table).values(**values))
            if table in TALLIED:
                recount(connection)

    def roster(self, table: Table, site_id: int, sync_key: str, **values: Any) -> int:
        number = values.pop("id", None) or next(self.numbers)
        deleted_at = NOW if values.pop("deleted", False) else None
        self.insert(
            table,
            id=number,
            site_id=site_id,
            sync_key=sync_key,
            created_at=NOW,
            updated_at=values.pop("updated_at", NOW),
            deleted_at=deleted_at,
            **values,
        )
        return number

    def organisation(self, site_id: int, sync_key: str, **values: Any) -> int:
        whole = {"title": f"The {sync_key}", "kind": "school", "identifier": "", **values}
        return self.roster(tables.organisation, site_id, sync_key, **whole)

    def term(self, site_id: int, sync_key: str, start: date | None, end: date | None, **values: Any) -> int:
        return self.roster(
            tables.term,
            site_id,
            sync_key,
            title=f"Term {sync_key}",
            kind="term",
            start_date=start,
            end_date=end,
            **values,
        )

    def course(self, site_id: int, sync_key: str, **values: Any) -> int:
        row = {"title": f"Course {sync_key}", "code": "", "description": "", "credits": "", "subjects": []}
        return self.roster(tables.course, site_id, sync_key, **(row | {"is_archived": False} | values))

    def person(self, site_id: int) -> int:
        if site_id not in self.persons:
            self.persons[site_id] = self.user(site_id, "teacher", username="t")
        return self.persons[site_id]

    def user(self, site_id: int, sync_key: str, *organisations: int, **values: Any) -> int:
        row = {"username": sync_key, "given_name": "T", "family_name": "T", "role": "teacher", "email": ""}
        number = self.roster(tables.person, site_id, sync_key, **(row | {"enabled": True} | values))
        for position, organisation_id in enumerate(organisations):
            self.insert(
                tables.person_organisation, person_id=number, organisation_id=organisation_id, position=position
            )
        return number

    def member(self, site_id: int, person_id: int, *courses: int, **values: Any) -> None:
        for course_id in courses:
            whole = {"course_id": course_id, "person_id": person_id, "role": "student", **values}
            self.roster(tables.membership, site_id, str(uuid.uuid4()), **whole)

    def favourite(self, site_id: int, person_id: int, course_id: int, **values: Any) -> None:
        whole = {"course_id": course_id, "person_id": person_id, **values}
        self.roster(tables.favourite, site_id, str(uuid.uuid4()), **whole)

    def project(self, site_id: int, sync_key: str, **values: Any) -> int:
        whole = {"title": f"Project {sync_key}", "description": "", "is_archived": False, **values}
        return self.roster(tables.project, site_id, sync_key, **whole)

    def project_member(self, site_id: int, person_id: int, *projects: int, **values: Any) -> None:
        for project_id in projects:
            whole = {"project_id": project_id, "person_id": person_id, "role": "member", **values}
            self.roster(tables.project_member, site_id, str(uuid.uuid4()), **whole)

    def term_of(self, term_id: int, *courses: int) -> None:
        for course_id in courses:
            self.insert(tables.course_term, course_id=course_id, term_id=term_id, position=0)

    def pupil(self, site_id: int, sync_key: str, *organisations: int, **values: Any) -> int:
        return self.user(site_id, sync_key, *organisations, role="student", **values)

    def remark(self, site_id: int, sync_key: str, person_id: int, **values: Any) -> int:
        row = {"noted_at": NOW, "type": "Negative", "code": "", "weight": 0, "description": "", "reaction": ""}
        return self.roster(tables.behaviour_remark, site_id, sync_key, person_id=person_id, **(row | values))

    def objective(self, site_id: int, sync_key: str, parent_id: int | None = None, **values: Any) -> int:
        row = {"title": f"The {sync_key}", "kind": "LearningObjective", "description": "", "published": True}
        return self.roster(tables.learning_objective, site_id, sync_key, parent_id=parent_id, **(row | values))

    def letter(self, site_id: int, key: str, person_id: int, **values: Any) -> int:
        number = next(self.numbers)
        row = {"title": f"Letter {key}", "text": "", "status": "Created", "created_at": NOW, "updated_at": NOW}
        whole = {"id": number, "site_id": site_id, "letter_key": key, "person_id": person_id, **row, **values}
        self.insert(tables.warning_letter, **whole)
        return number

    def course_file(self, site_id: int, course_id: int, path: str, parent_id: int | None = None, **values: Any) -> int:
        """A folder, or with file_id a file."""
        number = next(self.numbers)
        sync_key = str(uuid.uuid4())
        kind = "File" if values.get("file_id") else "Folder"
        row = {"kind": kind, "name": path.rpartition("\\")[2], "content_type": "", "size": 0, "comment": ""}
        self.insert(tables.content_key, site_id=site_id, sync_key=sync_key, kind="course_file")
        self.insert(
            tables.course_file,
            id=number,
            site_id=site_id,
            course_id=course_id,
            path=path,
            parent_id=parent_id,
            sync_key=sync_key,
            creator_id=self.person(site_id),
            created_at=NOW,
            credential_id=7,
            message_id=1,
            **(row | values),
        )
        return number

    def event(self, site_id: int, sync_key: str, **values: Any) -> int:
        number = next(self.numbers)
        row = {"owner_id": self.person(site_id), "start_at": NOW, "end_at": NOW, "title": "", "description": ""}
        flags = dict.fromkeys(("title_read_only", "show_extra_description", "disable_delete", "is_lesson"), False)
        self.insert(tables.content_key, site_id=site_id, sync_key=sync_key, kind="calendar_event")
        self.insert(
            tables.calendar_event,
            id=number,
            site_id=site_id,
            sync_key=sync_key,
            created_at=NOW,
            updated_at=NOW,
            credential_id=7,
            message_id=1,
            **(row | flags | values),
        )
        return number

    def element(
        self,
        site_id: int,
        course_id: int | None,
        kind: str,
        title: str = "Title",
        parent_id: int | None = None,
        **values: Any,
    ) -> int:
        number = values.pop("id", None) or next(self.numbers)
        sync_key = values.pop("sync_key", None) or str(uuid.uuid4())
        deleted_at = NOW if values.pop("deleted", False) else None
        row = {"description": "", "active": True, "security": "Inherit", "position": 1}
        creator_id = values.pop("creator_id", None) or self.person(site_id)
        self.insert(tables.content_key, site_id=site_id, sync_key=sync_key, kind="element")
        self.insert(
            tables.element,
            id=number,
            site_id=site_id,
            course_id=course_id,
            parent_id=parent_id,
            kind=kind,
            sync_key=sync_key,
            title=title,
            creator_id=creator_id,
            created_at=NOW,
            updated_at=NOW,
            deleted_at=deleted_at,
            credential_id=7,
            message_id=1,
            **(row | values),
        )
        return number

    def extension(self, element_id: int, location: str, **values: Any) -> None:
        row = {"metadata": {}, "disallow_modification": False}
        self.insert(tables.extension_instance, element_id=element_id, location=location, **(row | values))

    def file(self, element_id: int, name: str = "a.pdf", comment: str = "") -> str:
        """Returns the file's id."""
        file_id = str(uuid.uuid4())
        self.insert(
            tables.element_file,
            element_id=element_id,
            file_id=file_id,
            name=name,
            content_type="application/pdf",
            size=5,
            comment=comment,
        )
        return file_id

    def link(self, element_id: int, url: str, **values: Any) -> None:
        row = {"open_in": "ExistingWindow", "link_type": "Ordinary", "hide_link": False}
        self.insert(tables.element_link, element_id=element_id, url=url, **(row | values))

    def test(self, element_id: int, **values: Any) -> None:
        row = {"use_score": False, "mandatory": False, "scoring_method": False, "question_order": False}
        shown = {"show_results": "TeacherDecides", "show_feedback": "Nofeedback"}
        self.insert(tables.element_test, element_id=element_id, file_id=str(uuid.uuid4()), **(row | shown | values))

    def page(self, element_id: int, *blocks: dict[str, Any]) -> None:
        self.insert(tables.element_page, element_id=element_id, blocks=list(blocks))

    def page_file(self, element_id: int, block: int, number: int, name: str) -> None:
        self.insert(
            tables.page_file,
            element_id=element_id,
            block=block,
            number=number,
            file_id="11111111-2222-3333-4444-555555555555",
            name=name,
            content_type="image/png",
        )
