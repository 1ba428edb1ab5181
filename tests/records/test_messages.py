"""Messages are queued once, leased to one sender at a time, and tried again."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from recovery.records import messages, sending
from recovery.records.database import db, writing
from recovery.records.messages import Alert, Message
from tests.people import MONDAY, answers, check_in
from tests.rounds.work import review_all


def an_alert(stage):
    check_in(stage.ana, stage.device, answers(3, temperature_c=38.6), MONDAY)
    review_all(MONDAY)
    return db.session.scalars(sa.select(Message)).one()


def test_an_alert_is_queued_once_for_each_recipient_slot_and_step(stage):
    first = an_alert(stage)
    again = Alert(stage.device.key, first.flag_id, "today", first.slot)
    with writing():
        for address in (first.recipient, "second@hill.example"):
            messages.queue_alert(again, ("email", address), MONDAY)
    found = db.session.scalars(sa.select(Message.recipient)).all()
    assert sorted(found) == [first.recipient, "second@hill.example"]


def test_a_leased_message_is_nobody_elses_until_the_lease_ends(stage):
    an_alert(stage)
    assert sending.claim(MONDAY).tries == 1
    assert sending.claim(MONDAY + timedelta(seconds=59)) is None
    assert sending.claim(MONDAY + timedelta(seconds=60)).tries == 2


def test_a_message_that_fails_waits_one_five_thirty_minutes_then_an_hour(stage):
    an_alert(stage)
    now, waits = MONDAY, []
    for _ in range(5):
        message = sending.claim(now)
        sending.put_off(message, "no line", now)
        waits.append((message.due_at - now) // timedelta(minutes=1))
        now = message.due_at
    assert waits == [1, 5, 30, 60, 60]
    assert messages.count_stuck(now) == 1
