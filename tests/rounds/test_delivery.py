"""Alerts reach a real mail server, say nothing personal, are tried again, and are withheld when overtaken."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from recovery.records import moves, states
from recovery.records.database import db
from recovery.records.messages import Message
from recovery.rounds import delivery, escalation
from tests import mail
from tests.conftest import settings_for
from tests.people import MONDAY, answers, check_in
from tests.rounds.work import close_flag, open_flags, reasons, review_all

FRIDAY_NIGHT = datetime(2026, 3, 6, 21, 0, tzinfo=UTC)  # 22:00 in Berlin
MONDAY_OPENING = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)  # 08:00 in Berlin
DEAD = settings_for("unused")


@pytest.fixture
def mailbox():
    with mail.server() as running:
        yield running


def deliver(settings, at):
    return delivery.deliver_due(settings, lambda: at)


def raise_fever(stage, at=MONDAY):
    check_in(stage.ana, stage.device, answers(3, temperature_c=38.6), at)
    review_all(at)
    return open_flags(stage.ana)["fever"]


def test_the_alert_carries_the_urgency_word_and_the_link_and_nothing_personal(stage, mailbox):
    raise_fever(stage)
    assert deliver(replace(DEAD, smtp_url=mailbox.url), MONDAY) == 1
    (message,) = mailbox.messages
    body = message.get_content()
    assert message["To"] == "nurses@hill.example"
    assert "oday" in message["Subject"]
    assert "http://localhost/clinic/" in body
    for personal in ("Ana", "Ruiz", "38", "ever", stage.ana.record_number, str(stage.ana.id)):
        assert personal not in body + message["Subject"]


def test_what_was_sent_is_not_sent_again(stage, mailbox):
    raise_fever(stage)
    settings = replace(DEAD, smtp_url=mailbox.url)
    deliver(settings, MONDAY)
    assert deliver(settings, MONDAY + timedelta(hours=2)) == 0
    assert len(mailbox.messages) == 1


def test_a_dead_mail_server_delays_an_alert_and_the_repeat_says_so(stage, mailbox):
    raise_fever(stage)
    assert deliver(DEAD, MONDAY) == 0
    later = MONDAY + timedelta(minutes=1)
    assert deliver(replace(DEAD, smtp_url=mailbox.url), later) == 1
    assert "may be a repeat" in mailbox.messages[0].get_content()


def test_an_emergency_on_friday_night_alerts_again_at_mondays_opening_to_both_addresses(
    stage, mailbox
):
    check_in(stage.ana, stage.device, answers(3, ("chest_pain_or_breathless",)), FRIDAY_NIGHT)
    review_all(FRIDAY_NIGHT)
    settings = replace(DEAD, smtp_url=mailbox.url)
    deliver(settings, FRIDAY_NIGHT)
    assert escalation.escalate_due(MONDAY_OPENING - timedelta(seconds=1)) == 0
    escalation.escalate_due(MONDAY_OPENING)
    escalation.escalate_due(MONDAY_OPENING + timedelta(minutes=5))
    deliver(settings, MONDAY_OPENING)
    told = [message["To"] for message in mailbox.messages]
    assert told == ["nurses@hill.example", "nurses@hill.example", "lead@hill.example"]
    assert "Not seen yet" in mailbox.messages[-1]["Subject"]


def test_on_a_closed_day_the_opening_is_the_next_open_one(stage):
    stage.clinic.closed_days = ["2026-03-09"]
    db.session.commit()
    check_in(stage.ana, stage.device, answers(3, ("wound",)), FRIDAY_NIGHT)
    review_all(FRIDAY_NIGHT)
    assert escalation.escalate_due(MONDAY_OPENING) == 0
    assert escalation.escalate_due(MONDAY_OPENING + timedelta(days=1)) == 1


def test_a_seen_flag_does_not_alert_again(stage):
    raise_fever(stage, FRIDAY_NIGHT)
    moves.see(stage.dee, stage.ana, FRIDAY_NIGHT)
    assert escalation.escalate_due(MONDAY_OPENING) == 0


def withheld():
    query = sa.select(Message.withheld_because).where(Message.withheld_at.is_not(None))
    return db.session.scalars(query).all()


def test_an_alert_about_a_closed_flag_is_withheld(stage):
    flag = raise_fever(stage)
    close_flag(stage.dee, flag, dict.fromkeys(reasons(flag), "other"), "she came in", MONDAY)
    deliver(DEAD, MONDAY)
    assert withheld() == ["flag closed"]


def raise_worsening(stage):
    for day in range(9, 0, -1):
        check_in(stage.ana, stage.device, answers(2), MONDAY - timedelta(days=day))
    check_in(stage.ana, stage.device, answers(9), MONDAY)
    review_all(MONDAY)
    assert open_flags(stage.ana)["pain_worsening"].urgency == "today"


def test_the_state_is_asked_when_the_alert_is_sent_and_not_when_it_was_queued(stage):
    raise_worsening(stage)
    states.change_state(stage.dee, stage.ana, "deceased", None, MONDAY)
    deliver(DEAD, MONDAY)
    assert withheld() == ["patient deceased"]


def test_danger_is_alerted_whatever_the_state(stage):
    raise_fever(stage)
    states.change_state(stage.dee, stage.ana, "withdrawn", None, MONDAY)
    deliver(DEAD, MONDAY)
    assert withheld() == []


def test_nothing_is_sent_about_somebody_who_has_died(stage):
    raise_fever(stage)
    states.change_state(stage.dee, stage.ana, "deceased", None, MONDAY)
    deliver(DEAD, MONDAY)
    assert withheld() == ["patient deceased"]


def test_after_one_failure_the_rest_waits_for_the_next_run(stage):
    raise_fever(stage)
    raise_worsening(stage)
    deliver(DEAD, MONDAY)
    tries = db.session.scalars(sa.select(Message.tries).order_by(Message.tries)).all()
    assert tries == [0, 1]
