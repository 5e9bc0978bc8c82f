"""Compiles the protos beside this file into importable stubs; hatchling calls it at install, `make protos` by hand."""

from __future__ import annotations

import shutil
import sysconfig
from importlib.resources import files
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent


class StubsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before a wheel or an editable install is made; an sdist carries the protos alone."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (hatchling's signature)
        if self.target_name == "wheel":
            compile_stubs()


def compile_stubs() -> None:
    """Writes *_pb2.py(i) and *_pb2_grpc.py(i) beside their protos; exits with protoc's status when that is not 0."""
    from grpc_tools import protoc  # noqa: PLC0415 (a build requirement: importing this module must not need it)

    arguments = [
        "protoc",
        f"--proto_path={ROOT}",
        f"--proto_path={files('grpc_tools') / '_proto'}",
        f"--python_out={ROOT}",
        f"--grpc_python_out={ROOT}",
        f"--plugin=protoc-gen-mypy={_script('protoc-gen-mypy')}",
        f"--plugin=protoc-gen-mypy_grpc={_script('protoc-gen-mypy_grpc')}",
        f"--mypy_out={ROOT}",
        f"--mypy_grpc_out={ROOT}",
        *(str(path) for path in sorted((ROOT / "organisation").rglob("*.proto"))),
    ]
    if status := protoc.main(arguments):
        raise SystemExit(f"protoc ended with status {status}")


def _script(name: str) -> str:
    """An isolated build has scripts on PATH, not beside sys.executable; a plain environment may do the reverse."""
    found = shutil.which(name) or shutil.which(name, path=sysconfig.get_path("scripts"))
    if found is None:
        raise SystemExit(f"{name} is missing: pip install mypy-protobuf")
    return found


if __name__ == "__main__":
    compile_stubs()
