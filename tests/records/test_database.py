"""The database takes no time without a zone, and no change outside a writing transaction."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from recovery.records import patients
from recovery.records.database import db, writing
from tests.people import MONDAY


def test_a_time_without_a_zone_is_refused(stage):
    naive = MONDAY.replace(tzinfo=None)
    query = sa.select(patients.Patient).where(patients.Patient.enrolled_at < naive)
    with pytest.raises(sa.exc.StatementError, match="an instant needs a zone"):
        db.session.execute(query)


def test_what_was_changed_outside_a_writing_transaction_is_refused_and_not_kept(stage):
    before = stage.ana.name
    stage.ana.name = "Somebody else"
    with pytest.raises(RuntimeError, match="changed outside"), writing():
        pass
    db.session.rollback()
    db.session.refresh(stage.ana)
    assert stage.ana.name == before
