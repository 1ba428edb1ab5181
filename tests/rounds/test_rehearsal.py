"""The rehearsal round reads the clinic's own history, holds nobody up, and changes nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta

import pytest

import recovery
from recovery.clinical import rehearsal as trial
from recovery.clinical.rehearsal import Ask
from recovery.records import flags, heartbeats, pathways, patients, rehearsals, states
from recovery.records.database import db, writing
from recovery.records.leases import LEASE
from recovery.rounds import rehearsal, scheduler
from tests.conftest import let_go, settings_for
from tests.people import MONDAY, a_device, a_patient, answers, check_in, set_stage
from tests.processes import ROOT
from tests.rounds.work import close_flag, open_flags, reasons, review_all

NAME = pathways.VERTEBROPLASTY
THRESHOLD = "rules.pain_worsening.threshold"
DAY = timedelta(days=1)
KNOB = pathways.packaged(NAME).sensitivity.knob(THRESHOLD)
SHARP, DULL = Ask({THRESHOLD: KNOB.low}), Ask({THRESHOLD: KNOB.high})
PAINS = [6, 5, 5, 4, 4, 4, 3, 4, 3, 3, 3, 3, 2, 3, 3, 5, 6, 5, 6, 6]


def live(stage, pains=PAINS, until=MONDAY):
    """Bo's weeks with these pains, reviewed day by day as they came; the last is today's."""
    bo = a_patient(stage.dee, "Bo Lind", day=len(pains), now=until)
    device, *_ = a_device(stage.dee, bo, until - len(pains) * DAY)
    for ago, pain in zip(range(len(pains) - 1, -1, -1), pains, strict=True):
        check_in(bo, device, answers(pain), until - ago * DAY)
        review_all(until - ago * DAY)
    return bo


def pain_flag(patient):
    return next(f for f in flags.of_patient(patient) if f.rule == "pain_worsening")


def close_pain(stage, patient, outcome="new_fracture"):
    flag = pain_flag(patient)
    close_flag(stage.dee, flag, dict.fromkeys(reasons(flag), outcome), "seen", MONDAY)
    return flag


def at_once(stage, ask, now=MONDAY):
    return rehearsal.work_out(stage.clinic, NAME, ask, now)


def test_the_history_is_what_the_patients_answered_and_what_the_nurses_closed(stage):
    bo = live(stage)
    flag = close_pain(stage, bo)
    result = at_once(stage, SHARP)
    assert (result.patients, result.days) == (2, 11 + len(PAINS) + 1)
    assert result.present.flags["pain_worsening"] >= 1
    [case] = result.cases
    assert (case.flag, case.patient, case.outcomes) == (str(flag.id), str(bo.id), ("new_fracture",))
    assert result.present.delays == [0]


@pytest.mark.parametrize("outcome", ["expected_pain", "mistaken_answer", "visit_booked"])
def test_a_flag_that_nothing_real_came_of_is_no_case(stage, outcome):
    close_pain(stage, live(stage), outcome)
    assert at_once(stage, SHARP).cases == []


def test_a_flag_of_a_rule_that_the_change_does_not_touch_is_no_case(stage):
    close_pain(stage, live(stage))
    assert at_once(stage, Ask({"rules.gone_quiet.days_most": 7})).cases == []


def test_a_less_sensitive_number_raises_fewer_flags_on_the_whole(stage):
    live(stage)
    result = at_once(stage, DULL)
    assert sum(result.proposed.flags.values()) <= sum(result.present.flags.values())


def test_another_clinics_patients_are_not_in_it(stage):
    a_patient(stage.eli, "Cy Aderemi")
    assert at_once(stage, SHARP).patients == 1


def test_a_procedure_before_the_kept_history_is_not_in_it(stage):
    history = pathways.packaged(NAME).sensitivity.history_days
    a_patient(stage.dee, "Cy Aderemi", day=history + 1)
    a_patient(stage.dee, "Bo Lind", day=history)
    assert at_once(stage, SHARP).patients == 2


def test_days_in_hospital_or_after_the_end_are_no_history(stage):
    states.change_state(stage.dee, stage.ana, "in_hospital", None, MONDAY - 3 * DAY)
    assert at_once(stage, SHARP).days == 7
    cy = a_patient(stage.dee, "Cy Aderemi", day=200)
    assert at_once(stage, SHARP).days == 7 + 91
    with writing():
        patients.current_procedure(cy).ended_on = MONDAY.date() - 190 * DAY
    assert at_once(stage, SHARP).days == 7 + 10


def test_a_round_works_out_what_waits_and_changes_nothing_else(stage):
    live(stage)
    row = rehearsals.ask(stage.dee, NAME, SHARP, MONDAY)
    before = pathways.version_for(stage.clinic.id, NAME)
    assert rehearsal.work_out_waiting(lambda: MONDAY) == 1
    row = rehearsals.find(stage.dee, row.id)
    assert trial.kept(row.worked_out) == trial.kept(trial.read(trial.kept(at_once(stage, SHARP))))
    assert (row.done_at, row.version) == (MONDAY, before)
    assert pathways.version_for(stage.clinic.id, NAME) == before
    assert rehearsal.work_out_waiting(lambda: MONDAY) == 0


def test_one_that_cannot_be_worked_out_says_so_and_holds_nobody_up(stage, monkeypatch):
    bad = rehearsals.ask(stage.dee, NAME, Ask({THRESHOLD: 99.0}), MONDAY)
    good = rehearsals.ask(stage.dee, NAME, SHARP, MONDAY + DAY / 1440)
    assert rehearsal.work_out_waiting(lambda: MONDAY + DAY) == 2
    assert (bad.error, bad.worked_out) == ("PathwayError", None)
    assert good.worked_out is not None


def test_while_the_rules_work_the_database_is_free_for_others(stage, monkeypatch):
    a_patient(stage.dee, "Bo Lind")
    real, seen = trial.flags_of, []

    def check(life, pathway):
        seen.append(db.session().in_transaction())
        return real(life, pathway)

    monkeypatch.setattr(trial, "flags_of", check)
    at_once(stage, SHARP)
    assert seen == [False] * 4


def test_long_work_says_that_it_goes_on(stage):
    """Else another process would begin it too, and everybody would be told that our computer is behind."""
    for number in range(3):
        a_patient(stage.dee, f"Patient {number}")
    row = rehearsals.ask(stage.dee, NAME, SHARP, MONDAY)
    moments = (MONDAY + number * rehearsal.BREATH for number in range(1000))
    rehearsal.work_out_waiting(lambda: next(moments))
    assert row.worked_out is not None
    assert row.leased_until > MONDAY + LEASE
    beat = db.session.get_one(heartbeats.Heartbeat, rehearsal.NAME)
    assert beat.finished_at > MONDAY


def test_it_stands_in_the_timetable(stage):
    assert {due.name for due in scheduler.TIMETABLE} >= {"review", "rehearsal"}
    rehearsals.ask(stage.dee, NAME, SHARP, MONDAY)
    scheduler.run_once(settings_for("sqlite://"), MONDAY)
    assert rehearsals.claim(MONDAY + DAY) is None


def test_a_flag_keeps_the_version_that_raised_it(stage):
    pathways.approve(stage.dee, NAME, MONDAY - 30 * DAY)
    bo = live(stage)
    early = close_pain(stage, bo)
    row = rehearsals.ask(stage.dee, NAME, SHARP, MONDAY)
    rehearsal.work_out_waiting(lambda: MONDAY)
    rehearsals.adopt(stage.dee, row, MONDAY)
    check_in(stage.ana, stage.device, answers(3, temperature_c=38.6), MONDAY + DAY)
    review_all(MONDAY + DAY)
    later = open_flags(stage.ana)["fever"]
    db.session.refresh(early)
    assert (early.pathway_version, later.pathway_version) == ("2026.3+1", "2026.3+2")


def test_a_change_acts_from_now_on_and_flags_nothing_of_earlier_days(stage):
    """Bo's worse days would have been flagged by the sharper numbers; they are not, after the fact."""
    pathways.approve(stage.dee, NAME, MONDAY - 30 * DAY)
    first = rehearsals.ask(stage.dee, NAME, DULL, MONDAY - 30 * DAY)
    rehearsal.work_out_waiting(lambda: MONDAY - 30 * DAY)
    rehearsals.adopt(stage.dee, first, MONDAY - 30 * DAY)
    calm_again = [*PAINS[:15], 5, 6, 3, 3, 2, 3]
    bo = live(stage, calm_again)
    assert "pain_worsening" not in open_flags(bo)
    sharp = rehearsals.ask(stage.dee, NAME, SHARP, MONDAY)
    rehearsal.work_out_waiting(lambda: MONDAY)
    assert rehearsals.find(stage.dee, sharp.id).worked_out.proposed.flags["pain_worsening"] >= 1
    rehearsals.adopt(stage.dee, sharp, MONDAY)
    assert review_all(MONDAY) >= 1
    assert "pain_worsening" not in open_flags(bo)


@pytest.mark.slow
def test_a_killed_rehearsal_is_done_again(database_url):
    app = recovery.create_app(settings_for(database_url))
    with app.app_context():
        stage = set_stage()
        row = rehearsals.ask(stage.dee, NAME, SHARP, MONDAY)
        db.session.commit()
        words = [sys.executable, "-m", "tests.rounds.rehearsal_worker", database_url]
        assert subprocess.run(words, cwd=ROOT, timeout=60).returncode == -signal.SIGKILL
        db.session.expire_all()
        assert (row.done_at, row.tries) == (None, 1)
        assert rehearsal.work_out_waiting(lambda: MONDAY) == 0
        assert rehearsal.work_out_waiting(lambda: MONDAY + LEASE) == 1
        assert row.worked_out is not None
        db.session.rollback()
    let_go(app)
