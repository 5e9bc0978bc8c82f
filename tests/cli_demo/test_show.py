from __future__ import annotations

import io

from rich.console import Console

from cli.demo.course import FOLDER, Element, Message
from cli.demo.show import Show
from cli.demo.submit import Detail, Outcome

FOLDER_TYPE = "Create.Course.Element.Folder"
FINISHED = Outcome(Message(FOLDER_TYPE, "Week 1", ""), 1, "Finished", (Detail("Info", "", "k"),))
REFUSED = Outcome(Message(FOLDER_TYPE, "[red]Week[/red]", ""), 2, "Errors", (Detail("Error", "[bold]no[/bold]", ""),))


def in_a_pipe() -> tuple[Show, io.StringIO]:
    output = io.StringIO()
    return Show(Console(file=output, width=100)), output


def test_a_pipe_gets_no_escape_sequences() -> None:
    show, output = in_a_pipe()
    show.progress("sending", iter(range(5)), 5)
    with show.waiting("Starting"):
        show.warn("wrong")
    show.course("MATH", Element("Course", FOLDER, children=(Element("Page", "Page", active=False),)))
    assert "\x1b" not in output.getvalue()
    assert "Page (Page, hidden)" in output.getvalue()
    assert "5/5" in output.getvalue()


def test_the_closing_table_counts_by_type_and_together() -> None:
    show, output = in_a_pipe()
    show.summary([FINISHED, REFUSED, FINISHED], [("uploads", "9 files")])
    rows = [line.replace("│", " ").replace("┃", " ").split() for line in output.getvalue().splitlines()]
    assert [FOLDER_TYPE, "3", "2", "1"] in rows
    assert ["all", "3", "2", "1"] in rows
    assert ["uploads", "9", "files"] in rows


def test_what_others_wrote_is_shown_as_it_is() -> None:
    show, output = in_a_pipe()
    show.refusals([REFUSED, FINISHED])
    show.course("[b]C", Element("[i]x[/i]", "Page"))
    show.warn("[/nonsense]")
    text = output.getvalue()
    for literal in ("[red]Week[/red]", "[bold]no[/bold]", "[b]C", "[i]x[/i]", "[/nonsense]"):
        assert literal in text
    assert "Week 1" not in text
