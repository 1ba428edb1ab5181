"""A patient is handed on with everything that is theirs; at every instant exactly one clinic follows them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from threading import Thread
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recovery.records import (
    accounts,
    card_sheets,
    cards,
    carrying,
    checkins,
    codes,
    devices,
    flags,
    handing_on,
    limits,
    lost_cards,
    moves,
    patients,
    people,
    procedures,
    questionnaires,
    reminders,
    sign_ins,
    states,
    subscriptions,
    transfers,
)
from recovery.records.contacts import Tried
from recovery.records.database import Base, db, writing
from recovery.records.flags import FlagMove
from recovery.records.handing_on import Wanted
from recovery.records.messages import Message, Reminder, queue_reminder
from recovery.records.patients import Key, Patient
from recovery.records.people import Newcomer
from recovery.records.transfers import Transfer, TransferRefused
from recovery.rounds import review
from tests.people import CARD_KEY, CHEAP, MONDAY, a_clinic, a_nurse, a_patient, answers, check_in
from tests.push_service import Browser, address_of
from tests.rounds.work import open_flags, review_all

HOUR = timedelta(hours=1)
AGREED = "Ana moves to her daughter's and asked for it on the phone."


def offer(stage, patient=None, now=MONDAY):
    return transfers.offer(stage.dee, patient or stage.ana, stage.eli.clinic_id, AGREED, now)


def accept(stage, transfer, now=MONDAY + HOUR, number="H-1", zone="Europe/Berlin"):
    return handing_on.accept(stage.eli, transfer, Wanted(number, zone), now)


def handed_on(stage, now=MONDAY + HOUR, **wanted):
    return accept(stage, offer(stage), now, **wanted)


def rows(key):
    """Everything that is kept of a patient in one clinic, table by table, without the clinic."""
    db.session.expire_all()
    return {
        table.name: [
            {name: value for name, value in row.items() if name != "clinic_id"}
            for row in carrying._rows(table, key)
        ]
        for table in carrying.carried_tables()
    }


def followers(patient_id):
    """The clinics that follow this patient, as the database has it."""
    query = sa.select(Patient.clinic_id).where(Patient.id == patient_id, Patient.moved_to.is_(None))
    return db.session.scalars(query).all()


def a_life(stage):
    """Ana has lived: answers with a correction and a note, flags open and closed, calls, limits, a helper, push."""
    day = timedelta(days=1)
    entry = uuid4()
    check_in(stage.ana, stage.device, answers(4), MONDAY - 3 * day, entry_id=entry)
    check_in(stage.ana, stage.device, answers(6), MONDAY - 3 * day, entry_id=entry)
    check_in(stage.ana, stage.dee, answers(3, note="May I swim?"), MONDAY - 2 * day)
    check_in(stage.ana, stage.device, answers(3, ("wound",)), MONDAY - day)
    review_all(MONDAY - day)
    moves.see(stage.dee, stage.ana, MONDAY - day)
    flag = open_flags(stage.ana)["warning_sign"]
    moves.close(
        stage.dee, flag, moves.Closing({"wound": "wound_problem"}, True, "dressed"), MONDAY - day
    )
    check_in(stage.ana, stage.device, answers(3, temperature_c=38.6), MONDAY)
    review_all(MONDAY)
    moves.see(stage.dee, stage.ana, MONDAY)
    moves.note_try(stage.dee, stage.ana, Tried("patient", "is well"), MONDAY)
    with writing() as session:
        whose = {"clinic_id": flag.clinic_id, "flag_id": flag.id}
        session.add(FlagMove(**whose, number=90, move="release", at=MONDAY, by=stage.dee.actor))
    wanted = limits.Wanted("fever_limit", date(2026, 3, 20), "runs cool", 37.5)
    limits.set_limit(stage.dee, stage.ana, wanted, MONDAY)
    filled = questionnaires.Filled("rmdq", 7, (1, 2), "test")
    questionnaires.record(stage.ana.key, uuid4(), filled, stage.device, MONDAY)
    address = address_of(Browser(), "https://fcm.googleapis.com/ana")
    subscriptions.keep(stage.device, address, MONDAY)


def test_until_it_is_accepted_the_offering_clinic_follows_and_then_the_other(stage):
    transfer = offer(stage)
    assert followers(stage.ana.id) == [stage.clinic.id]
    there = accept(stage, transfer)
    assert followers(stage.ana.id) == [stage.eli.clinic_id]
    here = patients.find(stage.dee, stage.ana.id)
    assert (here.state, here.moved_at, here.moved_to) == (
        "completed",
        MONDAY + HOUR,
        stage.eli.clinic_id,
    )
    assert (here.review_due_at, here.remind_at) == (None, None)
    assert patients.find(stage.eli, stage.ana.id) == there
    assert (there.state, there.record_number) == ("active", "H-1")


def test_nothing_is_lost_and_nothing_is_altered(stage):
    a_life(stage)
    before = rows(stage.ana.key)
    there = handed_on(stage)
    after = rows(there.key)
    assert {name for name, of_table in before.items() if not of_table} == set()
    for name in ("procedures", "checkins", "questionnaires", "limits", "contacts", "cards"):
        assert after[name] == before[name], name
    for name in ("devices", "subscriptions"):
        assert after[name] == before[name], name
    assert {row["id"] for row in before["flags"]} < {row["id"] for row in after["flags"]}
    ours = {row["id"]: row for row in after["flags"]}
    closed = [row for row in before["flags"] if row["closed_at"]]
    assert closed
    assert all(ours[row["id"]] == row for row in closed)


def test_what_is_the_patients_is_carried_and_what_is_the_clinics_stays():
    carried = {table.name for table in carrying.carried_tables()}
    theirs = {
        table.name
        for table in Base.metadata.tables.values()
        if {"patient_id", "flag_id"} & set(table.c.keys()) or table.name == "patients"
    }
    assert theirs - carried == {"audit", "messages", "transfers", "summaries"}
    assert carried == {
        *("patients", "procedures", "cards", "devices", "subscriptions", "checkins"),
        *("questionnaires", "limits", "contacts", "flags", "findings", "flag_moves"),
    }


def test_the_phone_goes_on_with_the_same_key_and_the_helpers_too(stage):
    code = cards.issue(stage.dee, stage.ana, "Eva Ruiz", CARD_KEY, MONDAY, "helper")
    _evas, token = cards.connect(code, CARD_KEY, "phone", MONDAY)
    there = handed_on(stage)
    for each in (stage.token, token):
        device = devices.find(each)
        assert device.key == there.key
    assert devices.find(stage.token).access == stage.device.access
    newer, _token = cards.connect(code, CARD_KEY, "tablet", MONDAY + 2 * HOUR)
    assert newer.key == there.key


def test_a_phone_that_signs_out_there_is_not_said_to_have_been_ended_by_others(stage):
    handed_on(stage)
    device = devices.find(stage.token)
    devices.end(device, device.actor, MONDAY + 2 * HOUR)
    assert devices.find(stage.token) is None
    assert devices.find_ended(stage.token) is None


def test_an_answer_on_its_way_reaches_the_clinic_that_follows(stage):
    there = handed_on(stage)
    stored = check_in(stage.ana, stage.device, answers(3, ("chills",)), MONDAY + 2 * HOUR)
    assert (stored.checkin.clinic_id, stored.checkin.device_id) == (
        there.clinic_id,
        stage.device.id,
    )
    review_all(MONDAY + 2 * HOUR)
    assert set(open_flags(there)) == {"warning_sign"}
    assert open_flags(stage.ana) == {}


def test_what_a_nurse_of_the_former_clinic_still_sends_reaches_it_too_under_her_name(stage):
    there = handed_on(stage)
    stored = check_in(stage.ana, stage.dee, answers(5), MONDAY + 2 * HOUR)
    assert stored.checkin.clinic_id == there.clinic_id
    names = accounts.clinician_names(there.clinic_id)
    assert names[stored.checkin.clinician_id] == "Nurse Dee (Hill Clinic)"


def test_what_else_was_on_its_way_reaches_it_too(stage):
    there = handed_on(stage)
    key, actor = stage.ana.key, stage.device.actor
    filled = questionnaires.Filled("rmdq", 7, (1, 2), "test")
    kept = questionnaires.record(key, uuid4(), filled, stage.device, MONDAY + 2 * HOUR)
    reminders.choose(key, None, "", actor, MONDAY + 2 * HOUR)
    states.report_hospital(stage.ana, actor, MONDAY + 2 * HOUR)
    there = patients.lock(there.key)
    assert kept.clinic_id == there.clinic_id
    assert (there.reminder_time, there.state) == (None, "in_hospital")


def test_an_answer_from_a_phone_that_only_the_former_clinic_knows_is_kept_too(stage):
    there = handed_on(stage)
    card = cards.holder_of(stage.device)
    card_id, phone = uuid4(), {"clinic_id": stage.clinic.id, "patient_id": stage.ana.id}
    with writing() as session:
        session.add(
            cards.Card(
                **phone,
                id=card_id,
                holder_name="Ana Ruiz",
                code_hash="connected there",
                issued_at=MONDAY,
                issued_by=card.issued_by,
                expires_at=card.expires_at,
            )
        )
        session.flush()
        late = devices.Device(**phone, card_id=card_id, token_hash="late", connected_at=MONDAY)
        session.add(late)
    stored = check_in(stage.ana, late, answers(3, ("chest_pain_or_breathless",)), MONDAY + HOUR)
    filled = questionnaires.Filled("rmdq", 7, (1, 2), "test")
    weekly = questionnaires.record(stage.ana.key, uuid4(), filled, late, MONDAY + HOUR)
    assert {stored.checkin.clinic_id, weekly.clinic_id} == {there.clinic_id}
    query = sa.select(devices.Device.ended_by).where(
        devices.Device.clinic_id == there.clinic_id, devices.Device.id == late.id
    )
    assert db.session.scalar(query) == "computer", "named there, it opens nothing there"


def test_the_former_clinic_issues_ends_and_limits_nothing_any_more(stage):
    wanted = limits.Wanted("fever_limit", date(2026, 3, 20), "runs cool", 37.5)
    limit = limits.set_limit(stage.dee, stage.ana, wanted, MONDAY)
    here, card, later = stage.ana, cards.holder_of(stage.device), MONDAY + 2 * HOUR
    handed_on(stage)
    for change in (
        lambda: cards.issue(stage.dee, here, here.name, CARD_KEY, later),
        lambda: cards.mark_lost(stage.dee, card, later),
        lambda: lost_cards.replace(stage.dee, card, CARD_KEY, later),
        lambda: devices.end_by(stage.dee, stage.device, later),
        lambda: limits.end_limit(stage.dee, limit, later),
        lambda: limits.set_limit(stage.dee, here, wanted, later),
    ):
        with pytest.raises(patients.Moved):
            change()
    assert lost_cards.replaceable(patients.find(stage.dee, here.id)) == []
    assert card_sheets.issue_all(stage.dee, [here.id], CARD_KEY, later, later) == []


def test_a_card_of_the_former_clinic_connects_no_phone(stage):
    card = cards.holder_of(stage.device)
    handed_on(stage)
    with writing():
        card.ended_at, card.ended_by, card.code_hash = None, None, codes.hash_code("K", CARD_KEY)
    with pytest.raises(cards.CardRefused, match="ended_code"):
        cards.connect("K", CARD_KEY, "phone", MONDAY + 2 * HOUR)


def test_an_open_flag_is_raised_anew_unseen_and_alerts_the_new_clinic_alone(stage):
    a_life(stage)
    there = handed_on(stage)
    (fever,) = open_flags(there).values()
    assert (fever.rule, fever.seen_at, fever.raised_at) == ("fever", None, MONDAY + HOUR)
    waiting = sa.select(Message).where(Message.sent_at.is_(None), Message.withheld_at.is_(None))
    (alert,) = db.session.scalars(waiting)
    assert (alert.clinic_id, alert.flag_id) == (there.clinic_id, fever.id)
    assert open_flags(stage.ana) == {}
    review_all(MONDAY + HOUR)
    assert len(flags.findings_of([fever])[fever.id]) == 1, "what is known is not told again"


def test_what_waited_to_be_sent_is_not_sent_by_the_former_clinic(stage):
    with writing():
        one = Reminder(stage.ana.key, "2026-03-02", 1, "email", "ana@example.org", MONDAY)
        queue_reminder(one, MONDAY)
    handed_on(stage)
    (message,) = db.session.scalars(sa.select(Message))
    assert message.withheld_because == "followed by another clinic"


def test_people_of_the_former_clinic_are_named_and_cannot_sign_in(stage):
    a_life(stage)
    there = handed_on(stage)
    names = accounts.clinician_names(there.clinic_id)
    assert sorted(names.values()) == ["Nurse Dee (Hill Clinic)", "Nurse Eli"]
    assert accounts.clinician_names(stage.clinic.id)[stage.eli.id] == "Nurse Eli (Harbour Clinic)"
    query = sa.select(accounts.Clinician).where(accounts.Clinician.clinic_id == there.clinic_id)
    (dee,) = [each for each in db.session.scalars(query) if each.id == stage.dee.id]
    assert dee.ended_at is not None
    assert sign_ins.find_by_token(dee.session_token) is None
    assert sign_ins.find_by_email(dee.email) is None


def test_notes_that_nobody_has_read_wait_where_the_patient_is_followed(stage):
    a_life(stage)
    there = handed_on(stage)
    assert checkins.unread_notes(stage.clinic.id) == []
    assert [note.note for note in checkins.unread_notes(there.clinic_id)] == ["May I swim?"]


def test_a_patient_who_comes_back_has_everything_from_both_clinics(stage):
    a_life(stage)
    there = handed_on(stage)
    check_in(there, devices.find(stage.token), answers(2), MONDAY + 2 * HOUR)
    flag = open_flags(there)["fever"]
    moves.close(
        stage.eli, flag, moves.Closing({"fever": "other_illness"}, True, "flu"), MONDAY + 3 * HOUR
    )
    before = rows(there.key)
    back = transfers.offer(stage.eli, there, stage.clinic.id, AGREED, MONDAY + 4 * HOUR)
    wanted = Wanted(stage.ana.record_number, "Europe/Berlin")
    here = handing_on.accept(stage.dee, back, wanted, MONDAY + 5 * HOUR)
    assert followers(stage.ana.id) == [stage.clinic.id]
    assert (here.key, here.state, here.moved_to) == (stage.ana.key, "active", None)
    after = rows(here.key)
    for name in ("checkins", "flags", "contacts", "devices", "findings", "flag_moves"):
        assert after[name] == before[name], name
    assert devices.find(stage.token).key == here.key


@pytest.mark.parametrize("state", ["withdrawn", "deceased", "completed"])
def test_only_who_is_followed_is_handed_on(stage, state):
    transfer = offer(stage)
    states.change_state(stage.dee, stage.ana, state, None, MONDAY)
    with pytest.raises(TransferRefused, match="not_followed"):
        accept(stage, transfer)
    assert followers(stage.ana.id) == [stage.clinic.id]
    bo = a_patient(stage.dee, "Bo Lind")
    states.change_state(stage.dee, bo, state, None, MONDAY)
    with pytest.raises(TransferRefused, match="not_followed"):
        offer(stage, bo)


def test_a_pause_goes_on_in_the_new_clinic(stage):
    until = stage.ana.today(MONDAY) + timedelta(days=3)
    states.change_state(stage.dee, stage.ana, "paused", until, MONDAY)
    there = handed_on(stage)
    assert (there.state, there.paused_until) == ("paused", until)


def test_a_record_number_that_is_used_there_is_refused_and_nothing_changes(stage):
    a_patient(stage.eli, "Bo Lind", record_number="H-1")
    transfer = offer(stage)
    with pytest.raises(TransferRefused, match="known_record_number"):
        accept(stage, transfer)
    assert followers(stage.ana.id) == [stage.clinic.id]
    assert accept(stage, transfer, number="H-2").record_number == "H-2"


def test_an_offer_is_answered_once(stage):
    transfer = offer(stage)
    with pytest.raises(TransferRefused, match="offered_already"):
        offer(stage)
    transfers.decline(stage.eli, transfer, "full", MONDAY)
    for late in (
        lambda: accept(stage, transfer),
        lambda: transfers.withdraw(stage.dee, transfer, MONDAY),
        lambda: transfers.decline(stage.eli, transfer, "", MONDAY),
    ):
        with pytest.raises(TransferRefused, match="answered_already"):
            late()
    again = offer(stage)
    transfers.withdraw(stage.dee, again, MONDAY)
    with pytest.raises(TransferRefused, match="answered_already"):
        accept(stage, again)


@pytest.mark.parametrize("state", ["withdrawn", "deceased", "completed"])
def test_nobody_is_asked_to_answer_an_offer_of_somebody_who_is_not_followed_any_more(stage, state):
    offer(stage)
    clinics = (stage.clinic.id, stage.eli.clinic_id)
    assert [transfers.count_open(each).to_us for each in clinics] == [0, 1]
    states.change_state(stage.dee, stage.ana, state, None, MONDAY)
    for clinic_id in clinics:
        assert transfers.count_open(clinic_id) == transfers.Waiting(0, 0)
        assert transfers.open_in(clinic_id) == []


def test_reminders_come_by_the_wall_of_the_place_where_the_patient_lives_now(stage):
    with writing():
        stage.ana.remind_at = MONDAY + timedelta(hours=9)  # asked for it this evening
    there = handed_on(stage)
    assert there.remind_at == MONDAY + timedelta(hours=9)
    back = transfers.offer(stage.eli, there, stage.clinic.id, AGREED, MONDAY + 2 * HOUR)
    wanted = Wanted(stage.ana.record_number, "America/New_York")
    here = handing_on.accept(stage.dee, back, wanted, MONDAY + 3 * HOUR)
    assert here.remind_at == datetime(2026, 3, 2, 15, tzinfo=UTC)  # 10:00 in New York


def test_made_up_patients_stay_among_their_like(stage):
    real = a_clinic("Real Clinic", is_demo=False)
    assert real not in transfers.others(stage.clinic)
    with pytest.raises(TransferRefused, match="clinic_unknown"):
        transfers.offer(stage.dee, stage.ana, real.id, AGREED, MONDAY)


def test_who_was_handed_on_is_only_read_in_the_former_clinic(stage):
    handed_on(stage)
    here = patients.find(stage.dee, stage.ana.id)
    with pytest.raises(states.StateRefused, match="moved"):
        states.change_state(stage.dee, here, "active", None, MONDAY + 2 * HOUR)
    with pytest.raises(TransferRefused, match="moved"):
        offer(stage, here, MONDAY + 2 * HOUR)
    day = {"performed_on": here.today(MONDAY)}
    with pytest.raises(procedures.ProcedureRefused, match="moved"):
        procedures.start(stage.dee, here, day, "A new one.", MONDAY + 2 * HOUR)
    with pytest.raises(procedures.ProcedureRefused, match="moved"):
        procedures.correct(
            stage.dee, here, patients.current_procedure(here), day, MONDAY + 2 * HOUR
        )
    with pytest.raises(sa.exc.IntegrityError), writing():
        here.state = "active"


def test_a_third_clinic_never_finds_the_offer(stage):
    transfer = offer(stage)
    finn = a_nurse(a_clinic("Valley Clinic"), "Nurse Finn")
    with pytest.raises(patients.NotFound):
        transfers.find(finn, transfer.id)
    with pytest.raises(patients.NotFound):
        transfers.find_offered(stage.dee, transfer.id)
    assert transfers.open_in(finn.clinic_id) == []
    assert [each.transfer for each in transfers.open_in(stage.eli.clinic_id)] == [transfer]


def test_answers_that_arrive_while_it_is_accepted_are_all_there_afterwards(app, stage):
    transfer, key, device_id = offer(stage), stage.ana.key, stage.device.id
    eli, clinic_id = stage.eli.id, stage.eli.clinic_id
    db.session.commit()
    failures = []

    def answering(number):
        with app.app_context():
            try:
                ana = patients.get(key)
                device = db.session.get_one(devices.Device, (key.clinic_id, device_id))
                for turn in range(6):
                    check_in(
                        ana, device, answers(turn), MONDAY + timedelta(minutes=10 * number + turn)
                    )
            except Exception as error:  # noqa: BLE001 - shown below
                failures.append(error)

    def accepting():
        with app.app_context():
            try:
                nurse = db.session.get_one(accounts.Clinician, (clinic_id, eli))
                row = db.session.get_one(Transfer, (key.clinic_id, transfer.id))
                handing_on.accept(nurse, row, Wanted("H-1", "Europe/Berlin"), MONDAY)
            except Exception as error:  # noqa: BLE001 - shown below
                failures.append(error)

    work = [Thread(target=answering, args=(n,)) for n in range(3)] + [Thread(target=accepting)]
    for each in work:
        each.start()
    for each in work:
        each.join()
    assert failures == []
    there = rows(Key(clinic_id, key.patient_id))["checkins"]
    assert len(there) == 18
    left = {(row["entry_id"], row["revision"]) for row in rows(key)["checkins"]}
    assert left <= {(row["entry_id"], row["revision"]) for row in there}


STEPS = st.lists(
    st.sampled_from(["answer", "danger", "offer", "accept", "decline", "call", "review", "close"]),
    min_size=4,
    max_size=14,
)
_stages = count(1)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_happens_one_clinic_follows_the_phone_goes_on_and_nothing_is_lost(app, steps):
    with app.app_context():
        world = World(next(_stages))
        for number, step in enumerate(steps):
            getattr(world, step)(MONDAY + number * HOUR)
            world.look()
        db.session.rollback()


class World:
    """Ana between two clinics, of which at every moment one follows her."""

    def __init__(self, number):
        hill = a_clinic(f"Hill Clinic {number}")
        harbour = a_clinic(f"Harbour Clinic {number}")
        self.nurses = {each.id: self._nurse(each, number) for each in (hill, harbour)}
        self.clinics = [hill.id, harbour.id]
        ana = a_patient(self.nurses[hill.id])
        code = cards.issue(self.nurses[hill.id], ana, ana.name, CARD_KEY, MONDAY)
        _device, self.token = cards.connect(code, CARD_KEY, "phone", MONDAY)
        self.ana, self.given, self.calls, self.open = ana.id, [], 0, None

    def _nurse(self, clinic, number):
        email = f"{clinic.id}@clinic.example"
        return people.add_clinician(
            clinic, Newcomer(email, f"Nurse {number}"), "x" * 12, CHEAP, MONDAY
        )

    @property
    def where(self):
        (clinic_id,) = followers(self.ana)
        return clinic_id

    @property
    def patient(self):
        return patients.find(self.nurses[self.where], self.ana)

    def answer(self, now, signs=()):
        stored = check_in(self.patient, devices.find(self.token), answers(3, signs), now)
        self.given.append((stored.checkin.entry_id, stored.checkin.warning_signs))

    def danger(self, now):
        self.answer(now, ("wound",))

    def offer(self, now):
        if self.open is None:
            (to,) = [each for each in self.clinics if each != self.where]
            self.open = transfers.offer(self.nurses[self.where], self.patient, to, AGREED, now)

    def accept(self, now):
        if self.open is not None:
            had, nurse = set(open_flags(self.patient)), self.nurses[self.open.to_clinic_id]
            handing_on.accept(nurse, self.open, Wanted("A-1", "Europe/Berlin"), now)
            self.open = None
            assert set(open_flags(self.patient)) == had

    def decline(self, now):
        if self.open is not None:
            transfers.decline(self.nurses[self.open.to_clinic_id], self.open, "", now)
            self.open = None

    def call(self, now):
        moves.note_try(self.nurses[self.where], self.patient, Tried("patient", "well"), now)
        self.calls += 1

    def review(self, now):
        with writing():
            review.review(patients.lock(self.patient.key), now)

    def close(self, now):
        for flag in open_flags(self.patient).values():
            reasons = {row.reason for row in flags.findings_of([flag])[flag.id]}
            closing = moves.Closing(dict.fromkeys(reasons, "other"), True, "looked at")
            moves.close(self.nurses[self.where], flag, closing, now)

    def look(self):
        """Exactly one clinic follows, the phone is signed in there, and all that was given is there."""
        patient = self.patient
        assert devices.find(self.token).key == patient.key
        kept = rows(patient.key)
        assert {(row["entry_id"], tuple(row["warning_signs"])) for row in kept["checkins"]} == {
            (entry, tuple(signs)) for entry, signs in self.given
        }
        assert len(kept["contacts"]) == self.calls
        (other,) = [each for each in self.clinics if each != patient.clinic_id]
        assert [flag for flag in flags.open_in(other) if flag.patient_id == self.ana] == []
