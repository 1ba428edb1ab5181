"""Carrying: everything that is kept of one patient, copied from one clinic into another under the same ids.

The ids stay, so that a phone, a card, an answer on its way and whoever is named go on without noticing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from . import stand_ins
from .database import Base, db, is_postgresql
from .patients import Key

# The clinic's own: who looked at what, what was sent, to whom a patient was handed on, and what its lists tell.
STAYS = frozenset({"audit", "messages", "transfers", "summaries"})
Rows = list[dict[str, Any]]


def carry(key: Key, to: UUID, now: datetime, **fresh: object) -> None:
    """Copy the patient with all that is theirs; fresh: columns of the patient that are others there.

    Part of a transaction that holds the patient's lock. A clinic that had the patient before has its rows brought
    up to date: nothing else has changed them since.
    """
    db.session.flush()
    kept = {table: _rows(table, key) for table in carried_tables()}
    every = [row for rows in kept.values() for row in rows]
    for person in stand_ins.named_in(every, key.clinic_id):
        stand_ins.name_in(to, person, now)
    for table, rows in kept.items():
        changed = fresh if table.name == "patients" else {}
        _put(table, [{**row, "clinic_id": to, **changed} for row in rows])
    db.session.expire_all()


def carried_tables() -> Sequence[sa.Table]:
    """The tables of a patient's own rows, each after those to which it refers."""
    return [table for table in Base.metadata.sorted_tables if _is_carried(table)]


def _is_carried(table: sa.Table) -> bool:
    is_theirs = table.name == "patients" or "patient_id" in table.c or "flag_id" in table.c
    return is_theirs and table.name not in STAYS


def _rows(table: sa.Table, key: Key) -> Rows:
    query = sa.select(table).where(table.c.clinic_id == key.clinic_id, _is_theirs(table, key))
    return sorted((dict(row) for row in db.session.execute(query).mappings()), key=_ended_first)


def _is_theirs(table: sa.Table, key: Key) -> sa.ColumnElement[bool]:
    if table.name == "patients":
        return table.c.id == key.patient_id
    if "patient_id" in table.c:
        return table.c.patient_id == key.patient_id
    flags = Base.metadata.tables["flags"]
    mine = (flags.c.clinic_id == key.clinic_id) & (flags.c.patient_id == key.patient_id)
    return table.c.flag_id.in_(sa.select(flags.c.id).where(mine))


def _ended_first(row: Mapping[str, Any]) -> bool:
    # Of what there may be one that is open, the earlier one is ended before the next one is put in.
    return "ended_on" in row and row["ended_on"] is None


def _put(table: sa.Table, rows: Rows) -> None:
    insert = postgresql.insert if is_postgresql() else sqlite.insert
    statement = insert(table)
    key = [column.name for column in table.primary_key.columns]
    rest = {each.name: statement.excluded[each.name] for each in table.c if each.name not in key}
    statement = statement.on_conflict_do_update(index_elements=key, set_=rest)
    for row in rows:
        db.session.execute(statement, row)
