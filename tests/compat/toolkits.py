"""The toolkits of the matrix: what each is installed from, how its program is made and run, and what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CELLS = ("GetMessageTypes", "AddMessage", "GetMessageResult", "ReadCourses", "UploadFile", "Fault")
JAVA = "/usr/share/java"


@dataclass(frozen=True)
class Toolkit:
    """Commands may name {edge}, {here} (the folder of its program) and {work} (a folder to build in)."""

    name: str
    folder: str
    run: tuple[str, ...]
    """Edge, user name, password and message follow as arguments."""
    build: tuple[str, ...] = ()
    tools: Mapping[str, str] = field(default_factory=dict)
    """Commands that it needs, and the Debian package of each."""
    debian: tuple[str, ...] = ()
    npm: str = ""
    wheel: str = ""
    upload_answer: str = "mtom"
    """ORGAPI_UPLOAD_ANSWER of the deployment that it can read."""


NODE = {"node": "nodejs", "npm": "npm"}
MONO = {"mono": "mono-runtime", "mcs": "mono-mcs"}
MONO_LIBRARIES = ("mono-devel", "libmono-system-servicemodel4.0a-cil")
MCS = (
    "mcs",
    "-out:{work}/client.exe",
    "-r:System.ServiceModel.dll",
    "-r:System.Runtime.Serialization.dll",
    "-r:System.Xml.dll",
    "{here}/Client.cs",
)

TOOLKITS = (
    Toolkit("zeep", "zeep", ("{work}/venv/bin/python", "{here}/client.py"), wheel="zeep"),
    Toolkit(
        "suds-community",
        "suds",
        ("{work}/venv/bin/python", "{here}/client.py"),
        wheel="suds-community",
        upload_answer="text",
    ),
    Toolkit(
        "PHP ext-soap",
        "php",
        ("php", "{here}/client.php"),
        tools={"php": "php-cli"},
        debian=("php-soap", "php-xml"),
        upload_answer="text",
    ),
    Toolkit("node soap", "node-soap", ("node", "{here}/client.js"), tools=NODE, npm="soap@1"),
    Toolkit("node strong-soap", "strong-soap", ("node", "{here}/client.js"), tools=NODE, npm="strong-soap@5"),
    Toolkit(
        "Mono WCF",
        "mono",
        ("mono", "{work}/client.exe", "text"),
        build=MCS,
        tools=MONO,
        debian=MONO_LIBRARIES,
        upload_answer="text",
    ),
    Toolkit("Mono WCF, MTOM", "mono", ("mono", "{work}/client.exe", "mtom"), MCS, MONO, MONO_LIBRARIES),
    Toolkit(
        "SOAP::Lite",
        "soap-lite",
        ("perl", "{here}/client.pl"),
        tools={"perl": "perl"},
        debian=("libsoap-lite-perl", "libmime-tools-perl"),
    ),
    Toolkit(
        "gSOAP",
        "gsoap",
        ("{work}/client",),
        build=("sh", "{here}/build.sh", "{edge}", "{here}"),
        tools={"wsdl2h": "gsoap", "cc": "gcc"},
        debian=("libgsoap-dev", "libssl-dev", "zlib1g-dev", "libc6-dev"),
    ),
    Toolkit(
        "JAX-WS RI",
        "jaxws",
        ("java", "-cp", f"{{work}}/classes:{JAVA}/jaxws-rt.jar:{JAVA}/jaxws-api.jar", "Client"),
        build=("sh", "{here}/build.sh", "{edge}", "{here}"),
        tools={"wsimport": "jaxws", "javac": "default-jdk-headless"},
        debian=("libjaxws-java",),
    ),
)
