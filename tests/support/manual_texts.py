"""Whether the manual has what a message was answered with."""

from __future__ import annotations

import functools
import re

from catalogue.violation import REJECTED
from manual.texts import texts_of
from manual.values import PLACE
from services.processor.handler import own_handlers
from services.processor.poison import FAILED

ANY = re.compile(".*", re.DOTALL)


@functools.cache
def pattern_of(message_type: str) -> re.Pattern[str]:
    """What the texts of a type look like, and those that any message may be answered with."""
    handler = next((one for one in own_handlers() if one.message_type == message_type), None)
    if handler is None:
        return ANY  # of a deployment
    texts = [".*".join(map(re.escape, PLACE.split(one.text))) for one in texts_of(handler)]
    general = [f"{re.escape(REJECTED)}.*", re.escape(FAILED).replace(r"\{\}", ".*")]
    return re.compile("|".join([*texts, *general]), re.DOTALL)


def assert_in_manual(message_type: str, text: str) -> None:
    """Fails for a text that the manual does not find in the code of the type's handler and its rules."""
    assert pattern_of(message_type).fullmatch(text), (
        f"{message_type} is answered with {text!r}, but its page in the manual would not say so. "
        "Give the text to context.refuse, warning or info in the handler or a rule (docs/message-types.md, The rules)."
    )
