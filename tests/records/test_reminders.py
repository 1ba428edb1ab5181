"""Reminders follow the patient's own wall, zone, wish and state, and each phone has one subscription."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from recovery.records import devices, messages, reminders, states, subscriptions
from recovery.records.audit import AuditLine
from recovery.records.database import db, writing
from recovery.records.messages import Reminder
from recovery.records.subscriptions import Address, Subscription
from tests.people import MONDAY, a_clinic, a_device, a_nurse, a_patient

TEN = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)  # Tuesday, 10:00 in Berlin
NIGHT = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
HERE = Address("https://fcm.googleapis.com/fcm/send/ana", "p256dh", "auth")


def choose(stage, at, email="", now=MONDAY):
    reminders.choose(stage.device.key, at, email, stage.device.actor, now)


def queue(stage, recipient="ana@example.org", slot="2026-03-02"):
    reminder = Reminder(stage.device.key, slot, reminders.SECOND, "email", recipient, MONDAY)
    with writing():
        messages.queue_reminder(reminder, MONDAY)


def waiting(stage):
    return [each.recipient for each in messages.waiting_reminders(stage.device.key)]


def test_at_enrolment_the_first_reminder_is_set_for_ten_on_the_patients_wall(stage):
    tokyo = a_patient(stage.dee, "Cy Ito", day=0, zone="Asia/Tokyo")
    assert tokyo.remind_at == datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    assert tokyo.reminder_time == time(10)


def test_another_time_moves_the_next_reminder(stage):
    choose(stage, time(18))
    assert stage.ana.remind_at == datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


def test_no_reminders_means_none_and_takes_back_those_that_wait(stage):
    queue(stage)
    choose(stage, None)
    assert stage.ana.remind_at is None
    assert waiting(stage) == []


def test_what_was_chosen_stands_in_the_audit_without_the_address(stage):
    choose(stage, time(8), "ana@example.org")
    line = db.session.scalars(sa.select(AuditLine).where(AuditLine.action == "reminders chosen"))
    assert line.one().details == {"at": "08:00:00", "by_email": True}


@pytest.mark.parametrize("state", ["in_hospital", "withdrawn", "deceased", "completed"])
def test_nobody_is_planned_to_be_reminded_while_held(stage, state):
    states.change_state(stage.dee, stage.ana, state, None, MONDAY)
    assert stage.ana.remind_at is None
    assert reminders.offers(stage.ana, MONDAY) == {}
    states.change_state(stage.dee, stage.ana, "active", None, MONDAY, states.Known(is_alive=True))
    assert stage.ana.remind_at == TEN


def test_after_a_pause_reminders_come_back_by_themselves(stage):
    states.change_state(stage.dee, stage.ana, "paused", TEN.date() + timedelta(days=3), MONDAY)
    assert stage.ana.remind_at is None
    with writing():
        states.resume_if_over(stage.ana, TEN + timedelta(days=3, hours=-9))
    assert stage.ana.remind_at == TEN + timedelta(days=3)


def test_later_is_an_hour_on_this_evening_or_tomorrow(stage):
    assert reminders.offers(stage.ana, MONDAY) == {
        "hour": MONDAY + timedelta(hours=1),
        "evening": datetime(2026, 3, 2, 17, 0, tzinfo=UTC),
        "tomorrow": TEN,
    }


@pytest.mark.parametrize(
    ("hour", "offered"),
    [
        (16, ["hour", "evening", "tomorrow"]),
        (17, ["hour", "tomorrow"]),  # 18:00 in Berlin
        (18, ["hour", "tomorrow"]),
        (19, ["tomorrow"]),  # an hour on it would be 21:00
        (22, ["tomorrow"]),
        (23, ["evening", "tomorrow"]),  # midnight in Berlin
    ],
)
def test_at_night_nothing_is_offered_that_would_ring_at_night(stage, hour, offered):
    assert list(reminders.offers(stage.ana, MONDAY.replace(hour=hour))) == offered


def test_later_moves_the_next_reminder_and_takes_back_those_that_wait(stage):
    queue(stage)
    at = reminders.ask_later(stage.device.key, "hour", stage.device.actor, MONDAY)
    assert at == stage.ana.remind_at == MONDAY + timedelta(hours=1)
    assert waiting(stage) == []


@pytest.mark.parametrize("when", ["evening", "hour", "yesterday", ""])
def test_what_is_not_offered_changes_nothing(stage, when):
    before = stage.ana.remind_at
    assert reminders.ask_later(stage.device.key, when, stage.device.actor, NIGHT) is None
    assert stage.ana.remind_at == before


def test_who_wishes_no_reminders_can_still_ask_for_one(stage):
    choose(stage, None)
    assert reminders.offers(stage.ana, MONDAY)["tomorrow"] == TEN


def test_an_sms_goes_only_to_those_who_are_to_be_texted_and_have_no_email(stage):
    ana = stage.ana
    assert reminders.other_way(ana, can_text=True) is None
    ana.contact_way = "text"
    assert reminders.other_way(ana, can_text=False) is None
    assert reminders.other_way(ana, can_text=True) == ("sms", ana.phone)
    ana.email = "ana@example.org"
    assert reminders.other_way(ana, can_text=True) == ("email", "ana@example.org")
    db.session.rollback()


def test_the_same_reminder_is_queued_once_whoever_queues_it_how_often(stage):
    queue(stage)
    queue(stage)
    assert waiting(stage) == ["ana@example.org"]


def test_a_phone_has_one_subscription_and_the_new_one_counts(stage):
    subscriptions.keep(stage.device, HERE, MONDAY)
    anew = Address("https://fcm.googleapis.com/fcm/send/anew", "p256dh", "auth")
    subscriptions.keep(stage.device, anew, TEN)
    (kept,) = db.session.scalars(sa.select(Subscription)).all()
    assert (kept.endpoint, kept.subscribed_at) == (anew.endpoint, TEN)


def test_a_phone_that_tells_the_same_again_changes_nothing(stage):
    subscriptions.keep(stage.device, HERE, MONDAY)
    assert subscriptions.keep(stage.device, HERE, TEN).subscribed_at == MONDAY


def test_a_browser_that_changes_hands_is_taken_away_from_the_earlier_patient_of_any_clinic(stage):
    nurse = a_nurse(a_clinic("Valley Clinic"), "Nurse Fay")
    bo = a_patient(nurse, "Bo Lind")
    phone, _token, _code = a_device(nurse, bo)
    subscriptions.keep(stage.device, HERE, MONDAY)
    subscriptions.keep(phone, HERE, TEN)
    assert subscriptions.live_of(stage.ana) == []
    assert [each.device_id for each in subscriptions.live_of(bo)] == [phone.id]


def test_a_dead_subscription_and_an_ended_phone_reach_nobody(stage):
    kept = subscriptions.keep(stage.device, HERE, MONDAY)
    assert subscriptions.reached_in(stage.clinic.id) == {stage.ana.id}
    subscriptions.mark_dead(kept, "gone (410)", MONDAY)
    assert subscriptions.reached_in(stage.clinic.id) == set()
    subscriptions.keep(
        stage.device, Address("https://fcm.googleapis.com/x", "p256dh", "auth"), MONDAY
    )
    devices.end(stage.device, stage.dee.actor, MONDAY)
    assert subscriptions.live_of(stage.ana) == []


def test_what_was_renewed_meanwhile_is_not_called_dead(stage):
    kept = subscriptions.keep(stage.device, HERE, MONDAY)
    db.session.expunge(kept)
    anew = Address("https://fcm.googleapis.com/fcm/send/anew", "p256dh", "auth")
    subscriptions.keep(stage.device, anew, TEN)
    subscriptions.mark_dead(kept, "gone (410)", TEN)
    assert len(subscriptions.live_of(stage.ana)) == 1
