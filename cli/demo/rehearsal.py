"""The whole way of a partner's course, from an empty folder to what a reader sees."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from zeep.exceptions import Error as SoapError

from cli.demo.composer import Composer
from cli.demo.course import FOLDER, Element, course_after, differences
from cli.demo.lesson_plan import TITLE, UPLOADS, LessonPlan
from cli.demo.partner import Partner
from cli.demo.show import Show
from cli.demo.submit import Outcome, results, send
from cli.demo.system import System, SystemFailedError, end_of, running
from cli.samples import samples_folder

COURSE = "SCIENCE 03 SEC 001"
MEGABYTE = 1_000_000


def rehearse(show: Show, folder: Path) -> list[str]:
    """Runs the demo in the folder and returns what is not as it should be.

    Raises SystemFailedError when the system does not start, answer or end as it should.
    """
    started = time.perf_counter()
    with ExitStack() as stack:
        with show.waiting("Starting everything, and importing the roster"):
            system = stack.enter_context(running(folder))
        seconds = time.perf_counter() - started
        show.say(f"Ready after {seconds:.1f} s. The SOAP edge: {system.edge}/DataService.svc?wsdl")
        try:
            return act(show, system, [("started", f"in {seconds:.1f} s, with the roster imported")])
        except (SoapError, OSError) as error:
            raise SystemFailedError(f"A call failed: {error}\n{end_of(folder / 'log')}") from error


def act(show: Show, system: System, figures: list[tuple[str, str]]) -> list[str]:
    """Acts as a partner, shows what becomes of it, and returns what is not as it should be."""
    partner = Partner(system.edge, system.access["username"], system.access["password"])
    course = course_key(partner, COURSE)
    started = time.perf_counter()
    files = dict(show.progress("uploading", uploads(partner, samples_folder()), len(UPLOADS)))
    figures.append(("uploads", upload_figure(time.perf_counter() - started)))
    composer = Composer(course, system.access["users"][0]["sync_key"], system.access["vendor_id"], files)
    title = free_title(partner, course)
    messages = LessonPlan(composer, samples_folder(), f"demo-{secrets.token_hex(4)}", title).messages()
    started = time.perf_counter()
    sent = show.progress("sending", send(partner, messages), len(messages))
    accepted = time.perf_counter()
    outcomes = show.progress("applying", results(partner, sent), len(sent))
    applied = time.perf_counter()
    figures += message_figures(len(sent), accepted - started, applied - started)
    found = folder_of(partner.course_tree(course), title)
    expected = course_after(messages[0].shows[0], messages)
    wrong = list(differences(expected, found))
    figures.append(("read back", read_figure(found, time.perf_counter() - applied, len(wrong))))
    show.refusals(outcomes)
    show.course(COURSE, found)
    show.summary(outcomes, figures)
    return [*complaints_about(outcomes), *wrong]


def course_key(partner: Partner, title: str) -> str:
    """Returns the sync key of the course with that title; raises LookupError without one."""
    for key, found in partner.courses().items():
        if found == title:
            return key
    raise LookupError(f"The roster has no course {title!r}.")


def free_title(partner: Partner, course: str) -> str:
    """Returns the title of the folder of the course, numbered where an earlier run left one."""
    earlier = sum(title.startswith(TITLE) for title in partner.folder_titles(course))
    return f"{TITLE} ({earlier + 1})" if earlier else TITLE


def uploads(partner: Partner, samples: Path) -> Iterator[tuple[str, str]]:
    """Uploads the samples; yields the name and the id of each."""
    for name in UPLOADS:
        path = samples / name
        yield path.name, partner.upload(path.name, path.read_bytes())


def folder_of(elements: tuple[Element, ...], title: str) -> Element:
    """Returns the folder with that title at the root of the course; an empty one when it is missing."""
    return next((element for element in elements if element.title == title), Element("", FOLDER))


def complaints_about(outcomes: list[Outcome]) -> list[str]:
    """Returns what became of messages that should have become something else."""
    return [complaint for complaint in (outcome.complaint() for outcome in outcomes) if complaint]


def upload_figure(seconds: float) -> str:
    size = sum((samples_folder() / name).stat().st_size for name in UPLOADS) / MEGABYTE
    return f"{len(UPLOADS)} files, {size:.1f} MB in {seconds:.1f} s ({size / seconds:.1f} MB/s)"


def message_figures(count: int, accepted: float, applied: float) -> list[tuple[str, str]]:
    return [
        ("messages", f"{count} accepted one after the other in {accepted:.1f} s ({count / accepted:.0f}/s)"),
        ("results", f"{count} asked for and known {applied - accepted:.1f} s later"),
    ]


def read_figure(found: Element, seconds: float, wrong: int) -> str:
    below = list(found.walk())
    folders = sum(element.kind == FOLDER for element in below)
    verdict = f"{wrong} differences" if wrong else "as it was sent"
    return f"{folders} folders and {len(below) - folders} elements in {seconds:.1f} s, {verdict}"
