"""Every page in each language, light, dark and with doubled letters: it fits its window, and axe finds nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from recovery.records import clock
from recovery.records.database import db, writing
from recovery.records.languages import LANGUAGES
from tests.journeys.conftest import COLOURS, axe_clean
from tests.people import PASSWORD, answers, check_in, set_stage

WIDTHS = (320, 390)
PAGES = (
    *("/today", "/today?more=yes", "/answer", "/progress", "/history", "/expect", "/export"),
    *("/weekly", "/phone", "/reminders", "/install", "/hospital", "/sign-out", "/nothing-here"),
    "/card",
)
DESK = (
    *("/clinic/", "/clinic/patients", "/clinic/enrol", "/clinic/pathway", "/clinic/languages"),
    *("/clinic/languages/de", "/clinic/nothing-here", "/clinic/cohort", "/clinic/cover"),
    *("/clinic/transfers", "/clinic/import", "/clinic/cards", "/clinic/messages"),
    *("{ana}", "{ana}/check-in", "{ana}/limits"),
)

SIZES = ["target-size", "scrollable-region-focusable"]


@pytest.fixture
def stage(app):
    """Ana with ten days behind her and a fever yesterday."""
    now = clock.now()
    with app.app_context():
        stage = set_stage(now)
        for day in range(10, 1, -1):
            check_in(stage.ana, stage.device, answers(day % 4 + 2), now - timedelta(days=day))
        hot = answers(4, ("wound",), temperature_c=38.6)
        stage.last = check_in(stage.ana, stage.device, hot, now - timedelta(days=1)).checkin
        stage.answer = f"/answer/{stage.last.entry_id}"
        db.session.commit()
    return stage


@pytest.fixture
def picture(request):
    """Keep a picture of the page, if asked for."""
    folder = request.config.getoption("screenshots")

    def keep(page, name):
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return keep


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def look_in_every_way(page):
    """In light; in dark what goes by colour; with letters twice as large what goes by size."""
    for scheme, rules in (("dark", COLOURS), ("light", None)):
        page.emulate_media(color_scheme=scheme)
        axe_clean(page, rules)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert fits(page), f"{page.url} with doubled letters"
    axe_clean(page, SIZES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits_the_smallest_phone(app, stage, visit, site, picture, language):
    with app.app_context(), writing():
        db.session.get_one(type(stage.ana), (stage.clinic.id, stage.ana.id)).language = language
    page = visit(viewport={"width": 320, "height": 640}, service_workers="block")
    page.context.add_cookies([{"name": "device", "value": stage.token, "url": site}])
    for path in PAGES:
        page.goto(stage.answer if path == "/answer" else path)
        assert page.locator("html").get_attribute("lang") == language
        for width in reversed(WIDTHS):
            page.set_viewport_size({"width": width, "height": 640})
            assert fits(page), page.url
            picture(page, f"{language}{re.sub('[^a-z]', '-', path)}-{width}")
        look_in_every_way(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_a_nurse_fits_her_desk(app, stage, visit, picture, language):
    with app.app_context(), writing():
        db.session.get_one(type(stage.clinic), stage.clinic.id).language = language
    page = visit(viewport={"width": 1024, "height": 800})
    page.goto("/clinic/")
    page.locator("input[name=email]").fill("dee@hill.example")
    page.locator("input[name=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("button").click()
    for path in DESK:
        page.goto(path.format(ana=f"/clinic/patients/{stage.ana.id}"))
        assert page.locator("html").get_attribute("lang") == language
        assert fits(page), page.url
        picture(page, f"{language}{re.sub('[^a-z{]', '-', path)}-1024")
        look_in_every_way(page)
