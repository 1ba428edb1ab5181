"""The languages: which one a page speaks, and how each writes days, times, numbers, temperatures, hours and lists."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime, time

import pytest
from flask import render_template_string
from flask_babel import force_locale, gettext, ngettext

from recovery.clinical.clinician_words import REASONS
from recovery.clinical.counted import Counted
from recovery.clinical.hours import Hours, parse_weekly
from recovery.clinical.patient_words import ADVICE, PROBLEMS
from recovery.records import accounts, catalogues, devices, languages, patients
from recovery.records.database import db, writing
from recovery.records.languages import LANGUAGES, locale_of, unit_of
from recovery.web import wording
from tests.people import MONDAY, ZONE
from tests.web.desk import SAME, see, send

TUESDAY = date(2026, 11, 24)
FIRST = date(2026, 3, 1)
MORNING = datetime(2026, 11, 24, 8, 5, tzinfo=UTC)  # 09:05 in Berlin
AFTERNOON = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)  # 15:30 in Chicago

HOMES = {"en": "Europe/London", "fr": "Europe/Paris", "es": "Europe/Madrid", "de": ZONE}


@pytest.fixture
def speaking(sqlite_app):
    """A page in a language: `with speaking("de"):`."""

    @contextmanager
    def speak(language, zone=""):
        locale = locale_of(language, zone or HOMES[language])
        with sqlite_app.app_context(), force_locale(locale):
            yield

    return speak


# How each language writes.


@pytest.mark.parametrize(
    ("language", "long", "full", "short", "column"),
    [
        ("en", "Tuesday 24 November 2026", "Tuesday 24 November", "Tue 24 Nov", "Tue 24"),
        ("fr", "mardi 24 novembre 2026", "mardi 24 novembre", "mar. 24 nov.", "mar. 24"),
        (
            "es",
            "martes, 24 de noviembre de 2026",
            "martes, 24 de noviembre",
            "mar, 24 nov",
            "mar 24",
        ),
        ("de", "Dienstag, 24. November 2026", "Dienstag, 24. November", "Di. 24. Nov.", "Di. 24."),
    ],
)
def test_days_are_written_as_the_language_writes_them(
    speaking, language, long, full, short, column
):
    with speaking(language):
        assert wording.long_day(TUESDAY) == long
        assert wording.full_day(TUESDAY) == full
        assert wording.short_day(TUESDAY) == short
        assert wording.week_day(TUESDAY) == column


def test_the_first_of_a_month_is_the_first_in_french(speaking):
    with speaking("fr"):
        assert wording.long_day(FIRST) == "dimanche 1er mars 2026"
        assert wording.full_day(date(2026, 3, 11)) == "mercredi 11 mars"


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("en", "Europe/London", "09:05"),
        ("en", "Europe/Berlin", "09:05"),
        ("fr", "Europe/Paris", "09:05"),
        ("es", "Europe/Madrid", "9:05"),
        ("de", "Europe/Berlin", "09:05"),
        ("en", "America/Chicago", "9:05\N{NARROW NO-BREAK SPACE}AM"),
        ("es", "America/Mexico_City", "9:05\N{NARROW NO-BREAK SPACE}a.m."),
    ],
)
def test_times_have_12_or_24_hours_as_people_there_write_them(speaking, language, zone, said):
    with speaking(language, zone):
        assert wording.wall_time(time(9, 5)) == said


def test_a_day_in_chicago_is_written_as_there(speaking):
    with speaking("en", "America/Chicago"):
        assert wording.long_day(TUESDAY) == "Tuesday, November 24, 2026"
        assert wording.moment(AFTERNOON, "America/Chicago").startswith("Tue, Nov 24, 3:30")


def test_a_time_is_that_of_the_wall_where_somebody_lives(speaking):
    with speaking("de"):
        assert wording.clock_time(MORNING, ZONE) == "09:05"
        assert wording.clock_time(MORNING, "Europe/London") == "08:05"


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("en", "", "38.0"),
        ("fr", "", "38,0"),
        ("es", "", "38,0"),
        ("de", "", "38,0"),
        ("de", "Europe/Zurich", "38.0"),
        ("es", "America/Mexico_City", "38.0"),
        ("en", "Europe/Berlin", "38.0"),
    ],
)
def test_numbers_have_the_decimal_sign_of_the_language_where_it_is_spoken(
    speaking, language, zone, said
):
    with speaking(language, zone):
        assert wording.decimal(38.0) == said
        assert wording.celsius(38.0) == f"{said} °C"
        assert gettext("Fever from %(limit)s", limit=38.0).endswith(said)


def test_a_number_has_as_many_decimals_as_it_needs(speaking):
    with speaking("de"):
        assert [wording.number(each) for each in (5, 4.7, 0.25)] == ["5", "4,7", "0,25"]


def test_a_temperature_stands_in_the_unit_of_its_thermometer(speaking):
    with speaking("fr"):
        assert wording.temperature(38.0, "C") == "38,0 °C"
        assert wording.temperature(38.0, "F") == "100,4 °F"


def test_a_typed_number_comes_back_with_the_sign_of_the_page(speaking):
    with speaking("de"):
        assert [wording.typed_number(each) for each in ("38.5", "38,5", "385")] == [
            "38,5",
            "38,5",
            "385",
        ]


@pytest.mark.parametrize(
    ("zone", "unit"),
    [("Europe/Berlin", "C"), ("America/Chicago", "F"), ("US/Eastern", "F"), ("", "C")],
)
def test_the_unit_offered_first_is_that_of_the_territory(zone, unit):
    assert unit_of(zone) == unit


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "a, b and c"), ("fr", "a, b et c"), ("es", "a, b y c"), ("de", "a, b und c")],
)
def test_a_list_ends_with_the_languages_own_and(speaking, language, said):
    with speaking(language):
        assert wording.together(["a", "b", "c"]) == said
        assert wording.in_a_row(["a", "b", "c"]) == "a, b, c"
        assert wording.together([]) == wording.in_a_row([]) == ""


def hours(weekly):
    return Hours(ZONE, parse_weekly(weekly))


@pytest.mark.parametrize(
    ("weekly", "said"),
    [
        ("Mo-Fr 08:00-16:00", "Monday to Friday 08:00 to 16:00"),
        (
            "Mo-Fr 08:00-12:00, 13:00-16:00; Sa 09:00-12:00",
            "Monday to Friday 08:00 to 12:00, 13:00 to 16:00; Saturday 09:00 to 12:00",
        ),
        ("Mo-Su 00:00-24:00", "every day, day and night"),
        ("Sa 18:00-24:00", "Saturday 18:00 to midnight"),
    ],
)
def test_opening_hours_in_english(speaking, weekly, said):
    with speaking("en"):
        assert wording.opening_hours(hours(weekly)) == said


def test_opening_hours_in_chicago(speaking):
    with speaking("en", "America/Chicago"):
        said = wording.opening_hours(hours("Mo-Fr 08:00-16:00")).replace(
            "\N{NARROW NO-BREAK SPACE}", " "
        )
        assert said == "Monday to Friday 8:00 AM to 4:00 PM"


SPLIT = "Mo-Fr 08:00-12:00, 13:00-16:00; Sa 18:00-24:00"


@pytest.mark.parametrize(
    ("language", "weekly", "said"),
    [
        ("fr", SPLIT, "lundi à vendredi, 08:00 à 12:00, 13:00 à 16:00; samedi, 18:00 à minuit"),
        ("fr", "Mo-Su 00:00-24:00", "tous les jours, jour et nuit"),
        ("es", SPLIT, "lunes a viernes, 8:00 a 12:00, 13:00 a 16:00; sábado, 18:00 a medianoche"),
        ("es", "Mo-Su 00:00-24:00", "todos los días, día y noche"),
        (
            "de",
            SPLIT,
            "Montag bis Freitag, 08:00 bis 12:00 Uhr, 13:00 bis 16:00 Uhr; "
            "Samstag, 18:00 Uhr bis Mitternacht",
        ),
        ("de", "Mo-Su 00:00-24:00", "täglich, rund um die Uhr"),
    ],
)
def test_opening_hours_in_the_other_languages(speaking, language, weekly, said):
    with speaking(language):
        assert wording.opening_hours(hours(weekly)) == said


@pytest.mark.parametrize(
    ("language", "today", "tomorrow", "later"),
    [
        ("en", "12:00 today", "12:00 tomorrow", "12:00 on Tuesday"),
        (
            "fr",
            "aujourd\N{RIGHT SINGLE QUOTATION MARK}hui à 12:00",
            "demain à 12:00",
            "mardi à 12:00",
        ),
        ("es", "hoy a las 12:00", "mañana a las 12:00", "el martes a las 12:00"),
        ("de", "heute um 12:00 Uhr", "morgen um 12:00 Uhr", "Dienstag um 12:00 Uhr"),
    ],
)
def test_a_moment_to_come_is_told_in_the_languages_order(
    speaking, language, today, tomorrow, later
):
    noon = datetime(2026, 11, 24, 11, tzinfo=UTC)
    with speaking(language):
        said = [wording.by_when(noon, noon.replace(day=day), ZONE) for day in (24, 23, 20)]
    assert said == [today, tomorrow, later]


# Texts that count.


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en", 1, "Wait 1 second"),
        ("en", 2, "Wait 2 seconds"),
        ("en", 0, "Wait 0 seconds"),
        ("fr", 0, "Attendez 0 seconde,"),
        ("fr", 1, "Attendez 1 seconde,"),
        ("fr", 2, "Attendez 2 secondes"),
        ("es", 0, "Espere 0 segundos"),
        ("es", 1, "Espere 1 segundo "),
        ("de", 0, "0 Sekunden"),
        ("de", 1, "1 Sekunde."),
    ],
)
def test_a_number_takes_the_form_that_its_language_has_for_it(speaking, language, number, said):
    with speaking(language):
        text = ngettext(
            "Too many wrong tries. Wait %(num)s second, then try again.",
            "Too many wrong tries. Wait %(num)s seconds, then try again.",
            number,
        )
    assert said in text


@pytest.mark.parametrize(
    ("language", "one", "more"),
    [
        ("en", "No answer for 1 day,", "No answer for 3 days,"),
        ("fr", "Pas de réponse depuis 1 jour,", "Pas de réponse depuis 3 jours,"),
        ("es", "Sin respuesta desde hace 1 día,", "Sin respuesta desde hace 3 días,"),
        ("de", "Keine Antwort seit 1 Tag,", "Keine Antwort seit 3 Tagen,"),
    ],
)
def test_a_reason_counts_in_every_language(speaking, language, one, more):
    with speaking(language):
        said = [gettext(REASONS["quiet"], days=days, day=12) for days in (1, 3)]
    assert said[0].startswith(one)
    assert said[1].startswith(more)


def test_a_text_of_a_table_that_counts_takes_its_form_too(speaking):
    with speaking("en"):
        assert gettext(ADVICE["warm"][0], measure_again_hours=1) == "Measure again in 1 hour."
        assert gettext(ADVICE["warm"][0], measure_again_hours=4) == "Measure again in 4 hours."
        assert gettext(PROBLEMS["too_long_ago"], days=1) == "Choose today or the day before."


def test_a_text_that_counts_keeps_its_place_when_it_is_filled_later(speaking):
    with speaking("en"):
        assert gettext(ADVICE["warm"][0]) == "Measure again in %(measure_again_hours)s hours."


def test_english_without_a_catalogue_counts_as_well():
    text = Counted("%(days)s day", "%(days)s days", "days")
    assert [text.in_english({"days": n}) % {"days": n} for n in (1, 2)] == ["1 day", "2 days"]


def test_a_template_fills_and_escapes_the_values_of_a_sentence(sqlite_app):
    with sqlite_app.test_request_context("/"):
        said = render_template_string("{{ _('Answers for %(name)s.', name='<Ana>') }}")
    assert said == "Answers for &lt;Ana&gt;."


# Which language a page speaks.


def head(page):
    return page[: page.index("<head>")]


def phone_of(app, stage):
    client = app.test_client()
    client.set_cookie("device", stage.token)
    return client


def change(app, table, key, **columns):
    with app.app_context(), writing():
        row = db.session.get_one(table, key)
        for name, value in columns.items():
            setattr(row, name, value)


def test_a_patients_pages_speak_the_patients_language(sqlite_app, stage):
    key = (stage.clinic.id, stage.ana.id)
    change(sqlite_app, patients.Patient, key, language="fr")
    page = see(phone_of(sqlite_app, stage), "/today")
    assert 'lang="fr" dir="ltr"' in head(page)
    assert "Vos questions du jour" in page
    assert "lundi 2 mars 2026" in page


def test_a_phones_own_language_comes_before_the_patients(sqlite_app, stage):
    key = (stage.clinic.id, stage.device.id)
    change(sqlite_app, devices.Device, key, language="de")
    page = see(phone_of(sqlite_app, stage), "/today")
    assert 'lang="de"' in head(page)
    assert "Montag, 2. März 2026" in page


def test_clinicians_pages_speak_the_clinics_language_whatever_the_browser_asks(
    sqlite_app, stage, desk
):
    change(sqlite_app, accounts.Clinic, stage.clinic.id, language="es")
    page = desk.get("/clinic/patients", headers={"Accept-Language": "fr"}).text
    assert 'lang="es"' in head(page)


def test_scripts_are_told_how_times_are_written(sqlite_app, stage):
    phone = phone_of(sqlite_app, stage)
    assert 'data-locale="en-GB"' in head(see(phone, "/today"))
    key = (stage.clinic.id, stage.ana.id)
    change(sqlite_app, patients.Patient, key, language="de", zone="Europe/Vienna")
    assert 'data-locale="de-AT"' in head(see(phone, "/today"))


def test_a_language_that_nobody_has_translated_is_english(sqlite_app, stage):
    change(sqlite_app, patients.Patient, (stage.clinic.id, stage.ana.id), language="it")
    assert 'lang="en"' in head(see(phone_of(sqlite_app, stage), "/today"))


@pytest.mark.parametrize("path", ["/card", "/nothing-here", "/clinic/sign-in"])
@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("fr-CA,fr;q=0.8", "fr"), ("it, de;q=0.5", "de"), ("ja", "en"), ("", "en")],
)
def test_pages_of_nobody_speak_what_the_browser_asks_for(sqlite_app, path, asked, spoken):
    answer = sqlite_app.test_client().get(path, headers={"Accept-Language": asked})
    assert f'lang="{spoken}"' in head(answer.text)
    assert {"Accept-Language", "Cookie"} <= set(answer.vary)


def test_a_language_that_is_not_complete_is_not_spoken_to_strangers(sqlite_app, monkeypatch):
    monkeypatch.setattr(catalogues, "offered", lambda: ("en",))
    answer = sqlite_app.test_client().get("/card", headers={"Accept-Language": "fr"})
    assert 'lang="en"' in head(answer.text)


def test_the_error_page_speaks_even_if_the_database_does_not(sqlite_app, stage, monkeypatch):
    def broken(_token):
        raise db.exc.OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(devices, "find", broken)
    answer = phone_of(sqlite_app, stage).get("/nothing-here", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert 'lang="en" dir="ltr"' in head(answer.text)


def test_a_forced_language_needs_no_request(sqlite_app):
    with sqlite_app.app_context():
        assert gettext("Yes") == "Yes"
        with force_locale("fr"):
            assert gettext("Yes") == "Oui"
            assert wording.language() == "fr"
        with force_locale("en"):
            assert wording.wall_time(time(16)) == "16:00"


def test_right_to_left_is_said_and_every_value_is_set_apart(sqlite_app):
    with sqlite_app.test_request_context("/"), force_locale("ar"):
        said = gettext("Ring %(phone)s now.", phone="+49 30 23125 100")
        page = render_template_string("{{ text_direction() }} {{ interface_language() }}")
    assert said == "Ring \u2068+49 30 23125 100\u2069 now."
    assert page == "rtl ar"


# What is read on the pages.


def test_a_temperature_is_read_back_with_the_patients_own_sign_and_unit(sqlite_app, stage):
    change(sqlite_app, patients.Patient, (stage.clinic.id, stage.ana.id), language="de")
    phone = phone_of(sqlite_app, stage)
    posted = {"pain": "3", "temperature": "100,4", "temperature_unit": "F"}
    signs = {"warning_signs": "none", "access": str(stage.device.access)}
    assert phone.post("/today", data={**posted, **signs}, headers=SAME).status_code == 303
    assert "100,4 °F" in see(phone, "/today")


def test_a_clinician_reads_celsius_and_what_was_typed(sqlite_app, stage, desk):
    phone = phone_of(sqlite_app, stage)
    posted = {"pain": "3", "temperature": "100.4", "temperature_unit": "F", "warning_signs": "none"}
    phone.post("/today", data={**posted, "access": str(stage.device.access)}, headers=SAME)
    assert "38.0 °C (100.4 °F)" in see(desk, f"/clinic/patients/{stage.ana.id}")


def test_a_problem_repeats_the_number_as_the_language_writes_it(sqlite_app, stage):
    change(sqlite_app, patients.Patient, (stage.clinic.id, stage.ana.id), language="de")
    posted = {"pain": "3", "temperature": "34.5", "warning_signs": "none"}
    data = {**posted, "access": str(stage.device.access)}
    answer = phone_of(sqlite_app, stage).post("/today", data=data, headers=SAME)
    assert "34,5 °C" in answer.text


def test_fahrenheit_stands_first_where_people_use_it(sqlite_app, stage):
    key = (stage.clinic.id, stage.ana.id)
    change(sqlite_app, patients.Patient, key, zone="America/Chicago")
    page = see(phone_of(sqlite_app, stage), "/today")
    assert page.index('<option value="F"') < page.index('<option value="C"')


def test_a_clinics_patients_are_enrolled_in_complete_languages_only(sqlite_app, stage, desk):
    page = see(desk, "/clinic/enrol")
    for language in LANGUAGES:
        assert f'<option value="{language}"' in page
        assert languages.own_name(language) in page
    assert "Wording not clinically reviewed: French, Spanish and German" in page


def test_an_incomplete_language_is_refused_at_enrolment(sqlite_app, stage, desk, monkeypatch):
    monkeypatch.setattr(catalogues, "offered", lambda: ("en",))
    assert '<option value="fr"' not in see(desk, "/clinic/enrol")
    page = send(desk, "/clinic/enrol", 422, language="fr")
    assert "Choose one of the answers shown." in page


def test_the_time_of_the_stage_is_the_patients(speaking):
    with speaking("de"):
        assert wording.moment(MONDAY, ZONE) == "Mo. 2. März, 10:00"
