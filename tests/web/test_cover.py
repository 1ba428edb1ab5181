"""Each open day has a named person, or a notice on every page; who is to be rung and who ends soon stands beside."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from recovery.records import covers, people, states
from recovery.records.audit import AuditLine
from recovery.records.covers import Cover
from recovery.records.database import db
from tests.people import MONDAY, a_nurse, a_patient, answers, check_in
from tests.web.desk import desk_of, rows_of, see, send

COVER = "/clinic/cover"
TODAY = date(2026, 3, 2)  # a Monday
DAY = timedelta(days=1)


@pytest.fixture
def finn(sqlite_app, stage):
    with sqlite_app.app_context():
        return a_nurse(stage.clinic, "Nurse Finn")


def boxes(**people):
    """day_0=dee: who covers today; the others are left to nobody."""
    return {
        f"day-{TODAY + int(name.removeprefix('day_')) * DAY}": str(person.id)
        for name, person in people.items()
    }


def named(app):
    return {row.day: row.clinician_id for row in rows_of(app, Cover)}


def test_the_page_says_which_days_are_a_notice_and_whoever_reads_the_names_is_in_the_audit(
    sqlite_app, stage, desk
):
    page = see(desk, COVER)
    assert "Today or the next open day without a name stands as a notice on every page." in page
    (line,) = rows_of(sqlite_app, AuditLine, action="patients listed")
    assert line.actor == stage.dee.actor


def test_four_weeks_of_open_days_are_shown_and_no_closed_one(sqlite_app, stage, desk):
    with sqlite_app.app_context():
        db.session.merge(stage.clinic).closed_days = ["2026-03-06"]
        db.session.commit()
    page = see(desk, COVER)
    for said in ("Monday 2 March", "Thursday 5 March", "Friday 27 March"):
        assert said in page
    for closed in ("Friday 6 March", "Saturday 7 March", "Monday 30 March"):
        assert closed not in page


def test_a_day_without_a_name_is_a_notice_on_every_page(sqlite_app, stage, desk, finn):
    for path in ("/clinic/", "/clinic/patients", f"/clinic/patients/{stage.ana.id}"):
        assert "Nobody is named to cover today. Name somebody." in see(desk, path)
    send(desk, COVER, **boxes(day_0=stage.dee))
    said = "Nobody is named to cover Tuesday 3 March, the next open day. Name somebody."
    assert said in see(desk)
    send(desk, COVER, **{**boxes(day_1=finn), **boxes(day_0=stage.dee)})
    page = see(desk)
    assert "Nobody is named" not in page
    assert "Nurse Dee covers today." in page


def test_on_a_closed_day_the_next_open_one_counts(sqlite_app, stage, at, desk):
    send(desk, COVER, **boxes(day_7=stage.dee))
    at(MONDAY + 5 * DAY)
    page = see(desk_of(sqlite_app, stage.dee))
    assert "Nobody is named" not in page
    assert "Closed today. Nurse Dee covers Monday 9 March." in page


def test_who_has_left_covers_nothing_and_the_notice_comes_back(sqlite_app, stage, desk, finn):
    send(desk, COVER, **boxes(day_0=finn, day_1=stage.dee))
    assert "Nurse Finn covers today." in see(desk)
    with sqlite_app.app_context():
        people.end(finn, "operator", MONDAY)
    assert "Nobody is named to cover today." in see(desk)
    assert "Nurse Finn" not in see(desk, COVER)


def test_empty_days_are_filled_as_the_week_before(sqlite_app, stage, desk, finn):
    with sqlite_app.app_context():
        covers.name(stage.dee, {TODAY - 6 * DAY: finn.id}, {}, MONDAY)
    send(desk, COVER, fill="yes", **boxes(day_0=stage.dee, day_8=stage.dee))
    found = named(sqlite_app)
    mondays = {day: person for day, person in found.items() if day.weekday() == 0}
    assert set(mondays.values()) == {stage.dee.id}
    assert len(mondays) == 4
    tuesdays = [found[TODAY + n * DAY] for n in (1, 8, 15, 22)]
    assert tuesdays == [finn.id, stage.dee.id, stage.dee.id, stage.dee.id]
    assert TODAY + 2 * DAY not in found


def test_a_day_is_left_to_nobody_again(sqlite_app, stage, desk):
    send(desk, COVER, **boxes(day_0=stage.dee))
    send(desk, COVER, **{f"was-{TODAY}": str(stage.dee.id)})
    assert named(sqlite_app) == {}


def test_what_a_colleague_has_changed_meanwhile_is_shown_and_not_overwritten(
    sqlite_app, stage, desk, finn
):
    send(desk_of(sqlite_app, finn), COVER, **boxes(day_0=finn))
    page = send(desk, COVER, 422, **boxes(day_0=stage.dee, day_1=stage.dee))
    assert "Monday 2 March: meanwhile changed to Nurse Finn. Choose again." in page
    assert named(sqlite_app) == {TODAY: finn.id, TODAY + DAY: stage.dee.id}
    again = {**boxes(day_0=stage.dee), f"was-{TODAY}": str(finn.id)}
    send(desk, COVER, **again)
    assert named(sqlite_app)[TODAY] == stage.dee.id


@pytest.mark.parametrize("who", ["eli", "unknown", "nonsense"])
def test_only_people_of_the_clinic_can_be_named(sqlite_app, stage, desk, who):
    person = {"eli": str(stage.eli.id), "unknown": str(uuid4()), "nonsense": "Nurse Dee"}[who]
    page = send(desk, COVER, 422, **{f"day-{TODAY}": person})
    assert "Choose one of the people shown." in page
    assert named(sqlite_app) == {}


def test_another_clinic_sees_and_changes_its_own_days_alone(sqlite_app, stage, desk):
    send(desk, COVER, **boxes(day_0=stage.dee))
    eli = desk_of(sqlite_app, stage.eli)
    assert "Nurse Dee" not in see(eli, COVER)
    send(eli, COVER, **boxes(day_0=stage.eli))
    rows = rows_of(sqlite_app, Cover)
    assert {row.clinic_id: row.clinician_id for row in rows} == {
        stage.clinic.id: stage.dee.id,
        stage.eli.clinic_id: stage.eli.id,
    }


def test_who_is_followed_by_phone_stands_there_until_somebody_has_rung(sqlite_app, stage, desk):
    with sqlite_app.app_context():
        cy = a_patient(stage.dee, "Cy Aderemi", answers_daily="by_phone")
        held = a_patient(stage.dee, "Held Away", answers_daily="by_phone")
        states.change_state(stage.dee, held, "in_hospital", None, MONDAY)
        a_patient(stage.dee, "New Today", 0, answers_daily="by_phone")
        a_patient(stage.dee, "Long Over", 95, answers_daily="by_phone")
        check_in(cy, stage.dee, answers(3), MONDAY - DAY)
    page = see(desk, COVER).partition('id="ring"')[2].partition('id="ending"')[0]
    assert "Cy Aderemi" in page
    for other in ("Ana Ruiz", "Held Away", "New Today", "Long Over"):
        assert other not in page
    assert "1 patient to ring today" in see(desk)
    with sqlite_app.app_context():
        check_in(cy, stage.dee, answers(3), MONDAY)
    assert "Nobody, or everybody has been rung." in see(desk, COVER)
    assert "to ring today" not in see(desk)


def test_who_ends_soon_stands_there_and_who_stays_for_an_open_flag(sqlite_app, stage, desk):
    with sqlite_app.app_context():
        a_patient(stage.dee, "Soon Over", 85)
        a_patient(stage.dee, "Stays On", 92)
        paused = a_patient(stage.dee, "Paused Now", 88)
        states.change_state(stage.dee, paused, "paused", TODAY + 3 * DAY, MONDAY)
    page = see(desk, COVER).partition('id="ending"')[2]
    assert "until Sat 7 Mar" in page
    assert "stays after Sat 28 Feb: close the open flags" in page
    assert "until Wed 4 Mar, Paused until Thu 5 Mar" in page
    assert "Ana Ruiz" not in page
