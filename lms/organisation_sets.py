"""The sets of organisations that people belong to: people with the same organisations share one."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    cast,
    func,
    insert,
    select,
    update,
)

from lms.tables import organisation_set, organisation_set_member, person, person_organisation
from lms.tables.organisation_set import HEAD_LENGTH


def settle_sets(connection: Connection, people: Select[int]) -> None:
    """Gives people the set of the organisations that they belong to, in the transaction that changed these.

    Transactions that settle people of one site must follow one another.
    """
    listed = Table(
        "listed_organisations",
        MetaData(),
        Column("person_id", Integer, primary_key=True),
        Column("site_id", Integer, nullable=False),
        Column("organisations", Text, nullable=False),
        prefixes=["TEMPORARY"],
    )
    listed.create(connection, checkfirst=False)
    connection.execute(insert(listed).from_select(listed.c.keys(), organisations_of(people)))
    of_person = and_(
        organisation_set.c.site_id == listed.c.site_id,
        organisation_set.c.head == func.substr(listed.c.organisations, 1, HEAD_LENGTH),
        organisation_set.c.organisations == listed.c.organisations,
    )
    there = select(organisation_set.c.id).where(of_person)
    add_sets(connection, select(listed.c.site_id, listed.c.organisations).where(~there.exists()).distinct())
    found = there.where(listed.c.person_id == person.c.id).correlate(person)
    connection.execute(
        update(person).where(person.c.id.in_(people)).values(organisation_set_id=found.scalar_subquery())
    )
    listed.drop(connection, checkfirst=False)


def organisations_of(people: Select[int]) -> Select[int, int, str]:
    """Selects number, site and organisations, ascending, of those people who belong to any."""
    number = person_organisation.c.organisation_id
    listed = func.aggregate_strings(cast(number, Text), ",").aggregate_order_by(number)
    return (
        select(person_organisation.c.person_id, person.c.site_id, listed)
        .join(person, person.c.id == person_organisation.c.person_id)
        .where(person_organisation.c.person_id.in_(people))
        .group_by(person_organisation.c.person_id, person.c.site_id)
    )


def add_sets(connection: Connection, missing: Select[int, str]) -> None:
    """Adds sets, by their site and organisations, each with its members."""
    sets = [
        {"site_id": site_id, "organisations": organisations, "head": organisations[:HEAD_LENGTH]}
        for site_id, organisations in connection.execute(missing)
    ]
    if not sets:
        return
    made = insert(organisation_set).returning(organisation_set.c.id, sort_by_parameter_order=True)
    numbers = connection.scalars(made, sets).all()
    members = [
        {"organisation_id": int(one), "organisation_set_id": number}
        for number, row in zip(numbers, sets, strict=True)
        for one in str(row["organisations"]).split(",")
    ]
    connection.execute(insert(organisation_set_member), members)
