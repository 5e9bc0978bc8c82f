"""Every text that a message of a type can be answered with, read from the code of its handler and its rules.

Nobody writes them down twice: calls are followed, whatever is constant is worked out, every branch is taken, and in the
place of what comes with a message stands what it is.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import inspect
import textwrap
from typing import Any, Final

from lms.lanes import Detail
from lms.packages.errors import PackageError
from manual.frames import Frame
from manual.values import Many, Several, Unknown, Values, distinct, unique
from services.processor.context import ERROR, INFO, WARNING, Context, Step
from services.processor.handler import Handler

SAYING: Final = {"refuse": ERROR, "warning": WARNING, "info": INFO}
"""Methods of Context, by the kind of detail that they make."""
REMARKED: Final = "dropped_links"
"""The member of Context that adds a remark to an Info, where a rule has put something there."""
FOLLOWED: Final = (
    "services.processor.handlers.",
    "services.processor.rules.",
    "services.processor.context",
    "services.processor.preparation",
    "lms.packages.",
    "runtime.file_names",
)


@dataclasses.dataclass(frozen=True)
class Said:
    """A text that a message can be answered with. kind: Error, Warning or Info; step: what the rule looks at."""

    step: Step
    kind: str
    text: str


def texts_of(handler: Handler) -> list[Said]:
    """Returns the texts of a handler by step, in the order of the code."""
    return Trace(handler).run()


class Trace:
    """One handler."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._said: dict[Said, None] = {}
        self._made_with: dict[str, Values] = {}
        """What members of our dataclasses were made with, by member; what PackageErrors say, by that name."""
        self._done: dict[tuple[Any, ...], Values] = {}
        self.used: set[str] = set()
        """The members of Context that the rules use."""

    def run(self) -> list[Said]:
        """Follows the handler, twice, since members are used before all that makes them is known."""
        for _ in range(2):
            self._done.clear()
            for function in (self._handler.prepare, self._handler.files, self._handler.apply):
                if function is not None:
                    self.follow(function, [], {})
        texts: dict[tuple[Step, str], list[str]] = {}
        for one in self._said:
            texts.setdefault((one.step, one.kind), []).append(one.text)
        return [Said(step, kind, text) for step, kind in sorted(texts) for text in distinct(texts[step, kind])]

    def is_followed(self, thing: Any) -> bool:
        """Whether a function or class is the handler's own, or of rules and what they use."""
        module = getattr(thing, "__module__", None) or ""
        return module == self._handler.apply.__module__ or module.startswith(FOLLOWED)

    def follow(self, wrapped: Any, arguments: list[Values], named: dict[str, Values]) -> Values:
        """Goes through a function with what is known of its arguments; returns what it can return."""
        function = inspect.unwrap(wrapped)
        key = (function, tuple(map(key_of, arguments)), tuple((name, key_of(one)) for name, one in named.items()))
        if key not in self._done:
            self._done[key] = [Unknown(function.__name__)]
            definition = definition_of(function)
            if definition is not None:
                frame = Frame(self, function.__globals__)
                frame.bind(definition.args, arguments, named)
                self._done[key] = frame.run(definition.body)
        return self._done[key]

    def say(self, method: str, texts: Values, steps: Values) -> None:
        """Notes what a method of Context is given."""
        if method == "info" and REMARKED in self.used:
            self.follow(Context.info, [[Unknown("context", Context)], texts], {})
        else:
            self._keep(SAYING[method], texts, next((one for one in steps if isinstance(one, Step)), Step.CONTENT))

    def _keep(self, kind: str, texts: Values, step: Step = Step.CONTENT) -> None:
        known = [text for text in texts if isinstance(text, str) and text]
        for text in known or [str(one) for one in texts if isinstance(one, Unknown)]:
            self._said.setdefault(Said(step, kind, text))

    def make(self, kind: type, arguments: list[Values], named: dict[str, Values]) -> Values:
        """An instance of a class; what its members are made with is noted."""
        if kind is Detail and len(arguments) == 4:
            for said in SAYING.values():
                if said in arguments[3]:
                    self._keep(said, arguments[1])
        elif issubclass(kind, PackageError) and arguments:
            self.note(PackageError.__name__, arguments[0])
        elif dataclasses.is_dataclass(kind) and self.is_followed(kind):
            fields = dataclasses.fields(kind)
            given = dict(zip((field.name for field in fields), arguments, strict=False)) | named
            for field in fields:
                self.note(field.name, given.get(field.name, [field.default]))
        return [Unknown(kind.__name__, kind)]

    def note(self, name: str, values: Values) -> None:
        known = [value for value in values if isinstance(value, str) and value]
        self._made_with[name] = unique([*self._made_with.get(name, []), *known])

    def noted(self, name: str) -> Values:
        """The texts that members of this name were made with."""
        return list(self._made_with.get(name, []))


def key_of(values: Values) -> tuple[Any, ...]:
    """Values as part of a key; other objects than these live as long as the program."""
    kinds = str | int | Unknown | Many | Several | None
    return tuple(value if isinstance(value, kinds) else id(value) for value in values)


@functools.cache
def definition_of(function: Any) -> ast.FunctionDef | None:
    """The syntax tree of a function; None where there is none, as for those that a dataclass is given."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError):
        return None
    return next((node for node in tree.body if isinstance(node, ast.FunctionDef)), None)
