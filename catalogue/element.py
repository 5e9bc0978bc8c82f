"""One name for the class of lxml's elements."""

from __future__ import annotations

from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element  # noqa: SLF001 (lxml gives the class no public name)
