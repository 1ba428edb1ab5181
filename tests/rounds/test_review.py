"""The review round: what is due is reviewed within one round, once, and whatever fails holds nobody up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from time import sleep

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from recovery.records import flags, heartbeats, moves, patients, reviews, states
from recovery.records.contacts import Tried
from recovery.records.database import db, writing
from recovery.records.flags import Flag
from recovery.records.messages import Message
from recovery.records.moves import Closing, MoveRefused
from recovery.rounds import review
from tests.people import MONDAY, a_device, a_patient, answers, check_in
from tests.rounds.work import close_flag, open_flags, reasons, review_all

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def fever(stage, at=MONDAY, **columns):
    return check_in(stage.ana, stage.device, answers(3, temperature_c=38.6, **columns), at)


def messages_queued():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Message))


def test_a_patient_with_fever_is_flagged_and_the_alert_queued_within_one_round(stage):
    fever(stage)
    review_all(MONDAY)
    flag = open_flags(stage.ana)["fever"]
    assert flag.urgency == "today"
    message = db.session.scalars(sa.select(Message)).one()
    assert (message.recipient, message.flag_id) == ("nurses@hill.example", flag.id)


def test_who_is_not_due_is_not_reviewed(stage):
    review_all(MONDAY)
    assert review_all(MONDAY) == 0
    fever(stage, MONDAY + HOUR)
    assert review_all(MONDAY + HOUR) == 1


def test_a_checked_answer_says_when_it_was_read_by_the_computer(stage):
    stored = fever(stage)
    review_all(MONDAY + timedelta(seconds=2))
    db.session.refresh(stored.checkin)
    assert stored.checkin.checked_at == MONDAY + timedelta(seconds=2)


def test_urgent_patients_are_reviewed_first(stage):
    bo = a_patient(stage.dee, "Bo Lind")
    review_all(MONDAY)
    fever(stage)
    check_in(bo, stage.dee, answers(3, ("chills",)), MONDAY + timedelta(minutes=1))
    with writing():
        assert reviews.claim_due(MONDAY + HOUR).id == bo.id


def test_a_corrected_fever_stays_flagged(stage):
    stored = fever(stage)
    corrected = answers(3, temperature_c=36.8)
    check_in(stage.ana, stage.device, corrected, MONDAY, entry_id=stored.checkin.entry_id)
    review_all(MONDAY)
    assert "fever" in open_flags(stage.ana)


def test_a_sign_added_to_a_seen_flag_alerts_again_and_is_unseen_again(stage):
    check_in(stage.ana, stage.device, answers(3, ("wound",)), MONDAY)
    review_all(MONDAY)
    moves.see(stage.dee, stage.ana, MONDAY + HOUR)
    check_in(stage.ana, stage.device, answers(3, ("wound", "confusion")), MONDAY + 2 * HOUR)
    review_all(MONDAY + 2 * HOUR)
    flag = open_flags(stage.ana)["warning_sign"]
    assert (flag.seen_at, flag.has_news) == (None, True)
    assert messages_queued() == 2


def test_a_further_bad_day_on_a_seen_flag_is_news_but_no_second_alert(stage):
    fever(stage)
    review_all(MONDAY)
    moves.see(stage.dee, stage.ana, MONDAY + HOUR)
    fever(stage, MONDAY + DAY)
    review_all(MONDAY + DAY)
    flag = open_flags(stage.ana)["fever"]
    assert flag.has_news
    assert flag.seen_by == stage.dee.id
    assert messages_queued() == 1


def test_the_database_itself_refuses_a_second_open_flag_of_one_rule(stage):
    fever(stage)
    review_all(MONDAY)
    flag = open_flags(stage.ana)["fever"]
    columns = {c.key: getattr(flag, c.key) for c in sa.inspect(Flag).column_attrs if c.key != "id"}
    with pytest.raises(IntegrityError), writing() as session:
        session.add(Flag(**columns))


def close_fever(stage, at):
    flag = open_flags(stage.ana)["fever"]
    moves.note_try(stage.dee, stage.ana, Tried("patient"), at)
    close_flag(stage.dee, flag, dict.fromkeys(reasons(flag), "visit_booked"), "", at)


def test_fever_after_a_closed_flag_opens_a_new_one_and_older_answers_do_not(stage):
    fever(stage)
    review_all(MONDAY)
    close_fever(stage, MONDAY + HOUR)
    with writing():
        stage.ana.review_due_at = MONDAY + HOUR
    review_all(MONDAY + HOUR)
    assert open_flags(stage.ana) == {}
    fever(stage, MONDAY + DAY)
    review_all(MONDAY + DAY)
    assert "fever" in open_flags(stage.ana)


def test_a_late_sign_flags_although_a_flag_was_closed_meanwhile(stage):
    check_in(stage.ana, stage.device, answers(3, ("wound",)), MONDAY)
    review_all(MONDAY)
    flag = open_flags(stage.ana)["warning_sign"]
    close_flag(
        stage.dee, flag, dict.fromkeys(reasons(flag), "other"), "seen on the ward", MONDAY + HOUR
    )
    late = answers(3, ("chills",))
    check_in(stage.ana, stage.device, late, MONDAY - DAY, received=MONDAY + 3 * DAY)
    review_all(MONDAY + 3 * DAY)
    assert "warning_sign" in open_flags(stage.ana)


def test_an_urgent_flag_closes_only_with_a_contact_or_a_written_reason(stage):
    fever(stage)
    review_all(MONDAY)
    flag = open_flags(stage.ana)["fever"]
    outcomes = dict.fromkeys(reasons(flag), "visit_booked")
    with pytest.raises(MoveRefused, match="no_contact"):
        close_flag(stage.dee, flag, outcomes, " ", MONDAY)
    moves.note_try(stage.dee, stage.ana, Tried("nobody", next_try_at=MONDAY + HOUR), MONDAY)
    with pytest.raises(MoveRefused, match="no_contact"):
        close_flag(stage.dee, flag, outcomes, "", MONDAY)
    with pytest.raises(MoveRefused, match="no_outcome"):
        close_flag(stage.dee, flag, {}, "she is here in the clinic", MONDAY)
    assert open_flags(stage.ana)["fever"].closed_at is None
    moves.note_try(stage.dee, stage.ana, Tried("helper"), MONDAY)
    close_flag(stage.dee, flag, outcomes, "", MONDAY)
    assert open_flags(stage.ana) == {}
    with pytest.raises(MoveRefused, match="already_closed"):
        close_flag(stage.dee, flag, outcomes, "", MONDAY)


def test_cy_has_gone_quiet_is_flagged_and_the_flag_closes_itself_when_he_answers(stage):
    for day in range(10, 0, -1):
        check_in(stage.ana, stage.device, answers(3), MONDAY - day * DAY)
    review_all(MONDAY)
    now = MONDAY
    while "gone_quiet" not in open_flags(stage.ana) and now < MONDAY + 9 * DAY:
        now += DAY
        review_all(now)
    flag = open_flags(stage.ana)["gone_quiet"]
    check_in(stage.ana, stage.device, answers(3), now + HOUR)
    review_all(now + HOUR)
    assert open_flags(stage.ana) == {}
    db.session.refresh(flag)
    assert flag.closed_by == "computer"
    assert {row.outcome for row in flags.findings_of([flag])[flag.id]} == {"answered"}


def test_an_old_answer_that_only_now_arrives_does_not_end_a_silence_that_goes_on(stage):
    for day in range(10, 0, -1):
        check_in(stage.ana, stage.device, answers(3), MONDAY - day * DAY)
    now = MONDAY
    while "gone_quiet" not in open_flags(stage.ana) and now < MONDAY + 9 * DAY:
        now += DAY
        review_all(now)
    flag = open_flags(stage.ana)["gone_quiet"]
    check_in(stage.ana, stage.device, answers(3), MONDAY, received=now + 4 * DAY)
    review_all(now + 4 * DAY)
    assert open_flags(stage.ana)["gone_quiet"].id == flag.id


def test_a_second_silence_is_flagged_as_soon_as_the_first(stage):
    for day in range(10, 0, -1):
        check_in(stage.ana, stage.device, answers(3), MONDAY - day * DAY)
    waits, answered = [], MONDAY - DAY
    for _ in range(2):
        now = answered
        while "gone_quiet" not in open_flags(stage.ana) and now < answered + 9 * DAY:
            now += DAY
            review_all(now)
        waits.append((now - answered).days)
        answered = now + HOUR
        check_in(stage.ana, stage.device, answers(3), answered)
        review_all(answered)
    assert waits[0] <= waits[1] <= waits[0] + 1


def test_nobody_connected_is_called_on_the_next_working_day(stage):
    cy = a_patient(stage.dee, "Cy Aderemi", day=3)
    review_all(MONDAY)
    flag = open_flags(cy)["gone_quiet"]
    assert flag.urgency == "next_working_day"


@pytest.mark.parametrize("state", ["paused", "in_hospital", "withdrawn", "deceased", "completed"])
def test_in_any_other_state_only_danger_is_flagged(stage, state):
    until = MONDAY.date() + 5 * DAY if state == "paused" else None
    states.change_state(stage.dee, stage.ana, state, until, MONDAY)
    for hours in range(4):
        check_in(stage.ana, stage.device, answers(10), MONDAY + hours * HOUR)
    review_all(MONDAY + 5 * HOUR)
    assert open_flags(stage.ana) == {}
    check_in(stage.ana, stage.device, answers(3, ("chills",)), MONDAY + 6 * HOUR)
    review_all(MONDAY + 6 * HOUR)
    assert set(open_flags(stage.ana)) == {"warning_sign"}


def test_the_pathway_ends_after_its_last_day_but_never_with_an_open_flag(stage):
    ana = a_patient(stage.dee, "Ana Old", day=89)
    device, _token, _code = a_device(stage.dee, ana)
    check_in(ana, device, answers(3, ("wound",)), MONDAY)
    review_all(MONDAY + 2 * DAY)
    assert ana.state == "active"
    for flag in open_flags(ana).values():
        close_flag(stage.dee, flag, dict.fromkeys(reasons(flag), "other"), "seen", MONDAY + 2 * DAY)
    review_all(MONDAY + 3 * DAY)
    assert open_flags(ana) == {}
    assert ana.state == "completed"


def poison(stage, monkeypatch):
    """Ana's review fails, whatever the reason; everybody else's works."""
    real = review.review

    def fails_for_ana(patient, now):
        real(patient, now)
        if patient.id == stage.ana.id:
            raise RuntimeError("a row that nobody foresaw")

    monkeypatch.setattr(review, "review", fails_for_ana)


def test_a_poisoned_patient_does_not_hold_up_the_others(stage, monkeypatch):
    bo = a_patient(stage.dee, "Bo Lind")
    fever(stage)
    check_in(bo, stage.dee, answers(3, ("chills",)), MONDAY)
    poison(stage, monkeypatch)
    review_all(MONDAY)
    assert "warning_sign" in open_flags(bo)
    assert open_flags(stage.ana) == {}
    assert messages_queued() == 1


def test_a_poisoned_patient_is_tried_again_after_1_5_30_minutes_and_then_hourly(stage, monkeypatch):
    poison(stage, monkeypatch)
    now, waits = MONDAY, []
    for tries in range(1, 7):
        review_all(now)
        assert stage.ana.review_failures == tries
        waits.append((stage.ana.review_due_at - now) // timedelta(minutes=1))
        assert review_all(stage.ana.review_due_at - timedelta(seconds=1)) == 0
        now = stage.ana.review_due_at
    assert waits == [1, 5, 30, 60, 60, 60]


def test_from_the_second_failure_a_person_is_asked_to_read_the_answers(stage, monkeypatch):
    poison(stage, monkeypatch)
    review_all(MONDAY)
    assert reviews.could_not_be_checked(stage.clinic.id) == []
    review_all(MONDAY + timedelta(minutes=1))
    assert reviews.could_not_be_checked(stage.clinic.id) == [stage.ana]
    assert reviews.count_failing() == 1
    monkeypatch.undo()
    review_all(MONDAY + timedelta(minutes=6))
    assert reviews.count_failing() == 0


def meanwhile(app, monkeypatch, work):
    """Run work in a thread of its own while Ana's review holds her row; returns the thread's future."""
    real, reviewing = review.review, Event()

    def slow(patient, now):
        real(patient, now)
        reviewing.set()
        sleep(0.5)

    def wait_and_work():
        with app.app_context():
            assert reviewing.wait(10)
            return work()

    monkeypatch.setattr(review, "review", slow)
    return ThreadPoolExecutor(1).submit(wait_and_work)


def test_a_check_in_that_lands_during_its_patients_review_is_reviewed_again(
    app, stage, monkeypatch
):
    ana, device, hot = stage.ana, stage.device, answers(3, temperature_c=38.6)
    later = MONDAY + timedelta(seconds=1)
    db.session.commit()
    landed = meanwhile(app, monkeypatch, lambda: check_in(ana, device, hot, later))
    review_all(MONDAY)
    landed.result(20)
    monkeypatch.undo()
    db.session.rollback()
    assert "fever" not in open_flags(stage.ana)
    assert review_all(later) == 1
    assert "fever" in open_flags(stage.ana)


def test_a_sign_found_while_the_flag_is_being_closed_is_not_closed_with_it(app, stage, monkeypatch):
    check_in(stage.ana, stage.device, answers(3, ("wound",)), MONDAY)
    review_all(MONDAY)
    flag = open_flags(stage.ana)["warning_sign"]
    dee, flag_id, shown = stage.dee, flag.id, flag.shown_as
    outcomes = {"wound": "other", "bladder_or_bowel": "other"}
    check_in(stage.ana, stage.device, answers(3, ("bladder_or_bowel",)), MONDAY + HOUR)
    db.session.commit()

    def close_as_shown():
        flag, closing = flags.find(dee, flag_id), Closing(outcomes, True, "on the ward", shown)
        with pytest.raises(MoveRefused, match="flag_changed"):
            moves.close(dee, flag, closing, MONDAY + HOUR)

    closed = meanwhile(app, monkeypatch, close_as_shown)
    review_all(MONDAY + HOUR)
    closed.result(20)
    monkeypatch.undo()
    db.session.rollback()
    assert reasons(open_flags(stage.ana)["warning_sign"]) == ["wound", "bladder_or_bowel"]


def test_a_sign_that_no_review_had_read_when_the_flag_was_closed_still_flags(stage):
    check_in(stage.ana, stage.device, answers(3, ("wound",)), MONDAY)
    review_all(MONDAY)
    flag = open_flags(stage.ana)["warning_sign"]
    check_in(stage.ana, stage.device, answers(3, ("bladder_or_bowel",)), MONDAY + HOUR)
    outcomes = dict.fromkeys(reasons(flag), "other")
    close_flag(stage.dee, flag, outcomes, "seen on the ward", MONDAY + 2 * HOUR)
    review_all(MONDAY + 3 * HOUR)
    flag = open_flags(stage.ana)["warning_sign"]
    assert (reasons(flag), flag.urgency) == (["bladder_or_bowel"], "emergency")


def test_correcting_only_the_pain_does_not_raise_a_closed_sign_again(stage):
    stored = check_in(stage.ana, stage.device, answers(3, ("wound",)), MONDAY)
    review_all(MONDAY)
    flag = open_flags(stage.ana)["warning_sign"]
    close_flag(stage.dee, flag, dict.fromkeys(reasons(flag), "other"), "seen", MONDAY + HOUR)
    entry_id = stored.checkin.entry_id
    corrected = answers(4, ("wound",))
    check_in(stage.ana, stage.device, corrected, MONDAY + 2 * HOUR, entry_id=entry_id)
    review_all(MONDAY + 2 * HOUR)
    assert open_flags(stage.ana) == {}


def test_correcting_only_the_pain_does_not_raise_a_closed_felt_hot_again(stage):
    felt = {"temperature_instead": "felt_hot"}
    stored = check_in(stage.ana, stage.device, answers(3, **felt), MONDAY)
    review_all(MONDAY)
    flag = open_flags(stage.ana)["fever"]
    close_flag(stage.dee, flag, dict.fromkeys(reasons(flag), "other"), "seen", MONDAY + HOUR)
    entry_id = stored.checkin.entry_id
    check_in(stage.ana, stage.device, answers(4, **felt), MONDAY + 2 * HOUR, entry_id=entry_id)
    review_all(MONDAY + 2 * HOUR)
    assert open_flags(stage.ana) == {}


def test_a_hotter_reading_on_the_same_day_is_news_on_a_seen_flag(stage):
    fever(stage)
    review_all(MONDAY)
    moves.see(stage.dee, stage.ana, MONDAY + HOUR)
    hotter = answers(3, temperature_c=40.2)
    check_in(stage.ana, stage.device, hotter, MONDAY + 5 * HOUR)
    review_all(MONDAY + 5 * HOUR)
    flag = open_flags(stage.ana)["fever"]
    (row,) = flags.findings_of([flag])[flag.id]
    assert (row.values["temperature"], flag.has_news) == (40.2, True)


def test_an_old_contact_does_not_close_a_new_danger(stage):
    check_in(stage.ana, stage.device, answers(3, ("wound",)), MONDAY)
    review_all(MONDAY)
    moves.note_try(stage.dee, stage.ana, Tried("patient"), MONDAY + HOUR)
    check_in(stage.ana, stage.device, answers(3, ("bladder_or_bowel",)), MONDAY + 2 * HOUR)
    review_all(MONDAY + 2 * HOUR)
    flag = open_flags(stage.ana)["warning_sign"]
    with pytest.raises(MoveRefused, match="no_contact"):
        close_flag(stage.dee, flag, dict.fromkeys(reasons(flag), "other"), "", MONDAY + 3 * HOUR)


def test_a_changed_pathway_does_not_raise_flags_about_days_long_reviewed(stage, monkeypatch):
    for day in range(8, 2, -1):
        check_in(stage.ana, stage.device, answers(3), MONDAY - day * DAY)
    review_all(MONDAY)
    procedure = patients.current_procedure(stage.ana)
    assert review.fresh_from(stage.ana, procedure, []) == MONDAY.date()


def test_silence_of_a_round_is_noticed(stage):
    assert heartbeats.pulse(MONDAY).is_late
    heartbeats.beat("review", 2, MONDAY)
    assert not heartbeats.pulse(MONDAY + timedelta(seconds=30)).is_late
    assert heartbeats.pulse(MONDAY + timedelta(seconds=31)).late == ("review",)
