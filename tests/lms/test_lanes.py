from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine

from lms.lanes import (
    Detail,
    Progress,
    Result,
    advance_lane,
    count_retry,
    lane_progress,
    lock_lane,
    stored_results,
)
from runtime.direct import Direct

NOW = datetime(2026, 9, 1, 8, 0, 0, 123456, tzinfo=UTC)


def result(lane_seq: int) -> Result:
    detail = Detail("Folder", "Folder created", "k", "Info")
    return Result(lane_seq, 11, lane_seq + 100, "Finished", (detail,), NOW, NOW)


def test_results_come_back_as_they_were_stored(engine: Engine) -> None:
    with engine.begin() as connection:
        assert lock_lane(Direct(connection), 1, 1) == Progress(0, 0, 0)
        advance_lane(Direct(connection), 1, [result(1), result(2)])
    with engine.begin() as connection:
        assert stored_results(connection, 1, 1, 2) == [result(1), result(2)]
        assert stored_results(connection, 1, 2, 9) == [result(2)]
        assert stored_results(connection, 2, 1, 9) == []
        assert lane_progress(connection, 1) == Progress(2, 0, 0)


def test_a_lower_fence_never_locks(engine: Engine) -> None:
    with engine.begin() as connection:
        assert lock_lane(Direct(connection), 1, 5) is not None
        assert lock_lane(Direct(connection), 1, 4) is None
        assert lock_lane(Direct(connection), 1, 5) is not None
        assert lock_lane(Direct(connection), 1, 6) is not None


def test_failures_are_counted_until_the_message_ends(engine: Engine) -> None:
    with engine.begin() as connection:
        assert [count_retry(connection, 1, 1, 7) for _ in range(3)] == [1, 2, 3]
        assert count_retry(connection, 1, 1, 8) == 1
        lock_lane(Direct(connection), 1, 1)
        advance_lane(Direct(connection), 1, [result(8)])
        assert lane_progress(connection, 1) == Progress(8, 0, 0)
