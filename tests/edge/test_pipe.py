"""The pipe between a download and the HTTP server."""

from __future__ import annotations

import asyncio
import errno
import os
from contextlib import closing
from pathlib import Path

import pytest

from edge.pipe import PIPE_BYTES, Pipe

CONTENT = os.urandom(1024 * 1024)


async def test_what_is_written_is_read_from_the_path_and_ends_with_the_pipe(tmp_path: Path) -> None:
    with closing(Pipe(tmp_path)) as pipe:
        reading = asyncio.create_task(asyncio.to_thread(pipe.path.read_bytes))
        await asyncio.wait_for(pipe.write(CONTENT), 10)
    assert await asyncio.wait_for(reading, 10) == CONTENT


async def test_a_writer_waits_for_a_reader_that_takes_nothing(tmp_path: Path) -> None:
    with closing(Pipe(tmp_path)) as pipe:
        writing = asyncio.create_task(pipe.write(CONTENT))
        await asyncio.sleep(0.1)
        assert not writing.done()
        with pipe.path.open("rb", buffering=0) as reader:
            assert len(reader.read(PIPE_BYTES)) == PIPE_BYTES
            await asyncio.sleep(0.1)
            assert not writing.done()
        with pytest.raises(BrokenPipeError):
            await asyncio.wait_for(writing, 10)


async def test_a_pipe_that_nobody_reads_can_be_given_up(tmp_path: Path) -> None:
    before = open_files()
    with closing(Pipe(tmp_path)) as pipe, pytest.raises(TimeoutError):
        await asyncio.wait_for(pipe.write(CONTENT), 0.1)
    assert open_files() == before
    assert not files_of(tmp_path)


def test_where_no_more_files_can_be_opened_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, really = open_files(), os.open

    def none_for_writing(path: Path, flags: int) -> int:
        if flags & os.O_WRONLY:
            raise OSError(errno.EMFILE, "Too many open files")
        return really(path, flags)

    monkeypatch.setattr(os, "open", none_for_writing)
    with pytest.raises(OSError, match="Too many"):
        Pipe(tmp_path)
    monkeypatch.undo()
    assert (open_files(), files_of(tmp_path)) == (before, [])


async def test_who_opens_the_path_too_late_gets_nobody_elses_bytes(tmp_path: Path) -> None:
    with closing(Pipe(tmp_path)) as gone:
        await gone.write(b"a")
    with closing(Pipe(tmp_path)) as other:
        await other.write(b"b")
        with pytest.raises(FileNotFoundError):
            gone.path.read_bytes()


def open_files() -> int:
    return len(files_of(Path("/dev/fd")))


def files_of(folder: Path) -> list[Path]:
    return list(folder.iterdir())
