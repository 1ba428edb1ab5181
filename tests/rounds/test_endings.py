"""The end is told beforehand, each notice once, over the patient's own ways; and nobody who has died is written to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from recovery.records import (
    cards,
    devices,
    endings,
    flags,
    handing_on,
    messages,
    pathways,
    patients,
    procedures,
    reminders,
    states,
    subscriptions,
    transfers,
)
from recovery.records.database import db, writing
from recovery.records.messages import Message, Reminder
from recovery.rounds import delivery
from tests import mail as mail_server
from tests import push_service, reading_age
from tests.conftest import settings_for
from tests.people import CARD_KEY, MONDAY, a_device, a_patient, answers, check_in
from tests.push_service import Browser, address_of
from tests.rounds.work import review_all

DAY = timedelta(days=1)
MIDNIGHT = MONDAY - timedelta(hours=9, minutes=59)  # a minute past it in Berlin
TEN = MONDAY  # 10:00 in Berlin
OLD = "old@example.org"


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


def somebody(stage, day, **columns):
    """On MONDAY this many days after the procedure, with a phone and an e-mail address."""
    usual = {"email": OLD, "reminder_time": None}
    old = a_patient(stage.dee, "Ola Old", day, **{**usual, **columns})
    device, _token, _code = a_device(stage.dee, old)
    return old, device


def deliver(settings, at):
    for channel in ("push", "email", "sms"):
        delivery.deliver_due(settings, lambda: at, channel)


def live(settings, days, start=MIDNIGHT):
    """Reviews at midnight and deliveries at ten, day after day."""
    for number in range(days):
        review_all(start + number * DAY)
        deliver(settings, TEN + (start - MIDNIGHT) + number * DAY)


def notices(old):
    query = sa.select(Message).where(
        Message.purpose == messages.NOTICE, Message.patient_id == old.id
    )
    return list(db.session.scalars(query.order_by(Message.queued_at)))


def to_old(mailbox):
    return [message for message in mailbox.messages if message["To"] == OLD]


def test_each_of_the_two_notices_comes_once_at_the_patients_hour(stage, settings, mailbox):
    old, _device = somebody(stage, 74)
    live(settings, 20)
    sent = notices(old)
    assert [(each.slot.split()[1], each.sent_at) for each in sent] == [
        ("76", TEN + 2 * DAY),
        ("88", TEN + 14 * DAY),
    ]
    assert len(to_old(mailbox)) == 2


def test_it_says_when_it_ends_and_whom_to_ring_and_nothing_personal(stage, settings, mailbox):
    somebody(stage, 76)
    live(settings, 1)
    (message,) = to_old(mailbox)
    said = message["Subject"] + message.get_content()
    assert "Your daily questions end on Monday, 16 March 2026." in said
    assert "Then ring +49 30 23125 100." in said
    for personal in ("Ola", "Hill", "pain", "back", "procedure", "health"):
        assert personal not in said
    lines = [line for line in message.get_content().splitlines() if line and "http" not in line]
    assert not reading_age.complaints([message["Subject"], *lines])


def test_a_phone_that_is_reached_is_told_too_and_a_reminder_does_not_take_its_place(
    stage, settings, service
):
    old, device = somebody(stage, 76, reminder_time=reminders.USUAL_REMINDER, email="")
    browser = Browser()
    subscriptions.keep(device, address_of(browser, service.url + "/old"), MIDNIGHT - DAY)
    review_all(MIDNIGHT)
    reminders_due = MONDAY
    with writing():
        reminders.remind(patients.lock(old.key), reminders_due, can_text=False)
    deliver(settings, TEN)
    told = [browser.read(post.body)["notification"] for post in service.posts]
    assert sorted(each["tag"] for each in told) == ["end", "reminder"]
    (end,) = [each for each in told if each["tag"] == "end"]
    assert end["body"] == "Your daily questions end on Monday, 16 March 2026."
    topics = {post.headers["Topic"] for post in service.posts}
    assert topics == {"end", "reminder"}


def test_one_that_could_not_be_sent_on_its_day_is_sent_on_the_next(stage, settings, mailbox):
    old, _device = somebody(stage, 76)
    dead = replace(settings, smtp_url="smtp://127.0.0.1:1")
    live(dead, 1)
    deliver(settings, TEN + timedelta(hours=12))
    assert to_old(mailbox) == [], "nothing rings at night"
    live(settings, 2, MIDNIGHT + DAY)
    assert len(to_old(mailbox)) == 1
    assert [bool(each.sent_at) for each in notices(old)] == [False, True]


def test_during_a_break_it_waits_and_comes_afterwards(stage, settings, mailbox):
    old, _device = somebody(stage, 75)
    states.change_state(stage.dee, old, "paused", old.today(MONDAY) + 4 * DAY, MONDAY - DAY)
    live(settings, 4)
    assert to_old(mailbox) == []
    live(settings, 2, MIDNIGHT + 4 * DAY)
    assert len(to_old(mailbox)) == 1


def test_who_has_no_phone_connected_is_told_by_a_nurse(stage, settings, mailbox):
    old = a_patient(stage.dee, "Ola Old", 76, email=OLD, answers_daily="by_phone")
    live(settings, 1)
    assert notices(old) == []


def test_a_second_procedure_takes_the_notice_back(stage, settings, mailbox):
    old, _device = somebody(stage, 76)
    review_all(MIDNIGHT)
    columns = {
        "performed_on": old.today(MONDAY),
        "levels": ["L2"],
        "baseline_by": "",
    }
    procedures.start(stage.dee, old, columns, "", MIDNIGHT)
    deliver(settings, TEN)
    assert to_old(mailbox) == []
    assert [each.withheld_because for each in notices(old)] == ["another procedure or day"]


def test_an_sms_is_not_tried_for_ever_where_there_is_no_way_to_send_one(stage, settings):
    old, _device = somebody(stage, 76, email="", contact_way="text")
    live(settings, 1)
    assert [(each.channel, each.withheld_because) for each in notices(old)] == [
        ("sms", "no way to send an SMS")
    ]


PURPOSES = ("alert", "reminder", "notice")


def queue_every_kind(stage, service):
    """To the patient's phone, the helper's, by e-mail and SMS: one message of each purpose, all due."""
    code = cards.issue(stage.dee, stage.ana, "Eva Ruiz", CARD_KEY, MONDAY, "helper")
    evas, _token = cards.connect(code, CARD_KEY, "phone", MONDAY)
    for number, device in enumerate((stage.device, evas)):
        subscriptions.keep(device, address_of(Browser(), f"{service.url}/{number}"), MONDAY)
    check_in(stage.ana, stage.device, answers(3, ("chills",)), MONDAY)
    review_all(MONDAY)
    ways = [
        *(("push", str(device.id)) for device in (stage.device, evas)),
        *(("email", "ana@example.org"), ("sms", "+4930")),
    ]
    with writing():
        for purpose in ("reminder", messages.NOTICE):
            for channel, recipient in ways:
                one = Reminder(stage.ana.key, "2026-03-03", 0, channel, recipient, MONDAY)
                messages.queue_reminder(one, MONDAY, purpose)


def test_nothing_is_sent_about_somebody_who_has_died_whatever_it_is_and_whoever_it_is_for(
    stage, settings, service, mailbox
):
    queue_every_kind(stage, service)
    states.change_state(stage.dee, stage.ana, "deceased", None, MONDAY)
    for day in range(3):
        deliver(settings, MONDAY + day * DAY)
    assert (service.posts, mailbox.messages) == ([], [])
    query = sa.select(Message.purpose, Message.withheld_because)
    kept = [tuple(row) for row in db.session.execute(query)]
    assert {purpose for purpose, _because in kept} == set(PURPOSES)
    assert {because for _purpose, because in kept} == {"patient deceased"}


def test_nothing_more_is_sent_by_a_clinic_that_has_handed_the_patient_on(
    stage, settings, service, mailbox
):
    queue_every_kind(stage, service)
    offer = transfers.offer(stage.dee, stage.ana, stage.eli.clinic_id, "on the phone", MONDAY)
    handing_on.accept(stage.eli, offer, handing_on.Wanted("H-1", "Europe/Berlin"), MONDAY)
    with writing():
        late = Reminder(stage.ana.key, "2026-03-02", 0, "email", "late@example.org", MONDAY)
        messages.queue_reminder(late, MONDAY)
    deliver(settings, MONDAY)
    assert service.posts == []
    (alert,) = mailbox.messages
    query = sa.select(Message).where(Message.sent_at.is_not(None))
    assert {each.clinic_id for each in db.session.scalars(query)} == {stage.eli.clinic_id}
    assert "A flag waits for review" in alert.get_content()


def test_a_notice_that_the_former_clinic_has_sent_does_not_come_again(stage, settings, mailbox):
    old, _device = somebody(stage, 76)
    review_all(MIDNIGHT)
    deliver(settings, TEN)
    assert len(to_old(mailbox)) == 1
    transfer = transfers.offer(stage.dee, old, stage.eli.clinic_id, "said", TEN)
    handing_on.accept(stage.eli, transfer, handing_on.Wanted("H-1", old.zone), TEN)
    review_all(TEN)
    deliver(settings, TEN)
    assert len(to_old(mailbox)) == 1
    assert [each.clinic_id for each in notices(old)] == [stage.clinic.id]


@pytest.mark.parametrize("state", ["in_hospital", "withdrawn", "completed", "paused"])
def test_no_notice_is_sent_to_whoever_is_not_asked(stage, settings, mailbox, state):
    old, _device = somebody(stage, 76)
    review_all(MIDNIGHT)
    until = old.today(MONDAY) + 3 * DAY if state == "paused" else None
    states.change_state(stage.dee, old, state, until, MIDNIGHT)
    deliver(settings, TEN)
    assert to_old(mailbox) == []
    assert [each.withheld_because for each in notices(old)] == [f"patient {state}"]


def test_the_clinic_reads_who_ends_within_a_week_and_who_stays_for_an_open_flag(stage):
    pathway = pathways.packaged(pathways.VERTEBROPLASTY)
    for name, day in (("Far", 82), ("Soon", 83), ("Last", 90), ("Stays", 95)):
        a_patient(stage.dee, name, day)
    gone = a_patient(stage.dee, "Gone", 88)
    states.change_state(stage.dee, gone, "withdrawn", None, MONDAY)
    a_patient(stage.eli, "Elsewhere", 88)
    found = endings.soon(stage.dee, pathway, MONDAY)
    assert [each.patient.name for each in found] == ["Stays", "Last", "Soon"]
    assert found[1].last_day == MONDAY.date()


@pytest.mark.parametrize("state", ["paused", "in_hospital", "withdrawn", "completed"])
def test_a_sign_from_somebody_who_is_not_followed_is_alerted(stage, settings, mailbox, state):
    until = stage.ana.today(MONDAY) + 3 * DAY if state == "paused" else None
    states.change_state(stage.dee, stage.ana, state, until, MONDAY)
    check_in(stage.ana, stage.device, answers(3, ("chest_pain_or_breathless",)), MONDAY)
    review_all(MONDAY)
    deliver(settings, MONDAY)
    (message,) = mailbox.messages
    assert "Emergency" in message["Subject"]
    (flag,) = flags.of_patient(stage.ana)
    assert flag.closed_at is None
    assert devices.find(stage.token) is not None
