"""The clinic's settings: every clinician reads them and what patients read of them, a lead changes them."""

from __future__ import annotations

import re
from html import unescape

import pytest

from recovery.records.accounts import Clinic
from recovery.records.audit import AuditLine
from tests.people import a_lead
from tests.web.desk import SAME, desk_of, rows_of, see, send

PAGE = "/clinic/settings"


@pytest.fixture
def guss(sqlite_app, stage):
    """The desk of another lead of the same clinic."""
    with sqlite_app.app_context():
        return desk_of(sqlite_app, a_lead(stage.clinic, "Gus Gale"))


def form_of(desk):
    """The boxes of the page as they stand."""
    html = desk.get(PAGE).text
    fields = {
        name: unescape(value)
        for tag in re.findall(r"<input[^>]*>", html)
        for name, value in re.findall(r'name="(\w+)"\s+value="([^"]*)"', tag)
    }
    fields["closed_days"] = re.search(r'name="closed_days"[^>]*>([^<]*)<', html)[1].strip()
    fields["language"] = re.search(r'<option value="(\w*)" selected', html)[1]
    return fields


def kept(app, stage):
    [clinic] = rows_of(app, Clinic, id=stage.clinic.id)
    return clinic


def test_every_clinician_reads_them_with_what_patients_read(desk):
    page = see(desk, PAGE)
    for said in (
        'Patients read: "Need help now? Ring 112."',
        'Patients read: "The clinic is closed. Ring +49 30 23125 199."',
        "Monday to Friday 08:00 to 16:00",
        "Europe/Berlin",
        "where it is 10:00 now",
        "Not set",
        "A lead of this clinic changes this: Lia Lead.",
    ):
        assert said in page, said
    assert '<form class="sections"' not in page
    send(desk, PAGE, 404)


def test_a_clinic_without_a_lead_says_whom_to_ask(sqlite_app, stage):
    page = see(desk_of(sqlite_app, stage.eli), PAGE)
    assert "A lead changes this, and your clinic has none. Ask whoever runs this program." in page


def test_a_lead_changes_them_and_patients_read_it(sqlite_app, stage, lias):
    changed = {
        "emergency_number": "999",
        "hours_5": "9:00\u201312:00, 13:00-14:30",
        "hours_4": "",
        "closed_days": "2026-12-25\r\n2026-04-03",
        "no_lifting_days": "42",
        "language": "de",
    }
    answer = lias.post(PAGE, data={**form_of(lias), **changed}, headers=SAME)
    assert answer.status_code == 303
    clinic = kept(sqlite_app, stage)
    assert clinic.emergency_number == "999"
    assert clinic.weekly_hours == "Mo-Th 08:00-16:00; Sa 09:00-12:00, 13:00-14:30"
    assert clinic.closed_days == ["2026-04-03", "2026-12-25"]
    assert (clinic.no_lifting_days, clinic.language) == (42, "de")
    phone = sqlite_app.test_client()
    phone.set_cookie("device", stage.token)
    assert "Ring 999" not in phone.get("/today").text.partition("<main")[2]
    assert 'href="tel:999"' in phone.get("/today").text


def test_it_says_that_it_is_kept_and_by_whom(lias):
    answer = lias.post(PAGE, data={**form_of(lias), "phone": "+49 30 1"}, headers=SAME)
    page = see(lias, answer.location)
    assert "Kept. Patients read it from now on." in page
    assert "Last changed by Lia Lead, Mon 2 Mar, 10:00." in page


def test_what_stands_there_can_be_kept_as_it_is(sqlite_app, lias):
    assert lias.post(PAGE, data=form_of(lias), headers=SAME).status_code == 303
    assert rows_of(sqlite_app, AuditLine, action="settings changed") == []


@pytest.mark.parametrize(
    ("box", "typed", "says"),
    [
        ("emergency_number", "", "Type the number that patients ring in an emergency."),
        ("phone", "", "Type the number that patients ring while you are open."),
        ("out_of_hours_phone", "", "Type the number that patients ring while you are closed."),
        ("lost_card_phone", "", "Type the number to ring for a lost card."),
        ("phone", "the desk", "Type the phone number in digits, such as 020 7946 0018."),
        ("emergency_number", "1" * 21, "Shorten this to 20 letters."),
        ("hours_0", "always", "Type the hours as 08:00-16:00, with a comma between two parts."),
        ("hours_0", "16:00-08:00", "Type the hours as 08:00-16:00"),
        ("closed_days", "Christmas", "Christmas is not a day. Type each day as 2026-12-25"),
        ("zone", "Berlin", "Berlin is not a time zone."),
        ("zone", "", "Type the time zone"),
        ("language", "it", "Choose one of the answers shown."),
        ("no_lifting_days", "366", "Type a whole number of days from 1 to 365"),
        ("no_lifting_days", "six", "Type a whole number of days from 1 to 365"),
    ],
)
def test_what_cannot_be_used_says_what_to_type_and_stays_typed(
    sqlite_app, stage, lias, box, typed, says
):
    before = vars(kept(sqlite_app, stage))
    page = send(lias, PAGE, 422, **{**form_of(lias), box: typed})
    assert says in page
    assert typed in page
    assert f'id="settings-{box}-problem"' in page
    after = vars(kept(sqlite_app, stage))
    assert {k: v for k, v in after.items() if k[0] != "_"} == {
        k: v for k, v in before.items() if k[0] != "_"
    }


