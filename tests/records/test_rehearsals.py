"""Rehearsals are worked out once, by whoever holds them; what is taken into use is a new copy with a name under it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from recovery.clinical.bounds import PathwayError
from recovery.clinical.rehearsal import Ask, Result, Tally
from recovery.clinical.sensitivity import value_at
from recovery.records import pathways, patients, rehearsals
from recovery.records.audit import AuditLine
from recovery.records.database import db, writing
from recovery.records.leases import LEASE, TRIES
from recovery.records.pathways import NotAdoptable
from recovery.records.patients import NotFound
from recovery.rounds import review
from tests.people import MONDAY, a_nurse

NAME = pathways.VERTEBROPLASTY
THRESHOLD = "rules.pain_worsening.threshold"
SILENCE = "rules.gone_quiet.days_most"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def approved(stage):
    pathways.approve(a_nurse(stage.clinic, "Dr Finn Harper"), NAME, MONDAY)
    return stage


def ask(stage, number=6.0, path=THRESHOLD, now=MONDAY):
    return rehearsals.ask(stage.dee, NAME, Ask({path: number}), now)


def worked_out(stage, number=6.0, path=THRESHOLD):
    """A rehearsal with a result, held against the pathway of now."""
    row = ask(stage, number, path)
    tallies = [Tally({path: each}, {}, []) for each in (3.0, number)]
    version = pathways.version_for(stage.clinic.id, NAME)
    result = Result(1, 7, [], tallies[0], tallies[1:], 0)
    rehearsals.finish(row, version, result, MONDAY)
    return row


def present(stage, path=THRESHOLD):
    return value_at(pathways.pathway_for(stage.clinic.id, NAME), path)


def test_the_same_is_not_asked_for_twice_while_it_waits(stage):
    first = ask(stage)
    assert ask(stage).id == first.id
    assert ask(stage, 5.0).id != first.id
    rehearsals.fail(first, "TimeoutError", MONDAY)
    assert ask(stage).id != first.id


def test_whoever_asked_first_is_served_first_and_nobody_twice(stage):
    first, second = ask(stage), ask(stage, 5.0, now=MONDAY + MINUTE)
    later = MONDAY + 2 * MINUTE
    assert rehearsals.claim(later).id == first.id
    assert rehearsals.claim(later).id == second.id
    assert rehearsals.claim(later) is None


def test_one_that_was_begun_and_not_finished_is_begun_again_after_its_lease(stage):
    row = ask(stage)
    rehearsals.claim(MONDAY)
    assert rehearsals.claim(MONDAY + LEASE - MINUTE / 60) is None
    assert rehearsals.claim(MONDAY + LEASE).id == row.id


def test_one_that_is_held_is_not_begun_by_another(stage):
    rehearsals.hold(ask(stage), MONDAY + MINUTE)
    assert rehearsals.claim(MONDAY + MINUTE) is None


def test_one_that_ends_its_process_again_and_again_is_given_up(stage):
    row, now = ask(stage), MONDAY
    for _ in range(TRIES):
        assert rehearsals.claim(now).done_at is None
        now += LEASE
    assert rehearsals.claim(now).error == "given up"
    assert rehearsals.claim(now + LEASE) is None
    assert rehearsals.find(stage.dee, row.id).worked_out is None


def test_what_is_done_is_done_once(stage):
    row = worked_out(stage)
    rehearsals.fail(row, "TimeoutError", MONDAY + MINUTE)
    assert (row.error, row.done_at) == ("", MONDAY)


def test_a_rehearsal_of_another_clinic_is_not_found(stage):
    row = ask(stage)
    with pytest.raises(NotFound):
        rehearsals.find(stage.eli, row.id)
    assert rehearsals.latest(stage.eli, NAME) == []


def test_taking_it_into_use_keeps_a_new_copy_with_the_name_and_the_old_one_stays(approved):
    row, before = worked_out(approved), present(approved)
    rehearsals.adopt(approved.dee, row, MONDAY + MINUTE)
    new, old = pathways.copies(approved.clinic.id, NAME)
    assert (new.number, new.approved_by, new.approved_at) == (2, "Nurse Dee", MONDAY + MINUTE)
    assert (old.number, old.approved_by, old.overrides) == (1, "Dr Finn Harper", {})
    assert (row.adopted_as, present(approved)) == (2, 6.0)
    lines = sa.select(AuditLine).where(AuditLine.action == "pathway changed")
    line = db.session.scalars(lines).one()
    assert line.actor == approved.dee.actor
    assert line.details["changes"] == {THRESHOLD: [before, 6.0]}


def test_a_later_change_keeps_the_earlier_ones(approved):
    for number, path in ((6.0, THRESHOLD), (7, SILENCE)):
        rehearsals.adopt(approved.dee, worked_out(approved, number, path), MONDAY)
    assert (present(approved), present(approved, SILENCE)) == (6.0, 7)
    assert pathways.version_for(approved.clinic.id, NAME) == "2026.3+3"


def test_a_new_approval_of_the_whole_pathway_keeps_the_clinics_numbers(approved):
    rehearsals.adopt(approved.dee, worked_out(approved), MONDAY)
    pathways.latest_copy(approved.clinic.id, NAME).base_version = "2026.1"
    db.session.commit()
    assert pathways.approve(approved.dee, NAME, MONDAY).number == 3
    assert present(approved) == 6.0


def test_what_is_approved_as_it_stands_is_not_approved_again(approved):
    with pytest.raises(NotAdoptable, match="same"):
        pathways.approve(approved.dee, NAME, MONDAY)
    assert len(pathways.copies(approved.clinic.id, NAME)) == 1


def test_a_plan_replaced_under_a_running_process_is_not_read(approved, monkeypatch):
    rehearsals.adopt(approved.dee, worked_out(approved), MONDAY)
    monkeypatch.setattr("recovery.clinical.pathway.resources", None)
    assert present(approved) == 6.0


def test_a_second_click_changes_nothing(approved):
    row = worked_out(approved)
    for _ in range(2):
        rehearsals.adopt(approved.dee, row, MONDAY)
    assert len(pathways.copies(approved.clinic.id, NAME)) == 2


def test_if_the_pathway_changed_since_the_rehearsal_it_is_refused(approved):
    first, second = worked_out(approved), worked_out(approved, 5.0)
    rehearsals.adopt(approved.dee, first, MONDAY)
    assert rehearsals.why_not(second) == "changed_since"
    with pytest.raises(NotAdoptable, match="changed_since"):
        rehearsals.adopt(approved.dee, second, MONDAY)
    assert present(approved) == 6.0


def test_of_two_at_once_the_database_itself_refuses_one(approved, monkeypatch):
    row, taken = worked_out(approved), pathways.copies(approved.clinic.id, NAME)[0]
    columns = {c.key: getattr(taken, c.key) for c in sa.inspect(type(taken)).column_attrs}
    db.session.expunge(taken)
    monkeypatch.setattr(pathways, "_next_copy", lambda *_: type(taken)(**columns))
    with pytest.raises(NotAdoptable, match="changed_since"):
        rehearsals.adopt(approved.dee, row, MONDAY)
    assert len(pathways.copies(approved.clinic.id, NAME)) == 1


def test_a_clinic_that_never_approved_its_pathway_changes_nothing_in_it(stage):
    row = worked_out(stage)
    with pytest.raises(NotAdoptable, match="draft"):
        rehearsals.adopt(stage.dee, row, MONDAY)
    assert pathways.copies(stage.clinic.id, NAME) == []


def test_numbers_that_are_in_use_already_make_no_copy(approved):
    row = worked_out(approved, present(approved))
    with pytest.raises(NotAdoptable, match="same"):
        rehearsals.adopt(approved.dee, row, MONDAY)


def test_a_number_beyond_its_range_is_never_taken_into_use(approved):
    row = worked_out(approved, 60.0)
    with pytest.raises(PathwayError, match="must lie between"):
        rehearsals.adopt(approved.dee, row, MONDAY)
    assert len(pathways.copies(approved.clinic.id, NAME)) == 1


def test_a_budget_that_had_too_little_history_to_choose_by_is_never_taken_into_use(approved):
    row = rehearsals.ask(approved.dee, NAME, Ask(budget=3), MONDAY)
    now, *tried = (Tally({THRESHOLD: number}, {}, []) for number in (3.0, 2.4, 2.9))
    version = pathways.version_for(approved.clinic.id, NAME)
    rehearsals.finish(row, version, Result(1, 7, [], now, tried, None), MONDAY)
    assert rehearsals.why_not(row) == "too_little"
    with pytest.raises(NotAdoptable, match="too_little"):
        rehearsals.adopt(approved.dee, row, MONDAY)
    assert (row.adopted_as, len(pathways.copies(approved.clinic.id, NAME))) == (None, 1)


def test_every_active_patient_becomes_due_for_review_and_nobody_else(approved):
    review.review_due(MONDAY)
    with writing():
        patients.get(approved.ana.key).state = "withdrawn"
    rehearsals.adopt(approved.dee, worked_out(approved), MONDAY)
    assert review.review_due(MONDAY) == 0
    with writing():
        patients.get(approved.ana.key).state = "active"
    rehearsals.adopt(approved.dee, worked_out(approved, 5.0), MONDAY)
    db.session.expire_all()
    assert review.review_due(MONDAY) == 1


def test_whoever_approved_an_earlier_plan_has_not_approved_this_one(approved):
    copy = pathways.latest_copy(approved.clinic.id, NAME)
    copy.base_version = "2026.1"
    db.session.commit()
    assert pathways.approved_copy(approved.clinic.id, NAME) is None
    assert pathways.version_for(approved.clinic.id, NAME) == "2026.3 draft"
    again = pathways.approve(approved.dee, NAME, MONDAY)
    assert pathways.version_for(approved.clinic.id, NAME) == f"2026.3+{again.number}"
