"""Which day an entry counts for: midnight, clock changes, far zones, queues and clocks that lie."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from recovery.clinical.answers import Problem
from recovery.clinical.days import Given, at_wall, judge, local_day, next_at_wall, start_of
from recovery.clinical.pathway import Questions, read_default

LIMITS = Questions(**read_default("vertebroplasty")["questions"])
MADRID, AUCKLAND, SANTIAGO = "Europe/Madrid", "Pacific/Auckland", "America/Santiago"
PROCEDURE = date(2026, 1, 10)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def judged(
    arrived: str, day: str = "", given: str = "", zone: str = MADRID, procedure: date = PROCEDURE
) -> Given:
    found = judge(day, given, at(arrived), zone, procedure, LIMITS)
    assert isinstance(found, Given), found
    return found


def refused(arrived: str, day: str, given: str = "") -> str:
    found = judge(day, given, at(arrived), MADRID, PROCEDURE, LIMITS)
    assert isinstance(found, Problem), found
    assert found.field == "date"
    return found.key


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        ("2026-06-01T23:50+02:00", MADRID, date(2026, 6, 1)),
        ("2026-06-02T00:10+02:00", MADRID, date(2026, 6, 2)),
        ("2026-03-29T00:10+01:00", MADRID, date(2026, 3, 29)),  # spring forward at 02:00
        ("2026-03-29T23:50+02:00", MADRID, date(2026, 3, 29)),
        ("2026-10-25T00:10+02:00", MADRID, date(2026, 10, 25)),  # fall back at 03:00
        ("2026-10-25T02:30+02:00", MADRID, date(2026, 10, 25)),
        ("2026-10-25T02:30+01:00", MADRID, date(2026, 10, 25)),
        ("2026-10-25T23:50+01:00", MADRID, date(2026, 10, 25)),
        ("2026-01-20T10:50+00:00", AUCKLAND, date(2026, 1, 20)),  # 13 hours ahead
        ("2026-01-20T11:10+00:00", AUCKLAND, date(2026, 1, 21)),
    ],
)
def test_an_instant_falls_on_the_day_of_the_patients_wall(
    instant: str, zone: str, day: date
) -> None:
    assert local_day(at(instant), zone) == day
    assert judged(instant, zone=zone).day == day
    assert judged(instant, given=instant, zone=zone).day == day


@pytest.mark.parametrize(
    ("day", "zone", "start"),
    [
        (date(2026, 3, 29), MADRID, "2026-03-28T23:00+00:00"),
        (date(2026, 3, 30), MADRID, "2026-03-29T22:00+00:00"),
        (date(2026, 10, 25), MADRID, "2026-10-24T22:00+00:00"),
        (date(2026, 10, 26), MADRID, "2026-10-25T23:00+00:00"),
        (date(2026, 1, 21), AUCKLAND, "2026-01-20T11:00+00:00"),
        (date(2026, 9, 6), SANTIAGO, "2026-09-06T04:00+00:00"),  # no midnight: 24:00 becomes 01:00
        (date(2025, 11, 2), "America/Havana", "2025-11-02T04:00+00:00"),  # midnight comes twice
    ],
)
def test_a_day_starts_at_its_first_instant(day: date, zone: str, start: str) -> None:
    assert start_of(day, zone) == at(start)
    assert local_day(at(start), zone) == day
    assert local_day(at(start) - timedelta(seconds=1), zone) == day - timedelta(days=1)


def test_given_tuesday_and_received_friday_counts_for_tuesday_and_is_late() -> None:
    tuesday = "2026-02-03T20:00:00+01:00"
    found = judged("2026-02-06T09:00+01:00", day="2026-02-03", given=tuesday)
    assert found == Given(date(2026, 2, 3), at(tuesday), at(tuesday), is_late=True)


def test_given_just_now_is_not_late() -> None:
    found = judged("2026-02-06T09:00:05+01:00", given="2026-02-06T09:00:00+01:00")
    assert (found.given_at, found.is_late) == (at("2026-02-06T09:00+01:00"), False)


@pytest.mark.parametrize(
    ("days", "counts_for"),
    [(15, date(2026, 2, 19)), (30, date(2026, 2, 4)), (31, date(2026, 3, 6))],
)
def test_an_old_queued_answer_is_kept_by_its_own_day_for_30_days_and_then_by_its_arrival(
    days: int, counts_for: date
) -> None:
    arrived = at("2026-03-06T09:00+01:00")
    given = arrived - timedelta(days=days)
    found = judged(arrived.isoformat(), day=given.date().isoformat(), given=given.isoformat())
    assert (found.day, found.claimed_at, found.is_late) == (counts_for, given, True)


def test_forty_days_in_the_queue_are_no_reason_to_refuse() -> None:
    found = judged("2026-03-06T09:00+01:00", day="2026-01-25", given="2026-01-25T09:00:00+01:00")
    assert (found.day, found.given_at) == (date(2026, 3, 6), at("2026-03-06T09:00+01:00"))
    assert found.is_late


@pytest.mark.parametrize(("ahead", "believed"), [(10, True), (11, False), (13, False)])
def test_a_clock_is_believed_up_to_ten_minutes_ahead(ahead: int, believed: bool) -> None:
    arrived = at("2026-02-06T23:55+01:00")
    claimed = arrived + timedelta(minutes=ahead)
    found = judged(arrived.isoformat(), given=claimed.isoformat())
    assert found.given_at == (claimed if believed else arrived)
    assert found.day == date(2026, 2, 7 if believed else 6)
    assert (found.claimed_at, found.is_late) == (claimed, False)


@pytest.mark.parametrize(
    "clock",
    [
        "1970-01-01T00:05+00:00",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T05:00:00+00:00",
        "9999-12-31T23:59:00-14:00",
        "2026-01-09T20:00+13:00",
    ],
)
def test_a_clock_that_was_reset_makes_nothing_late(clock: str) -> None:
    for day in ("2026-02-06", ""):
        found = judged("2026-02-06T09:00+01:00", day=day, given=clock, zone=AUCKLAND)
        assert (found.day, found.is_late) == (date(2026, 2, 6), False)
        assert found.given_at == at("2026-02-06T09:00+01:00")


def test_a_queued_answer_is_kept_though_its_day_and_clock_were_both_reset() -> None:
    found = judged("2026-02-06T09:00+01:00", day="1970-01-01", given="1970-01-01T00:05+00:00")
    assert (found.day, found.is_late) == (date(2026, 2, 6), False)


@pytest.mark.parametrize("given", ["2026-02-05T09:00", "yesterday", "2026-02-30T09:00+01:00"])
def test_a_time_without_an_offset_or_sense_is_not_believed_and_excuses_no_date(given: str) -> None:
    found = judged("2026-02-06T09:00+01:00", given=given)
    assert (found.day, found.claimed_at) == (date(2026, 2, 6), None)
    assert refused("2026-02-06T09:00+01:00", "2026-02-02", given) == "too_long_ago"


@pytest.mark.parametrize(
    ("day", "late"),
    [("2026-02-06", False), ("2026-02-05", True), ("2026-02-04", True), ("", False)],
)
def test_today_and_the_two_days_before_can_be_filled_in(day: str, late: bool) -> None:
    found = judged("2026-02-06T09:00+01:00", day=day)
    assert (found.day.isoformat(), found.is_late) == (day or "2026-02-06", late)


@pytest.mark.parametrize(
    ("day", "key"),
    [
        ("2026-02-07", "future_date"),
        ("2026-02-03", "too_long_ago"),
        ("2026-02-02", "too_long_ago"),
        ("6/2/2026", "date_unreadable"),
    ],
)
def test_another_day_is_refused_with_the_phones_time_and_without(day: str, key: str) -> None:
    now = "2026-02-06T09:00:00+01:00"
    assert refused(now, day) == key
    assert refused(now, day, given=now) == key


def test_a_queued_answer_for_the_day_before_keeps_it_while_its_clock_is_believed() -> None:
    arrived, given = "2026-03-20T09:00+01:00", "2026-03-01T09:00+01:00"
    assert judged(arrived, day="2026-02-28", given=given).day == date(2026, 2, 28)
    older = "2026-02-01T09:00+01:00"
    assert judged(arrived, day="2026-01-31", given=older).day == date(2026, 3, 20)


def test_a_day_before_the_procedure_is_always_refused() -> None:
    assert refused("2026-01-11T09:00+01:00", "2026-01-09") == "before_procedure"
    queued = "2026-01-09T20:00:00+01:00"
    assert refused("2026-01-11T09:00+01:00", "2026-01-09", queued) == "before_procedure"
    assert judged("2026-01-10T23:50+01:00").day == PROCEDURE


def test_a_wall_time_that_clocks_jump_over_or_show_twice_is_one_instant():
    skipped, twice = date(2026, 3, 29), date(2026, 10, 25)
    assert at_wall(skipped, time(2, 30), MADRID) == at("2026-03-29T01:30+00:00")
    assert at_wall(twice, time(2, 30), MADRID) == at("2026-10-25T00:30+00:00")


@pytest.mark.parametrize("zone", [MADRID, AUCKLAND, SANTIAGO, "America/St_Johns", "Africa/Cairo"])
@pytest.mark.parametrize("wall", [time(0), time(2, 30), time(10), time(23, 59)])
def test_a_wall_time_comes_once_on_each_day_of_a_year(zone, wall):
    after, days = at("2026-01-01T12:00+00:00"), []
    for _ in range(365):
        after = next_at_wall(wall, zone, after)
        days.append(local_day(after, zone))
    assert days == [days[0] + timedelta(days=n) for n in range(365)]
