"""A clinic cannot start without its numbers, and only its own people sign in."""

from __future__ import annotations

import pytest

from recovery.records import accounts, people, sign_ins
from recovery.records.accounts import AccountError
from recovery.records.people import Newcomer
from tests.people import CHEAP, MONDAY, PASSWORD, a_clinic, a_nurse

NEW = Newcomer("new@hill.example", "New")
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


def test_dee_signs_in_with_her_password_whatever_the_case_of_her_address(stage):
    assert sign_ins.sign_in("DEE@Hill.example ", PASSWORD, CHEAP, MONDAY) == stage.dee


@pytest.mark.parametrize("email", ["dee@hill.example", "nobody@hill.example"])
def test_a_wrong_password_and_an_unknown_address_are_refused_alike(stage, email):
    assert sign_ins.sign_in(email, "wrong horse battery", CHEAP, MONDAY) is None


def test_a_short_password_is_refused(stage):
    with pytest.raises(AccountError, match="12 characters"):
        people.add_clinician(stage.clinic, NEW, "short", CHEAP, MONDAY)


def test_an_address_belongs_to_one_person(stage):
    with pytest.raises(AccountError, match="in use"):
        a_nurse(stage.clinic)


def test_an_unknown_clinic_names_those_there_are(stage):
    with pytest.raises(AccountError, match="Hill Clinic"):
        accounts.find_clinic("Hil Clinic")
