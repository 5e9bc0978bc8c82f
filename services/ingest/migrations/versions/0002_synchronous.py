"""Messages that wait to be applied without a lane (decision 9)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Connection

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

QUEUED = ", \n\tCONSTRAINT ck_message_queued CHECK (status <> 1 OR lane_seq IS NOT NULL)"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        drop_check(connection)
    else:
        op.drop_constraint(op.f("ck_message_queued"), "message", type_="check")
    create_unapplied()


def drop_check(connection: Connection) -> None:
    """Takes the condition out of the stored definition, as SQLite's manual says (ALTER TABLE, section 7).

    To make the table anew would delete, by cascade, whatever refers to its rows.
    """
    before = "SELECT count(*) FROM sqlite_schema WHERE name = 'message' AND instr(sql, ?)"
    if connection.exec_driver_sql(before, (QUEUED,)).scalar_one() != 1:
        raise RuntimeError("table message is not as revision 0001 left it")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    change = "UPDATE sqlite_schema SET sql = replace(sql, ?, '') WHERE type = 'table' AND name = 'message'"
    connection.exec_driver_sql(change, (QUEUED,))
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def create_unapplied() -> None:
    op.create_table(
        "unapplied",
        sa.Column("credential_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organisations", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_unapplied_failures")),
        sa.ForeignKeyConstraint(
            ["credential_id", "message_id"],
            ["message.credential_id", "message.message_id"],
            name=op.f("fk_unapplied_credential_id_message_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("credential_id", "message_id", name=op.f("pk_unapplied")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_unapplied_due_at"), "unapplied", ["due_at"], unique=False)
