"""The search, as a browser runs it, over the index that the site has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from py_mini_racer import MiniRacer

from catalogue.loader import load_catalogue
from manual.site import DOCS


class Search:
    """The two scripts of a page, without a page."""

    def __init__(self, site: Path) -> None:
        self._engine = MiniRacer()
        self._engine.eval("var window = {};")
        for name in ("search-index.js", "search.js"):
            self._engine.eval((site / name).read_text())

    def index(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(str(self._engine.eval("JSON.stringify(window.manualIndex)")))
        return found

    def __call__(self, words: str) -> list[dict[str, Any]]:
        call = f"JSON.stringify(searchManual(window.manualIndex, {json.dumps(words)}))"
        found: list[dict[str, Any]] = json.loads(str(self._engine.eval(call)))
        return found

    def titles(self, words: str) -> list[str]:
        return [one["title"] for one in self(words)]


@pytest.fixture(scope="module")
def search(site: Path) -> Search:
    return Search(site)


def test_the_index_holds_every_type_and_guide_and_its_pages_are_there(search: Search, site: Path) -> None:
    index = search.index()
    names = {kind.name for kind in load_catalogue().types}
    assert names <= {one["title"] for one in index}
    assert len(index) == len(names) + len(list(DOCS.glob("*.md")))
    assert all((site / one["url"]).is_file() for one in index)


def test_every_type_is_found_first_by_its_name(search: Search) -> None:
    for kind in load_catalogue().types:
        assert search.titles(kind.name)[0] == kind.name


def test_an_error_text_leads_to_the_types_that_give_it(search: Search) -> None:
    assert "Create.Course.Element.Folder" in search.titles("User (creator) does not exist.")
    assert "Create.Course.Element.Link" not in search.titles("User (creator) does not exist.")


def test_an_element_is_found_with_what_is_said_of_it(search: Search) -> None:
    found = {one["title"]: one["excerpt"] for one in search("sharedsecret")}
    assert "SharedSecret" in found["Create.Extension.Instance"]


def test_every_word_must_be_found(search: Search) -> None:
    assert search.titles("folder security locked")
    assert search.titles("folder zeppelin") == []
    assert search.titles("   ") == []
