"""What leads set for their clinic: usable, on record, and never over a colleague's head."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from recovery.records import clinic_settings
from recovery.records.accounts import AccountError, Clinic
from recovery.records.audit import AuditLine
from recovery.records.clinic_settings import ChangedSince, settings_of, version_of
from recovery.records.database import db
from tests.people import MONDAY


def change(stage, version=None, **values):
    wanted = {**settings_of(stage.clinic), **values}
    version = version or version_of(stage.clinic)
    return clinic_settings.change(stage.lia, version, wanted, MONDAY)


def lines():
    query = sa.select(AuditLine).where(AuditLine.action == "settings changed")
    return list(db.session.scalars(query))


def test_a_change_is_kept_with_who_made_it_and_what_stood_before(stage):
    change(stage, phone="+49 30 1", no_lifting_days=42)
    clinic = db.session.get_one(Clinic, stage.clinic.id)
    assert (clinic.phone, clinic.no_lifting_days) == ("+49 30 1", 42)
    assert (clinic.changed_at, clinic.changed_by) == (MONDAY, stage.lia.id)
    [line] = lines()
    assert line.actor == stage.lia.actor
    assert line.details["changes"] == {
        "phone": ["+49 30 23125 100", "+49 30 1"],
        "no_lifting_days": [None, 42],
    }


def test_the_same_again_changes_nothing(stage):
    change(stage)
    assert lines() == []
    assert stage.clinic.changed_at is None


def test_of_two_who_change_them_at_once_the_second_overwrites_nothing(stage):
    seen = version_of(stage.clinic)
    change(stage, phone="+49 30 1")
    with pytest.raises(ChangedSince):
        change(stage, seen, emergency_number="110")
    clinic = db.session.get_one(Clinic, stage.clinic.id)
    assert (clinic.phone, clinic.emergency_number) == ("+49 30 1", "112")
    change(stage, version_of(clinic), emergency_number="110")
    assert clinic.emergency_number == "110"


def test_the_same_days_without_lifting_are_no_change(stage):
    for _click in range(2):
        clinic_settings.set_lifting_days(stage.lia, 42, MONDAY)
    query = sa.select(AuditLine).where(AuditLine.action == "lifting days set")
    assert len(list(db.session.scalars(query))) == 1


def test_days_without_lifting_count_as_a_change_too(stage):
    seen = version_of(stage.clinic)
    clinic_settings.set_lifting_days(stage.lia, 42, MONDAY)
    with pytest.raises(ChangedSince):
        change(stage, seen, phone="+49 30 1")


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"phone": ""}, "phone"),
        ({"emergency_number": ""}, "emergency_number"),
        ({"weekly_hours": ""}, "weekly_hours"),
        ({"weekly_hours": ";"}, "must open on some day"),
        ({"weekly_hours": "always"}, "write 08:00-16:00"),
        ({"zone": "Berlin"}, "no zone named Berlin"),
        ({"closed_days": ["Christmas"]}, "Christmas"),
        ({"no_lifting_days": 0}, "from 1 to 365"),
    ],
)
def test_what_a_clinic_cannot_start_with_it_cannot_go_on_with(stage, values, says):
    with pytest.raises(AccountError, match=says):
        change(stage, **values)
    assert lines() == []
