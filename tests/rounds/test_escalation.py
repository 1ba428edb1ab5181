"""Escalation under a stopped clock: each step once, to whom the clinic has named, until somebody looks."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from config import Chat
from recovery.clinical.escalation import OPEN_HOURS, Step
from recovery.records import accounts, clinician_subscriptions, escalation, life_cycle, moves
from recovery.records import escalation_plans as plans
from recovery.records.audit import AuditLine
from recovery.records.database import db, writing
from recovery.records.flags import Flag
from recovery.records.messages import Message
from recovery.records.moves import Snooze
from recovery.rounds import delivery
from recovery.rounds import escalation as round_
from tests import mail, push_service
from tests.conftest import settings_for
from tests.people import MONDAY, a_device, a_patient, answers, check_in
from tests.push_service import Browser, address_of
from tests.rounds.work import close_flag, open_flags, reasons, review_all

MINUTE = timedelta(minutes=1)
SURE = Step(0, "email", "sure@hill.example")
TEAM, LEAD = "nurses@hill.example", "lead@hill.example"
SATURDAY_NIGHT = datetime(2026, 3, 7, 19, 0, tzinfo=UTC)  # 20:00 in Berlin
MONDAY_OPENING = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)  # 08:00 in Berlin
USUAL = settings_for("unused")


@pytest.fixture
def mailbox():
    with mail.server() as running:
        yield running


@pytest.fixture
def service():
    """Where SMS, chats and notices arrive."""
    with push_service.server() as running:
        yield running


def raise_emergency(stage, at=MONDAY):
    check_in(stage.ana, stage.device, answers(3, ("chest_pain_or_breathless",)), at)
    review_all(at)
    return open_flags(stage.ana)["warning_sign"]


def queued():
    """Who is told in the queue, and with which step, in the order queued."""
    query = sa.select(Message.recipient, Message.step).order_by(Message.queued_at, Message.step)
    return [tuple(row) for row in db.session.execute(query)]


def withheld():
    query = sa.select(Message.recipient, Message.withheld_because).where(
        Message.withheld_at.is_not(None)
    )
    return dict(tuple(row) for row in db.session.execute(query))


def set_plan(stage, *steps, urgency="emergency"):
    plans.set_plan(stage.dee, urgency, steps, MONDAY)


def test_a_clinic_without_a_plan_tells_the_team_at_once_and_the_second_address_after_minutes(stage):
    raise_emergency(stage)
    assert queued() == [(TEAM, 0)]
    assert round_.escalate_due(MONDAY + 15 * MINUTE - timedelta(seconds=1)) == 0
    assert round_.escalate_due(MONDAY + 15 * MINUTE) == 1
    assert queued() == [(TEAM, 0), (LEAD, 15)]


def test_for_a_today_flag_the_second_address_is_told_later(stage):
    check_in(stage.ana, stage.device, answers(3, temperature_c=38.6), MONDAY)
    review_all(MONDAY)
    assert round_.escalate_due(MONDAY + 59 * MINUTE) == 0
    round_.escalate_due(MONDAY + 60 * MINUTE)
    assert queued() == [(TEAM, 0), (LEAD, 60)]


def test_what_is_less_than_today_waits_on_the_worklist_unless_the_clinic_has_steps_for_it(stage):
    def worsen(patient, device):
        for day in range(9, 0, -1):
            check_in(patient, device, answers(2), MONDAY - timedelta(days=day))
        for day, pain in ((2, 5), (1, 6), (0, 6)):
            check_in(patient, device, answers(pain), MONDAY - timedelta(days=day))
        review_all(MONDAY)

    worsen(stage.ana, stage.device)
    assert open_flags(stage.ana)["pain_worsening"].urgency == "next_working_day"
    assert queued() == []
    step = Step(0, "email", "secretary@hill.example", OPEN_HOURS)
    set_plan(stage, step, urgency="next_working_day")
    bo = a_patient(stage.dee, "Bo Lind")
    worsen(bo, a_device(stage.dee, bo)[0])
    assert queued() == [("secretary@hill.example", 0)]
    round_.escalate_due(MONDAY + MINUTE)
    assert queued() == [("secretary@hill.example", 0)] * 2  # Ana's flag waits too


def test_the_first_steps_stand_in_the_queue_with_the_flag_or_not_at_all(stage):
    try:
        with writing():
            raise_emergency(stage)
            assert queued() == [(TEAM, 0)]
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        db.session.expire_all()
    assert (queued(), open_flags(stage.ana)) == ([], {})


@pytest.mark.parametrize(
    ("look", "because"),
    [
        (lambda stage, flag: moves.see(stage.dee, stage.ana, MONDAY), "flag seen"),
        (
            lambda stage, flag: close_flag(
                stage.dee, flag, dict.fromkeys(reasons(flag), "other"), "she came in", MONDAY
            ),
            "flag closed",
        ),
    ],
)
def test_who_looks_stops_the_steps_also_those_that_are_queued_already(
    stage, mailbox, look, because
):
    flag = raise_emergency(stage)
    round_.escalate_due(MONDAY + 15 * MINUTE)
    look(stage, flag)
    assert round_.escalate_due(MONDAY_OPENING) == 0
    settings = replace(USUAL, smtp_url=mailbox.url)
    delivery.deliver_due(settings, lambda: MONDAY + 20 * MINUTE)
    assert mailbox.messages == []
    assert withheld() == {TEAM: because, LEAD: because}


@pytest.mark.parametrize(
    ("move", "because", "until"),
    [
        (lambda stage, _flag: moves.claim(stage.dee, stage.ana, MONDAY), "flag claimed", 60),
        (
            lambda stage, flag: moves.snooze(
                stage.dee, flag, Snooze(MONDAY + 120 * MINUTE, "She sleeps."), MONDAY
            ),
            "flag snoozed",
            120,
        ),
    ],
)
def test_a_claim_or_a_rest_stops_the_steps_until_it_ends(stage, move, because, until):
    check_in(stage.ana, stage.device, answers(3, temperature_c=38.6), MONDAY)
    review_all(MONDAY)
    flag = open_flags(stage.ana)["fever"]
    move(stage, flag)
    end = MONDAY + until * MINUTE
    assert escalation.why_stopped(flag) == because
    assert round_.escalate_due(end - MINUTE) == 0
    life_cycle.end_due(end)
    assert escalation.waiting_since(open_flags(stage.ana)["fever"]) == end
    assert round_.escalate_due(end) == 1
    assert queued() == [(TEAM, 0), (TEAM, 0)]


def test_a_new_sign_begins_the_steps_anew(stage):
    raise_emergency(stage)
    round_.escalate_due(MONDAY + 15 * MINUTE)
    moves.see(stage.dee, stage.ana, MONDAY + 20 * MINUTE)
    later = MONDAY + 60 * MINUTE
    signs = ("chest_pain_or_breathless", "confusion")
    check_in(stage.ana, stage.device, answers(3, signs), later)
    review_all(later)
    assert queued() == [(TEAM, 0), (LEAD, 15), (TEAM, 0)]
    assert round_.escalate_due(later + 14 * MINUTE) == 0
    round_.escalate_due(later + 15 * MINUTE)
    assert queued()[3:] == [(LEAD, 15)]


def test_new_signs_in_a_flag_that_waits_are_told_at_once_and_put_nobody_off_who_is_told_later(
    stage,
):
    raise_emergency(stage)
    signs = ("chest_pain_or_breathless", "confusion")
    check_in(stage.ana, stage.device, answers(3, signs), MONDAY + 14 * MINUTE)
    review_all(MONDAY + 14 * MINUTE)
    assert queued() == [(TEAM, 0), (TEAM, 0)]
    round_.escalate_due(MONDAY + 15 * MINUTE)
    check_in(stage.ana, stage.device, answers(3, (*signs, "chills")), MONDAY + 28 * MINUTE)
    review_all(MONDAY + 28 * MINUTE)
    assert round_.escalate_due(MONDAY + 60 * MINUTE) == 0
    assert queued() == [(TEAM, 0), (TEAM, 0), (LEAD, 15), (TEAM, 0)]


def test_a_today_flag_that_becomes_an_emergency_has_waited_already(stage):
    """The lead, told of it as one for today, is told of the emergency too, and nobody twice."""
    for urgency in ("today", "emergency"):
        set_plan(stage, Step(0, "email", TEAM), Step(15, "email", LEAD), urgency=urgency)
    check_in(stage.ana, stage.device, answers(3, ("wound",)), MONDAY)
    review_all(MONDAY)
    round_.escalate_due(MONDAY + 15 * MINUTE)
    later = MONDAY + 20 * MINUTE
    check_in(stage.ana, stage.device, answers(3, ("wound", "confusion")), later)
    review_all(later)
    assert open_flags(stage.ana)["warning_sign"].urgency == "emergency"
    assert queued() == [(TEAM, 0), (LEAD, 15)] * 2
    assert round_.escalate_due(later + 60 * MINUTE) == 0


def test_a_saturday_night_by_every_way(stage, settings, mailbox, service):
    """E-mail at once, SMS and chat at any hour, a notice and the lead when the clinic opens; and everybody again."""
    set_plan(
        stage,
        Step(0, "email", TEAM),
        Step(15, "sms", "+49 30 23125 150"),
        Step(30, "chat", "on call"),
        Step(10, "push", str(stage.dee.id), OPEN_HOURS),
    )
    browser = Browser()
    clinician_subscriptions.keep(stage.dee, address_of(browser, f"{service.url}/dee"), MONDAY)
    usual = replace(
        USUAL,
        smtp_url=mailbox.url,
        sms_url=service.url.replace("http:", "json:") + "/sms/{phone}",
        chats=(Chat("Hill Clinic", "on call", service.url.replace("http:", "json:") + "/chat"),),
        push_services=("localhost",),
    )
    raise_emergency(stage, SATURDAY_NIGHT)
    arrived = []
    for minutes in (
        0,
        14,
        15,
        29,
        30,
        120,
        35 * 60 + 59,
        36 * 60,
        36 * 60 + 9,
        36 * 60 + 10,
        36 * 60 + 60,
    ):
        now = SATURDAY_NIGHT + minutes * MINUTE
        before = len(mailbox.messages), len(service.posts)
        round_.escalate_due(now)
        for channel in delivery.PREPARE:
            delivery.deliver_due(usual, lambda now=now: now, channel)
        came = ["mail"] * (len(mailbox.messages) - before[0])
        came += [post.path.split("/")[1] for post in service.posts[before[1] :]]
        arrived += [(minutes, sorted(came))] if came else []
    assert arrived == [
        (0, ["mail"]),
        (15, ["sms"]),
        (30, ["chat"]),
        (36 * 60, ["chat", "dee", "mail", "sms"]),
        (36 * 60 + 10, ["dee"]),
    ]
    told = [mail.get_content() + mail["Subject"] for mail in mailbox.messages]
    told += [json.loads(post.body)["message"] for post in service.posts if post.path != "/dee"]
    told += [str(browser.read(post.body)) for post in service.posts if post.path == "/dee"]
    for said in told:
        assert "mergency" in said
        for personal in ("Ana", "Ruiz", "hest", stage.ana.record_number, str(stage.ana.id)):
            assert personal not in said
    assert sum("Not seen yet" in said for said in told) == 7


def test_a_changed_plan_tells_nobody_again_and_whoever_was_added_at_once(stage):
    set_plan(
        stage, Step(0, "email", TEAM), Step(5, "email", "five@hill.example"), Step(9, "email", LEAD)
    )
    raise_emergency(stage)
    round_.escalate_due(MONDAY + 10 * MINUTE)
    set_plan(
        stage, Step(0, "email", TEAM), Step(5, "email", "new@hill.example"), Step(9, "email", LEAD)
    )
    round_.escalate_due(MONDAY + 11 * MINUTE)
    assert queued() == [
        (TEAM, 0),
        ("five@hill.example", 5),
        (LEAD, 9),
        ("new@hill.example", 5),
    ]


def test_the_plan_of_one_clinic_is_nothing_to_the_other(stage):
    set_plan(stage, Step(0, "email", "own@hill.example"))
    cy = a_patient(stage.eli, "Cy Aderemi")
    check_in(cy, stage.eli, answers(3, ("chest_pain_or_breathless",)), MONDAY)
    review_all(MONDAY)
    assert queued() == [(TEAM, 0)]  # the harbour's addresses read the same on this stage
    harbour = escalation.plans_of(accounts.clinic_of(stage.eli.clinic_id))
    assert "own@hill.example" not in {step.to for plan in harbour.values() for step in plan}


def test_the_round_reads_only_what_waits(stage):
    raise_emergency(stage)
    moves.see(stage.dee, stage.ana, MONDAY)
    db.session.expunge_all()
    read = []
    sa.event.listen(Flag, "load", lambda flag, _context: read.append(flag), once=True)
    assert round_.escalate_due(MONDAY + 60 * MINUTE) == 0
    assert read == []
    assert open_flags(stage.ana).keys() == {"warning_sign"}


def test_an_idle_round_takes_no_write_lock(stage):
    raise_emergency(stage)
    round_.escalate_due(MONDAY + 15 * MINUTE)
    with db.engine.connect() as other:
        if db.engine.dialect.name == "sqlite":
            other.exec_driver_sql("ROLLBACK")
            other.exec_driver_sql("BEGIN IMMEDIATE")
        assert round_.escalate_due(MONDAY + 16 * MINUTE) == 0


def deliver(channel, settings=USUAL, at=MONDAY):
    return delivery.deliver_due(settings, lambda: at, channel)


def errors():
    db.session.expire_all()
    query = sa.select(Message.recipient, Message.last_error).where(Message.failure == "unknown")
    return dict(tuple(row) for row in db.session.execute(query))


def test_a_way_that_is_not_set_up_any_more_is_seen_and_the_alert_waits(stage, service):
    set_plan(stage, SURE, Step(0, "sms", "+49 30 1"), Step(0, "chat", "on call"))
    raise_emergency(stage)
    harbours = Chat("Harbour Clinic", "on call", service.url.replace("http:", "json:") + "/other")
    assert deliver("chat", replace(USUAL, chats=(harbours,))) == 0
    assert deliver("sms") == 0
    assert errors() == {
        "on call": "this chat is not set up for the clinic; see CHAT_URLS",
        "+49 30 1": "no SMS provider is set up; see SMS_URL",
    }
    assert service.posts == []
    own = replace(harbours, clinic="Hill Clinic")
    later = MONDAY + MINUTE
    assert deliver("chat", replace(USUAL, chats=(own,)), later) == 1
    assert "may be a repeat" in json.loads(service.posts[0].body)["message"]


def test_a_chat_that_does_not_take_it_holds_up_no_other(stage, service):
    set_plan(stage, SURE, Step(0, "chat", "broken"), Step(0, "chat", "whole"))
    raise_emergency(stage)
    service.answers["/broken"] = 500
    url = service.url.replace("http:", "json:")
    chats = tuple(Chat("Hill Clinic", name, f"{url}/{name}") for name in ("broken", "whole"))
    assert deliver("chat", replace(USUAL, chats=chats)) == 1
    assert errors() == {"broken": "the chat has not taken it; see CHAT_URLS"}


def test_a_test_goes_to_everybody_of_a_plan_says_what_it_is_and_ends_after_a_day(stage, mailbox):
    plans.queue_test(stage.dee, "emergency", MONDAY)
    assert deliver("email", replace(USUAL, smtp_url=mailbox.url)) == 2
    assert sorted(mailbox.to()) == [LEAD, TEAM]
    assert mailbox.messages[0]["Subject"] == "Test of the alerts"
    assert "This is a test." in mailbox.messages[0].get_content()
    plans.queue_test(stage.dee, "today", MONDAY)
    deliver("email", at=MONDAY + timedelta(days=2))
    assert withheld() == {LEAD: "too late for its day", TEAM: "too late for its day"}


def test_a_plan_that_leaves_an_emergency_silent_is_refused_and_the_same_one_is_no_change(stage):
    with pytest.raises(plans.PlanRefused) as refused:
        set_plan(stage, Step(0, "push", str(stage.dee.id)))
    assert [each.key for each in refused.value.problems] == ["never_without"]
    assert escalation.own_plans(stage.clinic.id) == {}
    for _again in range(2):
        set_plan(stage, SURE)
    changes = sa.select(sa.func.count()).where(AuditLine.action == "escalation changed")
    assert db.session.scalar(changes) == 1


WAYS = st.sampled_from([("email", "a@hill.example"), ("sms", "+49 30 1"), ("chat", "on call")])
STEPS = st.builds(
    lambda after, way, when: Step(after, *way, when),
    st.integers(0, 300),
    WAYS,
    st.sampled_from(["always", OPEN_HOURS]),
)
PLANS = st.lists(STEPS, max_size=3, unique_by=lambda step: (step.to, step.after_minutes))


@hypothesis(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=PLANS,
    raised=st.integers(0, 7 * 24 * 60),
    runs=st.lists(st.integers(0, 5_000), max_size=6),
)
def test_however_often_and_late_the_round_runs_no_step_is_queued_twice_and_none_is_lost(
    stage, steps, raised, runs
):
    since = MONDAY + raised * MINUTE
    set_plan(stage, SURE, *steps)
    somebody = a_patient(stage.dee, "Bo Lind", now=since)
    check_in(somebody, stage.dee, answers(3, ("chest_pain_or_breathless",)), since)
    review_all(since)
    flag = open_flags(somebody)["warning_sign"]
    moments = sorted(since + run * MINUTE for run in [*runs, 10_000])
    for now in moments:
        round_.escalate_due(now)
        round_.escalate_due(now)
    query = sa.select(Message).where(Message.flag_id == flag.id, ~Message.slot.contains("@"))
    found = sorted((m.recipient, m.step, m.queued_at) for m in db.session.scalars(query))
    hours = accounts.clinic_of(flag.clinic_id).hours
    wanted = []
    for step in (SURE, *steps):
        at = step.due_at(since, hours)
        wanted.append(
            (step.to, step.after_minutes, next(now for now in [since, *moments] if now >= at))
        )
    assert found == sorted(wanted)
    moves.see(stage.dee, somebody, moments[-1])
