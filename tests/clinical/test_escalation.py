"""Who is told about a flag that nobody has seen: by the clinic's own wall, on weekdays, holidays and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery.clinical.escalation import OPEN_HOURS, Step, ahead, due, in_order, refusals
from recovery.clinical.hours import Hours, NeverOpen, parse_weekly

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = Hours("Europe/Berlin", parse_weekly("Mo-Fr 08:00-16:00"))
NEVER = Hours("Europe/Berlin", {})
TEAM = Step(0, "email", "nurses@hill.example")
DUTY = Step(15, "sms", "+49 30 23125 150")
LEAD = Step(30, "email", "lead@hill.example", OPEN_HOURS)
PLAN = (TEAM, DUTY, LEAD)
MOST = 1440


def wall(day, hour, minute=0, month=3, fold=0):
    """The instant that reads so on the clinic's wall, in 2026; in UTC, as the hour that comes twice has no equal."""
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN, fold=fold).astimezone(UTC)


def told(plan, since, now, hours=WEEK, urgency="emergency"):
    """Who is told when, on the clinic's wall; "again" at an opening."""
    return [
        (f"{call.at.astimezone(BERLIN):%a %H:%M}", call.way[1], "" if call.step else "again")
        for call in due(plan, urgency, since, now, hours)
    ]


def test_in_opening_hours_the_steps_follow_each_other():
    since = wall(3, 10)
    assert told(PLAN, since, since) == [("Tue 10:00", TEAM.to, "")]
    assert told(PLAN, since, since + timedelta(minutes=14, seconds=59)) == [
        ("Tue 10:00", TEAM.to, "")
    ]
    assert told(PLAN, since, since + timedelta(hours=1)) == [
        ("Tue 10:00", TEAM.to, ""),
        ("Tue 10:15", DUTY.to, ""),
        ("Tue 10:30", LEAD.to, ""),
    ]


def test_on_saturday_night_only_the_steps_of_any_hour_are_due_before_monday():
    since = wall(7, 20)
    assert told(PLAN, since, wall(9, 7, 59)) == [
        ("Sat 20:00", TEAM.to, ""),
        ("Sat 20:15", DUTY.to, ""),
    ]


def test_at_the_opening_everybody_is_told_again_and_the_minutes_of_opening_time_begin():
    assert told(PLAN, wall(7, 20), wall(9, 8, 30))[2:] == [
        ("Mon 08:00", TEAM.to, "again"),
        ("Mon 08:00", DUTY.to, "again"),
        ("Mon 08:00", LEAD.to, "again"),
        ("Mon 08:30", LEAD.to, ""),
    ]


def test_nobody_is_told_twice_in_the_minute_of_the_opening():
    plan = (TEAM, Step(0, "email", "lead@hill.example", OPEN_HOURS))
    assert told(plan, wall(7, 20), wall(9, 8)) == [
        ("Sat 20:00", TEAM.to, ""),
        ("Mon 08:00", "lead@hill.example", ""),
        ("Mon 08:00", TEAM.to, "again"),
    ]


def test_minutes_of_opening_time_go_on_after_the_night_and_never_end_at_the_moment_of_closing():
    assert LEAD.due_at(wall(3, 15, 50), WEEK) == wall(4, 8, 20)
    assert LEAD.due_at(wall(3, 15, 30), WEEK) == wall(4, 8)
    lunch = Hours("Europe/Berlin", parse_weekly("Mo-Fr 08:00-12:00, 13:00-16:00"))
    assert LEAD.due_at(wall(3, 11, 45), lunch) == wall(3, 13, 15)


def test_a_closed_day_counts_no_minutes_and_is_no_opening():
    holiday = Hours("Europe/Berlin", WEEK.weekly, frozenset({date(2026, 3, 9)}))
    since = wall(7, 20)
    assert LEAD.due_at(since, holiday) == wall(10, 8, 30)
    assert told((TEAM,), since, wall(9, 23), holiday) == [("Sat 20:00", TEAM.to, "")]
    assert told((TEAM,), since, wall(10, 8), holiday)[-1] == ("Tue 08:00", TEAM.to, "again")


def test_when_the_clocks_go_forward_a_step_waits_its_real_minutes_and_an_opening_keeps_the_wall():
    since = wall(29, 1, 50)
    assert DUTY.due_at(since, WEEK) == wall(29, 3, 5)
    assert told(PLAN, since, wall(30, 8))[-1][0] == "Mon 08:00"
    at_night = Hours("Europe/Berlin", parse_weekly("Su 01:00-04:00"))
    hour = Step(60, "email", "lead@hill.example", OPEN_HOURS)
    assert hour.due_at(wall(29, 1, 30), at_night) == wall(29, 3, 30)


def test_when_the_clocks_go_back_the_hour_that_comes_twice_counts_twice():
    since = wall(25, 2, 50, month=10)
    assert DUTY.due_at(since, WEEK) == wall(25, 2, 5, month=10, fold=1)
    at_night = Hours("Europe/Berlin", parse_weekly("Su 01:00-04:00"))
    hour = Step(60, "email", "lead@hill.example", OPEN_HOURS)
    assert hour.due_at(since, at_night) == wall(25, 2, 50, month=10, fold=1)
    assert told(PLAN, since, wall(26, 8, month=10))[-1][0] == "Mon 08:00"


