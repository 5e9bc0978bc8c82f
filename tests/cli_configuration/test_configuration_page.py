from __future__ import annotations

from pathlib import Path

from cli.configuration import render

PAGE = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"


def test_the_page_says_what_the_settings_classes_say() -> None:
    assert PAGE.read_text() == render(), "run: .venv/bin/python -m cli.configuration > docs/configuration.md"


def test_secrets_have_no_default() -> None:
    lines = [line for line in render().splitlines() if "| secret |" in line]
    assert lines
    assert all("`" not in line.split("|")[3] for line in lines)
