"""The lead's page about alerts: it says what will happen, keeps what is typed, and never leaves an emergency silent."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from config import Chat
from recovery.records import accounts, escalation
from recovery.records.accounts import Clinician
from recovery.records.audit import AuditLine
from recovery.records.database import db, writing
from recovery.records.escalation import EscalationStep
from recovery.records.messages import Message
from tests.people import a_nurse
from tests.push_service import Browser
from tests.web.desk import SAME, desk_of, rows_of, see, send

PAGE = "/clinic/escalation"


def line(n, minutes, way, to="", **ticks):
    """What is posted for one line of the form."""
    boxes = {"minutes": minutes, "way": way, "to": to, **ticks}
    return {f"{name}-{n}": str(value) for name, value in boxes.items()}


TEAM = line(0, 0, "email", "nurses@hill.example")


@pytest.fixture
def lead(sqlite_app, stage):
    """Nurse Dee leads her clinic."""
    with sqlite_app.app_context(), writing() as session:
        session.get_one(Clinician, (stage.dee.clinic_id, stage.dee.id)).role = "lead"
    return desk_of(sqlite_app, stage.dee)


@pytest.fixture
def equipped(sqlite_app):
    """An installation with an SMS provider and a chat for each clinic."""
    sqlite_app.extensions["settings"] = replace(
        sqlite_app.extensions["settings"],
        sms_url="json://localhost/{phone}",
        chats=(
            Chat("Hill Clinic", "on call", "json://localhost/SECRET"),
            Chat("Harbour Clinic", "harbour team", "json://localhost/OTHER"),
        ),
    )


def steps(app):
    rows = sorted(rows_of(app, EscalationStep), key=lambda row: (row.urgency, row.number))
    return [(row.urgency, row.step) for row in rows]


def test_only_a_lead_opens_it(desk, sqlite_app, stage):
    see(desk, PAGE, 404)
    send(desk, f"{PAGE}/emergency", 404, **TEAM)
    send(desk, f"{PAGE}/digest", 404)
    assert "Who is told, and when" not in see(desk, "/clinic/messages")


def test_sentences_tell_what_happens_on_a_saturday_night_and_in_the_week(lead):
    page = read_out(lead)
    assert "“Emergency” comes in on Saturday at 20:00, and nobody looks:" in page
    assert "At once e-mail to nurses@hill.example" in page
    assert (
        "Monday 08:00 the clinic opens, once more: "
        "e-mail to nurses@hill.example and e-mail to lead@hill.example" in page
    )
    assert "Monday 08:15 e-mail to lead@hill.example" in page
    assert "Nobody is told: it waits on the worklist." in page


def read_out(desk):
    """The page without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", see(desk, PAGE)).split())


def test_steps_are_kept_in_the_order_of_their_minutes_and_noted_with_who_changed_them(
    lead, sqlite_app, equipped, stage
):
    typed = (
        line(0, 30, "chat:on call")
        | line(1, 15, "sms", "+49 30 23125 150", open="yes")
        | line(2, 0, "email", "nurses@hill.example")
        | line(3, 5, f"push:{stage.dee.id}")
    )
    send(lead, f"{PAGE}/emergency", **typed)
    kept = [(s.after_minutes, s.channel, s.to, s.when) for _urgency, s in steps(sqlite_app)]
    assert kept == [
        (0, "email", "nurses@hill.example", "always"),
        (5, "push", str(stage.dee.id), "always"),
        (15, "sms", "+49 30 23125 150", "open_hours"),
        (30, "chat", "on call", "always"),
    ]
    page = read_out(lead)
    assert "20:30 chat “on call”" in page
    assert "20:05 notice in the browser of Nurse Dee" in page
    (noted,) = rows_of(sqlite_app, AuditLine, action="escalation changed")
    assert noted.actor == stage.dee.actor
    assert [step["to"] for step in noted.details["after"]][2] == "+49 30 23125 150"


@pytest.mark.parametrize("urgency", ["emergency", "today"])
@pytest.mark.parametrize(
    "typed",
    [
        {},
        TEAM | {"open-0": "yes"},
        TEAM | {"remove-0": "yes"},
    ],
)
def test_an_emergency_and_a_today_flag_always_tell_somebody_at_any_hour(
    lead, sqlite_app, urgency, typed
):
    page = send(lead, f"{PAGE}/{urgency}", 422, **typed)
    assert "Keep at least one e-mail, SMS or chat at any hour" in page
    assert steps(sqlite_app) == []


