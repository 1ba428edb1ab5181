"""Whoever holds a clinic's row while something is settled keeps nobody from naming the clinic in a row of theirs."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

import recovery
from recovery.records import covers, digests, enrolling, escalation_plans, handing_on, transfers
from recovery.records.accounts import Clinic
from recovery.records.database import db, writing
from recovery.records.handing_on import Wanted
from tests.conftest import let_go, settings_for
from tests.people import MONDAY, set_stage

TODAY = date(2026, 3, 2)


@pytest.fixture
def stage(postgresql_url):
    """On PostgreSQL alone: SQLite has one writer at a time."""
    app = recovery.create_app(settings_for(postgresql_url))
    with app.app_context():
        yield set_stage()
        db.session.rollback()
    let_go(app)


def accept(stage):
    transfer = transfers.offer(stage.dee, stage.ana, stage.eli.clinic_id, "said", MONDAY)
    handing_on.accept(stage.eli, transfer, Wanted("H-1", "Europe/Berlin"), MONDAY)


@pytest.mark.parametrize(
    "settle",
    [
        accept,
        lambda stage: enrolling.lock_numbers(stage.clinic.id),
        lambda stage: covers.name(stage.dee, {TODAY: stage.dee.id}, {}, MONDAY),
        lambda stage: escalation_plans.use_usual_plan(stage.lia, "today", MONDAY),
        lambda stage: digests.queue(stage.clinic, MONDAY),
        lambda stage: digests.choose_for_team(stage.lia, wants=False, now=MONDAY),
    ],
    ids=["a transfer", "an enrolment", "a cover", "an escalation", "a digest", "the digest"],
)
def test_two_clinics_can_write_into_the_audit_of_each_other_while_either_settles_something(
    stage, settle
):
    # What a line that names the clinic asks of its row; without waiting it is refused at once.
    naming = sa.select(Clinic.id).with_for_update(read=True, key_share=True, nowait=True)
    with writing(), db.engine.connect() as another:
        settle(stage)
        assert len(another.execute(naming).all()) == 2
