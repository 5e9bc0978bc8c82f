from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("auth", "ingest", "processor", "files", "read", "edge")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def test_the_compose_file_follows_the_specification(compose: dict[str, Any]) -> None:
    schema = json.loads((files("ecs_composex_specs") / "compose-spec.json").read_text())
    jsonschema.validate(compose, schema)


def test_the_specification_refuses_what_is_no_compose_file(compose: dict[str, Any]) -> None:
    schema = json.loads((files("ecs_composex_specs") / "compose-spec.json").read_text())
    broken = compose | {"services": {"auth": {"comand": ["serve"]}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema)


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_has_a_health_check_and_waits_for_what_it_needs(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["command"] == ["serve", name]
    assert service["healthcheck"]["test"][1:3] == ["orgapi", "health"]
    assert all(needed["condition"] == "service_healthy" for needed in service["depends_on"].values())
    assert set(service["depends_on"]) <= set(compose["services"])


def test_no_secret_stands_in_the_file(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("KEY|PASSWORD", name):
                assert value.startswith("${"), name


def test_the_image_serves_as_an_ordinary_user() -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    assert re.search(r"^USER (?!root)\w+$", dockerfile, re.MULTILINE)
    assert 'ENTRYPOINT ["orgapi"]' in dockerfile
