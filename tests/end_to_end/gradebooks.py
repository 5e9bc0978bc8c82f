"""A gradebook in the demo site: what comes with a roster, and what a partner sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from organisation.v1 import platform_service_pb2 as pb
from organisation.v1.platform_service_pb2_grpc import PlatformServiceStub

from tests.end_to_end.conftest import System
from tests.support.partner import Partner, details

NAMESPACE = "urn:message-schema"


@dataclass(frozen=True)
class Names:
    """Keys of the demo site, and the beginning of those that the test makes."""

    course: str
    teacher: str
    pupil: str
    own: str

    def key(self, name: str) -> str:
        return f"{self.own}-{name}"

    @property
    def where(self) -> str:
        return f"<CourseSyncKey>{self.course}</CourseSyncKey>"


def bring(system: System, names: Names) -> None:
    """Imports a scale, a category, an item with an assessment, and a summary record."""
    key = names.key
    rows: list[dict[str, Any]] = [
        {"heading": pb.RosterHeading(site_id=system.demo["site_id"], source="test")},
        {
            "assessment_scale": pb.RosterAssessmentScale(
                sync_key=key("scale"), title="Marks", totals="Sum", course_sync_key=names.course
            )
        },
        {
            "assessment_item": pb.RosterAssessmentItem(
                sync_key=key("good"), scale_sync_key=key("scale"), title="Good", percent_from=50, position=1
            )
        },
        {"gradebook_category": pb.RosterGradebookCategory(sync_key=key("category"), title="Homework", weight=40)},
        {
            "gradebook_item": pb.RosterGradebookItem(
                sync_key=key("item"),
                title="Essay",
                course_sync_key=names.course,
                category_sync_key=key("category"),
                date="2031-01-07",
                max_points=10,
            )
        },
        {
            "gradebook_assessment": pb.RosterGradebookAssessment(
                sync_key=key("result"),
                gradebook_item_sync_key=key("item"),
                person_sync_key=names.pupil,
                status="fully graded",
                score=7.5,
                assessed_at="2031-01-09",
            )
        },
        {"summary_column": pb.RosterSummaryColumn(sync_key=key("final"), title="Final")},
        {
            "summary_record": pb.RosterSummaryRecord(
                sync_key=key("record"),
                column_sync_key=key("final"),
                course_sync_key=names.course,
                person_sync_key=names.pupil,
                value="5",
                status="Passed",
                completed=True,
            )
        },
    ]
    with system.channel("processor") as channel:
        requests = iter([pb.ImportRosterRequest(**row) for row in rows])
        answer = PlatformServiceStub(channel).ImportRoster(requests, metadata=system.operator().metadata(), timeout=60)
    assert not answer.refusals, answer.refusals


def assess(partner: Partner, names: Names, scale_id: int) -> None:
    """Makes a custom activity with this scale, and assesses the pupil."""
    key = names.key("lab")
    act = (
        f"{names.where}<UserSyncKey>{names.teacher}</UserSyncKey><Title>Lab</Title><Description>Do it</Description>"
        f"<Deadline>2031-02-03T09:00:00+01:00</Deadline><Assessment>{scale_id}</Assessment><MaxScore>20</MaxScore>"
    )
    apply(partner, "Create.Course.Element.CustomActivity", act, key)
    given = (
        f"<PersonSyncKey>{names.pupil}</PersonSyncKey><Status>Completed</Status><Assessment>Good</Assessment>"
        "<Score>17.25</Score><Comment>Well done</Comment>"
    )
    results = (
        f"{names.where}<ElementSyncKey>{key}</ElementSyncKey>"
        f"<EvaluatorPersonSyncKey>{names.teacher}</EvaluatorPersonSyncKey><Results><Result>{given}</Result></Results>"
    )
    apply(partner, "Update.Course.Element.CustomActivity.Assessment", results)


def apply(partner: Partner, name: str, members: str, key: str = "") -> None:
    body = name.replace(".", "")
    keys = f"<SyncKeys><SyncKey>{key}</SyncKey></SyncKeys>" if key else ""
    document = f'<Message xmlns="{NAMESPACE}">{keys}<{body}>{members}</{body}></Message>'
    result = partner.apply(name, document)
    assert result.Status == "Finished", details(result)
