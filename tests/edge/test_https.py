"""HTTPS in the edge itself."""

from __future__ import annotations

import http.client
import ssl
import subprocess
import sys
from contextlib import closing
from os import environ
from pathlib import Path

import pytest

from tests.edge.client import ADD_MESSAGE, envelope
from tests.edge.fakes import FakeBackend, World
from tests.edge.process import EdgeProcess
from tests.support.certificates import Authority


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["TLS 1.2", "TLS 1.3"])
def test_calls_go_over_https_and_the_wsdl_asks_for_it(
    backend: FakeBackend, world: World, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    authority = Authority(tmp_path)
    files = authority.issue("edge")
    settings = {"https_certificate": str(files["tls_certificate"]), "https_key": str(files["tls_key"])}
    context = ssl.create_default_context(cafile=authority.certificate)
    context.maximum_version = version
    process = EdgeProcess(backend, scheme="https", **settings)
    with closing(http.client.HTTPSConnection("127.0.0.1", process.port, timeout=10, context=context)) as connection:
        connection.request("POST", "/DataService.svc", envelope(ADD_MESSAGE).encode(), {"Content-Type": "text/xml"})
        response = connection.getresponse()
        assert (response.status, b"<a:MessageId>7<" in response.read()) == (200, True)
        connection.request("GET", "/DataService.svc?wsdl")
        wsdl = connection.getresponse().read()
    assert f'location="https://127.0.0.1:{process.port}/DataService.svc"'.encode() in wsdl
    assert b"TransportBinding" in wsdl
    assert '"scheme": "https"' in process.stop()


def test_half_a_configuration_does_not_start(tmp_path: Path) -> None:
    env = {**environ, "ORGAPI_HTTPS_CERTIFICATE": str(Authority(tmp_path).issue("edge")["tls_certificate"])}
    command = [sys.executable, "-m", "cli", "serve", "edge"]
    done = subprocess.run(command, env=env, capture_output=True, timeout=30, check=False)
    assert done.returncode == 1
    assert b"HTTPS needs ORGAPI_HTTPS_KEY beside ORGAPI_HTTPS_CERTIFICATE" in done.stderr
