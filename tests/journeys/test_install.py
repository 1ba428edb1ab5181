"""The app on a phone's first page: the browser's own check, and the pictures for each phone."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from recovery.records import clock
from recovery.records.database import db
from tests.journeys.conftest import CALM, CHROMIUM, DESK, PHONE
from tests.people import PASSWORD, set_stage

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/26.0 Mobile/15E148 Safari/604.1"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Mobile Safari/537.36"
)
NARROW = {**PHONE, "viewport": {"width": 320, "height": 640}}


@pytest.fixture
def stage(app):
    with app.app_context():
        stage = set_stage(clock.now())
        db.session.commit()
    return stage


def installability(page):
    """What Chromium itself finds: errors of the manifest, and what keeps the app from being installed."""
    session = page.context.new_cdp_session(page)
    found = session.send("Page.getAppManifest")
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    return found, found["errors"] + errors


@pytest.fixture
def own_phone(browser, site, tmp_path):
    """A phone with a profile of its own: from a window that forgets everything nothing can be installed."""
    context = browser.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=CHROMIUM, args=CALM, base_url=site, **PHONE
    )
    yield context.pages[0]
    context.close()


@pytest.mark.parametrize("path", ["/card", "/install"])
def test_the_browser_itself_finds_the_app_installable(site, own_phone, path):
    own_phone.goto(path)
    found, errors = installability(own_phone)
    assert errors == []
    assert found["url"] == f"{site}/manifest.webmanifest"
    kept = json.loads(found["data"])
    assert (kept["start_url"], kept["scope"], kept["display"]) == ("/today", "/", "standalone")


def test_a_connected_patients_page_is_installable_too(stage, own_phone):
    own_phone.goto(f"/c/{stage.code}")
    own_phone.get_by_role("button", name="Connect this phone").click()
    own_phone.get_by_role("heading", level=1).wait_for()
    assert installability(own_phone)[1] == []


def test_a_clinicians_pages_are_no_app(stage, desk):
    desk.goto("/clinic/")
    desk.get_by_label("E-mail address").fill("dee@hill.example")
    desk.get_by_label("Password").fill(PASSWORD)
    desk.get_by_role("button", name="Sign in").click()
    desk.get_by_role("heading", level=1).wait_for()
    assert installability(desk)[0]["url"] == ""


@pytest.mark.parametrize(
    ("name", "agent", "sentence"),
    [
        ("iphone", IPHONE, "The first time, it asks for the code on your card."),
        ("android", ANDROID, "You need no card for this."),
    ],
)
@pytest.mark.parametrize("window", [NARROW, PHONE])
def test_each_phone_sees_its_own_steps_and_the_others_a_tap_away_without_a_script(
    visit, look, name, agent, sentence, window
):
    page = visit(**window, user_agent=agent, java_script_enabled=False)
    page.goto("/install")
    expect(page.get_by_role("listitem")).to_have_count(3)
    expect(page.get_by_text(sentence)).to_be_visible()
    other = {"iphone": "Android phone", "android": "iPhone or iPad"}[name]
    page.get_by_role("link", name=other).click()
    expect(page.get_by_text(sentence)).to_have_count(0)
    expect(page.get_by_role("listitem")).to_have_count(3)
    expect(page.get_by_role("link", name=other)).to_have_attribute("aria-current", "page")


@pytest.mark.parametrize("window", [NARROW, PHONE], ids=["narrow", "usual"])
@pytest.mark.parametrize("name", ["iphone", "android"])
def test_the_steps_are_readable_for_everybody(visit, look, name, window):
    page = visit(**window)
    page.goto(f"/install?phone={name}")
    look(page, f"install-{name}")
    page.evaluate("document.documentElement.style.fontSize = '250%'")
    assert_no_sideways_scroll(page)
    look(page, f"install-{name}-doubled")


def assert_no_sideways_scroll(page):
    width, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= room, f"{page.url} is {width} px wide in {room} px"


def test_a_computer_is_asked_which_phone_it_is(visit, look):
    page = visit(**DESK)
    page.goto("/install")
    expect(page.get_by_text("Which phone is it?")).to_be_visible()
    look(page, "install-desk")
    page.get_by_role("link", name="iPhone or iPad").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("listitem")).to_have_count(3)


def test_where_the_browser_offers_it_one_tap_is_enough(phone):
    """Chromium makes its offer only after a while of use, so the test makes it."""
    phone.goto("/install?phone=android")
    button = phone.get_by_role("button", name="Put it on my first page")
    expect(button).to_be_hidden()
    phone.evaluate("""() => {
      const offer = new Event("beforeinstallprompt", { cancelable: true });
      offer.prompt = () => window.dispatchEvent(new Event("appinstalled"));
      window.dispatchEvent(offer);
    }""")
    button.click()
    expect(button).to_be_hidden()
    expect(phone.get_by_role("status")).to_have_text("It is on your first page now.")


def test_whoever_declines_reads_that_nothing_has_changed(phone):
    phone.goto("/install?phone=android")
    phone.evaluate("""() => {
      const offer = new Event("beforeinstallprompt", { cancelable: true });
      offer.prompt = async () => {};
      offer.userChoice = Promise.resolve({ outcome: "dismissed" });
      window.dispatchEvent(offer);
    }""")
    phone.get_by_role("button", name="Put it on my first page").click()
    said = phone.get_by_role("status").filter(has_text="Nothing has changed.")
    expect(said).to_be_visible()
