"""The digest of the day: once when the clinic opens, on days on which it does, in numbers, if anything is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from recovery.records import digests, flags, life_cycle, moves, states
from recovery.records.database import db, writing
from recovery.records.messages import Message
from recovery.rounds import delivery, digest, scheduler
from tests import mail
from tests.conftest import settings_for
from tests.people import MONDAY, a_nurse, a_patient, answers, check_in
from tests.rounds.work import close_flag, open_flags, reasons, review_all

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TEAM = "nurses@hill.example"
TUESDAY = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)  # 08:00 in Berlin, the clinic opens
SPRING = datetime(2026, 3, 30, 6, 0, tzinfo=UTC)  # 08:00 in Berlin, in summer time since yesterday
USUAL = settings_for("unused")


@pytest.fixture
def mailbox():
    with mail.server() as running:
        yield running


@pytest.fixture
def fever(stage):
    """Ana has a fever since Monday, and nobody has looked."""
    check_in(stage.ana, stage.device, answers(3, temperature_c=38.6), MONDAY)
    review_all(MONDAY)
    return open_flags(stage.ana)["fever"]


def queued():
    query = sa.select(Message.recipient, Message.slot).where(Message.purpose == "digest")
    return sorted(tuple(row) for row in db.session.execute(query))


def deliver(mailbox, at):
    settings = replace(USUAL, smtp_url=mailbox.url)
    return delivery.deliver_due(settings, lambda: at)


def told(mailbox):
    (text,) = (each for each in mailbox.messages if "Open on the worklist" in each["Subject"])
    return text.get_content()


def test_it_comes_once_when_the_clinic_opens_to_the_team_and_whoever_wants_it(stage, fever):
    fay = a_nurse(stage.clinic, "Nurse Fay")
    a_nurse(stage.clinic, "Nurse Gil")
    digests.choose(fay, wants=True, now=MONDAY)
    assert digest.digest_due(TUESDAY - MINUTE) == 0
    assert digest.digest_due(TUESDAY) == 2
    assert digest.digest_due(TUESDAY + MINUTE) == 0
    assert queued() == [("fay@hill.example", "2026-03-03"), (TEAM, "2026-03-03")]
    digest.digest_due(TUESDAY + DAY)
    assert len(queued()) == 4


def test_two_rounds_at_once_queue_it_once(stage, fever):
    assert digests.queue(stage.clinic, TUESDAY) == 1
    assert digests.queue(stage.clinic, TUESDAY) == 0


def test_it_tells_how_much_is_open_and_no_name(stage, fever, mailbox):
    check_in(stage.ana, stage.device, answers(3, note="May I bathe?"), MONDAY)
    bo = a_patient(stage.dee, "Bo Lind")
    check_in(bo, stage.dee, answers(3, ("chest_pain_or_breathless",)), MONDAY)
    review_all(MONDAY)
    moves.see(stage.dee, bo, MONDAY)
    with writing():
        flag = open_flags(bo)["warning_sign"]
        flag.claimed_at, flag.claimed_by, flag.claimed_until = MONDAY, stage.dee.id, MONDAY + MINUTE
    digest.digest_due(TUESDAY)
    deliver(mailbox, TUESDAY)
    text = told(mailbox)
    assert "Emergency: 1, of these not seen by anybody: 0" in text
    assert "Today: 1, of these not seen by anybody: 1" in text
    assert "Claimed, and nobody has acted in time: 1" in text
    assert "Notes that nobody has read: 1" in text
    assert "Snoozed" not in text
    assert "http://localhost/clinic/" in text
    for personal in ("Ana", "Ruiz", "Bo", "Lind", "bathe", "ever", "hest"):
        assert personal not in text


def test_somebody_who_says_to_be_in_hospital_is_told_until_it_is_confirmed(stage, mailbox):
    states.report_hospital(stage.ana, stage.device.actor, MONDAY)
    assert digest.digest_due(TUESDAY) == 1
    deliver(mailbox, TUESDAY)
    assert "in hospital, which nobody has confirmed: 1" in told(mailbox)
    states.change_state(stage.dee, stage.ana, "in_hospital", None, TUESDAY)
    assert digests.of_clinic(stage.clinic.id, TUESDAY).is_empty


def test_a_claim_that_has_ended_by_itself_counts_until_somebody_acts(stage, fever):
    moves.claim(stage.dee, stage.ana, MONDAY)
    assert digests.of_clinic(stage.clinic.id, MONDAY).overdue_claims == 0
    life_cycle.end_due(TUESDAY)
    assert digests.of_clinic(stage.clinic.id, TUESDAY).overdue_claims == 1
    moves.see(stage.dee, stage.ana, TUESDAY)
    assert digests.of_clinic(stage.clinic.id, TUESDAY).overdue_claims == 0


def test_what_rests_is_told_apart(stage, fever):
    with writing():
        fever.snoozed_at, fever.snoozed_by, fever.snoozed_because = MONDAY, stage.dee.id, "Rests."
        fever.snoozed_until = TUESDAY + DAY
    found = digests.of_clinic(stage.clinic.id, TUESDAY)
    assert (found.flags, found.resting) == ({}, 1)
    awake = digests.of_clinic(stage.clinic.id, TUESDAY + 2 * DAY)
    assert (list(awake.flags), awake.resting) == (["today"], 0)


def test_when_nothing_is_open_at_the_opening_none_comes_later_on_that_day_either(stage, fever):
    close_flag(stage.dee, fever, dict.fromkeys(reasons(fever), "other"), "well", MONDAY)
    for flag in flags.of_patient(stage.ana):
        if flag.closed_at is None:
            close_flag(stage.dee, flag, dict.fromkeys(reasons(flag), "other"), "well", MONDAY)
    assert digest.digest_due(TUESDAY) == 0
    check_in(stage.ana, stage.device, answers(3, ("wound",)), TUESDAY)
    review_all(TUESDAY)
    assert digest.digest_due(TUESDAY + MINUTE) == 0
    assert digest.digest_due(TUESDAY + DAY) == 1


def test_on_a_closed_day_and_at_the_weekend_none_comes(stage, fever):
    with writing():
        stage.clinic.closed_days = ["2026-03-03"]
    assert digest.digest_due(TUESDAY) == 0
    assert digest.digest_due(TUESDAY + 5 * DAY) == 0  # Sunday
    assert digest.digest_due(TUESDAY + DAY) == 1


def test_it_keeps_to_the_wall_when_the_clocks_change(stage, fever):
    assert digest.digest_due(SPRING - MINUTE) == 0
    assert digest.digest_due(SPRING) == 1


def test_a_server_that_was_down_at_the_opening_tells_it_later_on_the_same_open_day(stage, fever):
    assert digest.digest_due(TUESDAY + 3 * 60 * MINUTE) == 1
    assert digest.digest_due(TUESDAY + DAY + 12 * 60 * MINUTE) == 0  # 20:00, closed


def test_one_that_could_not_be_sent_on_its_day_is_not_sent_on_the_next(stage, fever, mailbox):
    digest.digest_due(TUESDAY)
    deliver(mailbox, TUESDAY + DAY)
    assert all("worklist today" not in text["Subject"] for text in mailbox.messages)
    row = db.session.scalars(sa.select(Message).where(Message.purpose == "digest")).one()
    assert row.withheld_because == "too late for its day"


def test_when_all_was_closed_before_it_could_be_sent_it_is_not(stage, fever, mailbox):
    digest.digest_due(TUESDAY)
    for flag in open_flags(stage.ana).values():
        close_flag(stage.dee, flag, dict.fromkeys(reasons(flag), "other"), "well", TUESDAY)
    deliver(mailbox, TUESDAY + MINUTE)
    row = db.session.scalars(sa.select(Message).where(Message.purpose == "digest")).one()
    assert row.withheld_because == "nothing open"


def test_a_lead_can_spare_the_team_and_somebody_of_the_team_gets_one_only(stage, fever):
    with writing():
        stage.clinic.alert_addresses = [TEAM, stage.dee.email]
    digests.choose(stage.dee, wants=True, now=MONDAY)
    assert digests.readers_of(stage.clinic) == [TEAM, stage.dee.email]
    digests.choose_for_team(stage.dee, wants=False, now=MONDAY)
    assert digests.readers_of(stage.clinic) == [stage.dee.email]
    with writing():
        stage.dee.ended_at, stage.dee.ended_by = MONDAY, "operator"
    assert digests.readers_of(stage.clinic) == []


def test_the_other_clinic_counts_its_own(stage, fever):
    assert digests.of_clinic(stage.eli.clinic_id, TUESDAY).is_empty


def test_it_is_in_the_timetable():
    assert "digest" in {round_.name for round_ in scheduler.TIMETABLE}
    assert "chat" in {round_.name for round_ in scheduler.TIMETABLE}
