"""A clinic's hours: open or not, the next opening, and by when a patient should have been rung."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from recovery.clinical.hours import (
    Hours,
    HoursError,
    NeverOpen,
    Opening,
    describe,
    parse_weekly,
    write_weekly,
)

NOON = time(12)
MADRID = ZoneInfo("Europe/Madrid")
# November 2026: the 20th is a Friday.
CLINIC = Hours("Europe/Madrid", parse_weekly("Mo-Fr 08:00-16:00"), frozenset({date(2026, 11, 24)}))
LUNCH = Hours("Europe/Madrid", parse_weekly("Mo-Fr 08:00-11:30, 13:00-16:00"))
WARD = Hours("Europe/Madrid", parse_weekly("Mo-Su 00:00-24:00"))


def at(text: str) -> datetime:
    """A Madrid wall time as the instant that a program meets it: in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=MADRID).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        ("2026-11-20T08:00", True),
        ("2026-11-20T07:59", False),
        ("2026-11-20T15:59", True),
        ("2026-11-20T16:00", False),
        ("2026-11-21T10:00", False),
        ("2026-11-24T10:00", False),  # a closed day
    ],
)
def test_the_clinic_is_open_from_its_opening_until_its_end(now: str, is_open: bool) -> None:
    assert CLINIC.is_open(at(now)) is is_open


def test_a_ward_is_always_open_also_at_midnight() -> None:
    assert all(WARD.is_open(at(f"2026-11-20T{clock}")) for clock in ("00:00", "12:00", "23:59"))


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2026-11-20T22:00", "2026-11-23T08:00"),  # Friday night
        ("2026-11-20T07:00", "2026-11-20T08:00"),
        ("2026-11-20T08:00", "2026-11-23T08:00"),  # the next one, not this one
        ("2026-11-23T17:00", "2026-11-25T08:00"),  # over the closed day
        ("2026-03-27T22:00", "2026-03-30T08:00"),  # clocks go forward on Sunday
        ("2026-10-23T22:00", "2026-10-26T08:00"),  # and back
    ],
)
def test_the_next_opening_is_the_next_moment_at_which_somebody_comes(
    now: str, opening: str
) -> None:
    found = CLINIC.next_opening(at(now))
    assert (found, str(found.tzinfo)) == (at(opening), "Europe/Madrid")


def test_hours_are_on_the_clinics_wall_wherever_the_server_stands() -> None:
    auckland = Hours("Pacific/Auckland", parse_weekly("Mo-Fr 08:00-16:00"))
    sunday_evening = datetime(2026, 1, 18, 18, 30, tzinfo=UTC)
    assert auckland.next_opening(sunday_evening) == datetime(2026, 1, 18, 19, 0, tzinfo=UTC)
    assert auckland.is_open(datetime(2026, 1, 18, 19, 0, tzinfo=UTC))


def test_the_openings_of_the_days_ahead_are_told_one_by_one_without_the_closed_days() -> None:
    spans = CLINIC.spans_between(at("2026-11-20T15:00"), at("2026-11-25T08:00"))
    assert spans == [
        (at("2026-11-20T08:00"), at("2026-11-20T16:00")),
        (at("2026-11-23T08:00"), at("2026-11-23T16:00")),
    ]
    assert CLINIC.spans_between(at("2026-11-20T16:00"), at("2026-11-23T07:00")) == []


def test_a_span_over_a_clock_change_lasts_as_long_as_the_night_does() -> None:
    night = Hours("Europe/Madrid", parse_weekly("Su 01:00-04:00"))
    assert night.is_open(datetime(2026, 10, 25, 2, 59, tzinfo=UTC))  # four hours in autumn
    assert not night.is_open(datetime(2026, 3, 29, 2, 0, tzinfo=UTC))  # two in spring


@pytest.mark.parametrize("weekly", ["", "Mo 08:00-16:00"])
def test_closed_days_in_a_row_are_passed_and_a_clinic_without_hours_never_opens(
    weekly: str,
) -> None:
    mondays = frozenset({date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 7)})
    hours = Hours("Europe/Madrid", parse_weekly(weekly), mondays)
    if weekly:
        assert hours.next_opening(at("2026-11-20T10:00")) == at("2026-12-14T08:00")
    else:
        with pytest.raises(NeverOpen):
            hours.next_opening(at("2026-11-20T10:00"))


@pytest.mark.parametrize(
    ("hours", "now", "urgency", "by"),
    [
        (CLINIC, "2026-11-20T10:00", "today", "2026-11-20T16:00"),
        (CLINIC, "2026-11-20T10:00", "emergency", "2026-11-20T16:00"),
        (CLINIC, "2026-11-20T22:00", "emergency", "2026-11-23T12:00"),  # Friday at 22:00
        (CLINIC, "2026-11-20T06:00", "today", "2026-11-20T12:00"),
        (CLINIC, "2026-11-24T10:00", "emergency", "2026-11-25T12:00"),  # a closed day
        (CLINIC, "2026-11-20T10:00", "next_working_day", "2026-11-23T12:00"),
        (CLINIC, "2026-11-23T06:00", "next_working_day", "2026-11-25T12:00"),
        (CLINIC, "2026-11-23T10:00", "routine", "2026-11-25T12:00"),
        (LUNCH, "2026-11-20T11:45", "today", "2026-11-20T16:00"),  # noon falls into the break
        (WARD, "2026-11-20T10:00", "today", "2026-11-21T00:00"),
        (WARD, "2026-11-20T10:00", "next_working_day", "2026-11-21T12:00"),
    ],
)
def test_a_patient_is_told_a_time_at_which_somebody_is_there(
    hours: Hours, now: str, urgency: str, by: str
) -> None:
    assert hours.answer_by(at(now), urgency, NOON) == at(by)


@pytest.mark.parametrize(
    ("weekly", "by"),
    [("Sa 09:00-11:30", "2026-11-21T11:30"), ("Sa 14:00-18:00", "2026-11-21T18:00")],
)
def test_no_noon_is_promised_on_a_day_that_is_over_or_not_begun_by_then(
    weekly: str, by: str
) -> None:
    hours = Hours("Europe/Madrid", parse_weekly(weekly))
    assert hours.answer_by(at("2026-11-20T10:00"), "next_working_day", NOON) == at(by)


@pytest.mark.parametrize(
    "text",
    [
        "Mo-Fr 08:00-16:00",
        "Mo-Fr 08:00-16:00; Sa 09:00-12:00",
        "Mo 08:00-12:00, 13:00-16:00; We 08:00-12:00; Fr-Su 00:00-24:00",
        "",
    ],
)
def test_hours_are_written_as_they_are_read(text: str) -> None:
    assert write_weekly(parse_weekly(text)) == text


def test_a_presenter_gets_the_week_in_parts() -> None:
    hours = Hours("Europe/Madrid", parse_weekly("Sa 09:00-12:00;Mo 08:00-16:00;Tu 08:00-16:00"))
    assert describe(hours) == (
        Opening(0, 1, ((time(8), time(16)),)),
        Opening(5, 5, ((time(9), time(12)),)),
    )


@pytest.mark.parametrize(
    "text",
    [
        "Mo-Xx 08:00-16:00",
        "Fr-Mo 08:00-16:00",
        "Mo 16:00-08:00",
        "Mo 8-16",
        "Mo 08:00-25:00",
        "Mo",
        "Mo-Fr 08:00-16:00; Fr 09:00-12:00",
    ],
)
def test_hours_that_cannot_be_read_are_refused_with_how_to_write_them(text: str) -> None:
    with pytest.raises(HoursError, match="write"):
        parse_weekly(text)
