"""What the demo site has beside its roster: learning objectives, remarks on a pupil, and a warning letter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from organisation.v1 import platform_service_pb2 as pb
from organisation.v1 import platform_service_pb2_grpc

from runtime.tokens import Metadata

TIMEOUT = 60
# Of the sample roster: a pupil of the third grade, the homeroom of that grade, its teacher, and the school year.
PUPIL = "deee2277-c8f7-5a77-9075-83f58d6c600b"
HOMEROOM = "947a0a8d-e63c-56ec-b479-be18315ec4a2"
TEACHER = "cbedcf49-76e2-5716-8774-bd2deddba30b"
YEAR = "3cb90912-283d-5631-9e62-cba63f68fa3c"


def provision_notes(stub: platform_service_pb2_grpc.PlatformServiceStub, metadata: Metadata, site_id: int) -> None:
    """Brings the notes into a site that has the sample roster; raises grpc.RpcError."""
    stub.ImportRoster(rows(site_id), metadata=metadata, timeout=TIMEOUT)
    letter = pb.WarningLetter(
        key="demo-letter-1",
        person_sync_key=PUPIL,
        course_sync_key=HOMEROOM,
        term_sync_key=YEAR,
        title="Late again",
        text="<p>Amanin came <b>late</b> three times this month.</p>",
    )
    request = pb.PublishWarningLettersRequest(site_id=site_id, letters=[letter])
    stub.PublishWarningLetters(request, metadata=metadata, timeout=TIMEOUT)


def rows(site_id: int) -> Iterator[pb.ImportRosterRequest]:
    yield pb.ImportRosterRequest(heading=pb.RosterHeading(site_id=site_id, source="demo"))
    for one in (
        objective("demo-science", "Science", "Subject"),
        objective("demo-solar-system", "Names the planets of the solar system", above="demo-science"),
        objective("demo-orbits", "Explains why planets have orbits", above="demo-science"),
    ):
        yield pb.ImportRosterRequest(learning_objective=one)
    late = datetime(2026, 10, 5, 6, 20, tzinfo=UTC)
    helped = datetime(2026, 10, 12, 9, 45, tzinfo=UTC)
    for note in (
        remark("demo-remark-1", late, "Negative", "LATE", -1, "Came late.", "Talked to the parents."),
        remark("demo-remark-2", helped, "Positive", "HELP", 2, "Helped to tidy up.", "Praised in class."),
    ):
        yield pb.ImportRosterRequest(behaviour_remark=note)


def objective(key: str, title: str, kind: str = "LearningObjective", above: str = "") -> pb.RosterLearningObjective:
    return pb.RosterLearningObjective(sync_key=key, title=title, kind=kind, parent_sync_key=above, published=True)


def remark(
    key: str, noted_at: datetime, kind: str, code: str, weight: int, description: str, reaction: str
) -> pb.RosterBehaviourRemark:
    stamp = Timestamp()
    stamp.FromDatetime(noted_at)
    return pb.RosterBehaviourRemark(
        sync_key=key,
        person_sync_key=PUPIL,
        noted_at=stamp,
        type=kind,
        code=code,
        weight=weight,
        description=description,
        reaction=reaction,
        course_sync_key=HOMEROOM,
        term_sync_key=YEAR,
        author_sync_key=TEACHER,
    )
