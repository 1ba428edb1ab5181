"""The database: its two dialects, the column types they share, and the one way to open a writing transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, scoped_session
from sqlalchemy.types import TypeDecorator

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The one declarative base; its tables live in the default database."""

    metadata = sa.MetaData(naming_convention=CONSTRAINT_NAMES, info={"bind_key": None})


# expire_on_commit off: what was read stays readable after the commit, without a second query.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite keeps no zone, so it is stored without one and given back with it."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time, which would be an hour wrong somewhere; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the instant back aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Holds a row on PostgreSQL, and lets those go on who only name it in a row of theirs, such as a line of the audit.
KEEPING_KEYS: dict[str, Any] = {"key_share": True}


@contextmanager
def writing() -> Iterator[scoped_session[Session]]:
    """One writing transaction: committed at the end, rolled back on any error; a nested call joins the outer one.

    SQLite takes its write lock at once (BEGIN IMMEDIATE): a transaction that reads first and writes later
    fails with "database is locked" whatever the time-out.
    """
    session = db.session
    if session.info.get("writing"):
        yield session
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changed outside writing()")
    session.commit()  # ends the read at hand; what was read stays readable
    session.connection(execution_options={"begin": "IMMEDIATE"})
    session.info["writing"] = True
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("writing", None)


def insert_once(table: type[Base], values: Mapping[str, Any]) -> bool:
    """Insert a row unless its key stands already; True when it is new."""
    dialect = db.session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table).values(**values).on_conflict_do_nothing()
    # PostgreSQL counts no rows here: -1, whether or not one was inserted.
    return db.session.scalar(statement.returning(sa.literal(1))) is not None


def is_postgresql() -> bool:
    """Whether the default database is PostgreSQL."""
    return db.session.get_bind().dialect.name == "postgresql"


def only_open(condition: str) -> dict[str, Any]:
    """The keywords of a partial index on both dialects."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # BEGIN is ours: see _begin
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        kind = connection.get_execution_options().get("begin", "")
        connection.exec_driver_sql(f"BEGIN {kind}".strip())
