"""Three sites and four partners: what each may do is drawn by a seed, and told again here from the contract alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from organisation.v1 import access_admin_service_pb2 as admin
from organisation.v1 import access_service_pb2 as access
from organisation.v1.access_admin_service_pb2_grpc import AccessAdminServiceStub
from organisation.v1.access_service_pb2_grpc import AccessServiceStub
from sqlalchemy import Connection, Engine, insert, select, update

from lms.tables import (
    course,
    course_term,
    favourite,
    membership,
    organisation,
    person,
    person_organisation,
    project,
    project_member,
    term,
)
from lms.tables.processing import inbox
from lms.tallies import recount
from runtime.database import writing
from runtime.tokens import InternalIdentity
from tests.support.example_world import ExampleSystem, snapshot
from tests.tenancy.names import PROJECT_ID, PROJECT_KEY, TERM_ID, TERM_KEY

HOME, NEAR, FAR, NOWHERE = 3, 4, 5, 999
SITES = (HOME, NEAR, FAR)
EVERYWHERE = 0
NAMED: tuple[int | None, ...] = (None, HOME, NEAR, FAR, NOWHERE)
OTHER_SCHOOL = "sch-other"
PROJECT_TITLE = "Garden at Harbour"

REFUSED = "Your security settings don't allow you to perform that operation."
NOT_GRANTED = f"{REFUSED} Please contact administration to grant you an access."
SITE_NAMED = f"{REFUSED} SiteId can't be specified because you have an access to specific site."
NO_SITE = "SiteId should be specified to perform the action."


@dataclass(frozen=True)
class Tenant:
    """A partner's credential, and what it may do."""

    name: str
    username: str
    password: str
    bound: int | None
    allowed: frozenset[int]
    """Sites whose administrators allow the partner."""
    grants: dict[str, frozenset[int]]
    """The sites that each type is granted on."""
    narrowed: bool

    def denial(self, message_type: str, named: int | None) -> str | None:
        """Returns the text of contract section 9 that a request is refused with; None: it may. "": no type is asked."""
        if message_type and not self.grants.get(message_type):
            return NOT_GRANTED
        if self.bound is not None:
            if named is not None:
                return SITE_NAMED
        elif named is None:
            return NO_SITE
        elif named not in SITES:
            return f"SiteId='{named}' is not valid."
        elif named not in self.allowed:
            return f"{NOT_GRANTED} to site with SiteId='{named}'.".replace(" an access. to", " an access to")
        here = self.bound if self.bound is not None else named
        return None if not message_type or here in self.grants[message_type] else NOT_GRANTED

    def sees_all(self, named: int | None) -> bool:
        """Whether the things of the world are in sight, where the request is let pass."""
        return not self.narrowed and (self.bound if self.bound is not None else named) == HOME


class TenancyWorld:
    """The world of the examples on site 3, all of one school; another school beside it, and two other sites."""

    def __init__(self, folder: Path, seed: int, types: Sequence[str]) -> None:
        self.system = ExampleSystem(folder)
        self.world = self.system.world
        self.edge = self.system.bound.edge
        self._random = random.Random(seed)
        self._operator: dict[str, Any] = {
            "metadata": InternalIdentity("operator:test", self.system.service_key).metadata()
        }
        self.channel = grpc.insecure_channel(self.system.grpc)
        self._admin, self._access = AccessAdminServiceStub(self.channel), AccessServiceStub(self.channel)
        fill(self.system.engine)
        for site in (NEAR, FAR):
            self._admin.CreateSite(admin.CreateSiteRequest(site_id=site, name=f"Site {site}"), **self._operator)
        may_be_near = frozenset(self._random.sample((NEAR, FAR), self._random.randint(1, 2)))
        self.owner = self._owner(types)
        self.tenants = [
            self._tenant("narrowed", types, HOME, narrowed=True),
            self._tenant("neighbour", types, NEAR),
            self._tenant("roaming", types, None, may_be_near),
            self._tenant("guest", types, None, frozenset({HOME, self._random.choice((NEAR, FAR))})),
        ]

    def _owner(self, types: Sequence[str]) -> Tenant:
        """Who made the world, and may do everything on its site."""
        partner = self.system.bound
        grants = dict.fromkeys(types, frozenset({HOME}))
        return Tenant("owner", partner.username, partner.password, HOME, frozenset(), grants, narrowed=False)

    def _tenant(
        self,
        name: str,
        types: Sequence[str],
        bound: int | None,
        allowed: frozenset[int] = frozenset(),
        *,
        narrowed: bool = False,
    ) -> Tenant:
        stub, call = self._admin, self._operator
        partner = stub.CreatePartner(admin.CreatePartnerRequest(name=name), **call).partner.partner_id
        made = stub.CreateCredential(
            admin.CreateCredentialRequest(
                partner_id=partner, site_id=bound, organisation_sync_keys=[OTHER_SCHOOL] if narrowed else ()
            ),
            **call,
        )
        for site in allowed:
            stub.SetSiteAccess(admin.SetSiteAccessRequest(site_id=site, partner_id=partner, allowed=True), **call)
        # One of twelve types is granted nowhere, three on one site alone where there are several, the rest everywhere.
        drawn = {one: self._random.choice((None, HOME, NEAR, FAR, *[EVERYWHERE] * 8)) for one in types}
        if bound is not None:
            drawn = {one: None if site is None else EVERYWHERE for one, site in drawn.items()}
        for site in {one for one in drawn.values() if one is not None}:
            request = admin.GrantTypesRequest(
                credential_id=made.credential.credential_id,
                message_types=[one for one in types if drawn[one] == site],
                site_id=None if site == EVERYWHERE else site,
            )
            stub.GrantTypes(request, **call)
        sites = {site: frozenset({site}) for site in SITES} | {EVERYWHERE: frozenset(SITES)}
        grants = {one: sites[site] for one, site in drawn.items() if site is not None}
        return Tenant(name, made.credential.username, made.secret, bound, allowed, grants, narrowed)

    def newcomer(self) -> Tenant:
        """Returns a partner on the other site who has been granted nothing and has sent nothing."""
        return self._tenant("newcomer", (), NEAR)

    def call(self, tenant: Tenant) -> dict[str, Any]:
        """Returns what a tenant's calls are made with: a token that is good for two minutes."""
        request = access.AuthenticateRequest(username=tenant.username, password=tenant.password)
        token = self._access.Authenticate(request).token
        return {"metadata": (("authorization", f"Bearer {token}"),), "timeout": 60}

    def content(self) -> dict[str, list[dict[str, Any]]]:
        """All rows of content, but what tells how far messages were applied."""
        return {name: rows for name, rows in snapshot(self.system.engine).items() if name != inbox.name}

    def secrets(self) -> list[str]:
        """What no stranger may ever read: keys and titles of the world."""
        world = self.world
        titles = [one.title for group in (world.courses, world.warning_letters, world.organisations) for one in group]
        keys = [one.sync_key for group in (world.people, world.courses, world.content) for one in group]
        return [TERM_KEY, PROJECT_TITLE, *titles, *keys, *(one.name for one in world.people)]

    def stop(self) -> None:
        self.channel.close()
        self.system.stop()


