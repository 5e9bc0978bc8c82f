from __future__ import annotations

import getpass
import json
import sys
import uuid
from pathlib import Path

import pytest
from organisation.v1 import access_admin_service_pb2 as pb
from typer.testing import CliRunner

from catalogue.loader import load_catalogue
from cli.access import app
from cli.access_explain import print_tables
from cli.output import print_rows
from tests.auth.client import SERVICE_KEY
from tests.cli_access.conftest import Command

FOLDER = "Create.Course.Element.Folder"
ONCE = "Keep the secret now: it is shown this once and stored nowhere."


def rows(text: str) -> list[dict[str, str]]:
    """Returns tab-separated output by column."""
    head, *lines = text.splitlines()
    return [dict(zip(head.split("\t"), line.split("\t"), strict=True)) for line in lines]


def made(access: Command, *arguments: str, stdin: str = "") -> dict[str, str]:
    result = access(*arguments, stdin=stdin)
    assert result.exit_code == 0, result.output
    return rows(result.stdout)[0]


def test_an_operator_sets_a_partner_up(access: Command) -> None:
    site = made(access, "site", "create", "Planets")["site"]
    partner = made(access, "partner", "create", "Acme")["partner"]
    access("vendor", "put", "V-1", "--no-content")
    created = access(
        "credential", "create", partner, "--site", site, "--username", "acme", "--header", "must-understand"
    )
    credential = rows(created.stdout)[0]
    assert len(credential["secret"]) >= 43
    assert (created.stderr.strip(), credential["username"]) == (ONCE, "acme")
    assert access("grant", credential["credential"], "--all").exit_code == 0
    listed = rows(access("credential", "list", "--partner", partner).stdout)
    assert [(row["username"], row["site"], row["header"]) for row in listed] == [("acme", site, "must-understand")]
    assert listed[0]["grants"] == str(len(load_catalogue().types))
    assert access("ungrant", credential["credential"], FOLDER).exit_code == 0
    assert rows(access("credential", "list").stdout)[0]["grants"] == str(len(load_catalogue().types) - 1)
    assert access("allow-site", site, partner).exit_code == 0
    assert access("deny-site", site, partner).exit_code == 0
    assert [row["name"] for row in rows(access("site", "list").stdout)] == ["Planets"]
    assert [row["name"] for row in rows(access("partner", "list").stdout)] == ["Acme"]
    trail = rows(access("audit").stdout)
    assert [row["action"] for row in reversed(trail)] == [
        "site.created",
        "partner.created",
        "vendor.stored",
        "credential.created",
        "types.granted",
        "types.revoked",
        "site.partner_allowed",
        "site.partner_denied",
    ]
    assert {row["actor"] for row in trail} == {f"operator:{getpass.getuser()}"}


def test_secrets_are_rotated_retired_and_revoked(access: Command) -> None:
    partner = made(access, "partner", "create", "Acme")["partner"]
    number = made(access, "credential", "create", partner)["credential"]
    first = rows(access("credential", "list").stdout)[0]["secrets"]
    second = access("credential", "rotate", number)
    assert second.stderr.strip() == ONCE
    third = access("credential", "rotate", number)
    assert (third.exit_code, third.stdout) == (1, "")
    assert third.stderr == "error: The credential has two live secrets: retire one of them first.\n"
    assert access("credential", "retire", number, first).exit_code == 0
    assert rows(access("credential", "list").stdout)[0]["secrets"] == rows(second.stdout)[0]["secret_id"]
    assert access("credential", "revoke", number).exit_code == 0
    assert rows(access("credential", "list").stdout)[0]["revoked"] != ""


def test_a_guid_is_imported_from_a_pipe_and_not_from_the_arguments(access: Command) -> None:
    partner = made(access, "partner", "create", "Acme")["partner"]
    guid = str(uuid.uuid4())
    created = made(access, "credential", "create", partner, "--import-secret", stdin=f"{guid}\n")
    assert created["secret"] == guid
    refused = access("credential", "create", partner, "--import-secret", stdin="hunter2\n")
    assert (refused.exit_code, refused.stderr) == (1, "error: imported_secret must be a random GUID.\n")


def test_json_is_one_object_a_line(access: Command) -> None:
    for name in ("One", "Two"):
        access("site", "create", name)
    lines = access("site", "list", "--json").stdout.splitlines()
    assert [json.loads(line) for line in lines] == [{"site": "1", "name": "One"}, {"site": "2", "name": "Two"}]


