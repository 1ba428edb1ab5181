"""Reminders come once a day at the patient's own time, by a second way if need be, never to whom they would hurt."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from recovery.records import cards, devices, reminders, sending, states, subscriptions
from recovery.records.database import db
from recovery.records.messages import Message
from recovery.rounds import delivery, mail, scheduler
from recovery.rounds import reminders as round_
from tests import mail as mail_server
from tests import push_service, reading_age
from tests.conftest import settings_for
from tests.people import CARD_KEY, MONDAY, a_patient, answers, check_in, set_stage
from tests.push_service import Browser, address_of
from tests.rounds.work import open_flags, review_all

HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
SECOND = MONDAY + 3 * HOUR
ANA = "ana@example.org"


@pytest.fixture
def service():
    with push_service.server() as running:
        yield running


@pytest.fixture
def mailbox():
    with mail_server.server() as running:
        yield running


@pytest.fixture
def settings(service, mailbox, database_url):
    usual = settings_for(database_url)
    return replace(usual, smtp_url=mailbox.url, push_services=("localhost",))


def with_email(stage, at=time(10), now=MONDAY - HOUR):
    reminders.choose(stage.device.key, at, ANA, stage.device.actor, now)


def with_push(stage, service, path="/ana"):
    return subscriptions.keep(
        stage.device, address_of(Browser(), service.url + path), MONDAY - HOUR
    )


def go(settings, at):
    """Every round of reminders at that moment."""
    round_.remind_due(settings, at)
    for channel in ("push", "email", "sms"):
        delivery.deliver_due(settings, lambda: at, channel)


def withheld():
    query = sa.select(Message.channel, Message.withheld_because).order_by(Message.step)
    return [tuple(row) for row in db.session.execute(query.where(Message.withheld_at.is_not(None)))]


def days_of_reminders(settings, mailbox, start, zone, days=3):
    """Run the rounds every ten minutes and say when, on the patient's wall, each e-mail came."""
    came = []
    for minutes in range(0, days * 24 * 60, 10):
        at, before = start + timedelta(minutes=minutes), len(mailbox.messages)
        go(settings, at)
        came += [at.astimezone(ZoneInfo(zone))] * (len(mailbox.messages) - before)
    return came


@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
@pytest.mark.parametrize("wall", [time(10), time(8)])
def test_on_days_when_clocks_change_there_is_exactly_one_at_the_usual_wall_time(
    app, settings, mailbox, change, wall
):
    start = datetime.combine(change - timedelta(days=1), time(0), BERLIN).astimezone(UTC)
    with app.app_context():
        stage = set_stage(start)
        with_email(stage, wall, start)
        came = days_of_reminders(settings, mailbox, start, "Europe/Berlin")
    assert [each.date() for each in came] == [change + timedelta(days=n) for n in (-1, 0, 1)]
    assert {each.time() for each in came} == {wall}


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/Los_Angeles", "Pacific/Auckland"])
def test_each_patient_is_reminded_in_their_own_zone(stage, settings, mailbox, zone):
    stage.ana.zone = zone
    db.session.commit()
    with_email(stage)
    came = days_of_reminders(settings, mailbox, MONDAY, zone, days=2)
    assert [each.time() for each in came] == [time(10), time(10)]
    assert came[0].date() != came[1].date()


def test_without_a_subscription_the_email_goes_at_once_and_says_nothing_personal(
    stage, settings, mailbox
):
    with_email(stage)
    go(settings, MONDAY)
    (message,) = mailbox.messages
    said = message["Subject"] + message.get_content()
    assert message["To"] == ANA
    assert "http://localhost/today" in said
    assert "http://localhost/reminders" in said
    for personal in ("Ana", "Ruiz", "Hill", "pain", "back", "procedure", "health"):
        assert personal not in said


def test_the_words_of_the_email_are_plain(stage, settings, mailbox):
    with_email(stage)
    go(settings, MONDAY)
    (message,) = mailbox.messages
    words = [line for line in message.get_content().splitlines() if "http" not in line]
    assert not reading_age.complaints([message["Subject"], *filter(None, words)])


def test_the_second_way_is_taken_three_hours_later_if_nothing_was_opened(
    stage, settings, service, mailbox
):
    with_email(stage)
    with_push(stage, service)
    go(settings, MONDAY)
    assert (len(service.posts), len(mailbox.messages)) == (1, 0)
    go(settings, SECOND - timedelta(seconds=1))
    assert mailbox.messages == []
    go(settings, SECOND)
    assert [message["To"] for message in mailbox.messages] == [ANA]


