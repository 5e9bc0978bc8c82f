"""Whether a document is in the form of its schema as it was received."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payload", sa.Column("is_normal", sa.Boolean(), server_default=sa.false(), nullable=False))
