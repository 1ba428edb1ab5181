"""What a phone needs to put the app on its first page, and the pictures that show how."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from recovery.records.languages import LANGUAGES
from tests.house.program import ROOT, text
from tests.people import MONDAY, answers, check_in
from tests.web.desk import see

ICONS = ROOT / "static" / "icons"
MOST_BYTES = 25_000
PHONES = {
    "iphone": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15",
    "android": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile",
}


@pytest.fixture
def browser(sqlite_app, stage):
    """The browser of somebody whose phone no card has connected."""
    return sqlite_app.test_client()


@pytest.fixture
def phone(sqlite_app, stage):
    """Ana's phone."""
    client = sqlite_app.test_client()
    client.set_cookie("device", stage.token)
    return client


def manifest(browser, **headers):
    answer = browser.get("/manifest.webmanifest", headers=headers)
    assert answer.mimetype == "application/manifest+json"
    return answer.get_json(force=True)


def test_the_manifest_opens_on_today_as_an_app(browser):
    told = manifest(browser)
    assert (told["id"], told["start_url"], told["scope"]) == ("/today", "/today", "/")
    assert told["display"] == "standalone"
    assert told["name"]
    assert len(told["short_name"]) <= 12


def test_its_colours_are_those_of_the_light_pages(browser):
    (paper,) = re.findall(r"--paper: (#\w{6})", text("static/css/tokens.css").split("@media")[0])
    told = manifest(browser)
    assert (told["theme_color"], told["background_color"]) == (paper, paper)


def test_its_icons_are_there_in_the_sizes_that_it_names(browser):
    icons = manifest(browser)["icons"]
    kinds = {(icon["purpose"], icon["sizes"]) for icon in icons}
    sizes = ("192x192", "512x512")
    assert kinds == {(purpose, size) for purpose in ("any", "maskable") for size in sizes}
    for icon in icons:
        with browser.get(icon["src"]) as answer:
            drawn = Image.open(BytesIO(answer.data))
        assert (drawn.format, "{}x{}".format(*drawn.size)) == ("PNG", icon["sizes"])


def test_all_icons_together_are_small():
    assert sum(path.stat().st_size for path in ICONS.iterdir()) < MOST_BYTES


def test_a_maskable_icon_and_the_iphones_have_no_clear_corner():
    for path in (*ICONS.glob("maskable-*.png"), ICONS / "apple-touch-icon.png"):
        assert Image.open(path).convert("RGBA").getchannel("A").getextrema() == (255, 255), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manifest_speaks_the_language_that_the_browser_asks_for(browser, language):
    told = manifest(browser, **{"Accept-Language": language})
    assert told["lang"].partition("-")[0] == language
    assert told["dir"] == "ltr"


def test_a_connected_phone_has_its_own_language(phone, stage):
    posted = {"language": "fr", "access": stage.device.access}
    phone.post("/phone/language", data=posted, headers={"Sec-Fetch-Site": "same-origin"})
    assert manifest(phone, **{"Accept-Language": "de"})["lang"].startswith("fr")


def test_the_manifest_says_nothing_of_anybody(phone, browser):
    assert phone.get("/manifest.webmanifest").data == browser.get("/manifest.webmanifest").data


def test_patients_pages_name_manifest_icon_and_colours_and_clinicians_pages_none(phone, desk):
    for page in (see(phone, "/phone"), see(phone, "/card"), see(phone, "/nothing-here", 404)):
        assert '<link rel="manifest" href="/manifest.webmanifest"' in page
        assert '<link rel="apple-touch-icon"' in page
        assert page.count('<meta name="theme-color"') == 2
    for page in (see(desk), see(desk, "/clinic/nothing-here", 404)):
        assert "manifest" not in page
        assert "theme-color" not in page


@pytest.mark.parametrize("phone_kind", PHONES)
def test_each_phone_is_shown_its_own_three_steps(browser, phone_kind):
    answer = browser.get("/install", headers={"User-Agent": PHONES[phone_kind]})
    assert answer.status_code == 200
    assert answer.text == browser.get(f"/install?phone={phone_kind}").text
    assert answer.text.count('class="step-words"') == 3
    assert answer.text.count("drawing") == 3


def test_the_iphones_steps_say_that_the_card_is_asked_for_once_more_and_why(browser):
    page = see(browser, "/install?phone=iphone")
    assert "Keep your card at hand" in page
    assert "it asks for the code on your card" in page
    assert "Why once more?" in page
    assert "Why once more?" not in see(browser, "/install?phone=android")


@pytest.mark.parametrize("path", ["/install", "/install?phone=abacus"])
def test_a_computer_is_asked_which_phone_it_is(browser, path):
    page = see(browser, path)
    assert "Which phone is it?" in page
    assert 'class="step-words"' not in page


def test_this_phone_and_the_page_after_the_answers_lead_there_once(sqlite_app, stage, phone):
    with sqlite_app.app_context():
        check_in(stage.ana, stage.device, answers(3), MONDAY)
    assert see(phone, "/phone").count('href="/install"') == 1
    offered = 'not-in-app" data-if="is_followed"> <a href="/install"'
    assert see(phone, "/today?line=yes").count(offered) == 1


def test_the_drawings_hold_no_mark_of_anybody_and_no_photograph():
    drawn = text("templates/patient/install_pictures.html")
    assert "<image" not in drawn
    assert not list(Path(ROOT / "static").rglob("*.jp*g"))