def test_it_is_not_taken_if_the_app_was_opened_since(stage, settings, service, mailbox):
    with_email(stage)
    with_push(stage, service)
    go(settings, MONDAY)
    stage.device.opened_at = MONDAY + HOUR
    db.session.commit()
    go(settings, SECOND)
    assert mailbox.messages == []
    assert withheld() == [("email", "opened")]


def test_the_second_way_of_an_evening_is_taken_before_the_night(stage, settings, service, mailbox):
    with_email(stage, time(18))
    with_push(stage, service)
    go(settings, MONDAY.replace(hour=17))
    go(settings, MONDAY.replace(hour=19))
    assert len(mailbox.messages) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_dead_phone_is_followed_by_the_email_at_once(stage, settings, service, mailbox, status):
    with_email(stage)
    with_push(stage, service)
    service.answers["/ana"] = status
    go(settings, MONDAY)
    assert [message["To"] for message in mailbox.messages] == [ANA]
    assert withheld() == [("push", "phone not reached")]
    go(settings, MONDAY + timedelta(days=1))
    assert (len(service.posts), len(mailbox.messages)) == (1, 2)


def test_with_another_phone_that_is_reached_the_email_waits(stage, settings, service, mailbox):
    with_email(stage)
    with_push(stage, service)
    code = cards.issue(stage.dee, stage.ana, "Bo Ruiz", CARD_KEY, MONDAY, "helper")
    helper, _token = cards.connect(code, CARD_KEY, "phone", MONDAY)
    subscriptions.keep(helper, address_of(Browser(), service.url + "/helper"), MONDAY)
    service.answers["/ana"] = 410
    go(settings, MONDAY)
    assert mailbox.messages == []
    go(settings, SECOND)
    assert len(mailbox.messages) == 1


def test_who_is_to_be_texted_gets_an_sms_by_the_clinics_provider(stage, settings, service):
    stage.ana.contact_way = "text"
    db.session.commit()
    texts = replace(
        settings,
        sms_url=service.url.replace("http:", "json:") + "/{phone}",
        smtp_url="smtp://[::1]:1",
    )
    go(texts, MONDAY)
    (post,) = service.posts
    assert post.path == "/+493023125200"
    assert json.loads(post.body)["message"] == "Time for today's questions: http://localhost/today"


def test_an_sms_that_is_not_taken_is_tried_again(stage, settings, service):
    stage.ana.contact_way = "text"
    db.session.commit()
    texts = replace(settings, sms_url=service.url.replace("http:", "json:") + "/{phone}")
    service.answers["/+493023125200"] = 500
    go(texts, MONDAY)
    service.answers.clear()
    go(texts, MONDAY + timedelta(minutes=1))
    assert len(service.posts) == 2


def queue_then(stage, settings, at=MONDAY):
    """Ana's reminder stands in the queue, and something happens before it is sent."""
    with_email(stage)
    round_.remind_due(settings, at)


def test_nobody_who_has_answered_is_reminded(stage, settings, mailbox):
    queue_then(stage, settings)
    check_in(stage.ana, stage.device, answers(), MONDAY)
    go(settings, MONDAY)
    assert mailbox.messages == []
    assert withheld() == [("email", "answered")]


def test_an_answer_for_yesterday_is_none_for_today(stage, settings, mailbox):
    check_in(stage.ana, stage.device, answers(), MONDAY - timedelta(days=1), MONDAY)
    queue_then(stage, settings)
    go(settings, MONDAY)
    assert len(mailbox.messages) == 1


@pytest.mark.parametrize("state", ["in_hospital", "withdrawn", "deceased", "completed"])
def test_a_state_that_changed_after_queueing_withholds_the_push_and_the_email(
    stage, settings, service, mailbox, state
):
    with_push(stage, service)
    queue_then(stage, settings)
    states.change_state(stage.dee, stage.ana, state, None, MONDAY)
    for hours in range(48):
        go(settings, MONDAY + hours * HOUR)
    assert (service.posts, mailbox.messages) == ([], [])
    assert withheld() == [(channel, f"patient {state}") for channel in ("push", "email")]


