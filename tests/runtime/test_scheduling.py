"""What a process tells the system of its threads."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from runtime.scheduling import Scheduling, settle_scheduling


def policies_after(scheduling: Scheduling, before: int) -> tuple[int, int]:
    """Returns the policies of a thread that settles its own, and of one that it starts after."""

    def settle() -> tuple[int, int]:
        os.sched_setscheduler(0, before, os.sched_param(0))
        settle_scheduling(scheduling)
        with ThreadPoolExecutor(1) as later:
            return os.sched_getscheduler(0), later.submit(os.sched_getscheduler, 0).result()

    with ThreadPoolExecutor(1) as one:
        return one.submit(settle).result()


@pytest.mark.parametrize(
    ("scheduling", "before", "after"),
    [
        ("batch", os.SCHED_OTHER, os.SCHED_BATCH),
        ("other", os.SCHED_OTHER, os.SCHED_OTHER),
        ("batch", os.SCHED_IDLE, os.SCHED_IDLE),
    ],
    ids=["batch", "other", "what an operator has set"],
)
def test_threads_inherit_what_their_process_settles(scheduling: Scheduling, before: int, after: int) -> None:
    assert policies_after(scheduling, before) == (after, after)


def test_a_system_that_forbids_it_is_no_reason_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setscheduler", forbidden)
    settle_scheduling("batch")
