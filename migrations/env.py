"""Runs the migrations against the app's own database, each in a transaction."""

from alembic import context

from recovery.records.database import Base, db


def run() -> None:
    """Connect and migrate; on PostgreSQL a busy table gives up after five seconds instead of queueing everybody."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transaction_per_migration=True,
            render_as_batch=connection.dialect.name == "sqlite",
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
            context.run_migrations()


run()
