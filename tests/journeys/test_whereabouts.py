"""A second procedure, and another clinic that takes over while the phone is open: its answers go on."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from recovery.records import cards, clock
from recovery.records.checkins import CheckIn
from recovery.records.database import db
from tests.journeys.conftest import PHONE
from tests.journeys.test_main_job import sign_in
from tests.journeys.test_today import choose, connected, opened, send
from tests.people import CARD_KEY, set_stage
from tests.processes import wait_until

NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture
def stage(app):
    """Ana on day ten, with a new card in her hand."""
    now = clock.now()
    with app.app_context():
        stage = set_stage(now)
        stage.code = cards.issue(stage.dee, stage.ana, stage.ana.name, CARD_KEY, now)
        db.session.commit()
    return stage


@pytest.fixture
def desks(visit):
    """Nurse Dee's screen and Nurse Eli's, signed in."""
    dee, eli = (visit(viewport=WIDE) for _ in range(2))
    for page, email in ((dee, "dee@hill.example"), (eli, "eli@harbour.example")):
        with page.expect_navigation(url="**/clinic/"):
            sign_in(page, email)
    return dee, eli


def at_both_sizes(page, look, name):
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        look(page, name)


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def follow(page, name):
    with page.expect_navigation():
        page.get_by_role("link", name=name).click()


def kept_at(app, stage):
    """The pain of each answer and the clinic that has it, in the order in which they came."""
    with app.app_context():
        query = sa.select(CheckIn.pain, CheckIn.clinic_id).order_by(CheckIn.received_at)
        rows = db.session.execute(query).all()
        names = {stage.clinic.id: "Hill", stage.eli.clinic_id: "Harbour"}
        return [(row.pain, names[row.clinic_id]) for row in rows]


def answer(page, pain):
    choose(page, "pain", pain)
    choose(page, "warning_signs", "none")
    choose(page, "answered_by", "patient")
    send(page)


def second_procedure(dee, stage, look):
    dee.goto(f"/clinic/patients/{stage.ana.id}")
    follow(dee, "Enter a new procedure")
    at_both_sizes(dee, look, "procedure")
    press(dee, "Start anew from this procedure")
    at_both_sizes(dee, look, "procedure-problems")
    today = stage.ana.today(clock.now())
    dee.get_by_label("Date of the procedure").fill(today.isoformat())
    dee.get_by_text("T12", exact=True).click()
    dee.get_by_text("I have asked: the patient agrees that following goes on").click()
    press(dee, "Start anew from this procedure")
    expect(dee.get_by_text("day 0, T12")).to_be_visible()
    at_both_sizes(dee, look, "patient-of-two-procedures")


def hand_on(dee, eli, look):
    follow(dee, "Hand on to another clinic")
    at_both_sizes(dee, look, "transfer")
    dee.get_by_label("To which clinic?").select_option(label="Harbour Clinic")
    dee.get_by_text("I have asked: the patient agrees, also").click()
    dee.get_by_label("When and how the patient agreed").fill("On the phone.")
    press(dee, "Offer this patient")
    eli.goto("/clinic/")
    follow(eli, "1 patient is offered to you. Accept or decline.")
    at_both_sizes(eli, look, "transfers")
    eli.get_by_label("Our record number").fill("H-77")
    press(eli, "Accept: we follow from now on")
    expect(eli.get_by_role("heading", name="Ana Ruiz")).to_be_visible()


def test_a_second_procedure_and_a_new_clinic_while_the_phone_is_open(
    stage, visit, app, desks, look
):
    dee, eli = desks
    phone = connected(visit(**PHONE), stage.code)
    second_procedure(dee, stage, look)
    opened(phone, is_offline=True)
    answer(phone, 4)
    expect(phone.get_by_text("The clinic has not been told yet.").first).to_be_visible()
    hand_on(dee, eli, look)
    phone.context.set_offline(False)
    wait_until(lambda: kept_at(app, stage) == [(4, "Harbour")], 30)
    phone.goto("/today?line=yes")
    expect(phone.get_by_text("Answers for Ana Ruiz").first).to_be_visible()
    expect(phone.get_by_role("heading", name="Harbour Clinic")).to_be_visible()
    phone.get_by_role("link", name="Something has changed").click()
    answer(phone, 5)
    wait_until(lambda: kept_at(app, stage) == [(4, "Harbour"), (5, "Harbour")], 30)
    dee.goto(f"/clinic/patients/{stage.ana.id}")
    expect(dee.get_by_text("Followed by Harbour Clinic since")).to_be_visible()
    expect(dee.get_by_role("main").get_by_role("button")).to_have_count(0)
    expect(dee.get_by_label("Day on the charts")).to_be_enabled()
    for way in ("Everything that happened", "One page for the record (PDF)"):
        for link in dee.get_by_role("link", name=way).all():
            expect(link).to_be_visible()
    at_both_sizes(dee, look, "patient-handed-on")


def test_who_covers_which_day_is_named_with_the_keyboard_alone(stage, desks, look):
    dee, _eli = desks
    notice = dee.get_by_role("link", name="Name somebody.")
    notice.focus()
    with dee.expect_navigation():
        dee.keyboard.press("Enter")
    at_both_sizes(dee, look, "cover")
    first = dee.get_by_role("combobox").first
    first.focus()
    dee.keyboard.type("Nurse D")
    expect(first).to_have_value(str(stage.dee.id))
    button = dee.get_by_role("button", name="Keep, and fill empty days as the week before")
    button.focus()
    with dee.expect_navigation():
        dee.keyboard.press("Enter")
    chosen = dee.locator(f"option[selected][value='{stage.dee.id}']")
    expect(chosen).to_have_count(4)
    dee.goto("/clinic/")
    expect(dee.get_by_text("Nurse Dee covers")).to_be_visible()
