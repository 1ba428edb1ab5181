"""Limits are set by a clinician of the clinic, act on their days, end by date or by name, and are never altered."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from recovery.records import audit, limits, patients
from recovery.records.database import db, writing
from recovery.records.limits import LimitRefused, PatientLimit, Wanted
from recovery.records.patients import NotFound
from recovery.rounds import review
from tests.people import MONDAY, a_patient, answers, check_in
from tests.rounds.work import open_flags, reasons, review_all

DAY = timedelta(days=1)
TODAY = date(2026, 3, 2)
COOL = "She runs cool: 36.0 °C at home."


def pause(until: date = TODAY + 5 * DAY, rule: str = "pain_worsening") -> Wanted:
    return Wanted("pause", until, "Physiotherapy has begun.", rule=rule)


def fever(number: float = 37.5, until: date = TODAY + 9 * DAY) -> Wanted:
    return Wanted("fever_limit", until, COOL, number)


def put(stage, wanted: Wanted, now: datetime = MONDAY) -> PatientLimit:
    return limits.set_limit(stage.dee, stage.ana, wanted, now)


def lines(action: str) -> list[audit.AuditLine]:
    return list(db.session.scalars(sa.select(audit.AuditLine).filter_by(action=action)))


def test_a_limit_keeps_what_why_until_when_and_by_whom(stage):
    row = put(stage, fever())
    assert (row.kind, row.number, row.rule, row.reason) == ("fever_limit", 37.5, None, COOL)
    assert (row.first_day, row.last_day) == (TODAY, TODAY + 9 * DAY)
    assert (row.set_at, row.set_by, row.ended_at) == (MONDAY, stage.dee.id, None)
    (line,) = lines("limit set")
    assert (line.actor, line.patient_id) == (stage.dee.actor, stage.ana.id)
    assert line.details["number"] == 37.5


def test_setting_and_ending_make_the_patient_due(stage):
    review_all(MONDAY)
    later = MONDAY + timedelta(hours=1)
    row = put(stage, pause(), later)
    assert review_all(later) == 1
    limits.end_limit(stage.dee, row, later)
    assert review_all(later) == 1


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        (pause(TODAY + 14 * DAY), "pause_too_long"),
        (pause(TODAY - DAY), "limit_over"),
        (pause(rule="fever"), "never_paused"),
        (pause(rule="warning_sign"), "never_paused"),
        (fever(37.8), "fever_limit_not_lower"),
    ],
)
def test_what_would_switch_off_safety_is_refused_and_nothing_is_kept(stage, wanted, key):
    earlier = put(stage, pause())
    with pytest.raises(LimitRefused, match=key):
        put(stage, wanted)
    assert limits.limits_of(stage.ana) == [earlier]
    assert earlier.ended_at is None


def test_a_limit_acts_on_its_last_day_and_is_over_on_the_next_with_nothing_run(stage):
    put(stage, pause(TODAY + 2 * DAY))
    last, next_ = MONDAY + 2 * DAY, MONDAY + 3 * DAY
    assert limits.in_force([stage.ana], last)[stage.ana.id]
    assert limits.in_force([stage.ana], next_) == {}
    (kept,) = limits.limits_of(stage.ana)
    assert (kept.ended_at, kept.ended_by) == (None, None)


def test_its_days_are_those_of_the_patients_own_calendar(stage):
    bo = a_patient(stage.dee, "Bo Lind", zone="Pacific/Auckland")
    evening = MONDAY + timedelta(hours=3)  # Tuesday, one in the morning there
    row = limits.set_limit(stage.dee, bo, pause(TODAY + DAY), evening)
    assert (row.first_day, row.last_day) == (TODAY + DAY, TODAY + DAY)
    assert limits.in_force([bo], evening)
    assert limits.in_force([bo], evening + timedelta(hours=22)) != {}
    assert limits.in_force([bo], evening + timedelta(hours=23)) == {}


def test_a_new_one_of_its_kind_ends_the_earlier_and_leaves_it_as_it_was(stage):
    first = put(stage, fever(37.5))
    second = limits.set_limit(stage.dee, stage.ana, fever(37.2), MONDAY + DAY)
    assert (first.number, first.last_day) == (37.5, TODAY + 9 * DAY)
    assert (first.ended_at, first.ended_by) == (MONDAY + DAY, stage.dee.id)
    acting = limits.for_rules(stage.ana)
    assert [(each.number, each.last_day) for each in acting] == [
        (37.2, second.last_day),
        (37.5, TODAY),
    ]


def test_a_pause_of_another_rule_and_another_kind_stand_beside_it(stage):
    kept = [put(stage, each) for each in (pause(), pause(rule="gone_quiet"), fever())]
    assert all(row.ended_at is None for row in kept)


def test_a_limit_that_is_over_is_neither_ended_again_nor_altered(stage):
    over = put(stage, pause(TODAY))
    next_day = MONDAY + DAY
    limits.end_limit(stage.dee, over, next_day)
    limits.set_limit(stage.dee, stage.ana, pause(), next_day)
    assert over.ended_at is None


def test_a_limit_ended_early_acts_until_the_day_before(stage):
    row = put(stage, pause())
    limits.end_limit(stage.dee, row, MONDAY + 2 * DAY)
    (acting,) = limits.for_rules(stage.ana)
    assert acting.last_day == TODAY + DAY
    assert row.ended_by == stage.dee.id
    assert [line.actor for line in lines("limit ended")] == [stage.dee.actor]
    limits.end_limit(stage.dee, row, MONDAY + 3 * DAY)
    assert row.ended_at == MONDAY + 2 * DAY


def test_a_limit_ended_on_the_day_it_was_set_acts_on_no_day(stage):
    limits.end_limit(stage.dee, put(stage, pause()), MONDAY)
    assert limits.for_rules(stage.ana) == ()


def test_eli_of_another_clinic_does_not_find_it(stage):
    row = put(stage, pause())
    assert limits.find(stage.dee, row.id) == row
    with pytest.raises(NotFound):
        limits.find(stage.eli, row.id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "fever"},
        {"rule": "warning_sign"},
        {"rule": None},
        {"number": 37.5},
        {"kind": "holiday"},
        {"reason": ""},
        {"last_day": TODAY - DAY},
        {"ended_at": MONDAY},
    ],
)
def test_the_database_itself_refuses_what_is_no_limit(stage, wrong):
    row = {
        "clinic_id": stage.ana.clinic_id,
        "id": uuid4(),
        "patient_id": stage.ana.id,
        "kind": "pause",
        "rule": "gone_quiet",
        "reason": "On holiday.",
        "first_day": TODAY,
        "last_day": TODAY,
        "set_at": MONDAY,
        "set_by": stage.dee.id,
    }
    with writing() as session:
        session.add(PatientLimit(**row))
    with pytest.raises(IntegrityError), writing() as session:
        session.add(PatientLimit(**{**row, "id": uuid4(), **wrong}))


# What the review makes of them.


def test_a_reading_of_the_day_on_which_the_limit_was_set_is_flagged_at_once(stage):
    check_in(stage.ana, stage.device, answers(3, temperature_c=37.1), MONDAY)
    review_all(MONDAY)
    assert open_flags(stage.ana) == {}
    put(stage, fever(37.0))
    review_all(MONDAY)
    flag = open_flags(stage.ana)["fever"]
    assert (flag.urgency, reasons(flag)) == ("today", ["fever_own_limit"])


def test_danger_is_flagged_and_the_paused_rule_is_not(stage):
    put(stage, pause(rule="gone_quiet"))
    put(stage, pause())
    sore = answers(9, ("chills",), temperature_c=38.6, fall=True)
    check_in(stage.ana, stage.device, sore, MONDAY)
    review_all(MONDAY)
    standing = open_flags(stage.ana)
    assert {rule: flag.urgency for rule, flag in standing.items()} == {
        "warning_sign": "today",
        "fever": "today",
        "pain_worsening": "today",
    }


def test_a_milestone_that_fell_into_a_pause_is_flagged_when_it_ends(stage):
    put(stage, pause(TODAY + 12 * DAY, "not_improving"))
    raised = {}
    for ago in range(18):
        now = MONDAY + ago * DAY
        check_in(stage.ana, stage.device, answers(8), now)
        review_all(now)
        raised |= {rule: ago for rule in open_flags(stage.ana) if rule not in raised}
    assert raised["not_improving"] == 13
    flag = open_flags(stage.ana)["not_improving"]
    assert reasons(flag) == ["still_severe"]


def test_the_rules_see_the_limits_of_their_own_patient_only(stage):
    bo = a_patient(stage.dee, "Bo Lind")
    put(stage, pause())
    procedure = patients.current_procedure(bo)
    assert review.course_of(bo, procedure).limits == ()
    assert limits.in_force([bo], MONDAY) == {}
