"""What the demo shows: a bar for what takes time, tables, and the course as a tree; plain text in a pipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.tree import Tree

from cli.demo.course import FOLDER, Element
from cli.demo.submit import Outcome

T = TypeVar("T")


class Show:
    """Writes to a console."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, text: str) -> None:
        """Prints a line."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def warn(self, text: str) -> None:
        """Prints what is not as it should be."""
        self._console.print(text, style="bold red", markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """Says what is being waited for."""
        if self._console.is_terminal:
            with self._console.status(text):
                yield
        else:
            self.say(f"{text} ...")
            yield

    def progress(self, label: str, items: Iterable[T], total: int) -> list[T]:
        """Collects items while a bar counts them; a pipe gets the last state alone."""
        columns = TextColumn("{task.description:<12}"), BarColumn(40), MofNCompleteColumn(), TimeElapsedColumn()
        with Progress(*columns, console=self._console) as bars:
            task = bars.add_task(label, total=total)
            collected = []
            for item in items:
                collected.append(item)
                bars.advance(task)
        return collected

    def refusals(self, outcomes: Iterable[Outcome]) -> None:
        """Prints the reasons of what was refused."""
        table = Table("Message", title="Refused", title_justify="left", header_style="bold")
        table.add_column("Reason", overflow="fold")
        for outcome in outcomes:
            if outcome.refused:
                table.add_row(escape(outcome.message.title), escape(outcome.reason))
        self._console.print(table)

    def course(self, course: str, root: Element) -> None:
        """Prints the course as it was read back."""
        tree = Tree(f"[bold]{escape(course)}[/bold]")
        grow(tree.add(label_of(root)), root.children)
        self._console.print(tree)

    def summary(self, outcomes: Sequence[Outcome], figures: Sequence[tuple[str, str]]) -> None:
        """Prints the closing tables: messages by type, then the figures of the run."""
        table = Table("Message type", title="Messages", title_justify="left", header_style="bold", show_footer=True)
        columns = ("sent", "finished", "refused")
        for name in columns:
            table.add_column(name, justify="right")
        totals: Counter[str] = Counter()
        for type_name, counts in counts_by_type(outcomes).items():
            totals += counts
            table.add_row(type_name, *(str(counts[name]) for name in columns))
        table.columns[0].footer = "all"
        for column, name in zip(table.columns[1:], columns, strict=True):
            column.footer = str(totals[name])
        self._console.print(table)
        facts = Table.grid(padding=(0, 2))
        for fact in figures:
            facts.add_row(*fact)
        self._console.print(facts)


def counts_by_type(outcomes: Iterable[Outcome]) -> dict[str, Counter[str]]:
    """Counts what was sent, finished and refused, by the names of the message types."""
    counts: dict[str, Counter[str]] = {}
    for outcome in sorted(outcomes, key=lambda entry: entry.message.type_name):
        state = "refused" if outcome.refused else "finished"
        counts.setdefault(outcome.message.type_name, Counter()).update(("sent", state))
    return counts


def grow(branch: Tree, elements: Iterable[Element]) -> None:
    """Adds elements below a branch."""
    for element in elements:
        grow(branch.add(label_of(element)), element.children)


def label_of(element: Element) -> str:
    """Returns an element on one line: folders by their title, others with their kind; hidden ones are marked."""
    is_folder = element.kind == FOLDER
    marks = [*([] if is_folder else [element.kind]), *([] if element.active else ["hidden"])]
    title = f"[bold]{escape(element.title)}[/bold]" if is_folder else escape(element.title)
    return f"{title} [dim]({escape(', '.join(marks))})[/dim]" if marks else title
