"""The main job, from a card in the patient's hand to a flag on the worklist, seen and closed."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from recovery.records import cards, clock
from recovery.records.database import db
from tests.people import CARD_KEY, PASSWORD, answers, check_in, set_stage
from tests.processes import wait_until

WITHIN = 10_000  # milliseconds from the check-in to the flag on the worklist


@pytest.fixture
def stage(app):
    """Ana with ten quiet days behind her and a new card in her hand."""
    now = clock.now()
    with app.app_context():
        stage = set_stage(now)
        for day in range(10, 0, -1):
            check_in(stage.ana, stage.device, answers(3), now - timedelta(days=day))
        stage.code = cards.issue(stage.dee, stage.ana, stage.ana.name, CARD_KEY, now)
        db.session.commit()
    return stage


def connect(page, stage):
    page.goto(f"/c/{stage.code}")
    page.get_by_role("button", name="Connect this phone").click()


def sign_in(page, email):
    page.goto("/clinic/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def choose(page, name, value):
    """Tap an answer as a finger does: on its words."""
    page.locator(f"label:has(> input[name={name}][value='{value}'])").click()


def answer(page, temperature="38.6"):
    choose(page, "pain", 4)
    choose(page, "mobility", 3)
    page.locator("input[name=temperature]").fill(temperature)
    choose(page, "warning_signs", "none")
    choose(page, "answered_by", "patient")
    page.get_by_role("button", name="Send my answers").click()


def close(page):
    page.get_by_label("Whom did you reach just now?").select_option("patient")
    page.get_by_label("What was said, or why it can be closed").fill("She comes in today at four.")
    page.locator("label:has(> input[name=useful][value=yes])").click()
    page.get_by_role("button", name="Visit booked").click()


def go_through(phone, desk, stage, look):
    phone.goto(f"/c/{stage.code}")
    look(phone, "card-link")
    phone.get_by_role("button", name="Connect this phone").click()
    expect(phone).to_have_url(f"{phone.url.partition('/today')[0]}/today")
    expect(phone.get_by_text("Answers for Ana Ruiz").first).to_be_visible()
    look(phone, "today")
    answer(phone)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Ring")
    look(phone, "answer")
    phone.goto("/progress")
    look(phone, "progress")
    sign_in(desk, "dee@hill.example")
    row = desk.get_by_role("listitem").filter(has_text="Ana Ruiz")
    expect(row).to_contain_text("38.6 °C", timeout=WITHIN)
    return row


@pytest.mark.both_databases
def test_a_fever_on_the_phone_is_on_nurse_dees_worklist_and_she_deals_with_it(
    stage, phone, desk, rounds, mailbox, look
):
    row = go_through(phone, desk, stage, look)
    look(desk, "worklist")
    (alert,) = mailbox.wait_for(1)
    assert "Ana" not in alert.get_content()
    with desk.expect_navigation():
        row.get_by_role("link", name="Ana Ruiz", exact=True).click()
    look(desk, "patient")
    desk.get_by_role("button", name="Seen", exact=True).click()
    expect(desk.get_by_role("button", name="Seen", exact=True)).to_have_count(0)
    phone.goto("/today")
    phone.get_by_role("link", name="Open").first.click()
    expect(phone.get_by_text("A nurse opened your answers")).to_be_visible()
    close(desk)
    desk.goto("/clinic/")
    expect(desk.get_by_text("Nobody is on the list")).to_be_visible()


def test_the_same_without_javascript(stage, phone_without_scripts, visit, rounds, look):
    desk = visit(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    phone = phone_without_scripts
    connect(phone, stage)
    answer(phone)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Ring")
    sign_in(desk, "dee@hill.example")
    row = desk.get_by_role("listitem").filter(has_text="Ana Ruiz")

    def is_listed():
        desk.get_by_role("link", name="Renew").click()
        return row.count()

    wait_until(is_listed, 10)
    row.get_by_role("link", name="Ana Ruiz", exact=True).click()
    desk.get_by_role("button", name="Seen", exact=True).click()
    close(desk)
    desk.goto("/clinic/")
    expect(desk.get_by_text("Nobody is on the list")).to_be_visible()


def test_nurse_eli_of_the_other_clinic_finds_neither_patient_nor_flag(stage, phone, desk, rounds):
    connect(phone, stage)
    answer(phone)
    sign_in(desk, "eli@harbour.example")
    expect(desk.get_by_text("Nobody is on the list")).to_be_visible()
    found = desk.goto(f"/clinic/patients/{stage.ana.id}")
    assert found.status == 404
    expect(desk.get_by_text("Ana")).to_have_count(0)


def test_the_cards_code_reaches_no_log(stage, phone, tmp_path):
    connect(phone, stage)
    log = (tmp_path / "gunicorn.log").read_text()
    assert "GET /c/..." in log
    assert stage.code not in log


def test_the_worklist_renews_itself_while_dee_looks(stage, phone, desk, rounds):
    connect(phone, stage)
    sign_in(desk, "dee@hill.example")
    expect(desk.get_by_text("Nobody is on the list")).to_be_visible()
    answer(phone)
    row = desk.get_by_role("listitem").filter(has_text="Ana Ruiz")
    expect(row).to_contain_text("38.6 °C", timeout=WITHIN)


def test_chest_pain_stands_above_the_errors_and_is_flagged(stage, phone, desk, rounds, look):
    connect(phone, stage)
    choose(phone, "warning_signs", "chest_pain_or_breathless")
    phone.locator("input[name=temperature]").fill("380")
    phone.get_by_role("button", name="Send my answers").click()
    ring = phone.get_by_role("link", name="Ring 112")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("112")
    problems = phone.get_by_role("alert")
    expect(problems).to_contain_text("380")
    assert ring.last.bounding_box()["y"] < problems.bounding_box()["y"]
    expect(phone.locator("input[name=temperature]")).to_have_value("380")
    look(phone, "emergency-above-errors")
    sign_in(desk, "dee@hill.example")
    row = desk.get_by_role("listitem").filter(has_text="Ana Ruiz")
    expect(row).to_contain_text("Emergency", timeout=WITHIN)
    expect(row).to_contain_text("ther answers incomplete")


def status(site, path):
    connection = HTTPConnection(urlsplit(site).netloc, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def freeze(rounds, database_url):
    """Stop the rounds between two transactions: a process frozen inside one would keep SQLite's write lock."""
    while True:
        rounds.send_signal(signal.SIGSTOP)
        if not database_url.startswith("sqlite:///") or is_writable(database_url):
            return
        rounds.send_signal(signal.SIGCONT)


def is_writable(database_url):
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), timeout=0.2)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        return True


@pytest.mark.slow
def test_stopped_rounds_are_noticed_by_the_watcher_the_nurse_and_the_patient(
    stage, phone, desk, rounds, site, settings
):
    wait_until(lambda: status(site, "/health/rounds") == 200, 15)
    freeze(rounds, settings.database_url)
    wait_until(lambda: status(site, "/health/rounds") == 503, 60)
    connect(phone, stage)
    expect(phone.get_by_text("Our computer is behind")).to_be_visible()
    sign_in(desk, "dee@hill.example")
    expect(desk.get_by_text("behind")).to_be_visible()
    rounds.send_signal(signal.SIGCONT)
    wait_until(lambda: status(site, "/health/rounds") == 200, 15)
