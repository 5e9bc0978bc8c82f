"""The machine that figures are taken on."""

from __future__ import annotations

import os
import platform


def machine() -> str:
    """Returns what tells a reader how to compare the figures with others."""
    return f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
