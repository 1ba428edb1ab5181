"""What was sent: every alert and digest of the clinic with what became of it, failures first, and a banner for them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from recovery.records import accounts, messages, moves, sending
from recovery.records.database import db, writing
from recovery.records.deliveries import A_PAGE
from recovery.records.messages import Message
from recovery.rounds import delivery, escalation
from tests import mail
from tests.conftest import settings_for
from tests.people import MONDAY, a_patient, answers, check_in
from tests.web.desk import desk_of, review_all, see, send

PAGE = "/clinic/messages"
BANNER = "Alerts could not be delivered."
MINUTE = timedelta(minutes=1)


@pytest.fixture
def mailbox():
    with mail.server() as running:
        yield running


@pytest.fixture
def fever(sqlite_app, stage):
    """Ana has a fever, and an alert to the team stands in the queue."""
    with sqlite_app.app_context():
        check_in(stage.ana, stage.device, answers(3, temperature_c=38.6), MONDAY)
    review_all(sqlite_app)


def lines(desk, path=PAGE):
    """The list, each message without its tags."""
    page = see(desk, path)
    found = re.findall(r'<li class="sent-line.*?</li>', page)
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in found]


def deliver(app, mailbox=None, at=MONDAY):
    usual = settings_for("unused")
    settings = replace(usual, smtp_url=mailbox.url) if mailbox else usual
    with app.app_context():
        escalation.escalate_due(at)
        delivery.deliver_due(settings, lambda: at)


def test_it_says_what_was_sent_to_whom_by_which_way_and_when(
    desk, sqlite_app, stage, fever, mailbox
):
    assert lines(desk) == [
        "Today E-mail to nurses@hill.example Queued Mon 2 Mar, 10:00 Waits to be sent"
    ]
    deliver(sqlite_app, mailbox, MONDAY + MINUTE)
    assert lines(desk) == [
        "Today E-mail to nurses@hill.example Queued Mon 2 Mar, 10:00 Sent Mon 2 Mar, 10:01"
    ]
    assert "Ana" not in see(desk, PAGE)


def test_a_failure_stands_first_says_what_came_back_and_when_it_is_tried_again(
    desk, sqlite_app, stage, fever, mailbox
):
    deliver(sqlite_app, mailbox)
    mailbox.answers["lead@hill.example"] = "550 5.1.1 no such user"
    deliver(sqlite_app, mailbox, MONDAY + 60 * MINUTE)
    first, second = lines(desk)
    assert "E-mail to lead@hill.example" in first
    assert "Not delivered The mail server refuses it for good. Mend the address." in first
    assert "Next try Mon 2 Mar, 11:01 What came back: 550 5.1.1 no such user" in first
    assert "Sent" in second


@pytest.mark.parametrize(
    ("failure", "channel", "said"),
    [
        ("unreachable", "email", "The mail server cannot be reached."),
        ("later", "email", "The mail server does not take it now."),
        ("unknown", "email", "The e-mail could not be sent."),
        ("unknown", "sms", "The SMS provider has not taken it."),
        ("unknown", "chat", "The chat has not taken it."),
        ("unknown", "push", "No browser of this person has taken it."),
    ],
)
def test_every_failure_has_its_words_and_only_the_mail_servers_own_are_repeated(
    desk, sqlite_app, stage, failure, channel, said
):
    with sqlite_app.app_context(), writing():
        to = str(stage.dee.id) if channel == "push" else "the on-call"
        messages.queue_to_staff("test", stage.clinic.id, "one", (channel, to), MONDAY)
    with sqlite_app.app_context():
        sending.put_off(
            sending.claim(MONDAY, channel), "https://secret.example/token", MONDAY, failure
        )
    (only,) = lines(desk)
    assert said in only
    assert ("secret" in only) == (channel == "email")
    assert ("Nurse Dee" in only) == (channel == "push")


def test_what_was_not_sent_says_why(desk, sqlite_app, stage, fever, mailbox):
    with sqlite_app.app_context():
        moves.see(stage.dee, stage.ana, MONDAY)
    deliver(sqlite_app, mailbox)
    assert lines(desk)[0].endswith("Not sent: the flag had been seen.")


@pytest.mark.parametrize(
    ("because", "said"),
    [
        ("flag closed", "Not sent: the flag had been closed."),
        ("flag contacted", "Not sent: somebody had been reached about the flag."),
        ("followed by another clinic", "Not sent: another clinic follows the patient."),
        ("patient deceased", "Not sent: the patient's state is “Deceased”."),
        ("something new", "Not sent."),
    ],
)
def test_every_reason_has_its_words(desk, sqlite_app, stage, fever, because, said):
    with sqlite_app.app_context():
        sending.withhold(sending.claim(MONDAY), because, MONDAY)
    assert lines(desk)[0].endswith(said)


def test_one_that_may_have_come_twice_says_so(desk, sqlite_app, stage, fever, mailbox):
    deliver(sqlite_app)
    deliver(sqlite_app, mailbox, MONDAY + MINUTE)
    assert lines(desk)[0].endswith("2 tries: it may have come twice")


def test_a_banner_on_every_page_leads_to_what_failed_until_it_is_delivered(
    desk, sqlite_app, stage, fever, mailbox, at
):
    deliver(sqlite_app)
    at(MONDAY + MINUTE)
    assert BANNER not in see(desk)
    for minutes in (1, 2):
        deliver(sqlite_app, at=MONDAY + minutes * MINUTE)
    at(MONDAY + 2 * MINUTE)
    for path in ("/clinic/", "/clinic/patients", f"/clinic/patients/{stage.ana.id}"):
        assert f'<a href="{PAGE}">{BANNER}' in see(desk, path)
    assert BANNER not in see(desk_of(sqlite_app, stage.eli))
    deliver(sqlite_app, mailbox, MONDAY + 3 * MINUTE)
    at(MONDAY + 3 * MINUTE)
    assert BANNER not in see(desk)


def test_reminders_to_patients_are_not_among_them(desk, sqlite_app, stage):
    with sqlite_app.app_context(), writing():
        reminder = messages.Reminder(
            stage.ana.key, "2026-03-02", 0, "email", "ana@example.org", MONDAY
        )
        messages.queue_reminder(reminder, MONDAY)
    assert "Nothing has been sent yet." in see(desk, PAGE)


def test_the_list_is_paged_and_a_page_beyond_its_end_is_the_last(desk, sqlite_app, stage):
    with sqlite_app.app_context(), writing():
        for number in range(A_PAGE + 1):
            way = ("email", f"{number:03}@hill.example")
            at = MONDAY - number * MINUTE
            messages.queue_to_staff("test", stage.clinic.id, "one", way, at)
    assert len(lines(desk)) == A_PAGE
    assert "000@hill.example" in lines(desk)[0]
    for path in (f"{PAGE}?page=2", f"{PAGE}?page=999999999999"):
        (last,) = lines(desk, path)
        assert f"{A_PAGE:03}@hill.example" in last
    assert "Page 1 of 2" in see(desk, f"{PAGE}?page=-1")
    assert "Page 1 of 2" in see(desk, f"{PAGE}?page=x")


def test_what_failed_fills_the_first_pages_by_its_urgency_and_no_message_is_lost(
    desk, sqlite_app, stage
):
    with sqlite_app.app_context(), writing() as session:
        for number in range(A_PAGE + 9):
            way = ("email", f"{number:03}@hill.example")
            messages.queue_to_staff("test", stage.clinic.id, "one", way, MONDAY + number * MINUTE)
        failed = session.scalars(db.select(Message).where(Message.recipient < f"{A_PAGE + 3:03}"))
        for message in failed:
            message.failure = "refused"
    first, second = lines(desk), lines(desk, f"{PAGE}?page=2")
    assert (len(first), len(second)) == (A_PAGE, 9)
    assert all("refuses it for good" in each for each in [*first, *second[:3]])
    assert f"{A_PAGE + 8:03}@hill.example" in second[3]
    told = {each.split("@")[0][-3:] for each in [*first, *second]}
    assert told == {f"{number:03}" for number in range(A_PAGE + 9)}


def test_another_clinics_messages_are_not_there(sqlite_app, stage, fever):
    with sqlite_app.app_context():
        cy = a_patient(stage.eli, "Cy Aderemi")
        check_in(cy, stage.eli, answers(3, temperature_c=38.6), MONDAY)
        accounts.clinic_of(stage.eli.clinic_id).alert_addresses = ["harbour@harbour.example"]
        db.session.commit()
    review_all(sqlite_app)
    (own,) = lines(desk_of(sqlite_app, stage.dee))
    (others,) = lines(desk_of(sqlite_app, stage.eli))
    assert "nurses@hill.example" in own
    assert "harbour@harbour.example" in others


def test_nobody_reads_them_without_signing_in(sqlite_app, stage):
    assert sqlite_app.test_client().get(PAGE).status_code == 302
    patient = sqlite_app.test_client()
    patient.set_cookie("device", stage.token)
    assert patient.get(PAGE).status_code == 302
    send(sqlite_app.test_client(), "/clinic/escalation/emergency/test", 401)


def test_what_is_in_hand_is_said_to_be(desk, sqlite_app, stage, fever):
    with sqlite_app.app_context():
        sending.claim(MONDAY)
    assert lines(desk)[0].endswith("Is being sent")
    with sqlite_app.app_context():
        assert db.session.scalars(db.select(Message)).one().tries == 1
