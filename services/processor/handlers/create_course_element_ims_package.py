"""Create.Course.Element.IMSPackage: an uploaded IMS or SCORM package as links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lms.lanes import Detail
from lms.learning_packages import MOST_ITEMS, add_package
from lms.packages.archive import Archive
from lms.packages.errors import PackageError
from lms.packages.ims import ImsPackage, read_ims_package
from services.processor.context import Context, Resources
from services.processor.handler import Handler
from services.processor.message import Message
from services.processor.preparation import PackageProblem, Preparation
from services.processor.rules.packages import check_package, first_file, remarks
from services.processor.rules.placement import InCourse, check_place
from services.processor.rules.sync_keys import check_key
from services.processor.rules.titles import check_title, shortened


@dataclass(frozen=True, slots=True)
class ImsImport(InCourse):
    title: str | None = None
    import_as_single: bool | None = None
    active: bool = True


def prepare(preparation: Preparation, message: Message, resources: Resources) -> ImsPackage | PackageProblem | None:
    return preparation.read_package(message, first_file(message, resources), read)


def read(archive: Archive) -> ImsPackage:
    package = read_ims_package(archive)
    if sum(1 for _ in package.walk()) > MOST_ITEMS:
        raise PackageError(f"The package holds more than {MOST_ITEMS} items.")
    return package


def apply(context: Context, data: ImsImport) -> Sequence[Detail]:
    place = check_place(context, data)
    sync_key = check_key(context)
    file, package = check_package(context, ImsPackage)
    own_title = "" if package is None else shortened(package.title)
    title = check_title(context, data.title or own_title or (file.name if file else "-"))
    new = context.approved(place).element(context, "IMSPackage", sync_key, context.approved(title))
    content = context.approved(package)
    new = replace(new, active=data.active)
    add_package(context.work, new, context.approved(file), content, as_single=data.import_as_single)
    return [context.info(f"IMSPackage created{remarks(content.warnings)}", sync_key)]


HANDLER = Handler("Create.Course.Element.IMSPackage", "IMSPackage", ImsImport, apply, prepare=prepare)
