"""Every page, as a patient and as a nurse meet it: axe finds nothing, in light and dark, on a phone and at a desk."""

from __future__ import annotations

import pytest

from recovery.records import accounts, cards, clock, limits
from recovery.records.database import db
from recovery.rounds import rehearsal
from tests.journeys.conftest import DESK, PHONE
from tests.people import CARD_KEY, PASSWORD, a_patient, answers, check_in, set_stage
from tests.rounds.work import review_all


@pytest.fixture
def stage(app):
    """Ana with a fever, a note, a limit and a new card; Bo whose phone is not connected."""
    now = clock.now()
    with app.app_context():
        stage = set_stage(now)
        for each in (answers(3, temperature_c=38.6, note="May I bathe?"), answers(4)):
            check_in(stage.ana, stage.device, each, now)
        a_patient(stage.dee, "Bo Lind", now=now, answers_daily="by_phone")
        review_all(now)
        cool = limits.Wanted("fever_limit", stage.ana.today(now), "Runs cool.", 37.5)
        limits.set_limit(stage.dee, stage.ana, cool, now)
        stage.code = cards.issue(stage.dee, stage.ana, stage.ana.name, CARD_KEY, now)
        db.session.commit()
    return stage


def test_every_page_of_a_patient(stage, phone, look):
    phone.goto("/card")
    look(phone, "card")
    phone.get_by_label("code").fill("AAAA BBBB CCCC")
    with phone.expect_navigation():
        phone.get_by_role("button").last.click()
    look(phone, "card-refused")
    phone.goto(f"/c/{stage.code}")
    phone.get_by_role("button", name="Connect this phone").click()
    correct = phone.get_by_role("link", name="Correct my answers")
    correct.wait_for()
    look(phone, "today-answered")
    correct.click()
    temperature = phone.locator("input[name=temperature]")
    temperature.wait_for()
    look(phone, "correct")
    temperature.fill("380")
    phone.get_by_role("button", name="Send my answers").click()
    phone.get_by_role("heading", name="Please look at this again").wait_for()
    look(phone, "today-problems")
    for name in ("hospital", "sign-out", "nothing-here"):
        phone.goto(f"/{name}")
        look(phone, name)


def see_clinic(page, stage, look, size):
    page.goto("/clinic/")
    look(page, f"sign-in-{size}")
    page.get_by_label("E-mail address").fill("dee@hill.example")
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()
    look(page, f"worklist-{size}")
    ana = f"/clinic/patients/{stage.ana.id}"
    for name, path in (
        ("patient", ana),
        ("check-in-by-phone", f"{ana}/check-in"),
        ("limits", f"{ana}/limits"),
        ("patients", "/clinic/patients"),
        ("enrol", "/clinic/enrol"),
        ("not-found", "/clinic/nothing-here"),
    ):
        page.goto(path)
        look(page, f"{name}-{size}")
    page.goto("/clinic/enrol")
    with page.expect_navigation():
        page.get_by_role("button", name="Enrol").last.click()
    look(page, f"enrol-problems-{size}")
    page.goto(f"{ana}/limits")
    with page.expect_navigation():
        page.get_by_role("button", name="Pause the rule").click()
    look(page, f"limits-problems-{size}")
    page.goto(ana)
    page.locator("label:has(> input[name=holder][value=patient])").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Issue and print a card").click()
    look(page, f"card-to-print-{size}")


def see_rehearsal(page, app, look, size):
    page.goto("/clinic/pathway")
    with page.expect_navigation():
        page.get_by_role("button", name="Find the sensitivity").click()
    look(page, f"pathway-problems-{size}")
    page.get_by_label("Flags for worsening pain").fill("3")
    page.get_by_role("button", name="Find the sensitivity").click()
    page.get_by_role("heading", name="Rehearsal").wait_for()
    look(page, f"rehearsal-waiting-{size}")
    with app.app_context():
        rehearsal.work_out_waiting(clock.now)
    page.get_by_role(
        "heading", name="What each number would have raised"
    ).wait_for()  # it has renewed itself
    look(page, f"rehearsal-{size}")


@pytest.mark.parametrize(("size", "window"), [("desk", DESK), ("phone", PHONE)])
def test_every_page_of_a_nurse(app, stage, visit, look, size, window):
    page = visit(**window)
    see_clinic(page, stage, look, size)
    see_rehearsal(page, app, look, size)


def test_the_page_that_refuses_enrolment_on_a_draft(app, stage, desk, look):
    with app.app_context():
        accounts.clinic_of(stage.clinic.id).is_demo = False
        db.session.commit()
    desk.goto("/clinic/enrol")
    desk.get_by_label("E-mail address").fill("dee@hill.example")
    desk.get_by_label("Password").fill(PASSWORD)
    with desk.expect_navigation():
        desk.get_by_role("button", name="Sign in").click()
    look(desk, "enrolment-refused")
