"""The values of single cells. Each function takes the stripped text and raises RowError when it is no such value."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import Final

from oneroster.problems import RowError, quoted

DELETED: Final = "tobedeleted"
STATUSES: Final = frozenset({"active", "inactive", DELETED})
ROLES: Final = frozenset(
    {"administrator", "aide", "guardian", "parent", "proctor", "relative", "student", "teacher"},
)
ROLES_1P2: Final = frozenset(
    {
        "aide",
        "counselor",
        "districtAdministrator",
        "guardian",
        "parent",
        "principal",
        "proctor",
        "relative",
        "siteAdministrator",
        "student",
        "systemAdministrator",
        "teacher",
    }
)
TRUE: Final = frozenset({"true", "1", "yes"})
FALSE: Final = frozenset({"false", "0", "no"})
SPELT: Final = {role.lower(): role for role in ROLES_1P2}
PAIR: Final = re.compile(r"\{([^{}:]*):([^{}]*)\}")


def text(value: str) -> str:
    return value


def texts(value: str) -> tuple[str, ...]:
    """A list inside one cell, separated by commas."""
    return tuple(one for part in value.split(",") if (one := part.strip())) if value else ()


def bulk_status(value: str) -> str:
    """Blank means active: OneRoster 1.1 leaves the column empty in bulk files."""
    return delta_status(value) if value else "active"


def delta_status(value: str) -> str:
    status = value.lower()
    if status not in STATUSES:
        raise RowError(f"{quoted(value)} is not a status (active, inactive, tobedeleted)")
    return status


def role(value: str) -> str:
    lowered = value.lower()
    if lowered not in ROLES:
        raise RowError(f"{quoted(value)} is not a role of OneRoster 1.1")
    return lowered


def role_1p2(value: str) -> str:
    """A role of a person in an organisation, as OneRoster 1.2 spells it."""
    found = SPELT.get(value.lower())
    if found is None:
        raise RowError(f"{quoted(value)} is not a role of OneRoster 1.2")
    return found


def primary(value: str) -> bool:
    """RoleType."""
    lowered = value.lower()
    if lowered not in ("primary", "secondary"):
        raise RowError(f"{quoted(value)} is neither primary nor secondary")
    return lowered == "primary"


def mapping(value: str) -> tuple[tuple[str, str], ...]:
    """Pairs inside one cell, as {left:right},{left:right}."""
    pairs = tuple((found[1].strip(), found[2].strip()) for found in PAIR.finditer(value))
    if PAIR.sub("", value).strip(" ,") or not pairs:
        raise RowError(f"{quoted(value)} is not a list of {{value:value}}")
    return pairs


def enabled(value: str) -> bool:
    """A person without the mark may sign in."""
    return flag(value) if value else True


def flag(value: str) -> bool:
    lowered = value.lower()
    if lowered in TRUE:
        return True
    if lowered in FALSE or not lowered:
        return False
    raise RowError(f"{quoted(value)} is neither true nor false")


def optional_day(value: str) -> date | None:
    return day(value) if value else None


def day(value: str) -> date:
    """A date as YYYY-MM-DD; a time of day after it is left out, as several exporters add midnight."""
    try:
        return date.fromisoformat(value.partition("T")[0] if len(value) > 10 else value)
    except ValueError:
        raise RowError(f"{quoted(value)} is not a date (YYYY-MM-DD)") from None


def moment(value: str) -> str:
    """A date or a moment in ISO 8601, as it is written; blank stays blank."""
    if value:
        try:
            datetime.fromisoformat(value)
        except ValueError:
            raise RowError(f"{quoted(value)} is not a date or moment (ISO 8601)") from None
    return value


def number(value: str) -> float | None:
    """A finite number; None for blank."""
    if not value:
        return None
    try:
        found = float(value)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise RowError(f"{quoted(value)} is not a number")
    return found
