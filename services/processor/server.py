"""PlatformService: what comes from elsewhere and not by message, and answers about the use of files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import grpc
import structlog
from organisation.v1 import platform_service_pb2, platform_service_pb2_grpc
from sqlalchemy import Connection, Engine

from lms.directory import Directory
from lms.lanes import ended_messages, used_files
from lms.listing import Entry, list_courses, list_people
from lms.roster.report import Report
from lms.roster.storing import ExcessError, OvertakenError
from runtime.caller import current_internal
from runtime.database import reading
from runtime.direct import Direct
from runtime.errors import invalid_field
from runtime.paging import decode_page_token, encode_page_token, page_size_of
from services.processor.letters import hold_letters, mark_received, publish_letters
from services.processor.roster_answers import dropped, overtaken, response_of, too_much
from services.processor.roster_feed import RosterAbortedError, RosterFeed
from services.processor.roster_import import Order, import_roster
from services.processor.roster_pieces import order_of, send
from services.processor.sight import Sight
from services.processor.sites import Sites

MOST_MESSAGES = 1000
END_SECONDS = 0.1

Servicer = grpc.aio.ServicerContext[Any, Any]
Lister = Callable[[Connection, int, int, int], list[Entry]]

log = structlog.get_logger()


class PlatformServicer(platform_service_pb2_grpc.PlatformServiceServicer):
    """Blocking work is done on threads."""

    def __init__(self, engine: Engine, sites: Sites) -> None:
        self._engine = engine
        self._sites = sites
        self._importing = asyncio.Lock()
        """One import at a time: each compares with what the one before has stored."""

    async def ImportRoster(  # noqa: N802 (the rpc's name)
        self,
        request_iterator: AsyncIterator[platform_service_pb2.ImportRosterRequest],
        context: Servicer,
    ) -> platform_service_pb2.ImportRosterResponse:
        requests = aiter(request_iterator)
        first = await anext(requests, None)
        if first is None or first.WhichOneof("item") != "heading" or first.heading.site_id <= 0:
            raise invalid_field("heading", "The first request must be a heading with a site_id.")
        order = order_of(first.heading)
        await self._sites.require(order.site_id)
        async with self._importing:
            report = await self._import(order, requests, context)
        log.info(
            "roster imported",
            source=order.source,
            site=order.site_id,
            dry_run=order.dry_run,
            caller=current_internal().subject,
        )
        return response_of(report)

    async def _import(
        self, order: Order, requests: AsyncIterator[platform_service_pb2.ImportRosterRequest], context: Servicer
    ) -> Report:
        feed = RosterFeed()
        job = asyncio.create_task(asyncio.to_thread(import_roster, self._engine, order, feed.chunks()))
        try:
            await send(requests, feed, job.done)
            # A cancelled stream ends like a whole one; what tells them apart arrives with that end, or just after it.
            await asyncio.sleep(END_SECONDS)
            if context.done():
                raise dropped()
            await feed.put(None, job.done)
        except BaseException:
            feed.abort()
            await asyncio.wait([job])
            if job.exception() is not None:
                log.info("roster dropped", source=order.source, site=order.site_id)
            raise
        try:
            return await job
        except RosterAbortedError:
            raise dropped() from None
        except OvertakenError:
            raise overtaken() from None
        except ExcessError as error:
            raise too_much(error.excesses) from None

    async def ListCourses(  # noqa: N802 (the rpc's name)
        self,
        request: platform_service_pb2.ListCoursesRequest,
        context: Servicer,  # noqa: ARG002 (the shape of every rpc)
    ) -> platform_service_pb2.ListCoursesResponse:
        entries, token = await asyncio.to_thread(self._page, list_courses, request)
        return platform_service_pb2.ListCoursesResponse(courses=entries, next_page_token=token)

    async def ListPeople(  # noqa: N802 (the rpc's name)
        self,
        request: platform_service_pb2.ListPeopleRequest,
        context: Servicer,  # noqa: ARG002 (the shape of every rpc)
    ) -> platform_service_pb2.ListPeopleResponse:
        entries, token = await asyncio.to_thread(self._page, list_people, request)
        return platform_service_pb2.ListPeopleResponse(people=entries, next_page_token=token)

    async def PublishWarningLetters(  # noqa: N802 (the rpc's name)
        self,
        request: platform_service_pb2.PublishWarningLettersRequest,
        context: Servicer,  # noqa: ARG002 (the shape of every rpc)
    ) -> platform_service_pb2.PublishWarningLettersResponse:
        await self._sites.require(request.site_id)
        numbers = await asyncio.to_thread(publish_letters, self._engine, request)
        return platform_service_pb2.PublishWarningLettersResponse(letter_ids=numbers)

    async def ReceiveWarningLetters(  # noqa: N802 (the rpc's name)
        self,
        request: platform_service_pb2.ReceiveWarningLettersRequest,
        context: Servicer,  # noqa: ARG002 (the shape of every rpc)
    ) -> platform_service_pb2.ReceiveWarningLettersResponse:
        numbers = await asyncio.to_thread(hold_letters, self._engine, request.site_id, request.letter_ids)
        return platform_service_pb2.ReceiveWarningLettersResponse(letter_ids=numbers)

    async def ConfirmWarningLetters(  # noqa: N802 (the rpc's name)
        self,
        request: platform_service_pb2.ConfirmWarningLettersRequest,
        context: Servicer,  # noqa: ARG002 (the shape of every rpc)
    ) -> platform_service_pb2.ConfirmWarningLettersResponse:
        await asyncio.to_thread(mark_received, self._engine, request.site_id, request.letter_ids)
        return platform_service_pb2.ConfirmWarningLettersResponse()

    async def GetFileUse(  # noqa: N802 (the rpc's name)
        self,
        request: platform_service_pb2.GetFileUseRequest,
        context: Servicer,  # noqa: ARG002 (the shape of every rpc)
    ) -> platform_service_pb2.GetFileUseResponse:
        if len(request.messages) > MOST_MESSAGES:
            raise invalid_field("messages", f"At most {MOST_MESSAGES} messages can be asked about.")
        uses = await asyncio.to_thread(self._file_use, request.messages)
        return platform_service_pb2.GetFileUseResponse(uses=uses)

    async def CheckOrganisation(  # noqa: N802 (the rpc's name)
        self,
        request: platform_service_pb2.CheckOrganisationRequest,
        context: Servicer,  # noqa: ARG002 (the shape of every rpc)
    ) -> platform_service_pb2.CheckOrganisationResponse:
        return await asyncio.to_thread(self._check_organisation, request)

    def _check_organisation(
        self, request: platform_service_pb2.CheckOrganisationRequest
    ) -> platform_service_pb2.CheckOrganisationResponse:
        with reading(self._engine) as connection:
            directory = Directory(Direct(connection), request.site_id)
            found = directory.organisations.by_key(request.organisation_sync_key)
            if found is None or found.deleted:
                return platform_service_pb2.CheckOrganisationResponse()
            # No database text holds a NUL, and no organisation has "" as its key.
            narrowed_to = frozenset("" if "\0" in key else key for key in request.narrowed_to)
            is_seen = Sight(directory, narrowed_to).sees_organisation(found)
            return platform_service_pb2.CheckOrganisationResponse(exists=True, is_seen=is_seen)

    def _page(
        self,
        lister: Lister,
        request: platform_service_pb2.ListCoursesRequest | platform_service_pb2.ListPeopleRequest,
    ) -> tuple[list[platform_service_pb2.PlatformEntity], str]:
        size = page_size_of(request.page_size)
        key = decode_page_token(request.page_token, (int,))
        after = 0 if key is None else int(key[0])
        with reading(self._engine) as connection:
            found = lister(connection, request.site_id, after, size + 1)
        shown = found[:size]
        token = encode_page_token(shown[-1].id) if len(found) > size else ""
        entities = [platform_service_pb2.PlatformEntity(id=e.id, sync_key=e.sync_key, title=e.title) for e in shown]
        return entities, token

    def _file_use(self, messages: Sequence[platform_service_pb2.MessageKey]) -> list[platform_service_pb2.FileUse]:
        by_credential: dict[int, set[int]] = {}
        for message in messages:
            by_credential.setdefault(message.credential_id, set()).add(message.message_id)
        ended: set[tuple[int, int]] = set()
        used: dict[tuple[int, int], list[str]] = {}
        with reading(self._engine) as connection:
            for credential, numbers in by_credential.items():
                ended.update((credential, one) for one in ended_messages(connection, credential, list(numbers)))
                files = used_files(connection, credential, list(numbers))
                used.update(((credential, number), ids) for number, ids in files.items())
        keys = [(message.credential_id, message.message_id) for message in messages]
        return [platform_service_pb2.FileUse(ended=key in ended, file_ids=used.get(key, ())) for key in keys]
