"""A second procedure is ordinary: day and band restart, danger stays open, and each answer has its procedure."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
import sqlalchemy as sa

from recovery.records import flags, patients, procedures, questionnaires, states
from recovery.records.audit import AuditLine
from recovery.records.checkins import CheckIn
from recovery.records.database import db, writing
from recovery.records.procedures import ProcedureRefused
from recovery.rounds import review
from tests.people import MONDAY, answers, check_in
from tests.rounds.work import open_flags, reasons, review_all

DAY = timedelta(days=1)
TODAY = date(2026, 3, 2)  # Ana's day 10
WORDS = "A new procedure on 1 March."


def columns(performed_on=TODAY, levels=("T12",), pain=7):
    return {
        "performed_on": performed_on,
        "levels": list(levels),
        "baseline_pain": pain,
        "baseline_on": performed_on,
        "baseline_by": "patient",
        "baseline_mobility": 2,
    }


def again(stage, performed_on=TODAY, now=MONDAY, **more):
    return procedures.start(stage.dee, stage.ana, columns(performed_on, **more), WORDS, now)


def kept(procedure):
    query = sa.select(CheckIn.day).where(CheckIn.procedure_id == procedure.id)
    return sorted(db.session.scalars(query))


def found(stage):
    """Every finding of the open flags."""
    rows = flags.findings_of(open_flags(stage.ana).values()).values()
    return sorted((row.reason, row.day) for of_flag in rows for row in of_flag)


def test_day_and_levels_start_anew_and_the_earlier_procedure_stays(stage):
    first = patients.current_procedure(stage.ana)
    second = again(stage)
    assert patients.current_procedure(stage.ana) == second
    assert procedures.of_patient(stage.ana) == [second, first]
    assert (first.ended_on, first.levels, second.levels) == (TODAY, ["L1"], ["T12"])
    assert stage.ana.review_due_at == MONDAY


def test_warning_signs_and_fever_stay_open_and_the_rest_is_closed_with_its_own_outcome(stage):
    for ago in range(9, 0, -1):
        check_in(stage.ana, stage.device, answers(2), MONDAY - ago * DAY)
    check_in(stage.ana, stage.device, answers(9, ("wound",), temperature_c=38.6), MONDAY)
    review_all(MONDAY)
    assert set(open_flags(stage.ana)) == {"warning_sign", "fever", "pain_worsening"}
    again(stage, TODAY, MONDAY + timedelta(hours=1))
    assert set(open_flags(stage.ana)) == {"warning_sign", "fever"}
    (closed,) = [flag for flag in flags.of_patient(stage.ana) if flag.closed_at]
    assert (closed.rule, closed.closed_by) == ("pain_worsening", stage.dee.actor)
    assert closed.closing_words == WORDS
    outcomes = {row.outcome for row in flags.findings_of([closed])[closed.id]}
    assert outcomes == {"new_procedure"}


def test_new_danger_adds_to_the_flag_that_was_carried_over_and_never_lowers_it(stage):
    check_in(stage.ana, stage.device, answers(3, ("confusion",)), MONDAY - DAY)
    review_all(MONDAY - DAY)
    again(stage)
    check_in(stage.ana, stage.device, answers(3, ("wound",)), MONDAY)
    review_all(MONDAY)
    (flag,) = open_flags(stage.ana).values()
    assert flag.urgency == "emergency"
    assert reasons(flag) == ["confusion", "wound"]


def test_answers_belong_to_the_procedure_before_them_and_its_own_day_to_the_new_one(stage):
    first = patients.current_procedure(stage.ana)
    for ago in (3, 2, 1, 0):
        check_in(stage.ana, stage.device, answers(4), MONDAY - ago * DAY)
    second = again(stage, TODAY - DAY)  # entered a day after it was done
    assert kept(first) == [TODAY - 3 * DAY, TODAY - 2 * DAY]
    assert kept(second) == [TODAY - DAY, TODAY]


def test_a_late_answer_for_a_day_before_goes_to_the_old_one(stage):
    first = patients.current_procedure(stage.ana)
    second = again(stage)
    check_in(stage.ana, stage.device, answers(4), MONDAY - DAY, received=MONDAY + DAY)
    check_in(stage.ana, stage.device, answers(4), MONDAY, received=MONDAY + DAY)
    assert (kept(first), kept(second)) == ([TODAY - DAY], [TODAY])


def test_a_late_warning_sign_for_a_day_before_still_flags(stage):
    again(stage)
    review_all(MONDAY)
    given = answers(9, ("chills",), temperature_c=38.4)
    check_in(stage.ana, stage.device, given, MONDAY - DAY, received=MONDAY + DAY)
    review_all(MONDAY + DAY)
    assert set(open_flags(stage.ana)) >= {"warning_sign", "fever"}
    assert "pain_worsening" not in open_flags(stage.ana)
    told = found(stage)
    with writing():
        review.review(patients.lock(stage.ana.key), MONDAY + DAY)
    assert found(stage) == told


def test_a_questionnaire_goes_where_its_day_belongs(stage):
    filled = questionnaires.Filled("rmdq", 7, (1,), "test")
    before = questionnaires.record(stage.ana.key, uuid4(), filled, stage.device, MONDAY - 2 * DAY)
    first = before.procedure_id
    second = again(stage)
    db.session.refresh(before)
    assert before.procedure_id == first != second.id


def test_whose_pathway_had_ended_is_followed_again(stage):
    states.change_state(stage.dee, stage.ana, "completed", None, MONDAY - 5 * DAY)
    again(stage, TODAY - 4 * DAY)
    assert (stage.ana.state, stage.ana.state_by) == ("active", stage.dee.actor)
    assert stage.ana.remind_at is not None
    review_all(MONDAY)
    assert open_flags(stage.ana) == {}, "before today nobody was asked"


@pytest.mark.parametrize("state", ["paused", "in_hospital"])
def test_a_pause_and_the_hospital_go_on(stage, state):
    until = TODAY + 3 * DAY if state == "paused" else None
    states.change_state(stage.dee, stage.ana, state, until, MONDAY)
    again(stage)
    assert stage.ana.state == state


@pytest.mark.parametrize("state", ["paused", "in_hospital"])
def test_whoever_enters_it_ends_the_pause_or_the_stay_and_questions_go_on(stage, state):
    until = TODAY + 3 * DAY if state == "paused" else None
    states.change_state(stage.dee, stage.ana, state, until, MONDAY)
    procedures.start(stage.dee, stage.ana, columns(), WORDS, MONDAY, is_over=True)
    assert (stage.ana.state, stage.ana.paused_until) == ("active", None)
    query = sa.select(AuditLine).where(AuditLine.action == "state changed")
    assert [line.details["state"] for line in db.session.scalars(query)] == [state, "active"]


@pytest.mark.parametrize("state", ["withdrawn", "deceased"])
def test_who_has_withdrawn_or_died_is_not_followed_by_a_form(stage, state):
    states.change_state(stage.dee, stage.ana, state, None, MONDAY)
    with pytest.raises(ProcedureRefused, match="not_followed"):
        again(stage)


@pytest.mark.parametrize(
    ("performed_on", "key"),
    [
        (TODAY - 10 * DAY, "not_after_last"),
        (TODAY - 20 * DAY, "not_after_last"),
        (TODAY + DAY, "in_future"),
    ],
)
def test_its_day_lies_between_the_last_one_and_today(stage, performed_on, key):
    with pytest.raises(ProcedureRefused, match=key):
        again(stage, performed_on)
    assert len(procedures.of_patient(stage.ana)) == 1


def test_two_nurses_who_enter_it_at_once_make_one(app, stage):
    key, dee = stage.ana.key, stage.dee
    db.session.commit()
    together, said = Barrier(2), []

    def enter():
        with app.app_context():
            ana = patients.get(key)
            together.wait()
            try:
                procedures.start(dee, ana, columns(), WORDS, MONDAY)
                said.append("kept")
            except ProcedureRefused as refused:
                said.append(refused.key)

    nurses = [Thread(target=enter) for _ in range(2)]
    for each in nurses:
        each.start()
    for each in nurses:
        each.join()
    assert sorted(said) == ["kept", "not_after_last"]


def test_a_date_put_right_takes_the_answers_along(stage):
    first = patients.current_procedure(stage.ana)
    for ago in (4, 3, 2, 1, 0):
        check_in(stage.ana, stage.device, answers(4), MONDAY - ago * DAY)
    second = again(stage, TODAY)
    procedures.correct(stage.dee, stage.ana, second, columns(TODAY - 3 * DAY, ("L2",)), MONDAY)
    assert (first.ended_on, second.levels) == (TODAY - 3 * DAY, ["L2"])
    assert kept(first) == [TODAY - 4 * DAY]
    assert len(kept(second)) == 4
    procedures.correct(stage.dee, stage.ana, second, columns(TODAY - DAY), MONDAY)
    assert len(kept(first)) == 3


def test_what_was_wrong_stands_in_the_audit(stage):
    first = patients.current_procedure(stage.ana)
    wanted = columns(TODAY - 12 * DAY, ("L2", "L3"))
    procedures.correct(stage.dee, stage.ana, first, wanted, MONDAY)
    query = sa.select(AuditLine).where(AuditLine.action == "procedure corrected")
    (line,) = db.session.scalars(query)
    assert line.actor == stage.dee.actor
    assert (line.details["levels"], line.details["before"]["levels"]) == (["L2", "L3"], ["L1"])
    assert line.details["before"]["performed_on"] == "2026-02-20"


def test_a_correction_keeps_the_order_and_loses_no_answer(stage):
    first = patients.current_procedure(stage.ana)
    check_in(stage.ana, stage.device, answers(4), MONDAY - 8 * DAY)
    second = again(stage)
    for procedure, day, key in (
        (first, TODAY - 7 * DAY, "answers_before"),
        (first, TODAY, "not_before_next"),
        (second, TODAY - 10 * DAY, "not_after_last"),
        (second, TODAY + DAY, "in_future"),
    ):
        with pytest.raises(ProcedureRefused, match=key):
            procedures.correct(stage.dee, stage.ana, procedure, columns(day), MONDAY)
    assert [each.performed_on for each in procedures.of_patient(stage.ana)] == [
        TODAY,
        TODAY - 10 * DAY,
    ]
