"""Builds the world of the examples in a running system, and brings it back to what it was."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import grpc
from organisation.v1 import access_admin_service_pb2 as access_pb
from organisation.v1 import access_admin_service_pb2_grpc
from sqlalchemy import Connection, Engine, delete, insert, select, text, update

from catalogue.example_world import ExampleContent, ExampleFile, ExampleWorld, read_example_world
from catalogue.loader import load_catalogue
from cli.samples import samples_folder
from lms.tables import (
    assessment_item,
    assessment_scale,
    course,
    learning_objective,
    metadata,
    organisation,
    person,
    progress,
    result,
    warning_letter,
)
from lms.tables.learning_objective import OBJECTIVE
from runtime.database import open_engine, writing
from runtime.file_names import known_content_type
from runtime.tokens import InternalIdentity
from services.files.tables import file_table
from tests.support.embedded import EmbeddedSystem
from tests.support.partner import Partner, details

TABLES = [table for table in metadata.sorted_tables if table not in (progress, result)]
"""All but how far lanes were applied: the message log goes on, so that does, too."""
FOURTEEN_DAYS = 14 * 24 * 3600 * 1000


class Running(Protocol):
    """A system of which the access service is at ready["grpc"] and the edge at ready["edge"]; its stores: a folder."""

    ready: dict[str, Any]

    @property
    def service_key(self) -> str: ...

    def start(self) -> None: ...

    def stop(self) -> int: ...


class ExampleSystem:
    """A running system with the world in it; restore() takes back what messages have changed."""

    def __init__(self, folder: Path, running: Running | None = None) -> None:
        """running: a system on SQLite in this folder, which is started here; None: the one-machine system."""
        self.world = read_example_world()
        # Each example finds the world as it was, so no list of files is kept from one to the next.
        alone = EmbeddedSystem(folder, env={"ORGAPI_COURSE_FILES_SECONDS": "0"})
        self._running: Running = alone if running is None else running
        self._running.start()
        self.engine = open_engine(f"sqlite:///{folder / 'content.sqlite'}")
        self.grpc: str = self._running.ready["grpc"]
        self.service_key = self._running.service_key
        self.bound, self.everywhere = self._partners()
        add_roster(self.engine, self.world)
        add_files(folder, self.world)
        for content in self.world.content:
            self._add_content(content)
        self._rows = snapshot(self.engine)

    def restore(self) -> None:
        """Makes content what it was after the start."""
        with writing(self.engine) as connection:
            # SQLite alone, and only at the end of the transaction: tables may refer to each other in circles.
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            for table in reversed(TABLES):
                connection.execute(delete(table))
            for table in TABLES:
                if self._rows[table.name]:
                    connection.execute(insert(table), self._rows[table.name])

    def stop(self) -> None:
        self.bound.close()
        self.everywhere.close()
        self.engine.dispose()
        assert self._running.stop() == 0

    def _partners(self) -> tuple[Partner, Partner]:
        """Makes two credentials that may do everything: one bound to the site, one for all sites."""
        names = [kind.name for kind in load_catalogue().types]
        call: dict[str, Any] = {"metadata": InternalIdentity("operator:test", self.service_key).metadata()}
        with grpc.insecure_channel(self.grpc) as channel:
            stub = access_admin_service_pb2_grpc.AccessAdminServiceStub(channel)
            site_id = self.world.site_id
            stub.CreateSite(access_pb.CreateSiteRequest(site_id=site_id, name="Examples"), **call)
            made = stub.CreatePartner(access_pb.CreatePartnerRequest(name="Reader of examples"), **call).partner
            vendor = access_pb.PutVendorRequest(vendor_id=self.world.vendor_id, is_content_vendor=True)
            stub.PutVendor(vendor, **call)
            leave = access_pb.SetSiteAccessRequest(site_id=site_id, partner_id=made.partner_id, allowed=True)
            stub.SetSiteAccess(leave, **call)
            partners = []
            for request in (
                access_pb.CreateCredentialRequest(partner_id=made.partner_id, site_id=site_id),
                access_pb.CreateCredentialRequest(partner_id=made.partner_id),
            ):
                new = stub.CreateCredential(request, **call)
                number = new.credential.credential_id
                stub.GrantTypes(access_pb.GrantTypesRequest(credential_id=number, message_types=names), **call)
                partners.append(Partner(self._running.ready["edge"], new.credential.username, new.secret))
        return partners[0], partners[1]

    def _add_content(self, content: ExampleContent) -> None:
        """Applies one message of the world, and gives what it made the number that the examples know it by."""
        answer = self.bound.apply(content.type, content.message)
        assert answer.Status == "Finished", details(answer)
        table = metadata.tables[content.table]
        with writing(self.engine) as connection:
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            where = (table.c.site_id == self.world.site_id, table.c.sync_key == content.sync_key)
            number = connection.execute(select(table.c.id).where(*where)).scalar_one()
            renumber(connection, content.table, number, content.id)


def renumber(connection: Connection, name: str, old: int, new: int) -> None:
    """Changes the number of a row, and of all that refer to it."""
    table = metadata.tables[name]
    connection.execute(update(table).where(table.c.id == old).values(id=new))
    for other in metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column is table.c.id:
                connection.execute(update(other).where(key.parent == old).values({key.parent.name: new}))


def snapshot(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """All rows of content by table."""
    with engine.connect() as connection:
        return {table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in TABLES}


def add_roster(engine: Engine, world: ExampleWorld) -> None:
    """Enters the roster, what comes with it, and warning letters, with the numbers that the examples know them by."""
    now = datetime.now(UTC)
    common: dict[str, Any] = {"site_id": world.site_id, "created_at": now, "updated_at": now, "deleted_at": None}
    people = [
        {
            "id": one.id,
            "sync_key": one.sync_key,
            "username": one.sync_key,
            "given_name": one.name.split()[0],
            "family_name": one.name.split()[-1],
            "role": one.role,
            "email": "",
            "enabled": True,
        }
        for one in world.people
    ]
    organisations = [
        {"id": one.id, "sync_key": one.sync_key, "title": one.title, "kind": one.kind, "identifier": ""}
        for one in world.organisations
    ]
    courses = [
        {
            "id": one.id,
            "sync_key": one.sync_key,
            "title": one.title,
            "code": "",
            "description": "",
            "credits": "",
            "subjects": [],
            "is_archived": False,
        }
        for one in world.courses
    ]
    letters = [
        {"id": one.id, "letter_key": str(one.id), "title": one.title, "text": "", "status": one.status}
        | {"site_id": world.site_id, "person_id": world.people[0].id, "created_at": now, "updated_at": now}
        for one in world.warning_letters
    ]
    with writing(engine) as connection:
        connection.execute(insert(person), [common | one for one in people])
        connection.execute(insert(organisation), [common | one for one in organisations])
        connection.execute(insert(course), [common | one for one in courses])
        connection.execute(insert(warning_letter), letters)
        add_repository(connection, world, common)


def add_repository(connection: Connection, world: ExampleWorld, common: dict[str, Any]) -> None:
    """Enters assessment scales and learning objectives."""
    for scale in world.assessment_scales:
        row = {"id": scale.id, "sync_key": scale.sync_key, "title": scale.title, "description": "", "totals": ""}
        connection.execute(insert(assessment_scale), common | row)
        grades = [
            {"sync_key": f"{scale.sync_key}-{place}", "scale_id": scale.id, "title": title, "position": place}
            for place, title in enumerate(scale.grades, 1)
        ]
        connection.execute(insert(assessment_item), [common | grade for grade in grades])
    objectives = [
        {"sync_key": one.id, "title": one.title, "kind": OBJECTIVE, "description": "", "published": True}
        for one in world.learning_objectives
    ]
    connection.execute(insert(learning_objective), [common | one for one in objectives])


def add_files(folder: Path, world: ExampleWorld) -> None:
    """Enters files under the ids that the examples know them by, as if they had just been uploaded."""
    engine = open_engine(f"sqlite:///{folder / 'files.sqlite'}")
    with writing(engine) as connection:
        connection.execute(insert(file_table), [file_row(folder, world.site_id, one) for one in world.files])
    engine.dispose()


def file_row(folder: Path, site_id: int, file: ExampleFile) -> dict[str, Any]:
    content = (samples_folder() / file.sample).read_bytes()
    (folder / "files" / file.id[:2] / file.id).write_bytes(content)
    now = int(time.time() * 1000)
    return {
        "file_id": file.id,
        "site_id": site_id,
        "credential_id": 1,
        "name": file.name,
        "size": len(content),
        "sha256": hashlib.sha256(content).digest(),
        "content_type": known_content_type(file.name) or "application/octet-stream",
        "created_at": now,
        "expires_at": now + FOURTEEN_DAYS,
        "single_use": False,
    }
