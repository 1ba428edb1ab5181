"""Large letters on the smallest phone, in each language: words stay whole, days are not cut, a question shows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recovery.records import clock, heartbeats
from recovery.records.database import db, writing
from recovery.records.languages import LANGUAGES
from tests.people import answers, check_in, set_stage

SMALLEST = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
# Not every browser knows where a language divides its words: here none are divided.
DOUBLED = """() => {
  document.documentElement.style.fontSize = "200%";
  document.body.style.hyphens = "manual";
}"""
# A word, or a number with its unbreakable spaces, of which not all lies on one line.
BROKEN = r"""() => {
  const found = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    for (const match of node.data.matchAll(/[+]?[\p{L}\p{N}]+([\xa0\u202f][\p{L}\p{N}]+)*/gu)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const seen = [...range.getClientRects()].filter((each) => each.width);
      if (new Set(seen.map((each) => Math.round(each.top))).size > 1) found.add(match[0]);
    }
  }
  return [...found];
}"""
# How far the widest day that can be chosen reaches beyond its field.
CUT = """(field) => {
  const room = field.offsetWidth;
  field.style.width = "max-content";
  return Math.max(field.offsetWidth - room, 0);
}"""
LETTERS = "document.documentElement.classList.add('text-largest')"


@pytest.fixture
def stage(app):
    """Ana with ten days behind her and a fever on the last of them; the clinic's computer keeps time."""
    now = clock.now()
    with app.app_context():
        stage = set_stage(now)
        for day in range(10, 1, -1):
            check_in(stage.ana, stage.device, answers(day % 4 + 2), now - timedelta(days=day))
        hot = answers(4, ("wound",), temperature_c=38.6)
        entry = check_in(stage.ana, stage.device, hot, now - timedelta(days=1)).checkin
        answer = f"/answer/{entry.entry_id}"
        heartbeats.beat("review", 3600, now)
        stage.pages = ("/today", answer, "/progress", "/phone", "/reminders", "/expect")
        db.session.commit()
    return stage


@pytest.fixture
def phone(visit, site, stage):
    """Ana's phone, which keeps no pages, so that each is the server's own."""
    page = visit(**SMALLEST, service_workers="block")
    page.context.add_cookies([{"name": "device", "value": stage.token, "url": site}])
    return page


@pytest.fixture
def speak(app, stage):
    """Write to Ana in another language from now on."""

    def choose(language):
        with app.app_context(), writing():
            db.session.get_one(type(stage.ana), (stage.clinic.id, stage.ana.id)).language = language

    return choose


def test_doubled_letters_break_no_word_and_cut_no_day(phone, stage, speak):
    broken = {}
    for language in LANGUAGES:
        speak(language)
        for path in stage.pages:
            phone.goto(path)
            phone.evaluate(DOUBLED)
            broken[language, path] = phone.evaluate(BROKEN)
            for field in phone.locator("select").all():
                assert field.evaluate(CUT) == 0, (language, path)
    assert {where: words for where, words in broken.items() if words} == {}


def test_the_first_question_begins_on_the_first_screen(phone, speak):
    for language in LANGUAGES:
        speak(language)
        phone.goto("/today")
        phone.evaluate(LETTERS)
        question = phone.locator("legend").first
        line = question.evaluate("each => parseFloat(getComputedStyle(each).lineHeight)")
        assert question.bounding_box()["y"] + line <= SMALLEST["viewport"]["height"], language
        doors = [each.bounding_box() for each in phone.locator(".doors a").all()]
        assert {each["y"] for each in doors} == {doors[0]["y"]}, language
        assert min(each["height"] for each in doors) >= 56