def test_what_cannot_be_kept_says_what_to_do_beside_its_box_and_nothing_typed_is_lost(
    lead, sqlite_app, equipped
):
    typed = (
        TEAM
        | line(1, "soon", "email", "lead at hill")
        | line(2, 9999, "sms")
        | line(3, "", "", "somebody@hill.example")
    )
    page = send(lead, f"{PAGE}/emergency", 422, **typed)
    for said in (
        "Type the minutes as a whole number, such as 15.",
        "Type the e-mail address as name@clinic.example.",
        "Type the e-mail address or the phone number.",
        "Choose by which way, or empty the whole line.",
        "Type after how many minutes; 0 is at once.",
    ):
        assert said in page
    for value in ("soon", "lead at hill", "9999", "somebody@hill.example"):
        assert f'value="{value}"' in page
    late = send(lead, f"{PAGE}/emergency", 422, **TEAM | {"minutes-0": "1441"})
    assert "Type at most 1440 minutes" in late
    twice = TEAM | line(1, 0, "email", "nurses@hill.example")
    assert "The same step stands twice." in send(lead, f"{PAGE}/emergency", 422, **twice)
    assert steps(sqlite_app) == []


def test_nobody_can_make_the_server_post_to_an_address_of_theirs(lead, sqlite_app, equipped, stage):
    page = see(lead, PAGE)
    assert "SECRET" not in page
    assert "harbour team" not in page
    for way in ("chat:harbour team", "chat:json://evil.example", f"push:{stage.eli.id}"):
        refused = send(lead, f"{PAGE}/emergency", 422, **TEAM | line(1, 5, way))
        assert "Choose one of the ways shown." in refused
    assert steps(sqlite_app) == []


def test_who_has_left_and_a_chat_that_is_gone_stay_named_until_they_are_removed(
    lead, sqlite_app, stage
):
    with sqlite_app.app_context(), writing() as session:
        bob = a_nurse(accounts.clinic_of(stage.clinic.id), "Nurse Bob")
        bob.ended_at, bob.ended_by = stage.ana.enrolled_at, "operator"
        for number, (channel, to) in enumerate(
            [("email", "nurses@hill.example"), ("push", str(bob.id)), ("chat", "old chat")]
        ):
            row = EscalationStep(clinic_id=stage.clinic.id, urgency="emergency", number=number)
            row.after_minutes, row.channel, row.recipient, row.only_when_open = (
                0,
                channel,
                to,
                False,
            )
            session.add(row)
    page = see(lead, PAGE)
    assert "Notice in the browser of Nurse Bob, who has left" in page
    assert "Chat: old chat" in page


def test_whom_no_browser_reaches_is_named_so_until_one_does(lead, sqlite_app, stage):
    assert "Notice in the browser of Nurse Dee (no browser yet)" in see(lead, PAGE)
    told = Browser().subscription("https://fcm.googleapis.com/fcm/send/abc")
    assert lead.post("/clinic/my-alerts/browser", json=told, headers=SAME).status_code == 201
    page = see(lead, PAGE)
    assert "Notice in the browser of Nurse Dee (no" not in page
    assert "Notice in the browser of Lia Lead (no browser yet)" in page


def test_the_usual_steps_come_back_at_a_press(lead, sqlite_app):
    send(lead, f"{PAGE}/routine", **TEAM)
    assert [urgency for urgency, _step in steps(sqlite_app)] == ["routine"]
    assert "Go back to the usual steps" in see(lead, PAGE)
    send(lead, f"{PAGE}/routine/usual")
    assert steps(sqlite_app) == []
    assert "Go back to the usual steps" not in see(lead, PAGE)


def test_a_test_goes_through_the_same_queue_to_everybody_and_once_a_minute(lead, sqlite_app):
    send(lead, f"{PAGE}/emergency/test")
    send(lead, f"{PAGE}/emergency/test")
    queued = rows_of(sqlite_app, Message, purpose="test")
    assert sorted(row.recipient for row in queued) == ["lead@hill.example", "nurses@hill.example"]
    assert "Test" in see(lead, "/clinic/messages")


def test_an_urgency_that_does_not_exist_is_not_found(lead):
    send(lead, f"{PAGE}/yesterday", 404)
    send(lead, f"{PAGE}/yesterday/test", 404)
    send(lead, f"{PAGE}/yesterday/usual", 404)


def test_the_teams_digest_is_the_leads_to_switch(lead, sqlite_app, stage):
    send(lead, f"{PAGE}/digest")
    with sqlite_app.app_context():
        assert accounts.clinic_of(stage.clinic.id).digest_to_team is False
        db.session.rollback()
    send(lead, f"{PAGE}/digest", digest="yes")
    with sqlite_app.app_context():
        assert accounts.clinic_of(stage.clinic.id).digest_to_team is True


def test_the_plan_is_the_clinics_own(lead, sqlite_app, stage):
    send(lead, f"{PAGE}/emergency", **TEAM | {"to-0": "new@hill.example"})
    with sqlite_app.app_context():
        harbour = escalation.plan_of(stage.eli.clinic_id, "emergency")
        assert "new@hill.example" not in [step.to for step in harbour]
