"""The course "From the Earth to the planets": eight weeks, a club, a test, and three mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cli.demo import contents, instances
from cli.demo.composer import Composer
from cli.demo.course import Element, Message
from cli.demo.instances import FILE, FILE_LINK, LINK, LTI
from cli.demo.packages import folder_of_links, question_titles, single_link
from cli.demo.weeks import WEEKS, Week

TITLE = "From the Earth to the planets"
GOLF = "ims/rustici-golf-scorm2004-3rd-nested-22-items.zip"
GOLF_1_2 = "ims/rustici-golf-scorm12-nested-22-items-derived.zip"
FRENCH = "qti/qtiworks-french-verbs-branching-20-items.zip"
PDF, DOCX, ODT = "sample-document.pdf", "paragraphs-and-table.docx", "lpod_styles.odt"
VIDEO, CAT, ROCKET = "big-buck-bunny-3s.mp4", "chelsea.png", "rocket.jpg"
UPLOADS = (*(f"files/{name}" for name in (PDF, DOCX, ODT, VIDEO, CAT, ROCKET)), GOLF, GOLF_1_2, FRENCH)
"""What is uploaded, below the samples folder; messages name it by its last part."""


@dataclass(frozen=True)
class LessonPlan:
    """Writes the messages in the order in which they are sent, each key beginning with the prefix."""

    composer: Composer
    samples: Path
    prefix: str
    title: str = TITLE

    def messages(self) -> tuple[Message, ...]:
        """Returns all of them; the first makes the folder that holds the rest."""
        weeks = [message for number, week in enumerate(WEEKS, 1) for message in self.week(number, week)]
        return (*self.opening(), *weeks, *self.club(), *self.second_thoughts(), *self.mistakes())

    def key(self, name: str) -> str:
        return f"{self.prefix}-{name}"

    def opening(self) -> Iterator[Message]:
        """The folder of the course, its first page, and what is always at hand."""
        composer, top = self.composer, self.key("course")
        yield composer.folder(top, "", self.title, text="A journey of eight weeks.")
        blocks = [
            ("Welcome", "<p>Chelsea has seen the rocket start. Will you come along?</p>"),
            (
                "How it works",
                "<ul><li>Read the story of the week.</li><li>Do the task.</li><li>Look further.</li></ul>",
            ),
        ]
        yield composer.page(self.key("welcome"), top, "Welcome on board", blocks, [CAT, ROCKET])
        shelf = self.key("shelf")
        yield composer.folder(shelf, top, "Bookshelf")
        named = {"Handbook": PDF, "Packing list": DOCX, "Logbook": ODT, "Film: the rabbit": VIDEO}
        files = [(self.key(f"shelf-{number}"), *entry) for number, entry in enumerate(named.items(), 1)]
        yield composer.course_files(shelf, files)
        yield composer.my_files([PDF, DOCX])
        yield composer.my_files([ODT])
        tool = contents.lti("Planetarium", "https://planetarium.example.org/launch")
        yield instances.create(composer, self.key("planetarium"), shelf, "Planetarium", LTI, tool)

    def week(self, number: int, week: Week) -> Iterator[Message]:
        """A folder of a week: its story and task, its reading, and below that what goes further."""
        composer, top = self.composer, self.key(f"week-{number}")
        reading, further = f"{top}-reading", f"{top}-further"
        is_open = number < len(WEEKS)
        yield composer.folder(top, self.key("course"), f"Week {number}: {week.theme}", text=week.theme, active=is_open)
        pictures = [week.picture] if week.picture else []
        yield composer.page(f"{top}-story", top, week.theme, [("The story", f"<p>{week.story}</p>")], pictures)
        yield composer.page(f"{top}-task", top, "Task of the week", [("The task", f"<p>{week.task}</p>")], [])
        yield composer.folder(reading, top, "Reading")
        yield composer.course_files(reading, [(f"{top}-pdf", f"Worksheet {number}", PDF)])
        sheet = contents.file("To fill in", DOCX, composer.files[DOCX])
        yield instances.create(
            composer, f"{top}-docx", reading, f"Table of measurements {number}", FILE, sheet, holds=DOCX
        )
        yield composer.link(f"{top}-link", reading, f"{week.theme} at NASA", week.site)
        yield composer.folder(further, reading, "Going further")
        site = contents.link("An article", week.encyclopedia)
        yield instances.create(composer, f"{top}-article", further, "Encyclopedia", LINK, site, holds=week.encyclopedia)
        old = contents.file_link("The same place, by the older tool", week.site)
        yield instances.create(
            composer, f"{top}-old", further, f"More of {week.theme}", FILE_LINK, old, holds=week.site
        )
        notes = contents.file_by_link("For the teacher", ODT, composer.files[ODT])
        yield instances.create(composer, f"{top}-notes", further, f"Notes {number}", FILE_LINK, notes, holds=ODT)

    def club(self) -> Iterator[Message]:
        """Packages and a test that others made."""
        composer, top = self.composer, self.key("club")
        yield composer.folder(top, self.key("course"), "Afternoon club")
        golf = folder_of_links(self.samples / GOLF)
        yield composer.package(self.key("golf"), top, Path(GOLF).name, golf, single=False)
        round_of_golf = replace(single_link(self.samples / GOLF_1_2), title="A round of golf")
        yield composer.package(self.key("golf-single"), top, Path(GOLF_1_2).name, round_of_golf, single=True)
        verbs = Element("French verbs", "Test", holds=question_titles(self.samples / FRENCH))
        yield composer.test(self.key("verbs"), top, Path(FRENCH).name, verbs)

    def second_thoughts(self) -> Iterator[Message]:
        """A title that is changed, and an element that is taken away again."""
        composer, shelf = self.composer, self.key("shelf")
        url = "https://science.nasa.gov/solar-system/"
        first = instances.create(
            composer, self.key("map"), shelf, "Map of the sky", LINK, contents.link("A map", url), holds=url
        )
        second = instances.create(
            composer, self.key("draft"), shelf, "Draft", LINK, contents.link("To be deleted", url), holds=url
        )
        yield first
        yield second
        yield instances.retitle(composer, first, "Map of the solar system")
        yield instances.delete(composer, second, "It was only a draft.")

    def mistakes(self) -> Iterator[Message]:
        """Three messages that must be refused: by the schema, for their person, for their folder."""
        good = self.composer.folder(self.key("secret"), self.key("course"), "Secret folder")
        document = good.document.replace(">Inherit<", ">Secret<")
        reason = "Invalid format / parameters (different to specified schema)."
        yield replace(good, document=document, shows=(), refusal=reason)
        stranger = replace(self.composer, user="nobody-of-this-school")
        lost = stranger.link(self.key("stranger"), self.key("course"), "Link of a stranger", "https://example.org/")
        yield replace(lost, shows=(), refusal="User with specified UserId/UserSyncKey is not valid.")
        orphan = self.composer.link(
            self.key("orphan"), self.key("nowhere"), "Link in no folder", "https://example.org/"
        )
        yield replace(orphan, shows=(), refusal="ParentSyncKey cannot be found in the identifier map or is invalid.")
