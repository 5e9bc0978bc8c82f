"""`python -m manual DIR [--catalogue DIR]`: writes the manual."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from manual.site import build_site


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(prog="python -m manual", description="Writes the manual as a static site.")
    parser.add_argument("folder", type=Path, help="where to; what is there is removed")
    parser.add_argument("--catalogue", type=Path, help="folder of types that the deployment adds")
    parser.add_argument("--identifiers", type=Path, help="TOML file with the deployment's own numbers")
    given = parser.parse_args()
    count = build_site(given.folder, given.catalogue, given.identifiers)
    sys.stdout.write(f"{count} pages: {(given.folder / 'index.html').resolve().as_uri()}\n")


if __name__ == "__main__":
    main()
