"""What is found out at start."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from catalogue.loader import load_catalogue
from services.processor.handler import HandlerError, added_handlers, make_routes, own_handlers
from tests.processor.added_type import HANDLER, write_type


def test_every_type_of_the_catalogue_has_its_handler() -> None:
    catalogue = load_catalogue()
    routes = make_routes(catalogue, own_handlers())
    assert set(routes) == {one.name for one in catalogue.types if not one.is_read}


def test_a_type_without_a_handler_is_found_at_start(tmp_path: Path) -> None:
    catalogue = load_catalogue(write_type(tmp_path))
    with pytest.raises(HandlerError, match=r"Create\.Course\.Note has no handler"):
        make_routes(catalogue, own_handlers())


def test_a_handler_without_a_type_is_found_at_start() -> None:
    with pytest.raises(HandlerError, match="no type in the catalogue"):
        make_routes(load_catalogue(), [*own_handlers(), HANDLER])


def test_two_handlers_of_one_type_are_found_at_start() -> None:
    handlers = own_handlers()
    with pytest.raises(HandlerError, match="two handlers"):
        make_routes(load_catalogue(), [*handlers, dataclasses.replace(handlers[0])])


def test_a_deployment_adds_handlers_by_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "notes-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: notes\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[orgapi.handlers]\nnote = tests.processor.added_type:HANDLER\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert added_handlers() == [HANDLER]
