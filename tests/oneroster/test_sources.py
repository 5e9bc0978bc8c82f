from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from oneroster import RosterError, read_roster

ORGS = "sourcedId,status,name,type\no1,,School,school\n"
MANIFEST = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n"


def make_zip(path: Path, files: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def make_folder(path: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, data in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize("prefix", ["", "export/"])
@pytest.mark.parametrize("packed", [False, True])
def test_files_are_found_at_the_top_or_in_one_folder(prefix: str, packed: bool, tmp_path: Path) -> None:
    files = {
        f"{prefix}Manifest.csv": MANIFEST,
        f"{prefix}ORGS.CSV": ORGS,
        f"{prefix}readme.txt": "",
        "__MACOSX/._orgs.csv": "",
    }
    source = make_zip(tmp_path / "r.zip", files) if packed else make_folder(tmp_path / "r", files)
    roster = read_roster(source)
    assert [org.name for org in roster.orgs()] == ["School"]
    assert roster.manifest.oneroster_version == "1.1"


@pytest.mark.parametrize(
    ("files", "text"),
    [
        ({"readme.txt": ""}, "no OneRoster CSV files"),
        ({"a/b/orgs.csv": ORGS}, "no OneRoster CSV files"),
        ({"a/orgs.csv": ORGS, "b/orgs.csv": ORGS}, "several folders: a, b"),
        ({"orgs.csv": ORGS, "ORGS.csv": ORGS}, "twice"),
        ({"../orgs.csv": ORGS, "a/orgs.csv": ORGS}, "several folders"),
    ],
)
def test_a_zip_that_is_unclear_is_refused(files: dict[str, str], text: str, tmp_path: Path) -> None:
    with pytest.raises(RosterError, match=text):
        read_roster(make_zip(tmp_path / "r.zip", files))


def test_what_is_neither_a_folder_nor_a_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.zip").write_bytes(b"no zip")
    with pytest.raises(RosterError, match="neither a folder nor a readable ZIP"):
        read_roster(tmp_path / "r.zip")
    with pytest.raises(RosterError, match="cannot be read"):
        read_roster(tmp_path / "absent.zip")


def test_a_zip_that_is_damaged_inside_is_refused_when_its_rows_are_read(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "r.zip", {"orgs.csv": ORGS})
    data = bytearray(path.read_bytes())
    data[45] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(RosterError, match="damaged"):
        list(read_roster(path).orgs())


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "r.zip", {"orgs.csv": ORGS})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(RosterError, match="encrypted"):
        list(read_roster(path).orgs())


@pytest.mark.parametrize("version", ["1.3", "1.0", "", "\x1b[2J"])
def test_another_version_is_refused(version: str, tmp_path: Path) -> None:
    with pytest.raises(RosterError, match=r"only 1\.1 and 1\.2 can be read"):
        read_roster(make_folder(tmp_path, {"manifest.csv": f"oneroster.version,{version}\n", "orgs.csv": ORGS}))


def test_without_a_manifest_every_file_counts_as_bulk(tmp_path: Path) -> None:
    roster = read_roster(make_folder(tmp_path, {"orgs.csv": ORGS}))
    assert len(list(roster.orgs())) == 1
    assert list(roster.users()) == []
    assert (roster.manifest.oneroster_version, roster.problems) == ("", [])


def test_a_file_that_the_manifest_calls_absent_is_not_read(tmp_path: Path) -> None:
    roster = read_roster(make_folder(tmp_path, {"manifest.csv": f"{MANIFEST}file.orgs,absent\n", "orgs.csv": ORGS}))
    assert list(roster.orgs()) == []
    assert roster.problems == []


def test_a_file_that_the_manifest_promises_and_that_is_missing_is_a_problem(tmp_path: Path) -> None:
    roster = read_roster(make_folder(tmp_path, {"manifest.csv": f"{MANIFEST}file.users,bulk\n"}))
    assert list(roster.users()) == []
    assert [(problem.position, problem.text) for problem in roster.problems] == [
        ("users.csv", "the manifest calls it bulk, but it is not there")
    ]
    assert (roster.unread, roster.refused) == (["users.csv"], {"users": 1})


def test_a_delta_file_must_say_each_status(tmp_path: Path) -> None:
    rows = f"{ORGS}o2,tobedeleted,Old,school\n"
    roster = read_roster(make_folder(tmp_path, {"manifest.csv": f"{MANIFEST}file.orgs,Delta\n", "orgs.csv": rows}))
    assert [(org.sourced_id, org.status) for org in roster.orgs()] == [("o2", "tobedeleted")]
    assert [(problem.line, problem.text) for problem in roster.problems] == [
        (2, "status: '' is not a status (active, inactive, tobedeleted)")
    ]


def test_an_unknown_mode_in_the_manifest_is_a_problem_and_counts_as_bulk(tmp_path: Path) -> None:
    roster = read_roster(make_folder(tmp_path, {"manifest.csv": f"{MANIFEST}file.orgs,some\n", "orgs.csv": ORGS}))
    assert len(list(roster.orgs())) == 1
    assert roster.problems[0].text == "file.orgs is 'some'; the file counts as bulk"


def test_two_rosters_share_no_problems(tmp_path: Path) -> None:
    first = read_roster(make_folder(tmp_path / "a", {"orgs.csv": "sourcedId,name,type\n,x,y\n"}))
    second = read_roster(make_folder(tmp_path / "b", {"orgs.csv": ORGS}))
    assert (list(first.orgs()), len(list(second.orgs()))) == ([], 1)
    assert (len(first.problems), second.problems) == (1, [])


MEASURE = """
import resource, sys
from pathlib import Path
from oneroster import read_roster
roster = read_roster(Path(sys.argv[1]))
next(roster.orgs())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _ in roster.orgs())
print(count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_a_large_file_is_never_held_in_memory(tmp_path: Path) -> None:
    rows = "sourcedId,status,name,type\n" + f"o1,,{'N' * 400},school\n" * 60_000
    path = make_zip(tmp_path / "r.zip", {"orgs.csv": rows})
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    count, grown = map(int, done.stdout.split())
    assert count == 60_000
    assert grown < 8
