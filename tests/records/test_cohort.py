"""The cohort as the database counts it equals what a patient reader counts in the rows, on both databases."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random
from uuid import uuid4

import pytest
import sqlalchemy as sa

from recovery.clinical.cohort_choice import Choice, pick
from recovery.clinical.cohort_flags import Raised
from recovery.records import (
    accounts,
    cohort,
    cohort_rows,
    courses,
    flags,
    handing_on,
    life_cycle,
    moves,
    pathways,
    patients,
    procedures,
    states,
    transfers,
)
from recovery.records.audit import AuditLine
from recovery.records.checkins import CheckIn
from recovery.records.database import db, writing
from recovery.records.flags import COMPUTER, Flag
from recovery.records.handing_on import Wanted
from recovery.records.patients import Patient, Procedure
from tests.people import MONDAY, a_clinic, a_nurse, a_patient, answers, check_in, set_stage
from tests.rounds.work import close_flag, open_flags, reasons, review_all

DAY = timedelta(days=1)
PEOPLE = 24
OLD = pathways.packaged("vertebroplasty").cohort.old_from
LAST_DAY = 90


@pytest.fixture
def dice():
    return Random(7)


def answer_now_and_then(dice, nurse, patient, days):
    """Some days silent, some with two entries, a correction, an answer that came days later."""
    for ago in range(days, -1, -1):
        if dice.random() < 0.3:
            continue
        at = MONDAY - ago * DAY
        entry = uuid4()
        late = at + 2 * DAY if dice.random() < 0.2 and ago > 2 else None
        check_in(patient, nurse, some_answers(dice), at, late, entry)
        if dice.random() < 0.3:
            corrected = (late or at) + timedelta(hours=1)
            check_in(patient, nurse, some_answers(dice), at, corrected, entry)
        if dice.random() < 0.3:
            check_in(patient, nurse, some_answers(dice), at + timedelta(hours=2))


def some_answers(dice):
    pain = None if dice.random() < 0.1 else dice.randint(0, 10)
    sign = ("chills",) if dice.random() < 0.05 else ()
    return answers(pain, sign, temperature_c=dice.choice([None, 36.6, 38.4]))


@pytest.fixture
def people(app, dice):
    """Some dozens of patients by name: some withdrawn or deceased, one enrolled late, one with a second procedure."""
    with app.app_context():
        nurse = a_nurse(a_clinic())
        people = [enrolled(number, nurse, dice) for number in range(PEOPLE)]
        other = a_nurse(a_clinic("Harbour Clinic"), "Nurse Eli")
        check_in(a_patient(other, "Somebody else", 9), other, answers(9), MONDAY - DAY)
        yield people
        db.session.rollback()


def enrolled(number, nurse, dice):
    born, days = date(1930 + number, 5, 17), dice.randint(3, 18)
    patient = a_patient(nurse, f"Patient {number}", days, date_of_birth=born)
    unusual(number, patient)
    return patient


@pytest.fixture
def clinic(people):
    """Their clinic."""
    return accounts.clinic_of(people[0].clinic_id)


@pytest.fixture
def answered(people, clinic, dice):
    """They have answered, all but one; a review has raised flags, and most are closed."""
    nurse = nurse_of(clinic)
    for patient in people[1:]:
        days = (patient.today(MONDAY) - patients.current_procedure(patient).performed_on).days
        answer_now_and_then(dice, nurse, patient, days)
    review_all(MONDAY)
    close_some(dice, nurse)


def nurse_of(clinic):
    query = sa.select(accounts.Clinician).where(accounts.Clinician.clinic_id == clinic.id)
    return db.session.scalars(query).one()


def unusual(number, patient):
    with writing() as session:
        if number == 6:
            # Answers after the first procedure, before there is a second.
            for ago in (3, 4):
                check_in(
                    patient,
                    nurse_of(accounts.clinic_of(patient.clinic_id)),
                    answers(4),
                    MONDAY - ago * DAY,
                )
        if number in (3, 4):
            patient.state, patient.state_since = (
                ("withdrawn", "deceased")[number - 3],
                MONDAY - 2 * DAY,
            )
        if number == 5:
            patient.enrolled_at = MONDAY - 2 * DAY
        if number == 6:
            procedure = patients.current_procedure(patient)
            procedure.levels = ["L1", "L2"]
            procedure.ended_on = patient.today(MONDAY - 2 * DAY)
            session.flush()
            second = {"performed_on": procedure.ended_on, "levels": ["L3"], "baseline_pain": None}
            key = {"clinic_id": patient.clinic_id, "patient_id": patient.id}
            session.add(Procedure(**key, **second, pathway=procedure.pathway))


def close_some(dice, nurse):
    for patient in db.session.scalars(
        sa.select(Patient).where(Patient.clinic_id == nurse.clinic_id)
    ):
        for flag in open_flags(patient).values():
            if dice.random() < 0.7:
                seen = MONDAY + timedelta(hours=dice.randint(1, 30))
                moves.see(nurse, patient, seen)
                outcomes = dict.fromkeys(reasons(flag), "other")
                close_flag(nurse, flag, outcomes, "said", seen + timedelta(hours=2))
                with writing():
                    flag.is_useful = dice.choice([True, False, None])


# What the rules read, patient by patient, from the rows themselves.


def followed(patient, procedure):
    ends = [patient.today(MONDAY), procedure.performed_on + (LAST_DAY + 1) * DAY]
    if procedure.ended_on:
        ends.append(procedure.ended_on)
    elif patient.state != "active":
        ends.append(patient.today(patient.state_since))
    first = max(procedure.performed_on, patient.today(patient.enrolled_at))
    return first, min(ends) - DAY


def index_procedures(clinic):
    """Each patient with the first procedure that was followed for a whole day."""
    query = sa.select(Patient).where(Patient.clinic_id == clinic.id)
    for patient in db.session.scalars(query).all():
        of_patient = sa.select(Procedure).where(Procedure.patient_id == patient.id)
        for procedure in db.session.scalars(of_patient.order_by(Procedure.performed_on)).all():
            first, last = followed(patient, procedure)
            if first <= last:
                yield patient, procedure, first, last
                break


def days_of(patient, procedure, first, last):
    rows = courses.all_of(patient, procedure)
    days = courses.days_of(rows, procedure, patient.today(MONDAY))
    return [day for day in days if first <= day.date <= last]


def naive(clinic):
    """By day, who reported which pain and mobility; patients, days followed, asked and answered."""
    pain, mobility = Counter(), Counter()
    patients, all_days, asked, answered = 0, 0, 0, 0
    for patient, procedure, first, last in index_procedures(clinic):
        patients += 1
        all_days += (last - first).days + 1
        for day in days_of(patient, procedure, first, last):
            is_asked = day.number > 0 and (day.entries or day.date > first)
            asked += bool(is_asked)
            answered += bool(is_asked and day.entries)
            pains = [e.answers.pain for e in day.entries if e.answers.pain is not None]
            moves = [e.answers.mobility for e in day.entries if e.answers.mobility is not None]
            if pains:
                pain[day.number, max(pains)] += 1
            if moves:
                mobility[day.number, min(moves)] += 1
    return pain, mobility, patients, all_days, asked, answered


def counts_of(clinic, choice=None):
    pathway = pathways.packaged("vertebroplasty")
    chosen = pick(cohort_rows.candidates(clinic, MONDAY), choice or Choice(), OLD)
    counts = cohort.cohort.start(pathway.cohort, LAST_DAY, 3)
    for life in cohort_rows.lives(clinic.id, {each.procedure: each for each in chosen}):
        counts.add(life)
    return counts


def flat(by_day):
    return {(day, value): n for day, values in enumerate(by_day) for value, n in values.items()}


def test_every_day_counts_the_worst_of_it_as_the_rules_read_it(clinic, answered):
    assert_it_is_hard_to_count()
    counts = counts_of(clinic)
    pain, mobility, people, all_days, asked, answered = naive(clinic)
    assert flat(counts.pain) == pain
    assert flat(counts.mobility) == mobility
    assert (counts.patients, counts.days) == (people, all_days) == (PEOPLE, counts.days)
    assert sum(week.answered for week in counts.weeks) == answered
    assert sum(week.days for week in counts.weeks) == asked


def assert_it_is_hard_to_count():
    revised = sa.select(sa.func.count()).where(CheckIn.revision > 1)
    late = sa.select(sa.func.count()).where(CheckIn.is_late)
    assert db.session.scalar(revised) > 5
    assert db.session.scalar(late) > 5
    assert db.session.scalar(sa.select(sa.func.count()).where(Flag.is_useful.is_not(None))) > 3


def naive_flags(clinic):
    for patient, procedure, first, last in index_procedures(clinic):
        rows = courses.all_of(patient, procedure)
        for flag in flags.of_patient(patient):
            if flag.procedure_id == procedure.id and first <= flag.raised_on <= last:
                read = [row.received_at for row in rows if row.checked_at == flag.raised_at]
                yield Raised(
                    patient.id,
                    flag.rule,
                    flag.urgency,
                    flag.raised_at,
                    min(read, default=None),
                    flag.seen_at,
                    None if flag.closed_by == COMPUTER else flag.closed_at,
                    flag.is_useful,
                )


def raised_in(clinic):
    chosen = pick(cohort_rows.candidates(clinic, MONDAY), Choice(), OLD)
    return cohort_rows.raised(clinic.id, {each.procedure: each for each in chosen})


def test_every_flag_of_the_days_followed_counts_with_its_steps(clinic, answered):
    found, expected = list(raised_in(clinic)), list(naive_flags(clinic))
    assert len(found) > 10
    assert sorted(map(repr, found)) == sorted(map(repr, expected))
    assert any(each.entry_at is None for each in expected)
    assert any(each.entry_at for each in expected)


def test_the_first_look_is_kept_though_worse_news_made_the_flag_unseen(clinic):
    review_all(MONDAY)  # silence raises a flag about most
    flag = next(iter(flags.open_in(clinic.id)))
    nurse, patient = nurse_of(clinic), patients.get(flag.key)
    moves.see(nurse, patient, MONDAY + timedelta(minutes=5))
    with writing():
        life_cycle.break_through(flag, MONDAY + timedelta(minutes=20))
    moves.see(nurse, patient, MONDAY + timedelta(minutes=50))
    seen = [each.seen_at for each in raised_in(clinic) if each.patient == flag.patient_id]
    assert MONDAY + timedelta(minutes=5) in seen
    assert MONDAY + timedelta(minutes=50) not in seen


def test_a_choice_counts_only_those_who_meet_it(clinic):
    older = counts_of(clinic, Choice(age="older")).patients
    assert older + counts_of(clinic, Choice(age="younger")).patients == PEOPLE
    assert 0 < older < PEOPLE
    two_days_ago = (MONDAY - 2 * DAY).date()
    assert counts_of(clinic, Choice(first=two_days_ago)).patients == 1  # the second procedure
    assert counts_of(clinic, Choice(levels="several")).patients == 1


def test_the_version_is_the_one_in_force_on_the_day_of_the_procedure(clinic):
    pathways.approve(nurse_of(clinic), "vertebroplasty", MONDAY - 8 * DAY)
    by_version = Counter(each.version for each in cohort_rows.candidates(clinic, MONDAY))
    since = (MONDAY - 8 * DAY).date()
    for each in cohort_rows.candidates(clinic, MONDAY):
        assert (each.version == "draft") == (each.performed_on < since)
    assert set(by_version) == {"draft", "2026.3+1"}


def test_a_choice_that_leaves_out_a_few_shows_nothing(clinic):
    worked = cohort.work_out(clinic, Choice(levels="one"), MONDAY)
    assert worked.near == ("levels",)
    assert worked.figures.patients is None
    assert all(day.pain is None for day in worked.figures.days)


def test_another_clinic_counts_its_own_patients_alone(clinic):
    other = db.session.scalars(
        sa.select(accounts.Clinic).where(accounts.Clinic.id != clinic.id)
    ).one()
    assert counts_of(other).patients == 1
    assert cohort.work_out(other, Choice(), MONDAY).figures.patients is None


def test_the_time_in_the_former_clinic_and_its_flags_count_there_alone(app):
    with app.app_context():
        stage = set_stage()
        check_in(stage.ana, stage.device, answers(3, ("wound",)), MONDAY - 5 * DAY)
        review_all(MONDAY - 5 * DAY)
        check_in(stage.ana, stage.device, answers(3, temperature_c=38.6), MONDAY)
        review_all(MONDAY)
        transfer = transfers.offer(stage.dee, stage.ana, stage.eli.clinic_id, "said", MONDAY)
        later = MONDAY + timedelta(hours=1)
        handing_on.accept(stage.eli, transfer, Wanted("H-1", "Europe/Berlin"), later)
        for nurse, span, rule in (
            (stage.dee, (0, 9), "warning_sign"),
            (stage.eli, (10, 12), "fever"),
        ):
            clinic = accounts.clinic_of(nurse.clinic_id)
            (ana,) = cohort_rows.candidates(clinic, MONDAY + 3 * DAY)
            assert (ana.first, ana.last) == span
            counted = cohort_rows.raised(clinic.id, {ana.procedure: ana})
            assert [flag.rule for flag in counted] == [rule]
        db.session.rollback()


def test_a_procedure_that_was_entered_late_counts_from_the_day_of_the_entry(app):
    with app.app_context():
        stage = set_stage(day=100)
        states.change_state(stage.dee, stage.ana, "completed", None, MONDAY - 9 * DAY)
        done = (MONDAY - 20 * DAY).date()
        columns = {"performed_on": done, "levels": ["T12"]}
        procedures.start(stage.dee, stage.ana, columns, "again", MONDAY)
        every = cohort_rows.candidates(stage.clinic, MONDAY + 5 * DAY)
        (late,) = [each for each in every if each.performed_on == done]
        assert (late.first, late.last) == (20, 24)
        db.session.rollback()


def test_an_empty_clinic_has_no_figures(app):
    with app.app_context():
        worked = cohort.work_out(a_clinic("New Clinic"), Choice(), MONDAY)
    assert worked.figures.patients is None
    assert worked.near == ()


def test_figures_of_many_are_kept_for_some_minutes_and_those_of_a_few_are_not(clinic, monkeypatch):
    def look(after):
        return cohort.look(clinic, Choice(), MONDAY + after).as_of - MONDAY

    minute = timedelta(minutes=1)
    assert (look(0 * minute), look(minute)) == (0 * minute, minute)
    monkeypatch.setattr(cohort, "MANY", 20)
    assert (look(2 * minute), look(3 * minute)) == (2 * minute, 2 * minute)
    late = 2 * minute + cohort.KEPT_FOR + minute
    assert look(late) == late


def test_every_look_is_noted_with_the_choice_and_without_anybodys_name(clinic):
    nurse = nurse_of(clinic)
    cohort.note(nurse, "cohort opened", Choice(first=MONDAY.date(), age="older"), MONDAY)
    line = db.session.scalars(sa.select(AuditLine).filter_by(action="cohort opened")).one()
    assert line.details == {"choice": {"first": "2026-03-02", "age": "older"}}
    assert (line.actor, line.patient_id) == (nurse.actor, None)
