"""Why a credential may do something, or may not: the decision of Authorize, with the way to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import grpc
from organisation.v1 import access_admin_service_pb2 as admin
from organisation.v1 import platform_service_pb2
from sqlalchemy import Connection, select

from runtime.access import TIMEOUT_SECONDS
from runtime.errors import invalid_field, unavailable
from runtime.tokens import InternalIdentity
from services.auth.decisions import Asked, Standing, Step
from services.auth.moments import now
from services.auth.partners import require_partner
from services.auth.queries import Answer, judge
from services.auth.refusals import checked_text, not_found
from services.auth.tables import KEY_LENGTH, credential
from services.auth.work import Work

if TYPE_CHECKING:
    from organisation.v1.platform_service_pb2_grpc import PlatformServiceAsyncStub

MOST_CREDENTIALS = 1000


@dataclass(frozen=True, slots=True)
class Explained:
    """A credential and what was decided on it."""

    credential_id: int
    username: str
    answer: Answer


class Explainer:
    """Asks the rules, and the processor how organisations stand to each other, which auth does not know."""

    def __init__(self, work: Work, platform: PlatformServiceAsyncStub, identity: InternalIdentity) -> None:
        self._work = work
        self._platform = platform
        self._identity = identity

    async def explain(
        self, request: admin.ExplainAccessRequest, known_type: str | None
    ) -> list[admin.AccessExplanation]:
        """Returns the decision on each credential; known_type None: the catalogue has no such type."""
        key = request.organisation_sync_key
        if key:
            checked_text("organisation_sync_key", key, KEY_LENGTH)
        site_id = request.site_id if request.HasField("site_id") else None
        asked = Asked(site_id, any_type=not request.message_type)
        found = await self._work.read(judge_all, request, known_type, asked)
        if not key:
            return [told(one) for one in found]
        return [told(await self._with_organisation(one, asked, known_type, key)) for one in found]

    async def _with_organisation(self, one: Explained, asked: Asked, known_type: str | None, key: str) -> Explained:
        """Returns the decision that counts the organisation in, where nothing else denies."""
        if not one.answer.decision.allowed:
            return one
        standing = await self._standing(one.answer, key)
        again = replace(asked, organisation=standing)
        answer = await self._work.read(judge, one.credential_id, known_type, again, now())
        return replace(one, answer=answer or one.answer)

    async def _standing(self, answer: Answer, key: str) -> Standing:
        request = platform_service_pb2.CheckOrganisationRequest(
            site_id=answer.decision.site_id, organisation_sync_key=key, narrowed_to=answer.organisation_sync_keys
        )
        try:
            found = await self._platform.CheckOrganisation(
                request, metadata=self._identity.metadata(), timeout=TIMEOUT_SECONDS
            )
        except grpc.aio.AioRpcError as error:
            raise unavailable() from error
        if not found.exists:
            return Standing.UNKNOWN
        return Standing.SEEN if found.is_seen else Standing.OUTSIDE


def judge_all(
    connection: Connection, request: admin.ExplainAccessRequest, known_type: str | None, asked: Asked
) -> list[Explained]:
    """Decides on each credential that the request is about, in one state of the store."""
    at = now()
    judged = [
        (credential_id, username, judge(connection, credential_id, known_type, asked, at))
        for credential_id, username in credentials_of(connection, request)
    ]
    return [Explained(number, username, answer) for number, username, answer in judged if answer is not None]


def credentials_of(connection: Connection, request: admin.ExplainAccessRequest) -> Sequence[tuple[int, str]]:
    """Returns number and user name of each credential that is asked about."""
    query = select(credential.c.credential_id, credential.c.username).order_by(credential.c.credential_id)
    who = request.WhichOneof("who")
    if who == "credential_id":
        rows = connection.execute(query.where(credential.c.credential_id == request.credential_id)).all()
        if not rows:
            raise not_found("credential", request.credential_id)
    elif who == "partner_id":
        require_partner(connection, request.partner_id)
        of_partner = query.where(credential.c.partner_id == request.partner_id).limit(MOST_CREDENTIALS)
        rows = connection.execute(of_partner).all()
    else:
        raise invalid_field("who", "credential_id or partner_id must be given.")
    return [(row.credential_id, row.username) for row in rows]


def told(one: Explained) -> admin.AccessExplanation:
    decision = one.answer.decision
    return admin.AccessExplanation(
        credential_id=one.credential_id,
        username=one.username,
        partner_id=one.answer.partner_id,
        allowed=decision.allowed,
        site_id=decision.site_id,
        reason=decision.reason,
        text=decision.text,
        steps=[step_of(step) for step in decision.steps],
        organisation_sync_keys=one.answer.organisation_sync_keys,
    )


def step_of(step: Step) -> admin.AccessStep:
    finding = step.finding
    if finding is None:
        return admin.AccessStep(rule=step.rule)
    verdict = admin.ACCESS_VERDICT_DENIED if finding.reason else admin.ACCESS_VERDICT_PASSED
    return admin.AccessStep(rule=step.rule, verdict=verdict, finding=finding.words)
