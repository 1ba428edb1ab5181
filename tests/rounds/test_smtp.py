"""A real conversation with a mail server that refuses, stalls, drops the line and comes back: nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from recovery.records import deliveries, messages
from recovery.records.database import db, writing
from recovery.records.messages import Alert, Message
from recovery.rounds import delivery
from tests import mail
from tests.certificates import certified
from tests.conftest import settings_for
from tests.people import MONDAY, answers, check_in
from tests.processes import free_port
from tests.rounds.work import open_flags, review_all

MINUTE = timedelta(minutes=1)
IMPATIENT = replace(settings_for("unused"), smtp_seconds=1)
TEAM = "nurses@hill.example"


@pytest.fixture
def mailbox():
    with mail.server() as running:
        yield running


@pytest.fixture
def flag(stage):
    """Ana has a fever, of which the team is to be told at once."""
    check_in(stage.ana, stage.device, answers(3, temperature_c=38.6), MONDAY)
    review_all(MONDAY)
    return open_flags(stage.ana)["fever"]


@pytest.fixture
def queue(stage, flag):
    """Alerts of every urgency, the least urgent first, after the one about the fever."""

    def queue_alert(urgency, to, at=MONDAY):
        alert = Alert(stage.ana.key, flag.id, urgency, f"another {to}")
        with writing():
            messages.queue_alert(alert, ("email", to), at)

    for urgency in ("routine", "next_working_day", "emergency"):
        queue_alert(urgency, f"{urgency}@hill.example")
    return queue_alert


def deliver(box, at=MONDAY, **changes):
    url = box if isinstance(box, str) else box.url
    return delivery.deliver_due(replace(IMPATIENT, smtp_url=url, **changes), lambda: at)


def kept(to=TEAM):
    db.session.expire_all()
    return db.session.scalars(sa.select(Message).where(Message.recipient == to)).one()


def test_the_queue_drains_in_order_of_urgency(queue, mailbox):
    assert deliver(mailbox) == 4
    wanted = ["emergency@hill.example", TEAM, "next_working_day@hill.example"]
    assert mailbox.to() == [*wanted, "routine@hill.example"]


def test_after_an_outage_it_drains_in_order_of_urgency_and_whole_also_if_the_emergency_came_last(
    queue, mailbox
):
    nobody = f"smtp://localhost:{free_port()}"
    for minute in range(5):
        assert deliver(nobody, MONDAY + minute * MINUTE) == 0
    queue("emergency", "late@hill.example", MONDAY + 5 * MINUTE)
    assert deliver(mailbox, MONDAY + 5 * MINUTE) == 5
    assert mailbox.to() == [
        "emergency@hill.example",
        "late@hill.example",
        TEAM,
        "next_working_day@hill.example",
        "routine@hill.example",
    ]


def test_a_server_that_is_gone_is_asked_again_each_minute_and_not_for_every_message(queue):
    nobody = f"smtp://localhost:{free_port()}"
    deliver(nobody)
    deliver(nobody, MONDAY + MINUTE / 2)
    tries = db.session.scalars(sa.select(Message.tries).order_by(Message.tries)).all()
    assert tries == [0, 0, 0, 1]
    assert {kept().failure, kept("emergency@hill.example").failure} == {"unreachable"}
    deliver(nobody, MONDAY + MINUTE)
    assert kept("emergency@hill.example").tries == 2


def test_what_could_not_be_delivered_counts_after_more_than_one_try(stage, queue, mailbox):
    nobody = f"smtp://localhost:{free_port()}"
    deliver(nobody)
    assert deliveries.count_undelivered(stage.clinic.id, MONDAY + MINUTE) == 0
    deliver(nobody, MONDAY + 2 * MINUTE)
    assert deliveries.count_undelivered(stage.clinic.id, MONDAY + 2 * MINUTE) == 4
    assert deliveries.count_undelivered(stage.eli.clinic_id, MONDAY + 2 * MINUTE) == 0
    deliver(mailbox, MONDAY + 3 * MINUTE)
    assert deliveries.count_undelivered(stage.clinic.id, MONDAY + 3 * MINUTE) == 0


def test_an_address_that_is_refused_for_good_is_kept_as_such_and_holds_up_nobody(queue, mailbox):
    mailbox.answers["emergency@hill.example"] = "550 5.1.1 no such user here"
    assert deliver(mailbox) == 3
    refused = kept("emergency@hill.example")
    assert (refused.failure, refused.last_error) == ("refused", "550 5.1.1 no such user here")
    assert refused.sent_at is None
    mailbox.answers.clear()
    assert deliver(mailbox, MONDAY + MINUTE) == 1


def test_an_address_that_is_refused_for_now_is_tried_again(queue, mailbox):
    mailbox.answers[TEAM] = "451 4.7.1 greylisted, come back later"
    assert deliver(mailbox) == 3
    assert (kept().failure, kept().due_at) == ("later", MONDAY + MINUTE)
    mailbox.answers.clear()
    assert deliver(mailbox, MONDAY + MINUTE) == 1
    assert mailbox.to()[-1] == TEAM


def test_a_server_that_closes_down_is_not_asked_for_the_next_message(queue, mailbox):
    mailbox.answers["emergency@hill.example"] = "421 4.3.2 closing down"
    assert deliver(mailbox) == 0
    assert kept("emergency@hill.example").failure == "unreachable"
    assert mailbox.conversations == 1
    mailbox.answers.clear()
    assert deliver(mailbox, MONDAY + MINUTE) == 4


def test_one_recipient_at_whom_the_server_breaks_off_holds_up_the_others_no_longer_than_minutes(
    queue, mailbox
):
    bad = "emergency@hill.example"
    mailbox.answers[bad] = "421 4.7.28 too many from you"
    assert [deliver(mailbox, MONDAY + minute * MINUTE) for minute in range(3)] == [0, 0, 3]
    assert (kept(bad).failure, kept(bad).due_at) == ("later", MONDAY + 7 * MINUTE)
    assert deliver(mailbox, MONDAY + 7 * MINUTE) == 0
    assert kept(bad).due_at == MONDAY + 12 * MINUTE  # an emergency is never put off for long
    mailbox.answers.clear()
    assert deliver(mailbox, MONDAY + 12 * MINUTE) == 1


def test_one_message_at_which_the_line_drops_is_put_off_by_itself(flag, mailbox):
    mailbox.mood = "drops"
    for minute in range(3):
        assert deliver(mailbox, MONDAY + minute * MINUTE) == 0
    assert (kept().failure, kept().due_at) == ("later", MONDAY + 32 * MINUTE)


def test_a_server_that_lets_nobody_in_holds_up_all_however_often(queue):
    nobody = f"smtp://localhost:{free_port()}"
    for minute in range(4):
        deliver(nobody, MONDAY + minute * MINUTE)
    assert {kept(to).failure for to in (TEAM, "emergency@hill.example")} == {"unreachable"}


@pytest.mark.parametrize("mood", ["stalls", "drops"])
def test_a_server_that_stalls_or_drops_the_line_in_mid_conversation_loses_nothing(
    queue, mailbox, mood
):
    mailbox.mood = mood
    assert deliver(mailbox) == 0
    assert mailbox.messages == []
    mailbox.mood = ""
    assert deliver(mailbox, MONDAY + MINUTE) == 4
    repeated = [text.get_content() for text in mailbox.messages]
    assert ["may be a repeat" in text for text in repeated] == [True, False, False, False]


def test_what_was_taken_without_a_word_comes_once_more_and_says_so(flag, mailbox):
    mailbox.mood = "takes and drops"
    assert deliver(mailbox) == 0
    mailbox.mood = ""
    assert deliver(mailbox, MONDAY + MINUTE) == 1
    assert deliver(mailbox, MONDAY + 2 * MINUTE) == 0
    first, second = (text.get_content() for text in mailbox.messages)
    assert "may be a repeat" not in first
    assert "may be a repeat" in second


def test_a_server_that_has_no_room_for_it_is_tried_again_later(flag, mailbox):
    mailbox.mood = "has no room"
    assert deliver(mailbox) == 0
    assert (kept().failure, kept().last_error) == ("later", "452 4.3.1 no room at present")
    mailbox.mood = ""
    assert deliver(mailbox, MONDAY + MINUTE) == 1


def test_a_server_that_is_rude_at_the_end_has_taken_it_all_the_same(flag, mailbox):
    mailbox.mood = "is rude"
    assert deliver(mailbox) == 1
    assert deliver(mailbox, MONDAY + timedelta(hours=2)) == 0
    assert len(mailbox.messages) == 1


def test_starttls_and_sign_in_with_an_authority_of_our_own(flag, tmp_path):
    authority, certificate = certified(tmp_path)
    with mail.with_starttls(certificate) as mailbox:
        assert deliver(mailbox, smtp_ca_file=str(authority)) == 1
        assert mailbox.to() == [TEAM]


def test_a_password_that_is_not_taken_is_told_and_the_alert_waits(flag, tmp_path):
    authority, certificate = certified(tmp_path)
    with mail.with_starttls(certificate) as mailbox:
        right, wrong = mailbox.url, mailbox.url.replace("horse", "donkey")
        assert deliver(wrong, smtp_ca_file=str(authority)) == 0
        assert kept().failure == "unreachable"
        assert kept().last_error.startswith("535 ")
        assert deliver(right, MONDAY + MINUTE, smtp_ca_file=str(authority)) == 1


def test_tls_from_the_first_byte_and_a_stranger_who_is_not_trusted(flag, tmp_path):
    authority, certificate = certified(tmp_path)
    with mail.with_tls(certificate) as mailbox:
        assert deliver(mailbox) == 0
        assert "CERTIFICATE_VERIFY_FAILED" in kept().last_error
        assert deliver(mailbox, MONDAY + MINUTE, smtp_ca_file=str(authority)) == 1


def test_no_password_goes_to_a_server_without_starttls(flag, mailbox):
    assert deliver(mailbox.url.replace("//", "//recovery:secret@")) == 0
    assert "STARTTLS" in kept().last_error
