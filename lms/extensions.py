"""Elements made with an extension (a tool): in a course or in the library, changed and deleted by partners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

from lms.elements import Link, NewElement, Origin, StoredFile, add_element, add_file, add_link, change_element
from lms.file_uses import Use, end_uses, let_go
from lms.gradebook import add_gradebook_item, need_gradebook_item
from lms.references import ElementReference
from lms.statements import KEY, change_own, delete_of
from lms.tables import (
    element,
    element_file,
    element_instance,
    element_link,
    extension_instance,
    file_use,
    lti_configuration,
)
from lms.unit_of_work import UnitOfWork, Values
from lms.values import values_of


@dataclass(frozen=True, slots=True)
class LtiConfiguration:
    """How a tool is launched; exactly one of url and xml is set."""

    configuration: str
    url: str | None
    xml: str | None
    application_key: str | None
    shared_secret: str | None
    launch_credential_management: str
    open_in: str
    hash_algorithm: str


Content = Link | StoredFile | LtiConfiguration


@dataclass(frozen=True, slots=True)
class Instance:
    """What an extension's element has besides what every element has."""

    location: str
    metadata: dict[str, Any]
    sharing_scope: str | None
    disallow_modification: bool
    assessment_scale: int | None


@dataclass(frozen=True, slots=True)
class StoredInstance:
    """What a change of an element does not change, unless it says so."""

    extension_id: int
    vendor_id: str | None
    application_key: str | None
    shared_secret: str | None


CURRENT = (
    select(
        element.c.extension_id,
        element.c.vendor_id,
        lti_configuration.c.application_key,
        lti_configuration.c.shared_secret,
    )
    .select_from(
        element.outerjoin(element_instance, element_instance.c.element_id == element.c.id).outerjoin(
            lti_configuration,
            lti_configuration.c.element_id == func.coalesce(element_instance.c.content_id, element.c.id),
        )
    )
    .where(element.c.id == bindparam("number"))
    .with_for_update(of=element)
)


def add_instance(work: UnitOfWork, new: NewElement, instance: Instance, content: Content) -> int:
    """Stages an element of an extension with its content; returns its number."""
    number = add_element(work, new)
    work.insert(extension_instance, {"element_id": number, **values_of(instance)})
    if instance.assessment_scale is not None:
        add_gradebook_item(work, new.course_id, number)
    add_content(work, number, content, new.origin)
    return number


def add_content(work: UnitOfWork, element_id: int, content: Content, origin: Origin) -> None:
    """Stages the content of an extension's element."""
    if isinstance(content, StoredFile):
        add_file(work, element_id, content, origin)
    elif isinstance(content, Link):
        add_link(work, element_id, content)
    else:
        work.insert(lti_configuration, {"element_id": element_id, **values_of(content)})


def current(work: UnitOfWork, element_id: int) -> StoredInstance:
    """Returns what an element keeps through a change, and locks it."""
    return StoredInstance(*work.execute(CURRENT, {"number": element_id}).one())


def change(work: UnitOfWork, found: ElementReference, of_element: Values, of_instance: Values) -> None:
    """Changes columns of an element, which the caller has locked, and of its instance."""
    element_id = found.id
    change_element(work, element_id, of_element)
    if of_instance:
        change_own(work, extension_instance.c.element_id, element_id, of_instance)
    if of_instance.get("assessment_scale") is not None:
        need_gradebook_item(work, found.course_id, element_id)


def replace_content(work: UnitOfWork, element_id: int, content: Content, origin: Origin) -> list[Use]:
    """Replaces the content of an element; one that showed the library's has its own from then on.

    Returns what it let go: (credential, message, file) of uses that no other content has.
    """
    ended = end_uses(work, file_use.c.element_id, [element_id])
    for table in (element_file, element_instance, element_link, lti_configuration):
        work.execute(delete_of(table.c.element_id), {KEY: element_id}, element_id=element_id)
    add_content(work, element_id, content, origin)
    return let_go(work, ended)