def test_a_clinic_that_never_opens_is_refused(lias):
    closed = {f"hours_{day}": "" for day in range(7)}
    page = send(lias, PAGE, 422, **{**form_of(lias), **closed})
    assert "Give the hours of at least one day: patients are told when you open next." in page


def test_of_two_leads_at_once_the_second_sees_what_happened_and_loses_nothing(
    sqlite_app, stage, lias, guss
):
    gus_typed = {**form_of(guss), "emergency_number": "110", "phone": "+49 30 2"}
    lia_typed = {"phone": "+49 30 1", "hours_5": "09:00-12:00"}
    send(lias, PAGE, **{**form_of(lias), **lia_typed})
    page = send(guss, PAGE, 409, **gus_typed)
    assert "Nothing was changed" in page
    assert "Last changed by Lia Lead, Mon 2 Mar, 10:00." in page
    assert "Phone while you are open: +49 30 23125 100, then +49 30 1" in page
    assert "Saturday: empty, then 09:00-12:00" in page
    assert "Emergency number:" not in page
    assert kept(sqlite_app, stage).phone == "+49 30 1"
    shown = {
        name: re.search(rf'name="{name}"\s+value="([^"]*)"', page)[1]
        for name in ("phone", "emergency_number", "hours_5", "version", *shown_boxes(page))
    }
    assert (shown["phone"], shown["emergency_number"]) == ("+49 30 2", "110")
    assert shown["hours_5"] == "09:00-12:00"  # Lia's, which Gus had not touched
    send(guss, PAGE, **{**gus_typed, **shown})
    clinic = kept(sqlite_app, stage)
    assert (clinic.phone, clinic.emergency_number) == ("+49 30 2", "110")
    assert clinic.weekly_hours.endswith("Sa 09:00-12:00")


def shown_boxes(page):
    return re.findall(r'name="(shown_\w+)"', page)


def test_a_problem_does_not_hide_what_a_colleague_changed(sqlite_app, stage, lias, guss):
    gus_typed = form_of(guss)
    send(lias, PAGE, **{**form_of(lias), "phone": "+49 30 1"})
    page = send(guss, PAGE, 422, **{**gus_typed, "zone": ""})
    again = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("version",)}
    send(guss, PAGE, 409, **{**gus_typed, **again})
    assert kept(sqlite_app, stage).phone == "+49 30 1"


def test_a_form_that_does_not_say_what_it_had_shown_overwrites_nothing(lias):
    typed = {name: each for name, each in form_of(lias).items() if "shown" not in name}
    page = send(lias, PAGE, 409, **{**typed, "version": "", "phone": "+49 30 1"})
    assert "Nothing was changed" in page


def test_the_page_of_the_clinic_leads_to_what_is_there_and_open(desk, lias):
    page = see(desk, "/clinic/about-us")
    for href in (PAGE, "/clinic/pathway", "/clinic/languages"):
        assert f'href="{href}"' in page
    assert 'href="/clinic/people"' not in page
    assert "A lead of this clinic changes this: Lia Lead." in page
    page = see(lias, "/clinic/about-us")
    assert 'href="/clinic/people"' in page
    assert "changes this" not in page


def test_the_days_without_lifting_are_the_leads_on_the_pathway_page_too(desk, lias):
    assert "A lead of this clinic changes this: Lia Lead." in see(desk, "/clinic/pathway")
    assert "Keep this" not in see(desk, "/clinic/pathway")
    assert "Keep this" in see(lias, "/clinic/pathway")
    send(desk, "/clinic/pathway/lifting", 404, no_lifting_days="42")


def test_of_two_leads_who_set_the_days_without_lifting_the_second_overwrites_nothing(
    sqlite_app, stage, lias, guss
):
    path = "/clinic/pathway/lifting"
    [shown] = re.findall(r'name="shown" value="([^"]*)"', see(lias, "/clinic/pathway"))
    send(guss, path, no_lifting_days="42", shown=shown)
    page = send(lias, path, 409, no_lifting_days="90", shown=shown)
    assert "Somebody else has changed this while you were writing." in page
    assert "Patients read, with the day 42 days after the procedure" in page
    assert 'value="90"' in page
    assert kept(sqlite_app, stage).no_lifting_days == 42
    [shown] = re.findall(r'name="shown" value="([^"]*)"', page)
    send(lias, path, no_lifting_days="90", shown=shown)
    assert kept(sqlite_app, stage).no_lifting_days == 90
