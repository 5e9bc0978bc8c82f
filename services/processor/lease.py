"""The time for which a lane is ours."""

from __future__ import annotations

import time

from services.processor.peers import Lanes


class Lease:
    """Prolongs a claim while long work goes on; raises Fenced when the lane is another's."""

    def __init__(self, lanes: Lanes, lane_id: int, fence: int, seconds: int) -> None:
        self._lanes = lanes
        self._lane_id = lane_id
        self._fence = fence
        self._seconds = seconds
        self._renew_at = time.monotonic() + seconds / 3

    def keep(self) -> None:
        """Call it now and then: asks for more time once a third of it is gone."""
        now = time.monotonic()
        if now >= self._renew_at:
            self._lanes.renew(self._lane_id, self._fence, self._seconds)
            self._renew_at = now + self._seconds / 3
