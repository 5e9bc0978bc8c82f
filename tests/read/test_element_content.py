"""The content of elements: what is said of each kind, in wire order."""

from __future__ import annotations

from datetime import UTC, datetime

from lms import tables
from tests.read.conftest import Running
from tests.read.elements import NO_FOLDER, content_of, titles

UNSET_TEST = [
    *((name, None) for name in ("ActiveFrom", "ActiveTo", "Assessment", "CompletionCriteria", "Deadline")),
    *((name, None) for name in ("Description", "Items")),
    ("Mandatory", "false"),
    ("MaxTime", None),
    ("Order", "false"),
    ("ScoringMethod", "false"),
    ("ShowFeedback", "Nofeedback"),
    ("ShowResults", "TeacherDecides"),
    ("UseScore", "false"),
]


async def test_content_of_each_kind_in_wire_order(running: Running) -> None:
    content = running.content
    course_id = content.course(3, "bio")
    file = content.element(3, course_id, "File", "File", position=1)
    content.file(file, "Ærlig & <ærlig>.pdf", comment="<b>&</b>")
    link = content.element(3, course_id, "Extension", "Link", position=2, extension_id=5010)
    content.link(link, "https://example.org/?a=1&b=2", embed_link_target="true")
    page = content.element(3, course_id, "Page", "Page", position=3)
    content.page(page, {"kind": "Text", "title": "One", "text": "<p>x</p>"}, {"kind": "Text", "title": "", "text": "y"})
    content.page_file(page, 1, 2, "b.png")
    content.page_file(page, 1, 1, "a.png")
    empty = content.element(3, course_id, "Test", "Empty", position=4)
    content.test(empty)
    listed = await running.elements(course_id=course_id, include_content=True)
    shown = [content_of(element) for element in listed.course_elements]
    assert shown[0] == (
        "a:ResourceFileContent",
        [
            ("Description", "<b>&</b>"),
            ("FileContentType", "application/pdf"),
            ("FileLink", None),
            ("FileName", "Ærlig & <ærlig>.pdf"),
        ],
    )
    assert shown[1] == (
        "a:ResourceLinkContent",
        [("Description", None), ("EmbedLinkTarget", "true"), ("Link", "https://example.org/?a=1&b=2")],
    )
    nothing = [("ContentBlockFiles", None), ("ContentBlockImages", None), ("ContentBlockRss", None)]
    file_id = "11111111-2222-3333-4444-555555555555"
    embedded = [
        (
            "FileContent",
            [
                ("ContentType", "image/png"),
                ("FileId", str(number)),
                ("FileLink", None),
                ("Location", file_id),
                ("Name", name),
            ],
        )
        for number, name in ((1, "a.png"), (2, "b.png"))
    ]
    assert shown[2] == (
        "a:ResourcePageContent",
        [
            (
                "ContentBlockSets",
                [
                    (
                        "ContentBlockSet",
                        [
                            *nothing,
                            ("ContentBlockText", [("Text", "<p>x</p>"), ("Title", "One")]),
                            ("ContentBlockVote", None),
                            ("FileContents", None),
                        ],
                    ),
                    (
                        "ContentBlockSet",
                        [
                            *nothing,
                            ("ContentBlockText", [("Text", "y"), ("Title", None)]),
                            ("ContentBlockVote", None),
                            ("FileContents", embedded),
                        ],
                    ),
                ],
            ),
        ],
    )
    assert shown[3] == ("a:ResourceTestContent", UNSET_TEST)
    for number, expected in zip((file, link, page, empty), listed.course_elements, strict=True):
        assert await running.element(course_id=course_id, element_id=number, include_content=True) == expected


async def test_a_tools_content_has_no_key_and_no_secret(running: Running) -> None:
    content = running.content
    course_id = content.course(3, "bio")
    tool = content.element(3, course_id, "Extension", "Tool", extension_id=5003)
    content.insert(
        tables.lti_configuration,
        element_id=tool,
        configuration="XmlUrl",
        url="https://tool.example/config.xml",
        application_key="the key",
        shared_secret="the secret",
        launch_credential_management="LinkLevel",
        open_in="NewWindow",
        hash_algorithm="Sha256",
    )
    element = await running.element(course_id=course_id, element_id=tool, include_content=True)
    assert element.type == "LTI"
    assert content_of(element) == (
        "a:ResourceLtiContent",
        [
            ("Description", None),
            ("HashAlgorithm", "Sha256"),
            ("LaunchCredentialManagement", "LinkLevel"),
            ("OpenIn", "NewWindow"),
            ("Url", "https://tool.example/config.xml"),
        ],
    )
    assert "the key" not in element.content
    assert "the secret" not in element.content


