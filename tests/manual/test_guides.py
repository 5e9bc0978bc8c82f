from __future__ import annotations

from pathlib import Path

import pytest

from manual.guides import read_guides


def test_links_between_guides_lead_to_their_pages(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# The `A`\n\n[b](b.md#two-words) [out](https://example.org/) [here](#the-a)\n")
    (tmp_path / "b.md").write_text("No title.\n\n## Two words!\n\n<script>alert(1)</script>\n")
    first, second = read_guides(tmp_path)
    assert (first.title, first.url, second.title) == ("The `A`", "guides/a.html", "Two words!")
    assert '<a href="b.html#two-words">b</a>' in first.body
    assert '<a href="https://example.org/">out</a>' in first.body
    assert '<h1 id="the-a">' in first.body
    assert '<h2 id="two-words">' in second.body


@pytest.mark.parametrize("link", ["../README.md", "c.md", "a.png"])
def test_a_link_to_what_the_manual_does_not_have_is_an_error(tmp_path: Path, link: str) -> None:
    (tmp_path / "README.md").write_text("# R\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(f"# A\n\n[x]({link})\n")
    with pytest.raises(ValueError, match="no page for the link"):
        read_guides(tmp_path / "docs")
