"""Enrolling from a file as a nurse does it: a line to correct, the corrected file, everybody's card on paper."""

from __future__ import annotations

import io

import pypdf
import pytest
from playwright.sync_api import expect

from recovery.records import clock
from recovery.records.database import db
from recovery.records.patients import Patient
from tests.journeys.conftest import DESK, PHONE
from tests.made_up_file import csv_of, people
from tests.people import PASSWORD, a_patient, set_stage


@pytest.fixture
def stage(app):
    with app.app_context():
        stage = set_stage(clock.now())
        a_patient(stage.dee, "Bo Lind", now=clock.now())
        db.session.commit()
    return stage


def rows(count, **second):
    """So many who were operated on today; the second of them as told."""
    today = clock.now().date().isoformat()
    days = dict.fromkeys(("performed_on", "baseline_on", "consent_on"), today)
    found = [{**each, **days} for each in people(count)]
    return [found[0], {**found[1], **second}, *found[2:]]


def sign_in(page):
    page.goto("/clinic/import")
    page.get_by_label("E-mail address").fill("dee@hill.example")
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()


def send(page, content):
    file = {"name": "march.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("File", exact=True).set_input_files(files=[file])
    with page.expect_navigation():
        page.get_by_role("button", name="Send and check").click()


def click(page, role, name):
    with page.expect_navigation():
        page.get_by_role(role, name=name).first.click()


def enrol(page, look):
    send(page, csv_of(rows(60, phone="by pigeon")))
    # The page renews itself until the round has checked the file.
    expect(page.get_by_role("heading", name="1 line is not right")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Typed: by pigeon")).to_be_visible()
    look(page, "import-bad")
    send(page, csv_of(rows(60)))
    whole = page.get_by_role("button", name="Enrol all 60 patients")
    whole.wait_for(timeout=30_000)
    look(page, "import-preview")
    with page.expect_navigation():
        whole.click()
    cards = page.get_by_role("link", name="Print their cards")
    cards.wait_for(timeout=30_000)
    look(page, "import-enrolled")
    with page.expect_navigation():
        cards.click()


def sheets_of(page):
    """The sheets of A4 that a printer gets."""
    return pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages


def test_a_file_with_a_bad_line_is_corrected_enrolled_and_everybodys_card_printed(
    app, stage, rounds, desk, look
):
    sign_in(desk)
    look(desk, "import")
    send(desk, b"x" * 6 * 1024 * 1024)
    expect(desk.get_by_text("The file is larger than 3 MB.").first).to_be_visible()
    look(desk, "import-refused")
    enrol(desk, look)
    look(desk, "card-choice")
    click(desk, "button", "Make the cards of those ticked")
    look(desk, "card-sheet")
    sheets = [sheet.extract_text() for sheet in sheets_of(desk)]
    assert [sheet.count("Emergency") for sheet in sheets] == [6] * 8
    assert "Print the cards" not in sheets[0]
    click(desk, "link", "Next sheets: 12 patients have no card yet")
    assert desk.get_by_role("checkbox").count() == 12
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Patient)) == 62


def test_on_a_phone_without_scripts_a_file_is_enrolled_and_a_lost_card_replaced(
    app, stage, rounds, visit
):
    page = visit(**PHONE, java_script_enabled=False)
    sign_in(page)
    send(page, csv_of(rows(3)))
    whole = page.get_by_role("button", name="Enrol all 3 patients")
    whole.wait_for(timeout=30_000)  # the page loads itself anew
    whole.click()
    page.get_by_role("link", name="Print their cards").wait_for(timeout=30_000)
    page.goto(f"/clinic/patients/{stage.ana.id}")
    click(page, "link", "Lost: replace")
    click(page, "button", "End it and print a new card")
    expect(page.get_by_role("article", name="Card of Ana Ruiz")).to_be_visible()


@pytest.mark.parametrize(("size", "window"), [("desk", DESK), ("phone", PHONE)])
def test_the_pages_of_a_lost_card(stage, visit, look, size, window):
    page = visit(**window)
    sign_in(page)
    look(page, f"import-{size}")
    page.goto(f"/clinic/patients/{stage.ana.id}/lost-card")
    look(page, f"lost-card-{size}")
    click(page, "button", "End it and print a new card")
    look(page, f"new-card-{size}")
    assert len(sheets_of(page)) == 1
    page.goto("/clinic/cards")
    look(page, f"card-choice-{size}")
