"""The past of one patient: everything that was kept, of nobody else, each part with one query."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from recovery.records import exports, flags, messages, moves, states
from recovery.records.audit import AuditLine
from recovery.records.contacts import Tried
from recovery.records.database import db, writing
from recovery.records.messages import Reminder
from recovery.records.past import Past
from recovery.records.patients import current_procedure
from tests.people import MONDAY, a_patient, answers, check_in
from tests.rounds.work import review_all

PARTS = (
    *("procedures", "checkins", "messages", "questionnaires", "flags", "findings", "moves"),
    *("contacts", "limits", "cards", "devices", "told"),
)


@pytest.fixture
def queries(app):
    """The statements that were sent."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    with app.app_context():
        sa.event.remove(db.engine, "before_cursor_execute", note)


def a_fever(stage, patient):
    check_in(patient, stage.dee, answers(3, temperature_c=38.6), MONDAY)
    review_all(MONDAY)
    (flag,) = flags.of_patient(patient)
    moves.see(stage.dee, patient, MONDAY)
    return flag


def test_it_holds_what_was_kept_and_nothing_of_anybody_else(stage):
    bo = a_patient(stage.dee, "Bo Lind")
    flag = a_fever(stage, bo)
    moves.note_try(stage.dee, bo, Tried("patient", "Rest."), MONDAY)
    states.change_state(stage.dee, bo, "in_hospital", None, MONDAY)
    past, anas = Past(bo), Past(stage.ana)
    assert [row.id for row in past.procedures] == [current_procedure(bo).id]
    assert [row.temperature_c for row in past.checkins] == [38.6]
    assert [row.id for row in past.flags] == [flag.id]
    assert [row.move for row in past.moves[flag.id]] == ["raise", "see", "reach"]
    assert [row.reason for row in past.findings[flag.id]] == ["fever"]
    assert [row.words for row in past.contacts] == ["Rest."]
    assert {row.action for row in past.told} == {"enrolled", "state changed"}
    assert {row.flag_id for row in past.messages} == {flag.id}
    assert [row.id for row in anas.devices] == [stage.device.id]
    assert {row.rule for row in anas.flags} == {"gone_quiet"}
    assert [row.move for of_one in anas.moves.values() for row in of_one] == ["raise"]
    for empty in (anas.checkins, anas.contacts, anas.limits):
        assert not empty


def test_who_opened_a_page_is_no_part_of_it(stage):
    exports.note_summary(stage.dee, stage.ana, MONDAY)
    assert "summary made" not in {line.action for line in Past(stage.ana).told}
    lines = db.session.scalars(sa.select(AuditLine).where(AuditLine.action == "summary made"))
    assert [line.patient_id for line in lines] == [stage.ana.id]


def test_each_part_costs_one_query_however_much_there_is(stage, queries):
    for ago in range(20):
        check_in(stage.ana, stage.device, answers(3), MONDAY - timedelta(days=ago % 9, hours=ago))
    db.session.commit()
    past = Past(stage.ana)
    queries.clear()
    for part in (*PARTS, *PARTS):
        getattr(past, part)
    told = [statement for statement in queries if statement.startswith("SELECT")]
    assert len(told) <= len(PARTS)
    assert len(past.checkins) == 20


def test_the_newest_messages_are_read_without_the_others(stage):
    for ago in range(12):
        at = MONDAY - timedelta(days=ago)
        with writing():
            slot = at.date().isoformat()
            messages.queue_reminder(
                Reminder(stage.ana.key, slot, 0, "email", "a@b.example", at), at
            )
    newest = Past(stage.ana).last_messages(8)
    assert [row.queued_at for row in newest] == [MONDAY - timedelta(days=ago) for ago in range(8)]
    assert newest == Past(stage.ana).messages[:-9:-1]


def test_messages_of_one_patient_are_found_by_an_index(sqlite_app):
    asked = sa.text(
        "EXPLAIN QUERY PLAN SELECT * FROM messages WHERE clinic_id = 'a' AND patient_id = 'b'"
        " ORDER BY queued_at DESC LIMIT 8"
    )
    with sqlite_app.app_context():
        (step,) = db.session.execute(asked)
    assert "INDEX ix_messages_clinic_id_patient_id_queued_at (clinic_id=? AND" in step.detail
