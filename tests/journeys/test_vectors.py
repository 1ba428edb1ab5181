"""In a real browser the phone's scripts read and advise as the server does, for a great many forms."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from babel import Locale
from flask_babel import force_locale

from recovery.web.wording import locale_for_scripts, long_day, weekday

VECTORS = Path(__file__).parent.parent / "vectors"


@pytest.mark.slow
def test_the_phone_reads_and_advises_as_the_server_does(site, phone):
    phone.goto("/card")
    vectors = {name: json.loads(text(f"{name}.json")) for name in ("advice", "reading")}
    found = phone.evaluate(text("check.js"), {"scripts": f"{site}/assets/0/js", **vectors})
    assert found == {"advice": [], "reading": []}


def text(name):
    return (VECTORS / name).read_text(encoding="utf-8")


LOCALES = ("en_150", "en_GB", "en_US", "fr", "fr_CH", "es", "es_MX", "de", "de_AT")
# The first of every month, a middle and an end.
DAYS = [date(2026, month, 1) for month in range(1, 13)] + [date(2026, 11, 15), date(2027, 1, 31)]
WRITTEN = """async ([scripts, wanted]) => {
    const { longDay, weekday } = await import(`${scripts}/days.js`);
    const made = wanted.map(({ day, locale }) => ({
        day, locale, long: longDay(day, locale), name: weekday(day, locale),
    }));
    return made.filter((each, at) => JSON.stringify(each) !== JSON.stringify(wanted[at]));
}"""


def days_of_the_server(app):
    """Each day in words, wherever each language is at home."""
    for locale in LOCALES:
        with app.test_request_context(), force_locale(Locale.parse(locale)):
            for day in DAYS:
                yield {
                    "day": day.isoformat(),
                    "locale": locale_for_scripts(),
                    "long": long_day(day),
                    "name": weekday(day),
                }


def test_the_phone_writes_days_as_the_server_does(app, site, phone):
    wanted = list(days_of_the_server(app))
    assert "dimanche 1er novembre 2026" in [each["long"] for each in wanted]
    phone.goto("/card")
    assert phone.evaluate(WRITTEN, [f"{site}/assets/0/js", wanted]) == []