def test_a_pause_after_queueing_withholds_too(stage, settings, service, mailbox):
    with_push(stage, service)
    queue_then(stage, settings)
    states.change_state(stage.dee, stage.ana, "paused", date(2026, 3, 4), MONDAY)
    go(settings, SECOND)
    assert (service.posts, mailbox.messages) == ([], [])


def test_who_says_in_hospital_is_not_reminded_though_no_nurse_has_confirmed_it(
    stage, settings, mailbox
):
    queue_then(stage, settings)
    states.report_hospital(stage.ana, stage.device.actor, MONDAY)
    go(settings, MONDAY)
    assert mailbox.messages == []


def test_with_the_last_phone_ended_nothing_is_sent(stage, settings, service, mailbox):
    with_push(stage, service)
    queue_then(stage, settings)
    devices.end(stage.device, stage.dee.actor, MONDAY)
    go(settings, MONDAY)
    assert (service.posts, mailbox.messages) == ([], [])
    assert withheld() == [(channel, "no phone connected") for channel in ("push", "email")]


def test_an_address_that_was_changed_meanwhile_gets_nothing(stage, settings, mailbox):
    queue_then(stage, settings)
    reminders.choose(stage.device.key, time(10), "", stage.device.actor, MONDAY)
    go(settings, MONDAY)
    assert mailbox.messages == []
    assert withheld() == [("email", "another way was chosen")]


def test_nobody_is_reminded_on_the_day_of_the_procedure(app, settings, mailbox):
    with app.app_context():
        stage = set_stage(day=0)
        with_email(stage)
        stage.ana.remind_at = MONDAY
        db.session.commit()
        go(settings, MONDAY)
        assert mailbox.messages == []
        go(settings, MONDAY + timedelta(days=1))
    assert len(mailbox.messages) == 1


def test_a_server_that_was_down_until_the_evening_still_reminds_and_one_until_night_does_not(
    stage, settings, mailbox
):
    with_email(stage)
    go(settings, MONDAY.replace(hour=19, minute=59))  # 20:59 in Berlin
    assert len(mailbox.messages) == 1
    go(settings, MONDAY.replace(day=3, hour=22))
    assert len(mailbox.messages) == 1
    assert withheld() == [("email", "too late for its day")]
    go(settings, MONDAY.replace(day=4))
    assert len(mailbox.messages) == 2


def test_a_server_that_was_down_for_days_does_not_make_up_for_them(stage, settings, mailbox):
    with_email(stage)
    go(settings, MONDAY + timedelta(days=5, hours=1))
    assert len(mailbox.messages) == 1
    go(settings, MONDAY + timedelta(days=7, hours=-2))
    assert len(mailbox.messages) == 1


def test_a_mail_server_that_is_down_delays_a_reminder_but_not_into_the_night(
    stage, settings, mailbox
):
    with_email(stage)
    dead = replace(settings, smtp_url="smtp://127.0.0.1:1")
    for minutes in range(0, 11 * 60, 30):
        go(dead, MONDAY + timedelta(minutes=minutes))
    go(settings, MONDAY + 12 * HOUR)
    assert mailbox.messages == []
    assert withheld() == [("email", "too late for its day")]


def test_a_crash_between_claim_and_send_delays_it_by_the_lease(stage, settings, mailbox):
    queue_then(stage, settings)
    sending.claim(MONDAY)
    go(settings, MONDAY + timedelta(seconds=59))
    assert mailbox.messages == []
    go(settings, MONDAY + timedelta(seconds=60))
    assert len(mailbox.messages) == 1


def test_a_crash_between_sent_and_recorded_repeats_the_same_notice_in_the_same_place(
    stage, settings, service, monkeypatch
):
    phone = Browser()
    subscriptions.keep(stage.device, address_of(phone, service.url + "/ana"), MONDAY)

    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(sending, "mark_sent", crash)
    with pytest.raises(KeyboardInterrupt):
        go(settings, MONDAY)
    monkeypatch.undo()
    db.session.rollback()
    go(settings, MONDAY + timedelta(seconds=60))
    go(settings, MONDAY + HOUR)
    notices = [phone.read(post.body)["notification"] for post in service.posts]
    assert [notice["tag"] for notice in notices] == ["reminder", "reminder"]
    assert {post.headers["Topic"] for post in service.posts} == {"reminder"}


def test_a_crash_while_queueing_neither_loses_nor_doubles_it(stage, settings, mailbox, monkeypatch):
    with_email(stage)

    def crash(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(stage.ana), "next_reminder", crash)
    with pytest.raises(KeyboardInterrupt):
        go(settings, MONDAY)
    monkeypatch.undo()
    assert db.session.scalars(sa.select(Message)).all() == []
    go(settings, MONDAY)
    go(settings, MONDAY)
    assert len(mailbox.messages) == 1


