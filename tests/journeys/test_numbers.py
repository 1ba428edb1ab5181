"""Numbers on a small phone: each in a sentence rings when it is touched, and stands on one line."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from recovery.records import cards, clock, states
from recovery.records.database import db
from recovery.web.numbers import ring
from tests.journeys.conftest import PHONE
from tests.journeys.test_today import answer, connected, opened
from tests.people import CARD_KEY, answers, check_in, set_stage
from tests.ringing import NUMBERS, SENTENCES

SMALL = {**PHONE, "viewport": {"width": 320, "height": 640}}
CLINIC = ["112", "+49 30 23125 100", "+49 30 23125 199", "+49 30 23125 102"]
# Every number that can be seen: what touching it rings, and on how many lines it stands.
SEEN = """(numbers) => {
    for (const part of document.querySelectorAll("details")) part.open = true;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
        const text = walker.currentNode;
        const rings = text.parentElement.closest("a")?.getAttribute("href") ?? "";
        for (const number of text.parentElement.checkVisibility() ? numbers : []) {
            const at = text.data.indexOf(number);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(text, at);
            range.setEnd(text, at + number.length);
            const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
            found.push({ number, rings, lines: lines.size, said: text.data.trim() });
        }
    }
    return found;
}"""
SAME = """async ({ scripts, numbers, sentences }) => {
    const { ring } = await import(`${scripts}/ring.js`);
    return sentences.filter(([sentence, html]) => {
        const wanted = document.createElement("p");
        const made = document.createElement("p");
        wanted.innerHTML = html;
        made.textContent = sentence;
        ring(made.firstChild, numbers);
        made.normalize();
        return !made.isEqualNode(wanted);
    });
}"""


@pytest.fixture
def stage(app):
    """Ana told of a fever and is in hospital; the clinic's computer is behind: notices stand on her pages."""
    now = clock.now()
    with app.app_context():
        stage = set_stage(now)
        stage.code = cards.issue(stage.dee, stage.ana, stage.ana.name, CARD_KEY, now)
        given = check_in(stage.ana, stage.device, answers(3, temperature_c=38.6), now)
        stage.entry = given.checkin.entry_id
        states.report_hospital(stage.ana, stage.device.actor, now)
        db.session.commit()
    return stage


def hold(page, at_least):
    """Each number on the page rings itself, from one line; there are so many of them."""
    seen = page.evaluate(SEEN, CLINIC)
    wrong = [
        each
        for each in seen
        if each["lines"] != 1 or each["rings"] != f"tel:{each['number'].replace(' ', '')}"
    ]
    assert len(seen) >= at_least, seen
    assert wrong == []
    for link in page.locator("main a[href^='tel:']:visible").all():
        link.tap(trial=True)


@pytest.fixture
def ana(stage, visit):
    """Ana's small phone, connected."""
    return connected(visit(**SMALL), stage.code)


def test_every_number_on_a_page_of_the_clinic_rings_from_one_line(stage, ana, look):
    for name, path, at_least in (
        ("today", "/today?line=yes", 6),
        ("questions", "/today?more=yes", 7),
        ("answer", f"/answer/{stage.entry}", 7),
        ("progress", "/progress", 7),
        ("expect", "/expect", 16),
        ("sign-out", "/sign-out", 7),
    ):
        ana.goto(path)
        hold(ana, at_least)
        look(ana, f"numbers-{name}")


def test_so_does_every_number_that_scripts_show_without_a_line(ana, look):
    opened(ana, is_offline=True)
    ana.get_by_role("link", name="Something has changed").click()
    hold(ana, 7)
    answer(ana, temperature="39")
    expect(ana.get_by_role("heading", level=1)).to_contain_text("now.")
    hold(ana, 9)
    look(ana, "numbers-answer-of-the-phone")


def test_in_an_emergency_the_one_button_rings_and_the_numbers_beside_it_stay_whole(ana, look):
    opened(ana, is_offline=True)
    ana.get_by_role("link", name="Something has changed").click()
    answer(ana, warning_signs="chest_pain_or_breathless")
    heading = ana.get_by_role("heading", level=1)
    expect(heading).to_have_text("Ring 112 now.")
    seen = ana.evaluate(SEEN, CLINIC)
    assert {each["lines"] for each in seen} == {1}
    assert {each["rings"] for each in seen} == {"", "tel:112"}
    assert any(each["number"] in CLINIC[1:] for each in seen)
    look(ana, "numbers-emergency")


def test_a_receipt_that_says_the_same_is_not_read_out_again(ana, stage):
    ana.goto(f"/answer/{stage.entry}")
    ana.evaluate("document.querySelector('.receipt li').dataset.stays = 'yes'")
    with ana.expect_response("**/answer/*.json"):
        ana.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    ana.evaluate("new Promise((resolve) => setTimeout(resolve))")
    expect(ana.locator("[data-stays]")).to_have_count(1)


def test_the_phone_makes_the_same_links_as_the_server(site, phone):
    phone.goto("/card")
    pairs = [(sentence, str(ring(sentence, NUMBERS))) for sentence in SENTENCES]
    told = {"scripts": f"{site}/assets/0/js", "numbers": NUMBERS, "sentences": pairs}
    assert phone.evaluate(SAME, told) == []
