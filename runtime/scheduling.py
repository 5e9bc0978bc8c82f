"""How the system shares the processor among the threads of a server."""

from __future__ import annotations

import contextlib
import os
from typing import Literal

Scheduling = Literal["batch", "other"]


def settle_scheduling(scheduling: Scheduling) -> None:
    """Has threads of this process run on when others of ours wake: SCHED_BATCH of sched(7), with scheduling "batch".

    Call it before there are threads or children: they inherit it. By default a thread that is woken interrupts the one
    that woke it, which in Python means to wait for the interpreter that the other still holds. A policy that the
    operator has set, or a system that has none, stays as it is.
    """
    if scheduling != "batch" or not hasattr(os, "SCHED_BATCH"):
        return
    with contextlib.suppress(OSError):  # it is a matter of speed alone
        if os.sched_getscheduler(0) == os.SCHED_OTHER:
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
