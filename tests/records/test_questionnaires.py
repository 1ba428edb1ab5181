"""Questionnaires are kept once under the phone's id, and never altered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from recovery.records import audit, patients, questionnaires
from recovery.records.database import db
from recovery.records.questionnaires import Filled, KeptAlready, Questionnaire
from tests.people import MONDAY, a_patient

ENTRY = UUID("7b0c0f5e-9a39-4a3f-8a53-0f2f3f0c9d11")
NINE = Filled("rmdq", 9, tuple(range(1, 10)), "made-up-1", "patient")


def keep(stage, filled=NINE, now=MONDAY, entry_id=ENTRY, source=None):
    return questionnaires.record(stage.device.key, entry_id, filled, source or stage.device, now)


def kept():
    return list(db.session.scalars(sa.select(Questionnaire)))


def test_a_list_is_kept_with_its_ticks_its_wording_its_day_and_who_gave_it(stage):
    row = keep(stage, now=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    db.session.expire_all()
    assert (row.total, row.ticked, row.items_version) == (9, list(range(1, 10)), "made-up-1")
    assert row.day == date(2026, 3, 2), "the patient's own day: half past midnight in Berlin"
    assert (row.answered_by, row.device_id, row.clinician_id) == ("patient", stage.device.id, None)
    assert row.procedure_id == patients.current_procedure(stage.ana).id
    noted = db.session.scalars(sa.select(audit.AuditLine)).all()
    assert [line.details["kind"] for line in noted if line.action == "questionnaire filled"] == [
        "rmdq"
    ]


def test_the_same_list_posted_again_changes_nothing(stage):
    first = keep(stage)
    again = keep(stage, now=MONDAY + timedelta(days=1))
    assert (again.entry_id, again.received_at, again.day) == (ENTRY, MONDAY, first.day)
    assert len(kept()) == 1


def test_another_body_under_the_same_id_is_refused_and_the_first_is_kept(stage):
    keep(stage)
    for other in (
        replace(NINE, total=8, ticked=NINE.ticked[:8]),
        replace(NINE, answered_by="for_patient"),
        replace(NINE, items_version="made-up-2"),
        Filled("answered_for", 1),
    ):
        with pytest.raises(KeptAlready):
            keep(stage, other)
    assert [(row.total, row.answered_by) for row in kept()] == [(9, "patient")]


def test_the_same_list_from_two_threads_at_once_is_stored_once(app, stage):
    together = Barrier(2)

    def post():
        with app.app_context():
            together.wait(10)
            return keep(stage).total

    db.session.commit()
    with ThreadPoolExecutor(2) as pool:
        done = [future.result(30) for future in [pool.submit(post), pool.submit(post)]]
    assert done == [9, 9]
    assert len(kept()) == 1


def test_another_patients_id_is_simply_a_new_entry(stage):
    bo = a_patient(stage.dee, "Bo Lind")
    keep(stage)
    questionnaires.record(bo.key, ENTRY, replace(NINE, answered_by=None), stage.dee, MONDAY)
    assert [row.total for row in questionnaires.of_patient(bo)] == [9]
    assert [row.clinician_id for row in questionnaires.of_patient(bo)] == [stage.dee.id]
    assert len(questionnaires.of_patient(stage.ana)) == 1


def test_who_answered_is_yes_no_or_not_said(stage):
    for days, total in enumerate((1, 0, None)):
        keep(stage, Filled("answered_for", total), MONDAY + timedelta(days), uuid4())
    assert [row.total for row in questionnaires.of_patient(stage.ana)] == [1, 0, None]


@pytest.mark.parametrize(
    "filled",
    [Filled("rmdq", None), Filled("rmdq", 25), Filled("answered_for", 2), Filled("mood", 1)],
)
def test_the_database_itself_refuses_what_no_questionnaire_can_say(stage, filled):
    with pytest.raises(IntegrityError):
        keep(stage, filled)


def test_the_latest_is_that_of_its_kind_and_of_the_present_procedure(stage):
    procedure = patients.current_procedure(stage.ana)
    assert questionnaires.latest(stage.ana, procedure, "rmdq") is None
    for weeks, total in ((1, 5), (0, 9)):  # whatever the order in which they came
        ticked = NINE.ticked[:total]
        keep(
            stage,
            replace(NINE, total=total, ticked=ticked),
            MONDAY + timedelta(weeks=weeks),
            uuid4(),
        )
    keep(stage, Filled("answered_for", 1), MONDAY + timedelta(weeks=2), uuid4())
    found = questionnaires.latest(stage.ana, procedure, "rmdq")
    assert found is not None
    assert found.total == 5
    other = patients.Procedure(id=uuid4())
    assert questionnaires.latest(stage.ana, other, "rmdq") is None
