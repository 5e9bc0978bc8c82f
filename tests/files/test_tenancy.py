from __future__ import annotations

import uuid

import grpc
import pytest
from organisation.v1 import file_storage_service_pb2 as internal

from tests.files.client import confirm, download, held, holder, refusal, reserve, upload
from tests.files.conftest import Running
from tests.files.peers import INTERNAL, Credential


async def what_is_seen(running: Running, credential: Credential, file_id: str) -> tuple[object, ...]:
    """Returns all that a refused caller can see: status, text and trailing metadata."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await download(running, credential, file_id)
    trailing = caught.value.trailing_metadata()
    assert trailing is not None
    return (*refusal(caught), [(key, value) for key, value in trailing if key != "date"])


async def test_a_file_is_its_uploaders_until_content_uses_it(running: Running) -> None:
    file_id = (await upload(running, running.bound)).file_id
    unknown = await what_is_seen(running, running.bound, str(uuid.uuid4()))
    assert unknown[:3] == ("NOT_FOUND", "FILE_NOT_FOUND", "File with specified FileId does not exist.")
    assert await what_is_seen(running, running.bound, "no guid") == unknown
    for stranger in (running.other, running.everywhere):
        assert await what_is_seen(running, stranger, file_id) == unknown
    await reserve(running, holder(), file_id)
    assert await what_is_seen(running, running.everywhere, file_id) == unknown
    await confirm(running, holder(), file_id)
    assert (await download(running, running.everywhere, file_id))[1] == b"hello"
    assert await what_is_seen(running, running.other, file_id) == unknown


async def test_a_credential_that_may_no_longer_act_on_the_site_gets_nothing(running: Running) -> None:
    credential = running.peers.access.add(Credential(20, None, {3, 4}))
    file_id = (await upload(running, credential, site_id=4)).file_id
    assert (await download(running, credential, file_id))[1] == b"hello"
    credential.sites.clear()
    stranger = running.peers.access.add(Credential(21, None))
    unknown = await what_is_seen(running, stranger, str(uuid.uuid4()))
    assert await what_is_seen(running, stranger, file_id) == unknown


async def test_a_narrowed_credential_gets_its_own_files_alone(running: Running) -> None:
    narrowed = running.peers.access.add(Credential(22, 3, organisations=("school",)))
    own = (await upload(running, narrowed)).file_id
    used = (await upload(running, running.bound)).file_id
    await confirm(running, holder(), used)
    assert (await download(running, narrowed, own))[1] == b"hello"
    unknown = await what_is_seen(running, narrowed, str(uuid.uuid4()))
    assert await what_is_seen(running, narrowed, used) == unknown


async def test_a_narrowed_credential_puts_its_own_files_alone_into_content(running: Running) -> None:
    foreign = (await upload(running, running.bound)).file_id
    narrowed = running.peers.access.add(Credential(23, 3, organisations=("school",)))
    own = (await upload(running, narrowed)).file_id
    asked = [foreign, str(uuid.uuid4()), own]
    request = internal.ReserveFilesRequest(held=[held(holder(23), *asked)], only_own=True)
    answer = await running.internal.ReserveFiles(request, metadata=INTERNAL.metadata())
    assert [file.found for file in answer.reserved[0].files] == [False, False, True]
    assert not any(file.HasField("description") for file in answer.reserved[0].files[:2])
    assert await reserve(running, holder(23), foreign) == [True]


async def test_a_revoked_credential_is_told_the_same_of_every_file(running: Running) -> None:
    credential = running.peers.access.add(Credential(24, 3))
    file_id = (await upload(running, credential)).file_id
    credential.is_revoked = True
    assert (await what_is_seen(running, credential, file_id))[0] == "UNAUTHENTICATED"
    unknown = await what_is_seen(running, credential, str(uuid.uuid4()))
    assert await what_is_seen(running, credential, file_id) == unknown
