from __future__ import annotations

import pytest

from lms.rich_text import sanitised


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
    ],
)
def test_rich_text_keeps_what_the_white_list_knows(html: str, clean: str) -> None:
    assert sanitised(html) == clean
