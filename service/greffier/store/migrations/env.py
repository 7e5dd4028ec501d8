"""What Alembic runs: the steps, on the connection that ``migrate.py`` gives it."""

from alembic import context

from greffier.store.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_type=True,
    user_module_prefix="",
    # SQLite changes a table by copying it.
    render_as_batch=True,
    # SQLite takes such statements back, too; `database.py` begins the transaction.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
