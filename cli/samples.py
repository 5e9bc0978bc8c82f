"""Where the sample data is: beside the sources, with its origins and licences in SOURCES.md."""

from __future__ import annotations

from pathlib import Path


def samples_folder() -> Path:
    """Returns the folder; raises FileNotFoundError where only the installed package is there."""
    folder = Path(__file__).resolve().parent.parent / "samples"
    if not folder.is_dir():
        raise FileNotFoundError("The demo needs the samples/ folder of the source tree; run it from a checkout.")
    return folder
