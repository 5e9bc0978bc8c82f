"""What download addresses lead to, as the files service sees them."""

from __future__ import annotations

import hashlib
import time
import uuid

import grpc
import jwt
import pytest
from organisation.v1 import file_service_pb2 as public

from runtime.downloads import ISSUER, Download, DownloadKey
from runtime.tokens import INTERNAL_ISSUER
from tests.files.client import confirm, holder, pieces_of, refusal, release, reserve, stored, upload
from tests.files.conftest import Running
from tests.files.peers import KEY

ADDRESSES = DownloadKey(KEY)
NOT_FOUND = ("NOT_FOUND", "FILE_NOT_FOUND", "File with specified FileId does not exist.")


def token_of(file_id: str, site_id: int = 3, name: str = "Plan.pdf", seconds: int = 60) -> str:
    return ADDRESSES.sign(Download(file_id, site_id, name), int(time.time()) + seconds)


async def describe(running: Running, token: str) -> public.FileDescription:
    return (await running.public.DescribeDownload(public.DescribeDownloadRequest(token=token))).description


async def fetch(running: Running, token: str, offset: int = 0, length: int | None = None) -> bytes:
    request = public.ReadDownloadRequest(token=token, offset=offset, length=length)
    return b"".join([piece.content async for piece in running.public.ReadDownload(request)])


async def refused(running: Running, token: str) -> tuple[object, ...]:
    """Returns all that somebody sees whose address is refused; describing and reading are refused alike."""
    seen: list[tuple[object, ...]] = []
    for ask in (describe, fetch):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await ask(running, token)
        trailing = caught.value.trailing_metadata() or ()
        seen.append((*refusal(caught), *[(key, value) for key, value in trailing if key != "date"]))
    assert seen[0] == seen[1]
    return seen[0]


async def test_an_address_gives_all_or_some_of_a_files_bytes_to_whoever_has_it(running: Running) -> None:
    content = bytes(range(256)) * 2800  # three pieces
    file_id = (await upload(running, running.bound, pieces_of(content), name="scan.txt")).file_id
    await confirm(running, holder(), file_id)
    token = token_of(file_id)
    description = await describe(running, token)
    assert (description.name, description.content_type) == ("Plan.pdf", "application/pdf")
    assert (description.size, description.sha256) == (len(content), hashlib.sha256(content).digest())
    assert await fetch(running, token) == content
    middle = 300_000
    for offset, length, expected in [
        (middle, None, content[middle:]),
        (middle, 300_000, content[middle : middle + 300_000]),
        (0, 1, content[:1]),
        (0, 0, b""),
        (len(content) - 1, 2**62, content[-1:]),
        (len(content), None, b""),
        (2**62, 5, b""),
    ]:
        assert await fetch(running, token, offset, length) == expected
    for offset, length in ((-1, None), (0, -1)):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await fetch(running, token, offset, length)
        assert refusal(caught)[:2] == ("INVALID_ARGUMENT", "INVALID_FIELD")


async def test_whatever_is_wrong_with_an_address_the_answer_is_the_same(running: Running) -> None:
    used, unused, let_go, gone = [(await upload(running, running.bound)).file_id for _ in range(4)]
    await confirm(running, holder(), used)
    await reserve(running, holder(message_id=2), let_go)
    await confirm(running, holder(message_id=2), let_go)
    await release(running, holder(message_id=2), let_go)
    await confirm(running, holder(message_id=3), gone)
    for path in running.folder.rglob(gone):
        path.unlink()
    assert gone not in stored(running.folder)
    good = token_of(used)
    head, body, signature = good.split(".")
    claims = {"f": used, "s": 3, "n": "a.pdf", "exp": int(time.time()) + 60}
    unknown = await refused(running, token_of(str(uuid.uuid4())))
    assert unknown[:3] == NOT_FOUND
    wrong = {
        "no GUID": token_of("../../etc/passwd"),
        "nobody uses it": token_of(unused),
        "let go": token_of(let_go),
        "of another site": token_of(used, site_id=4),
        "of a site that is not there": token_of(used, site_id=2**31 - 1),
        "expired": token_of(used, seconds=-1),
        "empty": "",
        "long": "x" * 100_000,
        "not ASCII": "é.ü.\0",
        "without signature": f"{head}.{body}.",
        "other signature": f"{head}.{body}.{signature[:-4]}AAAA",
        "other body": f"{head}.{body[:-2]}AA.{signature}",
        "unsigned": jwt.encode(claims | {"iss": ISSUER}, "", algorithm="none"),
        "signed with the service key": jwt.encode(claims | {"iss": ISSUER}, KEY, algorithm="HS256"),
        "a service's token": jwt.encode(
            {"iss": INTERNAL_ISSUER, "sub": "service:read", "exp": claims["exp"]}, KEY, algorithm="HS256"
        ),
    }
    for what, token in wrong.items():
        assert await refused(running, token) == unknown, what
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await fetch(running, token_of(gone))
    assert refusal(caught) == NOT_FOUND
    assert await fetch(running, good) == b"hello"
