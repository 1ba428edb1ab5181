"""My recovery in a real browser: every part with and without scripts, on the smallest phone, with doubled letters."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from recovery.records import clinic_settings, clock
from recovery.records.database import db
from tests.journeys.conftest import PHONE, axe_clean
from tests.people import answers, check_in, set_stage

SMALL = {**PHONE, "viewport": {"width": 320, "height": 640}}
DOUBLED = "document.documentElement.style.fontSize = '250%'"  # patients' pages stand at 125 %
PARTS = {
    "progress": "How it goes",
    "history": "Your answers",
    "expect": "What to expect",
    "export": "Take your answers with you",
}


@pytest.fixture
def stage(app):
    """Ana on day 34, with quiet days, a fever and a note, in a clinic that has set its days without lifting."""
    now = clock.now()
    with app.app_context():
        stage = set_stage(now, day=34)
        clinic_settings.set_lifting_days(stage.lia, 42, now)
        for ago in (*range(33, 20, -1), *range(18, 6, -1), 2, 1, 0):
            given = answers(3 + ago // 8, answered_by="patient")
            if ago == 9:
                given = answers(6, ("wound",), temperature_c=38.4, note="Is that a fever?")
            check_in(stage.ana, stage.device, given, now - timedelta(days=ago))
        db.session.commit()
    return stage


def as_ana(page: Page, stage, site: str) -> Page:
    page.context.add_cookies([{"name": "device", "value": stage.token, "url": site}])
    return page


def fits(page: Page) -> bool:
    """Nothing has to be pushed sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("name", PARTS)
def test_every_part_is_for_everybody_on_the_smallest_phone(visit, site, stage, look, name):
    page = as_ana(visit(**SMALL), stage, site)
    page.goto(f"/{name}")
    expect(page.get_by_role("heading", level=1)).to_have_text(PARTS[name])
    look(page, name)
    assert fits(page)
    page.evaluate(DOUBLED)
    axe_clean(page)
    assert fits(page)


def test_from_how_it_goes_to_every_part_and_back_without_scripts(
    phone_without_scripts, site, stage
):
    page = as_ana(phone_without_scripts, stage, site)
    page.goto("/progress")
    for name in ("history", "expect", "export", "progress"):
        parts = page.get_by_role("navigation", name="My recovery")
        parts.get_by_role("link", name=PARTS[name], exact=True).click()
        expect(page).to_have_url(f"{site}/{name}")
        expect(page.get_by_role("heading", level=1)).to_have_text(PARTS[name])
        expect(page.get_by_role("link", name="Need help now? Ring 112.")).to_be_visible()


def test_a_day_leads_to_what_was_told_on_it(phone, site, stage):
    page = as_ana(phone, stage, site)
    page.goto("/history")
    fever = page.get_by_role("article").filter(has_text="Is that a fever?")
    expect(fever).to_contain_text("38.4 °C")
    fever.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers are saved.")


def test_the_present_weeks_are_open_and_the_others_open_by_hand(phone_without_scripts, site, stage):
    page = as_ana(phone_without_scripts, stage, site)
    page.goto("/expect")
    expect(page.get_by_text("Change is slower now.")).to_be_visible()
    first = page.get_by_text("More pain at first is common.")
    expect(first).to_be_hidden()
    page.get_by_role("heading", name="The first 2 days").click()
    expect(first).to_be_visible()
    expect(page.get_by_role("link", name="Ring 112", exact=True)).to_be_visible()


def test_ana_takes_her_answers_with_her(phone, site, stage, tmp_path: Path):
    page = as_ana(phone, stage, site)
    page.goto("/export")
    with page.expect_download() as pages:
        page.get_by_role("link", name="Get the pages (PDF)").click()
    pages.value.save_as(tmp_path / "ana.pdf")
    read = PdfReader(tmp_path / "ana.pdf")
    assert len(read.pages) in (1, 2)
    assert "Ana Ruiz" in read.pages[0].extract_text()
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    with page.expect_download() as file:
        page.get_by_role("link", name="Get the file (JSON)").click()
    file.value.save_as(tmp_path / "ana.json")
    kept = json.loads((tmp_path / "ana.json").read_text(encoding="utf-8"))
    assert len(kept["check_ins"]) == 28
    expect(page).to_have_url(f"{site}/export")  # the app has not gone away
