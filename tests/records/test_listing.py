"""The list of everybody: found, grouped, ordered and paged alike on either database."""

from __future__ import annotations

from datetime import time, timedelta
from itertools import product
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery.records import listing, messages, patients, reminders, states, subscriptions
from recovery.records.database import db, writing
from recovery.records.flags import Flag
from recovery.records.groups import Now
from recovery.records.listing import Asked
from recovery.records.messages import Message
from recovery.records.patients import OVER, Procedure
from recovery.records.subscriptions import Subscription
from recovery.records.summaries import PatientSummary
from recovery.records.worklist import URGENCIES
from tests import many
from tests.people import MONDAY, a_patient

DAY = timedelta(days=1)
NOW = Now(MONDAY, can_text=True)
ORDERS = ("name", "day", "answered", "pain", "share", "urgency")


def found(stage, words="", group="everybody", now=NOW, **asked):
    return listing.everybody(stage.dee, Asked(words, group, **asked), now)


def names(page):
    return [each.patient.name for each in page.people]


def tell(patient, **columns):
    """What a review would have kept of this patient."""
    kept = {"procedure_id": patients.current_procedure(patient).id, "as_of": MONDAY, **columns}
    with writing() as session:
        of_one = sa.update(PatientSummary).where(PatientSummary.patient_id == patient.id)
        session.execute(of_one.values(**kept))


def pain(day=9, level=3, beyond=0):
    return {
        "pains": [[day, level]],
        "pain_day": day,
        "pain": level,
        "own_least": level - beyond,
        "own_most": level - beyond,
        "beyond_own": beyond,
        "beside_published": "within",
    }


def flag(patient, urgency="today", rule="fever", at=MONDAY, closed_at=None):
    with writing() as session:
        session.add(
            Flag(
                clinic_id=patient.clinic_id,
                patient_id=patient.id,
                procedure_id=patients.current_procedure(patient).id,
                rule=rule,
                urgency=urgency,
                raised_at=at,
                raised_on=at.date(),
                updated_at=at,
                pathway_version="test",
                closed_at=closed_at,
                closed_by="computer" if closed_at else None,
            )
        )


# Searching.


SEARCHES = (
    *("jürgen", "JURGEN", "Juergen", "nuñez", "nunez jur", "  Nünez  "),
    *("hc-0042", "0042", "+49 (30) 9876-543", "030 9876543", "9876", "555 01 23"),
)
NOBODYS = ("nobody", "%", "_", "bo_berg", "bo%", "'", "\x00", "987", "🙂")


def test_bo_is_found_by_name_number_and_phone(stage):
    phones = {"phone": "+49 30 9876543", "second_name": "Al", "second_phone": "+49 151 5550123"}
    a_patient(stage.dee, "Jürgen Núñez", record_number="HC-0042", **phones)
    assert [names(found(stage, words)) for words in SEARCHES] == [["Jürgen Núñez"]] * len(SEARCHES)


def test_a_number_with_its_country_finds_who_is_recorded_without_it_and_the_other_way_round(stage):
    a_patient(stage.dee, "Bo Berg", phone="0170 5551234")
    a_patient(stage.dee, "Cy Cole", phone="+49 170 5559876")
    for words in ("+49 170 5551234", "0049 170 5551234", "+49 (0)170 5551234", "0170 5551234"):
        assert names(found(stage, words)) == ["Bo Berg"], words
    assert names(found(stage, "0170 5559876")) == ["Cy Cole"]


def test_what_nobody_is_called_finds_nobody(stage):
    a_patient(stage.dee, "Bo Berg", phone="+49 30 9876543")
    for words in NOBODYS:
        page = found(stage, words)
        assert (names(page), page.counts["everybody"], page.pages) == ([], 0, 1), words


def test_white_space_alone_is_no_search(stage):
    assert names(found(stage, " \t ")) == ["Ana Ruiz"]


def test_whoever_is_renamed_is_found_by_the_new_name_at_once(stage):
    with writing() as session:
        session.get_one(patients.Patient, (stage.clinic.id, stage.ana.id)).name = "Ana Gómez"
    assert names(found(stage, "gomez")) == ["Ana Gómez"]
    assert names(found(stage, "ruiz")) == []


def test_a_patient_without_a_summary_is_listed_and_found_all_the_same(stage):
    with writing() as session:
        session.execute(sa.delete(PatientSummary))
    assert names(found(stage)) == names(found(stage, "ruiz")) == ["Ana Ruiz"]


def test_the_other_clinic_finds_nobody_of_ours(stage):
    page = listing.everybody(stage.eli, Asked("ruiz"), NOW)
    assert (page.people, set(page.counts.values())) == ((), {0})