def test_after_a_long_silence_of_ours_only_the_last_opening_is_repeated():
    told_late = told((TEAM,), wall(3, 10), wall(6, 9))
    assert told_late == [("Tue 10:00", TEAM.to, ""), ("Fri 08:00", TEAM.to, "again")]


@pytest.mark.parametrize("urgency", ["next_working_day", "routine"])
def test_what_is_less_than_today_is_not_repeated_at_openings(urgency):
    assert told((TEAM,), wall(7, 20), wall(20, 9), urgency=urgency) == [("Sat 20:00", TEAM.to, "")]


def test_a_clinic_that_never_opens_still_tells_whom_it_tells_at_any_hour():
    since = wall(3, 10)
    assert told(PLAN, since, wall(20, 10), NEVER) == [
        ("Tue 10:00", TEAM.to, ""),
        ("Tue 10:15", DUTY.to, ""),
    ]
    assert [call.way for call in ahead(PLAN, "emergency", since, NEVER)] == [TEAM.way, DUTY.way]
    with pytest.raises(NeverOpen):
        NEVER.after_open(since, timedelta())


def test_what_lies_ahead_is_told_up_to_the_next_opening():
    lying_ahead = ahead(PLAN, "today", wall(7, 20), WEEK)
    assert [(call.at, call.way) for call in lying_ahead] == [
        (wall(7, 20), TEAM.way),
        (wall(7, 20, 15), DUTY.way),
        (wall(9, 8), TEAM.way),
        (wall(9, 8), DUTY.way),
        (wall(9, 8), LEAD.way),
        (wall(9, 8, 30), LEAD.way),
    ]
    assert len(ahead(PLAN, "routine", wall(7, 20), WEEK)) == len(PLAN)


def test_steps_stand_in_the_order_of_their_minutes():
    assert in_order([LEAD, DUTY, TEAM]) == PLAN


@pytest.mark.parametrize("urgency", ["emergency", "today"])
@pytest.mark.parametrize(
    "plan",
    [
        (),
        (LEAD,),
        (Step(0, "push", "7a1c"),),
        (Step(0, "push", "7a1c"), LEAD),
    ],
)
def test_an_emergency_and_a_today_flag_never_wait_for_the_opening_or_for_a_browser_alone(
    urgency, plan
):
    assert [each.key for each in refusals(urgency, plan, MOST)] == ["never_without"]
    assert refusals("routine", plan, MOST) == ()
    assert refusals(urgency, (*plan, TEAM), MOST) == ()


def test_the_same_step_twice_and_one_that_comes_too_late_are_refused_at_their_box():
    plan = (TEAM, TEAM, Step(MOST + 1, "email", "lead@hill.example"))
    found = {each.field: each.key for each in refusals("emergency", plan, MOST)}
    assert found == {"minutes-1": "twice", "minutes-2": "too_late"}


def test_one_name_stands_for_one_way():
    plan = (TEAM, DUTY, Step(20, "chat", DUTY.to), Step(25, "sms", DUTY.to))
    found = {each.field: each.key for each in refusals("emergency", plan, MOST)}
    assert found == {"minutes-2": "twice"}


MINUTES = st.integers(0, MOST)
WAYS = st.sampled_from([("email", "a@hill.example"), ("sms", "+49 30 1"), ("chat", "on call")])
STEPS = st.builds(
    lambda after, way, when: Step(after, *way, when),
    MINUTES,
    WAYS,
    st.sampled_from(["always", OPEN_HOURS]),
)
PLANS = st.lists(STEPS, max_size=4).map(in_order)
MOMENTS = st.integers(0, 330 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
WEEKS = st.sampled_from(
    ["Mo-Fr 08:00-16:00", "Mo-Su 00:00-24:00", "Tu 09:00-10:00", "Su 01:30-03:30; Mo 22:00-24:00"]
)
HOURS = st.builds(lambda week: Hours("Europe/Berlin", parse_weekly(week)), WEEKS)


@given(PLANS, MOMENTS, HOURS, st.lists(st.integers(0, 20_000), max_size=5))
def test_however_often_and_late_it_is_asked_every_step_is_due_once_and_none_is_lost(
    plan, since, hours, minutes
):
    asked = sorted(since + timedelta(minutes=each) for each in minutes)
    found = [
        {
            (call.way, call.step, call.at)
            for call in due(plan, "emergency", since, now, hours)
            if call.step
        }
        for now in asked
    ]
    assert all(earlier <= later for earlier, later in pairwise(found))
    for now, calls in zip(asked, found, strict=True):
        wanted = {(s.way, s, s.due_at(since, hours)) for s in plan if s.due_at(since, hours) <= now}
        assert calls == wanted


@given(STEPS, MOMENTS, HOURS)
def test_a_step_within_opening_hours_never_falls_outside_and_none_comes_early(step, since, hours):
    at = step.due_at(since, hours)
    assert at >= since + timedelta(minutes=step.after_minutes)
    assert step.when != OPEN_HOURS or hours.is_open(at)


@given(MOMENTS, HOURS, st.integers(0, 20_000))
def test_the_last_opening_is_the_one_after_which_none_follows(since, hours, minutes):
    now = since + timedelta(minutes=minutes)
    opening = hours.last_opening(since, now)
    if opening is None:
        assert hours.next_opening(since) > now
    else:
        assert since < opening <= now
        assert hours.is_open(opening)
        assert hours.next_opening(opening) > now