def test_a_patient_who_cannot_be_reminded_holds_up_nobody(stage, settings, mailbox, monkeypatch):
    with_email(stage)
    cy = a_patient(stage.dee, "Cy Ito")
    cy.remind_at = MONDAY - 2 * HOUR
    db.session.commit()
    usual = reminders.remind

    def fail_for_cy(patient, *args, **options):
        if patient.id == cy.id:
            raise ValueError("poisoned")
        usual(patient, *args, **options)

    monkeypatch.setattr(reminders, "remind", fail_for_cy)
    go(settings, MONDAY)
    assert len(mailbox.messages) == 1
    assert cy.remind_at == MONDAY + HOUR


def test_later_reminds_again_and_takes_the_place_of_the_second_way(
    stage, settings, service, mailbox
):
    with_email(stage)
    with_push(stage, service)
    go(settings, MONDAY)
    reminders.ask_later(stage.device.key, "evening", stage.device.actor, MONDAY + HOUR)
    go(settings, SECOND)
    assert (len(service.posts), len(mailbox.messages)) == (1, 0)
    go(settings, MONDAY.replace(hour=17))
    assert (len(service.posts), len(mailbox.messages)) == (2, 0)
    go(settings, MONDAY.replace(hour=19))
    assert (len(service.posts), len(mailbox.messages)) == (2, 1)
    go(settings, MONDAY + timedelta(days=1))
    assert len(service.posts) == 3


def test_later_before_the_usual_time_takes_its_place_that_day(stage, settings, service):
    with_push(stage, service)
    early = MONDAY - timedelta(minutes=65)  # 8:55 in Berlin
    reminders.ask_later(stage.device.key, "hour", stage.device.actor, early)
    for minutes in range(0, 180, 5):
        go(settings, early + timedelta(minutes=minutes))
    assert len(service.posts) == 1


def test_tomorrow_leaves_today_in_peace(stage, settings, service, mailbox):
    with_email(stage)
    with_push(stage, service)
    reminders.ask_later(stage.device.key, "tomorrow", stage.device.actor, MONDAY - HOUR)
    go(settings, MONDAY + HOUR)
    assert service.posts == []
    go(settings, MONDAY + timedelta(days=1))
    assert len(service.posts) == 1


def test_another_time_on_a_day_that_was_reminded_brings_no_second_reminder(
    stage, settings, mailbox
):
    with_email(stage)
    go(settings, MONDAY)
    with_email(stage, time(15), MONDAY + HOUR)
    go(settings, MONDAY.replace(hour=14))
    assert len(mailbox.messages) == 1
    go(settings, MONDAY.replace(day=3, hour=14))
    assert len(mailbox.messages) == 2


def test_a_push_service_that_hangs_does_not_hold_up_an_alert_nor_an_alert_a_push(
    stage, settings, service, mailbox
):
    with_push(stage, service)
    round_.remind_due(settings, MONDAY)
    service.answers["/ana"] = 500
    check_in(stage.ana, stage.device, answers(3, temperature_c=38.6), MONDAY - timedelta(days=1))
    review_all(MONDAY)
    assert open_flags(stage.ana)["fever"]
    delivery.deliver_due(settings, lambda: MONDAY, "push")
    assert delivery.deliver_due(settings, lambda: MONDAY) == 1
    rounds = {due.name for due in scheduler.TIMETABLE}
    assert rounds >= {"reminders", "delivery", "push", "sms"}


def test_alerts_go_before_reminders(stage, settings):
    queue_then(stage, settings)
    at = MONDAY + timedelta(minutes=1)
    check_in(stage.ana, stage.device, answers(3, ("wound",)), at)
    review_all(at)
    assert sending.claim(at).purpose == "alert"


def test_run_once_reminds_too(stage, settings, mailbox):
    with_email(stage)
    scheduler.run_once(settings, MONDAY)
    assert Counter(message["To"] for message in mailbox.messages)[ANA] == 1


def test_an_answering_machine_does_not_answer_a_reminder(stage, settings):
    queue_then(stage, settings)
    message = sending.claim(MONDAY)
    assert mail.written(message, settings, MONDAY)["Auto-Submitted"] == "auto-generated"
