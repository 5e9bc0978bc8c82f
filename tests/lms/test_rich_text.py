from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.rich_text import CleanText, HtmlLevel, cleaned, level_of

FRAME = '<iframe src="https://film.example/1" width="300"></iframe>'


def html_of(html: str, level: HtmlLevel = HtmlLevel.BASIC) -> str:
    return cleaned(html, level, {}).html


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("plain", "plain"),
        ("<p>a <b>b</b></p>", "<p>a <b>b</b></p>"),
        ("a < b", "a &lt; b"),
        ("<script>x</script>a", "a"),
        (
            "<html><head><title>T</title><meta charset='utf-8'><style>p {}</style></head><body><p>a</p></body></html>",
            "<p>a</p>",
        ),
        ("<HEAD><TITLE>T &amp; <b>U</b></TITLE></HEAD>a", "a"),
        ('<a href="https://a.example">a</a>', '<a href="https://a.example" rel="noopener noreferrer">a</a>'),
        ('<a href="data:text/html,x">a</a>', '<a rel="noopener noreferrer">a</a>'),
        ('<a href="#part">a</a>', '<a href="#part" rel="noopener noreferrer">a</a>'),
        ('<p style="color: red" onclick="x()">a</p>', "<p>a</p>"),
        (f"a{FRAME}", "a"),
    ],
)
def test_rich_text_keeps_what_the_white_list_knows(html: str, clean: str) -> None:
    assert html_of(html) == clean


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        (FRAME, FRAME),
        ('<iframe src="http://film.example/1"></iframe>', "<iframe></iframe>"),
        ('<iframe srcdoc="<p>a</p>"></iframe>', "<iframe></iframe>"),
        ('<iframe title="a>b"><script>x</script></iframe>', '<iframe title="a&gt;b"></iframe>'),
        ('<p style="color: red; position: fixed">a</p>', '<p style="color:red">a</p>'),
        ('<p onclick="x()">a</p><script>x</script>', "<p>a</p>"),
    ],
)
def test_staff_may_embed_and_style(html: str, clean: str) -> None:
    assert html_of(html, HtmlLevel.EXTENDED) == clean


def test_the_level_follows_from_the_role() -> None:
    assert [level_of(role) for role in ("teacher", "administrator")] == [HtmlLevel.EXTENDED] * 2
    assert [level_of(role) for role in ("student", "guardian", "")] == [HtmlLevel.BASIC] * 3


def test_a_link_to_a_known_key_leads_there_and_others_without_a_scheme_are_left_out() -> None:
    html = '<a href=" key 1 ">a</a><img src="pic"><a href="/old/2">b</a><a href="//old/3">c</a><a href="#x">d</a>'
    assert cleaned(html, HtmlLevel.BASIC, {}).dropped == ("key 1", "pic", "/old/2", "//old/3")
    assert cleaned(html, HtmlLevel.BASIC, {"key 1": "/elements/1", "pic": "/files/2"}) == CleanText(
        '<a href="/elements/1" rel="noopener noreferrer">a</a><img src="/files/2">'
        '<a rel="noopener noreferrer">b</a><a rel="noopener noreferrer">c</a>'
        '<a href="#x" rel="noopener noreferrer">d</a>',
        ("/old/2", "//old/3"),
    )


def test_plain_text_has_no_links() -> None:
    assert cleaned("no markup", HtmlLevel.BASIC, {}) == CleanText("no markup")


PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<script>", "</script>", "<a href=javascript:x>", "<a href='k'>", "<img src=x onerror=y>"),
        *(
            "<iframe src=https://a>",
            "<svg/onload=x>",
            "<!--",
            "-->",
            "<style>",
            "text",
            '"',
            "'",
            ">",
            "<math>",
            "&lt;",
        ),
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join), st.sampled_from(HtmlLevel))
def test_what_is_clean_stays_as_it_is(html: str, level: HtmlLevel) -> None:
    once = cleaned(html, level, {})
    again = cleaned(once.html, level, {})
    assert again == CleanText(once.html)
    assert not any(word in once.html for word in ("<script", "onerror=y>", "javascript:x>", "<svg", "<style"))
