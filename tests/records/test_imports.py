"""Files of patients: what a person may decide about one, and that clinics keep theirs to themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from recovery.records import imports, patients
from recovery.records.audit import AuditLine
from recovery.records.database import db, writing
from recovery.records.imports import Import, ImportRow, NotConfirmable
from tests.made_up_file import people, person
from tests.people import MONDAY
from tests.rounds.importing import checked, confirmed, send, work

DAY = timedelta(days=1)


def lines_of(row):
    return db.session.scalar(
        sa.select(sa.func.count()).select_from(ImportRow).where(*imports.rows_of(row))
    )


def noted(action):
    return db.session.scalars(sa.select(AuditLine).filter_by(action=action)).all()


def test_a_file_is_taken_in_as_it_was_typed_and_its_arrival_is_noted(stage):
    row = send(stage.dee, people(450), name="march.csv")
    assert (row.state, row.lines, row.file_name) == ("staged", 450, "march.csv")
    assert (row.uploaded_by, row.uploaded_at) == (stage.dee.id, MONDAY)
    assert lines_of(row) == 450
    [line] = noted("import uploaded")
    assert (line.actor, line.details["lines"]) == (stage.dee.actor, 450)


def test_another_clinic_finds_neither_the_file_nor_its_lines(stage):
    row = checked(stage.dee, people(2))
    with pytest.raises(patients.NotFound):
        imports.find(stage.eli, row.id)
    assert imports.find(stage.dee, row.id) is row
    assert imports.latest(stage.eli) == []
    assert imports.latest(stage.dee) == [row]
    assert imports.same_file(stage.eli, row.sha256) is None


def test_a_confirmation_has_who_and_when_and_holds_for_what_was_shown(stage):
    row = checked(stage.dee, people(3))
    with pytest.raises(NotConfirmable, match="changed_since"):
        imports.confirm(stage.dee, row, 2, MONDAY)
    imports.confirm(stage.dee, row, 3, MONDAY)
    assert (row.state, row.confirmed_by, row.confirmed_at) == ("waiting", stage.dee.id, MONDAY)
    with pytest.raises(NotConfirmable, match="changed_since"):
        imports.confirm(stage.dee, row, 3, MONDAY)
    assert [line.actor for line in noted("import confirmed")] == [stage.dee.actor]


def test_what_was_checked_long_ago_is_checked_again_before_it_can_be_confirmed(stage):
    row = checked(stage.dee, [person(performed_on="2025-12-03", baseline_on="2025-12-02")])
    with pytest.raises(NotConfirmable, match="checked_again"):
        imports.confirm(stage.dee, row, 1, MONDAY + 2 * DAY)
    assert (row.state, row.checked, row.new) == ("staged", 0, 0)
    work(MONDAY + 2 * DAY)
    [line] = imports.bad_rows(row, 0, 9)
    assert line.problems[0]["key"] == "too_long_ago"


def test_the_very_same_file_is_found_again_unless_it_came_to_nothing(stage):
    first = checked(stage.dee, people(2))
    assert imports.same_file(stage.dee, first.sha256) is first
    imports.drop(first, stage.dee.actor, MONDAY)
    assert imports.same_file(stage.dee, first.sha256) is None
    second = confirmed(stage.dee, people(2), MONDAY + DAY)
    work(MONDAY + DAY)
    assert imports.same_file(stage.dee, first.sha256) is second


def test_checking_again_is_noted_and_touches_nothing_that_is_decided(stage):
    row = checked(stage.dee, people(2))
    imports.check_again(stage.dee, row, MONDAY)
    assert row.state == "staged"
    assert len(noted("import checked again")) == 1
    work()
    imports.confirm(stage.dee, row, 2, MONDAY)
    imports.check_again(stage.dee, row, MONDAY)
    assert row.state == "waiting"


def test_a_dropped_file_leaves_no_line_and_one_that_is_decided_cannot_be_dropped(stage):
    row = checked(stage.dee, people(2))
    imports.drop(row, stage.dee.actor, MONDAY)
    imports.drop(row, stage.dee.actor, MONDAY)
    assert (row.state, lines_of(row), len(noted("import dropped"))) == ("dropped", 0, 1)
    row = confirmed(stage.dee, people(3))
    imports.drop(row, stage.dee.actor, MONDAY)
    assert (row.state, lines_of(row)) == ("waiting", 3)
    work()
    imports.drop(row, stage.dee.actor, MONDAY)
    assert row.state == "applied"


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "waiting"},
        {"state": "applied"},
        {"applied_at": MONDAY},
        {"confirmed_at": MONDAY},
        {"state": "lost"},
    ],
)
def test_the_database_refuses_a_state_without_its_who_and_when(stage, columns):
    row = checked(stage.dee, people(2))
    change = sa.update(Import).where(Import.id == row.id).values(**columns)
    with pytest.raises(IntegrityError), writing() as session:
        session.execute(change)
