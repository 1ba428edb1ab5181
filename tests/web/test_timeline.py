"""Everything that happened to a patient in one list: newest first, by kind, page by page, with who did it."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from recovery.records import audit, cards, devices, flags, limits, messages, moves, states
from recovery.records.contacts import Tried
from recovery.records.database import writing
from recovery.records.messages import Reminder
from recovery.web import timeline
from recovery.web.timeline import Event
from recovery.web.timeline_words import KINDS, MOVES
from tests.people import CARD_KEY, MONDAY, answers, check_in
from tests.web.desk import desk_of, review_all, rows_of, see

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def path(stage):
    return f"/clinic/patients/{stage.ana.id}/timeline"


@pytest.fixture
def busy(sqlite_app, stage):
    """Ana: a fever that was seen, claimed and closed, a note, a correction, a call, a pause, a limit, a lost card."""
    with sqlite_app.app_context():
        entry = uuid4()
        hot = answers(3, temperature_c=38.6, note="May I bathe?", answered_by="with_help")
        check_in(stage.ana, stage.device, hot, MONDAY - DAY, entry_id=entry)
        review_all(sqlite_app, MONDAY - DAY)
        (flag,) = flags.of_patient(stage.ana)
        moves.see(stage.dee, stage.ana, MONDAY - 20 * HOUR)
        moves.claim(stage.dee, stage.ana, MONDAY - 20 * HOUR)
        moves.note_try(
            stage.dee, stage.ana, Tried("nobody", "", MONDAY - 2 * HOUR), MONDAY - 10 * HOUR
        )
        moves.note_try(stage.dee, stage.ana, Tried("helper", "He rings back."), MONDAY)
        told = moves.Closing({"fever": "other_illness"}, True, "A cold.")
        moves.close(stage.dee, flag, told, MONDAY)
        later = answers(4, note="May I bathe?")
        check_in(stage.ana, stage.device, later, MONDAY, entry_id=entry)
        states.change_state(stage.dee, stage.ana, "paused", stage.ana.today(MONDAY) + DAY, MONDAY)
        wanted = limits.Wanted("pain_target", stage.ana.today(MONDAY) + DAY, "Agreed.", 3)
        limits.end_limit(stage.dee, limits.set_limit(stage.dee, stage.ana, wanted, MONDAY), MONDAY)
        cards.issue(stage.dee, stage.ana, "Eva Ruiz", CARD_KEY, MONDAY, "helper")
        phone = devices.find_in_care(stage.dee, stage.device.id)
        devices.end(phone, stage.dee.actor, MONDAY)
        reminder = Reminder(stage.ana.key, "today", 0, "email", "ana@home.example", MONDAY)
        with writing():
            messages.queue_reminder(reminder, MONDAY)


def test_everything_stands_there_with_who_did_it(desk, busy, path):
    page = see(desk, path)
    for what, by in (
        ("Flag raised: Fever", None),
        ("Flag seen: Fever", "by Nurse Dee"),
        ("Flag claimed until Sun 1 Mar, 15:00: Fever", "by Nurse Dee"),
        ("Tried to reach somebody: Fever", "by Nurse Dee"),
        ("Flag closed: Fever", "by Nurse Dee"),
        ("Answers for Sun 1 Mar", "by the patient with help"),
        ("Answers for Mon 2 Mar, correction 1", "by somebody unnamed"),
        ("Note", "by the patient with help"),
        ("Call: The helper or second contact", "by Nurse Dee"),
        ("State changed: Paused", "by Nurse Dee"),
        ("Procedure: L1", None),
        ("Enrolled", "by Nurse Dee"),
        ("Limit set: Pain target 3 until Tuesday 3 March", "by Nurse Dee"),
        ("Limit ended: Pain target 3 until Tuesday 3 March", "by Nurse Dee"),
        ("Card issued: Eva Ruiz (A helper)", "by Nurse Dee"),
        ("Phone connected: phone of Ana Ruiz", None),
        ("Phone ended: phone of Ana Ruiz", "by Nurse Dee"),
        ("Reminder by e-mail", None),
    ):
        said = rf"<b>{re.escape(what)}</b>" + (rf' <span class="aside">{by}' if by else "")
        assert re.search(said, page), what
    for words in (
        "Temperature 38.6 °C on day 9.",
        "Other illness",
        "A cold.",
        "pain 3, moves 4, 38.6 °C, paracetamol not answered, warning signs: none",
        "Told: ",
        "May I bathe?",
        "Not read yet",
        "He rings back.",
        "waits to be sent",
    ):
        assert words in page, words


@pytest.mark.parametrize(
    ("because", "last_error", "said"),
    [
        ("answered", "", "not sent: no longer wanted"),
        ("too late for its day", "550 no such user", "could not be sent"),
        ("no way to send an SMS", "", "could not be sent"),
        ("no phone connected", "", "not sent: no phone was connected any more"),
        ("phone ended", "", "not sent: this phone had been ended"),
        ("phone not reached", "410", "not sent: this phone is not reached any more"),
    ],
)
def test_a_reminder_that_never_came_says_why(
    sqlite_app, stage, desk, path, because, last_error, said
):
    with sqlite_app.app_context(), writing() as session:
        reminder = Reminder(stage.ana.key, "today", 0, "email", "ana@home.example", MONDAY)
        messages.queue_reminder(reminder, MONDAY)
        kept = session.scalars(sa.select(messages.Message)).one()
        kept.withheld_at, kept.withheld_because, kept.last_error = MONDAY, because, last_error
    page = see(desk, path)
    assert re.search(rf"Reminder by e-mail</b>.*?>{said}\.?<", page)


def test_the_newest_comes_first_and_days_are_named(desk, busy, path):
    page = see(desk, path)
    assert page.index("Monday 2 March 2026") < page.index("Sunday 1 March 2026")
    assert page.index("Flag closed") < page.index("Flag seen") < page.index("Flag raised")


def test_each_kind_can_be_shown_alone_and_says_how_much_there_is(desk, busy, path):
    everything = see(desk, path)
    counts = dict(re.findall(r'>([\w ]+) <span class="count">(\d+)</span>', everything))
    assert set(counts) == {"Everything", *KINDS.values()}
    assert int(counts.pop("Everything")) == sum(map(int, counts.values()))
    calls = see(desk, f"{path}?kind=calls")
    assert calls.count('class="event ') == int(counts["Calls"]) == 2
    assert "Flag raised" not in calls
    assert re.search(r'kind=calls" aria-current=page', calls)
    see(desk, f"{path}?kind=secrets", 404)


def test_a_kind_that_never_happened_says_so(desk, path):
    assert "Nothing of this kind has happened." in see(desk, f"{path}?kind=notes")


def test_opening_the_list_is_audited(sqlite_app, stage, desk, path):
    see(desk, path)
    (line,) = rows_of(sqlite_app, audit.AuditLine, action="patient opened")
    assert (line.actor, line.patient_id) == (stage.dee.actor, stage.ana.id)


def test_nurse_eli_finds_no_list(sqlite_app, stage, path):
    see(desk_of(sqlite_app, stage.eli), path, 404)


def test_the_patient_page_shows_the_newest_and_leads_to_the_rest(desk, stage, busy, path):
    page = see(desk, f"/clinic/patients/{stage.ana.id}")
    lately = page.partition("What happened lately")[2].partition("All answers")[0]
    assert lately.count('class="event ') == 8
    assert f'href="{path}"' in lately
    assert "Flag raised" not in lately


def event(hours):
    at = MONDAY - hours * HOUR
    return Event(at, at.date(), "calls", f"Call {hours}")


def test_many_events_are_shown_page_by_page_and_none_is_lost():
    events = [event(hours) for hours in range(2 * timeline.PAGE_SIZE + 5)]
    shown, page = [], 1
    while page:
        part = timeline.timeline(events, "UTC", "", page)
        shown += [line.event.what for day in part.days for line in day.events]
        assert part.newer == (page - 1 or None)
        page = part.older
    assert shown == [f"Call {hours}" for hours in range(2 * timeline.PAGE_SIZE + 5)]
    assert timeline.timeline(events, "UTC", "", 99).older is None
    assert timeline.timeline(events, "UTC", "", -1).newer is None


def test_every_move_of_a_flag_has_its_words():
    moves = {"see", "claim", "release", "expire", "attempt", "reach", "snooze", "wake"}
    assert moves | {"break_through", "close", "end"} == set(MOVES)
