"""Which reader a package is for."""

from __future__ import annotations

from typing import Literal

from lms.packages.archive import Archive
from lms.packages.errors import Remarks
from lms.packages.manifest import read_manifest
from lms.packages.qti import is_qti_item, is_qti_test

PackageKind = Literal["IMS", "SCORM", "QTI"]


def package_kind(archive: Archive) -> PackageKind:
    """Returns the kind of a package by its manifest; QTI wins, since QTI packages are IMS packages as well.

    Raises PackageError when there is no usable manifest.
    """
    manifest = read_manifest(archive, Remarks())
    if any(is_qti_item(resource) or is_qti_test(resource) for resource in manifest.resources):
        return "QTI"
    return "SCORM" if manifest.is_scorm else "IMS"