async def test_a_tests_content_has_settings_items_and_choices_but_no_answers(running: Running) -> None:
    content = running.content
    course_id = content.course(3, "bio")
    number = content.element(3, course_id, "Test", "Test", description="<p>Two questions</p>")
    moment = datetime(2031, 3, 1, 12, 30, tzinfo=UTC)
    content.insert(tables.element_active_period, element_id=number, active_from=moment)
    content.test(
        number,
        deadline=moment,
        assessment_scale=4,
        use_score=True,
        mandatory=True,
        scoring_method=True,
        completion_criteria=60,
        question_order=True,
        max_time=45,
        show_results="AfterAll",
        show_feedback="OnQuestions",
    )
    for item_id, position, score in ((901, 2, None), (900, 1, 1.5)):
        content.insert(
            tables.test_item,
            id=item_id,
            element_id=number,
            position=position,
            identifier=f"q{position}",
            title=f"Question {position}",
            href="q.xml",
            text="What?",
            max_score=score,
            responses=[{"identifier": "RESPONSE", "correct": ["the answer"]}],
            outcomes=[],
            xml=b"<x/>",
        )
    content.insert(
        tables.test_interaction,
        item_id=900,
        position=1,
        kind="choice",
        response_identifier="RESPONSE",
        prompt="Choose",
        choices=[{"identifier": "A", "text": "1 < 2", "role": "simpleChoice", "match_set": 0}],
    )
    element = await running.element(course_id=course_id, element_id=number, include_content=True)
    choice = ("Choice", [("Identifier", "A"), ("Text", "1 < 2")])
    interaction = [
        ("Choices", [choice]),
        ("Kind", "choice"),
        ("Prompt", "Choose"),
        ("ResponseIdentifier", "RESPONSE"),
    ]
    first = [
        ("Identifier", "q1"),
        ("Interactions", [("Interaction", interaction)]),
        ("MaxScore", "1.5"),
        ("Text", "What?"),
        ("Title", "Question 1"),
    ]
    second = [
        ("Identifier", "q2"),
        ("Interactions", None),
        ("MaxScore", None),
        ("Text", "What?"),
        ("Title", "Question 2"),
    ]
    items = [("Item", first), ("Item", second)]
    assert content_of(element) == (
        "a:ResourceTestContent",
        [
            ("ActiveFrom", "2031-03-01T12:30:00Z"),
            ("ActiveTo", None),
            ("Assessment", "4"),
            ("CompletionCriteria", "60"),
            ("Deadline", "2031-03-01T12:30:00Z"),
            ("Description", "<p>Two questions</p>"),
            ("Items", items),
            ("Mandatory", "true"),
            ("MaxTime", "45"),
            ("Order", "true"),
            ("ScoringMethod", "true"),
            ("ShowFeedback", "OnQuestions"),
            ("ShowResults", "AfterAll"),
            ("UseScore", "true"),
        ],
    )
    assert "the answer" not in element.content


async def test_a_package_shows_its_organisation_and_has_no_address_of_its_own(running: Running) -> None:
    content = running.content
    course_id = content.course(3, "bio")
    single = content.element(3, course_id, "IMSPackage", "One")
    content.insert(tables.package, id=1, element_id=single, file_id="f", kind="SCORM", title="One")
    content.link(single, "shared/launch.html", link_type="SCORM", package_id=1)
    for position, (identifier, href) in enumerate((("chapter", None), ("page", "shared/launch.html")), 1):
        content.insert(
            tables.package_item,
            package_id=1,
            position=position,
            parent_position=position - 1 or None,
            identifier=identifier,
            title=f"The {identifier}",
            href=href,
            parameters="",
            scorm_type=None if href is None else "sco",
            is_visible=True,
        )
    answer = await running.elements(course_id=course_id, include_content=True)
    assert titles(answer) == (["One"], [])
    assert (answer.course_elements[0].type, answer.course_elements[0].url) == ("IMSPackage", "")
    assert content_of(answer.course_elements[0]) == (
        "a:ResourcePackageContent",
        [
            ("Description", None),
            ("FileLink", None),
            ("Items", [package_item("chapter", 1, None), package_item("page", 2, "shared/launch.html")]),
            ("Kind", "SCORM"),
            ("Link", "shared/launch.html"),
            ("Title", "One"),
        ],
    )
    folder = content.element(3, course_id, "Folder", "Many")
    content.insert(tables.package, id=2, element_id=folder, file_id="f", kind="IMS", title="")
    many = content_of(await running.element(course_id=course_id, element_id=folder, include_content=True))
    assert many[1][1:] == [("FileLink", None), ("Items", None), ("Kind", "IMS"), ("Link", None), ("Title", None)]
    plain_folder = content.element(3, course_id, "Folder", "Plain")
    assert not (await running.element(course_id=course_id, element_id=plain_folder, include_content=True)).content
    assert await running.refused("elements", course_id=course_id, folder_id=single) == NO_FOLDER


def package_item(identifier: str, level: int, href: str | None) -> tuple[str, list[tuple[str, str | None]]]:
    members = [
        ("ElementId", None),
        ("Href", href),
        ("Identifier", identifier),
        ("Level", str(level)),
        ("Parameters", None),
        ("ScormType", None if href is None else "sco"),
        ("Title", f"The {identifier}"),
        ("Visible", "true"),
    ]
    return "PackageItem", members


async def test_characters_that_xml_cannot_carry_do_not_break_a_read(running: Running) -> None:
    content = running.content
    course_id = content.course(3, "bio")
    file = content.element(3, course_id, "File", "File", description="a\x0bb\ufffec\U0001f600")
    content.file(file)
    element = await running.element(course_id=course_id, element_id=file, include_content=True)
    assert content_of(element)[1][0] == ("Description", "a\ufffdb\ufffdc\U0001f600")