# Groups.


def counted(stage, now=NOW):
    return {key: count for key, count in found(stage, now=now).counts.items() if count}


def test_everybody_is_in_the_groups_that_say_what_they_need(stage):
    by_phone = a_patient(stage.dee, "Bo Berg", answers_daily="by_phone")
    a_patient(stage.dee, "Cy Cole")
    held = a_patient(stage.dee, "Di Dunn")
    states.change_state(stage.dee, held, "paused", (MONDAY + 3 * DAY).date(), MONDAY)
    over = a_patient(stage.dee, "Ed Evans")
    states.change_state(stage.dee, over, "deceased", None, MONDAY)
    assert counted(stage) == {
        "everybody": 5,
        "unreached": 1,
        "by_phone": 1,
        "not_connected": 1,
        "active": 1,
        "held": 1,
        "over": 1,
    }
    assert names(found(stage, group="by_phone")) == [by_phone.name]
    assert names(found(stage, group="held")) == ["Di Dunn"]
    assert names(found(stage, group="over")) == ["Ed Evans"]
    assert names(found(stage, group="not_connected")) == ["Cy Cole"]


def test_the_groups_are_those_who_match(stage):
    a_patient(stage.dee, "Bo Berg")
    assert found(stage, "berg").counts["everybody"] == 1
    assert found(stage, "berg").counts["active"] == 0


def test_silence_begins_at_its_moment_and_not_for_those_who_are_held(stage):
    tell(stage.ana, silent_at=MONDAY)
    before = Now(MONDAY - timedelta(seconds=1), can_text=True)
    assert "silent" not in counted(stage, before)
    assert counted(stage)["silent"] == 1
    assert found(stage).people[0].is_silent
    states.change_state(stage.dee, stage.ana, "in_hospital", None, MONDAY)
    assert "silent" not in counted(stage)


def test_only_open_flags_put_somebody_among_the_flagged(stage):
    flag(stage.ana, closed_at=MONDAY)
    assert "flagged" not in counted(stage)
    flag(stage.ana)
    flag(stage.ana, "routine", "gone_quiet")
    page = found(stage, group="flagged")
    assert [each.rule for each in page.people[0].flags] == ["fever", "gone_quiet"]


@pytest.mark.parametrize("push", ["none", "live", "dead", "ended"])
def test_out_of_reach_is_who_wants_reminders_and_gets_none(stage, push):
    with writing() as session:
        if push != "none":
            session.add(_subscription(stage, push))
        if push == "ended":
            stage.device.ended_at, stage.device.ended_by = MONDAY, "operator"
    choices = ([True, False], ["call", "text"], ["", "ana@example.org"], [None, time(10)])
    for can_text, way, email, wished in product(*choices):
        with writing():
            stage.ana.contact_way, stage.ana.email, stage.ana.reminder_time = way, email, wished
        other = reminders.other_way(stage.ana, can_text=can_text)
        is_reached = other is not None or bool(subscriptions.live_of(stage.ana))
        page = found(stage, now=Now(MONDAY, can_text))
        has_phone = push != "ended"
        assert page.people[0].is_unreached == (has_phone and wished is not None and not is_reached)
        assert page.people[0].is_not_connected == (not has_phone)
        assert page.counts["unreached"] == page.people[0].is_unreached
        assert page.counts["not_connected"] == page.people[0].is_not_connected
        assert page.counts["active"] == has_phone


def reminded(stage, ago, channel="email", recipient="ana@example.org", **became):
    """A reminder of so many days ago, tried once, and what became of it."""
    at = MONDAY - ago * DAY
    with writing() as session:
        slot = at.date().isoformat()
        messages.queue_reminder(
            messages.Reminder(stage.ana.key, slot, 1, channel, recipient, at), at
        )
        kept = session.scalars(sa.select(Message).where(Message.slot == slot)).one()
        for name, value in {"tries": 1, **became}.items():
            setattr(kept, name, value)


REFUSED = {"failure": "refused", "last_error": "550 no such user"}
TOO_LATE = {"withheld_at": MONDAY, "withheld_because": "too late for its day"}


def test_an_address_that_takes_nothing_is_no_way_to_reach_somebody(stage):
    with writing():
        stage.ana.email = "ana@example.org"
    assert "unreached" not in counted(stage)
    reminded(stage, 3, **REFUSED, **TOO_LATE)
    assert counted(stage)["unreached"] == 1
    reminded(stage, 2, sent_at=MONDAY - 2 * DAY)
    assert "unreached" not in counted(stage)
    reminded(stage, 1, **REFUSED)
    reminded(stage, 0, withheld_at=MONDAY, withheld_because="answered")
    assert counted(stage)["unreached"] == 1
    with writing():
        stage.ana.email = "ana.ruiz@example.org"
    assert "unreached" not in counted(stage)


