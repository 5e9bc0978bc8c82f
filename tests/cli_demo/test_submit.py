from __future__ import annotations

from dataclasses import replace

import pytest

from cli.demo.course import Message
from cli.demo.submit import Detail, Outcome

MADE = Message("Create.Course.Element.Folder", "Week 1", "<Message/>", ("k1",))
REFUSED = replace(MADE, refusal="User with")
FINISHED = Outcome(MADE, 1, "Finished", (Detail("Info", "Folder created", "k1"),))
ERRORS = Outcome(REFUSED, 2, "Errors", (Detail("Error", "User with specified …", ""),))


@pytest.mark.parametrize("outcome", [FINISHED, ERRORS])
def test_what_went_as_planned_is_no_complaint(outcome: Outcome) -> None:
    assert outcome.complaint() == ""


def test_a_key_that_the_server_makes_may_be_any_but_must_be_there() -> None:
    made = replace(MADE, keys=("", ""))
    details = (Detail("Info", "", "a"), Detail("Info", "", "b"))
    assert replace(FINISHED, message=made, details=details).complaint() == ""
    assert replace(FINISHED, message=made, details=(details[0], Detail("Info", "", ""))).complaint() != ""


@pytest.mark.parametrize(
    "outcome",
    [
        replace(FINISHED, status="Warnings"),
        replace(FINISHED, status="Errors"),
        replace(FINISHED, status="InQueue"),
        replace(FINISHED, details=()),
        replace(FINISHED, details=FINISHED.details * 2),
        replace(FINISHED, details=(Detail("Info", "", "other"),)),
        replace(ERRORS, status="Finished"),
        replace(ERRORS, details=(Detail("Error", "Course with specified …", ""),)),
        replace(ERRORS, details=()),
    ],
)
def test_what_went_another_way_is_a_complaint_that_names_the_message(outcome: Outcome) -> None:
    assert "Week 1 (Create.Course.Element.Folder)" in outcome.complaint()
