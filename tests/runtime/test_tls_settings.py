from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from pydantic import ValidationError

from cli.health import check_grpc
from runtime.settings import ServiceSettings, Settings
from tests.runtime.doubles import KEY, AccessDouble
from tests.support.certificates import Authority, TlsFields, environment_of
from tests.support.hosting import hosted

NAMES = ("tls_certificate", "tls_key", "tls_authority")


@pytest.fixture
def tls(tmp_path: Path) -> TlsFields:
    return Authority(tmp_path).issue("auth")


def complaint(tls: TlsFields, **changes: Path | None) -> str:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({"service_key": KEY, **tls, **changes})
    return str(caught.value.errors()[0]["msg"])


@pytest.mark.parametrize("missing", NAMES)
def test_certificates_of_which_one_is_missing_are_refused(tls: TlsFields, missing: str) -> None:
    first, second = (f"ORGAPI_{name.upper()}" for name in NAMES if name != missing)
    text = f"mutual TLS needs ORGAPI_{missing.upper()} beside {first} and {second}"
    assert complaint(tls, **{missing: None}).endswith(text)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_does_not_exist_is_named(tls: TlsFields, name: str, tmp_path: Path) -> None:
    said = complaint(tls, **{name: tmp_path / "nowhere.pem"})
    assert f"ORGAPI_{name.upper()} cannot be read" in said
    assert "No such file" in said
    assert "nowhere.pem" in said


def test_a_key_of_another_certificate_is_refused(tls: TlsFields, tmp_path: Path) -> None:
    other = Authority(tmp_path / "other").issue("auth")
    said = complaint(tls, tls_key=other["tls_key"])
    assert "ORGAPI_TLS_CERTIFICATE and ORGAPI_TLS_KEY are no PEM certificate with its unencrypted key" in said


def test_an_encrypted_key_is_refused(tls: TlsFields) -> None:
    key = load_pem_private_key(tls["tls_key"].read_bytes(), None)
    encrypted = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"password"))
    tls["tls_key"].write_bytes(encrypted)
    assert "ORGAPI_TLS_KEY are no PEM certificate with its unencrypted key" in complaint(tls)


def test_an_authority_without_a_certificate_is_refused(tls: TlsFields) -> None:
    assert "ORGAPI_TLS_AUTHORITY has no PEM certificates" in complaint(tls, tls_authority=tls["tls_key"])


@pytest.mark.parametrize("command", ["serve auth", "up --data {folder}/data"], ids=["serve", "up"])
def test_a_process_without_its_key_ends_with_a_line_that_says_so(tls: TlsFields, command: str, tmp_path: Path) -> None:
    variables = environment_of(tls) | {
        "ORGAPI_SERVICE_KEY": KEY,
        "ORGAPI_AUTH_KEY": KEY,
        "ORGAPI_DATABASE_URL": f"sqlite:///{tmp_path / 'access.sqlite'}",
    }
    del variables["ORGAPI_TLS_KEY"]
    started = [sys.executable, "-m", "cli", *command.format(folder=tmp_path).split()]
    ended = subprocess.run(started, env=os.environ | variables, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "error: The settings are not complete (docs/configuration.md lists them):",
        "  mutual TLS needs ORGAPI_TLS_KEY beside ORGAPI_TLS_CERTIFICATE and ORGAPI_TLS_AUTHORITY",
    ]


async def test_a_health_check_passes_with_the_services_certificates_alone(
    tls: TlsFields, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ServiceSettings(service_key=KEY, listen="127.0.0.1:0", **tls)
    async with hosted(settings, AccessDouble()) as host:
        address = f"127.0.0.1:{host.port}"
        with pytest.raises(typer.Exit):
            await asyncio.to_thread(check_grpc, address)
        for name, value in environment_of(tls).items():
            monkeypatch.setenv(name, value)
        await asyncio.to_thread(check_grpc, address)