def fill(engine: Engine) -> None:
    """Puts people and courses of site 3 into its school, and a few things into the other school and the other sites."""
    with writing(engine) as connection:
        home = connection.execute(select(organisation.c.id).where(organisation.c.site_id == HOME)).scalar_one()
        people = connection.execute(select(person.c.id).where(person.c.site_id == HOME)).scalars().all()
        members = [{"person_id": one, "organisation_id": home, "position": 0} for one in people]
        connection.execute(insert(person_organisation), members)
        connection.execute(update(course).where(course.c.site_id == HOME).values(organisation_id=home))
        for table in (organisation, person, course):
            model = dict(connection.execute(select(table).where(table.c.site_id == HOME)).mappings().first() or {})
            for site, key in ((HOME, OTHER_SCHOOL), (NEAR, "near"), (FAR, "far")):
                row = model | {"id": 50_000 + site, "site_id": site, "sync_key": f"{key}"}
                changed = {"username": key, "title": f"Of {key}", "organisation_id": 50_000 + site}
                connection.execute(insert(table), row | {name: changed[name] for name in changed if name in row})
        numbers = [50_000 + site for site in SITES]
        members = [{"person_id": one, "organisation_id": one, "position": 0} for one in numbers]
        connection.execute(insert(person_organisation), members)
        recount(connection)
        add_term(connection)
        add_project(connection)


def add_term(connection: Connection) -> None:
    """Puts the courses of site 3 into a term."""
    model = connection.execute(select(course).where(course.c.site_id == HOME)).mappings().first()
    assert model is not None
    marks = {name: model[name] for name in ("site_id", "created_at", "updated_at", "deleted_at")}
    new = {"id": TERM_ID, "sync_key": TERM_KEY, "title": "Autumn at Harbour", "kind": "term"}
    connection.execute(insert(term), marks | new)
    courses = connection.execute(select(course.c.id).where(course.c.sync_key.in_(("crs-7", "crs-8")))).scalars().all()
    connection.execute(insert(course_term), [{"course_id": one, "term_id": TERM_ID, "position": 1} for one in courses])


def add_project(connection: Connection) -> None:
    """Puts one of the people of site 3 into a project of the school and into a course, which the person stars."""
    model = connection.execute(select(course).where(course.c.sync_key == "crs-7")).mappings().one()
    marks = {name: model[name] for name in ("site_id", "created_at", "updated_at", "deleted_at")}
    new = {"id": PROJECT_ID, "sync_key": PROJECT_KEY, "title": PROJECT_TITLE, "description": "", "is_archived": False}
    connection.execute(insert(project), marks | new | {"organisation_id": model["organisation_id"]})
    of_person = select(person.c.id).where(person.c.site_id == HOME, person.c.sync_key == "usr-3")
    mark = marks | {"sync_key": "mark-1", "person_id": connection.execute(of_person).scalar_one()}
    connection.execute(insert(project_member), mark | {"project_id": PROJECT_ID, "role": "leader"})
    connection.execute(insert(membership), mark | {"course_id": model["id"], "role": "teacher"})
    connection.execute(insert(favourite), mark | {"course_id": model["id"]})