def test_the_actor_may_be_named(access: Command) -> None:
    access("site", "create", "Planets", "--actor", "ana")
    assert rows(access("audit", "--subject", "site:1").stdout)[0]["actor"] == "operator:ana"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["credential", "create", "99"], "There is no partner 99."),
        (["site", "create", "a\tb"], "name must be printable, without white space around it: 'a\\tb'"),
        (["grant", "1"], "Name message types, or give --all."),
        (["grant", "1", FOLDER, "--all"], "Name message types, or give --all."),
        (["grant", "1", "*"], "The catalogue has no message type '*'."),
    ],
)
def test_an_error_is_one_line(access: Command, arguments: list[str], error: str) -> None:
    result = access(*arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"error: {error}\n")


def test_the_environment_finds_a_service_as_well(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORGAPI_AUTH_ADDRESS", address)
    monkeypatch.setenv("ORGAPI_SERVICE_KEY", SERVICE_KEY)
    assert CliRunner().invoke(app, ["site", "create", "Planets"]).exit_code == 0
    monkeypatch.setenv("ORGAPI_SERVICE_KEY", "the key of another system, long enough")
    refused = CliRunner().invoke(app, ["site", "list"])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("error: The service refuses the service key.")
    monkeypatch.setenv("ORGAPI_SERVICE_KEY", "short")
    assert "fewer than 32 characters" in CliRunner().invoke(app, ["site", "list"]).stderr


def test_it_is_said_when_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = CliRunner().invoke(app, ["site", "list", "--data", str(tmp_path)])
    assert (stopped.exit_code, stopped.stderr) == (1, f"error: No `orgapi up` is running on {tmp_path}.\n")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.delenv("ORGAPI_AUTH_ADDRESS", raising=False)
    unset = CliRunner().invoke(app, ["site", "list"])
    assert unset.exit_code == 1
    assert unset.stderr == (
        "error: Give --data DIR of a running `orgapi up`, or set ORGAPI_AUTH_ADDRESS and ORGAPI_SERVICE_KEY.\n"
    )


def test_a_name_that_looks_like_markup_is_shown_as_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    print_rows(["site", "name"], [["1", "[/bold]"], ["2", "[red]x"]])
    shown = capsys.readouterr().out
    assert "[/bold]" in shown
    assert "[red]x" in shown


def test_it_explains_who_may_and_who_may_not(access: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    site = made(access, "site", "create", "Planets")["site"]
    partner = made(access, "partner", "create", "Acme")["partner"]
    bound = made(access, "credential", "create", partner, "--site", site, "--username", "bound")["credential"]
    made(access, "credential", "create", partner, "--username", "roaming")
    access("grant", bound, FOLDER)
    may = access("explain", bound, "--type", FOLDER)
    assert may.exit_code == 0, may.output
    assert [row["verdict"] for row in rows(may.stdout)] == ["passes"] * 7 + ["allowed"]
    assert rows(may.stdout)[-1]["finding"] == f"credential {bound} (bound): allowed on site {site}"
    may_not = access("explain", bound, "--type", FOLDER, "--site", site)
    assert may_not.exit_code == 3
    verdicts = [row["verdict"] for row in rows(may_not.stdout)]
    assert verdicts == ["passes", "passes", "denies", *["not asked"] * 4, "denied"]
    both = access("explain", "--partner", partner, "--type", FOLDER, "--json")
    assert both.exit_code == 0
    told = [json.loads(line) for line in both.stdout.splitlines()]
    assert [(one["username"], one["allowed"], one["reason"]) for one in told] == [
        ("bound", True, ""),
        ("roaming", False, "TYPE_NOT_GRANTED"),
    ]
    assert {step["verdict"] for step in told[1]["steps"]} == {"passes", "denies", "not asked"}
    for wrong in ((), (bound, "--partner", partner)):
        assert access("explain", *wrong).stderr == "error: Name a credential, or give --partner.\n"
    unknown = access("explain", "999")
    assert (unknown.exit_code, unknown.stderr) == (1, "error: There is no credential 999.\n")


def test_a_terminal_shows_the_rules_in_colours(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    steps = [
        pb.AccessStep(rule="site named", verdict=pb.ACCESS_VERDICT_PASSED, finding="It names none."),
        pb.AccessStep(rule="site exists", verdict=pb.ACCESS_VERDICT_DENIED, finding="[red]no such site[/red]"),
        pb.AccessStep(rule="organisation"),
    ]
    print_tables(
        [pb.AccessExplanation(credential_id=7, username="[b]", reason="SITE_UNKNOWN", text="No.", steps=steps)]
    )
    shown = capsys.readouterr().out
    assert "credential 7 ([b]): denied, SITE_UNKNOWN: No." in shown
    assert "[red]no such site[/red]" in shown
    assert "\x1b[32mpasses" in shown
    assert "\x1b[1;31mdenies" in shown
