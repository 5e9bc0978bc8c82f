from __future__ import annotations

import time

from organisation.v1 import access_admin_service_pb2 as admin_pb
from sqlalchemy import text

from runtime.database import open_engine, writing
from tests.auth.client import FILE, FOLDER, PAGE, running

SITES = 34_000


async def test_a_hundred_thousand_grants_slow_nothing_and_fit_in_no_one_page(database_url: str) -> None:
    async with running(database_url) as auth:
        partner = await auth.partner("Acme")
        numbers = [(await auth.credential(partner)).credential.credential_id for _ in range(2)]
        fill(database_url)
        await auth.allow(SITES, partner)
        await auth.authorize(numbers[0], PAGE, SITES)
        began = time.perf_counter()
        assert (await auth.authorize(numbers[0], FOLDER, SITES)).allowed
        assert (await auth.authorize(numbers[0], FOLDER, 1)).reason == "SITE_DENIED"
        assert time.perf_counter() - began < 2
        assert await auth.granted(numbers[1]) == [FILE, FOLDER, PAGE]
        pages = []
        token = ""
        while True:
            request = admin_pb.ListCredentialsRequest(page_token=token)
            answer = await auth.admin.ListCredentials(request, metadata=auth.operator)
            pages.append([(shown.credential_id, len(shown.grants)) for shown in answer.credentials])
            token = answer.next_page_token
            if not token:
                break
        assert pages == [[(number, 3 * SITES)] for number in numbers]


def fill(database_url: str) -> None:
    """Grants three types on each of many sites to every credential."""
    engine = open_engine(database_url)
    with writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO site (site_id, name, created_at) WITH RECURSIVE n(i) AS"
                " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :sites) SELECT i, 'Site', 1 FROM n"
            ),
            {"sites": SITES},
        )
        for name in (FOLDER, PAGE, FILE):
            connection.execute(
                text(
                    "INSERT INTO type_grant (credential_id, message_type, site_id)"
                    " SELECT credential_id, CAST(:name AS VARCHAR(128)), site.site_id FROM credential CROSS JOIN site"
                ),
                {"name": name},
            )
    engine.dispose()
