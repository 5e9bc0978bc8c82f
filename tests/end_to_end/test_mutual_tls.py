from __future__ import annotations

from collections.abc import Iterator

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from pydantic import SecretStr

from cli.provision import provision
from runtime.channels import open_blocking_channel
from runtime.settings import Settings
from runtime.tokens import InternalIdentity
from tests.end_to_end.conftest import STORES, System
from tests.support.certificates import Authority, TlsFields, environment_of
from tests.support.composed import ORDER, ComposedSystem
from tests.support.partner import Partner, details, message

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsFields:
    return Authority(tmp_path_factory.mktemp("certificates")).issue("everybody")


@pytest.fixture(scope="module")
def system(tls: TlsFields, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Each service alone and the edge, all with certificates."""
    folder = tmp_path_factory.mktemp("system")
    databases = {store: f"sqlite:///{folder / store}.sqlite" for store in STORES}
    running = ComposedSystem(folder, databases, "memory://", {"ORGAPI_WORKERS": "1"} | environment_of(tls))
    try:
        running.start()
        settings = settings_of(running.service_key, tls)
        with (
            open_blocking_channel(running.address("auth"), settings) as auth,
            open_blocking_channel(running.address("processor"), settings) as processor,
        ):
            demo = provision(auth, processor, InternalIdentity("operator:test", running.service_key).metadata())
        addresses = {name: running.address(name) for name in running.ports}
        yield System(running.edge, addresses, running.service_key, demo)
    finally:
        running.stop()


def settings_of(service_key: str, tls: TlsFields) -> Settings:
    return Settings(service_key=SecretStr(service_key), **tls)


def test_a_file_and_a_message_pass_through_all_services(partner: Partner, system: System) -> None:
    course, user = system.demo["courses"][0]["sync_key"], system.demo["users"][0]["sync_key"]
    members = {"CourseSyncKey": course, "UserSyncKey": user}
    file_id = partner.upload("handbook.txt", b"The earth is round.")
    document = message("CreateCourseElementFile", members, files=file_id, sync_key="handbook")
    result = partner.apply("Create.Course.Element.File", document)
    assert result.Status == "Finished", details(result)
    level = partner.reads.ReadCourseElements({"CourseSyncKey": course})
    assert "handbook" in [element.ElementSyncKey for element in level.CourseElements.CourseElement]


def test_no_service_answers_in_plain_text(system: System, tls: TlsFields) -> None:
    plain, secured = Settings(service_key=SecretStr(system.service_key)), settings_of(system.service_key, tls)
    services = [name for name in ORDER if name != "edge"]
    assert [name for name in services if answers(system.addresses[name], plain)] == []
    assert [name for name in services if answers(system.addresses[name], secured)] == services


def answers(address: str, settings: Settings) -> bool:
    with open_blocking_channel(address, settings) as channel:
        try:
            health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=20)
        except grpc.RpcError:
            return False
    return True
