"""Several rounds processes at once, and processes that are killed: everybody is reviewed once, nothing is lost."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

import recovery
from recovery.records.database import db
from recovery.records.flags import Flag
from recovery.records.messages import Message
from tests.conftest import let_go, settings_for
from tests.people import MONDAY, a_clinic, a_nurse, a_patient, answers, check_in, set_stage
from tests.processes import ROOT, wait_until
from tests.rounds.work import open_flags, review_all

pytestmark = pytest.mark.slow
DUE = 500
COUNT_REVIEWS = """
CREATE TABLE reviewed (clinic_id uuid, patient_id uuid);
CREATE TABLE done_by (name text);
CREATE FUNCTION note_review() RETURNS trigger AS $$
BEGIN
  INSERT INTO reviewed VALUES (NEW.clinic_id, NEW.id);
  RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER count_reviews AFTER UPDATE OF reviewed_at ON patients
  FOR EACH ROW EXECUTE FUNCTION note_review();
"""


@pytest.fixture
def many(postgresql_url):
    """Five hundred patients with fever who are due, on PostgreSQL, and a table that counts their reviews."""
    app = recovery.create_app(settings_for(postgresql_url))
    with app.app_context():
        nurse = a_nurse(a_clinic())
        for number in range(DUE):
            patient = a_patient(nurse, f"Patient {number}", now=MONDAY - timedelta(minutes=1))
            check_in(patient, nurse, answers(3, temperature_c=38.6), MONDAY)
        with db.engine.begin() as connection:
            connection.execute(sa.text(COUNT_REVIEWS))
        yield postgresql_url
        db.session.rollback()
    let_go(app)


def start(url, name, barrier, death=""):
    words = [sys.executable, "-m", "tests.rounds.worker", url, name, str(barrier), death]
    return subprocess.Popen(words, cwd=ROOT)


def run_together(url, barrier, names):
    workers = [start(url, name, barrier) for name in names]
    wait_until(lambda: all((barrier.parent / f"{barrier.name}.{n}").exists() for n in names), 60)
    barrier.touch()
    return [worker.wait(240) for worker in workers]


def test_two_rounds_processes_share_the_due_patients_and_review_each_once(many, tmp_path):
    assert run_together(many, tmp_path / "go", ["one", "two"]) == [0, 0]
    with db.engine.connect() as connection:
        reviewed = connection.execute(sa.text("SELECT patient_id FROM reviewed")).scalars().all()
        shares = Counter(connection.execute(sa.text("SELECT name FROM done_by")).scalars())
        flagged = connection.execute(sa.text("SELECT patient_id FROM flags WHERE rule = 'fever'"))
        flagged = flagged.scalars().all()
    assert len(reviewed) == len(set(reviewed)) == DUE
    assert len(flagged) == len(set(flagged)) == DUE
    assert min(shares["one"], shares["two"]) >= 50


@pytest.mark.parametrize("death", ["die-before-commit", "die-after-commit"])
def test_a_killed_review_loses_nothing_and_does_nothing_twice(database_url, tmp_path, death):
    app = recovery.create_app(settings_for(database_url))
    with app.app_context():
        stage = set_stage()
        check_in(stage.ana, stage.device, answers(3, temperature_c=38.6), MONDAY)
        db.session.commit()
        barrier = tmp_path / "go"
        barrier.touch()
        worker = start(database_url, "doomed", barrier, death)
        assert worker.wait(60) == -signal.SIGKILL
        before = set(open_flags(stage.ana))
        assert ("fever" in before) == (death == "die-after-commit")
        db.session.rollback()
        db.session.expire_all()
        review_all(MONDAY)
        fevers = sa.select(sa.func.count()).select_from(Flag).where(Flag.rule == "fever")
        alerts = sa.select(sa.func.count()).select_from(Message)
        assert (db.session.scalar(fevers), db.session.scalar(alerts)) == (1, 1)
        assert review_all(MONDAY) == 0
        db.session.rollback()
    let_go(app)