def test_what_failed_is_found_by_an_index(sqlite_app):
    with sqlite_app.app_context():
        asked = messages.ways_that_failed(uuid4()).compile(db.engine)
        params = tuple(str(asked.params[name]) for name in asked.positiontup)
        steps = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", params)
        first, *_rest = steps.all()
    assert "INDEX ix_messages_failed" in first.detail


def test_nor_is_a_number_that_takes_nothing(stage):
    with writing():
        stage.ana.contact_way = "text"
    reminded(stage, 1, "sms", stage.ana.phone, failure="unknown", last_error="no")
    assert counted(stage)["unreached"] == 1
    reminded(stage, 0, "sms", stage.ana.phone, sent_at=MONDAY)
    assert "unreached" not in counted(stage)


def _subscription(stage, push):
    dead = {"dead_at": MONDAY, "dead_because": "gone"} if push == "dead" else {}
    return Subscription(
        clinic_id=stage.clinic.id,
        device_id=stage.device.id,
        patient_id=stage.ana.id,
        endpoint="https://push.example/1",
        p256dh="x",
        auth="x",
        subscribed_at=MONDAY,
        **dead,
    )


# Order.


def in_order(stage, order, is_reversed=False):
    return names(found(stage, order=order, is_reversed=is_reversed))


def test_names_are_sorted_as_people_read_them(stage):
    for name in ("Émile Ott", "zoe Fox", "Ann Oz", "Ana Z", "Örn Alm"):
        a_patient(stage.dee, name)
    expected = ["Ana Ruiz", "Ana Z", "Ann Oz", "Émile Ott", "Örn Alm", "zoe Fox"]
    assert in_order(stage, "name") == expected
    assert in_order(stage, "name", is_reversed=True) == expected[::-1]


def test_the_worst_against_the_own_forecast_come_first_and_those_without_pain_last(stage):
    tell(stage.ana, **pain(level=3))
    for name, told in {
        "Bo Berg": pain(level=8, beyond=4),
        "Cy Cole": pain(level=9, beyond=0),
        "Di Dunn": pain(level=2, beyond=-3),
        "Ed Evans": {},
    }.items():
        tell(a_patient(stage.dee, name), **told)
    expected = ["Bo Berg", "Cy Cole", "Ana Ruiz", "Di Dunn"]
    assert in_order(stage, "pain") == [*expected, "Ed Evans"]
    assert in_order(stage, "pain", is_reversed=True) == [*expected[::-1], "Ed Evans"]


def test_whoever_never_answered_comes_before_those_who_did_long_ago(stage):
    tell(stage.ana, answered_on=MONDAY.date())
    tell(a_patient(stage.dee, "Bo Berg"), answered_on=(MONDAY - 4 * DAY).date())
    a_patient(stage.dee, "Cy Cole")
    assert in_order(stage, "answered") == ["Cy Cole", "Bo Berg", "Ana Ruiz"]


def test_the_share_of_answered_days_counts_and_not_their_number(stage):
    tell(stage.ana, answered=9, asked=10)
    tell(a_patient(stage.dee, "Bo Berg"), answered=20, asked=80)
    a_patient(stage.dee, "Cy Cole")
    assert in_order(stage, "share") == ["Bo Berg", "Ana Ruiz", "Cy Cole"]


def test_the_most_urgent_open_flag_comes_first_and_of_equals_the_oldest(stage):
    others = {name: a_patient(stage.dee, name) for name in ("Bo Berg", "Cy Cole", "Di Dunn")}
    flag(stage.ana, "routine", "gone_quiet")
    flag(others["Bo Berg"], "today", at=MONDAY)
    flag(others["Cy Cole"], "today", at=MONDAY - DAY)
    flag(others["Di Dunn"], "emergency", closed_at=MONDAY)
    assert in_order(stage, "urgency") == ["Cy Cole", "Bo Berg", "Ana Ruiz", "Di Dunn"]


def test_whoever_is_over_stands_after_everybody_else(stage):
    over = a_patient(stage.dee, "Aa Aal", 1)
    states.change_state(stage.dee, over, "completed", None, MONDAY)
    tell(over, answered_on=MONDAY.date(), answered=1, asked=1, **pain(level=9, beyond=5))
    flag(over, "emergency")
    a_patient(stage.dee, "Zz Zorn", 30)
    last = {in_order(stage, order, turned)[-1] for order in ORDERS for turned in (False, True)}
    assert last == {"Aa Aal"}


