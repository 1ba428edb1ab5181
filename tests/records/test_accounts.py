"""A clinic cannot start without its numbers."""

from __future__ import annotations

import pytest

from recovery.records import accounts
from recovery.records.accounts import AccountError
from tests.people import a_clinic

NEEDS = (
    "phone",
    "emergency_number",
    "out_of_hours_phone",
    "lost_card_phone",
    "weekly_hours",
    "zone",
    "alert_addresses",
    "second_alert_addresses",
)


@pytest.mark.parametrize("missing", NEEDS)
def test_a_clinic_cannot_start_without_its_numbers_hours_and_addresses(stage, missing):
    with pytest.raises(AccountError, match=missing):
        a_clinic("New Clinic", **{missing: []})


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("weekly_hours", "always", "write 08:00-16:00"),
        ("weekly_hours", ";", "must open on some day"),
        ("zone", "Berlin", "no zone named Berlin"),
        ("closed_days", ["25 December"], "25 December"),
    ],
)
def test_hours_that_cannot_be_used_are_refused_with_what_to_write(stage, column, value, says):
    with pytest.raises(AccountError, match=says):
        a_clinic("New Clinic", **{column: value})


def test_a_clinic_has_a_name_of_its_own(stage):
    with pytest.raises(AccountError, match="There is a clinic named Hill Clinic already"):
        a_clinic()


def test_an_unknown_clinic_names_those_there_are(stage):
    with pytest.raises(AccountError, match="Hill Clinic"):
        accounts.find_clinic("Hil Clinic")
