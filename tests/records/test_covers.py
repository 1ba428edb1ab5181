"""Each open day has a named person; who has left covers nothing, and nobody overwrites a colleague."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from recovery.records import covers
from recovery.records.audit import AuditLine
from recovery.records.covers import Cover, NobodyOfOurs
from recovery.records.database import db
from tests.people import MONDAY, a_nurse

DAY, NEXT = date(2026, 3, 3), date(2026, 3, 4)


def named(stage):
    found = covers.covering(stage.clinic.id, [DAY, NEXT])
    return {day: person.name for day, person in found.items()}


def test_a_person_is_named_changed_and_taken_away_and_it_is_noted(stage):
    finn = a_nurse(stage.clinic, "Nurse Finn")
    covers.name(stage.dee, {DAY: stage.dee.id, NEXT: finn.id}, {}, MONDAY)
    assert named(stage) == {DAY: "Nurse Dee", NEXT: "Nurse Finn"}
    assert covers.name(finn, {DAY: finn.id}, {DAY: stage.dee.id}, MONDAY) == []
    assert covers.name(finn, {NEXT: None}, {NEXT: finn.id}, MONDAY) == []
    assert named(stage) == {DAY: "Nurse Finn"}
    row = db.session.scalars(sa.select(Cover)).one()
    assert (row.set_by, row.set_at) == (finn.id, MONDAY)
    query = sa.select(AuditLine).where(AuditLine.action == "cover set")
    assert len(db.session.scalars(query).all()) == 4


def test_who_has_left_covers_nothing(stage):
    finn = a_nurse(stage.clinic, "Nurse Finn")
    covers.name(stage.dee, {DAY: finn.id}, {}, MONDAY)
    finn.ended_at, finn.ended_by = MONDAY, "operator"
    db.session.commit()
    assert named(stage) == {}
    assert [each.name for each in covers.people(stage.clinic.id)] == ["Lia Lead", "Nurse Dee"]
    covers.name(stage.dee, {DAY: stage.dee.id}, {DAY: None}, MONDAY)
    assert named(stage) == {DAY: "Nurse Dee"}


def test_nobody_of_another_clinic_can_be_named(stage):
    with pytest.raises(NobodyOfOurs):
        covers.name(stage.dee, {DAY: stage.eli.id}, {}, MONDAY)
    assert named(stage) == {}


def test_a_colleague_who_was_quicker_is_not_overwritten(stage):
    finn = a_nurse(stage.clinic, "Nurse Finn")
    covers.name(finn, {DAY: finn.id}, {DAY: None}, MONDAY)
    wanted = {DAY: stage.dee.id, NEXT: stage.dee.id}
    assert covers.name(stage.dee, wanted, {DAY: None, NEXT: None}, MONDAY) == [DAY]
    assert named(stage) == {DAY: "Nurse Finn", NEXT: "Nurse Dee"}