# Pages.


def test_a_page_beyond_the_last_is_the_last(stage):
    many.patients(stage.dee, 59, MONDAY, answered_days=0)
    page = found(stage, page=99)
    assert (page.page, page.pages, len(page.people)) == (2, 2, 10)
    assert len(found(stage).people) == listing.PAGE_SIZE == 50


# Few levels, so that many are equal in each.
of_one = st.tuples(
    st.sampled_from(("active", "active", "in_hospital", "completed")),
    st.none() | st.integers(0, 3),  # days since the last answer
    st.none() | st.integers(-1, 1),  # beyond the own forecast
    st.integers(0, 2),  # answered of two days
    st.none() | st.sampled_from(URGENCIES),
)


def test_the_pages_show_everybody_exactly_once_and_in_order(stage):
    people = [stage.ana, *(a_patient(stage.dee, f"Bo {n % 4}", 1 + n % 3) for n in range(12))]

    @settings(max_examples=25)
    @given(
        st.lists(of_one, min_size=len(people), max_size=len(people)),
        st.sampled_from(ORDERS),
        st.booleans(),
        st.integers(1, 6),
    )
    def show(drawn, order, is_reversed, size):
        _draw(people, drawn)
        first = listing.everybody(stage.dee, Asked(order=order, is_reversed=is_reversed), NOW, size)
        shown = [
            each
            for page in range(1, first.pages + 1)
            for each in listing.everybody(
                stage.dee, Asked(order=order, is_reversed=is_reversed, page=page), NOW, size
            ).people
        ]
        assert sorted(e.patient.id for e in shown) == sorted(e.id for e in people)
        keys = [_key(each, order) for each in shown]
        assert keys == sorted(keys, key=lambda key: _turned(key, is_reversed))

    show()


def _draw(people, drawn):
    with writing() as session:
        session.execute(sa.delete(Flag))
        for each, (state, _, _, _, _) in zip(people, drawn, strict=True):
            each.state = state
    for each, (_, ago, beyond, answered, urgency) in zip(people, drawn, strict=True):
        last = None if ago is None else (MONDAY - ago * DAY).date()
        nothing = dict.fromkeys(pain(), None) | {"pains": []}
        told = nothing if beyond is None else pain(level=5, beyond=beyond)
        tell(each, answered_on=last, answered=answered, asked=2, **told)
        if urgency:
            flag(each, urgency)


def _key(each, order):
    """Whether they are over, whether they lack what is sorted by, and what is sorted by."""
    told = each.summary
    value = {
        "name": each.patient.name.lower(),
        "day": -each.procedure.performed_on.toordinal(),
        "answered": told.answered_on.toordinal() if told.answered_on else 0,
        "pain": None if told.beyond_own is None else -told.beyond_own,
        "share": told.answered / told.asked,
        "urgency": URGENCIES.index(each.flags[0].urgency) if each.flags else None,
    }[order]
    return each.patient.state in OVER, value is None, value


def _turned(key, is_reversed):
    is_over, is_lacking, value = key
    if is_lacking:
        return is_over, True, ()
    if isinstance(value, str):
        return is_over, False, tuple(-ord(c) if is_reversed else ord(c) for c in value)
    return is_over, False, (-value if is_reversed else value,)


# What is told.


def test_nothing_of_an_earlier_procedure_is_told_of_the_present_one(stage):
    tell(stage.ana, **pain(level=9, beyond=3))
    first = patients.current_procedure(stage.ana)
    with writing() as session:
        first.ended_on = MONDAY.date()
        session.flush()
        again = {"pathway": first.pathway, "levels": ["L2"], "performed_on": MONDAY.date()}
        key = {"clinic_id": first.clinic_id, "patient_id": first.patient_id, "id": uuid4()}
        session.add(Procedure(**key, **again))
    assert found(stage).people[0].summary is None


def test_the_number_of_queries_does_not_grow_with_the_patients(stage):
    asked = tuple(product(("", "a"), ORDERS))
    few = [queries(stage, words, order) for words, order in asked]
    for each in many.patients(stage.dee, 40, MONDAY, answered_days=0)[:5]:
        flag(each)
    lots = [queries(stage, words, order) for words, order in asked]
    assert few == lots == [3] * len(asked)


def queries(stage, words, order):
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    db.session.commit()
    sa.event.listen(db.engine, "before_cursor_execute", note)
    found(stage, words, order=order)
    sa.event.remove(db.engine, "before_cursor_execute", note)
    return len([each for each in asked if each.startswith(("SELECT", "WITH"))])
