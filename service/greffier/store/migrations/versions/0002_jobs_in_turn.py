"""Find a tenant's first job, and those about a subject, without reading all that wait."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_index("ix_job_turn", "job", ["state", "tenant", "priority", "id"])
    op.create_index("ix_job_kind_subject", "job", ["kind", "subject"])
