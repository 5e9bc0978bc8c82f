"""The demo site's projects and favourite, which OneRoster cannot bring."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from organisation.v1 import platform_service_pb2 as pb
from organisation.v1 import platform_service_pb2_grpc

from oneroster.roster import Roster
from oneroster.rows import Enrollment
from runtime.tokens import Metadata

PROJECTS = (
    ("demo-garden", "Moon garden", "Grows vegetables where nobody has before."),
    ("demo-newspaper", "The Daily Orbit", "Written, drawn and printed by us."),
)
MEMBERS = 5
TIMEOUT = 60


def provision_projects(
    stub: platform_service_pb2_grpc.PlatformServiceStub, metadata: Metadata, source: Roster, site_id: int
) -> dict[str, str]:
    """Gives the first people of a roster's first class two projects, and the first of them a favourite course.

    Returns what demo.json says: the key of the one who has all of it.
    """
    enrollments = list(islice(source.enrollments(), MEMBERS))
    stub.ImportRoster(project_items(enrollments, site_id), metadata=metadata, timeout=TIMEOUT)
    return {"project_member": enrollments[0].user_sourced_id}


def project_items(enrollments: list[Enrollment], site_id: int) -> Iterator[pb.ImportRosterRequest]:
    """Yields heading and rows; the first of the people leads the projects."""
    yield pb.ImportRosterRequest(heading=pb.RosterHeading(site_id=site_id, source="demo"))
    first = enrollments[0]
    star = pb.RosterFavourite(
        sync_key="demo-favourite", course_sync_key=first.class_sourced_id, person_sync_key=first.user_sourced_id
    )
    yield pb.ImportRosterRequest(favourite=star)
    for key, title, description in PROJECTS:
        project = pb.RosterProject(
            sync_key=key, title=title, description=description, organisation_sync_key=first.school_sourced_id
        )
        yield pb.ImportRosterRequest(project=project)
    for key, _, _ in PROJECTS:
        for place, enrollment in enumerate(enrollments):
            member = pb.RosterProjectMember(
                sync_key=f"{key}-{place}",
                project_sync_key=key,
                person_sync_key=enrollment.user_sourced_id,
                role="member" if place else "leader",
            )
            yield pb.ImportRosterRequest(project_member=member)
